"""The packaged encoder, run with onnxruntime and tokenizers, without torch."""

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
from retrieval.models.encodings import Encodings, rotated

# Texts between two progress reports. Our choice: about a third of a second on two cores.
_TEXTS_PER_REPORT = 32
# onnxruntime 1.32 runs the fused operator 5 times slower than the two it replaces: 18 ms instead of 16 for 170 pieces.
_SLOW_FUSIONS = ["SkipLayerNormFusion"]
# The weight of a word piece of a function word ("the", "qué"), where that of other words is 1: of 1, 1/2, 1/4 and 0 the
# half had the highest hit@1 on XQuAD's development half, 1 to 1.5 points above 1.
_FUNCTION_WEIGHT = 0.5
# Encoded questions cached, of some 60 kB each. Our choice: every claim is compared with wordings of reviewed claims.
_CACHED_QUESTIONS = 512
# Those of BERT's tokenizer (Devlin et al. 2019, https://arxiv.org/abs/1810.04805, section 3).
_SPECIAL_PIECES = frozenset({"[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]"})

_TextEncoding = tuple[NDArray[np.float32], NDArray[np.float32]]
"""The vector (d,) and the token vectors (pieces, t) of a text."""


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A packaged encoder whose files were checked.

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
    """A packaged encoder, open. Questions and passages are encoded alike, as its teacher was trained to.

    Every text is encoded alone: the int8 model scales activations by the largest one of its input, so that in a batch
    the vector of a text would depend on its neighbours. Threads run in parallel, each with one text.
    """

    def __init__(self, model: PackagedModel, *, threads: int | None = None) -> None:
        """Open a model with a number of threads for passages; by default as many as this process may use processors.

        Raises UntrustedModel where onnxruntime or tokenizers cannot read the files.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        self.name, self.digest = model.name, model.digest
        self.dimension, self.token_dimension = model.dimension, model.token_dimension
        self._threads = threads or processors()
        options = onnxruntime.SessionOptions()
        # Threads within an operation gain less than texts in parallel, and use a processor while they wait.
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
        # Punctuation has no token vectors (ColBERT, section 3.2), nor have special pieces, which are not in the text.
        self._skipped_pieces = frozenset(
            number
            for piece, number in self._tokenizer.get_vocab().items()
            if not any(letter.isalnum() for letter in piece) or piece in _SPECIAL_PIECES
        )
        self._encode_question = lru_cache(_CACHED_QUESTIONS)(self._encode)

    def encode_questions(self, texts: Sequence[str]) -> Encodings:
        """Encode questions in their order, with the weights of their pieces."""
        encodings = self._encodings(map(self._encode_question, texts))
        return Encodings(encodings.vectors, encodings.tokens, tuple(map(self._weights, texts)))

    def encode_passages(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> Encodings:
        """Encode passages in their order; `progress` is called with the number of texts done so far."""
        pool = ThreadPoolExecutor(min(self._threads, max(1, len(texts))), thread_name_prefix="encoder")
        try:
            return self._encodings(_with_progress(pool.map(self._encode, texts), len(texts), progress))
        finally:
            # After an interruption the remaining texts are not encoded.
            pool.shutdown(cancel_futures=True)

    def _encode(self, text: str) -> _TextEncoding:
        pieces = self._pieces(text).ids
        inputs = {"pieces": np.array([pieces], dtype=np.int64)}
        vector, tokens = self._session.run(["vector", "tokens"], inputs)
        positions = [position for position, piece in enumerate(pieces) if piece not in self._skipped_pieces]
        return vector.reshape(-1), rotated(tokens.reshape(len(pieces), -1)[positions])

    def _weights(self, text: str) -> NDArray[np.float32]:
        """Return the weights (pieces,) of the word pieces that have token vectors."""
        pieces, function_words = self._pieces(text), stopwords("und")
        weights = []
        for piece, word in zip(pieces.ids, pieces.word_ids, strict=True):
            if piece not in self._skipped_pieces:
                start, end = pieces.word_to_chars(word) or (0, 0)
                weights.append(_FUNCTION_WEIGHT if fold(text[start:end]) in function_words else 1.0)
        return np.array(weights, dtype=np.float32)

    def _pieces(self, text: str) -> Any:  # noqa: ANN401 (the library has no types)
        # A command line may hand over bytes that are no UTF-8 as lone surrogates, which tokenizers refuse.
        return self._tokenizer.encode(text.encode("utf-8", "replace").decode())

    def _encodings(self, texts: Iterable[_TextEncoding]) -> Encodings:
        pairs = list(texts)
        vectors = np.array([vector for vector, _ in pairs], dtype=np.float32).reshape(-1, self.dimension)
        return Encodings(vectors, tuple(tokens for _, tokens in pairs))


def _with_progress(
    encodings: Iterable[_TextEncoding], total: int, progress: Callable[[int], None] | None
) -> Iterator[_TextEncoding]:
    for done, encoding in enumerate(encodings, 1):
        yield encoding
        if progress is not None and (done % _TEXTS_PER_REPORT == 0 or done == total):
            progress(done)


def processors() -> int:
    """Return the number of processors that this process may use, in a container perhaps fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
