"""Word documents (.docx): paragraphs, headings, lists and tables in the order in which they stand.

python-docx opens them. Their XML is walked here, because python-docx looks a style up for every paragraph and makes
of a merged cell as many as it covers, which a file of a kilobyte can put at a billion.
"""

import datetime
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from lxml import etree

from knowledge.errors import DamagedDocument, EncryptedDocument, TooCostly, UnsupportedFormat
from knowledge.formats.archives import check_archive
from knowledge.formats.fragments import table_text
from knowledge.formats.limits import USUAL_LIMITS, ReadingLimits, translated
from knowledge.formats.paragraphs import Block, assemble
from knowledge.formats.runs import PROPERTIES, Look, NoteReference, run_styles, words
from knowledge.model import Document, Metadata, ParagraphRole

# How old Office files and encrypted new ones begin: [MS-CFB], section 2.2, and [MS-OFFCRYPTO], section 2.3.4.4.
_COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
# Elements by ISO/IEC 29500-1, section 17. A content control, or custom XML, can stand around any block, row or cell.
_PARAGRAPH, _TABLE, _ROW, _CELL = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc"))
_AROUND = frozenset(qn(f"w:{name}") for name in ("sdt", "sdtContent", "customXml"))
_VALUE = qn("w:val")
# A cell that goes on from the one above, or beside, in the two ways in which cells are merged: 17.4.84 and 17.4.22.
_MERGED_ABOVE, _MERGED_BESIDE = (f"{qn('w:tcPr')}/{qn(f'w:{name}')}" for name in ("vMerge", "hMerge"))
_STYLE, _NUMBERED = f"{PROPERTIES}/{qn('w:pStyle')}", f"{PROPERTIES}/{qn('w:numPr')}"
# The content of a text box, and what holds none to be read: the same again for old programs, and what has gone.
_BOX = qn("w:txbxContent")
_NO_BOXES = (qn("w:moveFrom"), qn("w:del"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
# A row that a tracked change takes away: 17.13.5.12.
_DELETED_ROW = f"{qn('w:trPr')}/{qn('w:del')}"
# Notes that are lines between the text and its notes, and no words: 17.18.33.
_NOTES, _NOTE_TYPES = ("footnotes", "endnotes"), frozenset({None, "normal"})
# The name and the time in python-docx's and others' empty template say nothing of a document.
_TEMPLATE_TIME = datetime.datetime(2013, 12, 23, 23, 15, tzinfo=datetime.UTC)
_TEMPLATE_AUTHORS = frozenset({"", "python-docx"})


def read_docx(content: bytes, *, location: str, limits: ReadingLimits = USUAL_LIMITS) -> Document:
    """Read the text of a Word document, with title, author and date from its core properties.

    Raises DamagedDocument, EncryptedDocument, UnsupportedFormat for the old .doc, and SourceTooLarge or TooCostly for
    a file that unpacks to more than the limits allow.
    """
    if content.startswith(_COMPOUND_FILE):
        if _ENCRYPTED_STREAM in content:
            raise EncryptedDocument(f"{location} is a Word document that asks for a password.")
        raise UnsupportedFormat(f"{location} is in the old Word format.", hint="Save it as .docx and add that.")
    with translated(f"{location} is damaged or not a Word document at all."):
        check_archive(content, location, limits)
    with translated(f"{location} is a damaged Word document."):
        document = docx.Document(io.BytesIO(content))
        _check_body(document.element.body, location, limits)
        text, paragraphs = assemble(_all_blocks(document))
        metadata = _metadata(document)
    return Document(text, paragraphs, metadata, location)


def _check_body(body: etree._Element, location: str, limits: ReadingLimits) -> None:
    _check_declarations(body, location)
    if _has_more_than(body.iter(_CELL), limits.max_cells):
        raise TooCostly(f"{location} has tables of more than {limits.max_cells:,} cells.")
    # Empty ones too, which a page has for its lines without words.
    if _has_more_than(_parts(body, _PARAGRAPH, _TABLE), limits.max_paragraphs):
        raise TooCostly(f"{location} has more than {limits.max_paragraphs:,} paragraphs.")


def _check_declarations(root: etree._Element, location: str) -> None:
    # No part of a package may declare entities (ISO/IEC 29500-2, 8.2.5), and the words of any would be missing.
    if root.getroottree().docinfo.internalDTD is not None:
        raise DamagedDocument(f"{location} is a Word document with declarations that none may have.")


def _has_more_than(elements: Iterable[etree._Element], limit: int) -> bool:
    """Say whether there are more elements than the limit, without counting the rest."""
    return next(islice(elements, limit, None), None) is not None


def _styles(document: WordDocument) -> dict[str | None, str]:
    """Return the name of every paragraph style in small letters, by its id; the default's is that of None."""
    names: dict[str | None, str] = {}
    for style in document.styles.element.iterchildren(qn("w:style")):
        name = style.find(qn("w:name"))
        if style.get(qn("w:type")) == "paragraph" and name is not None:
            names.setdefault(style.get(qn("w:styleId")), name.get(_VALUE, "").lower())
            if style.get(qn("w:default")) in ("1", "true", "on"):
                names.setdefault(None, name.get(_VALUE, "").lower())
    return names


def _all_blocks(document: WordDocument) -> Iterator[Block]:
    """Yield the blocks of the body, and then the notes it refers to, in the order in which it does."""
    referred: list[NoteReference] = []
    styles = run_styles(document.styles.element)
    yield from _blocks(document.element.body, _styles(document), Look(styles, referred))
    notes = {name: _notes(document, name) for name in _NOTES}
    for name, key in dict.fromkeys(referred):
        for paragraph in notes[name].get(key, ()):
            yield Block(words(paragraph, styles), "note")


def _notes(document: WordDocument, name: str) -> dict[str, list[etree._Element]]:
    """Return the paragraphs of a document's footnotes or endnotes, by the ids of the notes."""
    relations = (rel for rel in document.part.rels.values() if rel.reltype.endswith(f"/{name}") and not rel.is_external)
    part = next(relations, None)
    if part is None:
        return {}
    root = etree.fromstring(part.target_part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
    _check_declarations(root, name)
    notes = (note for note in root.iterchildren(qn(f"w:{name[:-1]}")) if note.get(qn("w:type")) in _NOTE_TYPES)
    return {note.get(qn("w:id"), ""): list(note.iter(_PARAGRAPH)) for note in notes}


def _blocks(body: etree._Element, names: Mapping[str | None, str], look: Look) -> Iterator[Block]:
    for element in _parts(body, _PARAGRAPH, _TABLE):
        if element.tag == _TABLE:
            yield Block(table_text(list(_rows(element, look))), "table")
            continue
        role = _role(element, names)
        yield Block(look.words(element), role, emphasised=role != "heading" and look.is_emphasised(element))
        for box in _boxes(element):
            yield from _blocks(box, names, look)


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield the text boxes that a paragraph holds, each once, and none that is deleted or was moved away."""
    walk = etree.iterwalk(paragraph, events=("start",), tag=(_BOX, *_NO_BOXES))
    for _, element in walk:
        if element.tag == _BOX:
            yield element
        walk.skip_subtree()


def _parts(parent: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """Yield the elements of these names in a parent, also inside content controls, but not inside each other."""
    walk = etree.iterwalk(parent, events=("start",))
    for _, element in walk:
        if element.tag in tags and element is not parent:
            yield element
            walk.skip_subtree()
        elif element is not parent and element.tag not in _AROUND:
            walk.skip_subtree()


def _rows(table: etree._Element, look: Look) -> Iterator[list[str]]:
    for row in _parts(table, _ROW):
        if row.find(_DELETED_ROW) is None:
            yield [_cell(cell, look) for cell in _parts(row, _CELL) if not _is_merged(cell, _MERGED_BESIDE)]


def _is_merged(cell: etree._Element, merged: str) -> bool:
    mark = cell.find(merged)
    return mark is not None and mark.get(_VALUE) != "restart"


def _cell(cell: etree._Element, look: Look) -> str:
    """Return the words of a cell and of the tables in it; none of a cell merged with the one above, which has them."""
    if _is_merged(cell, _MERGED_ABOVE):
        return ""
    parts: list[str] = []
    walk = etree.iterwalk(cell, events=("start",), tag=_PARAGRAPH)
    for _, paragraph in walk:
        parts.append(look.words(paragraph))
        walk.skip_subtree()
    return " ".join(parts)


def _role(paragraph: etree._Element, styles: Mapping[str | None, str]) -> ParagraphRole:
    mark = paragraph.find(_STYLE)
    style = styles.get(None if mark is None else mark.get(_VALUE), styles.get(None, ""))
    if style == "title" or style.startswith("heading"):
        return "heading"
    return "item" if style.startswith("list") or paragraph.find(_NUMBERED) is not None else "text"


def _metadata(document: WordDocument) -> Metadata:
    core = document.core_properties
    own, created = core.author not in _TEMPLATE_AUTHORS, core.created
    return Metadata(
        title=" ".join(core.title.split()) or None,
        author=core.author if own else None,
        published=created.date().isoformat() if own and created is not None and created != _TEMPLATE_TIME else None,
    )
