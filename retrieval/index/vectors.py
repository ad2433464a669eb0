"""Vector indexes with one protocol: an exact one in numpy, the reference for the others, and one in FAISS.

FAISS is imported when an index is made or opened, never with this module, and the number of its threads is left to the
process that uses it.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import DamagedIndex, IndexUnreachable, WrongDimension

if TYPE_CHECKING:
    import faiss

Kind = Literal["flat", "hnsw"]
Ids = Collection[int] | NDArray[np.int64]
OneVector = np.ndarray[tuple[int], np.dtype[np.float32]]
ManyVectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]

# The most vectors of a flat index. With 384 dimensions, on one core of a 2023 Xeon, a flat search takes 3 ms among
# 50,000, 10 ms among 100,000 and 25 ms among 200,000 (tests/benchmarks/indexing.py).
FLAT_LIMIT = 100_000
# Neighbours a node, candidates while building, candidates while searching. Malkov and Yashunin (2018, arXiv:1603.09320,
# section 4.1) advise 5 to 48 neighbours, the more the higher the dimension; with these, tests/benchmarks/indexing.py
# finds 99 to 100 % of the nearest 50 among 25,000 and 50,000 clustered vectors.
HNSW_NEIGHBOURS, HNSW_BUILD_CANDIDATES, HNSW_SEARCH_CANDIDATES = 32, 128, 128
# Two float32 sums of d products of unit vectors differ by at most 2·d·2⁻²⁴ (Higham, 2002, Accuracy and Stability of
# Numerical Algorithms, section 3.1): FAISS cannot order scores that are nearer to each other.
_ROUNDING_PER_DIMENSION = 2 * 2.0**-24
# Candidates beyond the k-th that are fetched in the same search. Our choice: ties at rank k seldom have more members.
_EXTRA_CANDIDATES = 8
# Up to so many allowed ids are read out and compared; among 100,000 vectors a selector, which looks at every id, is as
# fast at 2,000 (2.2 ms) and slower below (0.75 ms against 0.03 for a single id).
_MOST_COMPARED_IDS = 1000
# Vectors compared at a time in double precision. Our choice: 25 MB at 384 dimensions.
_ROWS_PER_PRODUCT = 8192
# Float32 normalisation leaves a vector within 1e-6 of unit length, and float16, of 11 bits, within 1e-3.
_LENGTH_TOLERANCE = 1e-3


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
    - duplicate ids and vectors that are not of unit length raise DamagedIndex when the index is made.
    """

    @property
    def dimension(self) -> int:
        """Return the length of every vector."""

    @property
    def ids(self) -> NDArray[np.int64]:
        """Return every id, in the order of adding."""

    @property
    def exact(self) -> bool:
        """Say whether a search always returns the nearest vectors; an approximate index may miss a few."""

    def __len__(self) -> int: ...

    @overload
    def search(self, vectors: OneVector, k: int, *, only: Ids | None = None) -> list[Hit]: ...

    @overload
    def search(self, vectors: ManyVectors, k: int, *, only: Ids | None = None) -> list[list[Hit]]: ...

    def search(self, vectors: Any, k: int, *, only: Ids | None = None) -> Any:
        """Return the k nearest vectors of one query, or of each of several."""

    def save(self, path: Path) -> None:
        """Write the index to a file that `load_index` reads. Raises OSError."""


