"""Storing of a document as a source: it is segmented, its quotes are found, and all is written in one transaction."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import PurePath
from typing import Any, Literal
from urllib.parse import urlsplit

from knowledge import changes
from knowledge.canonical import canonical, leads_to
from knowledge.errors import NoText
from knowledge.language import detect
from knowledge.model import (
    ATTACHED,
    BUNDLED,
    OPERATOR,
    Description,
    Document,
    FoundQuote,
    Language,
    Metadata,
    Owner,
    Quote,
    Segments,
    Source,
)
from knowledge.quotes import find_quotes
from knowledge.segment import segment
from knowledge.speech.asking import Ask
from knowledge.store import Store, sha256
from knowledge.terms import fold

Change = Literal["added", "updated", "unchanged"]

# A shorter passage takes its document's language: few words may all be names. Our choice, about one short sentence.
_WORDS_TO_TELL_LANGUAGE = 12
# Characters of an id, which people type. Our choice.
_LONGEST_ID = 60
# First words of a text that stand for its name where it has none. Our choice: enough to know it by.
_NAME_WORDS = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """What storing a document comes to: the source that it is already, its description, and its new segments.

    `segments` is None where the text and all that is kept of it stay.
    """

    known: Source | None
    described: Description
    segments: Segments | None


def plan(
    store: Store,
    document: Document,
    given: Metadata,
    *,
    owner: Owner = OPERATOR,
    before: Plan | None = None,
    ask: Ask | None = None,
) -> Plan:
    """Return what storing a document would come to now; `before` spares segmenting it a second time.

    `ask` is asked for speakers in doubt.

    Raises NoText for a document without a sentence.
    """
    known = known_source(store, document, given, owner=owner)
    described = _description(document, given, known)
    # Corrected references and translations, and paragraphs read otherwise, are stored anew, over the same snapshot.
    if (
        known is not None
        and (known.sha256, known.language) == (sha256(document.text), described.language)
        and _annotations_unchanged(store, known, document)
    ):
        return Plan(known, described, None)
    if before is not None and before.segments is not None and before.described.language == described.language:
        return Plan(known, described, before.segments)
    return Plan(known, described, segmented(document, described.language, ask=ask))


def ingest(
    store: Store,
    document: Document,
    given: Metadata,
    *,
    owner: Owner = OPERATOR,
    before: Plan | None = None,
    ask: Ask | None = None,
) -> tuple[Source, Change]:
    """Add a document, or bring a source of the same owner up to date; `before` is a plan that was made earlier.

    What was `given` outweighs what the document says of itself. The same text from the same place, or without an
    address of its own from another place, changes nothing. Raises NoText for a document without a sentence.
    """
    planned = plan(store, document, given, owner=owner, before=before, ask=ask)
    known, described = planned.known, planned.described
    if known is not None and planned.segments is None:
        if all(getattr(known, key) == value for key, value in asdict(described).items()):
            return known, "unchanged"
        return changes.describe(store, known.id, described), "updated"
    source_id = known.id if known else _free_id(store, document, given)
    segments = planned.segments or segmented(document, described.language, ask=ask)
    source = changes.put(store, source_id, document, segments, described, owner=owner)
    return source, "updated" if known else "added"


def _annotations_unchanged(store: Store, known: Source, document: Document) -> bool:
    """Say whether a document's paragraphs, references, and the quotes that came with it, are those that are stored."""
    if tuple(store.paragraphs(known.snapshot)) != document.paragraphs:
        return False
    references = sorted(store.references(known.snapshot), key=lambda reference: reference.number)
    if references != sorted(document.references, key=lambda reference: reference.number):
        return False
    if document.quotes is None:
        return True
    stored = {quote.span.start: quote for quote in store.quotes(store.passage_ids(known.snapshot))}
    return all(
        quote.start in stored
        and (stored[quote.start].speaker, stored[quote.start].role) == (quote.speaker, quote.role)
        and set(stored[quote.start].translations) == set(quote.translations)
        for quote in document.quotes
    )


def find_quotes_again(
    store: Store, progress: Callable[[int, int], None] = lambda done, total: None, *, ask: Ask | None = None
) -> int:
    """Find the quotes of every stored text anew, as this version does, and return the number of sources that changed.

    `ask` is asked for speakers in doubt. Gathered quotations stay, as they came with their speakers. `progress` is
    called with the number of sources done, and of all.
    """
    stored: dict[int, list[FoundQuote]] = defaultdict(list)
    for quote in store.quotes():
        stored[quote.span.snapshot].append(_as_found(quote))
    changed = 0
    sources = [source for source in store.sources() if source.kind != "quotation"]
    for done, source in enumerate(sources):
        progress(done, len(sources))
        text, paragraphs = store.snapshot(source.snapshot).text, store.paragraphs(source.snapshot)
        sentences = [(item.span.start, item.span.end, item.paragraph) for item in store.sentences_of(source.snapshot)]
        passages = [(item.span.start, item.span.end) for item in store.passages_in(source.snapshot)]
        quotes = find_quotes(text, paragraphs, language=source.language, sentences=sentences, ask=ask)
        within = _within_passages(quotes, passages)
        if list(within) != stored[source.snapshot]:
            changes.replace_quotes(store, source, within)
            changed += 1
    progress(len(sources), len(sources))
    return changed


def _as_found(quote: Quote) -> FoundQuote:
    return FoundQuote(**{field.name: getattr(quote, field.name) for field in fields(FoundQuote)})


