"""What the terminal and the page say of an evaluation in the same words."""

from knowledge.model import Language
from retrieval.evaluation.run import Report
from retrieval.model import IndexState
from retrieval.present.inert import inert_line
from retrieval.present.texts import say

# Hexadecimal digits, as in every other footer.
_SHORT = 8


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
        fingerprint=index.fingerprint[:_SHORT],
        encoder=inert_line(index.encoder),
        digest=index.encoder_digest[:_SHORT],
        sources=str(index.sources),
        passages=str(index.passages),
    )
