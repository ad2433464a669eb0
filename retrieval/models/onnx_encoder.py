"""The packaged encoder at work: onnxruntime and tokenizers, without torch."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import UntrustedModel
from knowledge.terms import fold, stopwords
from retrieval.models.encodings import Encodings, turned

# Texts that one progress report stands for: about a third of a second on two cores.
_TEXTS_PER_REPORT = 32
# onnxruntime 1.32 runs the fused operator 5 times slower than the two it replaces: 18 ms instead of 16 for 170 pieces.
_SLOW_FUSIONS = ["SkipLayerNormFusion"]
# What a piece of a function word ("the", "qué") counts beside one of another word: of 1, 1/2, 1/4 and 0 the half found
# most on XQuAD's development half, 1 to 1.5 points more than 1.
_FUNCTION_WEIGHT = 0.5
# Questions kept as read, of some 60 kB each: wordings of reviewed claims meet every claim.
_KEPT_QUESTIONS = 512
_SPECIAL_PIECES = frozenset({"[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]"})

_Read = tuple[NDArray[np.float32], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A model ready to run: its files, already checked, and what they make.

    `digest` is the SHA-256 of everything that the vectors depend on; `pieces` the most word pieces read of a text;
    `dimension` and `token_dimension` the lengths of the vectors of texts and of word pieces.
    """

    name: str
    digest: str
    dimension: int
    token_dimension: int
    pieces: int
    model: Path
    tokenizer: Path


class OnnxEncoder:
    """Runs a packaged model. Questions and passages are encoded alike, as its teacher was trained to.

    Every text runs alone: the int8 model scales activations by the largest one of its input, so that in a batch a
    text's vector would depend on its neighbours. Threads run side by side, each with one text.
    """

    def __init__(self, model: PackagedModel, *, threads: int | None = None) -> None:
        """Open it with so many threads for passages; by default, one for each processor that this process may use.

        Raises UntrustedModel when onnxruntime or tokenizers cannot read the files.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        self.name, self.digest = model.name, model.digest
        self.dimension, self.token_dimension = model.dimension, model.token_dimension
        self._threads = threads or processors()
        options = onnxruntime.SessionOptions()
        # Threads within an operation gain less than texts side by side, and spin while they wait.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # The library's pybind11 errors have no common class below Exception, nor have those of tokenizers.
        try:
            self._session = onnxruntime.InferenceSession(
                model.model, options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOW_FUSIONS
            )
            self._tokenizer = Tokenizer.from_file(str(model.tokenizer))
        except Exception as error:
            raise UntrustedModel(f"The encoder {model.name} cannot be run: {error}.") from error
        self._tokenizer.enable_truncation(model.pieces)
        self._tokenizer.no_padding()
        # Full stops and commas say nothing of a subject, and special pieces are no part of the text (ColBERT, 3.2).
        self._silent = frozenset(
            number
            for piece, number in self._tokenizer.get_vocab().items()
            if not any(letter.isalnum() for letter in piece) or piece in _SPECIAL_PIECES
        )
        self._read_question = lru_cache(_KEPT_QUESTIONS)(self._read)

    def encode_questions(self, texts: Sequence[str]) -> Encodings:
        """What the texts become, in their order, with the weights of their pieces."""
        found = self._encodings(map(self._read_question, texts))
        return Encodings(found.vectors, found.tokens, tuple(map(self._weights, texts)))

    def encode_passages(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> Encodings:
        """What the texts become, in their order; `progress` is told how many are done so far."""
        pool = ThreadPoolExecutor(min(self._threads, max(1, len(texts))), thread_name_prefix="encoder")
        try:
            return self._encodings(_reported(pool.map(self._read, texts), len(texts), progress))
        finally:
            # After an interruption the texts still waiting are not encoded in vain.
            pool.shutdown(cancel_futures=True)

    def _read(self, text: str) -> _Read:
        pieces = self._pieces(text).ids
        given = {"pieces": np.array([pieces], dtype=np.int64)}
        vector, tokens = self._session.run(["vector", "tokens"], given)
        telling = [place for place, piece in enumerate(pieces) if piece not in self._silent]
        return vector.reshape(-1), turned(tokens.reshape(len(pieces), -1)[telling])

    def _weights(self, text: str) -> NDArray[np.float32]:
        found, functional = self._pieces(text), stopwords("und")
        weights = []
        for piece, word in zip(found.ids, found.word_ids, strict=True):
            if piece not in self._silent:
                start, end = found.word_to_chars(word) or (0, 0)
                weights.append(_FUNCTION_WEIGHT if fold(text[start:end]) in functional else 1.0)
        return np.array(weights, dtype=np.float32)

    def _pieces(self, text: str) -> Any:  # noqa: ANN401 (the library has no types)
        # A command line may hand over bytes that are no UTF-8 as lone surrogates, which tokenizers refuse.
        return self._tokenizer.encode(text.encode("utf-8", "replace").decode())

    def _encodings(self, found: Iterable[_Read]) -> Encodings:
        pairs = list(found)
        vectors = np.array([vector for vector, _ in pairs], dtype=np.float32).reshape(-1, self.dimension)
        return Encodings(vectors, tuple(tokens for _, tokens in pairs))


def _reported(found: Iterable[_Read], total: int, progress: Callable[[int], None] | None) -> Iterator[_Read]:
    for done, one in enumerate(found, 1):
        yield one
        if progress is not None and (done % _TEXTS_PER_REPORT == 0 or done == total):
            progress(done)


def processors() -> int:
    """How many processors this process may use, which in a container can be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
