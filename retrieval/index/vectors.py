"""Vector indexes with one protocol: an exact one in numpy, the reference for the other, and one of segments.

FAISS is imported when a segment is made or opened, never with this module, and the number of its threads is left to the
process that uses it.
"""

import os
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, Self, overload

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import DamagedIndex, IndexUnreachable, WrongDimension

if TYPE_CHECKING:
    import faiss

Ids = Collection[int] | NDArray[np.int64]
OneVector = np.ndarray[tuple[int], np.dtype[np.float32]]
ManyVectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]

# A segment's components have the eleven bits of a half, so that each is within 2⁻¹¹ of itself, and the products of two
# unit vectors within 2⁻¹¹ of their sum (Cauchy and Schwarz); components below the smallest normal half add less than
# 2⁻²⁴ each. Two float32 sums of d products differ by at most 2·d·2⁻²⁴ (Higham, 2002, Accuracy and Stability of
# Numerical Algorithms, section 3.1).
HALF_ROUNDING, _ROUNDING_PER_DIMENSION = 2.0**-11, 3 * 2.0**-24
# Candidates beyond the k-th that are fetched in the same search. Our choice: ties at rank k seldom have more members.
_EXTRA_CANDIDATES = 16
# Bytes of a FAISS file before its vectors, which has some hundred, and of a place.
_HEADER_BYTES, _PLACE_BYTES = 4096, 8
# Vectors that one thread searches before another is worth its start: some ten milliseconds. Our choice.
_VECTORS_A_THREAD = 100_000
# Vectors compared at a time in double precision. Our choice: 25 MB at 384 dimensions.
_ROWS_PER_PRODUCT = 8192
# Float32 normalisation leaves a vector within 1e-6 of unit length, and float16, of 11 bits, within 1e-3. Of a part,
# kept in eight bits a component, it is within 1e-2.
_LENGTH_TOLERANCE = 1e-2

_NOT_AS_WRITTEN = "A segment of the index is missing, or not the one that was written."


@dataclass(frozen=True, slots=True)
class Hit:
    """The id of a vector, and its cosine with the query."""

    id: int
    score: float


class VectorIndex(Protocol):
    """An index of unit vectors with ids, searched by cosine.

    The contract, the same for every implementation:
    - ids are database ids; vectors are unit length, float32; a score is a cosine, higher is better;
    - hits are sorted by (-score, id), so that ties are stable: equal vectors come in the order of their ids;
    - at most k hits are returned, without padding; k = 0 and k greater than the number of vectors are allowed;
    - `only` restricts the search to these ids, exactly; unknown ids are ignored; an empty collection gives no hits;
    - one vector (d,) gives a list of hits, several (n, d) a list of such lists in the same order;
    - a vector of another length raises WrongDimension; an index that cannot be searched raises IndexUnreachable;
    """

    dimension: int
    """The length of every vector."""

    @overload
    def search(self, vectors: OneVector, k: int, *, only: Ids | None = None) -> list[Hit]: ...

    @overload
    def search(self, vectors: ManyVectors, k: int, *, only: Ids | None = None) -> list[list[Hit]]: ...

    def search(self, vectors: Any, k: int, *, only: Ids | None = None) -> Any:
        """Return the k nearest vectors of one query, or of each of several."""


class _Searching:
    """The common part of all implementations: it checks the arguments and searches query by query."""

    dimension: int

    def __len__(self) -> int:
        raise NotImplementedError

    @overload
    def search(self, vectors: OneVector, k: int, *, only: Ids | None = None) -> list[Hit]: ...

    @overload
    def search(self, vectors: ManyVectors, k: int, *, only: Ids | None = None) -> list[list[Hit]]: ...

    def search(self, vectors: Any, k: int, *, only: Ids | None = None) -> Any:
        queries = np.ascontiguousarray(vectors, dtype=np.float32)
        if queries.ndim not in (1, 2) or queries.shape[-1] != self.dimension:
            raise WrongDimension(f"Vectors of shape {queries.shape} do not fit an index of {self.dimension} numbers.")
        allowed = None if only is None else np.unique(np.fromiter(only, dtype=np.int64, count=len(only)))
        limit = min(k, len(self) if allowed is None else len(allowed))
        hits = [self._hits(query, limit, allowed) if limit > 0 else [] for query in np.atleast_2d(queries)]
        return hits if queries.ndim == 2 else hits[0]

    def _hits(self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None) -> list[Hit]:
        return self._nearest(query, k) if allowed is None else self._among(query, k, allowed)

    def _nearest(self, query: NDArray[np.float32], k: int) -> list[Hit]:
        raise NotImplementedError

    def _among(self, query: NDArray[np.float32], k: int, only: NDArray[np.int64]) -> list[Hit]:
        raise NotImplementedError


