"""Adding documents to the base: each is read in a process of its own, then stored in a transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from knowledge.errors import CitabotError
from knowledge.formats.feeds import FeedItem, parse_items
from knowledge.ingest import ingest
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
from knowledge.store import Store
from knowledge.web import FetchPolicy
from retrieval.index.bundled import WriteLock
from retrieval.settings import Settings
from retrieval.upkeep_model import Added

# Bytes: the SI megabyte.
_MEGABYTE = 1_000_000


def add(
    store: Store,
    lock: WriteLock,
    settings: Settings,
    locations: Sequence[str],
    given: Metadata,
    *,
    feed: bool,
    stdin: BinaryIO | None,
) -> list[Added | CitabotError]:
    """Add the operator's documents; return for each the result, or the error of one that cannot be added, in order.

    `given` overrides the documents' own metadata; with `feed` the locations are feeds, and their items are added.
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
            results += [_store_document(store, lock, document, given, OPERATOR) for document in documents]
    return results


def contribute(
    store: Store, lock: WriteLock, settings: Settings, document: Contribution, given: Metadata, owner: Owner
) -> Added:
    """Add a document for a user who may not name files of this machine. Raises a CitabotError where it cannot be."""
    with _open_readers(settings) as readers:
        added = _store_document(store, lock, read_contribution(document, **readers.options), given, owner)
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
    store: Store, lock: WriteLock, document: Document, given: Metadata, owner: Owner
) -> Added | CitabotError:
    try:
        with lock():
            return Added(*ingest(store, document, given, owner=owner))
    except CitabotError as error:
        return error
