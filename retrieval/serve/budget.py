"""How much work each of many may ask for: a budget that is spent with what is asked and fills again with time.

The token bucket of Turner, "New directions in communications" (1986), by a clock that nobody can set.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

_MINUTE = 60.0
# Keys that are remembered; those longest silent, whose budgets are full again, are forgotten first. Our choice: far
# more than ask within a minute.
_REMEMBERED = 10_000


class Budget:
    """So much work a minute for each key, in any unit; saved up for one minute and no longer."""

    def __init__(self, per_minute: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        # The work left, and the time at which it was.
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait(self, key: Hashable, cost: float = 1.0) -> float:
        """Return the seconds to wait before so much work may be asked for; 0 where it may be now, which is counted.

        More than a minute's work at once is admitted to a full budget, and has to be made up for afterwards.
        """
        now = self._clock()
        left, since = self._left.get(key, (self._per_minute, now))
        left = min(self._per_minute, left + (now - since) * self._per_minute / _MINUTE)
        needed = min(cost, self._per_minute)
        if left < needed:
            return (needed - left) * _MINUTE / self._per_minute
        self._left[key] = left - cost, now
        self._left.move_to_end(key)
        if len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return 0.0
