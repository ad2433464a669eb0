"""Candidates of every ranker, fused into evidence: the passages that bear on a question, best first.

Two rankers: the cosine of the question's vector with passages, sentences and quotes, and BM25 over stemmed full text.
Their scores are joined by a convex combination after normalisation by theoretical minimum and query maximum (TM2C2;
Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS, section 4), which keeps
the distances between scores that reciprocal rank fusion throws away.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.model import Language, Passage, Quote, Sentence
from knowledge.store import Store
from knowledge.terms import content_stems, stems
from retrieval.confidence import Features
from retrieval.expectation import expected, fit
from retrieval.index import VectorIndex
from retrieval.lexical import expression
from retrieval.model import Evidence

# The place whose score stands for a chance likeness: beyond the two or three passages that may tell of the subject.
CHANCE_PLACE = 5
# Candidates of each ranker: many more than are shown, so that a passage weak in one may still win by the other.
LEXICAL_CANDIDATES = 100
DENSE_CANDIDATES = 100  # units, of which a passage has several
# Sentences, quotes and the passage itself: 871 units in the 198 passages of the bundled base, so ten leave room.
UNITS_A_PASSAGE = 10


@dataclass(frozen=True, slots=True)
class Weights:
    """How much words count beside vectors, from 0 (not at all) to 1 (alone).

    `same` and `across` are BM25's part in the score of a passage in the question's language and in another one;
    `overlap` and `kind` are what shared words, and offering the kind of thing asked for, add to the cosine when a
    passage's best sentence is chosen.
    """

    same: float
    across: float
    overlap: float
    kind: float


# On the development half of XQuAD hit@1 hardly changes from 0.1 to 0.3 where question and passages share a language and
# is best at 0.1 where they do not: across languages only names and cognates match. With these weights it is 0.946
# (en → en), 0.935 (es → es), 0.686 (en → es) and 0.533 (es → en) on 120 paragraphs.
# `tests/benchmarks/fusion.py` prints the curve. When `overlap` was chosen the sentence held it in 0.794 (en) and
# 0.758 (es) of right passages, by cosine alone in 0.732 and 0.645; `tests/benchmarks/sentences.py` prints the grid.
WEIGHTS = Weights(same=0.25, across=0.1, overlap=0.8, kind=0.2)


@dataclass(frozen=True, slots=True)
class Question:
    """A question made ready: its vector (unit length, float32), its stems in each language and what it asks for."""

    text: str
    language: Language
    vector: NDArray[np.float32]
    stems: Mapping[Language, frozenset[str]]
    asked_for: frozenset[str]


def prepare(text: str, language: Language, vector: NDArray[np.float32]) -> Question:
    """A question ready for searching."""
    by_language: dict[Language, frozenset[str]] = {
        "es": frozenset(content_stems(text, "es")),
        "en": frozenset(content_stems(text, "en")),
        "und": frozenset(content_stems(text, "und")),
    }
    return Question(text, language, vector, by_language, expected(text))


def rank(
    store: Store,
    index: VectorIndex,
    question: Question,
    *,
    limit: int,
    weights: Weights = WEIGHTS,
    passages: Iterable[int] | None = None,
) -> list[Evidence]:
    """The `limit` best passages with the best sentence or quote of each, best first; ties go to the earlier place.

    `passages` restricts the search to these.
    """
    matched = expression(question.text, common=store.common)
    lexical = dict(store.match(matched, max(LEXICAL_CANDIDATES, limit))) if matched else {}
    wanted = max(DENSE_CANDIDATES, UNITS_A_PASSAGE * limit)
    hits = {hit.id: hit.score for hit in index.search(question.vector, wanted)}
    owners = {unit.id: unit.passage for unit in store.units(hits)}
    candidates = store.passages({*owners.values(), *lexical})
    if passages is not None:
        allowed = set(passages)
        candidates = {key: value for key, value in candidates.items() if key in allowed}
    dense = _dense_scores(hits, owners)
    unseen = [key for key in candidates if key not in dense]
    dense |= {hit.id: hit.score for hit in index.search(question.vector, len(unseen), only=unseen)}
    fused = _fuse(candidates, dense, lexical, question.language, weights)
    best = heapq.nsmallest(limit, fused, key=lambda key: (-fused[key], _place(candidates[key])))
    top = max(lexical.values(), default=0.0)
    units = _best_units(store, index, question, {key: candidates[key] for key in best}, weights)
    return [
        Evidence(
            passage=key,
            unit=units[key].id,
            start=units[key].span.start,
            end=units[key].span.end,
            score=fused[key],
            dense=dense.get(key, 0.0),
            lexical=lexical.get(key, 0.0) / top if top else 0.0,
        )
        for key in best
    ]


def features(store: Store, question: Question, evidence: Sequence[Evidence]) -> list[Features]:
    """What tells whether each piece of evidence answers the question, in the same order."""
    passages = store.passages(item.passage for item in evidence)
    # The fifth best of a handful of passages tells what a chance likeness scores.
    chance = sorted((item.dense for item in evidence), reverse=True)[:CHANCE_PLACE][-1:] or [0.0]
    found = []
    for item in evidence:
        passage = passages[item.passage]
        text = store.snapshot(passage.span.snapshot).text
        whole, best = text[passage.span.start : passage.span.end], text[item.start : item.end]
        found.append(
            Features(
                dense=item.dense,
                margin=item.dense - chance[0],
                coverage=coverage(question, whole, passage.language),
                sentence_coverage=coverage(question, best, passage.language),
            )
        )
    return found


def coverage(question: Question, text: str, language: Language) -> float:
    """The share of the question's content words that a text has, compared as stems of the text's language."""
    wanted = question.stems[language]
    return len(wanted & set(stems(text, language))) / len(wanted) if wanted else 0.0


def _dense_scores(hits: Mapping[int, float], owners: Mapping[int, int]) -> dict[int, float]:
    """A passage counts as its own vector or its best sentence's, whichever is nearer to the question."""
    scores: dict[int, float] = defaultdict(lambda: -1.0)
    for unit, passage in owners.items():
        scores[passage] = max(scores[passage], hits[unit])
    return dict(scores)


