"""Readers: models that read a question or a claim and a passage together, and say what the passage does with it.

Of claims this is recognising textual entailment (Dagan, Glickman and Magnini 2006, "The PASCAL Recognising Textual
Entailment Challenge").
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol, runtime_checkable

from knowledge.speech.asking import SpanQuestion
from retrieval.model import READER_NAME, Reading


class Reader(Protocol):
    """Reads passages. `name` and `digest` say which model it is and what it depends on."""

    name: str
    digest: str

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Read each question or claim together with the passage beside it."""
        ...


@runtime_checkable
class SpanReader(Protocol):
    """A reader that tells how likely each of several spans of a passage answers a question."""

    def read_spans(self, questions: Sequence[SpanQuestion]) -> list[list[float]]:
        """Return the probability of each span of each question, which is read together with the passage beside it."""
        ...


class RememberingReader:
    """A reader that reads no pair twice, for work that asks the same more than once."""

    def __init__(self, reader: Reader) -> None:
        """Take the reader."""
        self.name, self.digest, self._reader = reader.name, reader.digest, reader
        self._readings: dict[tuple[str, str], Reading] = {}

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Read each question together with the passage beside it."""
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._readings]
        self._readings.update(zip(new, self._reader.read(new), strict=True))
        return [self._readings[pair] for pair in pairs]


def open_reader(name: str) -> Reader:
    """Open the packaged reader, or a CrossEncoder by its folder or its name in the cache. Raises UntrustedModel."""
    if name != READER_NAME:
        return _open_cross_encoder(name)
    from retrieval.models.packaged import packaged_reader

    return _open_packaged_reader(packaged_reader().digest)


# It is opened once in a process, as several engines may share it.
@lru_cache(1)
def _open_packaged_reader(digest: str) -> Reader:
    from retrieval.models.onnx_reader import OnnxReader

    return OnnxReader()


def _open_cross_encoder(name: str) -> Reader:
    from retrieval.models.hub_reader import CrossEncoderReader

    return CrossEncoderReader.open(name)
