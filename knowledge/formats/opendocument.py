"""OpenDocument text (.odt), as LibreOffice writes it (OASIS OpenDocument 1.3, part 3)."""

import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from knowledge.errors import EncryptedDocument, NoText, TooCostly
from knowledge.formats.archives import opened_archive, read_xml
from knowledge.formats.fragments import table_text
from knowledge.formats.limits import USUAL_LIMITS, ReadingLimits
from knowledge.formats.paragraphs import Block, assemble, clean
from knowledge.formats.raised import settled
from knowledge.model import Document, Metadata, ParagraphRole

_NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}


def _name(name: str) -> str:
    prefix, local = name.split(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


_PARAGRAPH, _HEADING, _LIST, _NOTE = (_name(f"text:{name}") for name in ("p", "h", "list", "note"))
_TABLE, _ROW, _CELL = (_name(f"table:{name}") for name in ("table", "table-row", "table-cell"))
# A cell that goes on from the one above, or beside.
_COVERED = _name("table:covered-table-cell")
_ROWS = frozenset(map(_name, ("table:table-header-rows", "table:table-rows", "table:table-row-group")))
_STYLE = _name("text:style-name")
# No part of the words around them: what tracked changes deleted, comments, pictures and text boxes, hidden text, and
# notes, which are read apart.
_ASIDE = frozenset(
    (
        *map(_name, ("text:tracked-changes", "office:annotation", "text:hidden-text", "text:hidden-paragraph")),
        *map(_name, ("draw:frame", "draw:custom-shape", "text:table-of-content", "office:forms")),
        _NOTE,
    )
)
_SIGNS = {_name("text:tab"): "\t", _name("text:line-break"): "\n", _name("text:s"): " "}
_BOX = _name("draw:text-box")
_WORD = re.compile(r"[^\W_]")
# The styles of LibreOffice for words in bold and in italics.
_EMPHASIS = frozenset({"Strong_20_Emphasis", "Emphasis"})
_DAY = len("YYYY-MM-DD")


def read_odt(content: bytes, *, location: str, limits: ReadingLimits = USUAL_LIMITS) -> Document:
    """Read the paragraphs, headings, lists and tables of a text in order; notes follow at the end.

    What is struck out or hidden by its style, or deleted by a tracked change, is left out. Raises DamagedDocument,
    EncryptedDocument, NoText, and SourceTooLarge or TooCostly for an archive beyond the limits.
    """
    with opened_archive(content, location, limits, what="an OpenDocument text") as archive:
        if "META-INF/manifest.xml" in archive.namelist():
            _check_readable(archive, location)
        root = read_xml(archive, "content.xml")
        body = next(root.iter(_name("office:text")))
        if sum(1 for _ in body.iter(_CELL)) > limits.max_cells:
            raise TooCostly(f"{location} has tables of more than {limits.max_cells:,} cells.")
        styles = _Styles(root)
        notes = [Block(_words(part, styles), "note") for note in body.iter(_NOTE) for part in note.iter(_PARAGRAPH)]
        text, paragraphs = assemble([*_blocks(body, styles), *notes])
        metadata = _metadata(archive)
    if not paragraphs:
        raise NoText(f"{location} is a text without any words.")
    return Document(text, paragraphs, metadata, location)


class _Styles:
    """The names of the automatic styles whose words are not there to be read, are raised, or are in bold or italics."""

    def __init__(self, root: etree._Element) -> None:
        self.unread: set[str] = set()
        self.raised: set[str] = set()
        self.emphasised: set[str] = set(_EMPHASIS)
        for style in root.iter(_name("style:style")):
            name = style.get(_name("style:name"), "")
            for properties in style.iter(_name("style:text-properties")):
                struck = properties.get(_name("style:text-line-through-style"), "none") != "none"
                if struck or properties.get(_name("text:display")) == "none":
                    self.unread.add(name)
                if properties.get(_name("style:text-position"), "").startswith("super"):
                    self.raised.add(name)
                bold = properties.get(_name("fo:font-weight"), "normal") != "normal"
                if bold or properties.get(_name("fo:font-style")) == "italic":
                    self.emphasised.add(name)


def _check_readable(archive: zipfile.ZipFile, location: str) -> None:
    if next(read_xml(archive, "META-INF/manifest.xml").iter("{*}encryption-data"), None) is not None:
        raise EncryptedDocument(f"{location} is a text that asks for a password.")


def _blocks(parent: etree._Element, styles: _Styles, role: ParagraphRole = "text") -> Iterator[Block]:
    for element in parent.iterchildren(etree.Element):
        if element.tag in (_PARAGRAPH, _HEADING):
            is_heading = element.tag == _HEADING
            emphasised = not is_heading and _is_emphasised(element, styles)
            yield Block(_words(element, styles), "heading" if is_heading else role, emphasised=emphasised)
            for box in element.iter(_BOX):
                yield from _blocks(box, styles)
        elif element.tag == _TABLE:
            yield Block(table_text([_row(row, styles) for row in _rows(element)]), "table")
        elif element.tag not in _ASIDE:
            yield from _blocks(element, styles, "item" if element.tag == _LIST else role)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """Yield the rows of a table; the words of tables inside its cells are those of the cells."""
    for element in table.iterchildren(_ROW, *_ROWS):
        if element.tag == _ROW:
            yield element
        else:
            yield from _rows(element)


def _row(row: etree._Element, styles: _Styles) -> list[str]:
    return [
        " ".join(_words(paragraph, styles) for paragraph in cell.iter(_PARAGRAPH, _HEADING))
        for cell in row.iterchildren(_CELL, _COVERED)
    ]


def _words(element: etree._Element, styles: _Styles) -> str:
    """Return the words of a paragraph; raised marks of notes are left out."""
    if element.get(_STYLE) in styles.unread:
        return ""
    words = element.text or ""
    for child in element:
        words += _inside(child, words, styles) + (child.tail or "")
    return words


def _inside(child: etree._Element, before: str, styles: _Styles) -> str:
    if not isinstance(child.tag, str) or child.tag in _ASIDE:
        return ""
    if child.tag in _SIGNS:
        return _SIGNS[child.tag]
    words = _words(child, styles)
    if child.get(_STYLE) in styles.raised and before[-1:].strip():
        return settled(before, words, (child.tail or "")[:1])
    return words


def _is_emphasised(element: etree._Element, styles: _Styles) -> bool:
    """Say whether all words of a paragraph are in bold or in italics."""
    if element.get(_STYLE) in styles.emphasised:
        return True
    if len(element) == 0 or _WORD.search(element.text or ""):
        return False
    return all(
        child.tag in _ASIDE or _is_emphasised(child, styles) for child in element.iterchildren(_name("text:span"))
    ) and not any(_WORD.search(child.tail or "") for child in element)


def _metadata(archive: zipfile.ZipFile) -> Metadata:
    if "meta.xml" not in archive.namelist():
        return Metadata()
    root = read_xml(archive, "meta.xml")

    def stated(name: str) -> str | None:
        values = (" ".join(clean(element.text or "").split()) for element in root.iter(_name(name)))
        return next(filter(None, values), None)

    created = stated("meta:creation-date")
    return Metadata(
        title=stated("dc:title"),
        author=stated("meta:initial-creator") or stated("dc:creator"),
        published=created[:_DAY] if created else None,
    )
