"""The choice of the sentence or quote of a passage that is shown as the excerpt."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge.model import FullPassage, Quote, Sentence
from retrieval.model import Evidence
from retrieval.search.question import Question
from retrieval.words.answer_type import type_share
from retrieval.words.coverage import coverage
from retrieval.words.stated import stated_sentences

# The weights of the share of the question's words, and of the share of its answer types, which are added to the cosine.
# `tests/benchmarks/sentences.py` prints the grid they were chosen from.
OVERLAP, KIND = 0.4, 0.1


def with_best_units(
    question: Question, evidence: Sequence[Evidence], *, overlap: float = OVERLAP, kind: float = KIND
) -> list[Evidence]:
    """Return the evidence, each with the highest-scoring sentence or quote of its passage, else the passage, as unit.

    `overlap` and `kind` are the weights of shared words and of answer types. Where the reader has marked words that
    answer, those that hold them come before all others.
    """

    def best(item: Evidence) -> Sentence | Quote | None:
        def score(unit: Sentence | Quote) -> tuple[bool, float]:
            text = item.passage.snapshot.text[unit.span.start : unit.span.end]
            shared = overlap * coverage(question.terms, text, item.passage.language)
            likeness = item.cosines.get(unit.id, 0.0) + shared + kind * type_share(question.answer_types, text)
            return _holds_answer(item, unit), likeness

        return max(_excerpts(item.passage), key=score, default=None)

    return [replace(item, unit=best(item) or item.passage) for item in evidence]


def _holds_answer(item: Evidence, unit: Sentence | Quote) -> bool:
    """Say whether the words that the reader takes for the answer begin in a unit."""
    if item.reading is None or item.reading.span is None:
        return False
    start = item.passage.span.start + item.reading.span[0]
    return unit.span.start <= start < unit.span.end


def _excerpts(passage: FullPassage) -> list[Sentence | Quote]:
    # Reported speech is in the sentences already; only the direct speech of a named speaker is an excerpt of its own.
    return [*stated_sentences(passage), *(quote for quote in passage.own_quotes if quote.direct and quote.speaker)]
