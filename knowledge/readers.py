"""Reading: whatever was given (a path, a web address, a stream) as one document, or a feed as several."""

import os
import stat
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.message import Message
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from knowledge import web
from knowledge.errors import CitabotError, MissingFile, NoText, SourceTooLarge, UnsupportedFormat
from knowledge.formats.plaintext import read_plain
from knowledge.model import Document

STDIN = "-"

_SUFFIXES = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
# Enough of the beginning to know a format by: https://mimesniff.spec.whatwg.org/
_SNIFFED_BYTES = 1445
# Titles made of a text's first words stay short enough for a list.
_TITLE_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """How much is read at most: bytes of a file, pages and characters of a PDF, unpacked bytes of a DOCX, feed items.

    Both formats are compressed, so that their size as files says little. Ten million characters are some 4,000 pages.
    """

    max_bytes: int = 25 * 1024 * 1024
    max_pages: int = 5_000
    max_characters: int = 10_000_000
    max_unpacked_bytes: int = 64 * 1024 * 1024
    max_feed_items: int = 200


def read(
    location: str, *, limits: ReadingLimits, fetch_policy: web.FetchPolicy, stdin: BinaryIO | None = None
) -> Document:
    """The document at a path, an http(s) address, or `-` (then `stdin` is read).

    Its `location` is the absolute path, the address after redirects, or `-`. Raises a BadInput that says what is
    wrong with it, or a ServiceUnreachable.
    """
    if location == STDIN:
        if stdin is None:
            raise MissingFile("Nothing is connected to standard input.")
        content = _within(stdin.read(limits.max_bytes + 1), limits, "What came through standard input")
        return read_bytes(content, name="", content_type=None, location=STDIN, limits=limits)
    if is_address(location):
        return _read_fetched(web.fetch(location, policy=fetch_policy), limits=limits)
    path = Path(location).absolute()
    return read_bytes(_load(path, limits), name=path.name, content_type=None, location=str(path), limits=limits)


def read_feed(
    location: str,
    *,
    limits: ReadingLimits,
    fetch_policy: web.FetchPolicy,
    skipped: Callable[[str, CitabotError], None] | None = None,
) -> list[Document]:
    """The items of the RSS or Atom feed at a path or address, each read from its own page where it has one.

    An item whose page cannot be read is read from the feed itself; one without any text is left out and reported to
    `skipped` (its address or title, and why). Raises EmptyFeed, or the last such error if no item could be read.
    """
    from knowledge.formats.feeds import read_items

    if is_address(location):
        fetched = web.fetch(location, policy=fetch_policy)
        content, base = fetched.content, fetched.url
    else:
        path = Path(location).absolute()
        content, base = _load(path, limits), str(path)

    def read_page(address: str) -> Document:
        return _read_fetched(web.fetch(address, policy=fetch_policy), limits=limits)

    return read_items(content, location=base, max_items=limits.max_feed_items, read_page=read_page, skipped=skipped)


def read_bytes(data: bytes, *, name: str, content_type: str | None, location: str, limits: ReadingLimits) -> Document:
    """The document that bytes make, by the stated content type, else by the ending of `name`, else by their beginning.

    Without a title of its own it takes its first heading (of Markdown: of the first level), else the stem of `name`,
    else its first words.
    """
    _within(data, limits, location)
    if not data.strip():
        raise NoText(f"{_called(location)} is empty.", hint="Add a file with text in it.")
    kind, charset = _kind(data, name=name, content_type=content_type, location=location)
    document = _read_as(kind, data, charset=charset, location=location, limits=limits)
    if not document.paragraphs:
        raise NoText(f"{_called(location)} holds no text.")
    return _titled(document, name, by_heading=kind not in web.MARKDOWN_TYPES)


def is_address(location: str) -> bool:
    """Whether a location has the form of a web address, rather than of a path."""
    scheme, separator, _ = location.partition("://")
    return bool(separator) and scheme.isalnum()


def _called(location: str) -> str:
    return "Standard input" if location == STDIN else location


def _read_fetched(fetched: web.Fetched, *, limits: ReadingLimits) -> Document:
    content_type = Message()
    content_type["Content-Type"] = fetched.content_type
    if fetched.charset is not None:
        content_type.set_param("charset", fetched.charset)
    parts = urlsplit(fetched.url)
    name = unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.hostname or ""
    document = read_bytes(
        fetched.content,
        name=name,
        content_type=content_type["Content-Type"],
        location=fetched.url,
        limits=limits,
    )
    return replace(document, metadata=replace(document.metadata, url=document.metadata.url or fetched.url))


