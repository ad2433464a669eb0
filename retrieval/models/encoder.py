"""The protocol of sentence encoders, and opening an encoder by name.

This module imports nothing large: onnxruntime and tokenizers are imported when the packaged encoder is opened, torch
and sentence-transformers only for another model.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from retrieval.model import ENCODER_NAME
from retrieval.models.device import AUTO
from retrieval.models.encodings import Encodings
from retrieval.models.hub_encoder import SentenceTransformerEncoder
from retrieval.models.packaged import open_packaged


class Encoder(Protocol):
    """An encoder of texts as unit vectors, whose inner products measure how similar the meanings are.

    The vectors of a text depend on the text alone: never on its neighbours, their order or the number of threads; on a
    GPU not beyond a cosine of 0.999.
    """

    @property
    def name(self) -> str:
        """Return the name by which the settings refer to it."""

    @property
    def digest(self) -> str:
        """Return the hexadecimal SHA-256 of all that the vectors depend on: weights, tokenizer and prefixes."""

    @property
    def dimension(self) -> int:
        """Return the length of a text's vector."""

    @property
    def token_dimension(self) -> int:
        """Return the length of a word piece's vector; 0 for an encoder without token vectors."""

    def encode_questions(self, texts: Sequence[str]) -> Encodings:
        """Encode questions, in the order of the texts."""

    def encode_passages(
        self,
        texts: Sequence[str],
        *,
        spans: Sequence[Sequence[tuple[int, int]]] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Encodings:
        """Encode passages, in the order of the texts, and with `spans` parts of each, given as start and end.

        `progress` is called with the number of texts done so far.
        """


def open_encoder(name: str, *, device: str = AUTO) -> Encoder:
    """Open the encoder of this name on a device: "auto", "cpu", "cuda" or "cuda:1"; nothing is downloaded.

    Any name but the packaged encoder's is a SentenceTransformer folder or a model in the Hugging Face cache. Raises
    UntrustedModel where the weights are missing or have another digest, or the device gives other vectors, and
    BadSettings where the device cannot be used.
    """
    if name == ENCODER_NAME:
        return open_packaged(device=device)
    return SentenceTransformerEncoder.open(name, device=device)
