"""The listed phrases of phrases.toml as patterns for folded texts, and the words of texts."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from knowledge.terms import fold

# Texts cached by each function. Our choice: the wordings of all reviewed claims.
_CACHED_TEXTS = 4096
_WORD = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Token:
    """A word at `text[start:end]`; `key` is its folded form."""

    key: str
    start: int
    end: int


@lru_cache(_CACHED_TEXTS)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of a text, folded and without apostrophes: "didn't" is "didnt"."""
    return tuple(
        Token(fold(match.group()).replace("'", "").replace("’", ""), match.start(), match.end())
        for match in _WORD.finditer(text)
    )


@cache
def phrases(section: str, name: str) -> re.Pattern[str]:
    """Return a pattern for any of the phrases of a list, at word bounds, in a folded text."""
    return pattern(data()[section][name])


def pattern(listed: str) -> re.Pattern[str]:
    """Return a pattern for phrases separated by |, the longest first; * stands for any ending of a word."""
    unique = {phrase.strip() for phrase in listed.split("|") if phrase.strip()}
    ordered = sorted(unique, key=lambda phrase: (-len(phrase), phrase))
    alternatives = (re.escape(phrase).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for phrase in ordered)
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")


@lru_cache(_CACHED_TEXTS)
def level(text: str) -> str:
    """Fold a text letter by letter, so that its length and offsets stay the same."""
    return "".join(folded if len(folded := fold(letter)) == 1 else letter for letter in text)


@cache
def data() -> dict[str, dict[str, Any]]:
    """Read the lists of phrases.toml."""
    return tomllib.loads(resources.files("retrieval.words").joinpath("phrases.toml").read_text("utf-8"))


def is_disputed(text: str) -> bool:
    """Say whether a text calls something disputed, alleged, denied or unproven."""
    return phrases("factuality", "disputed").search(level(text)) is not None
