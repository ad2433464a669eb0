"""The encoder behind one small protocol, and how one is opened by name.

Nothing heavy is imported with this module: onnxruntime and tokenizers when the packaged encoder is opened, torch and
sentence-transformers only to make its export, once, or to run another model.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.exported import ENCODER_NAME, ready_export
from retrieval.onnx_encoder import OnnxEncoder
from retrieval.sentence_encoder import SentenceTransformerEncoder

DEFAULT_ENCODER = ENCODER_NAME


class Encoder(Protocol):
    """Turns texts into unit vectors whose inner products say how near their meanings are.

    A text's vector depends on the text alone: never on its neighbours, their order or the number of threads.
    """

    @property
    def name(self) -> str:
        """What the settings call it."""

    @property
    def digest(self) -> str:
        """Hex SHA-256 of exactly what makes the vectors: weights, tokenizer and recipe."""

    @property
    def dimension(self) -> int:
        """The length of every vector."""

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (n, d) of what is looked for, in the order of the texts."""

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Unit vectors (n, d) of what is found; `progress` is told, now and then, how many texts are done so far."""


def open_encoder(name: str, *, exports: Path, notice: Callable[[str], None] | None = None) -> Encoder:
    """Open the encoder of this name, from this machine alone: nothing is fetched.

    The packaged one runs from its export under `exports`, which is made first where there is none or a damaged one;
    `notice` is then told one sentence. Any other name is a SentenceTransformer folder, or a model that the Hugging Face
    cache already holds.
    Raises UntrustedModel where the weights are missing or are not the promised ones, StorageFull or HomeNotWritable
    where the export cannot be written.
    """
    if name == DEFAULT_ENCODER:
        return OnnxEncoder(ready_export(exports, notice=notice or (lambda sentence: None)))
    return SentenceTransformerEncoder.open(name)
