"""Reading of a path, a web address, a stream or an attachment as a document, and of a feed as several."""

import codecs
import re
import secrets
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.message import Message
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast
from urllib.parse import unquote, urlsplit

from knowledge import web
from knowledge.errors import CitabotError, MissingFile, NoText, SourceTooLarge, UnsupportedFormat
from knowledge.formats.described import own_address, tidied
from knowledge.formats.limits import ReadingLimits as ReadingLimits
from knowledge.formats.limits import check_text
from knowledge.formats.plaintext import read_plain
from knowledge.formats.turns import with_questions
from knowledge.formats.updates import with_times
from knowledge.media_times import clock_seconds
from knowledge.model import ATTACHED, Document
from knowledge.responses import stated_type
from knowledge.storage import read_regular

if TYPE_CHECKING:
    from knowledge.formats.feeds import FeedItem

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
    ".doc": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".epub": "application/epub+zip",
    ".eml": "message/rfc822",
    ".mht": "multipart/related",
    ".mhtml": "multipart/related",
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".json": "application/json",
}
# Further formats, by the function that reads each, imported when it is needed.
_FURTHER = {
    "application/vnd.oasis.opendocument.text": ("opendocument", "read_odt"),
    "application/epub+zip": ("epub", "read_epub"),
    "message/rfc822": ("mail", "read_mail"),
    "multipart/related": ("mail", "read_saved_page"),
    "text/vtt": ("subtitles", "read_subtitles"),
    "application/x-subrip": ("subtitles", "read_subtitles"),
    "application/json": ("chats", "read_chat"),
}
# A ZIP archive that holds its type begins with it, stored as it is: EPUB 3.3, section 4.2.2; OpenDocument 1.3, part 2.
_TYPE_IN_ARCHIVE = re.compile(rb"pk\x03\x04.{26}mimetype(application/[a-z.+-]+)", re.DOTALL)
# The formats whose beginning no other has.
_PLAIN_TO_SEE = frozenset({_SUFFIXES[".pdf"], _SUFFIXES[".docx"], _SUFFIXES[".html"]})
# Bytes of the beginning by which a format is known: https://mimesniff.spec.whatwg.org/#reading-the-resource-header
_SNIFFED_BYTES = 1445
# A file's name is cut at its front, so that its ending, which names the format, stays. Our choice: file systems take
# 255 bytes (NAME_MAX, limits.h), and an error that quotes the name stays readable.
_NAME_CHARACTERS = 100
# As many bytes as a UUID has (RFC 9562, section 4) cannot be guessed and do not occur twice.
_RANDOM_BYTES = 16
# Titles made of a text's first words stay short enough for a list: a line of a terminal. Our choice.
_TITLE_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that somebody sent: its bytes, and the name they gave it, which never becomes a path."""

    name: str
    content: bytes


Contribution = web.WebAddress | Attachment
"""A document from people who must not name files of this machine: it cannot be a path."""


class Parser(Protocol):
    """A function that makes the document of bytes: `read_bytes`, or the same in a process of its own."""

    def __call__(
        self, data: bytes, *, name: str, content_type: str | None, location: str, limits: ReadingLimits
    ) -> Document:
        """Return the document. Raises what `read_bytes` raises."""


class FeedParser(Protocol):
    """A function that makes the items of a feed's bytes: `feeds.parse_items`, or the same in a process of its own."""

    def __call__(self, content: bytes, *, location: str, limits: ReadingLimits) -> "list[FeedItem]":
        """Return the items. Raises what `parse_items` raises."""


def read(
    location: str,
    *,
    limits: ReadingLimits,
    fetch_policy: web.FetchPolicy,
    parse: Parser,
    stdin: BinaryIO | None = None,
) -> Document:
    """Read the document at a path, an http(s) address, or `-` (standard input), for whoever may read this machine.

    Its `location` is the absolute path, the address after redirects, or `-`. Raises a BadInput that says what is
    wrong with it, or a ServiceUnreachable.
    """
    if location == STDIN:
        if stdin is None:
            raise MissingFile("Nothing is connected to standard input.")
        content = _within(stdin.read(limits.max_bytes + 1), limits, "What came through standard input")
        return parse(content, name="", content_type=None, location=STDIN, limits=limits)
    if is_address(location):
        address = web.WebAddress.parse(location)
        return read_contribution(address, limits=limits, fetch_policy=fetch_policy, parse=parse)
    path = Path(location).absolute()
    return parse(_load(path, limits), name=path.name, content_type=None, location=str(path), limits=limits)


