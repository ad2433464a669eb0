"""What runs is started anew after a failure, ended by what cannot be mended, and stopped when asked to."""

import asyncio
from itertools import pairwise

import pytest

from knowledge.errors import BadSettings, CitabotError
from retrieval.serve.supervisor import supervise

SOON = 0.001


def never_fatal(_: BaseException) -> CitabotError | None:
    return None


def test_a_run_that_fails_is_started_anew() -> None:
    async def scene() -> int:
        stop, runs = asyncio.Event(), 0

        async def run() -> None:
            nonlocal runs
            runs += 1
            if runs == 4:
                stop.set()
            else:
                raise KeyError("session_id")

        await asyncio.wait_for(supervise(run, fatal=never_fatal, stop=stop, first_wait=SOON), 5)
        return runs

    assert asyncio.run(scene()) == 4


def test_a_run_that_ends_by_itself_is_started_anew() -> None:
    async def scene() -> int:
        stop, runs = asyncio.Event(), 0

        async def run() -> None:
            nonlocal runs
            runs += 1
            if runs == 3:
                stop.set()

        await asyncio.wait_for(supervise(run, fatal=never_fatal, stop=stop, first_wait=SOON), 5)
        return runs

    assert asyncio.run(scene()) == 3


def test_what_a_new_start_would_not_mend_is_raised() -> None:
    async def run() -> None:
        raise PermissionError

    async def scene() -> None:
        await supervise(run, fatal=lambda _: BadSettings("Refused."), stop=asyncio.Event())

    with pytest.raises(BadSettings, match="Refused"):
        asyncio.run(scene())


def test_somebody_who_asks_to_stop_does_not_wait_for_the_next_start() -> None:
    async def run() -> None:
        raise OSError("unreachable")

    async def scene() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, stop.set)
        await asyncio.wait_for(supervise(run, fatal=never_fatal, stop=stop, first_wait=60), 5)

    asyncio.run(scene())


def test_waits_grow_until_a_run_was_good() -> None:
    async def scene() -> list[float]:
        stop, at = asyncio.Event(), []

        async def run() -> None:
            at.append(asyncio.get_running_loop().time())
            if len(at) == 5:
                stop.set()
            raise OSError("unreachable")

        await asyncio.wait_for(supervise(run, fatal=never_fatal, stop=stop, first_wait=0.02), 10)
        return [later - earlier for earlier, later in pairwise(at)]

    waits = asyncio.run(scene())
    # Each wait is between half and three halves of one that doubles.
    assert waits[3] > 0.5 * 0.16 > 1.5 * 0.02
    assert waits[0] < 2 * 0.02
