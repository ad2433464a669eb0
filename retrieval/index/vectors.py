"""Vector indexes behind one small protocol: the exact one in numpy, which is the oracle, and the one in FAISS.

FAISS is imported when an index is made or opened, never with this module, and the number of its threads is left to the
process that uses it.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import DamagedIndex, WrongDimension

if TYPE_CHECKING:
    import faiss

Kind = Literal["flat", "hnsw"]
Ids = Collection[int] | NDArray[np.int64]
OneVector = np.ndarray[tuple[int], np.dtype[np.float32]]
ManyVectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]

# The most vectors that are compared one by one. Of 384 dimensions, on one core of a 2023 Xeon, a flat search takes 3 ms
# among 50,000, 10 ms among 100,000 and 25 ms among 200,000 (tests/benchmarks/indexing.py).
FLAT_LIMIT = 100_000
# Neighbours a node, candidates while building, candidates while searching. Malkov and Yashunin (2018, arXiv:1603.09320,
# section 4.1) advise 5 to 48 neighbours, the more the higher the dimension; with these, tests/benchmarks/indexing.py
# finds 99 to 100 % of the nearest 50 among 25,000 and 50,000 clustered vectors.
HNSW_NEIGHBOURS, HNSW_BUILD_CANDIDATES, HNSW_SEARCH_CANDIDATES = 32, 128, 128
# Two sums of d products of unit vectors differ by at most 2·d·2⁻²⁴ (Higham, 2002, Accuracy and Stability of Numerical
# Algorithms, section 3.1): within this distance of the last place FAISS cannot tell who comes first.
_UNDECIDED_PER_DIMENSION = 2 * 2.0**-24
# Candidates beyond the k-th that are fetched at once, so that a tie at the last place seldom needs a second search.
_SPARE = 8
# Up to so many allowed ids are read out and compared; among 100,000 vectors a selector, which looks at every id, is as
# fast at 2,000 (2.2 ms) and slower below (0.75 ms against 0.03 for one id).
_FEW = 1000
_ROWS_AT_ONCE = 8192


@dataclass(frozen=True, slots=True)
class Hit:
    """An id and the cosine of its vector with the one searched for."""

    id: int
    score: float


class VectorIndex(Protocol):
    """Unit vectors with ids, searched by cosine.

    The contract, the same for every implementation:
    - ids are database ids; vectors are unit length, float32; a score is a cosine, higher is better;
    - hits are sorted by (-score, id), so that ties are stable: equal vectors come in the order of their ids;
    - at most k hits come back, never padding; k = 0 and k greater than the number of vectors are fine;
    - `only` limits the search to the given ids, exactly; unknown ids in it are ignored; an empty one finds nothing;
    - one vector (d,) gives a list of hits, several (n, d) a list of such lists in the same order;
    - a vector of another length raises WrongDimension;
    - the maker refuses duplicate ids and vectors that are not of unit length.
    """

    @property
    def dimension(self) -> int:
        """The length of every vector."""

    @property
    def ids(self) -> NDArray[np.int64]:
        """Every id, in the order of adding."""

    @property
    def exact(self) -> bool:
        """Whether the nearest are always found; an approximate index may miss a few."""

    def __len__(self) -> int: ...

    @overload
    def search(self, vectors: OneVector, k: int, *, only: Ids | None = None) -> list[Hit]: ...

    @overload
    def search(self, vectors: ManyVectors, k: int, *, only: Ids | None = None) -> list[list[Hit]]: ...

    def search(self, vectors: Any, k: int, *, only: Ids | None = None) -> Any:
        """The k nearest of one vector, or of each of several."""

    def save(self, path: Path) -> None:
        """Write the index to a file that `load_index` reads. Raises OSError as any writing does."""


class _Searching:
    """What every implementation shares: checking what comes in, and one query after another."""

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
        allowed = None if only is None else self._known(only)
        room = min(k, len(self) if allowed is None else len(allowed))
        found = [self._nearest(query, room, allowed) if room > 0 else [] for query in np.atleast_2d(queries)]
        return found if queries.ndim == 2 else found[0]

    @cached_property
    def _sorted_ids(self) -> NDArray[np.int64]:
        return np.sort(self._ids)

    def _known(self, only: Ids) -> NDArray[np.int64]:
        """Those of the ids that are in the index, each once."""
        asked = np.unique(np.fromiter(only, dtype=np.int64, count=len(only)))
        first, last = (np.searchsorted(self._sorted_ids, asked, side) for side in ("left", "right"))
        return asked[first < last]

    def _nearest(self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None) -> list[Hit]:
        raise NotImplementedError


class ExactIndex(_Searching):
    """Compares with every vector, in double precision: slow, and right by inspection. The others are held to it."""

    def __init__(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        self._ids, self._vectors = _checked(ids, vectors)
        self.dimension = self._vectors.shape[1]

    def _nearest(self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None) -> list[Hit]:
        scores = np.concatenate(
            [
                _cosines(self._vectors[start : start + _ROWS_AT_ONCE], query)
                for start in range(0, len(self), _ROWS_AT_ONCE)
            ]
        )
        chosen = slice(None) if allowed is None else np.isin(self._ids, allowed)
        return _best(self._ids[chosen], scores[chosen], k)

    def save(self, path: Path) -> None:
        """Write it as the flat index that it is."""
        FaissIndex.build(self._ids, self._vectors, kind="flat").save(path)


class FaissIndex(_Searching):
    """FAISS behind the contract: candidates from FAISS, their scores and order as in the exact index.

    A flat index finds exactly what the exact one finds. An HNSW index is approximate, except under `only`, where the
    allowed vectors are compared one by one.
    Source: Douze et al., 2024, The Faiss library, arXiv:2401.08281.
    """

    def __init__(self, index: "faiss.IndexIDMap2") -> None:
        """Take a FAISS index as built or read. Raises DamagedIndex when it is not one of ours."""
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
        """Make an index of the named kind. The same vectors in the same order give the same index."""
        faiss = _faiss()
        ids, vectors = _checked(ids, vectors)
        dimension = vectors.shape[1]
        if kind == "flat":
            inner = faiss.IndexFlatIP(dimension)
        else:
            inner = faiss.IndexHNSWFlat(dimension, HNSW_NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
            inner.hnsw.efConstruction = HNSW_BUILD_CANDIDATES
        index = faiss.IndexIDMap2(inner)
        # Several threads would link the graph in the order in which they happen to run.
        with _one_thread():
            index.add_with_ids(vectors, ids)
        return cls(index)

    def _nearest(self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None) -> list[Hit]:
        if allowed is not None and len(allowed) <= _FEW:
            return _best(allowed, _cosines(self._index.reconstruct_batch(allowed), query), k)
        everything = len(self) if allowed is None else len(allowed)
        wanted = min(k + _SPARE, everything)
        while True:
            scores, found = self._candidates(query, wanted, allowed)
            complete = wanted == everything or len(found) < wanted
            if complete or scores[k - 1] - scores[-1] > _UNDECIDED_PER_DIMENSION * self.dimension:
                break
            wanted = min(2 * wanted, everything)
        return _best(found, _cosines(self._index.reconstruct_batch(found), query), k)

    def _candidates(
        self, query: NDArray[np.float32], wanted: int, allowed: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        faiss = _faiss()
        if self.kind == "flat":
            limits = None if allowed is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))
            scores, found = self._index.search(query[None], wanted, params=limits)
        elif allowed is None:
            breadth = faiss.SearchParametersHNSW(efSearch=max(HNSW_SEARCH_CANDIDATES, 2 * wanted))
            scores, found = self._index.search(query[None], wanted, params=breadth)
        else:
            # A graph walked through few allowed nodes misses some of them: the storage under it is searched instead,
            # which knows positions, not ids.
            positions = np.flatnonzero(np.isin(self._ids, allowed))
            limits = faiss.SearchParameters(sel=faiss.IDSelectorBatch(positions))
            scores, places = self._inner.storage.search(query[None], wanted, params=limits)
            found = np.where(places < 0, places, self._ids[places])
        # FAISS fills up with id -1 where it found fewer.
        real = found[0] >= 0
        return scores[0][real], found[0][real]

    def save(self, path: Path) -> None:
        """Write FAISS's own format, ids included."""
        faiss = _faiss()
        # Written through Python's file, so that a full disk is an OSError with its number, as everywhere else.
        with path.open("wb") as file:
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write))


