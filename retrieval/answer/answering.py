"""Answering a question with citations, or refusing with a reason."""

from collections.abc import Sequence

from knowledge.language import detect, other_language
from retrieval.answer import confidence
from retrieval.answer.cite import cite, verify_citations
from retrieval.answer.language import in_asker_language
from retrieval.answer.reading import read_evidence, with_reading
from retrieval.answer.recency import newest_first, with_superseded
from retrieval.model import Answer, Evidence, Reason
from retrieval.models.reader import Reader
from retrieval.search.base import Base
from retrieval.search.best_unit import with_best_units
from retrieval.search.fusion import is_calibrated
from retrieval.search.question import Question, prepare
from retrieval.search.rank import rank
from retrieval.search.spelling import respelled
from retrieval.words.lexicon import lexicon

# Citations shown without -k, and of the nearest when nothing is answered. Our choice: a person reads three at a glance.
MOST_CITATIONS = 3
# The least confidence with which the words that answer stand by themselves before their sentence: from there on the
# passage was right for 0.86 of the hard development questions that were led so, from 0.6 on for 0.78.
SURE_OF_WORDS = 0.7
# Passages ranked for every answer. Our choice: room for near-duplicates, which are removed, and for the passages that
# the features of `confidence` compare the best ones with.
LOOKED_AT = 16


def answer_question(base: Base, reader: Reader, text: str, *, most: int | None, threshold: float) -> Answer:
    """Answer a question, or refuse below the threshold; with `most`, so many candidates are cited.

    Raises IndexUnreachable where the vector index cannot be searched.
    """
    read_as = respelled(text, base.index.postings, lexicon())
    question = prepare(read_as, detect(read_as), base.encoder.encode_questions([read_as]))
    # Twice as many as requested, as excerpts that say the same are cited once.
    ranked = rank(base, question, limit=max(LOOKED_AT, 2 * (most or 0)))
    evidence = newest_first(with_best_units(question, read_evidence(reader, question, ranked)))
    judgements = confidence.judgements(base, reader, question, evidence, threshold=threshold)
    first = judgements[0] if judgements else confidence.Judgement(0.0, Reason.EMPTY_BASE)
    answered = first.reason is None
    shown = evidence if most else _shown(base, reader, question, evidence, judgements)
    lead = first.confidence >= SURE_OF_WORDS
    cited = cite(base, shown, most=most or MOST_CITATIONS, lead=lead)
    citations = verify_citations(base.store, with_superseded(base, reader, cited))
    return Answer(
        question=text,
        read_as=None if read_as == text else read_as,
        foreign=other_language(text) if question.language == "und" else None,
        language=question.language,
        answered=answered,
        confidence=first.confidence,
        reason=first.reason,
        citations=citations if answered else (),
        nearest=() if answered else citations[:MOST_CITATIONS],
        index=base.index.state,
        reader=reader.name,
        reader_digest=reader.digest,
        elapsed_ms=0.0,
        calibrated=is_calibrated(base, confidence.FITTED, reader),
        degraded=base.degraded,
    )


def _shown(
    base: Base,
    reader: Reader,
    question: Question,
    evidence: Sequence[Evidence],
    judgements: Sequence[confidence.Judgement],
) -> list[Evidence]:
    """Return the evidence to cite: all that answers, else the nearest, in the asker's language where possible."""
    best = evidence[: len(judgements)]
    if judgements and judgements[0].reason is None:
        best = [item for item, judgement in zip(best, judgements, strict=True) if judgement.reason is None]
    shown = in_asker_language(base, best, evidence, question.language)
    # What stands in the place of its translation was not read, or ranked too low to be.
    return [item if item.reading else with_reading(reader, question, item) for item in shown]
