"""Documents on their way into the base: read in a process of its own, then stored, each in a transaction."""

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
from retrieval.model import Added
from retrieval.settings import Settings

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
    """Add the operator's documents; one that cannot be added is returned as its error, in its turn."""
    results: list[Added | CitabotError] = []

    def skipped(_: str, error: CitabotError) -> None:
        results.append(error)

    with _reading(settings) as reading:
        for location in locations:
            try:
                if feed:
                    documents = read_feed(location, parse_feed=reading.parse_feed, skipped=skipped, **reading.how)
                else:
                    documents = [read(location, stdin=stdin, **reading.how)]
            except CitabotError as error:
                results.append(error)
                continue
            results += [_stored(store, lock, document, given, OPERATOR) for document in documents]
    return results


def contribute(
    store: Store, lock: WriteLock, settings: Settings, document: Contribution, given: Metadata, owner: Owner
) -> Added:
    """Add a document for somebody who may not name files of this machine. Raises what is wrong with it."""
    with _reading(settings) as reading:
        added = _stored(store, lock, read_contribution(document, **reading.how), given, owner)
    if isinstance(added, CitabotError):
        raise added
    return added


@dataclass(frozen=True, slots=True)
class _Reading:
    """What readers are given: a process in which documents are parsed, their limits, and how far they may fetch."""

    parse: Parser
    parse_feed: FeedParser
    limits: ReadingLimits
    policy: FetchPolicy

    @property
    def how(self) -> dict[str, Any]:
        """By the names of the readers' own parameters."""
        return {"parse": self.parse, "limits": self.limits, "fetch_policy": self.policy}


@contextmanager
def _reading(settings: Settings) -> Iterator[_Reading]:
    limits = ReadingLimits(max_bytes=int(settings.max_source_mb * _MEGABYTE))
    policy = FetchPolicy(
        timeout_seconds=settings.fetch_timeout,
        max_bytes=limits.max_bytes,
        allow_private=settings.allow_private_addresses,
    )
    with ReaderProcess() as process:

        def parse(data: bytes, *, location: str, **named: Any) -> Document:  # noqa: ANN401 (passed on)
            return process.read(location, read_bytes, data, location=location, **named)

        def parse_feed(content: bytes, *, location: str, limits: ReadingLimits) -> list[FeedItem]:
            return process.read(location, parse_items, content, location=location, limits=limits)

        yield _Reading(parse, parse_feed, limits, policy)


def _stored(store: Store, lock: WriteLock, document: Document, given: Metadata, owner: Owner) -> Added | CitabotError:
    try:
        with lock():
            return Added(*ingest(store, document, given, owner=owner))
    except CitabotError as error:
        return error
