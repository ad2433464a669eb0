"""Readings out of the log-odds that a reader gives."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
import regex
from numpy.typing import NDArray

from retrieval.model import Stances

# Pieces of the longest answer that is looked for: our choice, as many as three lines of a newspaper have.
_LONGEST_ANSWER = 40
# A letter with its marks, or an emoji of several characters: a grapheme cluster (Unicode, UAX #29).
_CLUSTER = regex.compile(r"\X")


def stances(log_odds: NDArray[np.float32]) -> Stances:
    """Return the probabilities of log-odds (3,) in the order supports, contradicts, neutral."""
    shares = np.exp(log_odds - log_odds.max())
    supports, contradicts, neutral = (shares / shares.sum()).tolist()
    return Stances(supports, contradicts, neutral)


def best_span(ends: NDArray[np.float32]) -> tuple[int, int, float]:
    """Return the first and last piece of the likeliest answer, and the product of their probabilities.

    `ends` (pieces, 2) are the log-odds that the answer begins and that it ends at a piece; none has (0, 0, 0).
    """
    if not len(ends):
        return 0, 0, 0.0
    begin, end = (column - np.logaddexp.reduce(column) for column in ends.T)
    both = begin[:, None] + end[None, :]
    allowed = np.triu(np.ones_like(both, dtype=bool)) & ~np.triu(np.ones_like(both, dtype=bool), _LONGEST_ANSWER)
    first, last = divmod(int(np.where(allowed, both, -np.inf).argmax()), len(ends))
    return first, last, float(np.exp(both[first, last]))


def span_shares(
    ends: NDArray[np.float32], offsets: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]
) -> list[float]:
    """Return for each span the product of the probabilities that the answer begins in it and that it ends in it.

    `ends` (pieces, 2) are as for `best_span`, `offsets` are of the pieces in order; where none touches a span it is 0.
    """
    if not len(ends):
        return [0.0] * len(spans)
    begin, end = (np.exp(column - np.logaddexp.reduce(column)) for column in ends.T)
    places = [
        (bisect_right(offsets, start, key=_stop), bisect_left(offsets, stop, key=_start)) for start, stop in spans
    ]
    return [float(begin[first:last].sum() * end[first:last].sum()) for first, last in places]


def _start(offset: tuple[int, int]) -> int:
    return offset[0]


def _stop(offset: tuple[int, int]) -> int:
    return offset[1]


def whole_words(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span of whole letters that pieces touch, without the white space at its ends; None for that alone.

    The piece of a word begins with the space before it, and that of a letter may end before its marks.
    """
    touched = [cluster.span() for cluster in _CLUSTER.finditer(text) if cluster.start() < end and cluster.end() > start]
    start, end = (touched[0][0], touched[-1][1]) if touched else (start, end)
    words = text[start:end].strip()
    if not words:
        return None
    start = text.index(words, start)
    return start, start + len(words)
