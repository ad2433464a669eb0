"""Which segments there are, and what a reader has open of them: sealed files, and the rows that no file holds yet.

```
index/
  vectors.db                                   encodings by encoder and text
  segments/<family>-<first>-<last>-<sha>.faiss vectors of the rows from first to last
```
The base lists the segments: a reader sees with each question a list that fits the rows it sees.
"""

from dataclasses import dataclass
from pathlib import Path

from knowledge.store import Store
from retrieval.index.lookup import FAMILIES, Family, FamilyLookup, Lookup
from retrieval.index.vectors import Segment, SegmentedIndex
from retrieval.index.write import read_state

FOLDER = "segments"


@dataclass(frozen=True, slots=True)
class SealedSegment:
    """An entry of the list: the file's name, its family, its first and last row, and how many vectors it has.

    `checksum` is what `Segment.save` returned, `gone` how many of its rows were removed since.
    """

    file: str
    family: Family
    first: int
    last: int
    count: int
    checksum: int
    gone: int


def read_segments(store: Store) -> list[SealedSegment]:
    """Return the list of sealed segments, by family and rows."""
    sql = "SELECT * FROM index_segments ORDER BY family, first"
    return [SealedSegment(**row) for row in store.rows(sql)]


def sealed_to(segments: list[SealedSegment]) -> int:
    """Return the last row that is in a sealed segment."""
    return max((segment.last for segment in segments), default=0)


def open_sealed(folder: Path, sealed: SealedSegment) -> Segment:
    """Map the file of a segment. Raises DamagedIndex where it is missing or another."""
    return Segment.load(folder / FOLDER / sealed.file, sealed.count, sealed.checksum)


class OpenSegments:
    """The segments that a reader has open, brought to the state that its transaction sees by what has changed."""

    def __init__(self, store: Store, folder: Path, lookup: Lookup, dimension: int) -> None:
        self._store, self._folder, self.lookup, self._dimension = store, folder, lookup, dimension
        self._change = -1
        self._sealed: dict[str, tuple[Family, Segment]] = {}
        self._last = 0
        self._unsealed: dict[Family, Segment | None] = {}
        self._skipped = False

    def family(self, family: Family) -> SegmentedIndex:
        """Return the index of a family in the state of the last refresh."""
        sealed = [segment for of, segment in self._sealed.values() if of == family]
        unsealed = self._unsealed.get(family)
        segments = sealed if unsealed is None else [*sealed, unsealed]
        return SegmentedIndex(self._dimension, segments, FamilyLookup(self.lookup, family))

    def refresh(self) -> None:
        """Take in what has changed since the last refresh. Raises DamagedIndex where files or encodings are missing.

        The caller is in the transaction that it searches in.
        """
        change = read_state(self._store.database).change
        if change == self._change:
            return
        listed = read_segments(self._store)
        if {entry.file for entry in listed} != self._sealed.keys() or self._skipped:
            self._sealed = {
                entry.file: self._sealed.get(entry.file) or (entry.family, open_sealed(self._folder, entry))
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
