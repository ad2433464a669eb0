"""From a trained model to the files that ship: one quantised ONNX model.

The files depend on the weights and on the versions of the libraries alone: the same bytes on every machine.
"""

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from knowledge.storage import file_sha256
from retrieval.model import ENCODER_NAME
from retrieval.models.hub_encoder import quietly
from retrieval.models.packaged import DIGESTED_FILES, LEXICON, MANIFEST, MODEL, TOKENIZER, Manifest

# Word pieces read of a text: the packaged teacher's own limit.
PIECES = 256
# The output of this layer's feed-forward block holds the largest activations, on which one scale for a whole text is
# spent worst. Left in float32 it lifts the mean cosine of the teacher's int8 and float32 vectors from 0.9936 to 0.9947
# for XQuAD's English paragraphs and from 0.9901 to 0.9923 for its Spanish ones, at 2 MB and no speed to be measured.
_KEPT_FLOAT = "layer.0/output/dense/MatMul"
# LayerNormalization as one operator came with opset 17 (https://onnx.ai/onnx/operators/onnx__LayerNormalization.html).
OPSET = 17


def pack(model: Any, tokenizer: Tokenizer, lexicon: Path, folder: Path) -> Manifest:
    """Write the weights folder of a model: quantised, with its tokenizer, lexicon and manifest. Whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        making = Path(place)
        aside = making / "whole"
        aside.mkdir()
        export_float(model, making / "float32.onnx")
        quantise(making / "float32.onnx", aside / MODEL)
        tokenizer.save(str(aside / TOKENIZER), pretty=False)
        shutil.copyfile(lexicon, aside / LEXICON)
        manifest = seal(aside, model.config.hidden_size)
        folder.mkdir(exist_ok=True)
        for path in aside.iterdir():
            path.replace(folder / path.name)
    return manifest


def export_float(model: Any, target: Path) -> None:
    """Write a transformer to ONNX in float32, for one text at a time: its unit vector and those of its pieces."""
    # The one form of attention whose operators the exporter writes out plainly.
    model.set_attn_implementation("eager")
    # Positions that are never read need not be shipped.
    places = model.embeddings.position_embeddings
    places.weight = torch.nn.Parameter(places.weight[:PIECES].detach().clone())

    class Encoder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = model

        def forward(self, pieces: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            tokens = self.transformer(input_ids=pieces).last_hidden_state
            pooled = torch.nn.functional.normalize(tokens.mean(dim=1), dim=-1)
            return pooled, torch.nn.functional.normalize(tokens, dim=-1)

    with quietly():
        torch.onnx.export(
            Encoder().eval(),
            (torch.ones(1, 16, dtype=torch.int64),),
            str(target),
            input_names=["pieces"],
            output_names=["vector", "tokens"],
            dynamic_axes={"pieces": {1: "length"}, "tokens": {1: "length"}},
            opset_version=OPSET,
            dynamo=False,  # The newer exporter needs onnxscript besides.
        )


def quantise(source: Path, target: Path) -> None:
    """Quantise weights to int8 by channel, once, and activations to uint8 by text, as it runs.

    Weights take seven bits, so that processors without VNNI instructions, which saturate 16-bit sums, get the same
    (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html, "When to use reduce-range").
    """
    with quietly():
        import onnx
        from onnxruntime.quantization import QuantType, quantize_dynamic

        nodes = onnx.load(source).graph.node
        kept = [node.name for node in nodes if node.name.endswith(_KEPT_FLOAT)]
        quantize_dynamic(
            source,
            target,
            op_types_to_quantize=["MatMul", "Gather"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=kept,
        )
        model = onnx.load(target)
        _halve(model.graph, kept)
        onnx.save(model, target)


def _halve(graph: Any, names: Sequence[str]) -> None:
    """Keep the weights of these nodes in float16, cast once when the model is opened: their scale needs no more."""
    import onnx

    weights = {graph_input for node in graph.node if node.name in names for graph_input in node.input}
    for weight in [stored for stored in graph.initializer if stored.name in weights]:
        half = onnx.numpy_helper.to_array(weight).astype(np.float16)
        graph.initializer.remove(weight)
        graph.initializer.append(onnx.numpy_helper.from_array(half, f"{weight.name}_half"))
        cast = onnx.helper.make_node("Cast", [f"{weight.name}_half"], [weight.name], to=onnx.TensorProto.FLOAT)
        graph.node.insert(0, cast)


def seal(folder: Path, dimension: int) -> Manifest:
    """Write the manifest of a weights folder: the digests of all its files as they are."""
    files = {name: file_sha256(folder / name) for name in DIGESTED_FILES if (folder / name).exists()}
    manifest = Manifest(ENCODER_NAME, dimension, dimension, PIECES, files)
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", "utf-8")
    return manifest
