"""The packaged reader, run with onnxruntime and tokenizers, without torch; see its model card."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import UntrustedModel
from knowledge.speech.asking import SpanQuestion
from retrieval.model import Reading
from retrieval.models.fitted import logistic
from retrieval.models.onnx_encoder import open_session, processors
from retrieval.models.packaged import WEIGHTS, packaged_reader
from retrieval.models.pieces import FIRST, LAST, cut_pieces, open_tokenizer
from retrieval.models.readings import best_span, span_shares, stances, whole_words

# Pieces that are in neither text: one before the question, two between both, one after the passage.
MARKS, BEFORE_PASSAGE = 4, 3
# Pieces read of a question or claim, as in training.
QUESTION_PIECES = 90
# Pairs cached: a question or claim is often asked again.
_CACHED = 4096


class _Read(NamedTuple):
    """Log-odds of the stances (3,) and of an answer, of its ends (pieces, 2), and where the passage's pieces stand."""

    stances: NDArray[np.float32]
    answered: float
    ends: NDArray[np.float32]
    offsets: list[tuple[int, int]]


class OnnxReader:
    """The packaged reader, open; one pair at a time, as the int8 model scales activations by the largest of its input.

    Threads read in parallel, each one pair.
    """

    def __init__(self, folder: Path = WEIGHTS) -> None:
        """Open it. Raises UntrustedModel unless its files are those published and can be run."""
        model = packaged_reader(folder)
        self.name, self.digest, self._pieces = model.name, model.digest, model.pieces
        # Neither library's errors have a common class below Exception.
        try:
            self._session = open_session(model.model)
            self._tokenizer = open_tokenizer(model.tokenizer)
        except Exception as error:
            raise UntrustedModel(f"The reader {model.name} cannot be run: {error}.") from error
        vocabulary = self._tokenizer.get_vocab()
        self._first, self._last = vocabulary[FIRST], vocabulary[LAST]
        self._cached = lru_cache(_CACHED)(self._reading)

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Read each question or claim together with the passage beside it."""
        with ThreadPoolExecutor(processors(), thread_name_prefix="reader") as pool:
            return list(pool.map(lambda pair: self._cached(*pair), pairs))

    def read_spans(self, questions: Sequence[SpanQuestion]) -> list[list[float]]:
        """Return the probability of each span of each question, which is read together with the passage beside it."""
        with ThreadPoolExecutor(processors(), thread_name_prefix="reader") as pool:
            return list(pool.map(self._span_shares, questions))

    def _reading(self, asked: str, passage: str) -> Reading:
        log_odds, answered, ends, offsets = self._run(asked, passage)
        first, last, probability = best_span(ends)
        span = whole_words(passage, offsets[first][0], offsets[last][1]) if offsets else None
        return Reading(stances(log_odds), logistic(answered), span, probability)

    def _span_shares(self, asked: SpanQuestion) -> list[float]:
        read = self._run(asked.question, asked.passage)
        return span_shares(read.ends, read.offsets, asked.spans)

    def _run(self, asked: str, passage: str) -> _Read:
        question = cut_pieces(self._tokenizer, asked, QUESTION_PIECES).ids
        own = cut_pieces(self._tokenizer, passage, self._pieces - MARKS - len(question))
        read = np.array([[self._first, *question, self._last, self._last, *own.ids, self._last]], dtype=np.int64)
        log_odds, answered, ends = self._session.run(["stances", "answered", "ends"], {"pieces": read})
        return _Read(log_odds[0], float(answered[0, 0]), ends[0, len(question) + BEFORE_PASSAGE : -1], own.offsets)
