"""The packaged encoder, run with onnxruntime and tokenizers, without torch."""

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import CitabotError, UntrustedModel
from knowledge.terms import fold, stopwords
from retrieval.models.device import AUTO, CPU, PROBES, check_same, is_gpu, missing
from retrieval.models.encodings import Encodings, Prefixes, rotated
from retrieval.models.pieces import FIRST, LAST, SPECIAL_PIECES, Pieces, cut_pieces, open_tokenizer

# Texts between two progress reports. Our choice: less than a second on two cores.
_TEXTS_PER_REPORT = 32
# The weight of a word piece of a function word ("the", "qué"), where that of other words is 1: of 1, 1/2, 1/4 and 0 the
# half had the highest hit@1 on XQuAD's development half, 1 to 1.5 points above 1, with the encoder before this one.
_FUNCTION_WEIGHT = 0.5
# Encoded questions cached, of some 60 kB each. Our choice: every claim is compared with wordings of reviewed claims.
_CACHED_QUESTIONS = 512

_CUDA, _PROCESSOR = "CUDAExecutionProvider", "CPUExecutionProvider"
_CUDA_HINT = "Install onnxruntime-gpu in place of onnxruntime, with the drivers of the GPU"

_WORD = re.compile(r"[^\W_]+")

_Spans = Sequence[tuple[int, int]]
"""Parts of a text, by start and end."""