class _Searching:
    """The common part of all implementations: it checks the arguments and searches query by query."""

    _ids: NDArray[np.int64]
    dimension: int
    exact: bool = True

    @property
    def ids(self) -> NDArray[np.int64]:
        return self._ids

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def search(self, vectors: OneVector, k: int, *, only: Ids | None = None) -> list[Hit]: ...

    @overload
    def search(self, vectors: ManyVectors, k: int, *, only: Ids | None = None) -> list[list[Hit]]: ...

    def search(self, vectors: Any, k: int, *, only: Ids | None = None) -> Any:
        queries = np.ascontiguousarray(vectors, dtype=np.float32)
        if queries.ndim not in (1, 2) or queries.shape[-1] != self.dimension:
            raise WrongDimension(f"Vectors of shape {queries.shape} do not fit an index of {self.dimension} numbers.")
        allowed = None if only is None else self._indexed(only)
        limit = min(k, len(self) if allowed is None else len(allowed))
        hits = [self._nearest(query, limit, allowed) if limit > 0 else [] for query in np.atleast_2d(queries)]
        return hits if queries.ndim == 2 else hits[0]

    @cached_property
    def _sorted_ids(self) -> NDArray[np.int64]:
        return np.sort(self._ids)

    def _indexed(self, only: Ids) -> NDArray[np.int64]:
        """Return the ids that are in the index, sorted, each once."""
        ids = np.unique(np.fromiter(only, dtype=np.int64, count=len(only)))
        first, last = (np.searchsorted(self._sorted_ids, ids, side) for side in ("left", "right"))
        return ids[first < last]

    def _nearest(self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None) -> list[Hit]:
        raise NotImplementedError


class UnreachableIndex(_Searching):
    """A substitute for an index that cannot be searched; `reason` is the message of the error it raises."""

    dimension = 0

    def __init__(self, reason: str) -> None:
        self._reason = reason
        self._ids = np.zeros(0, dtype=np.int64)

    def search(self, vectors: object, k: int, *, only: Ids | None = None) -> NoReturn:
        """Raise IndexUnreachable."""
        raise IndexUnreachable(self._reason)

    def save(self, path: Path) -> None:
        """Raise IndexUnreachable, as there is nothing to write."""
        raise IndexUnreachable(self._reason)


