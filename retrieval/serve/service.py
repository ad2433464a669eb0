"""Requests from an event loop, performed by processes: what a long-running interface needs besides the engine.

Readers answer and one writer changes sources, each a thread that waits for a process of its own: whatever an engine
computes, the event loop goes on, and a request that takes too long ends its process and no other. One thread more
stores what people did. Nothing here knows of Discord.
"""

import asyncio
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
from retrieval.model import Answer, CheckedMessage, QuoteResult
from retrieval.present import as_json, verdict_json
from retrieval.present.request import Outcome, Request
from retrieval.serve import engine_process
from retrieval.serve.engine_process import Facts, Names
from retrieval.serve.perform import as_stored, fingerprint, perform
from retrieval.serve.telemetry import DONE, Telemetry
from retrieval.serve.workers import Workers
from retrieval.settings import Settings
from retrieval.upkeep_model import Added, Rebuilt

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
# Changes of sources that may wait for each other, and rows of activity to be written, which take a millisecond each.
# Our choice: the rows of ten seconds, and as many documents as somebody adds at once.
_WAITING_CHANGES, _WAITING_ROWS = 8, 10_000

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
        self._closing: asyncio.Task[None] | None = None
        self.readers = Workers[Child[Engine]](
            lambda: engine_process.engine_process(settings, ready=True),
            threads=settings.discord_threads,
            waiting=settings.discord_waiting,
            name="reader",
        )
        self.writer = Workers[Child[Engine]](
            # Its process starts with a change and ends some time after it: changes are rare, and it takes much memory.
            lambda: closing(engine_process.engine_process(settings, ready=False, report=self._report)),
            threads=1,
            waiting=_WAITING_CHANGES,
            name="writer",
        )
        self.activity_worker = Workers[Activity](
            lambda: closing(open_activity(settings.home)), threads=1, waiting=_WAITING_ROWS, name="activity"
        )

    async def start(self) -> None:
        """Open the home, make its index if there is none, and let the threads wait for work. Raises CitabotError."""
        await self.readers.start()
        await self.writer.start()
        await self.readers.run(lambda child: child.call(engine_process.sweep_uploads))
        await self.activity_worker.start()

    @property
    def alive(self) -> bool:
        """Whether every thread can take work."""
        return self.readers.alive and self.writer.alive and self.activity_worker.alive

    async def stop(self, *, drain: float) -> bool:
        """Finish what was begun, for at most `drain` seconds each; return whether all of it was done."""
        return all([await workers.stop(drain=drain) for workers in (self.readers, self.writer, self.activity_worker)])

    async def perform(self, request: Request) -> Outcome:
        """Perform a request; the same request of several people at once is performed once.

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

    async def request_in(self, text: str) -> Request:
        """Return what a message to the bot asks for. Raises as `perform` does."""
        return await self.readers.run(
            lambda child: child.call_within(COMPUTING_SECONDS, engine_process.message_request, text),
            timeout=ANSWER_SECONDS,
        )

    async def store_reply(
        self, request: Request, outcome: Outcome, *, user: int, guild: int | None, private: bool, author: int | None
    ) -> str:
        """Store a reply, so that its buttons work later; return the key under which it stands.

        Of a reply about the message of somebody else, `author`, no more is stored than the request and the index.
        """
        result = _stored_result(request, outcome) if author in (None, user) else {"index": fingerprint(outcome)}
        return await self.activity_worker.run(
            lambda activity: activity.save_reply(
                kind=request.kind,
                request=as_stored(request),
                result=result,
                community=guild,
                person=user,
                private=private,
                author=author,
            )
        )

    async def reply(self, key: str) -> Reply | None:
        """Return the stored reply, or None where it has expired or was forgotten."""
        return await self.activity_worker.run(lambda activity: activity.reply(key))

    async def add(self, document: Contribution, metadata: Metadata, *, owner: Owner, guild: int, user: int) -> Added:
        """Add a document, and store who did. Raises what is wrong with it."""
        added = await self._change(
            lambda child: child.call_within(CHANGING_SECONDS, Engine.contribute, document, metadata, owner=owner)
        )
        if added.change != "unchanged":
            await self._audit(guild, user, f"source {added.change}", added.source.id)
        return added

    async def remove(self, source: str, *, by: Owner | None, guild: int, user: int) -> Source:
        """Remove a source, with `by` only one of that owner's, and store who did.

        Raises UnknownSource and NotYours.
        """
        removed = await self._change(lambda child: child.call_within(CHANGING_SECONDS, Engine.remove, source, by=by))
        await self._audit(guild, user, "source removed", removed.id)
        return removed

    async def rebuild(self, *, full: bool, guild: int | None, user: int, listener: Listener) -> Rebuilt:
        """Bring the index up to date; `listener` is called with progress, in the writer's thread."""

        def rebuild(child: Child[Engine]) -> Rebuilt:
            self._listener = listener
            try:
                return child.call_within(CHANGING_SECONDS, Engine.rebuild, full=full)
            finally:
                self._listener = None

        rebuilt = await self._change(rebuild)
        await self._audit(guild, user, "rebuild", rebuilt.state.fingerprint)
        return rebuilt

    async def _change(self, work: Callable[[Child[Engine]], Changed]) -> Changed:
        """Do a change in the writer's process, which ends when no other comes for a while."""
        self._changes += 1
        number = self._changes
        try:
            return await self.writer.run(work)
        finally:
            asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._close_writer, number)

    def _close_writer(self, number: int) -> None:
        """End the writer's process, where the change of this number was the last."""
        if number == self._changes and self.writer.alive:
            self._closing = asyncio.create_task(self.writer.run(Child.close))

    async def facts(self) -> Facts:
        """Return the index and the reader that answer at present."""
        return await self.readers.run(lambda child: child.call(engine_process.facts), key="facts")

    async def names(self) -> Names:
        """Return the names that can be asked about."""
        return await self.readers.run(lambda child: child.call(engine_process.names), key="names")

    async def expire(self) -> int:
        """Delete what is older than the settings let it become; return how many replies and notes that were."""
        days = self.settings.retention_days
        return await self.activity_worker.run(lambda activity: activity.expire(days))

    async def _audit(self, guild: int | None, user: int, action: str, subject: str) -> None:
        await self.activity_worker.run(lambda activity: activity.add_audit(guild, user, action, subject))

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
            for verdict in outcome.verdicts:
                self.telemetry.verdict(verdict.kind.value)
        elif isinstance(outcome, QuoteResult):
            self.telemetry.verdict(outcome.kind.value)
        elif isinstance(outcome, Answer) and outcome.reason is not None:
            self.telemetry.refusal(outcome.reason.value)


def _stored_result(request: Request, outcome: Outcome) -> dict[str, Any]:
    """Return what is stored of an outcome: its record, or of lists and searches the index alone."""
    if isinstance(outcome, Answer):
        return record.answered(outcome, request.most, as_json.answer(outcome)).model_dump()
    if isinstance(outcome, CheckedMessage):
        return record.checked(outcome, verdict_json.checked(outcome)).model_dump()
    if isinstance(outcome, QuoteResult):
        return record.quoted(outcome, verdict_json.quote_result(outcome)).model_dump()
    return {"index": fingerprint(outcome)}
