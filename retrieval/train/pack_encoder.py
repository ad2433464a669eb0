"""From a taught encoder to the one ONNX model that ships: word vectors in four bits, layers in eight.

The file depends on the weights and on the versions of the libraries alone: the same bytes on every machine.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file

from retrieval.models.hub_encoder import quietly
from retrieval.train.base import BASE, WORD_VECTORS
from retrieval.train.blocks import BYTES_PER_BLOCK
from retrieval.train.transformer import build, open_base, read_weights

# Word pieces read of a text, its prefix included: passages have some 80 words, of 1.4 pieces each.
PIECES = 256
# LayerNormalization as one operator came with opset 17 (https://onnx.ai/onnx/operators/onnx__LayerNormalization.html).
_OPSET = 17
# What the feed-forward blocks put out has single pieces whose values are far larger than all others', so that one scale
# for all pieces of a text is spent badly. With a scale for each piece there, and one for a text elsewhere, the mean
# cosine with float32 rises from 0.983 to 0.995 for passages and from 0.977 to 0.990 for questions; with one for each
# piece everywhere to 0.999 and 0.998, at less than half the speed.
_BY_PIECE = "/output/dense/MatMul"
_NOT_BY_PIECE = "attention"
# Weights that share a scale where each piece has one: 128 keeps the file under 32 MB, 64 gains 0.0005 and does not.
_GROUP = 128
_MOST, _ZERO = 127, 128
_SCALE_BYTES = 2


def write_model(work: Path, encoder: Path, target: Path) -> None:
    """Write the ONNX model of an encoder of a work folder: pieces (1, n) -> vector (1, d), tokens (1, n, d)."""
    import onnx

    model = build(open_base(work), read_weights(encoder))
    export_layers(model, target)
    quantise(target)
    written = onnx.load(target)
    add_word_vectors(written.graph, load_file(work / BASE)[WORD_VECTORS])
    onnx.checker.check_model(written)
    onnx.save(written, target)


def export_layers(model: Any, target: Path) -> None:
    """Write everything but the look-up of word vectors in float32: words (1, n, d) -> vector and tokens."""
    # The one form of attention whose operators the exporter writes out plainly.
    model.set_attn_implementation("eager")
    places = model.embeddings.position_embeddings
    # Positions that are never read need not be shipped.
    places.weight = torch.nn.Parameter(places.weight[:PIECES].detach().clone())

    class Layers(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = model

        def forward(self, words: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            tokens = self.transformer(inputs_embeds=words).last_hidden_state
            pooled = torch.nn.functional.normalize(tokens.mean(dim=1), dim=-1)
            return pooled, torch.nn.functional.normalize(tokens, dim=-1)

    with quietly():
        torch.onnx.export(
            Layers().eval(),
            (torch.zeros(1, 16, model.config.hidden_size),),
            str(target),
            input_names=["words"],
            output_names=["vector", "tokens"],
            dynamic_axes={"words": {1: "length"}, "tokens": {1: "length"}},
            opset_version=_OPSET,
            dynamo=False,  # The newer exporter needs onnxscript besides.
        )


def quantise(path: Path) -> None:
    """Quantise the layers of a model in place: weights to eight bits once, activations as it runs.

    Where a text has one scale, weights take seven bits, so that processors without VNNI instructions, which saturate
    16-bit sums, get the same (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html, "When to
    use reduce-range").
    """
    with quietly():
        import onnx
        from onnxruntime.quantization import QuantType, quantize_dynamic

        by_piece = [node.name for node in onnx.load(path).graph.node if _has_scale_by_piece(node.name)]
        quantize_dynamic(
            path,
            path,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=by_piece,
        )
        model = onnx.load(path)
        _group(model, by_piece)
        onnx.save(model, path)


def _has_scale_by_piece(name: str) -> bool:
    return name.endswith(_BY_PIECE) and _NOT_BY_PIECE not in name


def _group(model: Any, names: list[str]) -> None:
    """Put MatMulNBits in the place of these products: weights in groups with a scale each, pieces with scales too.

    The operator is onnxruntime's own: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md.
    """
    import onnx

    stored = {weight.name: weight for weight in model.graph.initializer}
    for place, node in enumerate(list(model.graph.node)):
        if node.name not in names:
            continue
        weights = onnx.numpy_helper.to_array(stored[node.input[1]])
        levels, scales = grouped(weights)
        parts: dict[str, NDArray[Any]] = {f"{node.name}_levels": levels, f"{node.name}_scales": scales}
        model.graph.initializer.remove(stored[node.input[1]])
        model.graph.initializer.extend(onnx.numpy_helper.from_array(part, name) for name, part in parts.items())
        product = onnx.helper.make_node(
            "MatMulNBits", [node.input[0], *parts], list(node.output), name=node.name, domain="com.microsoft",
            K=weights.shape[0], N=weights.shape[1], bits=8, block_size=_GROUP, accuracy_level=4,
        )  # fmt: skip
        model.graph.node.remove(node)
        model.graph.node.insert(place, product)
    model.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))


def grouped(weights: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return the levels (out, groups, 128) and the scales (out, groups) of a matrix (in, out); `in` is a multiple."""
    size, outputs = weights.shape
    groups = weights.T.reshape(outputs, size // _GROUP, _GROUP)
    largest = np.abs(groups).max(axis=-1)
    scales = np.where(largest > 0, largest / _MOST, 1.0).astype(np.float32)
    levels = np.clip(np.rint(groups / scales[..., None]), -_MOST, _MOST) + _ZERO
    return levels.astype(np.uint8), scales


def add_word_vectors(graph: Any, blocks: NDArray[np.uint8]) -> None:
    """Put the look-up of word vectors before the layers; they stay in their four-bit blocks (see `blocks`)."""
    import onnx

    by_block = blocks.reshape(len(blocks), -1, BYTES_PER_BLOCK)
    scales = np.ascontiguousarray(by_block[..., :_SCALE_BYTES]).view("<f2")[..., 0]
    constants: dict[str, NDArray[Any]] = {
        "word_scales": scales,
        "word_nibbles": np.ascontiguousarray(by_block[..., _SCALE_BYTES:]),
        "sixteen": np.array(16, np.int32),
        "eight": np.array(8, np.int32),
        "last": np.array([-1], np.int64),
        "flat": np.array([0, 0, -1], np.int64),
    }
    graph.initializer.extend(onnx.numpy_helper.from_array(value, name) for name, value in constants.items())
    # There is no operator that takes bits apart before opset 18, but whole numbers can be divided.
    steps: list[tuple[str, list[str], str, dict[str, Any]]] = [
        ("Gather", ["word_nibbles", "pieces"], "bytes", {"axis": 0}),
        ("Cast", ["bytes"], "numbers", {"to": onnx.TensorProto.INT32}),
        ("Div", ["numbers", "sixteen"], "high", {}),
        ("Mul", ["high", "sixteen"], "high_part", {}),
        ("Sub", ["numbers", "high_part"], "low", {}),
        ("Concat", ["low", "high"], "nibbles", {"axis": -1}),
        ("Sub", ["nibbles", "eight"], "levels", {}),
        ("Cast", ["levels"], "level_numbers", {"to": onnx.TensorProto.FLOAT}),
        ("Gather", ["word_scales", "pieces"], "half_scales", {"axis": 0}),
        ("Cast", ["half_scales"], "flat_scales", {"to": onnx.TensorProto.FLOAT}),
        ("Unsqueeze", ["flat_scales", "last"], "scales", {}),
        ("Mul", ["level_numbers", "scales"], "by_block", {}),
        ("Reshape", ["by_block", "flat"], "words", {}),
    ]
    for place, (kind, inputs, output, given) in enumerate(steps):
        graph.node.insert(place, onnx.helper.make_node(kind, inputs, [output], name=f"words/{output}", **given))
    del graph.input[:]
    graph.input.append(onnx.helper.make_tensor_value_info("pieces", onnx.TensorProto.INT64, [1, "length"]))