class ExactIndex(_Searching):
    """The reference implementation: it compares every vector, in double precision, and is slow."""

    def __init__(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        self._ids, self._vectors = _checked(ids, vectors)
        self.dimension = self._vectors.shape[1]

    def _nearest(self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None) -> list[Hit]:
        scores = np.concatenate(
            [
                _cosines(self._vectors[start : start + _ROWS_PER_PRODUCT], query)
                for start in range(0, len(self), _ROWS_PER_PRODUCT)
            ]
        )
        chosen = slice(None) if allowed is None else np.isin(self._ids, allowed)
        return _best(self._ids[chosen], scores[chosen], k)

    def save(self, path: Path) -> None:
        """Write the vectors as a flat FAISS index. Raises OSError."""
        FaissIndex.build(self._ids, self._vectors, kind="flat").save(path)


class FaissIndex(_Searching):
    """A FAISS index (Douze et al., 2024, The Faiss library, arXiv:2401.08281) that keeps the contract.

    FAISS proposes candidates, whose scores and order are computed as in the exact index. A flat index returns the same
    hits as the exact one. An HNSW index is approximate, except with `only`, where every allowed vector is compared.
    """

    def __init__(self, index: "faiss.IndexIDMap2") -> None:
        """Wrap a FAISS index that was built or read. Raises DamagedIndex where it is inconsistent."""
        faiss = _faiss()
        self._index = index
        self._inner = faiss.downcast_index(index.index)
        self._ids = faiss.vector_to_array(index.id_map)
        self.dimension = int(index.d)
        self.exact = not isinstance(self._inner, faiss.IndexHNSW)
        self.kind: Kind = "hnsw" if isinstance(self._inner, faiss.IndexHNSW) else "flat"
        if index.metric_type != faiss.METRIC_INNER_PRODUCT or not len(self._ids) == index.ntotal == self._inner.ntotal:
            raise DamagedIndex("The index file does not hold what its header says.")
        if len(np.unique(self._ids)) != len(self._ids):
            raise DamagedIndex("The index file holds the same id twice.")

    @classmethod
    def build(cls, ids: NDArray[np.int64], vectors: NDArray[np.float32], *, kind: Kind) -> "FaissIndex":
        """Make an index of a kind. The same vectors in the same order give the same index. Raises DamagedIndex."""
        faiss = _faiss()
        ids, vectors = _checked(ids, vectors)
        dimension = vectors.shape[1]
        if kind == "flat":
            inner = faiss.IndexFlatIP(dimension)
        else:
            inner = faiss.IndexHNSWFlat(dimension, HNSW_NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
            inner.hnsw.efConstruction = HNSW_BUILD_CANDIDATES
        index = faiss.IndexIDMap2(inner)
        # With several threads the graph would depend on the order in which they run.
        with _single_thread():
            index.add_with_ids(vectors, ids)
        return cls(index)

    def _nearest(self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None) -> list[Hit]:
        if allowed is not None and len(allowed) <= _MOST_COMPARED_IDS:
            return _best(allowed, _cosines(self._index.reconstruct_batch(allowed), query), k)
        available = len(self) if allowed is None else len(allowed)
        count = min(k + _EXTRA_CANDIDATES, available)
        while True:
            scores, ids = self._candidates(query, count, allowed)
            complete = count == available or len(ids) < count
            if complete or scores[k - 1] - scores[-1] > _ROUNDING_PER_DIMENSION * self.dimension:
                break
            count = min(2 * count, available)
        return _best(ids, _cosines(self._index.reconstruct_batch(ids), query), k)

    def _candidates(
        self, query: NDArray[np.float32], count: int, allowed: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the float32 scores and the ids of up to `count` candidates, best first."""
        faiss = _faiss()
        if self.kind == "flat":
            parameters = None if allowed is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))
            scores, ids = self._index.search(query[None], count, params=parameters)
        elif allowed is None:
            # FAISS needs at least `count` candidates; twice as many is our choice, for the same recall of long lists.
            parameters = faiss.SearchParametersHNSW(efSearch=max(HNSW_SEARCH_CANDIDATES, 2 * count))
            scores, ids = self._index.search(query[None], count, params=parameters)
        else:
            # A search of the graph through few allowed nodes misses some of them. Its storage is searched instead,
            # which has positions, not ids.
            allowed_positions = np.flatnonzero(np.isin(self._ids, allowed))
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed_positions))
            scores, positions = self._inner.storage.search(query[None], count, params=parameters)
            ids = np.where(positions < 0, positions, self._ids[positions])
        # FAISS pads with id -1.
        real = ids[0] >= 0
        return scores[0][real], ids[0][real]

    def save(self, path: Path) -> None:
        """Write FAISS's own format, ids included. Raises OSError."""
        faiss = _faiss()
        # Written through a Python file, so that a full disk raises OSError with its number.
        with path.open("wb") as file:
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write))


def build_index(
    ids: NDArray[np.int64], vectors: NDArray[np.float32], *, kind: Literal["auto", "flat", "hnsw"] = "auto"
) -> VectorIndex:
    """Make an index of unit vectors (n, d): `auto` is flat up to FLAT_LIMIT vectors and HNSW above.

    Raises DamagedIndex for duplicate ids, and for vectors that are not of unit length or not as many as the ids.
    """
    chosen = kind if kind != "auto" else "flat" if len(ids) <= FLAT_LIMIT else "hnsw"
    return FaissIndex.build(ids, vectors, kind=chosen)


def load_index(path: Path) -> VectorIndex:
    """Read an index that `save` wrote. Raises DamagedIndex where the file is missing, incomplete or of another kind.

    The digest of the file, which the manifest holds, is not compared here.
    """
    faiss = _faiss()
    try:
        index = faiss.read_index(str(path))
    except (RuntimeError, MemoryError) as error:
        raise DamagedIndex("The index file is missing or cannot be read.") from error
    if not isinstance(index, faiss.IndexIDMap2):
        raise DamagedIndex("The index file is of another kind.")
    return FaissIndex(index)


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


def _cosines(vectors: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return cosines summed in double precision, whose float32 values do not depend on the order of summing."""
    return (vectors.astype(np.float64) @ query.astype(np.float64)).astype(np.float32)


def _best(ids: NDArray[np.int64], scores: NDArray[np.float32], k: int) -> list[Hit]:
    order = np.lexsort((ids, -scores))[:k]
    return [Hit(int(ids[position]), float(scores[position])) for position in order]


@contextmanager
def _single_thread() -> Iterator[None]:
    faiss = _faiss()
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)
