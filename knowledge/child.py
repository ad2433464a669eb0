"""Work in a process of its own, which can be ended whatever it does.

A thread cannot be stopped, and one call of a C library, or one regular expression, can keep every other thread of its
process waiting. So whatever is computed for anybody else is computed in a child, which opens a tool once and then does
what it is asked to, one call after another. Calls and results go as pickles through the child's own two pipes; both
ends are this program.
"""

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from typing import Any, BinaryIO, Concatenate, Generic, ParamSpec, TypeVar, cast

from knowledge.errors import BrokenOff, CitabotError, Late

Tool = TypeVar("Tool")
Given = ParamSpec("Given")
Result = TypeVar("Result")
Report = Callable[..., None]
"""A function that is called with the progress of a call while it goes on."""

# -P below: a child must not import what lies in the folder that somebody happens to stand in. It takes our own path.
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from knowledge.child import run_child; run_child()"
# Secrets that no child has a use for.
_WITHHELD = ("DISCORD_TOKEN", "CITABOT_HEALTH_TOKEN")
# Seconds that a child has to close its tool at its end: a database closes within milliseconds. Our choice.
_CLOSING_SECONDS = 5.0


class ChildFailure(Exception):
    """A fault of ours in a child: the kind of error, and where it arose, without the words it was about."""


class Child(Generic[Tool]):
    """A process that has opened a tool. It serves a thread at a time, and is started anew when needed after its end.

    `opener` and everything that is called are functions of modules, found again in the child by their names. `opener`
    is given a `Report` first, then `arguments`.
    """

    def __init__(
        self,
        opener: Callable[..., AbstractContextManager[Tool]],
        *arguments: object,
        report: Report | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._opener, self._arguments, self._report = opener, arguments, report
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Child[Tool]":
        """Start the process and open the tool. Raises what opening it raises."""
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.close()

    def close(self) -> None:
        """Close the tool and end the process until the next call."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(OSError):
            _pipe(process.stdin).close()
        try:
            process.wait(_CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        finally:
            _pipe(process.stdout).close()

    def call(
        self,
        work: Callable[Concatenate[Tool, Given], Result],
        *arguments: Given.args,
        **named: Given.kwargs,
    ) -> Result:
        """Return the result of `work` on the tool and the arguments. Raises its errors, BrokenOff and ChildFailure."""
        return self.call_within(None, work, *arguments, **named)

    def call_within(
        self,
        seconds: float | None,
        work: Callable[Concatenate[Tool, Given], Result],
        *arguments: Given.args,
        **named: Given.kwargs,
    ) -> Result:
        """Run `work` as `call` does. Raises Late too, after so many seconds, when the process has been ended."""
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._start()
        return cast("Result", self._exchange((work, arguments, named), seconds))

    def _start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in _WITHHELD}
        self._process = subprocess.Popen(  # noqa: S603 (this very interpreter, and words of ours)
            [sys.executable, "-P", "-c", _START, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment | self._environment,
        )
        try:
            self._exchange((self._opener, self._arguments), None)
        except BaseException:
            self.close()
            raise

    def _exchange(self, request: object, seconds: float | None) -> object:
        process = cast("subprocess.Popen[bytes]", self._process)
        timed_out = threading.Event()

        def end_process() -> None:
            timed_out.set()
            process.kill()

        timer = threading.Timer(seconds, end_process) if seconds is not None else None
        try:
            if timer is not None:
                timer.start()
            _send(_pipe(process.stdin), request)
            return self._answer(_pipe(process.stdout))
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            process.kill()
            process.wait()
            if timed_out.is_set():
                raise Late(f"This took longer than {seconds:g} seconds and was given up.") from error
            raise BrokenOff(f"The work was broken off ({_ending(process.returncode)}).") from error
        finally:
            if timer is not None:
                timer.cancel()

    def _answer(self, results: BinaryIO) -> object:
        while True:
            kind, value = pickle.load(results)  # noqa: S301 (written by our own child)
            if kind == "report":
                if self._report is not None:
                    self._report(*value)
            elif kind == "result":
                return value
            else:
                raise value


def run_child() -> None:
    """Run as a child: open the tool that the first request names, then answer requests until their pipe ends."""
    # Whoever stops the program stops its parent, which lets its children finish; they end when their pipe does.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    # Libraries that print, or read, must not meet the pipes.
    requests, results = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as null_device:  # noqa: PTH123 (a descriptor is wanted)
        os.dup2(null_device.fileno(), 0)
    os.dup2(2, 1)
    with suppress(BrokenPipeError):
        _serve(requests, results)


def _serve(requests: BinaryIO, results: BinaryIO) -> None:
    def report(*values: object) -> None:
        _send(results, ("report", values))

    try:
        opener, arguments = pickle.load(requests)  # noqa: S301 (written by our own parent)
        with opener(report, *arguments) as tool:
            _send(results, ("result", None))
            while True:
                try:
                    work, given, named = pickle.load(requests)  # noqa: S301
                except EOFError:
                    return
                _send(results, _outcome(lambda: work(tool, *given, **named)))  # noqa: B023 (called at once)
    except BrokenPipeError:
        raise
    except BaseException as error:
        _send(results, _failure(error))


def _outcome(work: Callable[[], object]) -> tuple[str, object]:
    try:
        return "result", work()
    except Exception as error:
        return _failure(error)


def _failure(error: BaseException) -> tuple[str, object]:
    """Return an error as the parent raises it: ours as it is, another without its message, which may quote a user."""
    if isinstance(error, CitabotError):
        return "error", error
    # MemoryError is what a limit on memory gives: the parent distinguishes it from faults.
    if isinstance(error, MemoryError):
        return "error", MemoryError()
    places = "".join(traceback.format_tb(error.__traceback__))
    return "error", ChildFailure(f"{type(error).__name__} in a child\n{places}")


def _send(pipe: BinaryIO, value: object) -> None:
    # Pickled whole first: half a pickle could not be told from a broken pipe.
    pipe.write(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
    pipe.flush()


def _pipe(pipe: Any) -> BinaryIO:  # noqa: ANN401 (Popen's own are optional)
    return cast("BinaryIO", pipe)


def _ending(code: int | None) -> str:
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
