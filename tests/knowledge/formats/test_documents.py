"""Word documents: everything in the order in which it stands."""

import datetime
import io
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from knowledge.errors import CitabotError, DamagedDocument, NoText, SourceTooLarge, TooCostly
from knowledge.formats.documents import read_docx
from knowledge.formats.limits import USUAL_LIMITS
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
    return read_docx(content, location="a.docx", limits=replace(USUAL_LIMITS, max_unpacked_bytes=LIMIT))


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
    document = sample()
    document.core_properties.author = "Ana Pérez"
    own = read(saved(document)).metadata
    assert (own.author, own.published) == ("Ana Pérez", None)
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


def with_body(body: str, *, declared: str = "") -> bytes:
    """A Word document whose body is this XML."""
    part = f"{declared}<w:document {nsdecls('w')}><w:body>{body}</w:body></w:document>"
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(docx.Document()))) as whole, zipfile.ZipFile(stream, "w", 8) as archive:
        for name in whole.namelist():
            archive.writestr(name, part if name == "word/document.xml" else whole.read(name))
    return stream.getvalue()


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


@pytest.mark.parametrize(
    "properties",
    [
        '<w:gridSpan w:val="1000000000"/>',
        f'<w:gridSpan w:val="{"9" * 5000}"/>',
        '<w:gridSpan w:val="-5"/>',
        '<w:gridSpan w:val="many"/>',
    ],
)
def test_a_cell_over_any_number_of_columns_is_one_cell(properties: str) -> None:
    assert read(with_body(table(cell("wide", properties) + cell("b")))).text == "wide | b"


def test_columns_left_free_before_a_row_take_no_room() -> None:
    skipped = '<w:trPr><w:gridBefore w:val="1000000000"/><w:gridAfter w:val="1000000000"/></w:trPr>'
    assert read(with_body(table(skipped + cell("a")))).text == "a"


def test_a_cell_over_many_rows_is_read_once() -> None:
    rows = [cell("hidden", "<w:vMerge/>") + cell(f"row {number}") for number in range(1, 1201)]
    first = cell("top", '<w:vMerge w:val="restart"/>') + cell("row 0")
    lines = read(with_body(table(first, *rows))).text.splitlines()
    assert (lines[0], lines[1], lines[-1], len(lines)) == ("top | row 0", "| row 1", "| row 1200", 1201)


def test_tables_and_rows_and_words_inside_others_are_all_read() -> None:
    inner = f"<w:tc>{table(cell('in'), cell('side'))}<w:p/></w:tc>"
    control = f"<w:sdt><w:sdtContent><w:tr>{cell('held')}</w:tr></w:sdtContent></w:sdt>"
    assert read(with_body(f"<w:tbl><w:tr>{inner}{cell('out')}</w:tr>{control}</w:tbl>")).text == "in side | out\nheld"
    nested = "<w:sdt><w:sdtContent>" * 3 + "<w:p><w:r><w:t>Held.</w:t></w:r></w:p>" + "</w:sdtContent></w:sdt>" * 3
    assert read(with_body(nested)).text == "Held."


def test_text_boxes_and_what_was_moved_away_are_no_part_of_a_sentence() -> None:
    aside = "<w:r><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent></w:r>"
    moved = "<w:moveFrom><w:r><w:t>away</w:t></w:r></w:moveFrom>"
    assert read(with_body(f"<w:p><w:r><w:t>One </w:t></w:r>{aside}{moved}<w:r><w:t>line.</w:t></w:r></w:p>")).text == (
        "One line.\n\nboxed"
    )


@pytest.mark.parametrize(
    ("body", "limits"),
    [
        ("<w:p/>" * 50, {"max_paragraphs": 49}),
        (table("<w:tc/>" * 50), {"max_cells": 49}),
        ("<w:p/>", {"max_tags": 10}),
        ("<w:p/>", {"max_parts": 3}),
    ],
    ids=["paragraphs", "cells", "tags", "parts"],
)
def test_more_than_a_long_document_holds_is_refused(body: str, limits: dict[str, int]) -> None:
    with pytest.raises(TooCostly) as caught:
        read_docx(with_body(body), location="a.docx", limits=replace(USUAL_LIMITS, **limits))
    assert caught.value.message.startswith("a.docx")


