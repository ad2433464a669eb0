"""What children do in tests: functions that a new process finds by their names."""

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from knowledge.errors import BadQuestion, HomeNotWritable


@contextmanager
def counter(report: Callable[..., None], start: int) -> Iterator[list[int]]:
    """A tool that remembers what it was told."""
    if start < 0:
        raise HomeNotWritable("There is no room.", hint="Make some.")
    report("opened", start)
    yield [start]


def add(numbers: list[int], number: int, *, twice: bool = False) -> int:
    numbers.append(number * (2 if twice else 1))
    return sum(numbers)


def identify(_: list[int]) -> int:
    return os.getpid()


def hang(_: object) -> None:
    # A search that no signal handler of Python and no other thread of its process could interrupt.
    re.search(r"(a|aa)+$", "a" * 60 + "b")


def refuse(_: list[int], words: str) -> None:
    raise BadQuestion(words, hint="Ask something else.")


def fail(_: list[int], words: str) -> None:
    raise LookupError(words)


def die(_: list[int]) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def chatter(_: list[int]) -> str:
    print("not a result")
    return input() if os.read(0, 1) else "nothing to read"


def environment(_: list[int], name: str) -> str | None:
    return os.environ.get(name)


def exhaust(_: list[int]) -> None:
    raise MemoryError


def place(_: list[int]) -> list[str]:
    return sys.path


def fill_memory() -> None:
    bytearray(8 << 30)


def break_down() -> None:
    raise IndexError("somebody's words")
