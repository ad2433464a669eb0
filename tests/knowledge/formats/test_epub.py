"""Books: chapters in the order of reading, and nothing unpacked that is not a book's."""

import io
import zipfile
from dataclasses import replace

import pytest

from knowledge.errors import CitabotError, DamagedDocument, EncryptedDocument, NoText, SourceTooLarge, TooCostly
from knowledge.formats.epub import read_epub
from knowledge.formats.limits import USUAL_LIMITS
from knowledge.model import Document
from knowledge.readers import ReadingLimits, read_bytes

CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>
<dc:title>The Salt Book</dc:title><dc:creator>Ana Pérez</dc:creator><dc:creator>Bo Lund</dc:creator>
<dc:publisher>Norsund Press</dc:publisher><dc:language>en-GB</dc:language><dc:date>2024-05-06T00:00:00Z</dc:date>
</metadata><manifest>
<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="two" href="two%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="../one.xhtml" media-type="application/xhtml+xml"/>
<item id="aside" href="aside.xhtml" media-type="application/xhtml+xml"/>
<item id="picture" href="a.png" media-type="image/png"/></manifest><spine>
<itemref idref="n"/><itemref idref="one"/><itemref idref="picture"/><itemref idref="gone"/>
<itemref idref="aside" linear="no"/><itemref idref="two"/></spine></package>"""
ONE = """<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title><script/></head><body><h1>One</h1>
<p>The first &amp; shortest chapter.</p><ul><li>An item</li></ul></body></html>"""
TWO = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN"
"http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd"><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>
<body><h1><a id="x"/>Two</h1><p>The second<br/>chapter.</p><table><tr><td>a</td><td>b</td></tr></table></body></html>"""


def book(**changed: str | None) -> bytes:
    """A book of two chapters; other parts by their names, None for one that is not there."""
    parts: dict[str, str | None] = {
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": PACKAGE,
        "OEBPS/nav.xhtml": ONE.replace("first", "contents"),
        "OEBPS/aside.xhtml": ONE.replace("first", "aside"),
        "one.xhtml": ONE,
        "OEBPS/two b.xhtml": TWO,
        **changed,
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name, part in parts.items():
            if part is not None:
                archive.writestr(name, part)
    return stream.getvalue()


def read(content: bytes) -> Document:
    return read_epub(content, location="a.epub", limits=replace(USUAL_LIMITS, max_unpacked_bytes=1_000_000))


def test_chapters_are_read_in_their_order_without_contents_and_asides() -> None:
    document = read(book())
    assert [(part.role, document.text[part.start : part.end]) for part in document.paragraphs] == [
        ("heading", "One"),
        ("text", "The first & shortest chapter."),
        ("item", "An item"),
        ("heading", "Two"),
        ("text", "The second chapter."),
        ("table", "a | b"),
    ]


def test_what_the_book_says_of_itself_is_kept() -> None:
    metadata = read(book()).metadata
    assert (metadata.title, metadata.author) == ("The Salt Book", "Ana Pérez, Bo Lund")
    assert (metadata.publisher, metadata.published, metadata.language) == ("Norsund Press", "2024-05-06", "en")


@pytest.mark.parametrize("name", ["a.epub", ""])
def test_a_book_is_known_by_its_ending_and_by_its_beginning(name: str) -> None:
    document = read_bytes(book(), name=name, content_type=None, location=name, limits=ReadingLimits())
    assert document.text.startswith("One\n\nThe first")


def test_a_chapter_that_is_no_xml_is_read_as_browsers_would() -> None:
    assert "An open <p> tag" not in read(book(**{"one.xhtml": "<body><p>An open <b>tag<p>And more."})).text
    assert read(book(**{"one.xhtml": "<body><p>An open <b>tag<p>And more."})).text.startswith(
        "An open tag\n\nAnd more."
    )


ENTITY = '<!DOCTYPE html [<!ENTITY a "words"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
LOCKED = '<encryption><EncryptedData xmlns="e"><EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (book()[:-200], DamagedDocument),
        (b"no archive", DamagedDocument),
        (book(**{"META-INF/container.xml": None}), DamagedDocument),
        (book(**{"OEBPS/book.opf": "<package"}), DamagedDocument),
        (book(**{"one.xhtml": None}), DamagedDocument),
        (book(**{"one.xhtml": ENTITY + ONE.replace("first", "&a;&b;")}), DamagedDocument),
        (book(**{"OEBPS/two b.xhtml": "x" * 2_000_000}), SourceTooLarge),
        (book(**{"one.xhtml": "<body>" + "<b>" * 2_000}), TooCostly),
        (book(**{"META-INF/encryption.xml": LOCKED.format("aes")}), EncryptedDocument),
        (book(**{"OEBPS/book.opf": PACKAGE.replace("<itemref", "<other")}), NoText),
    ],
    ids=["cut", "other", "container", "package", "chapter", "entities", "bomb", "nested", "locked", "empty"],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(content: bytes, kind: type[CitabotError]) -> None:
    with pytest.raises(kind) as caught:
        read(content)
    assert type(caught.value) is kind
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message


def test_hidden_fonts_lock_no_book() -> None:
    fonts = LOCKED.format("http://www.idpf.org/2008/embedding")
    assert read(book(**{"META-INF/encryption.xml": fonts})).text.startswith("One")
