"""RSS and Atom feeds, item by item."""

import calendar
import datetime
import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import feedparser

from knowledge.errors import CitabotError, EmptyFeed, NoText, UnsupportedFormat
from knowledge.formats.fragments import fragment_blocks
from knowledge.formats.paragraphs import assemble
from knowledge.model import Document, Metadata

_Fields = Mapping[str, Any]


def read_items(
    content: bytes,
    *,
    location: str,
    max_items: int,
    read_page: Callable[[str], Document],
    skipped: Callable[[str, CitabotError], None] | None = None,
) -> list[Document]:
    """The documents of a feed's first `max_items` items; title, author and date are those that the feed states.

    `read_page` makes the document of an item's address. Where it fails, the item's own content is read instead; where
    that is empty too, `skipped` hears of it. Raises UnsupportedFormat, EmptyFeed, or the last item's error when not
    one could be read.
    """
    # A stream, because feedparser takes bytes for a file name or an address first.
    feed = feedparser.parse(io.BytesIO(content))
    if not feed.get("version"):
        raise UnsupportedFormat(f"{location} is not an RSS or Atom feed.")
    if not feed.entries:
        raise EmptyFeed(f"The feed {location} has no items.")
    documents: list[Document] = []
    failure: CitabotError | None = None
    for entry in feed.entries[:max_items]:
        try:
            documents.append(_read_item(entry, feed.feed, location=location, read_page=read_page))
        except CitabotError as error:
            failure = error
            if skipped is not None:
                skipped(entry.get("link") or entry.get("title") or location, error)
    if failure is not None and not documents:
        raise failure
    return documents


def _read_item(entry: _Fields, feed: _Fields, *, location: str, read_page: Callable[[str], Document]) -> Document:
    link = str(entry.get("link") or "")
    failure: CitabotError | None = None
    if link.startswith(("http://", "https://")):
        try:
            page = read_page(link)
        except CitabotError as error:
            failure = error
        else:
            return replace(page, metadata=_metadata(entry, feed, page.metadata))
    text, paragraphs = assemble(fragment_blocks(_content(entry)))
    if not paragraphs:
        raise failure or NoText(f"An item of {location} holds no text.")
    own = Metadata(url=link if failure is not None else None)
    return Document(text, paragraphs, _metadata(entry, feed, own), link or location)


def _content(entry: _Fields) -> str:
    """The longest of what the item holds: its whole content, where the feed gives that, else its summary."""
    texts = [str(part.get("value") or "") for part in entry.get("content", [])]
    return max([*texts, str(entry.get("summary") or "")], key=len)


def _metadata(entry: _Fields, feed: _Fields, page: Metadata) -> Metadata:
    """What the item says of itself before what its page says."""
    blocks = fragment_blocks(str(entry.get("title") or ""))
    return replace(
        page,
        title=" ".join(block.text for block in blocks).strip() or page.title,
        author=entry.get("author") or page.author,
        publisher=page.publisher or feed.get("title"),
        published=_date(entry) or page.published,
    )


def _date(entry: _Fields) -> str | None:
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    if moment is None:
        return None
    return datetime.datetime.fromtimestamp(calendar.timegm(moment), datetime.UTC).date().isoformat()