def segmented(document: Document, language: Language, *, ask: Ask | None = None) -> Segments:
    """Segment a document into passages, sentences and quotes. Raises NoText where it has no sentence.

    `ask` is asked for speakers in doubt.
    """
    text = document.text
    segments = segment(text, document.paragraphs, language=language)
    if not any(character.isalnum() for start, end, _ in segments.sentences for character in text[start:end]):
        raise NoText(f"{document.location} holds no sentence.")
    quotes = document.quotes
    if quotes is None:
        quotes = find_quotes(text, document.paragraphs, language=language, sentences=segments.sentences, ask=ask)
    languages = tuple(_passage_language(text[start:end], language) for start, end, *_ in segments.passages)
    return replace(
        segments, quotes=_within_passages(quotes, [place[:2] for place in segments.passages]), languages=languages
    )


def _passage_language(text: str, language: Language) -> Language:
    if len(text.split()) < _WORDS_TO_TELL_LANGUAGE:
        return language
    detected = detect(text)
    return language if detected == "und" else detected


def _within_passages(quotes: Iterable[FoundQuote], passages: Sequence[tuple[int, int]]) -> tuple[FoundQuote, ...]:
    """Return the quotes that begin in one of the passages, given in order; they may go on in the next ones."""
    starts = [start for start, _ in passages]
    places = ((bisect_right(starts, quote.start) - 1, quote) for quote in quotes)
    return tuple(quote for place, quote in places if place >= 0 and quote.start < passages[place][1])


def _description(document: Document, given: Metadata, known: Source | None) -> Description:
    """Return each property as it was given, else as the document states it, else as it was stored, else its default.

    Of a text that has not changed, what was said before outweighs what a reader guesses from it (a heading as the
    title), unless the document names its own id and so was described with care.
    """
    statements: list[Metadata | Source] = [given, document.metadata]
    if known is not None:
        guessed = known.sha256 == sha256(document.text) and document.metadata.id is None
        statements.insert(1 if guessed else 2, known)

    def first(key: str) -> Any:  # noqa: ANN401 (the fields have several types)
        return next((getattr(statement, key) for statement in statements if getattr(statement, key)), None)

    return Description(
        title=first("title") or _name(document),
        language=given.language or document.metadata.language or _detected(document, known),
        kind=first("kind") or "article",
        author=first("author"),
        publisher=first("publisher"),
        url=first("url"),
        published=first("published"),
        licence=first("licence"),
    )


def _detected(document: Document, known: Source | None) -> Language:
    if known is not None and known.sha256 == sha256(document.text):
        return known.language
    return detect(document.text)


def known_source(store: Store, document: Document, given: Metadata, *, owner: Owner) -> Source | None:
    """Return the owner's source that this document is, by its address, its location, or its text; else None.

    Its address is the given one, or that from which it was fetched: neither an id that a document claims, nor another's
    address, makes it that. Only the package's own documents are known by their ids.
    """
    name = document.metadata.id
    if owner == BUNDLED and name and store.has_source(name) and store.source(name).owner == BUNDLED:
        return store.source(name)
    at_place = () if document.location == "-" else store.sources_at(document.location, owner)
    if not _is_item(document.location):
        address = canonical(given.url or _own_address(document) or "")
        for source in store.sources_with_address(address, owner) if address else ():
            if not _is_item(source.location):
                return source
    for source in at_place:
        return source
    if _is_item(document.location):
        return _known_item(store, document, owner)
    own_url = given.url or document.metadata.url
    publisher = given.publisher or document.metadata.publisher
    for source in store.sources_with_digest(sha256(document.text), owner):
        # Two outlets may print the same text: only a copy that claims no other address or publisher is the same source.
        if own_url in (None, source.url) and publisher in (None, source.publisher):
            return source
    return None


def _known_item(store: Store, document: Document, owner: Owner) -> Source | None:
    """Return the item of the same feed that was stored under another mark, or has the same address and no other."""
    feed = _feed_of(document.location)
    for place in document.known_by:
        stored = store.sources_at(place, owner) if _is_item(place) else store.sources_of_url(place, owner)
        for source in stored:
            if _is_item(source.location) and _feed_of(source.location) == feed:
                return source
    return None


def _feed_of(location: str) -> str:
    return location.rpartition("#")[0]


def _is_item(location: str) -> bool:
    """Say whether a document came as an item of a feed, which is known by its mark there and by nothing else."""
    return any(f"#{mark}=" in location for mark in ("id", "link", "words"))


def _own_address(document: Document) -> str | None:
    """Return the address it was fetched from, or the one in the front matter of somebody's own file, or None."""
    claimed = document.metadata.url
    if is_fetched(document.location):
        return claimed if claimed and leads_to(document.location, claimed) else document.location
    return claimed if document.described else None


def is_fetched(location: str) -> bool:
    """Say whether a location is the address of a document, or of the feed that it came in."""
    return urlsplit(location).scheme in ("http", "https")


def _name(document: Document) -> str:
    """Return a name for a document without a title: its file's, the end of its address, or its first words."""
    if document.location.startswith(ATTACHED) or _is_item(document.location):
        return document.metadata.title or document.location
    if document.location == "-":
        return " ".join(document.text.split()[:_NAME_WORDS])
    if is_fetched(document.location):
        parts = urlsplit(document.location)
        return PurePath(parts.path).stem or parts.netloc
    return PurePath(document.location).stem


def _free_id(store: Store, document: Document, given: Metadata) -> str:
    """Return a readable id that no other source has."""
    wanted = given.id or document.metadata.id
    slug = _slug(wanted or _name(document)) or _slug(given.title or document.metadata.title or "") or "source"
    if not store.has_source(slug):
        return slug
    number = 2
    while store.has_source(f"{slug}-{number}"):
        number += 1
    return f"{slug}-{number}"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:_LONGEST_ID].strip("-")
