"""Ranking of passages for a question: candidates of two rankers, the best of them scored by a third.

BM25 and the nearest vectors each propose passages; late interaction over token vectors scores the best of them (Khattab
and Zaharia 2020, ColBERT, section 3.6: end-to-end retrieval from a set of candidates); `fusion` adds up the scores.
"""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from knowledge.model import FullPassage, Quote, Sentence
from retrieval.index.current import Index
from retrieval.index.postings import IndexedPassage, Postings
from retrieval.index.tokens import match
from retrieval.model import Evidence, Scores
from retrieval.search.base import Base
from retrieval.search.fusion import WEIGHTS, Weights, differs_in_language, fuse
from retrieval.search.lexical import lexical_scores
from retrieval.search.question import Question

# Candidate passages of BM25, and candidate units, of which a passage has several, of the vector index. Our choice: many
# more than are shown, so that a passage with a low score of one ranker may still be ranked first by the other.
LEXICAL_CANDIDATES = 60
DENSE_CANDIDATES = 100
# Passages that late interaction scores: on the development questions 100 give the same answers.
RERANKED_PASSAGES = 50
# Units of a passage (itself, its sentences and quotes) for which the vector search has room: more than twice the mean
# of 1,702 units in the 390 passages of the bundled base.
UNITS_A_PASSAGE = 10
_NONE: Mapping[int, float] = {}
# `Scores.weakest` is the mean of one in so many of a question's word pieces. Our choice.
_WEAKEST_ONE_IN = 3


def rank(
    base: Base,
    question: Question,
    *,
    limit: int,
    weights: Weights = WEIGHTS,
    passages: Iterable[int] | None = None,
) -> list[Evidence]:
    """Return the `limit` best passages, best first, those with equal scores by source and position.

    `passages` restricts the search to these ids. The vector index is searched twice: for the nearest units, and for the
    cosines of all units of the candidates. Raises IndexUnreachable where it cannot be searched;
    `base.full_text_only()` is ranked without it.
    """
    postings = base.index.postings
    words = lexical_scores(postings, question.terms, exact_weight=weights.exact)
    near, cosines = _nearest(base.index, question, max(DENSE_CANDIDATES, UNITS_A_PASSAGE * limit))
    candidates = _candidates(postings, words, near, max(LEXICAL_CANDIDATES, limit), passages)
    cosines |= base.index.cosines(question.vector, {passage.id for passage in candidates} - cosines.keys())
    proposed = {}
    for passage in candidates:
        nearest = max(near.get(passage.id, -1.0), cosines.get(passage.id, _NONE).get(passage.id, 0.0))
        across = differs_in_language(question.language, passage.language)
        proposed[passage.id] = Scores(nearest, nearest, nearest, float(words[passage.row]), across)
    scores = _rerank(base.index, question, proposed, weights, max(RERANKED_PASSAGES, limit))
    stored = base.store.passages(scores)

    def order(key: int) -> tuple[float, str, int]:
        return -fuse(scores[key], weights), stored[key].source, stored[key].span.start

    best = heapq.nsmallest(limit, scores, key=order)
    full = base.store.full_passages(stored[key] for key in best)
    return [_evidence(full[key], scores[key], weights, cosines.get(key, _NONE)) for key in best]


def _evidence(passage: FullPassage, scores: Scores, weights: Weights, cosines: Mapping[int, float]) -> Evidence:
    units: list[Sentence | Quote] = [*passage.sentences, *passage.own_quotes]
    own = {unit.id: cosines[unit.id] for unit in units if unit.id in cosines}
    return Evidence(passage, unit=passage, score=fuse(scores, weights), scores=scores, cosines=own)


def _nearest(index: Index, question: Question, count: int) -> tuple[dict[int, float], dict[int, dict[int, float]]]:
    """Return the highest cosine of a unit by passage id, for the passages of the `count` nearest units, and all cosines
    that were computed for it, by passage and unit id.

    They are units of the `count` nearest passages: a sentence is seldom so near where its passage is not.
    """
    hits = index.vectors.search(question.vector, count)
    cosines = index.cosines(question.vector, [hit.id for hit in hits])
    units = sorted((-cosine, unit, passage) for passage, own in cosines.items() for unit, cosine in own.items())
    nearest: dict[int, float] = {}
    for opposite, _, passage in units[:count]:
        nearest.setdefault(passage, -opposite)
    return nearest, cosines


def _candidates(
    postings: Postings,
    words: NDArray[np.float32],
    near: Iterable[int],
    most: int,
    passages: Iterable[int] | None,
) -> list[IndexedPassage]:
    """Return the passages that either ranker proposes: the `most` that `words` cover best, and all `near`.

    With `passages` they are these.
    """
    if passages is not None:
        return postings.passages_of(passages)
    either = (*postings.passages_of(near), *postings.passages_at(_best_rows(words, most)))
    return list({passage.id: passage for passage in either}.values())


def _best_rows(words: NDArray[np.float32], most: int) -> list[int]:
    """Return the rows with the highest scores above 0, `most` at most, the first of equal ones."""
    rows = np.flatnonzero(words > 0)
    if len(rows) > most:
        # Sorting what is at the limit or above it alone: a common word may be in every passage.
        limit = np.partition(words[rows], len(rows) - most)[len(rows) - most]
        rows = rows[words[rows] >= limit]
    chosen: list[int] = rows[np.argsort(-words[rows], kind="stable")][:most].tolist()
    return chosen


def _rerank(
    index: Index, question: Question, proposed: Mapping[int, Scores], weights: Weights, most: int
) -> dict[int, Scores]:
    """Return the scores of the `most` best candidates by passage id, with those of late interaction.

    Without token vectors they are the proposed scores of all candidates.
    """
    if index.encodings is None or not index.has_tokens:
        return dict(proposed)
    chosen = heapq.nsmallest(most, proposed, key=lambda key: (-fuse(proposed[key], weights), key))
    tokens = index.encodings.tokens(chosen)
    matches = match(question.tokens, list(tokens.values()))
    late, weakest = mean_matches(matches, question.weights), weakest_matches(matches, question.weights)
    read = {
        key: replace(proposed[key], late=own_late, weakest=own_weakest)
        for key, own_late, own_weakest in zip(tokens, late, weakest, strict=True)
    }
    return {key: proposed[key] for key in chosen} | read


def mean_matches(matches: NDArray[np.float32], weights: NDArray[np.float32]) -> list[float]:
    """Return for each passage the weighted mean of the cosines (passages, pieces) of a question's word pieces.

    It is 0 for no pieces.
    """
    if not len(weights):
        return [0.0] * len(matches)
    total = weights.sum()
    # One product a passage: that of a matrix would add in another order, and scores would differ by a rounding.
    return [float(own @ weights / total) for own in matches]


def weakest_matches(matches: NDArray[np.float32], weights: NDArray[np.float32]) -> list[float]:
    """Return for each passage the mean of the lowest third of such cosines, function words left out."""
    if not len(weights):
        return [0.0] * len(matches)
    cosines = np.sort(matches[:, weights == weights.max()], axis=1)
    lowest = cosines[:, : max(1, cosines.shape[1] // _WEAKEST_ONE_IN)]
    means: list[float] = lowest.mean(axis=1).tolist()
    return means