@dataclass(frozen=True, slots=True, eq=False)
class _TextEncoding:
    """The vector (d,) of a text, its token vectors (pieces, t), and the vectors (spans, d) of its parts."""

    vector: NDArray[np.float32]
    tokens: NDArray[np.float32]
    parts: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A packaged encoder whose files were checked.

    `digest` is the SHA-256 of everything that the vectors depend on; `pieces` the most word pieces read of a text, its
    prefix included; `dimension` and `token_dimension` the lengths of the vectors of texts and of word pieces.
    """

    name: str
    digest: str
    dimension: int
    token_dimension: int
    pieces: int
    prefixes: Prefixes
    model: Path
    tokenizer: Path


class OnnxEncoder:
    """A packaged encoder, open. It reads a prefix before each text, which no offset and no token vector shows.

    Every text is encoded alone: the int8 model scales activations by the largest one of its input, so that in a batch
    the vector of a text would depend on its neighbours. Threads run in parallel, each with one text.
    """

    def __init__(self, model: PackagedModel, *, threads: int | None = None, device: str = AUTO) -> None:
        """Open a model with a number of threads for passages; by default as many as this process may use processors.

        Its matrix products are operators on eight-bit integers, made for processors: unless a GPU is named it runs on
        those. Raises UntrustedModel where onnxruntime or tokenizers cannot read the files, or a GPU gives other
        vectors, and BadSettings where onnxruntime cannot use the GPU.
        """
        self.name, self.digest = model.name, model.digest
        self.dimension, self.token_dimension = model.dimension, model.token_dimension
        self._threads = threads or processors()
        # The library's pybind11 errors have no common class below Exception, nor have those of tokenizers.
        try:
            self._session = open_session(model.model, device=device)
            self._tokenizer = open_tokenizer(model.tokenizer)
        except CitabotError:
            raise
        except Exception as error:
            raise UntrustedModel(f"The encoder {model.name} cannot be run: {error}.") from error
        vocabulary = self._tokenizer.get_vocab()
        self._question_opening, self._passage_opening = (
            [vocabulary[FIRST], *cut_pieces(self._tokenizer, prefix.strip()).ids]
            for prefix in (model.prefixes.question, model.prefixes.passage)
        )
        self._closing = [vocabulary[LAST]]
        longest = max(len(self._question_opening), len(self._passage_opening))
        self._room = model.pieces - longest - len(self._closing)
        # Punctuation has no token vectors (ColBERT, section 3.2), nor have special pieces, which are not in the text.
        self._skipped_pieces = frozenset(
            number
            for piece, number in vocabulary.items()
            if not any(map(str.isalnum, piece)) or piece in SPECIAL_PIECES
        )
        self._encode_question = lru_cache(_CACHED_QUESTIONS)(self._question)
        if is_gpu(device):
            expected = OnnxEncoder(model, threads=1, device=CPU).encode_passages(PROBES).vectors
            check_same(self.name, device, expected, self.encode_passages(PROBES).vectors)

    def encode_questions(self, texts: Sequence[str]) -> Encodings:
        """Encode questions in their order, with the weights of their pieces."""
        encodings = self._encodings(map(self._encode_question, texts))
        return Encodings(encodings.vectors, encodings.tokens, tuple(map(self._weights, texts)))

    def encode_passages(
        self,
        texts: Sequence[str],
        *,
        spans: Sequence[_Spans] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Encodings:
        """Encode passages in their order, and with `spans` parts of each; a part has the mean of its pieces' vectors.

        The passage is read once, and a part with all that stands around it: late chunking (Günther et al. 2024,
        https://arxiv.org/abs/2409.04701). `progress` is called with the number of texts done so far. The longest are
        encoded first, so that at the end no processor waits long for another (Graham 1969, Bounds on Multiprocessing
        Timing Anomalies, https://doi.org/10.1137/0117039).
        """
        order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        own = spans or [()] * len(texts)
        longest_first = zip(*((texts[place], own[place]) for place in order), strict=True) if order else ((), ())
        pool = ThreadPoolExecutor(min(self._threads, max(1, len(texts))), thread_name_prefix="encoder")
        try:
            encodings = pool.map(self._encode, repeat(self._passage_opening), *longest_first)
            done = dict(zip(order, _with_progress(encodings, len(texts), progress), strict=True))
            return self._encodings(done[place] for place in range(len(texts)))
        finally:
            # After an interruption the remaining texts are not encoded.
            pool.shutdown(cancel_futures=True)

    def _question(self, text: str) -> _TextEncoding:
        return self._encode(self._question_opening, text, ())

    def _encode(self, opening: list[int], text: str, spans: _Spans) -> _TextEncoding:
        pieces = self._pieces(text)
        read = [*opening, *pieces.ids, *self._closing]
        vector, tokens = self._session.run(["vector", "tokens"], {"pieces": np.array([read], dtype=np.int64)})
        own = tokens.reshape(len(read), -1)[len(opening) : len(opening) + len(pieces.ids)]
        positions = [position for position, piece in enumerate(pieces.ids) if piece not in self._skipped_pieces]
        whole = vector.reshape(-1)
        parts = _part_vectors(spans, own[positions], [pieces.offsets[position] for position in positions], whole)
        return _TextEncoding(whole, rotated(own[positions]), parts)

    def _weights(self, text: str) -> NDArray[np.float32]:
        """Return the weights (pieces,) of the word pieces that have token vectors."""
        pieces, function_words = self._pieces(text), stopwords("und")
        # The tokenizer's own words are parted at spaces alone: "¿Qué", "What's".
        words = [(match.end(), fold(match.group()) in function_words) for match in _WORD.finditer(text)]
        ends = [end for end, _ in words]
        weights = []
        for piece, (start, _) in zip(pieces.ids, pieces.offsets, strict=True):
            if piece not in self._skipped_pieces:
                place = bisect_right(ends, start)
                is_function_word = place < len(words) and words[place][1]
                weights.append(_FUNCTION_WEIGHT if is_function_word else 1.0)
        return np.array(weights, dtype=np.float32)

    def _pieces(self, text: str) -> Pieces:
        return cut_pieces(self._tokenizer, text, self._room)

    def _encodings(self, texts: Iterable[_TextEncoding]) -> Encodings:
        every = list(texts)
        vectors = np.array([each.vector for each in every], dtype=np.float32).reshape(-1, self.dimension)
        return Encodings(vectors, tuple(each.tokens for each in every), parts=tuple(each.parts for each in every))


def _part_vectors(
    spans: _Spans, tokens: NDArray[np.float32], offsets: _Spans, whole: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the unit vectors (spans, d) of parts of a text; one without any piece has that of the `whole`."""
    vectors = np.tile(whole, (len(spans), 1))
    for row, (start, end) in enumerate(spans):
        inside = [place for place, (first, last) in enumerate(offsets) if first < end and last > start]
        if inside:
            mean = tokens[inside].mean(axis=0)
            vectors[row] = mean / np.linalg.norm(mean)
    return vectors


def _with_progress(
    encodings: Iterable[_TextEncoding], total: int, progress: Callable[[int], None] | None
) -> Iterator[_TextEncoding]:
    for done, encoding in enumerate(encodings, 1):
        yield encoding
        if progress is not None and (done % _TEXTS_PER_REPORT == 0 or done == total):
            progress(done)


def open_session(model: Path, *, device: str = CPU) -> Any:  # noqa: ANN401 (imported where used, as it takes long)
    """Open a packaged model for one text at a time; its operators were joined when it was packed.

    Raises BadSettings where `device` is a GPU that onnxruntime cannot use.
    """
    import onnxruntime

    if is_gpu(device) and _CUDA not in onnxruntime.get_available_providers():
        raise missing(device, f"onnxruntime {onnxruntime.__version__} offers no CUDA", _CUDA_HINT)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    # Threads within an operation gain less than texts in parallel, and use a processor while they wait.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    number = int(device.partition(":")[2] or 0)
    # What a GPU has no operator for runs on the processor.
    providers = [(_CUDA, {"device_id": number}), _PROCESSOR] if is_gpu(device) else [_PROCESSOR]
    session = onnxruntime.InferenceSession(model, options, providers=providers)
    # It goes on without a provider that cannot be started.
    if is_gpu(device) and _CUDA not in session.get_providers():
        raise missing(device, "onnxruntime could not start CUDA on it", _CUDA_HINT)
    return session


def processors() -> int:
    """Return the number of processors that this process may use, in a container perhaps fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
