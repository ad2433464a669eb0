"""Work handed from an event loop to threads, each of which opens a tool of its own, uses it and closes it.

All bookkeeping is done in the event loop: a thread is given one job at a time through its inbox and reports back with
`call_soon_threadsafe`, so nothing here is locked. The standard ThreadPoolExecutor opens a tool for each thread too, but
has no place to close it, queues without bound, hides why a tool could not be opened, and keeps a program that ends
waiting for work that hangs.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

from knowledge.errors import BrokenOff, Late, ServiceUnreachable

_LOG = logging.getLogger(__name__)

Tool = TypeVar("Tool")
Result = TypeVar("Result")

# Seconds that idle threads have to close their tools: a database closes within milliseconds.
_CLOSING_SECONDS = 5.0


class Busy(ServiceUnreachable):
    """As many requests wait as may."""

    code = "busy"
    default_hint = "Ask again in a minute."


class Stopping(Busy):
    """Nothing new is taken on, and what was begun may not have been finished."""

    code = "stopping"


@dataclass(eq=False, slots=True)
class _Job(Generic[Tool]):
    """A piece of work, and how many wait for its result."""

    work: Callable[[Tool], Any]
    key: Hashable | None
    future: asyncio.Future[Any]
    waiters: int = 0
    started: bool = False


@dataclass(eq=False, slots=True)
class _Worker(Generic[Tool]):
    """A thread as the event loop sees it: `ready` once its tool is open, `ended` when it has closed it."""

    ready: asyncio.Future[None]
    ended: asyncio.Future[None]
    inbox: SimpleQueue[_Job[Tool] | None] = field(default_factory=SimpleQueue)
    job: _Job[Tool] | None = None


class Workers(Generic[Tool]):
    """Threads that do what an event loop must not wait for. Every method is for that event loop alone."""

    def __init__(
        self, make: Callable[[], AbstractContextManager[Tool]], *, threads: int, waiting: int, name: str
    ) -> None:
        self._make, self._threads, self._bound, self._name = make, threads, waiting, name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False
        self._workers: list[_Worker[Tool]] = []
        self._idle: list[_Worker[Tool]] = []
        self._waiting: deque[_Job[Tool]] = deque()
        self._shared: dict[Hashable, _Job[Tool]] = {}

    @property
    def depth(self) -> int:
        """Number of jobs that wait for a thread."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """Number of jobs that are being done."""
        return sum(worker.job is not None for worker in self._workers)

    @property
    def alive(self) -> bool:
        """Whether every thread can take work, now or after its present job."""
        return len(self._workers) == self._threads and not self._stopping

    async def start(self) -> None:
        """Open a tool in each thread: first one, which may have to make what the others find ready, then those at once.

        Raises what the first tool that cannot be opened raises; the tools opened before are then closed.
        """
        if self._loop is not None:
            raise RuntimeError(f"The workers {self._name} were started before.")
        self._loop = asyncio.get_running_loop()
        try:
            await self._begin(0)
            others = [self._begin(number) for number in range(1, self._threads)]
            for outcome in await asyncio.gather(*others, return_exceptions=True):
                if isinstance(outcome, BaseException):
                    raise outcome
        except BaseException:
            await self.stop(drain=0)
            raise

    async def _begin(self, number: int) -> None:
        """Start a thread, and wait until its tool is open."""
        loop = asyncio.get_running_loop()
        worker = _Worker[Tool](loop.create_future(), loop.create_future())
        self._workers.append(worker)
        # A daemon: work that hangs must not keep the program from ending.
        Thread(target=self._run_thread, args=(worker,), name=f"{self._name}-{number}", daemon=True).start()
        await worker.ready

    async def run(
        self, work: Callable[[Tool], Result], *, key: Hashable | None = None, timeout: float | None = None
    ) -> Result:
        """Have `work` done by a thread with its tool; return or raise what it does. Jobs begin in the order they came.

        Work with the key of a job that is waiting or running is not done again: both get that job's result.
        Raises Busy at once when too many wait, Stopping after `stop`, Late after `timeout` seconds, and BrokenOff. Work
        that has begun cannot be stopped; work that nobody waits for any more is never begun.
        """
        job: _Job[Tool] = self._job_for(work, key)
        job.waiters += 1
        try:
            # Unlike wait_for, it leaves the future alone when time is up or the waiter is cancelled.
            await asyncio.wait([job.future], timeout=timeout)
            if job.future.done():
                result: Result = job.future.result()
                return result
        finally:
            job.waiters -= 1
            if not job.waiters:
                self._drop(job)
        raise Late("This took too long and was given up.")

    async def stop(self, *, drain: float) -> bool:
        """Take nothing new on, wait up to `drain` seconds for what was taken on, and close every tool in its thread.

        Returns whether all was done. What was not raises Stopping for those who wait; a job that is being done then
        goes on, its tool is closed after it, and neither keeps the program from ending.
        """
        self._stopping = True
        deadline = time.monotonic() + drain
        try:
            unfinished = self._unfinished()
            if unfinished:
                await asyncio.wait([job.future for job in unfinished], timeout=max(0.0, deadline - time.monotonic()))
        finally:
            unfinished = self._unfinished()
            self._waiting.clear()
            for job in unfinished:
                self._settle(job, None, Stopping("This was not finished before the program stopped."))
            workers = list(self._workers)
            for worker in workers:
                worker.inbox.put(None)
        closing = [worker.ended for worker in workers if worker.job is None]
        still_open = (await asyncio.wait(closing, timeout=_CLOSING_SECONDS))[1] if closing else set()
        return not unfinished and not still_open

    def _unfinished(self) -> list[_Job[Tool]]:
        return [*self._waiting, *(worker.job for worker in self._workers if worker.job is not None)]

    def _job_for(self, work: Callable[[Tool], Any], key: Hashable | None) -> _Job[Tool]:
        """Return the job of this key that is waiting or running, or a new one. Raises Busy, Stopping or BrokenOff."""
        if self._loop is None:
            raise RuntimeError(f"The workers {self._name} were not started.")
        if self._stopping:
            raise Stopping("The program is stopping and takes nothing new on.")
        if key is not None and key in self._shared:
            return self._shared[key]
        if not self._workers:
            raise BrokenOff("No thread is left to do this.")
        if not self._idle and len(self._waiting) >= self._bound:
            raise Busy("As many requests wait already as may.")
        job = _Job(work, key, self._loop.create_future())
        if key is not None:
            self._shared[key] = job
        self._waiting.append(job)
        self._start_jobs()
        return job

    def _start_jobs(self) -> None:
        """Give idle threads the jobs that have waited longest."""
        while self._waiting and self._idle:
            # The thread that worked last has its index and models open.
            worker, job = self._idle.pop(), self._waiting.popleft()
            worker.job, job.started = job, True
            worker.inbox.put(job)

    def _settle(self, job: _Job[Tool], result: object, error: Exception | None) -> None:
        """Give all who wait for a job its result or its error."""
        if self._shared.get(job.key) is job:
            del self._shared[job.key]
        if job.future.done():  # given up when the program stopped
            return
        if error is None:
            job.future.set_result(result)
            return
        job.future.set_exception(error)
        if not job.waiters:
            # Retrieved, as asyncio logs an error that nobody retrieves.
            job.future.exception()
            _LOG.warning("abandoned work failed", extra={"workers": self._name, "kind": type(error).__name__})

    def _drop(self, job: _Job[Tool]) -> None:
        """Drop a job that nobody waits for, unless it has begun."""
        if job.started or job.future.done():
            return
        self._waiting.remove(job)
        if self._shared.get(job.key) is job:
            del self._shared[job.key]
        job.future.cancel()

    # What threads report, done in the event loop.

    def _set_idle(self, worker: _Worker[Tool]) -> None:
        if not worker.ready.done():
            worker.ready.set_result(None)
        self._idle.append(worker)
        self._start_jobs()

    def _finish_job(self, worker: _Worker[Tool], result: object, error: Exception | None) -> None:
        self._end_job(worker, result, error)
        # In the same step: whoever got the result may ask again at once.
        self._set_idle(worker)

    def _end_job(self, worker: _Worker[Tool], result: object, error: Exception | None) -> None:
        job, worker.job = worker.job, None
        if job is not None:
            self._settle(job, result, error)

    def _remove(self, worker: _Worker[Tool], error: BaseException | None) -> None:
        """Remove a thread that has ended: when asked to, or because its tool could not be opened or closed."""
        self._workers.remove(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        worker.ended.set_result(None)
        if error is None:
            return
        if not worker.ready.done():
            worker.ready.set_exception(_for_future(error))
            return
        _LOG.critical("thread ended", extra={"workers": self._name, "left": len(self._workers)}, exc_info=error)
        lost_jobs = [worker.job] if worker.job else []
        worker.job = None
        if not self._workers:
            lost_jobs += self._waiting
            self._waiting.clear()
        for job in lost_jobs:
            self._settle(job, None, BrokenOff("The thread that was to do this ended."))

    # What is done in the threads. They touch nothing of the above but their inbox.

    def _run_thread(self, worker: _Worker[Tool]) -> None:
        """Do all the work of a thread, with a tool, and with another after work that ended the first."""
        try:
            while self._use_tool(worker):
                pass
        except BaseException as error:
            self._report(self._remove, worker, error)
        else:
            self._report(self._remove, worker, None)

    def _use_tool(self, worker: _Worker[Tool]) -> bool:
        """Open a tool and work with it until asked to stop; True when another is needed."""
        with self._make() as tool:
            self._report(self._set_idle, worker)
            while True:
                job = worker.inbox.get()
                if job is None:
                    return False
                try:
                    self._report(self._finish_job, worker, job.work(tool), None)
                except Exception as error:
                    self._report(self._finish_job, worker, None, _for_future(error))
                except BaseException as error:
                    _LOG.exception("work ended its tool", extra={"workers": self._name})
                    self._report(self._end_job, worker, None, _for_future(error))
                    return True
                del job  # else its result stays in memory until the next one comes

    def _report(self, handle: Callable[..., None], *facts: object) -> None:
        """Have the event loop handle what happened."""
        # The loop may have been closed while the work went on: then nobody waits for it any more.
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(handle, *facts)


def _for_future(error: BaseException) -> Exception:
    """Return the error as a future can carry it: StopIteration and what ends programs would upset the event loop."""
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    broken = BrokenOff(f"The work was broken off by {type(error).__name__}.")
    broken.__cause__ = error
    return broken
