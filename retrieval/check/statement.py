"""A statement with its language, and the words that it is compared by."""

from dataclasses import dataclass
from functools import lru_cache

from knowledge.model import Language
from retrieval.words.lexicon import lexicon
from retrieval.words.terms import Term, question_terms

# Texts kept as read: the wordings of all reviewed claims.
_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim, or a wording of a reviewed one, with its language."""

    text: str
    language: Language


@lru_cache(_KEPT)
def terms_of(statement: Statement) -> tuple[Term, ...]:
    """The content words and numbers of a statement, each with what may stand for it in the other language."""
    return tuple(question_terms(statement.text, statement.language, lexicon()))
