"""How much work each of many may ask for: a measure that empties with what is asked and fills again with time.

The token bucket of Turner, "New directions in communications" (1986), by a clock that nobody can set.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

_MINUTE = 60.0
# How many are remembered; those longest silent, whose measures are full again, are forgotten first.
_REMEMBERED = 10_000


class Budget:
    """So much work a minute for each, in any unit; saved up for one minute and no longer."""

    def __init__(self, a_minute: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_minute, self._clock = a_minute, clock
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait(self, who: Hashable, cost: float = 1.0) -> float:
        """Seconds to wait before so much work may be asked for; 0 where it may be now, and is then counted.

        More than a minute's work at once is admitted to a full measure, and has to be made up for afterwards.
        """
        now = self._clock()
        left, since = self._left.get(who, (self._a_minute, now))
        left = min(self._a_minute, left + (now - since) * self._a_minute / _MINUTE)
        needed = min(cost, self._a_minute)
        if left < needed:
            return (needed - left) * _MINUTE / self._a_minute
        self._left[who] = left - cost, now
        self._left.move_to_end(who)
        if len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return 0.0
