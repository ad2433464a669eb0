"""Late interaction: for each word piece of a question the highest cosine with a word piece of a passage.

Khattab and Zaharia 2020, "ColBERT" (https://arxiv.org/abs/2004.12832). Token vectors are stored in two bits a
component, in a memory-mapped file, of which only the candidates of a question are read.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.lib.format import dtype_to_descr, write_array_header_1_0
from numpy.typing import NDArray

from knowledge.errors import DamagedIndex
from retrieval.models.encodings import expand


class TokenVectors:
    """The token vectors of every passage in succession, in the order of the postings' rows."""

    def __init__(self, starts: NDArray[np.int64], vectors: NDArray[np.uint8]) -> None:
        self._starts, self._vectors = starts, vectors

    def match(self, question: NDArray[np.float32], rows: Sequence[int]) -> NDArray[np.float32]:
        """Return for each piece of the question the highest cosine with a piece of each passage: (rows, pieces).

        `question` is (pieces, t). For a passage without pieces the cosines are 0.
        """
        if not len(rows) or not len(question):
            return np.zeros((len(rows), len(question)), dtype=np.float32)
        parts = [self._vectors[self._starts[row] : self._starts[row + 1]] for row in rows]
        sizes = np.array([len(part) for part in parts])
        cosines = expand(np.concatenate(parts)) @ question.T
        best = np.zeros((len(rows), len(question)), dtype=np.float32)
        nonempty = np.flatnonzero(sizes)
        if len(nonempty):
            # Empty parts would make reduceat repeat their neighbour's first row.
            firsts = np.concatenate([[0], np.cumsum(sizes[nonempty])[:-1]])
            best[nonempty] = np.maximum.reduceat(cosines, firsts, axis=0)
        return best


def save_tokens(path: Path, sizes: Sequence[int], width: int, parts: Iterable[NDArray[np.uint8]]) -> None:
    """Write the compressed token vectors of the passages, which `parts` yields one passage at a time.

    `sizes` are the numbers of vectors of the passages, `width` is the number of bytes of a vector. Raises OSError.
    """
    np.save(_starts(path), np.cumsum([0, *sizes], dtype=np.int64))
    total = int(sum(sizes))
    # A file without rows cannot be mapped.
    shape = (max(total, 1), width)
    header = {"descr": dtype_to_descr(np.dtype(np.uint8)), "fortran_order": False, "shape": shape}
    # Written and not mapped: on a full disk a write raises OSError, but a mapped page ends the process.
    with path.open("wb") as file:
        write_array_header_1_0(file, header)
        for part in parts:
            file.write(part.tobytes())
        if not total:
            file.write(bytes(width))


def load_tokens(path: Path) -> TokenVectors:
    """Map the files that `save_tokens` wrote. Raises DamagedIndex."""
    try:
        return TokenVectors(np.load(_starts(path)), np.load(path, mmap_mode="r"))
    except (OSError, ValueError, EOFError) as error:
        raise DamagedIndex("The token vectors of the index cannot be read.") from error


def token_files(path: Path) -> tuple[Path, Path]:
    """Return the paths of the vectors and of their row numbers, which delimit the passages."""
    return path, _starts(path)


def _starts(path: Path) -> Path:
    return path.with_name(f"{path.stem}-starts.npy")
