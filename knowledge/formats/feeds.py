"""Reading of RSS and Atom feeds, item by item."""

import calendar
import datetime
import email.utils
import hashlib
import io
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import feedparser

from knowledge.errors import AddressUnreachable, CitabotError, EmptyFeed, NoText, TooCostly, UnsupportedFormat
from knowledge.formats.described import is_web, tidied
from knowledge.formats.fragments import fragment_blocks
from knowledge.formats.frontmatter import iso_date
from knowledge.formats.limits import USUAL_LIMITS, ReadingLimits, check_text, translated
from knowledge.formats.paragraphs import assemble, clean
from knowledge.formats.turns import with_questions
from knowledge.formats.updates import with_times
from knowledge.model import Document, Metadata

_Fields = Mapping[str, Any]

# Characters: a longer mark is replaced by its SHA-256, of 64 digits, so that a location stays short and no mark looks
# like a digest.
_LONGEST_MARK = 63
# The longest form in use, "Wednesday, 31-December-2025 23:59:59 America/Argentina/Buenos_Aires", has as many.
_LONGEST_DATE = 70
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[Tt\sZz+].*)?)?)?", re.ASCII)
# References to characters by number; zero and surrogates (The Unicode Standard, section 3.9) are none.
_BY_NUMBER = re.compile(rb"&#(?:[xX](?:0++(?=[0-9a-fA-F]))?+([0-9a-fA-F]++)|(?:0++(?=[0-9]))?+([0-9]++));")
_REPLACEMENT = b"&#xFFFD;"
_TAGS = re.compile(r"<[^<>]*+>")
# Characters of an address or a title by which an item is called in messages. Our choice.
_SHOWN_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An item as its feed has it. `mark` distinguishes it from the others.

    `own` is its own content, None where that has no words, or the error of reading it.
    """

    mark: str
    called: str
    link: str | None
    stated: Metadata
    own: Document | CitabotError | None
    known_by: tuple[str, ...] = ()
    """Its address, and the mark that it would have without an id, where no other item of the feed has them."""


def parse_items(content: bytes, *, location: str, limits: ReadingLimits = USUAL_LIMITS) -> list[FeedItem]:
    """Parse the first items of a feed; nothing is fetched.

    Raises UnsupportedFormat, EmptyFeed, DamagedDocument or TooCostly.
    """
    feed = _parsed(content, location, limits)
    marks = _marks(feed.entries)
    links = Counter(_text(entry, "link") for entry in feed.entries)
    return [
        replace(_item(entry, feed.feed, mark, location), known_by=_known_by(entry, mark, links))
        for entry, mark in zip(feed.entries[: limits.max_feed_items], marks, strict=False)
    ]


def read_items(
    items: Sequence[FeedItem],
    *,
    location: str,
    read_page: Callable[[str], Document],
    limits: ReadingLimits = USUAL_LIMITS,
    skipped: Callable[[str, CitabotError], None] | None = None,
) -> list[Document]:
    """Read the documents of a feed's items; title, author and date are those that the feed states.

    `read_page` makes the document of an item's address. Where it fails, the item's own content is read instead; where
    that is empty too, or `limits.max_feed_seconds` are over, `skipped` is called. An item's `location` is the feed's
    with a mark made of the item's own id, address or words, so that it is known again and taken for no other.
    Raises the last item's error when not one could be read.
    """
    deadline = time.monotonic() + limits.max_feed_seconds
    documents: list[Document] = []
    failure: CitabotError | None = None
    for item in items:
        try:
            if time.monotonic() > deadline:
                raise _time_over(location, limits)
            document = _read_item(item, location=location, read_page=read_page)
            check_text(document.text, document.paragraphs, "An item of the feed", limits)
            known_by = tuple(place if is_web(place) else f"{location}#{place}" for place in item.known_by)
            own = replace(document, location=f"{location}#{item.mark}", described=False, known_by=known_by)
            documents.append(tidied(own))
        except CitabotError as error:
            failure = error
            if skipped is not None:
                skipped(item.called or location, error)
    if failure is not None and not documents:
        raise failure
    return documents


def _parsed(content: bytes, location: str, limits: ReadingLimits) -> Any:  # noqa: ANN401 (feedparser has no types)
    if content.count(b"<") > limits.max_feed_tags:
        raise TooCostly(f"The feed {location} has more than {limits.max_feed_tags:,} tags.")
    with translated(f"{location} is a feed that cannot be read."):
        # A stream, because feedparser takes bytes for a file name or an address first. Content is left as it stands:
        # only its text is taken of it, by us. Addresses are relative to xml:base, else to the feed's own address.
        feed = feedparser.parse(
            io.BytesIO(_with_characters(content)),
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers={"content-location": location} if is_web(location) else {},
        )
    if not feed.get("version"):
        raise UnsupportedFormat(f"{location} is not an RSS or Atom feed.")
    if not feed.entries:
        raise EmptyFeed(f"The feed {location} has no items.")
    return feed


def _with_characters(content: bytes) -> bytes:
    """Replace the references to what is no character, for which feedparser refuses a whole feed."""

    def checked(reference: re.Match[bytes]) -> bytes:
        digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
        # More digits than the last code point, 1114111 or 10FFFF, has.
        number = int(digits, base) if len(digits) <= len("1114111") else sys.maxunicode + 1
        # Surrogates are 0xD800 to 0xDFFF (The Unicode Standard, section 3.9).
        return reference[0] if 0 < number <= sys.maxunicode and not 0xD800 <= number < 0xE000 else _REPLACEMENT

    return _BY_NUMBER.sub(checked, content)


def _time_over(location: str, limits: ReadingLimits) -> AddressUnreachable:
    return AddressUnreachable(
        f"An item of {location} was not read, because the feed took more than {limits.max_feed_seconds:g} seconds.",
        hint="Add the feed again later: what was read stays, and the rest may come faster.",
    )


def _called(entry: _Fields) -> str:
    name = str(entry.get("link") or entry.get("title") or "")
    return " ".join(clean(name[:_SHOWN_CHARACTERS]).split())


def _marks(entries: Sequence[_Fields]) -> list[str]:
    """Return the mark of each item: its id, else its address, else its words, whichever no other item has."""
    candidates = [(_text(entry, "id"), _text(entry, "link"), _digest(_words(entry))) for entry in entries]
    counts = [Counter(column) for column in zip(*candidates, strict=True)]
    return [_mark(values, counts) for values in candidates]


def _mark(candidates: Sequence[str], counts: Sequence[Counter[str]]) -> str:
    *stated, digest = candidates
    for name, value, count in zip(("id", "link"), stated, counts, strict=False):
        if value and count[value] == 1:
            return _marked(name, value)
    return f"words={digest}"


def _known_by(entry: _Fields, mark: str, links: Counter[str]) -> tuple[str, ...]:
    link = _text(entry, "link")
    if not is_web(link) or links[link] > 1:
        return ()
    by_link = _marked("link", link)
    return (link,) if by_link == mark else (by_link, link)


def _marked(name: str, value: str) -> str:
    mark = quote(value, safe="")
    return f"{name}={mark if len(mark) <= _LONGEST_MARK else _digest(value)}"


def _text(entry: _Fields, key: str) -> str:
    return clean(str(entry.get(key) or "")).strip()


def _words(entry: _Fields) -> str:
    return f"{_text(entry, 'title')}\n{_content(entry)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _item(entry: _Fields, feed: _Fields, mark: str, location: str) -> FeedItem:
    link = str(entry.get("link") or "")
    stated = Metadata(
        author=str(entry.get("author") or "") or None,
        publisher=str(feed.get("title") or "") or None,
        published=_date(entry),
    )
    own: Document | CitabotError | None
    try:
        title = " ".join(block.text for block in fragment_blocks(str(entry.get("title") or ""))).strip()
        stated = replace(stated, title=title or None)
        text, paragraphs = assemble(fragment_blocks(_content(entry), title=title))
        own = with_questions(with_times(Document(text, paragraphs, stated, location))) if paragraphs else None
    except CitabotError as error:
        own = error
    return FeedItem(mark, _called(entry), link if is_web(link) else None, stated, own)


def _read_item(item: FeedItem, *, location: str, read_page: Callable[[str], Document]) -> Document:
    failure: CitabotError | None = None
    if item.link is not None:
        try:
            page = read_page(item.link)
        except CitabotError as error:
            failure = error
        else:
            return replace(page, metadata=_with_stated(page.metadata, item.stated))
    if not isinstance(item.own, Document):
        raise failure or item.own or NoText(f"An item of {location} holds no text.")
    return replace(item.own, metadata=replace(item.stated, url=item.link))


def _with_stated(page: Metadata, stated: Metadata) -> Metadata:
    """Return the item's metadata, and its page's where the item has none; the page's publisher comes first."""
    return replace(
        page,
        title=stated.title or page.title,
        author=stated.author or page.author,
        publisher=page.publisher or stated.publisher,
        published=stated.published or page.published,
    )


