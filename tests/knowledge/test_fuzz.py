"""Whatever bytes a reader is given: a document comes out, or one of our errors in one sentence, and nothing else."""

import io
import random
import zipfile
from functools import cache

import docx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from knowledge.errors import AddressUnreachable, BadInput
from knowledge.formats.feeds import parse_items, read_items
from knowledge.model import Document
from knowledge.readers import ReadingLimits, read_bytes

LIMITS = ReadingLimits()
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FURTHER = [
    "application/vnd.oasis.opendocument.text", "application/epub+zip", "message/rfc822", "multipart/related",
    "text/vtt", "application/x-subrip", "application/json",
]  # fmt: skip
TYPES = ["text/plain", "text/markdown", "text/html", "application/pdf", WORD, *FURTHER]
FUZZ = settings(derandomize=True, deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))

MARKDOWN = """---
title: "A study: the first"
author: [Ana, Luis]
published: 2025-01-29
references:
  - {number: 1, publisher: P, title: T, type: news, url: "https://a.test/"}
---
# Head *one*

- item [1](http://a.test) with `code`

> quote <b>bold</b> &amp; ![x](y)

| a | b |
|---|---|
| 1 | 2 |
"""
PAGE = """<!DOCTYPE html><html lang="es"><head><meta charset="utf-8"><title>A title</title>
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "H", "datePublished": "2025-01-29"}</script>
<link rel="canonical" href="https://a.test/x"><meta name="author" content="Ana"></head>
<body><article><h1>Head</h1><p>Some words <b>in</b> a page.</p><table><tr><td>1</td></tr></table>
<ul><li>Item</li></ul></article></body></html>"""
FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Feed</title>
<item><guid>one</guid><link>https://a.test/1</link><title>T &amp;amp; U</title>
<pubDate>Wed, 29 Jan 2025 23:30:00 +0000</pubDate><description>&lt;p&gt;Words.&lt;/p&gt;</description></item>
<item><guid>one</guid><description><![CDATA[<p>Others.</p>]]></description></item></channel></rss>"""
# A page of words in Courier, with the table of objects left out: PDFium builds it again.
PDF = b"""%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R
/Resources << /Font << /F 4 0 R >> >> >> endobj
4 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Courier >> endobj
5 0 obj << /Length 91 >> stream
BT /F 10 Tf 100 700 Td (Some words stand on this) Tj 0 -12 Td (page and a few below.) Tj ET
endstream endobj
6 0 obj << /Title (A title) /Author <FEFF0041> >> endobj
trailer << /Root 1 0 R /Info 6 0 R /Size 7 >>
%%EOF
"""
# What breaks readers more often than chance does.
PIECES = [
    "\0", "\ud800", "&#xD800;", "&#0;", "&#99999999;", "<", ">", "</", "&", "[" * 50, "<b>" * 300, "-" * 9, "9" * 400,
    "0000-00-00", "\u0301" * 40, "\\ud800", '"\\U00110000"', "*a", "&a ", "!!binary ", ".inf", "1e999", "\r",
    "\x1b[", "%%EOF", "undefined", "http://[", "<![CDATA[", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "NaN", "-1", "(", ")",
    "{", "~", "\ufeff",
]  # fmt: skip
changes = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.one_of(st.sampled_from(PIECES), st.text(max_size=5))),
    min_size=1,
    max_size=6,
)


def changed(source: bytes, edits: list[tuple[float, int, str]]) -> bytes:
    """The bytes with pieces of them replaced: where (as a share of the whole), how many, and by what."""
    for share, length, piece in edits:
        place = int(share * len(source))
        source = source[:place] + piece.encode(errors="surrogatepass") + source[place + length :]
    return source


def read_safely(content: bytes, content_type: str) -> Document | None:
    """What is read, which can be stored; None for what was refused."""
    try:
        document = read_bytes(content, name="a", content_type=content_type, location="a", limits=LIMITS)
    except BadInput as error:
        assert error.message.endswith(".")
        assert "\n" not in error.message
        return None
    check(document)
    return document


def check(document: Document) -> None:
    repr(document).encode()
    assert "\0" not in document.text
    for words in (document.text, document.metadata.title, document.metadata.author, document.metadata.url):
        (words or "").encode()
    assert all(document.text[part.start : part.end].strip() for part in document.paragraphs)


@pytest.mark.parametrize(
    ("source", "content_type"), [(MARKDOWN, "text/markdown"), (PAGE, "text/html"), (MARKDOWN, "text/plain")]
)
def test_the_samples_are_whole(source: str, content_type: str) -> None:
    assert read_safely(source.encode(), content_type) is not None
    assert read_safely(PDF, "application/pdf") is not None
    assert read_safely(word(), WORD) is not None


@FUZZ
@given(changes)
@example([(0.02, 20, 'title: "\\ud800"\n')])
@example([(0.02, 20, f"title: 0x{'f' * 9999}\n")])
@example([(0.35, 0, "\n  - {number: 1, publisher: P, title: T, type: news}")])
@example([(0.9, 0, ">" * 9999)])
def test_changed_markdown(edits: list[tuple[float, int, str]]) -> None:
    read_safely(changed(MARKDOWN.encode(), edits), "text/markdown")


@FUZZ
@given(changes)
@example([(0.3, 0, '<link rel="canonical" href="http://[">')])
@example([(0.08, 30, "<meta charset=undefined>\x80")])
@example([(0.7, 0, "<div>" * 9999)])
def test_a_changed_page(edits: list[tuple[float, int, str]]) -> None:
    read_safely(changed(PAGE.encode(), edits), "text/html")


@FUZZ
@given(changes)
@example([(0.52, 2, "0")])  # type of no size
@example([(0.9, 9, "<FEFFD800>")])
def test_a_changed_pdf(edits: list[tuple[float, int, str]]) -> None:
    read_safely(changed(PDF, edits) + b"\n%%EOF\n", "application/pdf")


@cache
def word() -> bytes:
    document = docx.Document()
    document.add_heading("Head", level=1)
    document.add_paragraph("An item", style="List Bullet")
    document.add_table(rows=2, cols=2).cell(0, 0).merge(document.tables[0].cell(1, 0)).text = "tall"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


@cache
def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(word())) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith(".jpeg")}


@FUZZ
@given(st.sampled_from(sorted(parts())), changes)
@example("word/document.xml", [(0.5, 0, '<w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr></w:tc>')])
@example("docProps/core.xml", [(0.6, 30, "0000-00-00")])
@example("word/styles.xml", [(0.0, 10**6, "<a/>")])
def test_a_word_document_with_a_changed_part(name: str, edits: list[tuple[float, int, str]]) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for part, content in parts().items():
            archive.writestr(part, changed(content, edits) if part == name else content)
    read_safely(stream.getvalue(), WORD)


@FUZZ
@given(changes)
def test_a_word_document_with_changed_bytes(edits: list[tuple[float, int, str]]) -> None:
    read_safely(changed(word(), edits), WORD)


@FUZZ
@given(changes)
@example([(0.0, 40, '<?xml version="1.0" encoding="undefined"?>')])
@example([(0.55, 31, "0000-00-00")])
@example([(0.3, 3, "&#xD83D;")])
def test_a_changed_feed(edits: list[tuple[float, int, str]]) -> None:
    def no_page(address: str) -> Document:
        raise AddressUnreachable(f"{address} answered with status 404.")

    try:
        items = parse_items(changed(FEED.encode(), edits), location="feed")
        documents = read_items(items, location="feed", read_page=no_page)
    except (BadInput, AddressUnreachable) as error:
        assert error.message.endswith(".")
        return
    for document in documents:
        check(document)


MAIL = f"""From: "Ana" <a@b.test>
Subject: =?utf-8?q?T=C3=AD?=
Date: Wed, 29 Jan 2025 23:30:00 -0500
Content-Type: multipart/related; boundary="b"

