"""The index's contract, word for word, on every implementation; and a broken one that it must catch."""

from collections.abc import Callable, Collection
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from knowledge.errors import DamagedIndex, WrongDimension
from retrieval.index.vectors import FLAT_LIMIT, ExactIndex, FaissIndex, Hit, VectorIndex, build_index, load_index

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]
Maker = Callable[[Ids, Vectors], VectorIndex]


def exact(ids: Ids, vectors: Vectors) -> VectorIndex:
    return ExactIndex(ids, vectors)


def flat(ids: Ids, vectors: Vectors) -> VectorIndex:
    return build_index(ids, vectors, kind="flat")


def hnsw(ids: Ids, vectors: Vectors) -> VectorIndex:
    return build_index(ids, vectors, kind="hnsw")


class Broken(ExactIndex):
    """Right in everything but one: ties come in the order of adding, and short lists are padded as FAISS pads them."""

    def search(self, vectors: Vectors, k: int, *, only: Collection[int] | Ids | None = None) -> list[Hit]:  # type: ignore[override]
        scores = self._vectors @ vectors
        places = [place for place in np.argsort(-scores, kind="stable") if only is None or self._ids[place] in only]
        hits = [Hit(int(self._ids[place]), float(scores[place])) for place in places[:k]]
        return hits + [Hit(-1, -3.4e38)] * (k - len(hits))


MAKERS: list[Maker] = [exact, flat, hnsw]


@pytest.fixture(params=MAKERS, ids=lambda make: make.__name__)
def make(request: pytest.FixtureRequest) -> Maker:
    maker: Maker = request.param
    return maker


