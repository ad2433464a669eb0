"""Word documents (.docx): paragraphs, headings, lists and tables in the order in which they stand."""

import io
import zipfile
from collections.abc import Iterator

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph
from lxml import etree

from knowledge.errors import DamagedDocument, EncryptedDocument, SourceTooLarge, UnsupportedFormat
from knowledge.formats.fragments import table_text
from knowledge.formats.paragraphs import Block, assemble
from knowledge.model import Document, Metadata, ParagraphRole

# How old Office files and encrypted new ones begin: [MS-CFB], section 2.2, and [MS-OFFCRYPTO], section 2.3.4.4.
_COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
# Paragraphs and tables of the body, also those inside content controls, which python-docx passes over.
_PARTS = "./w:p | ./w:tbl | ./w:sdt/w:sdtContent/w:p | ./w:sdt/w:sdtContent/w:tbl"
# Words of a paragraph, also those inserted as tracked changes; text boxes inside it are not part of its sentences.
_WORDS = " | ".join(f".//w:r/w:{name}[not(ancestor::w:txbxContent)]" for name in ("t", "tab", "br", "noBreakHyphen"))
_SIGNS = {"tab": "\t", "br": "\n", "noBreakHyphen": "-"}
# The name and the day in python-docx's and others' empty template say nothing of a document.
_TEMPLATE_AUTHORS = frozenset({"", "python-docx"})


def read_docx(content: bytes, *, location: str, max_unpacked_bytes: int) -> Document:
    """The text of a Word document, with title, author and date from its core properties.

    Raises DamagedDocument, EncryptedDocument, UnsupportedFormat for the old .doc, or SourceTooLarge for a file that
    unpacks to more than `max_unpacked_bytes`.
    """
    if content.startswith(_COMPOUND_FILE):
        if _ENCRYPTED_STREAM in content:
            raise EncryptedDocument(f"{location} is a Word document that asks for a password.")
        raise UnsupportedFormat(f"{location} is in the old Word format.", hint="Save it as .docx and add that.")
    _check_size(content, location, max_unpacked_bytes)
    try:
        document = docx.Document(io.BytesIO(content))
        text, paragraphs = assemble(_blocks(document))
        metadata = _metadata(document)
    # What python-docx lets through for parts that are missing or are not what they should be.
    except (OpcError, etree.LxmlError, zipfile.BadZipFile, KeyError, ValueError, AttributeError, EOFError) as error:
        raise DamagedDocument(f"{location} is a damaged Word document.") from error
    return Document(text, paragraphs, metadata, location)


def _check_size(content: bytes, location: str, max_bytes: int) -> None:
    """A small archive can hold any amount; zipfile never unpacks more of an entry than it claims, so claims will do."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise DamagedDocument(f"{location} is damaged or not a Word document at all.") from error
    if unpacked > max_bytes:
        raise SourceTooLarge(f"{location} unpacks to more than {max_bytes / 1024 / 1024:.3g} MB.")


def _blocks(document: WordDocument) -> Iterator[Block]:
    for element in document.element.body.xpath(_PARTS):
        if element.tag == qn("w:tbl"):
            yield Block(table_text(list(_rows(Table(element, document)))), "table")
        else:
            words = (_SIGNS.get(etree.QName(part).localname, part.text or "") for part in element.xpath(_WORDS))
            yield Block("".join(words), _role(WordParagraph(element, document)))


def _rows(table: Table) -> Iterator[list[str]]:
    for row in table.rows:
        # A merged cell comes once for every column it covers.
        yield list({id(cell._tc): cell.text for cell in row.cells}.values())


def _role(paragraph: WordParagraph) -> ParagraphRole:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    if style == "Title" or style.startswith("Heading"):
        return "heading"
    properties = paragraph._p.pPr
    numbered = properties is not None and properties.numPr is not None
    return "item" if numbered or style.startswith("List") else "text"


def _metadata(document: WordDocument) -> Metadata:
    core = document.core_properties
    own = core.author not in _TEMPLATE_AUTHORS
    return Metadata(
        title=" ".join(core.title.split()) or None,
        author=core.author if own else None,
        published=core.created.date().isoformat() if own and core.created is not None else None,
    )
