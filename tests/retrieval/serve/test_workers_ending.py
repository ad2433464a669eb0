"""Workers when time is up, when the program stops, and with real engines."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from working import PATIENCE, Shop, giving, held, in_a_loop, nothing, until, working

from knowledge.errors import BadQuestion, CitabotError
from retrieval.engine import Engine, open_engine
from retrieval.serve.workers import Late, Stopping, Workers
from retrieval.settings import Settings

# Time


@in_a_loop
async def test_work_that_takes_too_long_is_given_up_and_its_result_dropped(caplog: pytest.LogCaptureFixture) -> None:
    gate = threading.Event()
    async with working(nothing) as workers:
        slow = asyncio.create_task(workers.run(held(gate, error=BadQuestion("too late to matter")), timeout=0.02))
        waiting = asyncio.create_task(workers.run(str, timeout=0.02))
        for task in (slow, waiting):
            with pytest.raises(Late):
                await task
        assert (workers.depth, workers.running) == (0, 1)
        gate.set()
        assert await workers.run(giving(1)) == 1
    assert caplog.messages == ["abandoned work failed"]


@in_a_loop
async def test_each_who_waits_has_a_time_of_their_own() -> None:
    gate = threading.Event()
    async with working(nothing) as workers:
        patient = asyncio.create_task(workers.run(held(gate, "answer"), key="same"))
        with pytest.raises(Late):
            await workers.run(held(gate, "answer"), key="same", timeout=0.02)
        gate.set()
        assert await patient == "answer"


# Stopping


@in_a_loop
async def test_stopping_finishes_what_was_taken_on_and_takes_on_nothing_new() -> None:
    shop, gate = Shop(), threading.Event()
    async with working(shop.tool) as workers:
        tasks = [asyncio.create_task(workers.run(held(gate, n))) for n in range(3)]
        await until(lambda: workers.depth == 2)
        stopping = asyncio.create_task(workers.stop(drain=PATIENCE))
        await asyncio.sleep(0)
        with pytest.raises(Stopping):
            await workers.run(str)
        assert not workers.alive
        gate.set()
        assert await stopping
        assert [task.result() for task in tasks] == [0, 1, 2]
    assert shop.closed == ["thread-0"]


@in_a_loop
async def test_what_is_not_finished_in_time_is_told_to_those_who_wait() -> None:
    shop, gate = Shop(), threading.Event()
    workers = Workers(shop.tool, threads=2, waiting=5, name="hanging")
    await workers.start()
    tasks = [asyncio.create_task(workers.run(work)) for work in (held(gate), held(gate), str)]
    await until(lambda: workers.depth == 1)
    assert not await workers.stop(drain=0.02)
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [Stopping] * 3
    assert shop.closed == []
    gate.set()
    await until(lambda: len(shop.closed) == 2)


def test_a_loop_that_has_ended_does_not_trouble_a_thread_that_goes_on() -> None:
    shop, gate = Shop(), threading.Event()

    @in_a_loop
    async def scene() -> None:
        workers = Workers(shop.tool, threads=1, waiting=5, name="outliving")
        await workers.start()
        task = asyncio.create_task(workers.run(held(gate)))
        await until(lambda: workers.running == 1)
        assert not await workers.stop(drain=0)
        with pytest.raises(Stopping):
            await task

    scene()
    [outliving] = [thread for thread in threading.enumerate() if thread.name == "outliving-0"]
    gate.set()
    outliving.join(PATIENCE)
    assert shop.closed == ["outliving-0"]


@in_a_loop
async def test_workers_that_were_never_started_stop_too() -> None:
    assert await Workers(nothing, threads=1, waiting=1, name="never").stop(drain=1)


# Real engines


def engine_of(home: Path) -> Callable[[], AbstractContextManager[Engine]]:
    return lambda: open_engine(Settings(home=home, bundled=False))


@in_a_loop
async def test_two_hundred_questions_at_once_are_each_answered_once(prepared_home: Path) -> None:
    questions = ["What does the flour cost?", "¿Quién cuida el faro?", "What does the tide mill grind?"]
    asked: list[int] = []

    def ask(n: int, engine: Engine) -> tuple[int, str]:
        asked.append(n)
        return n, engine.ask(questions[n % 3]).question

    async with working(engine_of(prepared_home), threads=2, waiting=200) as workers:
        answers = await asyncio.gather(*(workers.run(partial(ask, n)) for n in range(200)))
    assert answers == [(n, questions[n % 3]) for n in range(200)]
    assert sorted(asked) == list(range(200))


@in_a_loop
async def test_an_engine_in_a_thread_answers_as_one_here_does(prepared_home: Path, engine: Engine) -> None:
    async with working(engine_of(prepared_home)) as workers:
        answer = await workers.run(lambda there: there.ask("What does the flour cost?"))
        assert answer.text == engine.ask("What does the flour cost?").text
        with pytest.raises(BadQuestion):
            await workers.run(lambda there: there.ask("   "))


@in_a_loop
async def test_a_home_that_cannot_be_opened_is_told_when_starting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(CitabotError):
        await Workers(engine_of(tmp_path / "file" / "home"), threads=2, waiting=1, name="homeless").start()
