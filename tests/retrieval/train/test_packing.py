"""What packing does to a model's layers and word vectors, stage by stage, each against what it must leave as it is."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import tiny_base
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions

from retrieval.models.onnx_encoder import open_session
from retrieval.train.blocks import unpack
from retrieval.train.packing import (
    WORD_ARRAYS,
    add_word_vectors,
    compress_layers,
    export_layers,
    optimise,
    quantise,
    read_blocks,
    scale_pieces,
)
from retrieval.train.transformer import ENCODER, build, open_base, read_weights

PIECES = 40


class Hidden(torch.nn.Module):
    """The vectors of the pieces, and their mean."""

    def __init__(self, transformer: Any) -> None:
        super().__init__()
        self.transformer = transformer

    def forward(self, words: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = self.transformer(inputs_embeds=words).last_hidden_state
        return hidden, hidden.mean(1)


@pytest.fixture(scope="module")
def layers(work: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layers of an encoder in float32, as they are before anything is scaled or quantised."""
    path = tmp_path_factory.mktemp("layers") / "layers.onnx"
    transformer = build(open_base(work), read_weights(work / ENCODER))
    export_layers(Hidden(transformer), transformer, PIECES, path, ["hidden", "mean"])
    return path


@pytest.fixture(scope="module")
def whole(work: Path, layers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The quantised layers with the word vectors before them, their operators not joined."""
    path = tmp_path_factory.mktemp("whole") / "whole.onnx"
    path.write_bytes(layers.read_bytes())
    written = compress_layers(path)
    add_word_vectors(written.graph, read_blocks(work))
    onnx.checker.check_model(written)
    onnx.save(written, path)
    return path


def results(path: Path, name: str, content: NDArray[Any]) -> list[NDArray[np.float32]]:
    session = InferenceSession(path, providers=["CPUExecutionProvider"])
    return list(session.run(None, {name: content}))


def random_words(length: int, size: float = 1.0) -> NDArray[np.float32]:
    return size * np.random.default_rng(4).standard_normal((1, length, tiny_base.WIDTH)).astype(np.float32)


@pytest.mark.parametrize("length", [1, 2, 16, PIECES])
def test_written_layers_give_what_torch_gives_for_any_length(work: Path, layers: Path, length: int) -> None:
    words = random_words(length)
    with torch.no_grad():
        wanted = Hidden(build(open_base(work), read_weights(work / ENCODER)))(torch.from_numpy(words))
    for made, exact in zip(results(layers, "words", words), wanted, strict=True):
        assert made == pytest.approx(exact.numpy(), abs=1e-4)


def test_outputs_have_their_names_in_their_order_and_a_row_for_each_piece(layers: Path) -> None:
    outputs = InferenceSession(layers, providers=["CPUExecutionProvider"]).get_outputs()
    assert [(output.name, output.shape[1:-1]) for output in outputs] == [("hidden", ["length"]), ("mean", [])]


def test_positions_that_are_never_read_are_not_written(layers: Path) -> None:
    sizes = {weight.name: list(weight.dims) for weight in onnx.load(layers).graph.initializer}
    assert [size for name, size in sizes.items() if "position_embeddings" in name] == [[PIECES, tiny_base.WIDTH]]


@pytest.mark.parametrize("size", [0.0, 1e-12, 1.0, 1000.0])
def test_scaling_pieces_changes_no_vector(layers: Path, tmp_path: Path, size: float) -> None:
    scaled = onnx.load(layers)
    scale_pieces(scaled.graph)
    onnx.checker.check_model(scaled)
    onnx.save(scaled, tmp_path / "scaled.onnx")
    words = random_words(7, size)
    # One piece is far larger than the others, and one is nothing.
    words[0, 2] *= 50
    words[0, 5] = 0
    before, after = (results(path, "words", words) for path in (layers, tmp_path / "scaled.onnx"))
    for exact, made in zip(before, after, strict=True):
        assert made == pytest.approx(exact, abs=1e-4)


def test_both_products_of_every_feed_forward_block_are_scaled_and_no_other(layers: Path) -> None:
    scaled = onnx.load(layers)
    before = [node.name for node in scaled.graph.node if node.op_type == "MatMul"]
    scale_pieces(scaled.graph)
    products = {node.name: node.input[0] for node in scaled.graph.node if node.op_type == "MatMul"}
    made = {node.output[0]: node.op_type for node in scaled.graph.node}
    divided = [name for name, read in products.items() if made.get(read) == "Div" and read == f"{name}_scaled"]
    assert list(products) == before
    assert len(divided) == 2 * tiny_base.LAYERS
    assert all("attention" not in name for name in divided)


def test_every_product_of_weights_is_of_unsigned_bytes_by_channel(whole: Path) -> None:
    """Of unsigned activations and signed weights, sums of two products overflow 16 bits where VNNI is missing."""
    graph = onnx.load(whole).graph
    weights = {weight.name: onnx.numpy_helper.to_array(weight) for weight in graph.initializer}
    activations = {node.output[0] for node in graph.node if node.op_type == "DynamicQuantizeLinear"}
    products = [node for node in graph.node if node.op_type == "MatMulInteger"]
    # Query, key, value, attention's output, and both of the feed-forward block.
    assert len(products) == 6 * tiny_base.LAYERS
    for node in products:
        # DynamicQuantizeLinear gives unsigned bytes alone (https://onnx.ai/onnx/operators/).
        assert node.input[0] in activations
        weight, zeros = weights[node.input[1]], weights[node.input[3]]
        assert {str(array.dtype) for array in (weight, zeros)} == {"uint8"}
        assert zeros.shape == weight.shape[1:]
    # What is left in float32 is a product of two activations.
    rest = [node for node in graph.node if node.op_type == "MatMul"]
    assert len(rest) == 2 * tiny_base.LAYERS
    assert not [node.name for node in rest if set(node.input) & weights.keys()]


def test_scaling_loses_less_where_single_pieces_are_large(layers: Path, tmp_path: Path) -> None:
    """With a scale for each piece, quantised vectors are nearer to those of float32 than with a scale for all."""
    plain, scaled = tmp_path / "plain.onnx", tmp_path / "scaled.onnx"
    for path in (plain, scaled):
        path.write_bytes(layers.read_bytes())
    quantise(plain)
    compress_layers(scaled)
    words = random_words(12)
    words[0, 3] *= 100
    exact = results(layers, "words", words)[0]
    errors = [float(np.abs(results(path, "words", words)[0] - exact).mean()) for path in (plain, scaled)]
    assert errors[1] < errors[0] < 0.2


def look_up(folder: Path, blocks: NDArray[np.uint8]) -> Path:
    """A model that is nothing but the look-up of word vectors."""
    value = onnx.helper.make_tensor_value_info
    shape = [1, "length", blocks.shape[1] // 18 * 32]
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Identity", ["words"], ["vectors"])],
        "look-up",
        [value("words", onnx.TensorProto.FLOAT, shape)],
        [value("vectors", onnx.TensorProto.FLOAT, shape)],
    )
    add_word_vectors(graph, blocks)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, folder / "look-up.onnx")
    return folder / "look-up.onnx"


def test_a_packed_look_up_gives_exactly_what_the_blocks_say(work: Path, tmp_path: Path) -> None:
    blocks = read_blocks(work)
    numbers = [*range(len(tiny_base.PIECES)), 0, 5, 5]
    (vectors,) = results(look_up(tmp_path, blocks), "pieces", np.array([numbers]))
    assert np.array_equal(vectors[0], unpack(blocks)[numbers])


@settings(derandomize=True, deadline=None, max_examples=20)
@given(st.binary(min_size=16, max_size=16), st.floats(-100, 100, width=16))
def test_any_block_is_taken_apart(tmp_path_factory: pytest.TempPathFactory, nibbles: bytes, scale: float) -> None:
    block = np.frombuffer(np.array([scale], "<f2").tobytes() + nibbles, np.uint8)[None]
    (vectors,) = results(look_up(tmp_path_factory.mktemp("block"), block), "pieces", np.array([[0]]))
    assert np.array_equal(vectors[0], unpack(block))


def test_joined_operators_give_the_same_to_the_bit_as_joining_them_at_every_opening(
    whole: Path, tmp_path: Path
) -> None:
    joined = tmp_path / "joined.onnx"
    joined.write_bytes(whole.read_bytes())
    written = optimise(joined)
    assert len(written.graph.node) < len(onnx.load(whole).graph.node)
    assert written.SerializeToString() == onnx.load(joined).SerializeToString()
    options = SessionOptions()
    options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    before = InferenceSession(whole, options, providers=["CPUExecutionProvider"])
    after = open_session(joined)
    for pieces in ([0, 2], [0, 5, 6, 7, 30, 2], [40] * PIECES):
        given = {"pieces": np.array([pieces])}
        for exact, made in zip(before.run(None, given), after.run(None, given), strict=True):
            assert made.tobytes() == exact.tobytes()


def test_joining_keeps_the_arrays_of_word_vectors_and_is_the_same_every_time(whole: Path, tmp_path: Path) -> None:
    contents = []
    for name in ("first", "second"):
        (tmp_path / name).write_bytes(whole.read_bytes())
        graph = optimise(tmp_path / name).graph
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]
    before = {array.name: onnx.numpy_helper.to_array(array) for array in onnx.load(whole).graph.initializer}
    after = {array.name: array for array in graph.initializer}
    for name in WORD_ARRAYS:
        assert after[name].raw_data == before[name].tobytes()


def test_a_whole_model_gives_nearly_what_float32_gives(work: Path, whole: Path) -> None:
    transformer = build(open_base(work), read_weights(work / ENCODER))
    for pieces in ([0, 2], [0, 5, 6, 7, 30, 40, 50, 2]):
        with torch.no_grad():
            exact = transformer(input_ids=torch.tensor([pieces])).last_hidden_state[0].numpy()
        made = results(whole, "pieces", np.array([pieces]))[0][0]
        cosines = (made * exact).sum(-1) / np.linalg.norm(made, axis=-1) / np.linalg.norm(exact, axis=-1)
        assert cosines.min() > 0.998
