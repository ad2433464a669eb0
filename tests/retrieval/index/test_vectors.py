"""The index's contract, word for word, on every implementation; and a broken one that it must catch."""

import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from milvus_place import collection_at, milvus_place
from numpy.typing import NDArray

from knowledge.errors import DamagedIndex, IndexUnreachable, WrongDimension
from retrieval.index import milvus
from retrieval.index.vectors import ExactIndex, Hit, Segment, SegmentedIndex, UnreachableIndex, VectorIndex

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]
Maker = Callable[[Ids, Vectors], VectorIndex]


class Kept:
    """Exact vectors in memory; the place of an id is three times its number, and one more is of a removed vector."""

    def __init__(self, ids: Ids, vectors: Vectors) -> None:
        self._ids, self._vectors = ids, vectors
        self._numbers = {int(key): number for number, key in enumerate(ids)}

    def at(self, places: Ids) -> tuple[Ids, Vectors]:
        numbers = places[places % 3 == 0] // 3
        return self._ids[numbers], self._vectors[numbers]

    def of(self, ids: Ids) -> tuple[Ids, Vectors]:
        numbers = [self._numbers[key] for key in ids.tolist() if key in self._numbers]
        return self._ids[numbers], self._vectors[numbers]


def segmented(ids: Ids, vectors: Vectors, *, parts: int, removed: int = 0, open_part: bool = True) -> SegmentedIndex:
    """The vectors in some sealed segments and an open one, of which each also has some that were removed."""
    segments = []
    for number, numbers in enumerate(np.array_split(np.arange(len(ids)), parts)):
        places = np.concatenate([numbers * 3, np.repeat(numbers[:1] * 3 + 1, removed)])
        own = np.concatenate([vectors[numbers], np.repeat(vectors[numbers[:1]], removed, axis=0)])
        make = Segment.open if open_part and number == parts - 1 else Segment.sealed
        segments.append(make(places, own))
    return SegmentedIndex(vectors.shape[1], segments, Kept(ids, vectors))


def exact(ids: Ids, vectors: Vectors) -> VectorIndex:
    return ExactIndex(ids, vectors)


def unsealed(ids: Ids, vectors: Vectors) -> VectorIndex:
    return segmented(ids, vectors, parts=1)


def sealed(ids: Ids, vectors: Vectors) -> VectorIndex:
    return segmented(ids, vectors, parts=1, open_part=False)


def mixed(ids: Ids, vectors: Vectors) -> VectorIndex:
    return segmented(ids, vectors, parts=4)


def with_removed(ids: Ids, vectors: Vectors) -> VectorIndex:
    return segmented(ids, vectors, parts=3, removed=30)


class InCollection:
    """All vectors of a collection, in which removed ones may stand, as candidates."""

    def __init__(self, collection: milvus.Collection, count: int) -> None:
        self._collection, self._count = collection, count

    def __len__(self) -> int:
        return self._count

    def candidates(self, query: Vectors, count: int) -> tuple[Vectors, Ids]:
        return self._collection.nearest("passages", (0, self._count), query, count)


def in_milvus(collection: milvus.Collection) -> Maker:
    """Makes indexes of one collection, the last of which is whole: beside each vector a removed one, and a deleted."""

    def made(ids: Ids, vectors: Vectors) -> VectorIndex:
        numbers = np.arange(len(ids)) * 3
        collection.create(vectors.shape[1], milvus.Mark("base", "encoder", ""))
        for shift in range(3):
            collection.upsert("passages", numbers + shift, vectors)
        collection.upsert("quotes", 3 * len(ids) + numbers, vectors)
        collection.settle()
        collection.delete([(place + 2, place + 3) for place in numbers.tolist()])
        return SegmentedIndex(vectors.shape[1], [InCollection(collection, 3 * len(ids))], Kept(ids, vectors))

    return made


class Broken(ExactIndex):
    """Right in everything but one: ties come in the order of adding, and short lists are padded as FAISS pads them."""

    def search(self, vectors: Vectors, k: int, *, only: Collection[int] | Ids | None = None) -> list[Hit]:  # type: ignore[override]
        scores = self._vectors @ vectors
        places = [place for place in np.argsort(-scores, kind="stable") if only is None or self._ids[place] in only]
        hits = [Hit(int(self._ids[place]), float(scores[place])) for place in places[:k]]
        return hits + [Hit(-1, -3.4e38)] * (k - len(hits))


