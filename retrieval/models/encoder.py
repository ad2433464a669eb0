"""The encoder behind one small protocol, and how one is opened by name.

Nothing heavy is imported with this module: onnxruntime and tokenizers when the packaged encoder is opened, torch and
sentence-transformers only to run another model.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from retrieval.model import ENCODER_NAME
from retrieval.models.encodings import Encodings
from retrieval.models.hub_encoder import SentenceTransformerEncoder
from retrieval.models.packaged import open_packaged


class Encoder(Protocol):
    """Turns texts into unit vectors whose inner products say how near their meanings are.

    A text's vectors depend on the text alone: never on its neighbours, their order or the number of threads.
    """

    @property
    def name(self) -> str:
        """What the settings call it."""

    @property
    def digest(self) -> str:
        """Hex SHA-256 of exactly what makes the vectors: weights, tokenizer and recipe."""

    @property
    def dimension(self) -> int:
        """The length of every text's vector."""

    @property
    def token_dimension(self) -> int:
        """The length of every word piece's vector; 0 for an encoder that gives none."""

    def encode_questions(self, texts: Sequence[str]) -> Encodings:
        """What is looked for, in the order of the texts."""

    def encode_passages(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> Encodings:
        """What is found; `progress` is told, now and then, how many texts are done so far."""


def open_encoder(name: str) -> Encoder:
    """Open the encoder of this name, from this machine alone: nothing is fetched.

    Any name but the packaged one's is a SentenceTransformer folder, a model that the Hugging Face cache already holds,
    or the packaged one's English teacher.
    Raises UntrustedModel where the weights are missing or are not the promised ones.
    """
    return open_packaged() if name == ENCODER_NAME else SentenceTransformerEncoder.open(name)
