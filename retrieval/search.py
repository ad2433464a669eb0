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
from retrieval.index import VectorIndex
from retrieval.lexical import expression
from retrieval.model import Evidence

# Candidates of each ranker: recall at 100 passages is above 0.99 on the development questions.
LEXICAL_CANDIDATES = 100
DENSE_CANDIDATES = 300  # units, of which a passage has about three

# The weight of BM25 in the fused score, by the language of the question. The packaged encoder reads English only, so a
# Spanish question leans on the words. Chosen on XQuAD's development half (`tests/benchmarks/fusion.py` prints the curve).
LEXICAL_WEIGHT: Mapping[Language, float] = {"en": 0.5, "es": 0.7, "und": 0.6}
# How much of a sentence's standing within its passage is shared words rather than cosine; same origin.
OVERLAP_WEIGHT: Mapping[Language, float] = {"en": 0.3, "es": 0.5, "und": 0.4}


@dataclass(frozen=True, slots=True)
class Question:
    """A question made ready: its vector (unit length, float32) and its content stems in each language."""

    text: str
    language: Language
    vector: NDArray[np.float32]
    stems: Mapping[Language, frozenset[str]]


def prepare(text: str, language: Language, vector: NDArray[np.float32]) -> Question:
    """A question ready for searching."""
    by_language: dict[Language, frozenset[str]] = {
        "es": frozenset(content_stems(text, "es")),
        "en": frozenset(content_stems(text, "en")),
        "und": frozenset(content_stems(text, "und")),
    }
    return Question(text, language, vector, by_language)


def rank(
    store: Store, index: VectorIndex, question: Question, *, limit: int, passages: Iterable[int] | None = None
) -> list[Evidence]:
    """The `limit` best passages with the best sentence or quote of each, best first; ties go to the earlier place.

    `passages` restricts the search to these.
    """
    matched = expression(question.text)
    lexical = dict(store.match(matched, LEXICAL_CANDIDATES)) if matched else {}
    hits = {hit.id: hit.score for hit in index.search(question.vector, DENSE_CANDIDATES)}
    owners = {unit.id: unit.passage for unit in store.units(hits)}
    candidates = store.passages({*owners.values(), *lexical})
    if passages is not None:
        wanted = set(passages)
        candidates = {key: value for key, value in candidates.items() if key in wanted}
    dense = _dense_scores(hits, owners)
    unseen = [key for key in candidates if key not in dense]
    dense |= {hit.id: hit.score for hit in index.search(question.vector, len(unseen), only=unseen)}
    fused = _fuse(candidates, dense, lexical, LEXICAL_WEIGHT[question.language])
    best = heapq.nsmallest(limit, fused, key=lambda key: (-fused[key], _place(candidates[key])))
    top = max(lexical.values(), default=0.0)
    units = _best_units(store, index, question, {key: candidates[key] for key in best})
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
    candidates: Iterable[int], dense: Mapping[int, float], lexical: Mapping[int, float], weight: float
) -> dict[int, float]:
    top_dense = max((1 + score for score in dense.values()), default=0.0) or 1.0
    top_lexical = max(lexical.values(), default=0.0) or 1.0
    return {
        key: (1 - weight) * (1 + dense.get(key, -1.0)) / top_dense + weight * lexical.get(key, 0.0) / top_lexical
        for key in candidates
    }


def _place(passage: Passage) -> tuple[str, int]:
    return passage.source, passage.span.start


def _best_units(
    store: Store, index: VectorIndex, question: Question, passages: Mapping[int, Passage]
) -> dict[int, Passage | Sentence | Quote]:
    """The sentence or quote of each passage that fits the question best; a passage without any stands for itself."""
    units: list[Sentence | Quote] = [*_telling(store.sentences(passages)), *_spoken(store.quotes(passages))]
    cosines = {hit.id: hit.score for hit in index.search(question.vector, len(units), only=[unit.id for unit in units])}
    weight = OVERLAP_WEIGHT[question.language]
    best: dict[int, tuple[float, Passage | Sentence | Quote]] = {}
    for unit in units:
        passage = passages[unit.passage]
        text = store.snapshot(unit.span.snapshot).text[unit.span.start : unit.span.end]
        score = (1 - weight) * cosines.get(unit.id, 0.0) + weight * coverage(question, text, passage.language)
        if unit.passage not in best or score > best[unit.passage][0]:
            best[unit.passage] = score, unit
    return {key: best[key][1] if key in best else passage for key, passage in passages.items()}


def _telling(sentences: Sequence[Sentence]) -> list[Sentence]:
    # A heading names a subject and says nothing of it.
    return [sentence for sentence in sentences if sentence.role != "heading"]


def _spoken(quotes: Sequence[Quote]) -> list[Quote]:
    # Reported speech is the writer's sentence already; only a named speaker's own words stand as a unit beside it.
    return [quote for quote in quotes if quote.direct and quote.speaker]
