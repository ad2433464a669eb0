"""Word documents: everything in the order in which it stands."""

import datetime
import io
import zipfile

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from knowledge.errors import DamagedDocument, NoText, SourceTooLarge
from knowledge.formats.documents import read_docx
from knowledge.model import Document
from knowledge.readers import ReadingLimits, read_bytes

LIMIT = 10_000_000


def saved(document: WordDocument) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def sample() -> WordDocument:
    document = docx.Document()
    document.add_heading("The whole", level=0)
    document.add_heading("A part", level=1)
    document.add_paragraph("A first\u00ad para\ufb01x with ").add_run("bold").bold = True
    document.add_paragraph("An item", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), ("a", "b", "1", "2"), strict=True):
        cell.text = text
    document.add_paragraph("   ")
    document.add_paragraph("The end.\nOn a second line")
    return document


def read(content: bytes) -> Document:
    return read_docx(content, location="a.docx", max_unpacked_bytes=LIMIT)


def test_paragraphs_headings_items_and_tables_keep_their_order() -> None:
    document = read(saved(sample()))
    assert [(part.role, document.text[part.start : part.end]) for part in document.paragraphs] == [
        ("heading", "The whole"),
        ("heading", "A part"),
        ("text", "A first parafix with bold"),
        ("item", "An item"),
        ("table", "a | b\n1 | 2"),
        ("text", "The end. On a second line"),
    ]


def test_tracked_insertions_links_and_content_controls_are_read_and_deletions_are_not() -> None:
    document = docx.Document()
    names = nsdecls("w")
    body = document.element.body
    runs = (
        "<w:r><w:t>Kept </w:t></w:r><w:ins><w:r><w:t>inserted</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        "<w:hyperlink><w:r><w:t> linked</w:t></w:r></w:hyperlink>"
        "<w:r><w:tab/><w:t>after</w:t><w:noBreakHyphen/><w:t>all</w:t></w:r>"
    )
    body.insert(0, parse_xml(f"<w:p {names}>{runs}</w:p>"))
    body.insert(
        1, parse_xml(f"<w:sdt {names}><w:sdtContent><w:p><w:r><w:t>Held.</w:t></w:r></w:p></w:sdtContent></w:sdt>")
    )
    assert read(saved(document)).text == "Kept inserted linked after-all\n\nHeld."


def test_a_merged_cell_is_read_once() -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(0, 2).text = "narrow"
    assert read(saved(document)).text == "wide | narrow"


def test_core_properties_become_metadata() -> None:
    document = sample()
    properties = document.core_properties
    properties.title, properties.author = " A  study ", "Ana Pérez"
    properties.created = datetime.datetime(2025, 1, 29, 12, 0)
    metadata = read(saved(document)).metadata
    assert (metadata.title, metadata.author, metadata.published) == ("A study", "Ana Pérez", "2025-01-29")


def test_the_template_says_nothing_and_the_first_heading_is_the_title() -> None:
    content = saved(sample())
    metadata = read(content).metadata
    assert (metadata.title, metadata.author, metadata.published) == (None, None, None)
    named = read_bytes(content, name="a.docx", content_type=None, location="a.docx", limits=ReadingLimits())
    assert named.metadata.title == "The whole"


def test_a_document_without_words_is_refused() -> None:
    with pytest.raises(NoText):
        read_bytes(saved(docx.Document()), name="a.docx", content_type=None, location="a.docx", limits=ReadingLimits())


def test_an_archive_that_swells_is_refused_before_it_is_unpacked() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (LIMIT + 1))
    assert len(stream.getvalue()) < LIMIT // 500
    with pytest.raises(SourceTooLarge):
        read(stream.getvalue())


def archive_of(**files: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        saved(sample())[:-100],
        saved(sample())[:1000],
        b"not an archive",
        archive_of(readme="another kind of archive"),
        archive_of(**{"[Content_Types].xml": "<broken"}),
        archive_of(**{"[Content_Types].xml": "<Types/>", "_rels/.rels": "<Relationships/>"}),
    ],
    ids=["cut off", "cut short", "no archive", "other archive", "broken XML", "no document"],
)
def test_a_damaged_document_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(DamagedDocument) as caught:
        read(content)
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message
