"""The service: whatever is computed, the event loop goes on, and what takes too long ends alone."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from child_work import hang
from working import in_a_loop

from knowledge.errors import Late, NotYours
from knowledge.model import Metadata, community
from knowledge.readers import Attachment
from retrieval.present.request import Request
from retrieval.serve.service import Service
from retrieval.serve.telemetry import Telemetry
from retrieval.settings import Settings

# Discord wants an acknowledgement within three seconds, and other people's are to be a tenth of that late at most.
LONGEST_PAUSE = 0.2


@asynccontextmanager
async def serving(home: Path) -> AsyncIterator[Service]:
    service = Service(Settings(home=home, bundled=False, discord_threads=1), Telemetry())
    await service.start()
    try:
        yield service
    finally:
        assert await service.stop(drain=10)


@asynccontextmanager
async def watched() -> AsyncIterator[list[float]]:
    """The pauses of an event loop that should have none."""
    pauses: list[float] = []

    async def tick() -> None:
        last = time.monotonic()
        while True:
            await asyncio.sleep(0)
            pauses.append(time.monotonic() - last)
            last = time.monotonic()

    task = asyncio.create_task(tick())
    yield pauses
    task.cancel()


@pytest.fixture
def hostile() -> list[Request]:
    return [
        Request("quote", f"The mill{' ' * 3900}was built"),
        Request("find", "“mill of the " * 300),
        Request("check", "The mill cost 3 euros. " * 8),
        Request("ask", "mill " * 800),
    ]


def test_the_loop_goes_on_whatever_is_computed(home: Path, hostile: list[Request]) -> None:
    @in_a_loop
    async def scene() -> None:
        async with serving(home) as service, watched() as pauses:
            for request in hostile:
                await service.perform(request)
            with pytest.raises(Late):
                await service.readers.run(lambda child: child.call_within(1.0, hang))
            assert max(pauses) < LONGEST_PAUSE
            # And the reader that was ended is replaced.
            answer = await service.perform(Request("ask", "What does the flour cost?"))
            assert getattr(answer, "citations", ())

    scene()


def test_what_a_community_added_only_it_removes(home: Path) -> None:
    @in_a_loop
    async def scene() -> None:
        async with serving(home) as service:
            note = Attachment("oven.txt", b"The oven of Muros was lit by Sabela in 1742.")
            mine, theirs = community(1), community(2)
            for owner in (mine, theirs):
                added = await service.add(note, Metadata(), owner=owner, guild=1, user=1)
                assert (added.change, added.source.owner) == ("added", owner)
            for name in ("oven-2", "faro"):
                with pytest.raises(NotYours):
                    await service.remove(name, by=mine, guild=1, user=1)
            assert (await service.remove("oven", by=mine, guild=1, user=1)).owner == mine
            assert (await service.remove("faro", by=None, guild=1, user=1)).owner == "operator"

    scene()
