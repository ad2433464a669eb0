"""Listed phrases, found in texts that are folded letter by letter, and the words of such texts."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from knowledge.terms import fold, stopwords

# Texts kept as read: each of eight rules reads a claim and a dozen pieces of evidence.
_KEPT = 4096
_WORD = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*")


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
    """The word lists of phrases.toml."""
    return tomllib.loads(resources.files("retrieval.words").joinpath("phrases.toml").read_text("utf-8"))


def is_disputed(text: str) -> bool:
    """Whether a text calls something disputed, alleged, denied or unproven, so that its reader should know."""
    return phrases("factuality", "disputed").search(level(text)) is not None
