"""Metadata of a document as it may be shown and stored: clean, in one line, and of limited length."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

from knowledge.formats.paragraphs import clean
from knowledge.model import Document, Metadata, Reference

# Titles of scholarly articles hardly pass 300 characters. What is longer is cut: it is only shown, and a document
# should not be refused for it. Our choice.
_LONGEST_LINE = 500
# As many as an address that is opened may have (knowledge.web). A longer one is dropped: cut, it would lead elsewhere.
_LONGEST_ADDRESS = 2_000
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", re.ASCII)


def tidied(document: Document) -> Document:
    """Return a document with metadata and references that hold no controls, lone surrogates or endless lines."""
    location = document.location.encode(errors="backslashreplace").decode()
    references = tuple(map(_reference, document.references))
    return replace(document, metadata=_metadata(document.metadata), references=references, location=location)


def _metadata(metadata: Metadata) -> Metadata:
    published = metadata.published
    return replace(
        metadata,
        title=_line(metadata.title),
        author=_line(metadata.author),
        publisher=_line(metadata.publisher),
        url=_address(metadata.url),
        published=published if published and _DATE.fullmatch(published) else None,
        licence=_line(metadata.licence),
        id=_line(metadata.id),
    )


def _reference(reference: Reference) -> Reference:
    return replace(
        reference,
        publisher=_line(reference.publisher) or "",
        title=_line(reference.title) or "",
        author=_line(reference.author),
        url=_address(reference.url),
    )


def _line(words: str | None) -> str | None:
    line = " ".join(clean(words or "").split())
    return (line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1].rstrip()}…") or None


def _address(url: str | None) -> str | None:
    """Return an address that is short, without white space or controls, and has a host and port; None for another."""
    if url is None or len(url) > _LONGEST_ADDRESS or not url.isprintable() or any(map(str.isspace, url)):
        return None
    try:
        urlsplit(url).port  # noqa: B018 (it is what raises ValueError, as the host does)
    except ValueError:
        return None
    return url


def is_web(place: str) -> bool:
    """Say whether a place is an address on the web."""
    return place.startswith(("http://", "https://"))


def own_address(claimed: str | None, location: str) -> str | None:
    """Return the address of a document: the claimed one, but of a page from the web only on the page's own site."""
    fetched = location if is_web(location) else None
    if claimed is None or not is_web(claimed):
        return fetched
    return claimed if fetched is None or _site(claimed) == _site(fetched) else fetched


def _site(address: str) -> str | None:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:  # brackets that hold no IPv6 address
        return None
