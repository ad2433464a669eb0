"""From a taught encoder to the one ONNX model that ships: word vectors in four bits, layers in eight.

The file depends on the weights and on the versions of the libraries alone: the same bytes on every machine.
"""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from knowledge.storage import made_folder, read_regular, write_whole
from retrieval.model import ENCODER_NAME
from retrieval.models.packaged import LEXICON, MANIFEST, MODEL, TOKENIZER, Manifest
from retrieval.train.packing import add_word_vectors, compress_layers, export_layers, optimise, read_blocks
from retrieval.train.reading import PASSAGE, QUESTION
from retrieval.train.transformer import build, open_base, read_weights

# Word pieces read of a text, its prefix included: passages have some 80 words, of 1.4 pieces each.
PIECES = 256
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
    export_layers(_Layers(model), model, PIECES, target, ["vector", "tokens"])
    written = compress_layers(target)
    add_word_vectors(written.graph, read_blocks(work))
    onnx.save(written, target)
    optimise(target)
    return int(model.config.hidden_size)


class _Layers(torch.nn.Module):
    """The unit vector (1, d) of a text and those (1, n, d) of its pieces."""

    def __init__(self, transformer: Any) -> None:
        super().__init__()
        self.transformer = transformer

    def forward(self, words: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        tokens = self.transformer(inputs_embeds=words).last_hidden_state
        pooled = torch.nn.functional.normalize(tokens.mean(dim=1), dim=-1)
        return pooled, torch.nn.functional.normalize(tokens, dim=-1)