def unit(vectors: NDArray[np.float64]) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def sample(seed: int = 0, n: int = 200, dimension: int = 24, same: int = 5) -> tuple[Ids, Vectors]:
    """Ids out of order and with gaps; each vector stands there `same` times, so that ties are everywhere."""
    random = np.random.default_rng(seed)
    vectors = np.repeat(unit(random.standard_normal((n // same, dimension))), same, axis=0)
    return random.permutation(np.arange(n, dtype=np.int64) * 7 + 3), vectors[random.permutation(len(vectors))]


def differences(make: Maker, *, seed: int) -> list[str]:
    """Where an implementation departs from the exact one."""
    ids, vectors = sample(seed)
    oracle, index = ExactIndex(ids, vectors), make(ids, vectors)
    random = np.random.default_rng(seed + 1)
    queries = [*unit(random.standard_normal((3, 24))), vectors[0], vectors[-1]]
    found = []
    for k in (0, 1, 3, 10, len(ids), len(ids) + 9):
        for only in (None, [], ids[:1], set(ids[::2].tolist()), [*ids[:7].tolist(), 10**9]):
            for query in queries:
                wanted, got = oracle.search(query, k, only=only), index.search(query, k, only=only)
                if wanted != got:
                    found.append(f"k={k} only={only is not None}: {got[:3]} instead of {wanted[:3]}")
    return found


@pytest.mark.parametrize("seed", range(3))
def test_finds_the_ids_and_scores_of_the_exact_index_in_its_order(make: Maker, seed: int) -> None:
    assert differences(make, seed=seed) == []


@pytest.mark.parametrize(("make_index", "same"), [(flat, 20), (flat, 200), (hnsw, 20)])
def test_a_tie_wider_than_k_is_broken_by_id(make_index: Maker, same: int) -> None:
    ids, vectors = sample(same=same)
    oracle, index = ExactIndex(ids, vectors), make_index(ids, vectors)
    for only in (None, ids[:150]):
        for query in vectors[:4]:
            assert index.search(query, 3, only=only) == oracle.search(query, 3, only=only)


def test_the_suite_catches_a_broken_index() -> None:
    assert differences(Broken, seed=0)


def test_scores_are_cosines_and_ties_come_in_the_order_of_ids(make: Maker) -> None:
    vectors = np.array([[0, 1], [1, 0], [0.6, 0.8], [1, 0]], dtype=np.float32)
    index = make(np.array([4, 9, 2, 7]), vectors)
    hits = index.search(np.array([1, 0], dtype=np.float32), 4)
    assert [hit.id for hit in hits] == [7, 9, 2, 4]
    assert [hit.score for hit in hits] == pytest.approx([1, 1, 0.6, 0])


def test_several_vectors_give_a_list_of_hits_each(make: Maker) -> None:
    ids, vectors = sample()
    index = make(ids, vectors)
    assert index.search(vectors[:30], 4) == [index.search(vector, 4) for vector in vectors[:30]]
    assert index.search(vectors[:0], 4) == []


def test_an_empty_index_finds_nothing(make: Maker) -> None:
    index = make(np.empty(0, dtype=np.int64), np.empty((0, 8), dtype=np.float32))
    assert (len(index), index.dimension) == (0, 8)
    assert index.search(np.eye(8, dtype=np.float32)[0], 3) == []


def test_ids_are_those_given_up_to_the_largest_that_a_database_has(make: Maker) -> None:
    ids = np.array([0, 2**63 - 1, 5], dtype=np.int64)
    index = make(ids, np.eye(3, dtype=np.float32))
    assert index.ids.tolist() == ids.tolist()
    assert index.search(np.eye(3, dtype=np.float32)[1], 1) == [Hit(2**63 - 1, 1.0)]


@pytest.mark.parametrize("shape", [(23,), (25,), (2, 23), (), (1, 1, 24)])
def test_a_vector_of_another_length_is_refused(make: Maker, shape: tuple[int, ...]) -> None:
    with pytest.raises(WrongDimension):
        make(*sample()).search(np.ones(shape, dtype=np.float32), 1)


@pytest.mark.parametrize(
    ("ids", "vectors"),
    [
        ([1, 1], [[1, 0], [0, 1]]),
        ([1, -1], [[1, 0], [0, 1]]),
        ([1], [[1, 0], [0, 1]]),
        ([1, 2], [1, 0]),
        ([1, 2], [[1, 0], [0, 2]]),
        ([1, 2], [[1, 0], [0, float("nan")]]),
    ],
    ids=["duplicate id", "negative id", "too few ids", "not a matrix", "not unit length", "not a number"],
)
def test_what_breaks_the_contract_is_refused(make: Maker, ids: list[int], vectors: list[list[float]]) -> None:
    with pytest.raises(DamagedIndex):
        make(np.array(ids), np.array(vectors, dtype=np.float32))


def test_is_the_same_after_saving_and_loading(make: Maker, tmp_path: Path) -> None:
    ids, vectors = sample()
    index = make(ids, vectors)
    index.save(tmp_path / "saved")
    again = load_index(tmp_path / "saved")
    assert again.ids.tolist() == index.ids.tolist()
    for query in vectors[:20]:
        for only in (None, ids[:50]):
            assert again.search(query, 9, only=only) == index.search(query, 9, only=only)


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 6), st.integers(0, 45))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_a_flat_index_is_exact_for_any_vectors(seed: int, n: int, dimension: int, k: int) -> None:
    random = np.random.default_rng(seed)
    # Whole numbers of few values, so that many vectors are equal and more scores are.
    vectors = unit(random.integers(-1, 2, (n, dimension)) + np.eye(1, dimension) * 0.5)
    ids = random.permutation(n).astype(np.int64)
    query = unit(random.integers(-1, 2, (1, dimension)) + 0.25)[0]
    only = ids[: n // 2] if seed % 2 else None
    assert flat(ids, vectors).search(query, k, only=only) == ExactIndex(ids, vectors).search(query, k, only=only)


def test_a_filter_is_exact_when_many_ids_are_allowed() -> None:
    ids, vectors = sample(n=4000, same=2)
    oracle = ExactIndex(ids, vectors)
    for index in (flat(ids, vectors), hnsw(ids, vectors)):
        for query in vectors[:5]:
            assert index.search(query, 20, only=ids[:2500]) == oracle.search(query, 20, only=ids[:2500])


def test_hnsw_finds_nearly_everything_that_the_exact_index_finds() -> None:
    random = np.random.default_rng(4)
    centres = random.standard_normal((40, 32))
    vectors = unit(centres[random.integers(0, 40, 3000)] + random.standard_normal((3000, 32)))
    ids = np.arange(3000, dtype=np.int64)
    index, oracle = hnsw(ids, vectors), ExactIndex(ids, vectors)
    shared = [
        len({hit.id for hit in index.search(query, 10)} & {hit.id for hit in oracle.search(query, 10)})
        for query in vectors[:100]
    ]
    assert np.mean(shared) >= 9.9


def test_the_same_vectors_give_the_same_file(make: Maker, tmp_path: Path) -> None:
    for name in ("one", "two"):
        make(*sample(n=600, same=2)).save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_kind_follows_the_number_of_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    ids, vectors = sample(n=20)
    small = build_index(ids, vectors)
    monkeypatch.setattr("retrieval.index.vectors.FLAT_LIMIT", 19)
    large = build_index(ids, vectors)
    assert isinstance(small, FaissIndex)
    assert isinstance(large, FaissIndex)
    assert (FLAT_LIMIT, small.kind, large.kind) == (100_000, "flat", "hnsw")


@pytest.mark.parametrize("make_index", [flat, hnsw])
def test_a_file_cut_short_anywhere_is_noticed(make_index: Maker, tmp_path: Path) -> None:
    make_index(*sample(n=40)).save(tmp_path / "whole")
    content = (tmp_path / "whole").read_bytes()
    for length in [0, 1, 3, 4, 30, *range(40, len(content), len(content) // 40), len(content) - 1]:
        (tmp_path / "cut").write_bytes(content[:length])
        with pytest.raises(DamagedIndex):
            load_index(tmp_path / "cut")


@pytest.mark.parametrize("content", [b"", b"IxM2", b"SQLite format 3\0" * 40, b"\0" * 4096, b"\xff" * 4096])
def test_a_file_of_another_kind_is_noticed(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(DamagedIndex):
        load_index(tmp_path / "other")


def test_a_missing_file_and_a_folder_are_noticed(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(DamagedIndex):
            load_index(path)


def test_faiss_indexes_that_are_not_ours_are_noticed(tmp_path: Path) -> None:
    import faiss

    bare = faiss.IndexFlatIP(4)
    other_metric = faiss.IndexIDMap2(faiss.IndexFlatL2(4))
    twice = faiss.IndexIDMap2(faiss.IndexFlatIP(4))
    twice.add_with_ids(np.eye(4, dtype=np.float32)[:2], np.array([3, 3]))
    for number, index in enumerate((bare, other_metric, twice)):
        faiss.write_index(index, str(tmp_path / str(number)))
        with pytest.raises(DamagedIndex):
            load_index(tmp_path / str(number))


def test_a_full_disk_is_an_error_of_the_system(make: Maker) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OSError, match="No space left"):
        make(*sample()).save(full)
