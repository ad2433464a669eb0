"""Keeping something running for months: started again after a failure, each time anew, and ended when asked to."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable

from knowledge.errors import CitabotError

_LOG = logging.getLogger(__name__)

# Seconds before the first new start and at most; doubled each time, with chance so that many bots do not return at
# once (Brooker 2015, "Exponential backoff and jitter", AWS Architecture Blog).
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
# Factors of chance, one on average.
_LEAST_CHANCE, _MOST_CHANCE = 0.5, 1.5
# Seconds of a run that was a good one: the next failure waits as little as the first. Our choice, several times the
# longest wait.
_GOOD_RUN = 300.0


async def supervise(
    run: Callable[[], Awaitable[None]],
    *,
    fatal: Callable[[BaseException], CitabotError | None],
    stop: asyncio.Event,
    first_wait: float = FIRST_WAIT,
) -> None:
    """Run until `stop` is set, anew whenever a run ends by itself or fails.

    `fatal` turns a failure that no new start would mend into the error that is then raised.
    """
    wait = first_wait
    while not stop.is_set():
        began = time.monotonic()
        try:
            await run()
        except Exception as error:
            reason = fatal(error)
            if reason is not None:
                raise reason from error
            _LOG.error("run failed, starting anew", exc_info=error)
        if time.monotonic() - began > _GOOD_RUN:
            wait = first_wait
        if not stop.is_set():
            await _wait(stop, wait * random.uniform(_LEAST_CHANCE, _MOST_CHANCE))  # noqa: S311 (no secret)
            wait = min(LONGEST_WAIT, 2 * wait)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    """Wait so many seconds, or until `stop` is set."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
