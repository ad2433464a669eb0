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
from retrieval.words.terms import Term

# The usual values (Robertson and Zaragoza, section 3.5); on the development questions (1.5, 0.6) did worse and
# (0.9, 0.4) no better.
_K1, _B = 1.2, 0.75
# Less likely translations are ignored. Our choice: they add passages on other subjects.
_LEAST_PROBABILITY = 0.05


def lexical_scores(postings: Postings, terms: Sequence[Term], *, exact_weight: float) -> NDArray[np.float32]:
    """Return the share of the question that each passage's words cover, by row (rows,), from 0 to a little over 1.

    It is the sum of BM25, divided by that of a passage of mean length with every term once, so that the scores of a
    question are comparable between languages. Names, numbers and quoted words have the weight `exact_weight`.
    """
    scores = np.zeros(postings.end(), dtype=np.float32)
    for language, (size, length) in postings.sizes().items():
        # Both in single precision, in which the weights were fitted.
        mean_length = float(np.float32(length) / np.float32(size)) or 1.0
        scores += _language_scores(postings, terms, language, size, mean_length, exact_weight, len(scores))
    return scores


def _language_scores(
    postings: Postings,
    terms: Sequence[Term],
    language: Language,
    size: int,
    mean_length: float,
    exact_weight: float,
    end: int,
) -> NDArray[np.float32]:
    """Return the scores by row (end,), 0 for passages in another language, of which there are `size`."""
    total, attainable = np.zeros(end, dtype=np.float32), 0.0
    for term in terms:
        rows, counts, lengths, document_frequency = _frequencies(postings, term, language)
        odds = (size - document_frequency + 0.5) / (document_frequency + 0.5)
        weight = np.log1p(odds) * (exact_weight if term.exact else 1.0)
        attainable += weight
        if len(rows):
            length = 1 - _B + _B * lengths / mean_length
            total[rows] += weight * counts * (_K1 + 1) / (counts + _K1 * length)
    return total / attainable if attainable else total


def _frequencies(
    postings: Postings, term: Term, language: Language
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32], float]:
    """Return the rows of passages with a term or its translations, its expected counts there, the passages' lengths,
    and its document frequency.
    """
    every = [
        (probability, postings.find(alternative, language))
        for alternative, probability in term.alternatives[language].items()
        if probability >= _LEAST_PROBABILITY
    ]
    matches = [(probability, own) for probability, own in every if len(own)]
    document_frequency = sum(probability * len(own) for probability, own in matches)
    if not matches:
        return np.zeros(0, np.int64), _NOTHING, _NOTHING, 0.0
    if len(matches) == 1:
        [(probability, own)] = matches
        counts, lengths = own["count"].astype(np.float32), own["length"].astype(np.float32)
        return own["row"].astype(np.int64), counts * probability, lengths, document_frequency
    all_rows = np.concatenate([own["row"] for _, own in matches])
    weighted = np.concatenate([probability * own["count"].astype(np.float32) for probability, own in matches])
    unique, first, positions = np.unique(all_rows, return_index=True, return_inverse=True)
    lengths = np.concatenate([own["length"] for _, own in matches])[first].astype(np.float32)
    # Alternatives of an exact word may sum to more than 1, but the term is in no more passages than have any of them.
    return (
        unique.astype(np.int64),
        np.bincount(positions, weights=weighted).astype(np.float32),
        lengths,
        min(document_frequency, len(unique)),
    )


_NOTHING = np.zeros(0, dtype=np.float32)
