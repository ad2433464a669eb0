"""From a taught encoder to the one ONNX model that ships: word vectors in four bits, layers in eight.

The file depends on the weights and on the versions of the libraries alone: the same bytes on every machine.
"""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file

from knowledge.storage import made_folder, read_regular, write_whole
from retrieval.model import ENCODER_NAME
from retrieval.models.hub_encoder import quietly
from retrieval.models.packaged import LEXICON, MANIFEST, MODEL, TOKENIZER, Manifest
from retrieval.train.base import BASE, WORD_VECTORS
from retrieval.train.blocks import BYTES_PER_BLOCK
from retrieval.train.reading import PASSAGE, QUESTION
from retrieval.train.transformer import build, open_base, read_weights

# Word pieces read of a text, its prefix included: passages have some 80 words, of 1.4 pieces each.
PIECES = 256
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
# Bytes of a tokenizer or a lexicon, which have two million at most, and the rights of what ships.
_LARGEST, _MODE = 50_000_000, 0o644


def pack(work: Path, encoder: Path, folder: Path) -> None:
    """Write the weights folder of an encoder: its model, tokenizer, lexicon and manifest, each whole or not at all.

    Raises MissingFile where the work folder lacks one, and StorageFull.
    """
    tokenizer, lexicon = (read_regular(work / name, _LARGEST) for name in (TOKENIZER, LEXICON))
    with TemporaryDirectory() as place:
        model = Path(place) / MODEL
        dimension = write_model(work, encoder, model)
        made_folder(folder)
        contents = {MODEL: model.read_bytes(), TOKENIZER: tokenizer, LEXICON: lexicon}
    files = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(contents.items())}
    prefixes = {"question": QUESTION, "passage": PASSAGE}
    manifest = Manifest(ENCODER_NAME, dimension, dimension, PIECES, prefixes, files)
    contents[MANIFEST] = f"{json.dumps(asdict(manifest), indent=2)}\n".encode()
    for name, content in contents.items():
        write_whole(folder / name, content)
        # What ships is for everybody to read.
        (folder / name).chmod(_MODE)


def write_model(work: Path, encoder: Path, target: Path) -> int:
    """Write the ONNX model of an encoder, pieces (1, n) -> vector (1, d) and tokens (1, n, d), and return d."""
    import onnx

    model = build(open_base(work), read_weights(encoder))
    export_layers(model, target)
    written = onnx.load(target)
    scale_pieces(written.graph)
    onnx.save(written, target)
    quantise(target)
    written = onnx.load(target)
    add_word_vectors(written.graph, load_file(work / BASE)[WORD_VECTORS])
    onnx.checker.check_model(written)
    onnx.save(written, target)
    return int(model.config.hidden_size)


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
