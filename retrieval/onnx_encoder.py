"""The packaged encoder at work: onnxruntime and tokenizers, without torch."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import UntrustedModel

# Texts that one progress report stands for: about a third of a second on two cores.
_TEXTS_PER_REPORT = 32
# onnxruntime 1.32 runs the fused operator 5 times slower than the two it replaces: 18 ms instead of 16 for 170 pieces.
_SLOW_FUSIONS = ["SkipLayerNormFusion"]


@dataclass(frozen=True, slots=True)
class Export:
    """An encoder made ready to run: its files, already checked, and what they make.

    `digest` is the SHA-256 of everything that the vectors depend on; `pieces` the most word pieces read of a text.
    """

    name: str
    digest: str
    dimension: int
    pieces: int
    model: Path
    tokenizer: Path


class OnnxEncoder:
    """Runs an export. Questions and passages are encoded alike, as all-MiniLM-L6-v2 was trained to.

    Every text runs alone: the int8 model scales activations by the largest one of its input, so that in a batch a
    text's vector would depend on its neighbours. Threads run side by side, each with one text.
    """

    def __init__(self, export: Export, *, threads: int | None = None) -> None:
        """Open it with so many threads for passages; by default, one for each processor that this process may use.

        Raises UntrustedModel when onnxruntime or tokenizers cannot read the files.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        self.name, self.digest, self.dimension = export.name, export.digest, export.dimension
        self._threads = threads or _processors()
        options = onnxruntime.SessionOptions()
        # Threads within an operation gain less than texts side by side, and spin while they wait.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # The library's pybind11 errors have no common class below Exception, nor have those of tokenizers.
        try:
            self._session = onnxruntime.InferenceSession(
                export.model, options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOW_FUSIONS
            )
            self._tokenizer = Tokenizer.from_file(str(export.tokenizer))
        except Exception as error:
            raise UntrustedModel(f"The exported encoder {export.name} cannot be run: {error}.") from error
        self._tokenizer.enable_truncation(export.pieces)
        self._tokenizer.no_padding()

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (n, d), in the order of the texts."""
        return self._rows(map(self._vector, texts))

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Unit vectors (n, d), in the order of the texts; `progress` is told how many are done so far."""
        pool = ThreadPoolExecutor(min(self._threads, max(1, len(texts))), thread_name_prefix="encoder")
        try:
            return self._rows(_reported(pool.map(self._vector, texts), len(texts), progress))
        finally:
            # After an interruption the texts still waiting are not encoded in vain.
            pool.shutdown(cancel_futures=True)

    def _vector(self, text: str) -> NDArray[np.float32]:
        # A command line may hand over bytes that are no UTF-8 as lone surrogates, which tokenizers refuse.
        pieces = self._tokenizer.encode(text.encode("utf-8", "replace").decode()).ids
        vectors: NDArray[np.float32] = self._session.run(["vector"], {"pieces": np.array([pieces], dtype=np.int64)})[0]
        return vectors.reshape(-1)

    def _rows(self, vectors: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
        return np.array(list(vectors), dtype=np.float32).reshape(-1, self.dimension)


def _reported(
    vectors: Iterable[NDArray[np.float32]], total: int, progress: Callable[[int], None] | None
) -> Iterator[NDArray[np.float32]]:
    for done, vector in enumerate(vectors, 1):
        yield vector
        if progress is not None and (done % _TEXTS_PER_REPORT == 0 or done == total):
            progress(done)


def _processors() -> int:
    """How many processors this process may use, which in a container can be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