MAKERS: list[Maker] = [exact, unsealed, sealed, mixed, with_removed]


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[milvus.Collection]:
    with milvus_place(tmp_path_factory.mktemp("milvus")) as setting:
        made = collection_at(setting)
        yield made
        made.close()


@pytest.fixture(params=[*MAKERS, in_milvus], ids=lambda make: make.__name__)
def make(request: pytest.FixtureRequest) -> Maker:
    maker: Maker = request.param
    return in_milvus(request.getfixturevalue("collection")) if maker is in_milvus else maker


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


@pytest.mark.parametrize("same", [20, 200])
def test_a_tie_wider_than_k_is_broken_by_id(make: Maker, same: int) -> None:
    ids, vectors = sample(same=same)
    oracle, index = ExactIndex(ids, vectors), make(ids, vectors)
    for only in (None, ids[:150]):
        for query in vectors[:4]:
            assert index.search(query, 3, only=only) == oracle.search(query, 3, only=only)


def test_more_than_a_search_of_milvus_returns_is_asked_for_by_halves(
    collection: milvus.Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milvus, "MOST_HITS", 7)
    ids, vectors = sample(n=40, same=20)
    index, oracle = in_milvus(collection)(ids, vectors), ExactIndex(ids, vectors)
    for k in (3, 40):
        assert index.search(vectors[0], k) == oracle.search(vectors[0], k)
    kept = collection.vectors("passages", (0, 120))
    assert kept.keys() == {place for place in range(120) if place % 3 < 2}
    assert all(np.array_equal(vector, vectors[place // 3]) for place, vector in kept.items())


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


def test_an_empty_index_finds_nothing() -> None:
    ids, vectors = np.empty(0, dtype=np.int64), np.empty((0, 8), dtype=np.float32)
    for index in (ExactIndex(ids, vectors), SegmentedIndex(8, [], Kept(ids, vectors))):
        assert index.search(np.eye(8, dtype=np.float32)[0], 3) == []


def test_ids_are_those_given_up_to_the_largest_that_a_database_has(make: Maker) -> None:
    ids = np.array([0, 2**63 - 1, 5, 7], dtype=np.int64)
    index = make(ids, np.eye(4, dtype=np.float32))
    assert index.search(np.eye(4, dtype=np.float32)[1], 1) == [Hit(2**63 - 1, 1.0)]


@pytest.mark.parametrize("shape", [(23,), (25,), (2, 23), (), (1, 1, 24)])
def test_a_vector_of_another_length_is_refused(make: Maker, shape: tuple[int, ...]) -> None:
    with pytest.raises(WrongDimension):
        make(*sample()).search(np.ones(shape, dtype=np.float32), 1)


def test_what_cannot_be_searched_says_why() -> None:
    with pytest.raises(IndexUnreachable, match="of another encoder"):
        UnreachableIndex("of another encoder").search(np.ones(24, dtype=np.float32), 1)


@pytest.mark.parametrize(
    ("ids", "vectors"),
    [
        ([1, 1], [[1, 0], [0, 1]]),
        ([1], [[1, 0], [0, 1]]),
        ([1, 2], [1, 0]),
        ([1, 2], [[1, 0], [0, 2]]),
        ([1, 2], [[1, 0], [0, float("nan")]]),
    ],
    ids=["duplicate id", "too few ids", "not a matrix", "not unit length", "not a number"],
)
def test_what_breaks_the_contract_is_refused_by_the_reference(ids: list[int], vectors: list[list[float]]) -> None:
    with pytest.raises(DamagedIndex):
        ExactIndex(np.array(ids), np.array(vectors, dtype=np.float32))


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 6), st.integers(0, 45), st.integers(1, 4))
@settings(derandomize=True, deadline=None, max_examples=80)
def test_segments_are_exact_for_any_vectors(seed: int, n: int, dimension: int, k: int, parts: int) -> None:
    random = np.random.default_rng(seed)
    # Whole numbers of few values, so that many vectors are equal and more scores are.
    vectors = unit(random.integers(-1, 2, (n, dimension)) + np.eye(1, dimension) * 0.5)
    ids = random.permutation(n).astype(np.int64)
    query = unit(random.integers(-1, 2, (1, dimension)) + 0.25)[0]
    only = ids[: n // 2] if seed % 2 else None
    index = segmented(ids, vectors, parts=parts, removed=seed % 5)
    assert index.search(query, k, only=only) == ExactIndex(ids, vectors).search(query, k, only=only)


@pytest.mark.parametrize("dimension", [24, 384])
def test_halves_cost_no_neighbour_however_near_together_they_are(dimension: int) -> None:
    """Vectors nearer to each other than a half can tell, of which more than those asked for have to be compared."""
    random = np.random.default_rng(3)
    centre = random.standard_normal((1, dimension))
    vectors = unit(centre + random.standard_normal((3000, dimension)) * 1e-4)
    ids = np.arange(3000, dtype=np.int64)
    index, oracle = sealed(ids, vectors), ExactIndex(ids, vectors)
    for query in (unit(centre)[0], vectors[7]):
        assert index.search(query, 20) == oracle.search(query, 20)


def test_a_half_is_as_near_as_the_bound_says() -> None:
    vectors = unit(np.random.default_rng(5).standard_normal((500, 384)) ** 5)
    kept = Segment.sealed(np.arange(500), vectors).vectors(0, 500)
    assert np.all(np.abs(kept - vectors) <= np.abs(vectors) * 2.0**-11 + 2.0**-24)


def written(path: Path, n: int = 200) -> tuple[Ids, Vectors, int]:
    ids, vectors = sample(n=n)
    return ids, vectors, Segment.sealed(ids, vectors).save(path)


def test_a_segment_is_the_same_after_saving_and_mapping(tmp_path: Path) -> None:
    ids, vectors, checksum = written(tmp_path / "saved")
    segment, mapped = Segment.sealed(ids, vectors), Segment.load(tmp_path / "saved", 200, checksum)
    assert (len(mapped), mapped.dimension, mapped.places.tolist()) == (200, 24, ids.tolist())
    assert np.array_equal(mapped.vectors(3, 90), segment.vectors(3, 90))
    for query in vectors[:20]:
        for given_, wanted in zip(mapped.candidates(query, 9), segment.candidates(query, 9), strict=True):
            assert np.array_equal(given_, wanted)


def test_the_same_vectors_give_the_same_file_in_one_piece_or_two(tmp_path: Path) -> None:
    ids, vectors, checksum = written(tmp_path / "one")
    segment = Segment.sealed(ids[:70], vectors[:70])
    segment.add(ids[70:], vectors[70:])
    assert segment.save(tmp_path / "two") == checksum
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_file_cut_short_anywhere_is_noticed(tmp_path: Path) -> None:
    *_, checksum = written(tmp_path / "whole", 40)
    content = (tmp_path / "whole").read_bytes()
    for length in [0, 1, 3, 4, 30, *range(40, len(content), len(content) // 40), len(content) - 1]:
        (tmp_path / "cut").write_bytes(content[:length])
        with pytest.raises(DamagedIndex):
            Segment.load(tmp_path / "cut", 40, checksum)


def test_a_byte_that_differs_outside_of_the_vectors_is_noticed(tmp_path: Path) -> None:
    *_, checksum = written(tmp_path / "whole", 200)
    content = (tmp_path / "whole").read_bytes()
    for place in [*range(126), *range(len(content) - 201 * 8, len(content), 7), len(content) - 1]:
        (tmp_path / "other").write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(DamagedIndex):
            Segment.load(tmp_path / "other", 200, checksum)


@pytest.mark.parametrize("content", [b"", b"IxMp", b"SQLite format 3\0" * 40, b"\0" * 4096, b"\xff" * 4096])
def test_a_file_of_another_kind_is_noticed(content: bytes, tmp_path: Path) -> None:
    *_, checksum = written(tmp_path / "whole")
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(DamagedIndex):
        Segment.load(tmp_path / "other", 200, checksum)


def test_what_is_no_file_is_noticed_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "none", tmp_path, tmp_path / "pipe"):
        with pytest.raises(DamagedIndex):
            Segment.load(path, 200, 7)


def test_faiss_indexes_that_are_not_ours_are_noticed() -> None:
    import faiss

    with pytest.raises(DamagedIndex):
        Segment(faiss.IndexIDMap(faiss.IndexFlatL2(4)))


def test_a_full_disk_is_an_error_of_the_system() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OSError, match="No space left"):
        Segment.sealed(*sample()).save(full)
