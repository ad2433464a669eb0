"""Adding documents to the base: each is read in a process of its own, then stored in a transaction."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

from knowledge.errors import CitabotError, HomeBusy, HomeNotWritable, StorageFull
from knowledge.formats.feeds import FeedItem, parse_items
from knowledge.ingest import Plan, ingest, plan
from knowledge.model import OPERATOR, Document, Metadata, Owner
from knowledge.reader_process import ReaderProcess
from knowledge.readers import (
    Contribution,
    FeedParser,
    Parser,
    ReadingLimits,
    read,
    read_bytes,
    read_contribution,
    read_feed,
)
from knowledge.speech.asking import Ask
from knowledge.store import Store
from knowledge.web import FetchPolicy
from retrieval.index.bundled import WriteLock
from retrieval.index.current import CurrentIndex
from retrieval.index.encoded import EncodedPassage, encoded_passages, planned_passages
from retrieval.settings import Settings
from retrieval.upkeep_model import Added

# Bytes: the SI megabyte.
_MEGABYTE = 1_000_000


def add(
    store: Store,
    current: CurrentIndex,
    lock: WriteLock,
    settings: Settings,
    locations: Sequence[str],
    given: Metadata,
    *,
    feed: bool,
    stdin: BinaryIO | None,
    ask: Ask,
) -> list[Added | CitabotError]:
    """Add the operator's documents; return for each the result, or the error of one that cannot be added, in order.

    `given` overrides the documents' own metadata; with `feed` the locations are feeds, and their items are added.
    `ask` is asked for speakers in doubt.
    """
    results: list[Added | CitabotError] = []

    def skipped(_: str, error: CitabotError) -> None:
        results.append(error)

    with _open_readers(settings) as readers:
        for location in locations:
            try:
                if feed:
                    documents = read_feed(location, parse_feed=readers.parse_feed, skipped=skipped, **readers.options)
                else:
                    documents = [read(location, stdin=stdin, **readers.options)]
            except CitabotError as error:
                results.append(error)
                continue
            results += [_store_document(store, current, lock, document, given, OPERATOR, ask) for document in documents]
    return results


def contribute(
    store: Store,
    current: CurrentIndex,
    lock: WriteLock,
    settings: Settings,
    document: Contribution,
    given: Metadata,
    owner: Owner,
    *,
    ask: Ask,
) -> Added:
    """Add a document for a user who may not name files of this machine. Raises a CitabotError where it cannot be."""
    with _open_readers(settings) as readers:
        read_document = read_contribution(document, **readers.options)
        added = _store_document(store, current, lock, read_document, given, owner, ask)
    if isinstance(added, CitabotError):
        raise added
    return added


@dataclass(frozen=True, slots=True)
class _Readers:
    """The parsers, which run in a process of their own, and the limits for reading and fetching."""

    parse: Parser
    parse_feed: FeedParser
    limits: ReadingLimits
    policy: FetchPolicy

    @property
    def options(self) -> dict[str, Any]:
        """Return the arguments of the functions in `knowledge.readers` by parameter name."""
        return {"parse": self.parse, "limits": self.limits, "fetch_policy": self.policy}


@contextmanager
def _open_readers(settings: Settings) -> Iterator[_Readers]:
    limits = ReadingLimits(max_bytes=int(settings.max_source_mb * _MEGABYTE))
    policy = FetchPolicy(
        timeout_seconds=settings.fetch_timeout,
        max_bytes=limits.max_bytes,
        allow_private=settings.allow_private_addresses,
    )
    with ReaderProcess() as process:

        def parse(data: bytes, *, location: str, **options: Any) -> Document:  # noqa: ANN401 (passed on)
            return process.read(location, read_bytes, data, location=location, **options)

        def parse_feed(content: bytes, *, location: str, limits: ReadingLimits) -> list[FeedItem]:
            return process.read(location, parse_items, content, location=location, limits=limits)

        yield _Readers(parse, parse_feed, limits, policy)


def _store_document(
    store: Store,
    current: CurrentIndex,
    lock: WriteLock,
    document: Document,
    given: Metadata,
    owner: Owner,
    ask: Ask | None = None,
) -> Added | CitabotError:
    """Store a document. It is encoded before, outside the lock, so that whoever sees it sees the whole of it."""
    try:
        planned = plan(store, document, given, owner=owner, ask=ask)
        # What cannot be encoded now is stored all the same, and encoded when it can be.
        with suppress(HomeNotWritable, StorageFull, HomeBusy):
            current.encode_ahead(_planned(store, document, planned))
        with lock():
            return Added(*ingest(store, document, given, owner=owner, before=planned, ask=ask))
    except CitabotError as error:
        return error


def _planned(store: Store, document: Document, planned: Plan) -> Iterable[EncodedPassage]:
    """Return the passages that the source will have, or the present ones under its new title."""
    title = planned.described.title
    if planned.segments is not None:
        return planned_passages(document.text, title, planned.segments)
    if planned.known is not None and planned.known.title != title:
        return encoded_passages(store, store.passage_ids(planned.known.snapshot), title=title)
    return ()
