"""What packing any of the models takes: their layers written as ONNX in eight bits, word vectors in their four.

The file depends on the weights and on the versions of the libraries alone: the same bytes on every machine.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file

from retrieval.models.hub_encoder import quietly
from retrieval.train.base import BASE, WORD_VECTORS
from retrieval.train.blocks import BYTES_PER_BLOCK

# LayerNormalization as one operator came with opset 17 (https://onnx.ai/onnx/operators/onnx__LayerNormalization.html).
_OPSET = 17
# What the feed-forward blocks read and put out has single pieces whose values are far larger than all others', so that
# one scale for all pieces of a text is spent badly there. With each piece divided by its largest value first, the mean
# cosine with float32 rises from 0.981 to 0.998 for passages and from 0.978 to 0.998 for questions, at four fifths of
# the speed.
_FEED_FORWARD, _NOT_FEED_FORWARD = ("/intermediate/dense/MatMul", "/output/dense/MatMul"), "attention"
# Far below the largest value of any piece, so that nothing is divided by nought.
_LEAST = 1e-9
_SCALE_BYTES = 2
WORD_ARRAYS = ("word_scales", "word_nibbles")
"""The arrays of a packed model that hold its word vectors: (pieces, blocks) and (pieces, blocks, 16)."""


def export_layers(layers: torch.nn.Module, transformer: Any, pieces: int, target: Path, outputs: Sequence[str]) -> None:
    """Write everything but the look-up of word vectors in float32: words (1, n, d) -> the outputs, in their order.

    `transformer` is the BertModel within `layers`, of which at most so many pieces are read. Outputs with three
    dimensions have a row for each piece.
    """
    # The one form of attention whose operators the exporter writes out plainly.
    transformer.set_attn_implementation("eager")
    places = transformer.embeddings.position_embeddings
    # Positions that are never read need not be shipped.
    places.weight = torch.nn.Parameter(places.weight[:pieces].detach().clone())
    words = torch.zeros(1, 16, transformer.config.hidden_size)
    with torch.no_grad():
        shapes = {name: value.ndim for name, value in zip(outputs, layers.eval()(words), strict=True)}
    with quietly():
        torch.onnx.export(
            layers,
            (words,),
            str(target),
            input_names=["words"],
            output_names=list(outputs),
            dynamic_axes={"words": {1: "length"}, **{name: {1: "length"} for name in outputs if shapes[name] == 3}},
            opset_version=_OPSET,
            dynamo=False,  # The newer exporter needs onnxscript besides.
        )


def optimise(path: Path) -> Any:
    """Join operators in place as onnxruntime would at every opening, and return the model.

    Opening takes a third of the time, and what comes out is the same to the bit. Extended optimisations are those that
    hold for every processor: https://onnxruntime.ai/docs/performance/model-optimizations/graph-optimizations.html.
    """
    import onnx
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(path)
    with quietly():
        onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    return onnx.load(path)


def compress_layers(path: Path) -> Any:
    """Scale and quantise the written layers in place, and return the model."""
    import onnx

    written = onnx.load(path)
    scale_pieces(written.graph)
    onnx.save(written, path)
    quantise(path)
    return onnx.load(path)


def scale_pieces(graph: Any) -> None:
    """Divide what each feed-forward product reads by the largest value of each piece, and multiply what comes out."""
    import onnx

    nodes: list[Any] = []
    graph.initializer.append(onnx.numpy_helper.from_array(np.array(_LEAST, np.float32), "least"))
    for node in graph.node:
        nodes.append(node)
        if not node.name.endswith(_FEED_FORWARD) or _NOT_FEED_FORWARD in node.name:
            continue
        read, output, name = node.input[0], node.output[0], node.name
        nodes[-1:] = [
            onnx.helper.make_node("Abs", [read], [f"{name}_sizes"]),
            onnx.helper.make_node("ReduceMax", [f"{name}_sizes"], [f"{name}_largest"], axes=[-1], keepdims=1),
            onnx.helper.make_node("Max", [f"{name}_largest", "least"], [f"{name}_scales"]),
            onnx.helper.make_node("Div", [read, f"{name}_scales"], [f"{name}_scaled"]),
            onnx.helper.make_node("MatMul", [f"{name}_scaled", node.input[1]], [f"{name}_product"], name=name),
            onnx.helper.make_node("Mul", [f"{name}_product", f"{name}_scales"], [output]),
        ]
    del graph.node[:]
    graph.node.extend(nodes)


def quantise(path: Path) -> None:
    """Quantise the layers of a model in place: weights to eight bits by channel once, activations as it runs.

    Both are unsigned, so that processors without VNNI instructions, which saturate the 16-bit sums of mixed products,
    get the same: https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html ("S8S8 vs U8U8").
    """
    with quietly():
        from onnxruntime.quantization import QuantType, quantize_dynamic

        quantize_dynamic(path, path, op_types_to_quantize=["MatMul"], per_channel=True, weight_type=QuantType.QUInt8)


def read_blocks(work: Path) -> NDArray[np.uint8]:
    """Return the word vectors of the base in a work folder, in their four-bit blocks."""
    blocks: NDArray[np.uint8] = load_file(work / BASE)[WORD_VECTORS]
    return blocks


def add_word_vectors(graph: Any, blocks: NDArray[np.uint8]) -> None:
    """Put the look-up of word vectors before the layers; they stay in their four-bit blocks (see `blocks`)."""
    import onnx

    by_block = blocks.reshape(len(blocks), -1, BYTES_PER_BLOCK)
    scales = np.ascontiguousarray(by_block[..., :_SCALE_BYTES]).view("<f2")[..., 0]
    constants: dict[str, NDArray[Any]] = {
        **dict(zip(WORD_ARRAYS, (scales, np.ascontiguousarray(by_block[..., _SCALE_BYTES:])), strict=True)),
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
