"""Token vectors rotated and kept in two bits a component: what survives, and what it costs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.models.encodings import compress, expand, rotated, token_width


def unit(pieces: int, dimension: int, seed: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((pieces, dimension))
    # As encoders do, let a few dimensions be far larger than the others.
    rows[:, ::97] *= 15
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@given(st.integers(1, 20), st.sampled_from([128, 384, 768]), st.integers(0, 1000))
@settings(derandomize=True, deadline=None, max_examples=30)
def test_turning_keeps_every_inner_product(pieces: int, dimension: int, seed: int) -> None:
    tokens = unit(pieces, dimension, seed)
    assert rotated(tokens) @ rotated(tokens).T == pytest.approx(tokens @ tokens.T, abs=1e-5)


def test_turning_spreads_what_single_dimensions_hold() -> None:
    before, after = unit(500, 384, 1), rotated(unit(500, 384, 1))
    assert before.std(axis=0).max() / before.std(axis=0).min() > 10
    assert after.std(axis=0).max() / after.std(axis=0).min() < 3


@given(st.integers(0, 12), st.sampled_from([128, 384]), st.integers(0, 1000))
@settings(derandomize=True, deadline=None, max_examples=30)
def test_two_bits_a_component_keep_the_direction(pieces: int, dimension: int, seed: int) -> None:
    tokens = rotated(unit(pieces, dimension, seed))
    packed = compress(tokens)
    assert packed.shape == (pieces, token_width(dimension)) == (pieces, dimension // 4)
    near = expand(packed)
    cosines = (near * tokens).sum(axis=1) / np.linalg.norm(near, axis=1)
    assert (cosines > 0.85).all()


def test_compressing_what_was_expanded_changes_nothing() -> None:
    packed = compress(rotated(unit(50, 384, 2)))
    assert np.array_equal(compress(expand(packed)), packed)
