"""A reader that remembers what it has read."""

from collections.abc import Sequence

from retrieval.model import Reading, Stances
from retrieval.models.reader import RememberingReader


class CountingReader:
    """A reader that says how often each pair was read."""

    name, digest = "counting", "0" * 64

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Read each pair as its own, by the length of its passage."""
        self.pairs += pairs
        return [Reading(Stances(1 / len(passage), 0.0, 0.0)) for _, passage in pairs]


def test_no_pair_is_read_twice_and_each_has_its_own_reading() -> None:
    own = CountingReader()
    reader = RememberingReader(own)
    pairs = [("a", "x"), ("a", "xy"), ("a", "x")]
    first = reader.read(pairs)
    assert [reading.stances.supports for reading in first] == [1.0, 0.5, 1.0]
    assert reader.read(pairs[::-1]) == first[::-1]
    assert own.pairs == pairs[:2]
    assert (reader.name, reader.digest) == (own.name, own.digest)