def test_millions_of_empty_paragraphs_are_refused_before_they_are_parsed() -> None:
    content = with_body("<w:p/>" * 3_000_000)
    assert len(content) < 100_000
    with pytest.raises(TooCostly, match="tags"):
        read_docx(content, location="a.docx")


@pytest.mark.parametrize(("depth", "kind"), [(70, None), (100, DamagedDocument), (20_000, DamagedDocument)])
def test_tables_nested_beyond_reason_are_refused(depth: int, kind: type[CitabotError] | None) -> None:
    body = "<w:tbl><w:tr><w:tc>" * depth + "<w:p><w:r><w:t>deep</w:t></w:r></w:p>" + "</w:tc></w:tr></w:tbl>" * depth
    if kind is None:
        assert read(with_body(body)).text == "deep"
        return
    with pytest.raises(kind):
        read(with_body(body))


@pytest.mark.parametrize("entity", ['"words"', 'SYSTEM "file:///etc/hostname"', f'"{"&b;" * 9}"'])
def test_a_document_that_declares_entities_is_refused(entity: str) -> None:
    declared = f'<!DOCTYPE d [<!ENTITY b "{"x" * 99}"><!ENTITY a {entity}>]>'
    with pytest.raises(DamagedDocument):
        read(with_body("<w:p><w:r><w:t>Some &a; more.</w:t></w:r></w:p>", declared=declared))


def test_a_chain_of_parts_without_an_end_is_refused() -> None:
    namespace = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    target = f'<Relationship Id="r" Type="{office}" Target="{{}}"/>'
    rels = f'<Relationships xmlns="{namespace}/relationships">{target}</Relationships>'
    types = f'<Types xmlns="{namespace}/content-types"><Default Extension="bin" ContentType="x/y"/></Types>'
    files = {"[Content_Types].xml": types, "_rels/.rels": rels.format("p0.bin")}
    for number in range(1500):
        files |= {f"p{number}.bin": "x", f"_rels/p{number}.bin.rels": rels.format(f"p{number + 1}.bin")}
    with pytest.raises(TooCostly):
        read(archive_of(**files))


def run(words: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{words}</w:t></w:r>"


def test_a_text_box_is_read_once_after_the_paragraph_that_holds_it() -> None:
    box = f"<w:txbxContent><w:p>{run('The pilot retired.')}</w:p></w:txbxContent>"
    mc = "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"
    both = (
        f"<mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    body = f"<w:p>{run('He lived ')}<w:r>{both}</w:r>{run('here.')}</w:p><w:p>{run('It stands.')}</w:p>"
    assert read(with_body(body)).text == "He lived here.\n\nThe pilot retired.\n\nIt stands."
    deleted = f"<w:p>{run('Here.')}<w:del><w:r>{box}</w:r></w:del></w:p>"
    assert read(with_body(deleted)).text == "Here."


def test_a_mark_of_its_own_before_a_note_is_no_word() -> None:
    mark = "<w:r><w:footnoteReference w:id='2' w:customMarkFollows='1'/><w:t>*</w:t></w:r>"
    assert read(with_body(f"<w:p>{run('It closed in 1950')}{mark}{run('.')}</w:p>")).text == "It closed in 1950."


def test_questions_in_bold_and_turns_on_lines_are_those_of_an_interview() -> None:
    pairs = [("Did it burn?", "It did."), ("You lit it.", "I did not."), ("Who did?", "Nobody.")]
    bold = "".join(f"<w:p>{run(asked, '<w:b/>')}</w:p><w:p>{run(answer)}</w:p>" for asked, answer in pairs)
    assert [part.role for part in read(with_body(bold)).paragraphs] == ["question", "text"] * 3
    lines = run("Q: Did it burn?") + "<w:r><w:br/></w:r>" + run("A: It did.")
    assert read(with_body(f"<w:p>{lines}</w:p>")).text == "Q: Did it burn?\n\nA: It did."
