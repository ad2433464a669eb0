"""Work folders with a tiny base, encoder and reader, and both packed as what ships is."""

import json
from pathlib import Path
from typing import Any

import tiny_base
import torch

from retrieval.models.packaged import LEXICON
from retrieval.train.base import Arrays, Shape, write_base
from retrieval.train.pack_encoder import pack
from retrieval.train.pack_reader import pack_reader
from retrieval.train.pieces import cut
from retrieval.train.reader_model import READER, build_reader
from retrieval.train.transformer import ENCODER, build, open_base, write_weights

# New heads say nearly the same of everything; ten times as large, they do not.
_SURER = 10


def write_work(folder: Path, *, tokenizer: Path | None = None, seed: int = 1) -> Path:
    """Write a base, an encoder, a reader and a lexicon into a work folder; the tokenizer may be another than tiny."""
    described: dict[str, Any] = cut(tiny_base.description(), range(len(tiny_base.PIECES)))
    if tokenizer is not None:
        described = json.loads(tokenizer.read_text("utf-8"))
    pieces = len(described["model"]["vocab"])
    write_base(folder, Arrays(Shape(tiny_base.HEADS, 1e-12), tiny_base.arrays(seed, pieces)), described, range(pieces))
    base = open_base(folder)
    write_weights(build(base), folder / ENCODER)
    torch.manual_seed(seed)
    reader = build_reader(base)
    with torch.no_grad():
        for head in (reader.nli, reader.answered, reader.span):
            head.weight.mul_(_SURER)
    write_weights(reader, folder / READER)
    (folder / LEXICON).write_bytes(b"translations")
    return folder


def pack_both(work: Path, folder: Path) -> Path:
    """Pack encoder and reader of a work folder, and return the weights folder."""
    pack(work, work / ENCODER, folder)
    pack_reader(work, work / READER, folder)
    return folder
