"""Workers for tests, what they do, and tools that are written down."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from knowledge.errors import HomeNotWritable
from retrieval.serve.workers import Workers

# Longer than anything here takes on a busy machine; reached only where something hangs.
PATIENCE = 60.0
Given = ParamSpec("Given")
Held = TypeVar("Held")


def in_a_loop(test: Callable[Given, Awaitable[None]]) -> Callable[Given, None]:
    @wraps(test)
    def run(*values: Given.args, **named: Given.kwargs) -> None:
        async def timed() -> None:
            async with asyncio.timeout(PATIENCE):
                await test(*values, **named)

        asyncio.run(timed())

    return run


class Shop:
    """Hands out so many numbered tools, and writes down which thread opened and closed each."""

    def __init__(self, stock: int = 100) -> None:
        self.stock = stock
        self.opened: list[str] = []
        self.closed: list[str] = []

    @contextmanager
    def tool(self) -> Iterator[int]:
        if len(self.opened) == self.stock:
            raise HomeNotWritable("No tool is left.")
        self.opened.append(threading.current_thread().name)
        try:
            yield len(self.opened)
        finally:
            self.closed.append(threading.current_thread().name)


def nothing() -> AbstractContextManager[None]:
    return nullcontext()


@asynccontextmanager
async def working(
    make: Callable[[], AbstractContextManager[Held]], *, threads: int = 1, waiting: int = 5
) -> AsyncIterator[Workers[Held]]:
    workers = Workers(make, threads=threads, waiting=waiting, name="thread")
    await workers.start()
    yield workers
    assert await workers.stop(drain=PATIENCE)


def held(gate: threading.Event, result: Any = None, error: BaseException | None = None) -> Callable[[object], Any]:
    """Work that lasts until a gate opens."""

    def work(_: object) -> Any:
        assert gate.wait(PATIENCE)
        if error is not None:
            raise error
        return result

    return work


def giving(result: int) -> Callable[[object], int]:
    return lambda _: result


def failing(error: BaseException) -> Callable[[object], None]:
    gate = threading.Event()
    gate.set()
    return held(gate, error=error)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.001)
