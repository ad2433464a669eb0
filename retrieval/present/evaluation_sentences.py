"""What the terminal and the page say of an evaluation in the same words."""

from knowledge.model import Language
from retrieval.evaluation.run import Report
from retrieval.model import IndexState
from retrieval.present.inert import inert_line
from retrieval.present.texts import say, short_digest


def summary(r: Report, language: Language) -> str:
    """How many questions there were, and how many of them could be and were answered."""
    return say(
        language,
        "evaluation-summary",
        questions=str(r.overall.questions),
        answerable=str(r.overall.answerable),
        answered=str(r.overall.answered),
        threshold=f"{r.threshold:.2f}",
    )


def made_with(index: IndexState, language: Language) -> str:
    """The index and the encoder, and the size of the base."""
    return say(
        language,
        "evaluation-made-with",
        fingerprint=short_digest(index.fingerprint),
        encoder=inert_line(index.encoder),
        digest=short_digest(index.encoder_digest),
        sources=str(index.sources),
        passages=str(index.passages),
    )
