"""Which tokens translate which: IBM Model 1, learnt from sentence pairs.

Brown, Della Pietra, Della Pietra and Mercer 1993, "The Mathematics of Statistical Machine Translation: Parameter
Estimation" (https://aclanthology.org/J93-2003/), section 4.1.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

# Longer sentences cost the square of their length and tell an alignment model without order less and less.
LONGEST = 40
# Perplexity hardly falls after five rounds of expectation and maximisation; the paper's own section 5.1 shows as much.
_ROUNDS = 6

Tokens: TypeAlias = Sequence[int]


def translation_table(pairs: Sequence[tuple[Tokens, Tokens]], given: int, made: int) -> sparse.csr_matrix:
    """The probability t(m | g) that a given token is translated by a made one, as rows over `given` + 1 tokens.

    `pairs` holds (given tokens, made tokens) as numbers below `given` and `made`. The last row is the empty word, which
    soaks up made tokens that stand for nothing in particular. Every row that was seen sums to 1.
    """
    kept = [(g[:LONGEST], m[:LONGEST]) for g, m in pairs if len(g) and len(m)]
    rows, columns, group = _couples(kept, given)
    codes, couple = np.unique(rows * made + columns, return_inverse=True)
    row_of, column_of = codes // made, codes % made
    probability = np.ones(len(codes))
    for _ in range(_ROUNDS):
        chance = probability[couple]
        chance /= np.bincount(group, weights=chance)[group]
        counts = np.bincount(couple, weights=chance, minlength=len(codes))
        probability = counts / np.bincount(row_of, weights=counts, minlength=given + 1)[row_of]
    return sparse.csr_matrix((probability, (row_of, column_of)), shape=(given + 1, made))


def _couples(
    pairs: Sequence[tuple[Tokens, Tokens]], empty: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Every given token beside every made token of its sentence, and which made token of the corpus each is about."""
    rows, columns, lengths = [], [], []
    for given, made in pairs:
        words = np.array([*given, empty], dtype=np.int64)
        rows.append(np.tile(words, len(made)))
        columns.append(np.repeat(np.asarray(made, dtype=np.int64), len(words)))
        lengths.append(np.full(len(made), len(words), dtype=np.int64))
    spans = np.concatenate(lengths)
    return np.concatenate(rows), np.concatenate(columns), np.repeat(np.arange(len(spans)), spans)
