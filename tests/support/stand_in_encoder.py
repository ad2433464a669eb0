"""An encoder that costs nothing: vectors of a text are sums of random vectors of its words, so that only the rest is
measured or tested."""

import re
import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.models.encodings import Encodings

DIMENSION, _WORDS = 384, 4096
_TABLE = np.random.default_rng(11).standard_normal((_WORDS, DIMENSION)).astype(np.float32)
_TABLE /= np.linalg.norm(_TABLE, axis=1, keepdims=True)


class StandInEncoder:
    """The protocol of `retrieval.models.encoder.Encoder`, with a vector for each word by its checksum."""

    name, digest = "stand-in", "5" * 64
    dimension = token_dimension = DIMENSION

    def encode_questions(self, texts: Sequence[str]) -> Encodings:
        """Encode texts, each piece with the weight 1."""
        made = self.encode_passages(texts)
        weights = tuple(np.ones(len(tokens), np.float32) for tokens in made.tokens)
        return Encodings(made.vectors, made.tokens, weights)

    def encode_passages(
        self,
        texts: Sequence[str],
        *,
        spans: Sequence[Sequence[tuple[int, int]]] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Encodings:
        """Encode texts and parts of each; without words they have the first vector of the table."""
        tokens = tuple(_TABLE[_numbers(text)] for text in texts)
        vectors = np.array([_mean(own) for own in tokens], np.float32).reshape(-1, DIMENSION)
        parts = tuple(
            np.array([_mean(_TABLE[_numbers(text[start:end])]) for start, end in own], np.float32).reshape(
                -1, DIMENSION
            )
            for text, own in zip(texts, spans or (), strict=False)
        )
        return Encodings(vectors, tokens, parts=parts)


def _numbers(text: str) -> list[int]:
    return [zlib.crc32(word.encode()) % _WORDS for word in re.findall(r"\w+", text.lower())]


def _mean(tokens: NDArray[np.float32]) -> NDArray[np.float32]:
    mean = tokens.sum(axis=0) if len(tokens) else _TABLE[0]
    return np.asarray(mean / np.linalg.norm(mean), np.float32)
