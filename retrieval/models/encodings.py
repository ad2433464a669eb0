"""Encodings of texts: one vector for each text, and one for each word piece, stored in two bits a component.

A token vector is multiplied by a fixed rotation that spreads it evenly over its components, so that each component is
close to a normal variable whatever the model does with single dimensions; then one quantiser with four levels, the best
one for normal variables, serves all components, without a codebook to learn (Ashkboos et al. 2024, QuaRot,
https://arxiv.org/abs/2404.00456, rotate for the same reason). On XQuAD's development half hit@1 of late interaction
alone is as high with 96 bytes a piece as with 1,536 within a language, and 0.015 lower across languages:
`tests/benchmarks/tokens.py` prints the table.
"""

import hashlib
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

# Boundary and levels of the best quantiser with four steps for a normal variable of variance 1 (Max 1960, "Quantizing
# for Minimum Distortion", IRE Transactions on Information Theory, table I).
_BOUNDARY, _INNER, _OUTER = 0.9816, 0.4528, 1.5104
# Of two bits each.
_COMPONENTS_PER_BYTE = 4
# Components of a block of the rotation: the largest power of two that divides the packaged encoder's 384 dimensions.
_BLOCK = 128


@dataclass(frozen=True, slots=True)
class Prefixes:
    """The texts that a model was trained to read before a question and before a passage."""

    question: str
    passage: str


@dataclass(frozen=True, slots=True, eq=False)
class Encodings:
    """The unit vectors (n, d) of texts, in their order, and for each text those (pieces, t) of its word pieces.

    Token vectors are rotated and leave out punctuation; an encoder without late interaction has none. `weights`
    (pieces,) are the weights of the pieces of each question, and `parts` (spans, d) the unit vectors of spans of each
    passage.
    """

    vectors: NDArray[np.float32]
    tokens: tuple[NDArray[np.float32], ...]
    weights: tuple[NDArray[np.float32], ...] = ()
    parts: tuple[NDArray[np.float32], ...] = ()


def rotated(tokens: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rotate token vectors (pieces, t) by a fixed rotation, which keeps every inner product; t is a multiple of 128.

    The rotation is random signs, a Walsh–Hadamard transform within blocks and an orthogonal transform across them.
    """
    pieces, dimension = tokens.shape
    signs, within, across = _rotation(dimension)
    blocks = (tokens * signs).reshape(pieces, dimension // _BLOCK, _BLOCK)
    return np.ascontiguousarray(np.einsum("ab,pbc->pac", across, blocks @ within).reshape(pieces, dimension))


def token_width(dimension: int) -> int:
    """Return the number of bytes of a compressed token vector."""
    return dimension // _COMPONENTS_PER_BYTE


def compress(tokens: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Compress rotated token vectors (pieces, t) to two bits a component: (pieces, t / 4) bytes."""
    pieces, dimension = tokens.shape
    scaled = tokens * np.sqrt(dimension)
    levels = (scaled > -_BOUNDARY).astype(np.uint8) + (scaled > 0) + (scaled > _BOUNDARY)
    bits = np.stack([levels >> 1, levels & 1], axis=-1).reshape(pieces, 2 * dimension)
    return np.packbits(bits, axis=1)


def expand(packed: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the token vectors (pieces, t) that compressed ones (pieces, t / 4) stand for, approximately."""
    pieces, length = packed.shape
    dimension = length * _COMPONENTS_PER_BYTE
    # Ten times as fast as indexing; every byte has its row.
    components: NDArray[np.float32] = np.take(_levels(dimension), packed, axis=0, mode="clip")
    return components.reshape(pieces, dimension)


@cache
def _levels(dimension: int) -> NDArray[np.float32]:
    """Return the four components that each byte stands for: (256, 4)."""
    levels = np.array([-_OUTER, -_INNER, _INNER, _OUTER]) / np.sqrt(dimension)
    byte = np.arange(256)
    table = levels[np.stack([byte >> 6, byte >> 4, byte >> 2, byte], axis=1) & 3]
    return np.asarray(table, dtype=np.float32)


@cache
def _rotation(dimension: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return the signs (t,), the transform within blocks (128, 128) and that across them (t / 128, t / 128)."""
    bits = np.unpackbits(np.frombuffer(hashlib.shake_256(b"token signs").digest(dimension // 8), dtype=np.uint8))
    within = np.ones((1, 1))
    while len(within) < _BLOCK:
        within = np.kron(within, np.array([[1, 1], [1, -1]])) / np.sqrt(2)
    count = dimension // _BLOCK
    # The orthonormal discrete cosine transform: any orthogonal matrix without zeros would do.
    rows, columns = np.mgrid[0:count, 0:count]
    across = np.cos(np.pi * (columns + 0.5) * rows / count) * np.sqrt(2 / count)
    across[0] /= np.sqrt(2)
    return 1 - 2 * bits.astype(np.float32), within.astype(np.float32), across.astype(np.float32)
