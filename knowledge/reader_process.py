"""Reading of documents from anybody in a process of its own, whose time and memory are limited.

That is a limit and not a sandbox: what runs there can still do what its user may.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import ParamSpec, TypeVar

from knowledge.child import Child, ChildFailure, Report
from knowledge.errors import BrokenOff, DamagedDocument, Late, TooCostly

try:
    import resource
except ImportError:  # Windows has no such limits; the deadline holds there too.
    resource = None  # type: ignore[assignment]

Given = ParamSpec("Given")
Result = TypeVar("Result")

# Our choice. Two technical reports of 22 and 53 pages take 0.7 and 1.6 s and 65 MB of address space, a plain text of
# 24 MB 2 s and 170 MB (two cores): honest documents stay far below both.
READING_SECONDS = 60.0
READING_BYTES = 1 << 30
# Libraries of linear algebra reserve memory for each thread; no reader computes with any.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class ReaderProcess:
    """A process that reads one document after another, started when the first one comes; for use in a `with`."""

    def __init__(self, *, seconds: float = READING_SECONDS, memory: int = READING_BYTES) -> None:
        self._seconds = seconds
        self._child = Child(_limited, memory, environment=_ENVIRONMENT)

    def __enter__(self) -> "ReaderProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close()

    def read(
        self,
        what: str,
        reader: Callable[Given, Result],
        *arguments: Given.args,
        **named: Given.kwargs,
    ) -> Result:
        """Read by a function of a module with these arguments; `what` names the document in errors.

        Raises what the reader raises, TooCostly where it takes too much time or memory, and DamagedDocument where it
        fails in a way that nobody foresaw.
        """
        try:
            return self._child.call_within(self._seconds, _apply, self._seconds, partial(reader, *arguments, **named))
        except Late as error:
            raise TooCostly(f"{what} takes more than {self._seconds:g} seconds to read.") from error
        except ChildFailure as error:
            raise DamagedDocument(f"{what} is damaged, or is not what it says it is.") from error
        except (BrokenOff, MemoryError) as error:
            raise TooCostly(f"{what} takes more memory or time to read than is allowed.") from error


@contextmanager
def _limited(_: Report, memory: int) -> Iterator[None]:
    """Set the limits of this process once and for all, its libraries at hand before any time is kept."""
    import_module("knowledge.readers")
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    yield


def _apply(_: None, seconds: float, reader: Callable[[], Result]) -> Result:
    if resource is not None:
        # The parent keeps the time; this ends the process where the parent itself is gone.
        end = int(time.process_time() + 2 * seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (end, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    return reader()