def read_contribution(
    given: Contribution, *, limits: ReadingLimits, fetch_policy: web.FetchPolicy, parse: Parser
) -> Document:
    """Read the document at an address, or of an attachment, whose `location` is then a random name.

    Raises as `read` does.
    """
    if isinstance(given, web.WebAddress):
        return _read_fetched(web.fetch(given, policy=fetch_policy), limits=limits, parse=parse)
    name = given.name[-_NAME_CHARACTERS:]
    document = parse(given.content, name=name, content_type=None, location=name or "The file", limits=limits)
    return replace(document, location=f"{ATTACHED}{secrets.token_hex(_RANDOM_BYTES)}")


def read_feed(
    location: str,
    *,
    limits: ReadingLimits,
    fetch_policy: web.FetchPolicy,
    parse: Parser,
    parse_feed: FeedParser,
    skipped: Callable[[str, CitabotError], None] | None = None,
) -> list[Document]:
    """Read the items of the RSS or Atom feed at a path or address, each from its own page where it has one.

    An item whose page cannot be read is read from the feed itself; one without any text, or whose turn comes too late,
    is left out and reported to `skipped` (its address or title, and why). An item's `location` is the feed's with the
    item's own mark. Raises EmptyFeed, or the last such error if no item could be read.
    """
    from knowledge.formats.feeds import read_items

    if is_address(location):
        fetched = web.fetch(web.WebAddress.parse(location), policy=fetch_policy)
        content, base = fetched.content, fetched.url
    else:
        path = Path(location).absolute()
        content, base = _load(path, limits), str(path)

    def read_page(address: str) -> Document:
        given = web.WebAddress.parse(address)
        return read_contribution(given, limits=limits, fetch_policy=fetch_policy, parse=parse)

    items = parse_feed(content, location=base, limits=limits)
    return read_items(items, location=base, limits=limits, read_page=read_page, skipped=skipped)


def read_bytes(data: bytes, *, name: str, content_type: str | None, location: str, limits: ReadingLimits) -> Document:
    """Make the document of bytes, by the stated content type, else by the ending of `name`, else by their beginning.

    Without a title of its own it takes its first heading (of Markdown: of the first level), else the stem of `name`,
    else its first words. Raises a BadInput for whatever cannot be read.
    """
    _within(data, limits, location)
    if not data.strip():
        raise NoText(f"{_called(location)} is empty.", hint="Add a file with text in it.")
    kind, charset = _kind(data, name=name, content_type=content_type, location=location)
    document = _read_as(kind, data, charset=charset, location=location, limits=limits)
    if not document.paragraphs:
        raise NoText(f"{_called(location)} holds no text.")
    check_text(document.text, document.paragraphs, _called(location), limits)
    titled = tidied(_titled(document, name, by_heading=kind not in web.MARKDOWN_TYPES))
    return with_questions(with_times(titled))


def is_address(location: str) -> bool:
    """Say whether a location has the form of a web address, rather than of a path."""
    scheme, separator, _ = location.partition("://")
    return bool(separator) and scheme.isalnum()


def _called(location: str) -> str:
    return "Standard input" if location == STDIN else location


def _read_fetched(fetched: web.Fetched, *, limits: ReadingLimits, parse: Parser) -> Document:
    content_type = Message()
    content_type["Content-Type"] = fetched.content_type
    if fetched.charset is not None:
        content_type.set_param("charset", fetched.charset)
    parts = urlsplit(fetched.url)
    name = unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.hostname or ""
    document = parse(
        fetched.content,
        name=name,
        content_type=content_type["Content-Type"],
        location=fetched.url,
        limits=limits,
    )
    return replace(document, metadata=replace(document.metadata, url=own_address(document.metadata.url, fetched.url)))


def _load(path: Path, limits: ReadingLimits) -> bytes:
    """Read a regular file, whose size is looked at before it is opened. Raises MissingFile or SourceTooLarge."""
    try:
        return read_regular(path, limits.max_bytes)
    except SourceTooLarge as error:
        raise _too_large(str(path), limits) from error


def _within(data: bytes, limits: ReadingLimits, what: str) -> bytes:
    if len(data) > limits.max_bytes:
        raise _too_large(what, limits)
    return data


