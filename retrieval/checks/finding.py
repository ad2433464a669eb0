"""What a check found, and the words that checks go by."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

from knowledge.model import Language
from knowledge.terms import fold, stopwords
from retrieval.lexicon import lexicon
from retrieval.terms import Term, question_terms

FindingKind = Literal[
    "number", "date", "order", "name", "roles", "negation", "opposite", "scope", "factuality", "quotation"
]
Outcome = Literal["agrees", "differs", "open"]
"""`open`: the claim says more than the evidence does, which neither bears it out nor denies it."""

# Texts kept as read: each of eight rules reads a claim and a dozen pieces of evidence.
_KEPT = 4096
_WORD = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*")


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


@dataclass(frozen=True, slots=True)
class Token:
    """A word at `text[start:end]` with its folded form."""

    key: str
    start: int
    end: int


@lru_cache(_KEPT)
def tokens(text: str) -> tuple[Token, ...]:
    """The words of a text, folded and without apostrophes: "didn't" is "didnt"."""
    return tuple(
        Token(fold(match.group()).replace("'", "").replace("’", ""), match.start(), match.end())
        for match in _WORD.finditer(text)
    )


@lru_cache(_KEPT)
def terms_of(statement: Statement) -> tuple[Term, ...]:
    """The content words and numbers of a statement, each with what may stand for it in the other language."""
    return tuple(question_terms(statement.text, statement.language, lexicon()))


def content(words: Iterable[Token]) -> Iterator[Token]:
    """The words that are not function words of either language."""
    skipped = stopwords("und")
    return (word for word in words if word.key not in skipped)


@cache
def phrases(section: str, name: str) -> re.Pattern[str]:
    """Any of the listed phrases, at word bounds, in a folded text."""
    return pattern(data()[section][name])


def pattern(listed: str) -> re.Pattern[str]:
    """A pattern for phrases parted by |, the longest first; * stands for any ending of a word."""
    either = sorted({one.strip() for one in listed.split("|") if one.strip()}, key=lambda one: (-len(one), one))
    shaped = (re.escape(one).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for one in either)
    return re.compile(rf"(?<!\w)(?:{'|'.join(shaped)})(?!\w)")


@lru_cache(_KEPT)
def level(text: str) -> str:
    """The text folded letter by letter, as long as it is, so that places keep their numbers."""
    return "".join(folded if len(folded := fold(letter)) == 1 else letter for letter in text)


@cache
def data() -> dict[str, dict[str, Any]]:
    """The word lists of data/checks.toml."""
    return tomllib.loads(resources.files("retrieval").joinpath("data/checks.toml").read_text("utf-8"))


def first_of(findings: Sequence[Finding], outcome: Outcome) -> Finding | None:
    """The first finding with this outcome."""
    return next((one for one in findings if one.outcome == outcome), None)