def _fuse(
    candidates: Mapping[int, Passage],
    dense: Mapping[int, float],
    lexical: Mapping[int, float],
    language: Language,
    weights: Weights,
) -> dict[int, float]:
    """The convex combination, divided by its dense part so that passages of both languages are measured alike."""
    top_dense = max((1 + score for score in dense.values()), default=0.0) or 1.0
    top_lexical = max(lexical.values(), default=0.0) or 1.0
    fused = {}
    for key, passage in candidates.items():
        weight = weights.same if language in (passage.language, "und") else weights.across
        words = lexical.get(key, 0.0) / top_lexical
        fused[key] = (1 + dense.get(key, -1.0)) / top_dense + weight / (1 - weight) * words
    return fused


def _place(passage: Passage) -> tuple[str, int]:
    return passage.source, passage.span.start


def _best_units(
    store: Store, index: VectorIndex, question: Question, passages: Mapping[int, Passage], weights: Weights
) -> dict[int, Passage | Sentence | Quote]:
    """The sentence or quote of each passage that fits the question best; a passage without any stands for itself."""
    units: list[Sentence | Quote] = [*_telling(store.sentences(passages)), *_spoken(store.quotes(passages))]
    cosines = {hit.id: hit.score for hit in index.search(question.vector, len(units), only=[unit.id for unit in units])}
    best: dict[int, tuple[float, Passage | Sentence | Quote]] = {}
    for unit in units:
        passage = passages[unit.passage]
        text = store.snapshot(unit.span.snapshot).text[unit.span.start : unit.span.end]
        shared = weights.overlap * coverage(question, text, passage.language)
        score = cosines.get(unit.id, 0.0) + shared + weights.kind * fit(question.asked_for, text)
        if unit.passage not in best or score > best[unit.passage][0]:
            best[unit.passage] = score, unit
    return {key: best[key][1] if key in best else passage for key, passage in passages.items()}


def _telling(sentences: Sequence[Sentence]) -> list[Sentence]:
    # A heading names a subject and says nothing of it.
    return [sentence for sentence in sentences if sentence.role != "heading"]


def _spoken(quotes: Sequence[Quote]) -> list[Quote]:
    # Reported speech is the writer's sentence already; only a named speaker's own words stand as a unit beside it.
    return [quote for quote in quotes if quote.direct and quote.speaker]
