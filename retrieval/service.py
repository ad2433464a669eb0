"""Requests from an event loop, performed by threads: what a long-running face needs besides the engine.

Readers answer, one writer changes sources, and one clerk keeps what people did; each thread opens its own tools, as
SQLite asks for. Nothing here knows of Discord.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from knowledge.activity import Activity, Reply, open_activity
from knowledge.errors import CitabotError
from knowledge.model import Metadata, Source
from retrieval import record
from retrieval.engine import Engine, open_engine
from retrieval.model import Added, Answer, CheckedMessage, IndexState, QuoteResult, Rebuilt
from retrieval.requests import Outcome, Request, as_stored, fingerprint, perform
from retrieval.settings import Settings
from retrieval.telemetry import DONE, Telemetry
from retrieval.workers import Workers

_LOG = logging.getLogger(__name__)

# An answer must be sent within the quarter of an hour that an interaction's token lives; one minute is left for that.
ANSWER_SECONDS = 14 * 60.0
# Changes of sources that may wait for each other, and small notes for the clerk, which take a millisecond each.
_WAITING_CHANGES, _WAITING_NOTES = 8, 10_000

Listener = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the service is made of, for whoever asks."""

    index: IndexState
    entailment: str
    retention_days: int


@dataclass(frozen=True, slots=True)
class Names:
    """Speakers with how many quotations each has, most quoted first, and sources by id with their titles."""

    speakers: tuple[tuple[str, int], ...]
    sources: tuple[tuple[str, str], ...]


class Service:
    """Everything that answers and remembers, for one home. `start` it within a running event loop, `stop` it there."""

    def __init__(self, settings: Settings, telemetry: Telemetry) -> None:
        self.settings = settings
        self.telemetry = telemetry
        self.index: str | None = None
        """The fingerprint of the index that answered last."""
        self._listener: Listener | None = None
        self.readers = Workers[Engine](
            lambda: open_engine(settings, notice=_LOG.info),
            threads=settings.discord_threads,
            waiting=settings.discord_waiting,
            name="reader",
        )
        self.writer = Workers[Engine](
            lambda: open_engine(settings, notice=_LOG.info, progress=self._report),
            threads=1,
            waiting=_WAITING_CHANGES,
            name="writer",
        )
        self.clerk = Workers[Activity](
            lambda: closing(open_activity(settings.home)), threads=1, waiting=_WAITING_NOTES, name="clerk"
        )

    async def start(self) -> None:
        """Open the home, make its index if there is none, and let the threads wait for work. Raises CitabotError."""
        await self.writer.start()
        await self.writer.run(lambda engine: engine.desk())
        await self.readers.start()
        await self.clerk.start()

    @property
    def alive(self) -> bool:
        """Whether every thread can take work."""
        return self.readers.alive and self.writer.alive and self.clerk.alive

    async def stop(self, *, drain: float) -> bool:
        """Finish what was begun, for at most `drain` seconds each; whether all of it was done."""
        return all([await one.stop(drain=drain) for one in (self.readers, self.writer, self.clerk)])

    async def perform(self, request: Request) -> Outcome:
        """What a request gives; the same request of several people at once is performed once.

        Raises Busy at once when too many wait, Late after 14 minutes, and BadQuestion.
        """
        with self._measured(request.kind):
            outcome = await self.readers.run(
                lambda engine: perform(engine, request), key=request, timeout=ANSWER_SECONDS
            )
        self._count(request, outcome)
        self.index = fingerprint(outcome) or self.index
        return outcome

    async def keep(self, request: Request, outcome: Outcome, *, user: int, guild: int | None, private: bool) -> str:
        """Store a reply, so that its buttons work later; the key under which it stands."""
        held = _result(request, outcome)
        return await self.clerk.run(
            lambda activity: activity.save_reply(
                kind=request.kind,
                request=as_stored(request),
                result=held,
                guild=guild,
                user_id=user,
                private=private,
            )
        )

    async def reply(self, key: str) -> Reply | None:
        """The stored reply, or None where it has expired or was forgotten."""
        return await self.clerk.run(lambda activity: activity.reply(key))

    async def add(self, location: str, given: Metadata, *, guild: int | None, user: int) -> list[Added | CitabotError]:
        """Add a document, and write down who did."""
        found = await self.writer.run(lambda engine: engine.add([location], given))
        for one in found:
            if isinstance(one, Added) and one.change != "unchanged":
                await self._audit(guild, user, f"source {one.change}", one.source.id)
        return found

    async def remove(self, source: str, *, guild: int | None, user: int) -> Source:
        """Remove a source, and write down who did. Raises UnknownSource."""
        removed = await self.writer.run(lambda engine: engine.remove(source))
        await self._audit(guild, user, "source removed", removed.id)
        return removed

    async def rebuild(self, *, full: bool, guild: int | None, user: int, listener: Listener) -> Rebuilt:
        """Bring the index up to date; `listener` is told of progress, in the writer's thread."""

        def rebuilt(engine: Engine) -> Rebuilt:
            self._listener = listener
            try:
                return engine.rebuild(full=full)
            finally:
                self._listener = None

        done = await self.writer.run(rebuilt)
        await self._audit(guild, user, "rebuild", done.state.fingerprint)
        return done

    async def facts(self) -> Facts:
        """The index and the models that answer at present."""

        def read(engine: Engine) -> Facts:
            return Facts(engine.state(), engine.desk().entailment.name, self.settings.retention_days)

        return await self.readers.run(read, key="facts")

    async def names(self) -> Names:
        """The names that can be asked about."""

        def read(engine: Engine) -> Names:
            speakers = Counter(quote.speaker for quote in engine.desk().quotes if quote.speaker)
            return Names(tuple(speakers.most_common()), tuple((one.id, one.title) for one in engine.sources()))

        return await self.readers.run(read, key="names")

    async def expire(self) -> int:
        """Delete what is kept longer than the settings say; how many replies and notes went."""
        days = self.settings.retention_days
        return await self.clerk.run(lambda activity: activity.expire(days))

    async def _audit(self, guild: int | None, user: int, action: str, subject: str) -> None:
        await self.clerk.run(lambda activity: activity.add_audit(guild, user, action, subject))

    def _report(self, stage: str, done: int, total: int) -> None:
        if self._listener is not None:
            self._listener(stage, done, total)

    @contextmanager
    def _measured(self, command: str) -> Iterator[None]:
        began = time.monotonic()
        outcome = "failed"
        try:
            yield
            outcome = DONE
        except CitabotError as error:
            outcome = error.code
            raise
        finally:
            self.telemetry.question(command, outcome, time.monotonic() - began)

    def _count(self, request: Request, outcome: Outcome) -> None:
        if isinstance(outcome, CheckedMessage):
            for one in outcome.verdicts:
                self.telemetry.verdict(one.kind.value)
        elif isinstance(outcome, QuoteResult):
            self.telemetry.verdict(outcome.kind.value)
        elif isinstance(outcome, Answer) and outcome.reason is not None:
            self.telemetry.refusal(outcome.reason.value)


def _result(request: Request, outcome: Outcome) -> dict[str, Any]:
    """What is kept of an outcome: its record, or of lists and searches the index alone."""
    if isinstance(outcome, Answer):
        return record.answered(outcome, request.most).model_dump()
    if isinstance(outcome, CheckedMessage):
        return record.checked(outcome).model_dump()
    if isinstance(outcome, QuoteResult):
        return record.quoted(outcome).model_dump()
    return {"index": fingerprint(outcome)}
