"""Four-bit blocks: how the base's matrices are stored, 32 weights in 18 bytes.

The layout is Q4_0 of GGML (`block_q4_0` and `dequantize_row_q4_0` in
https://github.com/ggml-org/ggml/blob/master/src/ggml-quants.c): a scale in float16, then 16 bytes of which the low
nibbles are weights 0 to 15 and the high ones weights 16 to 31. A weight is (nibble - 8) × scale.
"""

import numpy as np
from numpy.typing import NDArray

WEIGHTS_PER_BLOCK, BYTES_PER_BLOCK = 32, 18
"""`QK4_0`, and the size of `block_q4_0`."""
_SCALE_BYTES = 2
# Half of a nibble's range, taken off so that weights have both signs.
_ZERO = 8


def unpack(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the weights (rows, blocks × 32) of rows of blocks (rows, blocks × 18)."""
    rows, size = blocks.shape
    by_block = blocks.reshape(rows, size // BYTES_PER_BLOCK, BYTES_PER_BLOCK)
    scales = np.ascontiguousarray(by_block[..., :_SCALE_BYTES]).view("<f2").astype(np.float32)
    packed = by_block[..., _SCALE_BYTES:]
    nibbles = np.concatenate([packed & 0x0F, packed >> 4], axis=-1)
    weights = (nibbles.astype(np.float32) - _ZERO) * scales
    return weights.reshape(rows, size // BYTES_PER_BLOCK * WEIGHTS_PER_BLOCK)
