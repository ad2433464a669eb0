"""BM25 over the postings of an index, with the words of a question translated where the passage is in another language.

Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond", section 3. A word with several
translations counts as one term whose frequencies are those of its translations, weighted by their probabilities:
probabilistic structured queries (Darwish and Oard 2003, https://doi.org/10.1145/860435.860497).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.model import Language
from retrieval.index.postings import Postings
from retrieval.words.terms import LANGUAGES, Term

# The usual values (Robertson and Zaragoza, section 3.5); on the development questions (1.5, 0.6) did worse and
# (0.9, 0.4) no better.
_K1, _B = 1.2, 0.75
# Shown below this probability, a translation only adds passages on other subjects.
_LEAST_PROBABILITY = 0.05


def lexical_scores(postings: Postings, terms: Sequence[Term], *, exact_weight: float) -> NDArray[np.float32]:
    """For each passage the part of the question that its words cover, from 0 to a little over 1.

    BM25's sum divided by what a passage of mean length would get that held every term once, so that scores of one
    question are comparable between languages. Names, figures and quoted words count `exact_weight` times.
    """
    scores = np.zeros(len(postings.ids), dtype=np.float32)
    for number, language in enumerate(LANGUAGES):
        of_language = postings.languages == number
        size = int(of_language.sum())
        if size:
            usual = float(postings.lengths[of_language].mean()) or 1.0
            scores += _of_language(postings, terms, language, size, usual, exact_weight)
    return scores


def _of_language(
    postings: Postings, terms: Sequence[Term], language: Language, size: int, usual: float, exact_weight: float
) -> NDArray[np.float32]:
    total, attainable = np.zeros(len(postings.ids), dtype=np.float32), 0.0
    for term in terms:
        rows, counts, held = _frequencies(postings, term, language)
        weight = np.log1p((size - held + 0.5) / (held + 0.5)) * (exact_weight if term.exact else 1.0)
        attainable += weight
        if len(rows):
            length = 1 - _B + _B * postings.lengths[rows] / usual
            total[rows] += weight * counts * (_K1 + 1) / (counts + _K1 * length)
    return total / attainable if attainable else total


def _frequencies(
    postings: Postings, term: Term, language: Language
) -> tuple[NDArray[np.int32], NDArray[np.float32], float]:
    """The passages that hold a term or its translations, its expected count in each, and in how many it is expected."""
    found = [
        (probability, *postings.find(alternative, language))
        for alternative, probability in term.alternatives[language].items()
        if probability >= _LEAST_PROBABILITY
    ]
    found = [one for one in found if len(one[1])]
    held = sum(probability * len(rows) for probability, rows, _ in found)
    if len(found) <= 1:
        return (found[0][1], found[0][2] * found[0][0], held) if found else (*_NOTHING, 0.0)
    rows = np.concatenate([rows for _, rows, _ in found])
    weighted = np.concatenate([probability * counts for probability, _, counts in found])
    unique, place = np.unique(rows, return_inverse=True)
    # An exact word's alternatives may sum to more than 1, but no term is in more passages than hold any of them.
    return unique, np.bincount(place, weights=weighted).astype(np.float32), min(held, len(unique))


_NOTHING = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
