"""What an encoder makes of texts: one vector for each, and one for each word piece, kept in two bits a component.

A token vector is turned by a fixed rotation that spreads it evenly over its components, so that each is close to a
normal variable whatever the model does with single dimensions; then one quantiser with four steps, the best one for
normal variables, serves them all, with no codebook to learn (Ashkboos et al. 2024, QuaRot,
https://arxiv.org/abs/2404.00456, rotate for the same reason). On XQuAD's development half late interaction alone finds
as much with 96 bytes a piece as with 1,536: `tests/benchmarks/tokens.py` prints the table.
"""

import hashlib
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

# Boundary and levels of the best quantiser with four steps for a normal variable of variance 1 (Max 1960, "Quantizing
# for Minimum Distortion", IRE Transactions on Information Theory, table I).
_BOUNDARY, _INNER, _OUTER = 0.9816, 0.4528, 1.5104
_COMPONENTS_PER_BYTE = 4
# The largest power of two that divides the packaged encoder's 384 dimensions.
_BLOCK = 128


@dataclass(frozen=True, slots=True, eq=False)
class Encodings:
    """Unit vectors (n, d) in the order of the texts, and for each text the unit vectors (pieces, t) of its word pieces.

    Token vectors are turned and leave out punctuation; an encoder without late interaction gives none. `weights`
    (pieces,) say how much each piece of a question counts.
    """

    vectors: NDArray[np.float32]
    tokens: tuple[NDArray[np.float32], ...]
    weights: tuple[NDArray[np.float32], ...] = ()


def turned(tokens: NDArray[np.float32]) -> NDArray[np.float32]:
    """Token vectors (pieces, t) turned by the fixed rotation, which keeps every inner product; t is a multiple of 128.

    Random signs, a Walsh–Hadamard transform within blocks and an orthogonal transform across them.
    """
    pieces, dimension = tokens.shape
    signs, within, across = _rotation(dimension)
    blocks = (tokens * signs).reshape(pieces, dimension // _BLOCK, _BLOCK)
    return np.ascontiguousarray(np.einsum("ab,pbc->pac", across, blocks @ within).reshape(pieces, dimension))


def token_width(dimension: int) -> int:
    """How many bytes a compressed token vector takes."""
    return dimension // _COMPONENTS_PER_BYTE


def compress(tokens: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Turned token vectors (pieces, t) in two bits a component: (pieces, t / 4)."""
    pieces, dimension = tokens.shape
    scaled = tokens * np.sqrt(dimension)
    levels = (scaled > -_BOUNDARY).astype(np.uint8) + (scaled > 0) + (scaled > _BOUNDARY)
    bits = np.stack([levels >> 1, levels & 1], axis=-1).reshape(pieces, 2 * dimension)
    return np.packbits(bits, axis=1)


def expand(packed: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Token vectors (pieces, t) as near as two bits a component bring them."""
    pieces, length = packed.shape
    dimension = length * _COMPONENTS_PER_BYTE
    # Ten times as fast as indexing; every byte has its row.
    found: NDArray[np.float32] = np.take(_levels(dimension), packed, axis=0, mode="clip")
    return found.reshape(pieces, dimension)


@cache
def _levels(dimension: int) -> NDArray[np.float32]:
    """The four components that each byte stands for: (256, 4)."""
    levels = np.array([-_OUTER, -_INNER, _INNER, _OUTER]) / np.sqrt(dimension)
    byte = np.arange(256)
    found = levels[np.stack([byte >> 6, byte >> 4, byte >> 2, byte], axis=1) & 3]
    return np.asarray(found, dtype=np.float32)


@cache
def _rotation(dimension: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
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