def build_index(
    ids: NDArray[np.int64], vectors: NDArray[np.float32], *, kind: Literal["auto", "flat", "hnsw"] = "auto"
) -> VectorIndex:
    """Make an index of (n, d) unit vectors: `auto` is flat up to FLAT_LIMIT vectors and HNSW above.

    Raises DamagedIndex for duplicate ids, and for vectors that are not of unit length or not as many as the ids.
    """
    chosen = kind if kind != "auto" else "flat" if len(ids) <= FLAT_LIMIT else "hnsw"
    return FaissIndex.build(ids, vectors, kind=chosen)


def load_index(path: Path) -> VectorIndex:
    """Read an index that `save` wrote. Raises DamagedIndex when the file is missing, cut short or something else.

    That no bit of it changed is for the reader of the manifest to check, which holds the file's digest.
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
    """FAISS, when it is first needed. Untyped: its stubs leave out much of what is used here."""
    import faiss

    return faiss


def _checked(ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Both as contiguous arrays of the right types, refused when they break the contract."""
    ids, vectors = np.ascontiguousarray(ids, dtype=np.int64), np.ascontiguousarray(vectors, dtype=np.float32)
    if vectors.ndim != 2 or ids.shape != vectors.shape[:1]:
        raise DamagedIndex(f"{ids.size} ids and vectors of shape {vectors.shape} do not make an index.")
    if len(np.unique(ids)) != len(ids):
        raise DamagedIndex("The same id stands for two vectors.")
    if len(ids) and ids.min() < 0:
        raise DamagedIndex("An id is negative, which FAISS keeps for 'nothing found'.")
    lengths = np.linalg.norm(vectors, axis=1)
    # Normalised in float32, a vector is within 1e-6 of unit length; 1e-3 also admits ones that passed through float16.
    if not np.all(np.abs(lengths - 1) < 1e-3):
        raise DamagedIndex("A vector is not of unit length.")
    return ids, vectors


def _cosines(vectors: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosines summed in double precision, so that the order of summing leaves no trace in the float32 result."""
    return (vectors.astype(np.float64) @ query.astype(np.float64)).astype(np.float32)


def _best(ids: NDArray[np.int64], scores: NDArray[np.float32], k: int) -> list[Hit]:
    order = np.lexsort((ids, -scores))[:k]
    return [Hit(int(ids[place]), float(scores[place])) for place in order]


@contextmanager
def _one_thread() -> Iterator[None]:
    faiss = _faiss()
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)
