import asyncio
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from working import PATIENCE, Shop, failing, giving, held, in_a_loop, nothing, until, working

from knowledge.errors import BadQuestion, HomeNotWritable
from retrieval.serve.workers import BrokenOff, Busy, Stopping, Workers

# Tools


@in_a_loop
async def test_each_thread_opens_uses_and_closes_a_tool_of_its_own() -> None:
    shop, gate = Shop(), threading.Event()

    def work(tool: int) -> tuple[int, str]:
        gate.wait(PATIENCE)
        return tool, threading.current_thread().name

    async with working(shop.tool, threads=3) as workers:
        tasks = [asyncio.create_task(workers.run(work)) for _ in range(3)]
        await until(lambda: workers.running == 3)
        gate.set()
        assert sorted(await asyncio.gather(*tasks)) == [(1, "thread-0"), (2, "thread-1"), (3, "thread-2")]
    assert shop.opened == ["thread-0", "thread-1", "thread-2"]
    assert sorted(shop.closed) == shop.opened


@in_a_loop
async def test_a_tool_that_cannot_be_opened_is_told_and_the_others_are_closed() -> None:
    shop = Shop(stock=2)
    workers = Workers(shop.tool, threads=4, waiting=9, name="scarce")
    with pytest.raises(HomeNotWritable, match="No tool is left"):
        await workers.start()
    assert not workers.alive
    with pytest.raises(Stopping):
        await workers.run(str)
    assert sorted(shop.closed) == shop.opened == ["scarce-0", "scarce-1"]


@in_a_loop
async def test_workers_are_started_once_and_before_they_are_used() -> None:
    workers = Workers(nothing, threads=1, waiting=1, name="once")
    assert not workers.alive
    with pytest.raises(RuntimeError, match="not started"):
        await workers.run(str)
    await workers.start()
    assert workers.alive
    with pytest.raises(RuntimeError, match="started before"):
        await workers.start()
    assert await workers.stop(drain=1)


@in_a_loop
async def test_starting_that_is_cancelled_leaves_no_tool_open() -> None:
    shop, gate = Shop(), threading.Event()

    @contextmanager
    def slow() -> Iterator[int]:
        with shop.tool() as tool:
            gate.wait(PATIENCE)
            yield tool

    starting = asyncio.create_task(Workers(slow, threads=2, waiting=1, name="slow").start())
    await until(lambda: shop.opened == ["slow-0"])
    starting.cancel()
    asyncio.get_running_loop().call_later(0.05, gate.set)
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert shop.opened == shop.closed == ["slow-0"]


# Order and bound


@in_a_loop
async def test_jobs_begin_in_the_order_they_came() -> None:
    begun: list[int] = []

    def begin(n: int, _: object) -> None:
        begun.append(n)

    async with working(nothing, waiting=50) as workers:
        await asyncio.gather(*(workers.run(partial(begin, n)) for n in range(50)))
    assert begun == list(range(50))


@in_a_loop
async def test_a_full_queue_says_so_at_once() -> None:
    gate = threading.Event()
    async with working(nothing, threads=2, waiting=3) as workers:
        tasks = [asyncio.create_task(workers.run(held(gate, n))) for n in range(5)]
        await until(lambda: workers.depth == 3)
        assert workers.running == 2
        began = time.perf_counter()
        with pytest.raises(Busy) as refused:
            await workers.run(str)
        assert time.perf_counter() - began < 0.1
        assert (refused.value.exit_code, refused.value.code) == (4, "busy")
        gate.set()
        assert await asyncio.gather(*tasks) == [0, 1, 2, 3, 4]
        assert (workers.depth, workers.running) == (0, 0)
        assert await workers.run(giving(6)) == 6


@in_a_loop
async def test_with_no_place_to_wait_an_idle_thread_still_takes_work() -> None:
    async with working(nothing, waiting=0) as workers:
        assert [await workers.run(giving(n)) for n in range(300)] == list(range(300))


@in_a_loop
async def test_the_event_loop_goes_on_while_threads_work() -> None:
    gate = threading.Event()
    async with working(nothing) as workers:
        task = asyncio.create_task(workers.run(held(gate, "done")))
        for _ in range(20):
            await asyncio.sleep(0.001)
        assert not task.done()
        gate.set()
        assert await task == "done"


@given(st.lists(st.integers(0, 5), max_size=40), st.integers(1, 4), st.integers(0, 6))
@in_a_loop
async def test_every_request_gets_its_own_result_or_is_refused(keys: list[int], threads: int, waiting: int) -> None:
    done: list[int] = []

    def work(key: int, _: object) -> int:
        done.append(key)
        return key

    async with working(nothing, threads=threads, waiting=waiting) as workers:
        asked = (workers.run(partial(work, key), key=key) for key in keys)
        results = await asyncio.gather(*asked, return_exceptions=True)
    assert all(result == key or type(result) is Busy for key, result in zip(keys, results, strict=True))
    assert set(done) == {result for result in results if isinstance(result, int)}
    # All come at once, so that nothing is done twice.
    assert len(done) == len(set(done))


