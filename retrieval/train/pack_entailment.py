"""From a taught entailment model to the file that ships: quantised, its word vectors left in the encoder's file.

ONNX lets a tensor's bytes lie in another file (https://onnx.ai/onnx/repo-docs/ExternalData.html). The word vectors are
those of the packaged encoder to the last bit, so the model names their place in `model.onnx` and ships without them.
"""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import torch
from torch import nn

from knowledge.storage import file_sha256
from retrieval.model import ENTAILMENT_NAME
from retrieval.models.hub_encoder import quietly
from retrieval.models.packaged import ENTAILMENT, ENTAILMENT_MANIFEST, MODEL, TOKENIZER, EntailmentManifest
from retrieval.train.pack import OPSET, quantise

# Word pieces read of evidence and claim together.
PIECES = 256


def pack_entailment(model: Any, folder: Path, *, temperature: float) -> EntailmentManifest:
    """Write the model and its manifest into a weights folder that holds the encoder it was made from."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        making = Path(place)
        export_float(model, making / "float32.onnx")
        quantise(making / "float32.onnx", making / ENTAILMENT)
        share(making / ENTAILMENT, folder / MODEL)
        (making / ENTAILMENT).replace(folder / ENTAILMENT)
    files = {name: file_sha256(folder / name) for name in (ENTAILMENT, MODEL, TOKENIZER)}
    manifest = EntailmentManifest(ENTAILMENT_NAME, PIECES, temperature, files)
    (folder / ENTAILMENT_MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", "utf-8")
    return manifest


def export_float(model: Any, target: Path) -> None:
    """Write the model to ONNX in float32, for one pair of texts at a time."""
    model.transformer.set_attn_implementation("eager")
    places = model.transformer.embeddings.position_embeddings
    places.weight = nn.Parameter(places.weight[:PIECES].detach().clone())

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, pieces: torch.Tensor, parts: torch.Tensor) -> torch.Tensor:
            scores: torch.Tensor = self.model(pieces, parts, torch.ones_like(pieces))
            return scores

    with quietly():
        torch.onnx.export(
            Reader().eval(),
            (torch.ones(1, 16, dtype=torch.int64), torch.zeros(1, 16, dtype=torch.int64)),
            str(target),
            input_names=["pieces", "parts"],
            output_names=["log_odds"],
            dynamic_axes={"pieces": {1: "length"}, "parts": {1: "length"}},
            opset_version=OPSET,
            dynamo=False,  # The newer exporter needs onnxscript besides.
        )


def share(path: Path, encoder: Path) -> None:
    """Take out of a model the tensors that lie in the encoder's file. Raises ClickException where it has none."""
    import onnx
    from onnx import TensorProto

    model, held = onnx.load(path), encoder.read_bytes()
    shared: list[str] = []
    for tensor in model.graph.initializer:
        content = tensor.raw_data
        place = held.find(content) if len(content) > _LARGE else -1
        if place < 0:
            continue
        shared.append(tensor.name)
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        told = {"location": encoder.name, "offset": place, "length": len(content)}
        for key, value in told.items():
            tensor.external_data.add(key=key, value=str(value))
    _must_share(shared)
    path.write_bytes(model.SerializeToString())


# Bytes from which on a tensor is worth sharing: the word vectors are 13 million.
_LARGE = 1_000_000


def _must_share(shared: Sequence[str]) -> None:
    if not shared:
        raise click.ClickException(
            "The model's word vectors are not the encoder's: teach it from the packaged encoder."
        )
