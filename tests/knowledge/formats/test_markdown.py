"""Markdown: the words without the markup, and what front matter says."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import BadBrief, TooCostly
from knowledge.formats.fragments import fragment_blocks
from knowledge.formats.markdown import read_markdown
from knowledge.model import Document, Metadata, Reference


def markdown(text: str) -> Document:
    return read_markdown(text.encode(), charset=None, location="a.md")


def blocks(text: str) -> list[tuple[str, str]]:
    document = markdown(text)
    return [(part.role, document.text[part.start : part.end]) for part in document.paragraphs]


def test_every_kind_of_block_becomes_a_paragraph_of_its_role() -> None:
    text = (
        "# A *head*\n\nText\nand more.\n\n- one\n- two\n\n  more\n\n1. first\n   > said\n\n"
        "| a | b |\n|---|---|\n| 1 | |\n\n```py\nx\n```\n\n***\n"
    )
    assert blocks(text) == [
        ("heading", "A head"),
        ("text", "Text and more."),
        ("item", "one"),
        ("item", "two"),
        ("item", "more"),
        ("item", "first"),
        ("item", "said"),
        ("table", "a | b\n1 |"),
        ("code", "x"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("**Bold**, _slanted_ and `code`", "Bold, slanted and code"),
        ("A [link](http://x.test) and <http://y.test>", "A link and http://y.test"),
        ("Before ![picture](a.png) after", "Before after"),
        ("One<br>two <sup>3</sup> &amp; &lt;four&gt;", "One two & <four>"),
        ("Said so [1], and [2][3].\n\n[2]: http://x.test", "Said so [1], and [2][3]."),
        ("Said so.[1](http://x.test)", "Said so.[1]"),
        ("so\u00adft \ufb01ne\u200b", "soft fine"),
        (r"2 \* 3", "2 * 3"),
    ],
)
def test_inline_markup_goes_and_words_stay(text: str, words: str) -> None:
    assert markdown(text).text == words


def test_raw_html_leaves_its_text_and_badges_vanish() -> None:
    text = (
        '<div align="center">\n<a href="x"><img src="badge.svg" alt="Badge"/></a>\n<!-- note -->\n</div>\n\n'
        "<p>Some <b>bold</b> text<br>here</p>\n\n<h2>Head</h2>\n\n"
        "<table><tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td><p>2</p></td></tr></table>\n\n"
        "<ul><li>An <i>item</i></li></ul>\n\n<pre>x = 1\n  y</pre>\n\n<script>alert(1)</script>\n"
    )
    assert blocks(text) == [
        ("text", "Some bold text here"),
        ("heading", "Head"),
        ("table", "a | b\n1 | 2"),
        ("item", "An item"),
        ("code", "x = 1\n  y"),
    ]


BRIEF = """---
id: open-source
title: Open source, briefly
author: [Ana Pérez, Luis Gil]
publisher: Sample House
url: https://sample.test/a
date: 2025-01-29
language: es-MX
license: CC-BY-4.0
kind: brief
references:
  - number: 1
    publisher: The Daily Sample
    author: B. Reporter
    title: "A story: the first"
    date: 2025-01
    url: https://news.test/1
    type: news
