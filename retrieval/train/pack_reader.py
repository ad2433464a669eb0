"""From a taught reader to the ONNX model that ships: layers in eight bits, word vectors those in the encoder's file."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from knowledge.errors import UntrustedModel
from knowledge.storage import write_whole
from retrieval.model import READER_NAME
from retrieval.models.packaged import MODEL, READER, READER_MANIFEST, TOKENIZER, ReaderManifest, packaged_model
from retrieval.train.packing import WORD_ARRAYS, add_word_vectors, compress_layers, export_layers, optimise, read_blocks
from retrieval.train.reader import PIECES
from retrieval.train.reader_model import ReaderModel, build_reader
from retrieval.train.transformer import open_base, read_weights

# What ships is for everybody to read.
_MODE = 0o644


def pack_reader(work: Path, reader: Path, folder: Path) -> None:
    """Write a reader and its manifest into the weights folder of an encoder of the same base, each whole or not at all.

    Raises MissingFile where the work folder lacks the base, UntrustedModel where the folder has no encoder of this
    base, and StorageFull.
    """
    packaged_model(folder)
    with TemporaryDirectory() as place:
        path = Path(place) / READER
        write_model(work, reader, folder / MODEL, path)
        model = path.read_bytes()
    files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (MODEL, TOKENIZER)}
    files[READER] = hashlib.sha256(model).hexdigest()
    manifest = ReaderManifest(READER_NAME, PIECES, files)
    for name, content in ((READER, model), (READER_MANIFEST, f"{json.dumps(asdict(manifest), indent=2)}\n".encode())):
        write_whole(folder / name, content)
        (folder / name).chmod(_MODE)


def write_model(work: Path, reader: Path, encoder: Path, target: Path) -> None:
    """Write the ONNX model of a reader, pieces (1, n) -> stances (1, 3), answered (1, 1) and ends (1, n, 2).

    Its word vectors are those in the file of the encoder, which it names. Raises UntrustedModel where they are others.
    """
    import onnx

    model = build_reader(open_base(work), read_weights(reader))
    export_layers(_Layers(model), model.bert, PIECES, target, ["stances", "answered", "ends"])
    written = compress_layers(target)
    add_word_vectors(written.graph, read_blocks(work))
    onnx.save(written, target)
    written = optimise(target)
    share_word_vectors(written.graph, encoder)
    onnx.save(written, target)


def share_word_vectors(graph: Any, encoder: Path) -> None:
    """Read the arrays of word vectors from where they lie in the encoder's file, beside which the model is put.

    https://onnx.ai/onnx/repo-docs/ExternalData.html. Raises UntrustedModel where they are not there.
    """
    import onnx

    content = encoder.read_bytes()
    arrays = {array.name: array for array in graph.initializer}
    for name in WORD_ARRAYS:
        array = arrays[name]
        offset, length = content.find(array.raw_data), len(array.raw_data)
        if offset < 0:
            raise UntrustedModel(
                f"{encoder} has other word vectors than the base.", hint="Pack the encoder of the same base first."
            )
        onnx.external_data_helper.set_external_data(array, encoder.name, offset, length)
        array.ClearField("raw_data")


class _Layers(torch.nn.Module):
    """What the three heads say of a question or claim and a passage."""

    def __init__(self, model: ReaderModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, words: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        hidden = self.model.bert(inputs_embeds=words).last_hidden_state
        stances, answered, ends = self.model.heads(hidden, torch.ones_like(hidden[..., 0]))
        return stances, answered[:, None], ends
