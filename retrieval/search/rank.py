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
from retrieval.index.postings import Postings
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
    near, near_cosines = _nearest(base, question, max(DENSE_CANDIDATES, UNITS_A_PASSAGE * limit))
    shares = _shares(postings, words, near, max(LEXICAL_CANDIDATES, limit), passages)
    candidates = base.store.passages(shares)
    cosines = near_cosines | base.index.cosines(question.vector, candidates.keys() - near_cosines.keys())
    proposed = {}
    for key, passage in candidates.items():
        nearest = max(near.get(key, -1.0), cosines.get(key, 0.0))
        across = differs_in_language(question.language, passage.language)
        proposed[key] = Scores(nearest, nearest, nearest, shares[key], across)
    scores = _rerank(base.index, question, proposed, weights, max(RERANKED_PASSAGES, limit))

    def order(key: int) -> tuple[float, str, int]:
        return -fuse(scores[key], weights), candidates[key].source, candidates[key].span.start

    best = heapq.nsmallest(limit, scores, key=order)
    full = base.store.full_passages(candidates[key] for key in best)
    return [_evidence(full[key], scores[key], weights, cosines) for key in best]


def _evidence(passage: FullPassage, scores: Scores, weights: Weights, cosines: Mapping[int, float]) -> Evidence:
    units: list[Sentence | Quote] = [*passage.sentences, *passage.own_quotes]
    own = {unit.id: cosines[unit.id] for unit in units if unit.id in cosines}
    return Evidence(passage, unit=passage, score=fuse(scores, weights), scores=scores, cosines=own)


def _nearest(base: Base, question: Question, count: int) -> tuple[dict[int, float], dict[int, float]]:
    """Return the highest cosine of a unit by passage id, for the passages of the `count` nearest units, and all cosines
    by unit id that were computed for it.

    They are units of the `count` nearest passages: a sentence is seldom so near where its passage is not.
    """
    hits = base.index.vectors.search(question.vector, count)
    cosines = base.index.cosines(question.vector, [hit.id for hit in hits])
    units = heapq.nsmallest(count, cosines, key=lambda unit: (-cosines[unit], unit))
    nearest: dict[int, float] = {}
    for unit, passage in base.store.passages_of(units).items():
        nearest[passage] = max(nearest.get(passage, -1.0), cosines[unit])
    return nearest, cosines


def _shares(
    postings: Postings,
    words: NDArray[np.float32],
    near: Mapping[int, float],
    most: int,
    passages: Iterable[int] | None,
) -> dict[int, float]:
    """Return by id what `words` cover of the passages that either ranker proposes: its `most` best, and all `near`.

    With `passages` they are these.
    """
    if passages is not None:
        rows = postings.rows_of(passages)
        return {passage: float(words[row]) for passage, row in rows.items()}
    rows = postings.rows_of(near) | {
        passage: row for row, passage in postings.passages_at(_best_rows(words, most)).items()
    }
    return {passage: float(words[row]) for passage, row in sorted(rows.items())}


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
    read = {
        key: replace(proposed[key], late=mean_match(own, question.weights), weakest=weakest(own, question.weights))
        for key, own in zip(tokens, matches, strict=True)
    }
    return {key: proposed[key] for key in chosen} | read


def mean_match(match: NDArray[np.float32], weights: NDArray[np.float32]) -> float:
    """Return the weighted mean of the cosines (pieces,) of a question's word pieces; 0 for no pieces."""
    return float(match @ weights / weights.sum()) if len(match) else 0.0


def weakest(match: NDArray[np.float32], weights: NDArray[np.float32]) -> float:
    """Return the mean of the lowest third of the cosines of a question's word pieces, function words left out."""
    cosines = match[weights == weights.max()] if len(match) else match
    return float(np.sort(cosines)[: max(1, len(cosines) // _WEAKEST_ONE_IN)].mean()) if len(cosines) else 0.0
