"""Books in EPUB: their chapters in reading order (EPUB 3.3, https://www.w3.org/TR/epub-33/)."""

import posixpath
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree, html

from knowledge.errors import EncryptedDocument, NoText
from knowledge.formats.archives import opened_archive, read_xml
from knowledge.formats.fragments import fragment_blocks
from knowledge.formats.frontmatter import known_language
from knowledge.formats.limits import USUAL_LIMITS, ReadingLimits
from knowledge.formats.paragraphs import Block, assemble, clean
from knowledge.model import Document, Metadata

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
# Fonts alone may be hidden in a book that anybody can read: EPUB 3.3, section 4.4.
_FONT_ALGORITHMS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_ISO_DAY = len("YYYY-MM-DD")


def read_epub(content: bytes, *, location: str, limits: ReadingLimits = USUAL_LIMITS) -> Document:
    """Read the chapters of a book, without its table of contents, with what its package says of it.

    Raises DamagedDocument, EncryptedDocument, NoText, and SourceTooLarge or TooCostly for an archive beyond the limits.
    """
    with opened_archive(content, location, limits, what="a book in EPUB") as archive:
        _check_readable(archive, location)
        package_name = _package_name(archive)
        package = read_xml(archive, package_name)
        chapters = (_blocks(archive, name) for name in _chapters(package, posixpath.dirname(package_name)))
        text, paragraphs = assemble(block for chapter in chapters for block in chapter)
        metadata = _metadata(package)
    if not paragraphs:
        raise NoText(f"{location} is a book without any text.")
    return Document(text, paragraphs, metadata, location)


def _check_readable(archive: zipfile.ZipFile, location: str) -> None:
    if _ENCRYPTION not in archive.namelist():
        return
    methods = read_xml(archive, _ENCRYPTION).iter("{*}EncryptionMethod")
    if any(method.get("Algorithm") not in _FONT_ALGORITHMS for method in methods):
        raise EncryptedDocument(f"{location} is a book that only its seller's programs can open.")


def _package_name(archive: zipfile.ZipFile) -> str:
    root_file = next(read_xml(archive, _CONTAINER).iter("{*}rootfile"))
    return str(root_file.get("full-path"))


def _chapters(package: etree._Element, folder: str) -> Iterator[str]:
    """Yield the names of the documents in the order of reading, of which those beside it and contents are no part."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or reference.get("linear") == "no" or "nav" in (item.get("properties") or "").split():
            continue
        if item.get("media-type") in ("application/xhtml+xml", "text/html"):
            yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))


def _blocks(archive: zipfile.ZipFile, name: str) -> list[Block]:
    try:
        root = read_xml(archive, name)
    except etree.XMLSyntaxError:
        return fragment_blocks(archive.read(name).decode("utf-8", "replace"))  # HTML, as some books have it
    body = next(root.iter("{*}body"), root)
    for element in body.iter(etree.Element):
        element.tag = etree.QName(element).localname
    etree.cleanup_namespaces(body)
    # As HTML, in which an empty element ends where it should.
    return fragment_blocks(html.tostring(body, encoding="unicode", with_tail=False))


def _metadata(package: etree._Element) -> Metadata:
    published = _stated(package, "date")
    language = known_language(_stated(package, "language"))
    return Metadata(
        title=_stated(package, "title"),
        author=", ".join(_all_stated(package, "creator")) or None,
        publisher=_stated(package, "publisher"),
        published=published[:_ISO_DAY] if published else None,
        language=None if language == "und" else language,
    )


def _stated(package: etree._Element, name: str) -> str | None:
    return next(_all_stated(package, name), None)


def _all_stated(package: etree._Element, name: str) -> Iterator[str]:
    for element in package.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}"):
        if words := " ".join(clean(element.text or "").split()):
            yield words
