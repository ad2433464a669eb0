"""Requests from an event loop, performed by processes: what a long-running face needs besides the engine.

Readers answer and one writer changes sources, each a thread that waits for a process of its own: whatever an engine
computes, the event loop goes on, and a request that takes too long ends its process and no other. One clerk keeps what
people did. Nothing here knows of Discord.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeVar

from knowledge.activity import Activity, open_activity
from knowledge.activity_model import Reply
from knowledge.child import Child
from knowledge.errors import CitabotError
from knowledge.model import Metadata, Owner, Source
from knowledge.readers import Contribution
from retrieval import record
from retrieval.engine import Engine
from retrieval.model import Added, Answer, CheckedMessage, Outcome, QuoteResult, Rebuilt, Request
from retrieval.present import as_json, verdict_json
from retrieval.serve import engine_process
from retrieval.serve.engine_process import Facts, Names
from retrieval.serve.perform import as_stored, fingerprint, perform
from retrieval.serve.telemetry import DONE, Telemetry
from retrieval.serve.workers import Workers
from retrieval.settings import Settings

_LOG = logging.getLogger(__name__)

# An answer must be sent within the quarter of an hour that an interaction's token lives; one minute is left for that.
ANSWER_SECONDS = 14 * 60.0
# Seconds that computing one answer may take: twelve times what the longest message took to check (3,900 characters, two
# cores, 10 s). Whoever asks for more ends the process that works on it.
COMPUTING_SECONDS = 120.0
# Seconds that a change of sources may take: as long as one rebuild waits for another (`index.current`). Ended later, it
# leaves all as it was.
CHANGING_SECONDS = 1800.0
# Seconds that the writer's process waits for another change: whoever adds several documents does so within a minute.
_IDLE_SECONDS = 60.0
# Changes of sources that may wait for each other, and small notes for the clerk, which take a millisecond each.
# Seconds that the writer's process waits for another change: whoever adds several documents does so within a minute.
_IDLE_SECONDS = 60.0
_WAITING_CHANGES, _WAITING_NOTES = 8, 10_000

Changed = TypeVar("Changed")
Listener = Callable[[str, int, int], None]


class Service:
    """Everything that answers and remembers, for one home. `start` it within a running event loop, `stop` it there."""

    def __init__(self, settings: Settings, telemetry: Telemetry) -> None:
        self.settings = settings
        self.telemetry = telemetry
        self.index: str | None = None
        """The fingerprint of the index that answered last."""
        self._listener: Listener | None = None
        self._changes = 0
        self._resting: asyncio.Task[None] | None = None
        self.readers = Workers[Child[Engine]](
            lambda: engine_process.engine_process(settings, ready=True),
            threads=settings.discord_threads,
            waiting=settings.discord_waiting,
            name="reader",
        )
        self.writer = Workers[Child[Engine]](
            # Its process starts with a change and ends some time after it: changes are rare, and memory is dear.
            lambda: closing(engine_process.engine_process(settings, ready=False, report=self._report)),
            threads=1,
            waiting=_WAITING_CHANGES,
            name="writer",
        )
        self.clerk = Workers[Activity](
            lambda: closing(open_activity(settings.home)), threads=1, waiting=_WAITING_NOTES, name="clerk"
        )

    async def start(self) -> None:
        """Open the home, make its index if there is none, and let the threads wait for work. Raises CitabotError."""
        await self.readers.start()
        await self.writer.start()
        await self.readers.run(lambda child: child.call(engine_process.sweep_uploads))
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
            outcome: Outcome = await self.readers.run(
                lambda child: child.call_within(COMPUTING_SECONDS, perform, request),
                key=request,
                timeout=ANSWER_SECONDS,
            )
        self._count(request, outcome)
        self.index = fingerprint(outcome) or self.index
        return outcome

    async def meant(self, text: str) -> Request:
        """What a message to the bot asks for. Raises as `perform` does."""
        return await self.readers.run(
            lambda child: child.call_within(COMPUTING_SECONDS, engine_process.meaning, text), timeout=ANSWER_SECONDS
        )

    async def keep(
        self, request: Request, outcome: Outcome, *, user: int, guild: int | None, private: bool, author: int | None
    ) -> str:
        """Store a reply, so that its buttons work later; the key under which it stands.

        Of a reply about the message of somebody else, `author`, no more is stored than the request and the index.
        """
        held = _result(request, outcome) if author in (None, user) else {"index": fingerprint(outcome)}
        return await self.clerk.run(
            lambda activity: activity.save_reply(
                kind=request.kind,
                request=as_stored(request),
                result=held,
                community=guild,
                person=user,
                private=private,
                author=author,
            )
        )

    async def reply(self, key: str) -> Reply | None:
        """The stored reply, or None where it has expired or was forgotten."""
        return await self.clerk.run(lambda activity: activity.reply(key))

    async def add(self, document: Contribution, given: Metadata, *, owner: Owner, guild: int, user: int) -> Added:
        """Add a document, and write down who did. Raises what is wrong with it."""
        added = await self._change(
            lambda child: child.call_within(CHANGING_SECONDS, Engine.contribute, document, given, owner=owner)
        )
        if added.change != "unchanged":
            await self._audit(guild, user, f"source {added.change}", added.source.id)
        return added

    async def remove(self, source: str, *, by: Owner | None, guild: int, user: int) -> Source:
        """Remove a source, with `by` only one of that owner's, and write down who did.

        Raises UnknownSource and NotYours.
        """
        removed = await self._change(lambda child: child.call_within(CHANGING_SECONDS, Engine.remove, source, by=by))
        await self._audit(guild, user, "source removed", removed.id)
        return removed

    async def rebuild(self, *, full: bool, guild: int | None, user: int, listener: Listener) -> Rebuilt:
        """Bring the index up to date; `listener` is told of progress, in the writer's thread."""

        def rebuilt(child: Child[Engine]) -> Rebuilt:
            self._listener = listener
            try:
                return child.call_within(CHANGING_SECONDS, Engine.rebuild, full=full)
            finally:
                self._listener = None

        done = await self._change(rebuilt)
        await self._audit(guild, user, "rebuild", done.state.fingerprint)
        return done

    async def _change(self, work: Callable[[Child[Engine]], Changed]) -> Changed:
        """Do a change in the writer's process, which ends when no other comes for a while."""
        self._changes += 1
        number = self._changes
        try:
            return await self.writer.run(work)
        finally:
            asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._rest, number)

    def _rest(self, number: int) -> None:
        if number == self._changes and self.writer.alive:
            self._resting = asyncio.create_task(self.writer.run(Child.close))

    async def facts(self) -> Facts:
        """The index and the models that answer at present."""
        return await self.readers.run(lambda child: child.call(engine_process.facts), key="facts")

    async def names(self) -> Names:
        """The names that can be asked about."""
        return await self.readers.run(lambda child: child.call(engine_process.names), key="names")

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
        return record.answered(outcome, request.most, as_json.answer(outcome)).model_dump()
    if isinstance(outcome, CheckedMessage):
        return record.checked(outcome, verdict_json.checked(outcome)).model_dump()
    if isinstance(outcome, QuoteResult):
        return record.quoted(outcome, verdict_json.quote_result(outcome)).model_dump()
    return {"index": fingerprint(outcome)}
