"""Pages whose elements nobody closed: every word is read, in its order."""

import pytest
from lxml import html

from knowledge.errors import TooCostly
from knowledge.formats.nesting import part_at_breaks, unwrapped
from knowledge.formats.pages import read_page


@pytest.mark.parametrize("tag", ["div", "section", "blockquote"])
def test_text_within_three_thousand_elements_is_read(tag: str) -> None:
    source = f"<html><body>{f'<{tag}>' * 3_000}Some words of a page.{f'</{tag}>' * 3_000}"
    assert read_page(source.encode(), charset=None, location="a").text == "Some words of a page."


@pytest.mark.parametrize("count", [5, 50, 1_000, 3_000])
def test_the_text_of_every_element_that_nobody_closed_is_a_paragraph(count: int) -> None:
    texts = [f"Paragraph number {number} says something of its own." for number in range(count)]
    source = "<html><body><article>" + "".join(f"<div>{text}" for text in texts)
    document = read_page(source.encode(), charset=None, location="a")
    assert [document.text[part.start : part.end] for part in document.paragraphs] == texts


def test_more_elements_than_any_page_has_are_refused_however_deep() -> None:
    with pytest.raises(TooCostly):
        read_page(b"<div>" * 200_000 + b"Words.", charset=None, location="a")


def test_text_beside_a_block_is_not_glued_to_it() -> None:
    source = "<article><div>Before <b>bold</b> words.<p>A paragraph of its own.</p>After it.</div></article>"
    assert read_page(source.encode(), charset=None, location="a").text == (
        "Before bold words.\n\nA paragraph of its own.\n\nAfter it."
    )


def test_only_the_deep_wrappers_go() -> None:
    source = "<div>" * 150 + "<p>Words</p>" + "</div>" * 150
    flat = unwrapped(source)
    assert (flat.count("<div>"), flat.count("</div>")) == (100, 100)
    assert "<p>Words</p>" in flat
    assert unwrapped("</div><p>a</p><div>b</div>") == "</div><p>a</p><div>b</div>"


@pytest.mark.parametrize(
    ("source", "parted"),
    [
        ("<p>One.<br><br>Two <b>bold</b> words.<br>More.</p>", "<p>One.</p><p>Two <b>bold</b> words.<br>More.</p>"),
        ("<p><b>Asked?</b><br>Said.<br><b>Asked?</b></p>", "<p><b>Asked?</b></p><p>Said.</p><p><b>Asked?</b></p>"),
        ("<div>One.<br> <br>Two.</div>", "<div><p>One.</p><p>Two.</p></div>"),
        ("<li>One.<br><br>Two.</li>", "<li><p>One.</p><p>Two.</p></li>"),
        ("<p>One line,<br>another.</p>", "<p>One line,<br>another.</p>"),
        ("<p>a := b<br><i>...</i><br>c</p>", "<p>a := b<br><i>...</i><br>c</p>"),
        ("<p><br>One.<br></p>tail", "<p><br>One.<br></p>tail"),
    ],
)
def test_line_breaks_part_paragraphs(source: str, parted: str) -> None:
    root = html.fragment_fromstring(source, create_parent="div")
    part_at_breaks(root)
    written = "".join(html.tostring(child, encoding="unicode") for child in root)
    assert written == parted
