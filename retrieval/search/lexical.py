"""BM25 over the postings of an index, with a question's words translated for passages in the other language.

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
# Less likely translations are ignored. Our choice: they add passages on other subjects.
_LEAST_PROBABILITY = 0.05


def lexical_scores(postings: Postings, terms: Sequence[Term], *, exact_weight: float) -> NDArray[np.float32]:
    """Return the share of the question that each passage's words cover (passages,), from 0 to a little over 1.

    It is the sum of BM25, divided by that of a passage of mean length with every term once, so that the scores of a
    question are comparable between languages. Names, numbers and quoted words have the weight `exact_weight`.
    """
    scores = np.zeros(len(postings.ids), dtype=np.float32)
    for number, language in enumerate(LANGUAGES):
        in_language = postings.languages == number
        size = int(in_language.sum())
        if size:
            mean_length = float(postings.lengths[in_language].mean()) or 1.0
            scores += _language_scores(postings, terms, language, size, mean_length, exact_weight)
    return scores


def _language_scores(
    postings: Postings, terms: Sequence[Term], language: Language, size: int, mean_length: float, exact_weight: float
) -> NDArray[np.float32]:
    """Return the scores of all passages (passages,), 0 for those in another language, of which there are `size`."""
    total, attainable = np.zeros(len(postings.ids), dtype=np.float32), 0.0
    for term in terms:
        rows, counts, document_frequency = _frequencies(postings, term, language)
        odds = (size - document_frequency + 0.5) / (document_frequency + 0.5)
        weight = np.log1p(odds) * (exact_weight if term.exact else 1.0)
        attainable += weight
        if len(rows):
            length = 1 - _B + _B * postings.lengths[rows] / mean_length
            total[rows] += weight * counts * (_K1 + 1) / (counts + _K1 * length)
    return total / attainable if attainable else total


def _frequencies(
    postings: Postings, term: Term, language: Language
) -> tuple[NDArray[np.int32], NDArray[np.float32], float]:
    """Return the rows of passages with a term or its translations, its expected counts, and its document frequency."""
    postings_found = [
        (probability, *postings.find(alternative, language))
        for alternative, probability in term.alternatives[language].items()
        if probability >= _LEAST_PROBABILITY
    ]
    matches = [(probability, rows, counts) for probability, rows, counts in postings_found if len(rows)]
    document_frequency = sum(probability * len(rows) for probability, rows, _ in matches)
    if not matches:
        return (*_NO_ROWS, 0.0)
    if len(matches) == 1:
        [(probability, rows, counts)] = matches
        return rows, counts * probability, document_frequency
    all_rows = np.concatenate([rows for _, rows, _ in matches])
    weighted = np.concatenate([probability * counts for probability, _, counts in matches])
    unique, positions = np.unique(all_rows, return_inverse=True)
    # Alternatives of an exact word may sum to more than 1, but the term is in no more passages than have any of them.
    return (
        unique,
        np.bincount(positions, weights=weighted).astype(np.float32),
        min(document_frequency, len(unique)),
    )


_NO_ROWS = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
