"""From a question to evidence: candidates of two rankers, looked at closely by a third, best first.

BM25 and the nearest vectors each propose passages; late interaction over token vectors reads the best of them again
(Khattab and Zaharia 2020, ColBERT, section 3.6: end-to-end retrieval narrowed down first); `fusion` adds up the scores.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from knowledge.model import Passage, Quote, Sentence
from knowledge.store import Store
from retrieval.index.generation import Generation
from retrieval.model import Evidence, Scores
from retrieval.search.best_unit import telling_units
from retrieval.search.fusion import WEIGHTS, Weights, across, fuse
from retrieval.search.lexical import lexical_scores
from retrieval.search.question import Question

# Candidates of each ranker: many more than are shown, so that a passage weak in one may still win by the other.
LEXICAL_CANDIDATES = 60
DENSE_CANDIDATES = 100  # units, of which a passage has several
# Passages that late interaction reads: on the development questions reading 100 changes nothing.
READ_CLOSELY = 50
# Sentences, quotes and the passage itself: 1,702 units in the 390 passages of the bundled base, so ten leave room.
UNITS_A_PASSAGE = 10


def rank(
    store: Store,
    generation: Generation,
    question: Question,
    *,
    limit: int,
    told: int | None = None,
    weights: Weights = WEIGHTS,
    passages: Iterable[int] | None = None,
) -> list[Evidence]:
    """The `limit` best passages, best first; ties go to the earlier place.

    The first `told`, by default all, come with their best sentence or quote, the others whole. `passages` restricts the
    search to these.
    """
    words = lexical_scores(generation.postings, question.terms, exact_weight=weights.exact)
    near = _nearest(store, generation, question, max(DENSE_CANDIDATES, UNITS_A_PASSAGE * limit))
    rows = _candidate_rows(generation, words, near, max(LEXICAL_CANDIDATES, limit), passages)
    candidates = store.passages(generation.postings.ids[rows].tolist())
    rows = [row for row in rows if int(generation.postings.ids[row]) in candidates]
    read = _read_closely(generation, question, candidates, rows, near, words, weights, max(READ_CLOSELY, limit))
    best = heapq.nsmallest(limit, read, key=lambda key: (-fuse(read[key], weights), _place(candidates[key])))
    units: dict[int, Passage | Sentence | Quote] = {key: candidates[key] for key in best}
    units |= telling_units(store, generation.index, question, {key: candidates[key] for key in best[:told]})
    return [
        Evidence(
            passage=key,
            unit=units[key].id,
            start=units[key].span.start,
            end=units[key].span.end,
            score=fuse(read[key], weights),
            scores=read[key],
        )
        for key in best
    ]


def _nearest(store: Store, generation: Generation, question: Question, wanted: int) -> dict[int, float]:
    """By passage, the cosine of the nearest of its units, for the `wanted` nearest units."""
    hits = {hit.id: hit.score for hit in generation.index.search(question.vector, wanted)}
    found: dict[int, float] = defaultdict(lambda: -1.0)
    for unit in store.units(hits):
        found[unit.passage] = max(found[unit.passage], hits[unit.id])
    return dict(found)


def _candidate_rows(
    generation: Generation,
    words: NDArray[np.float32],
    near: Mapping[int, float],
    most: int,
    passages: Iterable[int] | None,
) -> list[int]:
    """Rows of the passages that either ranker proposes."""
    postings = generation.postings
    if passages is not None:
        return np.flatnonzero(np.isin(postings.ids, list(passages))).tolist()
    by_words = np.argsort(-words, kind="stable")[:most]
    by_vectors = np.flatnonzero(np.isin(postings.ids, list(near)))
    return sorted({*by_words[words[by_words] > 0].tolist(), *by_vectors.tolist()})


def _read_closely(
    generation: Generation,
    question: Question,
    candidates: Mapping[int, Passage],
    rows: Sequence[int],
    near: Mapping[int, float],
    words: NDArray[np.float32],
    weights: Weights,
    most: int,
) -> dict[int, Scores]:
    """The scores of the best candidates by passage, token vectors included where there are any."""
    ids = generation.postings.ids[list(rows)].tolist()
    cosines = {hit.id: hit.score for hit in generation.index.search(question.vector, len(ids), only=ids)}
    first = {}
    for key, row in zip(ids, rows, strict=True):
        nearest = max(near.get(key, -1.0), cosines.get(key, 0.0))
        elsewhere = across(question.language, candidates[key].language)
        first[key] = Scores(nearest, nearest, nearest, float(words[row]), elsewhere)
    if generation.tokens is None:
        return first
    chosen = heapq.nsmallest(most, zip(ids, rows, strict=True), key=lambda pair: (-fuse(first[pair[0]], weights), pair))
    matches = generation.tokens.match(question.tokens, [row for _, row in chosen])
    return {
        key: replace(first[key], late=mean_match(match, question.weights), weakest=weakest(match, question.weights))
        for (key, _), match in zip(chosen, matches, strict=True)
    }


def mean_match(match: NDArray[np.float32], weights: NDArray[np.float32]) -> float:
    """The mean of how well each piece of a question is met, by their weights; 0 for no pieces."""
    return float(match @ weights / weights.sum()) if len(match) else 0.0


def weakest(match: NDArray[np.float32], weights: NDArray[np.float32]) -> float:
    """The mean of the worst-met third of a question's pieces, function words aside: what a passage leaves open."""
    telling = match[weights == weights.max()] if len(match) else match
    return float(np.sort(telling)[: max(1, len(telling) // 3)].mean()) if len(telling) else 0.0


def _place(passage: Passage) -> tuple[str, int]:
    return passage.source, passage.span.start
