"""Keys of what came lately, so that what comes twice is noticed."""

from collections import OrderedDict
from typing import Generic, TypeVar

Key = TypeVar("Key", int, str)

# Keys that are remembered. Our choice: as many as a server sends in half an hour that asks as often as it may by
# default (retrieval.settings: 120 a minute).
_MOST_KEYS = 4096


class RecentKeys(Generic[Key]):
    """A set of the keys added last; the oldest is forgotten where there are more than are remembered."""

    def __init__(self) -> None:
        self._keys: OrderedDict[Key, None] = OrderedDict()

    def add(self, key: Key) -> bool:
        """Add a key; return False, and change nothing, where it is remembered."""
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > _MOST_KEYS:
            self._keys.popitem(last=False)
        return True

    def discard(self, key: Key) -> None:
        """Forget a key."""
        self._keys.pop(key, None)
