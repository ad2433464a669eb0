"""Sealed vectors in a collection of Milvus, to which rows are added so that no reader sees a half of it.

The list in the base names, with the last row, a publication: a random token. The collection names the publication that
it holds, and while it is added to, the next one. A publication of the rows after the last one:

1. The collection names the next publication as pending. Places after the last row are cleared, and then filled.
2. The base lists the next publication, in a transaction. Readers that began before pass over places after their rows.
3. The collection names it as published: whoever began with the one before finds so after the search, and begins anew.
4. Only then vectors of removed rows are deleted, where there are many: nobody who uses them can still see them.

A run that ends between two steps leaves a collection that goes with the list, as does a base that was copied back from
a backup: its publication is none that the collection names, so that all of it is published anew.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.changes import transaction
from knowledge.errors import DamagedIndex, IndexUnreachable
from knowledge.store import Store
from retrieval.index import seal
from retrieval.index.lookup import FAMILIES, PLACE_SHIFT, Family, Lookup
from retrieval.index.milvus import Collection, Mark, Places
from retrieval.index.segments import SealedSegment, read_segments, sealed_to, vector_differences
from retrieval.index.write import read_state
from retrieval.upkeep_model import Difference

# Rows that are read and sent at a time. Our choice, some megabytes.
_ROWS_AT_A_TIME = 1024
# Hexadecimal digits of an address and of a publication in the list: enough that no two are alike.
_DIGITS = 16
# Milvus keeps components as they are.
_EXACT = 0.0


class PublishedVectors:
    """Sealed vectors in a collection (see `segments.SealedVectors`)."""

    def __init__(self, store: Store, collection: Collection, notice: Callable[[str], None]) -> None:
        self._store, self._collection, self._notice = store, collection, notice
        self._name = f"milvus-{hashlib.sha256(str(collection.address).encode()).hexdigest()[:_DIGITS]}"
        self._is_reachable = True

    def listed(self) -> list[SealedSegment]:
        """Return the entries of the publication that the base lists for this collection, one a family."""
        return read_segments(self._store, f"{self._name}-*")

    def lack(self) -> str | None:
        """Return that nothing was published yet, as a sentence; None where something was."""
        return None if self.listed() else f"The collection {self._collection.address} does not hold this base yet."

    def open(self, entry: SealedSegment) -> "PublishedFamily":
        """Return what searches a family of a publication."""
        return PublishedFamily(self, entry)

    def seal(self, lookup: Lookup, *, everything: bool) -> bool:
        """Publish what is due, or all of it where the collection is not as it was left; say if it did any.

        Raises IndexUnreachable or DamagedIndex.
        """
        entries = self.listed()
        if not self._is_as_listed(entries) or everything:
            self._begin(lookup)
            entries = []
        is_crowded = any(entry.family == "passages" and entry.gone > seal.MOST_GONE * entry.count for entry in entries)
        if entries and not is_crowded and not self._is_due(sealed_to(entries)):
            return False
        self._publish(lookup, entries, clean=is_crowded)
        return True

    def nearest(
        self, entry: SealedSegment, query: NDArray[np.float32], count: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the scores and places that are nearest among the rows of a publication, as `Collection.nearest` does.

        Raises IndexUnreachable, of which a notice is given, or DamagedIndex where the collection holds another.
        """
        try:
            near = self._collection.nearest(entry.family, (0, _place(entry.last + 1)), query, count)
            self._check(self._own_mark(), entry)
        except IndexUnreachable as error:
            if self._is_reachable:
                self._notice(f"{error.message} Full text alone answers.")
            self._is_reachable = False
            raise
        self._is_reachable = True
        return near

    def differences(self, lookup: Lookup, entry: SealedSegment) -> Iterator[Difference]:
        """Yield where the collection is another, or does not hold a vector of a passage that is there."""
        try:
            self._check(self._own_mark(), entry)
        except DamagedIndex as error:
            # Said once, though every family has an entry.
            if entry.family == FAMILIES[0]:
                yield Difference("index", f"{error.message} Run `citabot rebuild`.")
            return

        def kept(places: NDArray[np.int64]) -> Mapping[int, NDArray[np.float32]]:
            return self._collection.vectors(entry.family, (int(places[0]), int(places[-1]) + 1)) if len(places) else {}

        yield from vector_differences(lookup, entry, kept, rounding=_EXACT, smallest=_EXACT)

    def close(self) -> None:
        """Close the connection."""
        self._collection.close()

    def _base(self) -> str:
        return self._store.generation()[0]

    def _own_mark(self) -> Mark:
        """Return what the collection holds. Raises IndexUnreachable where it is not ours, DamagedIndex without any."""
        mark = self._collection.mark()
        if mark.base != self._base():
            raise self._collection.foreign("holds the vectors of another knowledge base")
        return mark

    def _check(self, mark: Mark, entry: SealedSegment) -> None:
        """Raise DamagedIndex where a collection does not hold the publication that an entry is of."""
        address = self._collection.address
        if mark.encoder != read_state(self._store.database).encoder:
            raise DamagedIndex(f"The collection {address} holds vectors of another encoder.")
        if publication(entry) not in (mark.published, mark.pending):
            raise DamagedIndex(f"The collection {address} has changed since this base was last written.")

    def _is_as_listed(self, entries: list[SealedSegment]) -> bool:
        """Say whether something is listed and the collection holds it. Raises IndexUnreachable where it is not ours."""
        try:
            mark = self._own_mark()
            for entry in entries:
                self._check(mark, entry)
        except DamagedIndex:
            return False
        return bool(entries)

    def _is_due(self, last: int) -> bool:
        rows = self._store.rows("SELECT row FROM index_rows WHERE row > ? LIMIT ?", [last, seal.SEALED_ROWS])
        return len(rows) == seal.SEALED_ROWS and not self._store.rows("SELECT row FROM index_unencoded LIMIT 1")

    def _begin(self, lookup: Lookup) -> None:
        """Make an empty collection, once no reader that begins can take it for a whole one."""
        with transaction(self._store) as database:
            database.execute("DELETE FROM index_segments WHERE file GLOB ?", [f"{self._name}-*"])
            database.execute("UPDATE index_state SET change = change + 1")
        _, _, none = lookup.members("passages", [])
        self._collection.create(none.shape[1], Mark(self._base(), read_state(self._store.database).encoder, ""))

    def _publish(self, lookup: Lookup, entries: list[SealedSegment], *, clean: bool) -> None:
        """Publish the rows after those of the entries; with `clean`, delete what was removed of all."""
        last, token = sealed_to(entries), secrets.token_hex(_DIGITS // 2)
        before = publication(entries[0]) if entries else ""
        mark = Mark(self._base(), read_state(self._store.database).encoder, before, token)
        self._collection.set_mark(mark)
        end = self._last_encoded(last)
        self._collection.delete([(_place(last + 1), _place(end + 1))] if entries and end > last else [])
        counts = {entry.family: entry.count for entry in entries}
        for family, number in self._send(lookup, last, end).items():
            counts[family] = counts.get(family, 0) + number
        self._collection.settle()
        gone = self._gone(end) if clean else []
        self._list(token, end, counts, clean=clean)
        self._collection.set_mark(replace(mark, published=token, pending=""))
        self._collection.delete(gone)

    def _last_encoded(self, last: int) -> int:
        """Return the row after `last` up to which every row has an encoding, or `last`."""
        sql = (
            "SELECT max(row) AS row FROM index_rows WHERE row < (SELECT ifnull(min(row), 1 << 62) FROM index_unencoded)"
        )
        (end,) = self._store.rows(sql)
        return max(last, end["row"] or 0)

    def _send(self, lookup: Lookup, last: int, end: int) -> dict[Family, int]:
        """Send the vectors of the rows after `last` to the collection; return how many there are of each family."""
        counts: dict[Family, int] = dict.fromkeys(FAMILIES, 0)
        while last < end:
            to = min(last + _ROWS_AT_A_TIME, end)
            with self._store.reading():
                rows = lookup.rows_between(last + 1, to)
                batches = [(family, *lookup.members(family, rows)) for family in FAMILIES]
            for family, places, _, vectors in batches:
                self._collection.upsert(family, places, vectors)
                counts[family] += len(places)
            last = to
        return counts

    def _list(self, token: str, end: int, counts: Mapping[Family, int], *, clean: bool) -> None:
        """List a publication of the rows up to `end` in place of the one before."""
        with transaction(self._store) as database:
            (rows,) = database.execute("SELECT count(*) FROM index_rows WHERE row <= ?", [end]).fetchone()
            database.execute("DELETE FROM index_segments WHERE file GLOB ?", [f"{self._name}-*"])
            for family, count in counts.items():
                is_exact = family == "passages"
                kept = rows if clean and is_exact else count
                gone = kept - rows if is_exact else 0
                entry = SealedSegment(f"{self._name}-{token}-{family}", family, 1, end, kept, 0, gone)
                database.execute("INSERT INTO index_segments VALUES (?, ?, ?, ?, ?, ?, ?)", astuple(entry))
            database.execute("UPDATE index_state SET change = change + 1")

    def _gone(self, end: int) -> list[Places]:
        """Return the places up to a row's that belong to no row."""
        rows = [row["row"] for row in self._store.rows("SELECT row FROM index_rows WHERE row <= ? ORDER BY row", [end])]
        edges = np.array([0, *rows, end + 1])
        gaps = np.flatnonzero(np.diff(edges) > 1)
        return [(_place(int(edges[gap]) + 1), _place(int(edges[gap + 1]))) for gap in gaps]


@dataclass(frozen=True, slots=True)
class PublishedFamily:
    """A family of a publication, as a segmented index searches it (see `vectors.Candidates`)."""

    published: PublishedVectors
    entry: SealedSegment

    def __len__(self) -> int:
        return self.entry.count

    def candidates(self, query: NDArray[np.float32], count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the scores and the places of the `count` nearest, best first, or of all."""
        return self.published.nearest(self.entry, query, count)


def publication(entry: SealedSegment) -> str:
    """Return the token of the publication that an entry is of."""
    return entry.file.split("-")[2]


def _place(row: int) -> int:
    return row << PLACE_SHIFT