# Sharing


@in_a_loop
async def test_the_same_request_is_done_once_for_all_who_ask() -> None:
    gate, done = threading.Event(), []
    async with working(nothing, waiting=1) as workers:
        running = asyncio.create_task(workers.run(held(gate)))
        await until(lambda: workers.running == 1)
        same = [asyncio.create_task(workers.run(lambda _: done.append(1), key=("ask", "why?"))) for _ in range(20)]
        await until(lambda: workers.depth == 1)
        gate.set()
        await asyncio.gather(running, *same)
        assert done == [1]
        await workers.run(lambda _: done.append(2), key=("ask", "why?"))
        assert done == [1, 2]


@in_a_loop
async def test_a_request_joins_the_same_one_that_is_being_done_even_when_the_queue_is_full() -> None:
    gate = threading.Event()
    async with working(nothing, waiting=0) as workers:
        first = asyncio.create_task(workers.run(held(gate, "once"), key="same"))
        await until(lambda: workers.running == 1)
        second = asyncio.create_task(workers.run(held(gate, "twice"), key="same"))
        with pytest.raises(Busy):
            await workers.run(str, key="other")
        gate.set()
        assert [await first, await second] == ["once", "once"]


@in_a_loop
async def test_who_leaves_takes_nothing_from_the_others() -> None:
    gate = threading.Event()
    async with working(nothing) as workers:
        leaving, *staying = [asyncio.create_task(workers.run(held(gate, "answer"), key="same")) for _ in range(3)]
        await until(lambda: workers.running == 1)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        gate.set()
        assert await asyncio.gather(*staying) == ["answer", "answer"]


@in_a_loop
async def test_work_that_nobody_waits_for_any_more_is_never_begun() -> None:
    gate, begun = threading.Event(), []
    async with working(nothing) as workers:
        running = asyncio.create_task(workers.run(held(gate)))
        await until(lambda: workers.running == 1)
        left = [asyncio.create_task(workers.run(lambda _: begun.append("left"), key="same")) for _ in range(2)]
        kept = asyncio.create_task(workers.run(lambda _: begun.append("kept")))
        await until(lambda: workers.depth == 2)
        for task in left:
            task.cancel()
        await asyncio.wait(left)
        assert workers.depth == 1
        again = asyncio.create_task(workers.run(lambda _: begun.append("asked again"), key="same"))
        await until(lambda: workers.depth == 2)
        gate.set()
        await asyncio.gather(running, kept, again)
    assert begun == ["kept", "asked again"]


# Errors


@in_a_loop
async def test_an_error_of_the_work_reaches_everyone_who_waits_and_the_thread_goes_on() -> None:
    fail = failing(BadQuestion("There are no words in it."))
    async with working(nothing) as workers:
        results = await asyncio.gather(*(workers.run(fail, key="bad") for _ in range(3)), return_exceptions=True)
        assert [str(result) for result in results] == ["There are no words in it."] * 3
        assert await workers.run(giving(1)) == 1


@in_a_loop
async def test_a_timeout_inside_the_work_is_not_taken_for_ours() -> None:
    async with working(nothing) as workers:
        with pytest.raises(TimeoutError, match="a page did not come"):
            await workers.run(failing(TimeoutError("a page did not come")), timeout=PATIENCE)


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit(), asyncio.CancelledError()])
@in_a_loop
async def test_work_that_would_end_the_program_ends_its_tool_alone(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop()
    async with working(shop.tool) as workers:
        with pytest.raises(BrokenOff, match=type(error).__name__) as caught:
            await workers.run(failing(error))
        assert caught.value.__cause__ is error
        assert await workers.run(lambda tool: tool) == 2
        assert workers.alive
    assert shop.opened == shop.closed == ["thread-0", "thread-0"]
    assert "work ended its tool" in caplog.messages


@in_a_loop
async def test_stop_iteration_is_an_error_like_any_other() -> None:
    async with working(nothing) as workers:
        with pytest.raises(BrokenOff, match="StopIteration"):
            await workers.run(failing(StopIteration()))


@in_a_loop
async def test_a_thread_that_finds_no_other_tool_ends_loudly_and_nobody_waits_in_vain(
    caplog: pytest.LogCaptureFixture,
) -> None:
    gate = threading.Event()
    async with working(Shop(stock=1).tool) as workers:
        tasks = [asyncio.create_task(workers.run(work)) for work in (held(gate, error=SystemExit()), str, str)]
        await until(lambda: workers.depth == 2)
        gate.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [BrokenOff] * 3
        assert not workers.alive
        with pytest.raises(BrokenOff):
            await workers.run(str)
    assert [record.message for record in caplog.records if record.levelno == logging.CRITICAL] == ["thread ended"]
