"""Where encoders run: on the processor, or on a GPU that gives the same vectors."""

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import BadSettings, UntrustedModel

AUTO, CPU = "auto", "cpu"
"""What a setting calls a device: the one that the encoder's library chooses, and the processor."""

PROBES = (
    "The mill ground wheat twice a day, when the water fell; by 1950 it had stopped.",
    "«No queríamos un museo», dijo la ingeniera, y pidió 2,5 millones de euros al municipio.",
    "Models of open weights cost 30 % less.",
)
"""Passages that are encoded on both where a GPU is used."""
# The least cosine between vectors of a text that count as the same: stored vectors are kept whatever made them. Our
# choice; single precision differs in the seventh digit, half precision in the fourth.
_LEAST_COSINE = 0.999


def is_gpu(device: str) -> bool:
    """Say whether a setting names a GPU."""
    return device not in (AUTO, CPU)


def missing(device: str, reason: str, hint: str) -> BadSettings:
    """Return the error of a GPU that was asked for and cannot be used, for this reason."""
    return BadSettings(
        f"The setting device asks for {device}, which cannot be used here: {reason.rstrip('.')}.",
        hint=f"{hint}, or set CITABOT_DEVICE=cpu.",
    )


def check_same(name: str, device: str, expected: NDArray[np.float32], vectors: NDArray[np.float32]) -> None:
    """Raise UntrustedModel where a device gives other vectors (n, d) of the probes than the processor."""
    least = float(np.min(np.sum(expected * vectors, axis=1)))
    # Written so that no number at all is none of the same.
    if not least >= _LEAST_COSINE:
        raise UntrustedModel(
            f"On {device} the encoder {name} gives other vectors than on the processor (cosine {least:.4f}).",
            hint="Set CITABOT_DEVICE=cpu.",
        )
