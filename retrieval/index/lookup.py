"""Exact vectors and token vectors of passages and their parts, read by the rows that the index has at the time."""

import json
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from knowledge.database import translated
from knowledge.errors import DamagedIndex
from knowledge.store import Store
from retrieval.index.encoding_store import EncodingStore, with_parts
from retrieval.index.vectors import cosines
from retrieval.index.write import UNIT, read_state
from retrieval.models.encoder import Encoder

Family = Literal["passages", "quotes"]
"""What a segment holds: passages, or quotes."""

FAMILIES: tuple[Family, ...] = ("passages", "quotes")
# A place is the row of the passage, and within it 0 for the passage and then the numbers of its units from 1; a passage
# has fewer units than characters.
PLACE_SHIFT = 16
_WAITING = "SELECT row FROM index_unencoded"
# Rows whose vectors are cached, some 9 kB each. Our choice: the candidates of some forty questions, in 70 MB.
_CACHED_ROWS = 8192
_LACKING = "Vectors that the index needs are missing."


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A row of the index: its number, its passage's id, the key of its encoding, and its units (see `write.UNIT`)."""

    number: int
    passage: int
    key: bytes
    units: NDArray[np.void]


class Lookup:
    """Reads rows from the base, in whatever transaction it is in, and what they stand for from the encodings.

    Rows that wait for an encoding are passed over where nothing else is said.
    """

    def __init__(self, store: Store, encodings: EncodingStore, encoder: Encoder) -> None:
        self._store, self._encodings, self._encoder = store, encodings, encoder
        self._cache: OrderedDict[int, NDArray[np.float32]] = OrderedDict()
        self._change = -1
        self._rows_of: dict[int, Row] = {}

    def rows_after(self, row: int) -> list[Row]:
        """Return the rows after this one, in order."""
        return self._rows("row > ? ORDER BY row", row)

    def rows_between(self, first: int, last: int) -> list[Row]:
        """Return the rows from the first to the last, in order, even those that wait for an encoding."""
        return self._rows("row BETWEEN ? AND ? ORDER BY row", first, last, waiting=True)

    def rows_of(self, passages: Iterable[int]) -> list[Row]:
        """Return the rows of these passages, by passage."""
        self._forget_earlier()
        wanted = sorted(set(passages))
        lacking = [passage for passage in wanted if passage not in self._rows_of]
        if lacking:
            self._remember(self._rows("passage IN (SELECT value FROM json_each(?))", _array(lacking)))
        return [self._rows_of[passage] for passage in wanted if passage in self._rows_of]

    def rows_at(self, rows: Iterable[int]) -> list[Row]:
        """Return the rows with these numbers that are there."""
        self._forget_earlier()
        return self._remember(self._rows("row IN (SELECT value FROM json_each(?))", _array(rows)))

    def rows_of_quotes(self, quotes: Iterable[int]) -> list[Row]:
        """Return the rows of the passages that these quotes stand in."""
        return self._rows(
            "passage IN (SELECT passage FROM quotes WHERE id IN (SELECT value FROM json_each(?)))", _array(quotes)
        )

    def _rows(self, where: str, *values: object, waiting: bool = False) -> list[Row]:
        chosen = where if waiting else f"row NOT IN ({_WAITING}) AND {where}"
        sql = f"SELECT row, passage, text, units FROM index_rows WHERE {chosen}"  # noqa: S608 (from the methods above)
        with translated(self._store.path):
            rows = self._store.database.execute(sql, values).fetchall()
        return [Row(row, passage, key, np.frombuffer(units, dtype=UNIT)) for row, passage, key, units in rows]

    def _forget_earlier(self) -> None:
        """Forget the rows of passages where the index has changed since they were read."""
        change = read_state(self._store.database).change
        if change != self._change or len(self._rows_of) > _CACHED_ROWS:
            self._change, self._rows_of = change, {}

    def _remember(self, rows: list[Row]) -> list[Row]:
        self._rows_of |= {row.passage: row for row in rows}
        return rows

    def matrices(self, rows: Sequence[Row]) -> list[NDArray[np.float32]]:
        """Return for each row the vectors (1 + units, d) of its passage and then its units, for as long as it is there.

        Raises DamagedIndex where one is missing.
        """
        lacking = [row for row in rows if row.number not in self._cache]
        encoded = self._encodings.get(self._encoder.digest, [row.key for row in lacking])
        try:
            made = with_parts([encoded[row.key] for row in lacking], [row.units for row in lacking])
        except KeyError as error:
            raise DamagedIndex(_LACKING) from error
        self._cache.update(zip((row.number for row in lacking), made, strict=True))
        matrices = [self._cache[row.number] for row in rows]
        while len(self._cache) > _CACHED_ROWS:
            self._cache.popitem(last=False)
        return matrices

    def members(self, family: Family, rows: Sequence[Row]) -> tuple[NDArray[np.int64], list[int], NDArray[np.float32]]:
        """Return the places, ids and vectors (n, d) of what these rows have of a family. Raises DamagedIndex."""
        empty = np.zeros((0, self._encoder.dimension), dtype=np.float32)
        if family == "passages":
            places = np.array([row.number << PLACE_SHIFT for row in rows], dtype=np.int64)
            return places, [row.passage for row in rows], np.concatenate([empty, *self._own_vectors(rows)])
        within: list[int] = []
        ids: list[int] = []
        vectors: list[NDArray[np.float32]] = []
        holders = [row for row in rows if row.units["quote"].any()]
        for row, matrix in zip(holders, self.matrices(holders), strict=True):
            quotes = np.flatnonzero(row.units["quote"])
            within += ((row.number << PLACE_SHIFT) + 1 + quotes).tolist()
            ids += row.units["id"][quotes].tolist()
            vectors.append(matrix[quotes + 1])
        return np.array(within, dtype=np.int64), ids, np.concatenate([empty, *vectors])

    def _own_vectors(self, rows: Sequence[Row]) -> list[NDArray[np.float32]]:
        """Return for each row the vector (1, d) of its passage. Raises DamagedIndex where one is missing."""
        lacking = [row.key for row in rows if row.number not in self._cache]
        encoded = self._encodings.get(self._encoder.digest, lacking)
        if not encoded.keys() >= set(lacking):
            raise DamagedIndex(_LACKING)
        return [
            self._cache[row.number][:1] if row.number in self._cache else encoded[row.key].vector[None] for row in rows
        ]

    def cosines(self, vector: NDArray[np.float32], passages: Iterable[int]) -> dict[int, dict[int, float]]:
        """Return by passage id the cosines of the passage and its units with a vector (d,), by unit id.

        Raises DamagedIndex.
        """
        rows = self.rows_of(passages)
        if not rows:
            return {}
        scores = iter(cosines(np.concatenate(self.matrices(rows)), vector).tolist())
        # zip() would take a score too many at the end of a row, were the scores first.
        return {row.passage: dict(zip((row.passage, *row.units["id"].tolist()), scores)) for row in rows}  # noqa: B905

    def tokens(self, passages: Iterable[int]) -> dict[int, NDArray[np.uint8]]:
        """Return the compressed token vectors of passages by id. Raises DamagedIndex where any are missing."""
        rows = self.rows_of(passages)
        keys = [row.key for row in rows]
        tokens = self._encodings.get_tokens(self._encoder.digest, keys, self._encoder.token_dimension)
        if not tokens.keys() >= set(keys):
            raise DamagedIndex(_LACKING)
        return {row.passage: tokens[row.key] for row in rows}


@dataclass(frozen=True, slots=True)
class FamilyLookup:
    """The exact vectors of one family, as `vectors.VectorLookup` wants them."""

    lookup: Lookup
    family: Family

    def at(self, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the ids and vectors (n, d) at these places; a place whose row was removed is left out."""
        rows = self.lookup.rows_at(np.unique(places >> PLACE_SHIFT).tolist())
        # With their parts, whose cosines a question asks for next.
        self.lookup.matrices(rows)
        own, ids, vectors = self.lookup.members(self.family, rows)
        chosen = np.isin(own, places)
        return np.array(ids, dtype=np.int64)[chosen], vectors[chosen]

    def of(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return those of these ids that are in the index, and their vectors (n, d)."""
        find = self.lookup.rows_of if self.family == "passages" else self.lookup.rows_of_quotes
        _, own, vectors = self.lookup.members(self.family, find(ids.tolist()))
        chosen = np.isin(own, ids)
        return np.array(own, dtype=np.int64)[chosen], vectors[chosen]


def _array(values: Iterable[int]) -> str:
    return json.dumps([int(value) for value in values])
