"""OpenDocument texts: what is there to be read, in order, and nothing that was deleted, struck out or hidden."""

import io
import zipfile
from dataclasses import replace

import pytest

from knowledge.errors import CitabotError, DamagedDocument, EncryptedDocument, NoText, SourceTooLarge, TooCostly
from knowledge.formats.limits import USUAL_LIMITS
from knowledge.formats.opendocument import read_odt
from knowledge.model import Document
from knowledge.readers import ReadingLimits, read_bytes

NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"),
        ("meta", "meta"), ("manifest", "manifest"),
    )
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip
STYLES = "".join(
    f'<style:style style:name="{name}"><style:text-properties {properties}/></style:style>'
    for name, properties in (
        ("struck", 'style:text-line-through-style="solid"'),
        ("not-struck", 'style:text-line-through-style="none"'),
        ("raised", 'style:text-position="super 58%"'),
        ("hidden", 'text:display="none"'),
    )
)
META = f"""<office:document-meta {NAMES}><office:meta><dc:title>The levy</dc:title>
<meta:initial-creator>Ana Pérez</meta:initial-creator><meta:creation-date>2025-01-29T10:00:00</meta:creation-date>
</office:meta></office:document-meta>"""


def odt(body: str, *, declared: str = "", **further: str) -> bytes:
    content = (
        f"{declared}<office:document-content {NAMES}><office:automatic-styles>{STYLES}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        for name, part in {"content.xml": content, **further}.items():
            archive.writestr(name, part)
    return stream.getvalue()


def read(content: bytes) -> Document:
    return read_odt(content, location="a.odt", limits=replace(USUAL_LIMITS, max_unpacked_bytes=1_000_000, max_cells=50))


def words(body: str) -> str:
    return read(odt(body)).text


def p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def span(style: str, text: str) -> str:
    return f'<text:span text:style-name="{style}">{text}</text:span>'


def test_paragraphs_headings_items_and_tables_keep_their_order() -> None:
    cells = "<table:table-cell>{}</table:table-cell>"
    spaced = 'A first<text:tab/>line<text:s text:c="999999999"/>here.'
    inner = f"<table:table><table:table-row>{cells.format(p('in'))}</table:table-row></table:table>"
    rows = (
        f"<table:table-header-rows><table:table-row>{cells.format(p('Year'))}{cells.format(p('Tax'))}</table:table-row>"
        f"</table:table-header-rows><table:table-row>{cells.format(p('1890') + inner)}{cells.format(p('12'))}"
        '<table:table-cell table:number-columns-repeated="1000000"/></table:table-row>'
    )
    document = read(
        odt(
            f"<text:h>The levy</text:h>{p(spaced)}"
            f"<text:list><text:list-item>{p('An item')}</text:list-item></text:list>"
            f"<table:table>{rows}</table:table><text:section>{p('The end.')}</text:section>"
        )
    )
    assert [(part.role, document.text[part.start : part.end]) for part in document.paragraphs] == [
        ("heading", "The levy"),
        ("text", "A first line here."),
        ("item", "An item"),
        ("table", "Year | Tax\n1890 in | 12 |"),
        ("text", "The end."),
    ]


@pytest.mark.parametrize(
    ("body", "read_as"),
    [
        (p(f"A levy of {span('struck', '18')} 12 euros."), "A levy of 12 euros."),
        (p(f"A levy of {span('not-struck', '12')} euros."), "A levy of 12 euros."),
        (p(f"Nobody {span('hidden', 'ever ')}agreed."), "Nobody agreed."),
        (f'<text:p text:style-name="struck">Gone.</text:p>{p("Here.")}', "Here."),
        (
            f"<text:tracked-changes><text:changed-region><text:deletion>{p('Gone.')}</text:deletion>"
            f"</text:changed-region></text:tracked-changes>{p('Here<text:change-start/> inserted<text:change-end/>.')}",
            "Here inserted.",
        ),
        (p(f"Here<office:annotation>{p('A comment.')}</office:annotation>."), "Here."),
        (p(f"Here<draw:frame><draw:text-box>{p('A box.')}</draw:text-box></draw:frame>."), "Here.\n\nA box."),
        (p(f"It brought in 12{span('raised', '3')} million."), "It brought in 12 million."),
        (p(f"It weighs 10{span('raised', '6')} tonnes."), "It weighs 10\u2076 tonnes."),
    ],
)
def test_what_is_struck_out_hidden_deleted_or_a_mark_is_not_read(body: str, read_as: str) -> None:
    assert words(body) == read_as


def test_a_note_is_a_paragraph_of_its_own_and_its_mark_is_no_digit() -> None:
    body = f"<text:note-body>{p('A note.')}</text:note-body>"
    note = f"<text:note><text:note-citation>3</text:note-citation>{body}</text:note>"
    document = read(odt(p(f"It brought in 12{note} million.") + p("The end.")))
    assert document.text == "It brought in 12 million.\n\nThe end.\n\nA note."
    assert [paragraph.role for paragraph in document.paragraphs] == ["text", "text", "note"]


def test_what_the_text_says_of_itself_is_kept() -> None:
    metadata = read(odt(p("Words."), **{"meta.xml": META})).metadata
    assert (metadata.title, metadata.author, metadata.published) == ("The levy", "Ana Pérez", "2025-01-29")


@pytest.mark.parametrize("name", ["a.odt", ""])
def test_a_text_is_known_by_its_ending_and_by_its_beginning(name: str) -> None:
    content = odt(p("Some words of a text."))
    document = read_bytes(content, name=name, content_type=None, location=name, limits=ReadingLimits())
    assert document.text == "Some words of a text."


ENTITY = '<!DOCTYPE a [<!ENTITY b "words"><!ENTITY c SYSTEM "file:///etc/hostname">]>'
ENTRY = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
LOCKED = f"<manifest:manifest {NAMES}>{ENTRY}</manifest:manifest>"
CELLS = "<table:table><table:table-row>" + "<table:table-cell/>" * 51 + "</table:table-row></table:table>"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (odt(p("Words."))[:-100], DamagedDocument),
        (b"no archive", DamagedDocument),
        (odt("<text:p>Words."), DamagedDocument),
        (odt(p("Some &b; &c; words."), declared=ENTITY), DamagedDocument),
        (odt("<text:span>" * 1_000 + "deep" + "</text:span>" * 1_000), DamagedDocument),
        (odt(p("Words."), big="x" * 2_000_000), SourceTooLarge),
        (odt(CELLS), TooCostly),
        (odt(p("Words."), **{"META-INF/manifest.xml": LOCKED}), EncryptedDocument),
        (odt(p(" ")), NoText),
    ],
    ids=["cut", "other", "no XML", "entities", "nested", "bomb", "cells", "locked", "empty"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_one_sentence(content: bytes, kind: type[CitabotError]) -> None:
    with pytest.raises(kind) as caught:
        read(content)
    assert type(caught.value) is kind
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message


def test_a_cell_that_another_covers_is_empty_and_keeps_the_place_of_the_next() -> None:
    rows = [
        f'<table:table-row><table:table-cell table:number-rows-spanned="2">{p("1950")}</table:table-cell>'
        f"<table:table-cell>{p('40')}</table:table-cell></table:table-row>",
        f"<table:table-row><table:covered-table-cell/><table:table-cell>{p('41')}</table:table-cell></table:table-row>",
    ]
    assert words(f"<table:table>{''.join(rows)}</table:table>") == "1950 | 40\n| 41"


def test_questions_in_bold_are_those_of_an_interview() -> None:
    pairs = [("Did it burn?", "It did."), ("You lit it.", "I did not."), ("Who did?", "Nobody.")]
    body = "".join(p(span("Strong_20_Emphasis", asked)) + p(answer) for asked, answer in pairs)
    assert [part.role for part in read(odt(body)).paragraphs] == ["question", "text"] * 3
