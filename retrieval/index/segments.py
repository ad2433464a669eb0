"""Which segments there are, and what a reader has open of them: sealed ones, and the rows that none holds yet.

The base lists the segments: a reader sees with each question a list that fits the rows it sees. What keeps the vectors
of sealed rows is of one kind or another (`SealedVectors`), each with entries of its own in the list.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.store import Store
from retrieval.index.lookup import FAMILIES, Family, FamilyLookup, Lookup
from retrieval.index.vectors import Candidates, Segment, SegmentedIndex
from retrieval.index.write import read_state
from retrieval.upkeep_model import Difference

# Rows compared at a time. Our choice, some megabytes.
_ROWS_AT_A_TIME = 1024


@dataclass(frozen=True, slots=True)
class SealedSegment:
    """An entry of the list: its name, its family, its first and last row, and how many vectors it has.

    `checksum` is what `Segment.save` returned, `gone` how many of its rows were removed since.
    """

    file: str
    family: Family
    first: int
    last: int
    count: int
    checksum: int
    gone: int


class SealedVectors(Protocol):
    """What keeps the vectors of sealed rows, so that no reader has to: files of FAISS, or a collection of Milvus.

    What it answers may be older or newer than the rows that a reader sees: hits of other rows are passed over.
    """

    def listed(self) -> list[SealedSegment]:
        """Return its entries of the list, by family and rows."""

    def lack(self) -> str | None:
        """Return why vectors cannot be asked before something was sealed, as a sentence; None where they can."""

    def open(self, entry: SealedSegment) -> Candidates:
        """Open an entry. Raises DamagedIndex where it is missing or another."""

    def seal(self, lookup: Lookup, *, everything: bool) -> bool:
        """Make anew what is damaged, and seal what is due; say if it did any. The caller holds the index's lock.

        Without `everything` nothing is done that a change should not wait for. Raises DamagedIndex, HomeNotWritable,
        StorageFull or IndexUnreachable.
        """

    def differences(self, lookup: Lookup, entry: SealedSegment) -> Iterator[Difference]:
        """Yield what is wrong with an entry: its file, or a vector of a passage that is there."""

    def close(self) -> None:
        """Close what is open."""


def read_segments(store: Store, names: str) -> list[SealedSegment]:
    """Return the entries of the list with such names (a pattern of SQLite's GLOB), by family and rows."""
    sql = "SELECT * FROM index_segments WHERE file GLOB ? ORDER BY family, first"
    return [SealedSegment(**row) for row in store.rows(sql, [names])]


def sealed_to(segments: Iterable[SealedSegment]) -> int:
    """Return the last row that is in a sealed segment."""
    return max((segment.last for segment in segments), default=0)


def vector_differences(
    lookup: Lookup,
    entry: SealedSegment,
    kept: Callable[[NDArray[np.int64]], Mapping[int, NDArray[np.float32]]],
    *,
    rounding: float,
    smallest: float,
) -> Iterator[Difference]:
    """Yield the passages and quotes of an entry whose vectors are not kept as they are.

    `kept` returns the vectors that are kept at such places, each component rounded by so much of itself, or, below the
    smallest, of that.
    """
    rows = lookup.rows_between(entry.first, entry.last)
    for start in range(0, len(rows), _ROWS_AT_A_TIME):
        places, ids, vectors = lookup.members(entry.family, rows[start : start + _ROWS_AT_A_TIME])
        own = kept(places)
        for place, unit, vector in zip(places.tolist(), ids, vectors, strict=True):
            same = place in own and np.all(np.abs(own[place] - vector) <= np.abs(vector) * rounding + smallest)
            if not same:
                yield Difference(f"unit {unit}", "the index row is not its vector")


class OpenSegments:
    """The segments that a reader has open, brought to the state that its transaction sees by what has changed."""

    def __init__(self, store: Store, sealed: SealedVectors, lookup: Lookup, dimension: int) -> None:
        self._store, self._vectors, self.lookup, self._dimension = store, sealed, lookup, dimension
        self._change = -1
        self._sealed: dict[str, tuple[Family, Candidates]] = {}
        self._last = 0
        self._unsealed: dict[Family, Segment | None] = {}
        self._skipped = False

    def family(self, family: Family) -> SegmentedIndex:
        """Return the index of a family in the state of the last refresh."""
        segments = [segment for of, segment in self._sealed.values() if of == family]
        unsealed = self._unsealed.get(family)
        segments += [] if unsealed is None else [unsealed]
        return SegmentedIndex(self._dimension, segments, FamilyLookup(self.lookup, family))

    def refresh(self) -> None:
        """Take in what has changed since the last refresh. Raises DamagedIndex where files or encodings are missing.

        The caller is in the transaction that it searches in.
        """
        change = read_state(self._store.database).change
        if change == self._change:
            return
        listed = self._vectors.listed()
        if {entry.file for entry in listed} != self._sealed.keys() or self._skipped:
            self._sealed = {
                entry.file: self._sealed.get(entry.file) or (entry.family, self._vectors.open(entry))
                for entry in listed
            }
            self._last, self._unsealed = sealed_to(listed), {}
        self._add_rows()
        (waiting,) = self._store.rows("SELECT EXISTS (SELECT 1 FROM index_unencoded) AS n")
        self._skipped = bool(waiting["n"])
        self._change = change

    def _add_rows(self) -> None:
        rows = self.lookup.rows_after(self._last)
        for family in FAMILIES:
            places, _, vectors = self.lookup.members(family, rows)
            segment = self._unsealed.get(family)
            if segment is None:
                self._unsealed[family] = Segment.open(places, vectors) if len(places) else None
            elif len(places):
                segment.add(places, vectors)
        self._last = rows[-1].number if rows else self._last