def _content(entry: _Fields) -> str:
    """Return the text of an item: its longest whole content with words, where the feed has any, else its summary."""
    whole = max(_contents(entry), key=len, default="")
    return whole if _TAGS.sub("", whole).strip() else str(entry.get("summary") or "")


def _contents(entry: _Fields) -> Iterator[str]:
    for part in entry.get("content") or []:
        yield str(part.get("value") or "")


def _date(entry: _Fields) -> str | None:
    """Return the day that the item states, in its own time zone, or None for one that no calendar has."""
    text = str(entry.get("published" if "published" in entry else "updated") or "").strip()
    if iso := _ISO.fullmatch(text):
        return iso_date(*iso.groups())
    if len(text) > _LONGEST_DATE:
        return None
    try:
        return email.utils.parsedate_to_datetime(text).date().isoformat()
    except (ValueError, OverflowError):
        return _date_in_universal_time(entry)


def _date_in_universal_time(entry: _Fields) -> str | None:
    """Return the day of a date in a form that feedparser alone knows."""
    # Only what is there is asked for: feedparser takes the one date for the other, with a warning.
    stated = [entry.get(f"{name}_parsed") for name in ("published", "updated") if name in entry]
    moment = next(filter(None, stated), None)
    if moment is None:
        return None
    try:
        return datetime.datetime.fromtimestamp(calendar.timegm(moment), datetime.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None
