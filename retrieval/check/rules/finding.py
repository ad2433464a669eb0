"""What a check found, and the words that checks go by."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from knowledge.model import Language
from retrieval.words.lexicon import lexicon
from retrieval.words.terms import Term, question_terms

FindingKind = Literal["number", "date", "order", "name", "roles", "negation", "opposite", "scope", "factuality"]
Outcome = Literal["agrees", "differs", "open"]
"""`open`: the claim says more than the evidence does, which neither bears it out nor denies it."""

# Texts kept as read: each of eight rules reads a claim and a dozen pieces of evidence.
_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Finding:
    """One comparison of claim and evidence; `claim` and `source` show what was compared, with the working."""

    kind: FindingKind
    outcome: Outcome
    claim: str
    source: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim, or a sentence of evidence, with its language."""

    text: str
    language: Language

    @property
    def other(self) -> Language:
        """Spanish for English and the other way round; undetermined stays so."""
        other: dict[Language, Language] = {"es": "en", "en": "es", "und": "und"}
        return other[self.language]


@lru_cache(_KEPT)
def terms_of(statement: Statement) -> tuple[Term, ...]:
    """The content words and numbers of a statement, each with what may stand for it in the other language."""
    return tuple(question_terms(statement.text, statement.language, lexicon()))