def _load(path: Path, limits: ReadingLimits) -> bytes:
    """The bytes of a regular file, whose size is looked at before it is opened."""
    try:
        # Asked before opening, because opening a device or a named pipe can already do something, or wait for ever.
        _check_file(path, path.stat(), limits)
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            # And again, of the file that was really opened.
            _check_file(path, os.fstat(descriptor), limits)
            return _within(file.read(limits.max_bytes + 1), limits, str(path))
    except PermissionError as error:
        raise MissingFile(f"{path} may not be read.", hint="Check its permissions.") from error
    except (OSError, ValueError) as error:
        raise MissingFile(f"{path} cannot be opened.") from error


def _check_file(path: Path, status: os.stat_result, limits: ReadingLimits) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise MissingFile(f"{path} is a folder, not a file.", hint="Name the files in it.")
    if not stat.S_ISREG(status.st_mode):
        raise MissingFile(f"{path} is not a regular file.", hint="Pass its content through standard input.")
    if status.st_size > limits.max_bytes:
        raise _too_large(str(path), limits)


def _within(data: bytes, limits: ReadingLimits, what: str) -> bytes:
    if len(data) > limits.max_bytes:
        raise _too_large(what, limits)
    return data


def _too_large(what: str, limits: ReadingLimits) -> SourceTooLarge:
    return SourceTooLarge(f"{what} is larger than {limits.max_bytes / 1024 / 1024:.3g} MB.")


def _kind(data: bytes, *, name: str, content_type: str | None, location: str) -> tuple[str, str | None]:
    """The content type to read by, and the stated charset."""
    suffix = Path(name).suffix.lower()
    if content_type is None:
        if suffix in _SUFFIXES:
            return _SUFFIXES[suffix], None
        if suffix and location != STDIN:
            raise UnsupportedFormat(f"{location} ends in {suffix}, which citabot does not read.")
        return _sniffed(data), None
    header = Message()
    header["Content-Type"] = content_type
    kind = header.get_content_type()
    if kind in web.PLAIN_TYPES and _SUFFIXES.get(suffix) in web.MARKDOWN_TYPES:
        kind = "text/markdown"  # how most servers hand out Markdown files
    return kind, header.get_content_charset()


def _sniffed(data: bytes) -> str:
    beginning = data[:_SNIFFED_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if beginning.startswith(b"%pdf-"):
        return _SUFFIXES[".pdf"]
    if beginning.startswith(b"pk\x03\x04"):
        return _SUFFIXES[".docx"]
    if beginning.startswith((b"<!doctype html", b"<html")):
        return _SUFFIXES[".html"]
    return _SUFFIXES[".md" if beginning.startswith((b"---\n", b"---\r\n")) else ".txt"]


def _read_as(kind: str, data: bytes, *, charset: str | None, location: str, limits: ReadingLimits) -> Document:
    # Imported where they are used: a text file should not wait for the readers of PDF, HTML and Word.
    if kind in web.PLAIN_TYPES:
        return read_plain(data, charset=charset, location=location)
    if kind in web.MARKDOWN_TYPES:
        from knowledge.formats.markdown import read_markdown

        return read_markdown(data, charset=charset, location=location)
    if kind in web.HTML_TYPES:
        from knowledge.formats.pages import read_page

        return read_page(data, charset=charset, location=location)
    if kind in web.PDF_TYPES:
        from knowledge.formats.pdf import read_pdf

        return read_pdf(data, location=location, max_pages=limits.max_pages, max_characters=limits.max_characters)
    if kind in web.DOCX_TYPES:
        from knowledge.formats.documents import read_docx

        return read_docx(data, location=location, max_unpacked_bytes=limits.max_unpacked_bytes)
    if kind in web.FEED_TYPES:
        raise UnsupportedFormat(f"{location} is a feed or other XML, not a page.", hint="Add a feed with --feed.")
    raise UnsupportedFormat(f"{location} is of type {kind}, which citabot does not read.")


def _titled(document: Document, name: str, *, by_heading: bool) -> Document:
    if document.metadata.title:
        return document
    headings = [part for part in document.paragraphs if part.role == "heading" and by_heading]
    part = headings[0] if headings else document.paragraphs[0]
    title = Path(name).stem if name and not headings else document.text[part.start : part.end]
    title = textwrap.shorten(title, _TITLE_CHARACTERS, placeholder="…") if not (name or headings) else title
    return replace(document, metadata=replace(document.metadata, title=title))