--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit
Content-Location: https://a.test/

{PAGE}
--b--
"""
TALK = """WEBVTT - x

1
00:00:01.000 --> 00:01:02.000 align:start
<v Ana>Words <00:00:02.000><c>of</c> a &amp; talk.</v>

00:01:03.000 --> 00:01:04.000
- Yes.
- No.
"""
CHAT = """{"guild": {"name": "G"}, "channel": {"name": "c"}, "messages": [{"timestamp": "2025-01-29T10:00:00+00:00",
"content": "Some ~~words~~ **here** ||x||", "author": {"name": "ana", "nickname": null}}]}"""


@FUZZ
@given(
    st.sampled_from(
        [(MAIL, "message/rfc822"), (MAIL, "multipart/related"), (TALK, "text/vtt"), (CHAT, "application/json")]
    ),
    changes,
)
def test_a_changed_message_talk_or_chat(sample: tuple[str, str], edits: list[tuple[float, int, str]]) -> None:
    assert read_safely(sample[0].encode(), sample[1]) is not None
    read_safely(changed(sample[0].encode(), edits), sample[1])


@FUZZ
@given(st.binary(max_size=300), st.sampled_from(TYPES))
@example(b"+2AA-", "text/plain; charset=utf-7")
@example(b"\xd8\x00\x00\x41", "text/plain; charset=utf-16be")
@example(b"\xff\xfe\x00\xd8", "text/plain")
@example(b"\xff\xfe\x00\x00\x00\xd8\x00\x00", "text/plain")
def test_any_bytes(content: bytes, content_type: str) -> None:
    read_safely(content, content_type)


@FUZZ
@given(
    st.binary(max_size=40),
    st.one_of(
        st.text(max_size=40),
        st.from_regex(r"text/(plain|html|markdown); ?charset\*?[0-9]?\*?=[a-z0-9_\-'%\"]{0,20}", fullmatch=True),
        st.sampled_from(
            [
                f"text/plain; charset={name}"
                for name in ("undefined", "idna", "punycode", "rot13", "utf-7", "hex", "mbcs")
            ]
        ),
    ),
)
@example(b"\x80", "text/plain; charset*=utf-8''x; charset*0*=y")
def test_any_content_type(content: bytes, content_type: str) -> None:
    read_safely(content, content_type)


def test_a_file_full_of_chance_in_every_format() -> None:
    chance = random.Random(20)
    for content_type in TYPES:
        for opening in (b"", b"%PDF-1.7\n", b"PK\x03\x04", b"---\n", b"<html>", b"WEBVTT\n\n", b"From: a\n\n", b"{"):
            read_safely(opening + chance.randbytes(5_000) + b"%%EOF", content_type)