---
Texto con referencia [1].
"""


def test_front_matter_becomes_metadata_and_references() -> None:
    document = markdown(BRIEF)
    assert document.text == "Texto con referencia [1]."
    assert document.metadata == Metadata(
        title="Open source, briefly",
        author="Ana Pérez, Luis Gil",
        publisher="Sample House",
        url="https://sample.test/a",
        published="2025-01-29",
        language="es",
        kind="brief",
        licence="CC-BY-4.0",
        id="open-source",
    )
    assert document.references == (
        Reference(
            number=1,
            publisher="The Daily Sample",
            title="A story: the first",
            kind="news",
            author="B. Reporter",
            published="2025-01",
            url="https://news.test/1",
        ),
    )


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("published: 2025-01-29 10:00:00 +0100", Metadata(published="2025-01-29")),
        ("published: '2025-01-29T10:00'", Metadata(published="2025-01-29")),
        ("published: 2025", Metadata(published="2025")),
        ("published:", Metadata()),
        ("language: fr", Metadata(language="und")),
        ("Title: ' Two\n  lines '", Metadata(title="Two lines")),
        ("unknown: [1, 2]", Metadata()),
    ],
)
def test_fields_are_read_as_people_write_them(field: str, expected: Metadata) -> None:
    assert markdown(f"---\n{field}\n---\ntext\n").metadata == expected


@pytest.mark.parametrize(
    "fields",
    [
        "title: [unclosed",
        "title: {a: b}",
        "title: a: b",
        "published: 29 January 2025",
        "published: 2025-13-45",
        "kind: poem",
        "references: none",
        "references: [text]",
        "references: [{number: one, publisher: P, title: T, type: news}]",
        "references: [{number: 1, publisher: P, title: T, type: rumour}]",
        "references: [{number: 1, publisher: P, type: news}]",
        "references: [{number: 1, title: T, type: news}]",
        f"title: {'[' * 5000}",
        "title: !!python/object:os.system x",
    ],
)
def test_bad_front_matter_is_refused_in_one_sentence(fields: str) -> None:
    with pytest.raises(BadBrief) as caught:
        markdown(f"---\n{fields}\n---\ntext\n")
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message
    assert "a.md" in caught.value.message


def test_a_rule_at_the_beginning_is_not_front_matter() -> None:
    assert markdown("---\nJust words\n---\n\nMore.\n").text == "Just words\n\nMore."


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", []),
        ("</p>", []),
        ("<!-- note -->", []),
        ("plain", ["plain"]),
        ('<?xml version="1.0" encoding="latin-1"?><p>año</p>', ["año"]),
        ("<html><body><p>a</p>b</body></html>", ["a", "b"]),
        ("a<b>b</b><div>c</div>d", ["ab", "c", "d"]),
        ("<b>a<p>b</p></b>", ["a", "b"]),
    ],
)
def test_pieces_of_html_are_read_however_they_are_cut(source: str, words: list[str]) -> None:
    assert [block.text for block in fragment_blocks(source)] == words


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.one_of(st.text(max_size=60), st.text("<>/!?-&;#x\"' abpdivtrh1\x00\x0c\n", max_size=80)))
def test_any_text_can_be_taken_for_html(source: str) -> None:
    assert all(block.text.strip() for block in fragment_blocks(source))


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.text("ab# *_`[]()<>!|-\n1.>\\&;\t\u00ad", max_size=120))
def test_any_markdown_makes_paragraphs_in_order(text: str) -> None:
    document = markdown(f"x\n\n{text}")
    last = 0
    for part in document.paragraphs:
        exact = document.text[part.start : part.end]
        assert exact == exact.strip() != ""
        assert part.start >= last
        last = part.end


@pytest.mark.parametrize(
    "text",
    [
        ">" * 100_000 + "x",
        "> - " * 30_000 + "x",
        "- " * 10_000 + "x",
        "".join(f"{' ' * 2 * depth}- x\n" for depth in range(200)),
        "<div>" * 100_000 + "x\n",
    ],
    ids=["quotes", "quotes and lists", "lists", "lists by lines", "elements"],
)
def test_blocks_nested_beyond_reason_are_refused_and_not_left_out(text: str) -> None:
    with pytest.raises(TooCostly):
        markdown(text)


def test_blocks_nested_as_deep_as_people_do_are_read() -> None:
    assert markdown("".join(f"{'  ' * depth}- level {depth}\n" for depth in range(20))).text.endswith("level 19")
    assert markdown(">" * 40 + "x").text == "x"


@pytest.mark.parametrize("sign", ["[", "![", "](", "[a](", "*a **a ", "_", "`a``", "<", "<!--", "&#", "\\", "[x](b"])
def test_marks_without_number_take_no_time_by_their_square(sign: str) -> None:
    start = time.process_time()
    markdown("x " + sign * 2_000)
    assert time.process_time() - start < 10


def test_an_element_around_a_block_is_looked_at_once_however_deep_it_lies() -> None:
    start = time.process_time()
    assert [block.text for block in fragment_blocks("<b>" * 200 + "<i></i>" * 50_000 + "a<p>b")] == ["a", "b"]
    assert time.process_time() - start < 10


@pytest.mark.parametrize("entity", ["&#xD800;", "&#0;", "&#x110000;", "&#1114112;"])
def test_what_is_no_character_becomes_none(entity: str) -> None:
    for text in (f"a {entity} b", f"<p>a {entity} b</p>\n", f"# a {entity} b"):
        document = markdown(text)
        assert (document.text + (document.metadata.title or "")).encode().count(0) == 0
