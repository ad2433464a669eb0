"""Four bits a weight, in the layout of GGML's Q4_0."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tiny_base import pack_blocks

from retrieval.train.blocks import unpack


def test_low_nibbles_come_first_and_eight_is_zero() -> None:
    block = np.zeros((1, 18), np.uint8)
    block[0, :2] = np.array([0.5], "<f2").view(np.uint8)
    block[0, 2:] = [number | (15 - number) << 4 for number in range(16)]
    weights = unpack(block)
    assert weights.dtype == np.float32
    assert weights[0, :16].tolist() == [(number - 8) / 2 for number in range(16)]
    assert weights[0, 16:].tolist() == [(7 - number) / 2 for number in range(16)]


def test_rows_keep_their_blocks_in_order() -> None:
    rows = np.repeat(np.arange(6, dtype=np.float64).reshape(2, 3) * 7, 32, axis=1)
    assert np.array_equal(unpack(pack_blocks(rows)), rows)


def test_no_rows_are_no_rows() -> None:
    assert unpack(np.zeros((0, 36), np.uint8)).shape == (0, 64)


@settings(derandomize=True, max_examples=30, deadline=None)
@given(arrays(np.float64, (2, 64), elements=st.floats(-1000, 1000, width=32)))
def test_a_weight_comes_back_within_half_a_step(weights: np.ndarray) -> None:
    packed = pack_blocks(weights)
    steps = packed.reshape(2, 2, 18)[..., :2].copy().view("<f2").astype(np.float64)
    error = np.abs(unpack(packed) - weights).reshape(2, 2, 32)
    # Float32 rounds what four bits say by a hair.
    assert (error <= steps / 2 + 1e-6 * np.abs(weights).reshape(2, 2, 32)).all()
