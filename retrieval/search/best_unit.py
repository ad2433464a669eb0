"""Which sentence or quote of a passage tells what was asked: the excerpt that is shown."""

from collections.abc import Mapping, Sequence

from knowledge.model import Passage, Quote, Sentence
from knowledge.store import Store
from retrieval.index.vectors import VectorIndex
from retrieval.search.question import Question
from retrieval.words.answer_type import fit
from retrieval.words.coverage import coverage

# What shared words, and offering the kind of thing asked for, add to the cosine. `tests/benchmarks/sentences.py` prints
# the grid they were chosen from.
OVERLAP, KIND = 0.8, 0.2


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


def _sentences(sentences: Sequence[Sentence]) -> list[Sentence]:
    # A heading names a subject and says nothing of it.
    return [sentence for sentence in sentences if sentence.role != "heading"]


def _spoken(quotes: Sequence[Quote]) -> list[Quote]:
    # Reported speech is the writer's sentence already; only a named speaker's own words stand as a unit beside it.
    return [quote for quote in quotes if quote.direct and quote.speaker]