class UnreachableIndex(_Searching):
    """A substitute for an index that cannot be searched; `reason` is the message of the error it raises."""

    dimension = 0

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def search(self, vectors: object, k: int, *, only: Ids | None = None) -> NoReturn:
        """Raise IndexUnreachable."""
        raise IndexUnreachable(self._reason)


class ExactIndex(_Searching):
    """The reference implementation: it compares every vector, in double precision, and is slow."""

    def __init__(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        self._ids, self._vectors = _checked(ids, vectors)
        self.dimension = self._vectors.shape[1]

    def __len__(self) -> int:
        return len(self._ids)

    def _nearest(self, query: NDArray[np.float32], k: int) -> list[Hit]:
        scores = np.concatenate(
            [
                cosines(self._vectors[start : start + _ROWS_PER_PRODUCT], query)
                for start in range(0, len(self), _ROWS_PER_PRODUCT)
            ]
        )
        return _best(self._ids, scores, k)

    def _among(self, query: NDArray[np.float32], k: int, only: NDArray[np.int64]) -> list[Hit]:
        chosen = np.isin(self._ids, only)
        return _best(self._ids[chosen], cosines(self._vectors[chosen], query), k)


class VectorLookup(Protocol):
    """Where the exact vectors of a segmented index are kept, by their places in it and by their database ids."""

    def at(self, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the ids and vectors (n, d) at these places; a place whose row was removed is left out."""

    def of(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return those of these ids that are in the index, and their vectors (n, d)."""


class Candidates(Protocol):
    """What proposes candidates for a segmented index: a segment in FAISS, or a part of a collection elsewhere."""

    def __len__(self) -> int:
        """Return how many vectors there are at most."""

    def candidates(self, query: NDArray[np.float32], count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the scores, half precision or better, and the places of the `count` nearest, best first, or of all."""


class Segment:
    """Vectors with their places, in FAISS (Douze et al., 2024, The Faiss library, arXiv:2401.08281).

    A sealed one is never changed, keeps half precision, and is mapped into memory; an open one keeps all of it.
    """

    def __init__(self, index: "faiss.IndexIDMap") -> None:
        """Wrap a FAISS index that was made or read. Raises DamagedIndex where it is inconsistent."""
        faiss = _faiss()
        self._index = index
        self.dimension = int(index.d)
        is_product = index.metric_type == faiss.METRIC_INNER_PRODUCT
        if not is_product or not index.id_map.size() == index.ntotal == index.index.ntotal:
            raise DamagedIndex("A segment of the index does not hold what its header says.")

    @classmethod
    def sealed(cls, places: NDArray[np.int64], vectors: NDArray[np.float32]) -> Self:
        """Make a segment to be saved. The same vectors in the same order give the same file."""
        faiss = _faiss()
        dimension = vectors.shape[1]
        half = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        return cls._filled(half, places, vectors)

    @classmethod
    def open(cls, places: NDArray[np.int64], vectors: NDArray[np.float32]) -> Self:
        """Make a segment for what no file holds yet."""
        return cls._filled(_faiss().IndexFlatIP(vectors.shape[1]), places, vectors)

    @classmethod
    def _filled(cls, inner: "faiss.Index", places: NDArray[np.int64], vectors: NDArray[np.float32]) -> Self:
        index = _faiss().IndexIDMap(inner)
        index.add_with_ids(vectors, places)
        return cls(index)

    @classmethod
    def load(cls, path: Path, count: int, checksum: int) -> Self:
        """Map a file of so many vectors that `save` wrote, given what it returned.

        Raises DamagedIndex where the file is missing, incomplete or another, but for vectors that differ, which nothing
        but `verify` reads whole.
        """
        faiss = _faiss()
        # FAISS does not look whether a file that it maps has what its header says; the process would end.
        if _checksum(path, count) != checksum:
            raise DamagedIndex(_NOT_AS_WRITTEN)
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            # Whoever merges may have deleted it since.
            raise DamagedIndex(_NOT_AS_WRITTEN) from error
        if not isinstance(index, faiss.IndexIDMap):
            raise DamagedIndex("A segment of the index is of another kind.")
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def places(self) -> NDArray[np.int64]:
        """Return the place of every vector, in the order of adding."""
        places: NDArray[np.int64] = _faiss().vector_to_array(self._index.id_map)
        return places

    def add(self, places: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Add vectors to an open segment."""
        self._index.add_with_ids(vectors, places)

    def vectors(self, start: int, end: int) -> NDArray[np.float32]:
        """Return the vectors with these numbers, as far as they are kept."""
        vectors: NDArray[np.float32] = self._index.index.reconstruct_n(start, end - start)
        return vectors

    def candidates(self, query: NDArray[np.float32], count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the approximate scores and the places of the `count` nearest, best first, or of all."""
        with _threads(1 + len(self) // _VECTORS_A_THREAD):
            scores, places = self._index.search(query[None], min(count, len(self)))
        return scores[0], places[0]

    def save(self, path: Path) -> int:
        """Write FAISS's own format, places included; return the checksum to load it by. Raises OSError."""
        faiss = _faiss()
        # Written through a Python file, so that a full disk raises OSError with its number.
        with path.open("wb") as file:
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write))
            file.flush()
            os.fsync(file.fileno())
        return _checksum(path, len(self))


class SegmentedIndex(_Searching):
    """Segments that together hold all vectors, and perhaps removed ones; it keeps the contract exactly.

    They propose candidates, whose scores and order are computed from the exact vectors, as in the exact index, so
    many that no other vector can be among the k nearest: what a half loses is bounded.
    """

    def __init__(self, dimension: int, segments: Sequence[Candidates], lookup: VectorLookup) -> None:
        self.dimension = dimension
        self._segments = [segment for segment in segments if len(segment)]
        self._lookup = lookup

    def __len__(self) -> int:
        return sum(map(len, self._segments))

    def _among(self, query: NDArray[np.float32], k: int, only: NDArray[np.int64]) -> list[Hit]:
        ids, vectors = self._lookup.of(only)
        return _best(ids, cosines(vectors, query), k)

    def _nearest(self, query: NDArray[np.float32], k: int) -> list[Hit]:
        rounding = HALF_ROUNDING + _ROUNDING_PER_DIMENSION * self.dimension
        count = k + _EXTRA_CANDIDATES
        while True:
            parts = [segment.candidates(query, count) for segment in self._segments]
            scores, places = (np.concatenate(column) for column in zip(*parts, strict=True))
            nearest = np.argsort(-scores, kind="stable")[:count]
            ids, vectors = self._lookup.at(places[nearest])
            hits = _best(ids, cosines(vectors, query), k)
            # A segment may have fewer than it says: what was removed may be gone from it.
            are_all = len(nearest) == len(scores) and all(len(own) < count for own, _ in parts)
            if are_all or (len(hits) == k and hits[-1].score - float(scores[nearest[-1]]) > rounding):
                return hits
            count *= 2


def _faiss() -> ModuleType:
    """Import FAISS. Untyped, as its stubs lack much of what is used here."""
    import faiss

    return faiss


def _checked(ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return both as contiguous arrays of the right types. Raises DamagedIndex where they break the contract."""
    ids, vectors = np.ascontiguousarray(ids, dtype=np.int64), np.ascontiguousarray(vectors, dtype=np.float32)
    if vectors.ndim != 2 or ids.shape != vectors.shape[:1]:
        raise DamagedIndex(f"{ids.size} ids and vectors of shape {vectors.shape} do not make an index.")
    if len(np.unique(ids)) != len(ids):
        raise DamagedIndex("The same id stands for two vectors.")
    if len(ids) and ids.min() < 0:
        raise DamagedIndex("An id is negative, which FAISS keeps for 'nothing found'.")
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.all(np.abs(lengths - 1) < _LENGTH_TOLERANCE):
        raise DamagedIndex("A vector is not of unit length.")
    return ids, vectors


def cosines(vectors: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return cosines summed in double precision, whose float32 values do not depend on the order of summing."""
    return (vectors.astype(np.float64) @ query.astype(np.float64)).astype(np.float32)


def _best(ids: NDArray[np.int64], scores: NDArray[np.float32], k: int) -> list[Hit]:
    order = np.lexsort((ids, -scores))[:k]
    return [Hit(int(ids[position]), float(scores[position])) for position in order]


def _checksum(path: Path, count: int) -> int:
    """Return the CRC-32 of a file's length, beginning and end, where all but the vectors stand; -1 for no file."""
    if not path.is_file():
        return -1
    with path.open("rb") as file:
        length = file.seek(0, os.SEEK_END)
        file.seek(0)
        checksum = zlib.crc32(file.read(_HEADER_BYTES), zlib.crc32(str(length).encode()))
        # At the end stand the number of places, and the places.
        file.seek(max(0, length - (count + 1) * _PLACE_BYTES))
        return zlib.crc32(file.read(), checksum)


@contextmanager
def _threads(number: int) -> Iterator[None]:
    """Let FAISS use so many threads at most: those of a short search wait for each other longer than they work."""
    faiss = _faiss()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(min(number, before))
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
