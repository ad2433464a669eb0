"""Late interaction over stored token vectors agrees with doing it by hand."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from knowledge.errors import DamagedIndex
from retrieval.index.tokens import TokenVectors, load_tokens, save_tokens, token_files
from retrieval.models.encodings import compress, expand, token_width

DIMENSION = 128


def tokens(pieces: int, seed: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((pieces, DIMENSION))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def stored(path: Path, sizes: list[int]) -> TokenVectors:
    parts = [compress(tokens(size, seed)) for seed, size in enumerate(sizes)]
    save_tokens(path, sizes, token_width(DIMENSION), iter(parts))
    return load_tokens(path)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8), st.integers(1, 6), st.data())
@settings(derandomize=True, deadline=None, max_examples=40)
def test_each_piece_of_a_question_finds_its_best_match(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], pieces: int, data: st.DataObject
) -> None:
    kept = stored(tmp_path_factory.mktemp("tokens") / "tokens.npy", sizes)
    rows = data.draw(st.lists(st.integers(0, len(sizes) - 1), max_size=10))
    question = tokens(pieces, 99)
    found = kept.match(question, rows)
    assert found.shape == (len(rows), pieces)
    for row, best in zip(rows, found, strict=True):
        passage = expand(compress(tokens(sizes[row], row)))
        expected = (passage @ question.T).max(axis=0) if sizes[row] else np.zeros(pieces)
        assert best == pytest.approx(expected, abs=1e-5)


def test_a_question_without_pieces_matches_nothing(tmp_path: Path) -> None:
    kept = stored(tmp_path / "tokens.npy", [3, 2])
    assert kept.match(np.zeros((0, DIMENSION), np.float32), [0, 1]).shape == (2, 0)
    assert kept.match(tokens(2, 1), []).shape == (0, 2)


def test_the_vectors_of_a_passage_are_those_that_were_saved(tmp_path: Path) -> None:
    kept = stored(tmp_path / "tokens.npy", [3, 0, 2])
    each_component = np.eye(DIMENSION, dtype=np.float32)
    last, empty = kept.match(each_component, [2, 1])
    assert np.array_equal(last, expand(compress(tokens(2, 2))).max(axis=0))
    assert not empty.any()


def test_a_base_without_passages_is_saved_too(tmp_path: Path) -> None:
    assert stored(tmp_path / "tokens.npy", []).match(tokens(2, 1), []).shape == (0, 2)


@pytest.mark.parametrize("which", [0, 1])
def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, which: int) -> None:
    path = tmp_path / "tokens.npy"
    stored(path, [3])
    token_files(path)[which].write_bytes(b"no array")
    with pytest.raises(DamagedIndex):
        load_tokens(path)
