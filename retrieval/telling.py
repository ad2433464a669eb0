"""Which sentence or quote of a passage tells what was asked: the excerpt that is shown."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from knowledge.model import Language, Passage, Quote, Sentence
from knowledge.store import Store
from retrieval.expectation import fit
from retrieval.index import VectorIndex
from retrieval.question import Question
from retrieval.terms import Term, search_terms

# What shared words, and offering the kind of thing asked for, add to the cosine. `tests/benchmarks/sentences.py` prints
# the grid they were chosen from.
OVERLAP, KIND = 0.8, 0.2
# A translation less likely than this is no sign that the word itself was said.
_LEAST_PROBABILITY = 0.1
# Sentences whose terms are kept in memory: questions come back to the same ones, and reading terms is what costs.
_KEPT_TEXTS = 1 << 14


def telling_units(
    store: Store,
    index: VectorIndex,
    question: Question,
    passages: Mapping[int, Passage],
    *,
    overlap: float = OVERLAP,
    kind: float = KIND,
) -> dict[int, Passage | Sentence | Quote]:
    """The sentence or quote of each passage that fits the question best; a passage without any stands for itself."""
    units: list[Sentence | Quote] = [*_sentences(store.sentences(passages)), *_spoken(store.quotes(passages))]
    cosines = {hit.id: hit.score for hit in index.search(question.vector, len(units), only=[unit.id for unit in units])}
    best: dict[int, tuple[float, Passage | Sentence | Quote]] = {}
    for unit in units:
        text = store.snapshot(unit.span.snapshot).text[unit.span.start : unit.span.end]
        shared = overlap * coverage(question.terms, text, passages[unit.passage].language)
        score = cosines.get(unit.id, 0.0) + shared + kind * fit(question.asked_for, text)
        if unit.passage not in best or score > best[unit.passage][0]:
            best[unit.passage] = score, unit
    return {key: best[key][1] if key in best else passage for key, passage in passages.items()}


def coverage(terms: Sequence[Term], text: str, language: Language) -> float:
    """The share of a question's terms that a text in `language` holds, as they are or translated; 0 for no terms."""
    held = _held(text, language)
    met = [
        any(found in held for found, likely in term.alternatives[language].items() if likely >= _LEAST_PROBABILITY)
        for term in terms
    ]
    return sum(met) / len(met) if met else 0.0


@lru_cache(_KEPT_TEXTS)
def _held(text: str, language: Language) -> frozenset[str]:
    return frozenset(search_terms(text, language))


def _sentences(sentences: Sequence[Sentence]) -> list[Sentence]:
    # A heading names a subject and says nothing of it.
    return [sentence for sentence in sentences if sentence.role != "heading"]


def _spoken(quotes: Sequence[Quote]) -> list[Quote]:
    # Reported speech is the writer's sentence already; only a named speaker's own words stand as a unit beside it.
    return [quote for quote in quotes if quote.direct and quote.speaker]