def _too_large(what: str, limits: ReadingLimits) -> SourceTooLarge:
    return SourceTooLarge(f"{what} is larger than {limits.max_bytes / 1e6:.3g} MB.")


def _kind(data: bytes, *, name: str, content_type: str | None, location: str) -> tuple[str, str | None]:
    """Return the content type to read by, and the stated charset. Raises UnsupportedFormat."""
    suffix = Path(name).suffix.lower()
    if content_type is None:
        if suffix in _SUFFIXES:
            return _SUFFIXES[suffix], None
        if suffix == ".rtf":
            raise UnsupportedFormat(
                f"{location} is in Rich Text Format.", hint="Save it as .docx or .odt and add that."
            )
        if suffix and location != STDIN:
            raise UnsupportedFormat(f"{location} ends in {suffix}, which citabot does not read.")
        return _sniffed(data), None
    kind, charset = stated_type([content_type])
    shown = _sniffed(data)
    if shown in _PLAIN_TO_SEE and kind in web.READ_TYPES and kind not in web.FEED_TYPES:
        return shown, charset  # what begins so is nothing else, whatever a server calls it
    if kind in web.PLAIN_TYPES and _SUFFIXES.get(suffix) in web.MARKDOWN_TYPES:
        kind = "text/markdown"  # how most servers hand out Markdown files
    return kind, charset


def _sniffed(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data[: 2 * _SNIFFED_BYTES].decode("utf-16", "ignore").encode()
    beginning = data[:_SNIFFED_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if beginning.startswith(b"%pdf-"):
        return _SUFFIXES[".pdf"]
    if beginning.startswith(b"pk\x03\x04"):
        stated = _TYPE_IN_ARCHIVE.match(beginning)
        kind = stated[1].decode() if stated else ""
        # The next entry begins with the same two letters.
        return next((name for name in _FURTHER if kind.startswith(name)), _SUFFIXES[".docx"])
    if beginning.startswith(b"webvtt"):
        return _SUFFIXES[".vtt"]
    if beginning.startswith((b"<!doctype html", b"<html")):
        return _SUFFIXES[".html"]
    return _SUFFIXES[".md" if beginning.startswith((b"---\n", b"---\r\n")) else ".txt"]


def _read_as(kind: str, data: bytes, *, charset: str | None, location: str, limits: ReadingLimits) -> Document:
    # Imported where they are used: a text file should not wait for the readers of PDF, HTML and Word.
    if kind in web.PLAIN_TYPES:
        return read_plain(data, charset=charset, location=location, limits=limits)
    if kind in web.MARKDOWN_TYPES:
        from knowledge.formats.markdown import read_markdown

        return read_markdown(data, charset=charset, location=location, limits=limits)
    if kind in web.HTML_TYPES:
        from knowledge.formats.pages import read_page

        return read_page(data, charset=charset, location=location, limits=limits)
    if kind in web.PDF_TYPES:
        from knowledge.formats.pdf import read_pdf

        return read_pdf(data, location=location, limits=limits)
    if kind in web.DOCX_TYPES:
        from knowledge.formats.documents import read_docx

        return read_docx(data, location=location, limits=limits)
    if kind in _FURTHER:
        module, function = _FURTHER[kind]
        read_further = getattr(import_module(f"knowledge.formats.{module}"), function)
        return cast("Document", read_further(data, location=location, limits=limits))
    if kind in web.FEED_TYPES:
        raise UnsupportedFormat(f"{location} is a feed or other XML, not a page.", hint="Add a feed with --feed.")
    raise UnsupportedFormat(f"{location} is of type {kind}, which citabot does not read.")


def _titled(document: Document, name: str, *, by_heading: bool) -> Document:
    if document.metadata.title:
        return document
    headings = [part for part in document.paragraphs if part.role == "heading" and by_heading]
    if headings and clock_seconds(document.text[headings[0].start : headings[0].end]) is not None:
        headings = []
    part = headings[0] if headings else document.paragraphs[0]
    title = Path(name).stem if name and not headings else document.text[part.start : part.end]
    title = _first_words(title) if not (name or headings) else title
    return replace(document, metadata=replace(document.metadata, title=title))


def _first_words(text: str) -> str:
    words = textwrap.shorten(text[: 2 * _TITLE_CHARACTERS], _TITLE_CHARACTERS, placeholder="…")
    # Of a first word that is itself too long, nothing would be left.
    return words if words != "…" else f"{text[: _TITLE_CHARACTERS - 1]}…"
