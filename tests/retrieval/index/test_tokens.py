"""Late interaction over compressed token vectors agrees with doing it by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.index.tokens import match
from retrieval.models.encodings import compress, expand

DIMENSION = 128


def tokens(pieces: int, seed: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((pieces, DIMENSION))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def compressed(sizes: list[int]) -> list[NDArray[np.uint8]]:
    return [compress(tokens(size, seed)) for seed, size in enumerate(sizes)]


@given(st.lists(st.integers(0, 9), max_size=8), st.integers(1, 6))
@settings(derandomize=True, deadline=None, max_examples=40)
def test_each_piece_of_a_question_finds_its_best_match(sizes: list[int], pieces: int) -> None:
    question = tokens(pieces, 99)
    matched = match(question, compressed(sizes))
    assert matched.shape == (len(sizes), pieces)
    for seed, (size, best) in enumerate(zip(sizes, matched, strict=True)):
        passage = expand(compress(tokens(size, seed)))
        expected = (passage @ question.T).max(axis=0) if size else np.zeros(pieces)
        assert best == pytest.approx(expected, abs=1e-5)


@given(st.permutations(range(7)), st.integers(1, 7), st.integers(1, 9))
@settings(derandomize=True, deadline=None, max_examples=40)
def test_a_match_is_to_the_last_bit_the_same_in_whatever_company(order: list[int], most: int, pieces: int) -> None:
    question, passages = tokens(pieces, 99), compressed([1, 2, 3, 5, 9, 18, 40])
    together = match(question, passages)
    chosen = order[:most]
    assert np.array_equal(match(question, [passages[number] for number in chosen]), together[chosen])


def test_a_question_without_pieces_matches_nothing() -> None:
    assert match(np.zeros((0, DIMENSION), np.float32), compressed([3, 2])).shape == (2, 0)
    assert match(tokens(2, 1), []).shape == (0, 2)
