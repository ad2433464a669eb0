"""What kind of thing a question asks for, and what kinds a sentence offers: an amount, money, a time, a person.

Answer typing by question word is as old as question answering (Li and Roth 2002, "Learning Question Classifiers");
here it only helps to choose among the sentences of a passage that was already found.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

from knowledge.terms import fold

# A number in digits, or one written out that is listed in the data.
_DIGITS = re.compile(r"\d")
_CURRENCY = re.compile(r"[$€£¥]")
# Two capitalised words in a row, or one after a title, name a person more often than not.
_NAME = re.compile(r"\b[^\W\d_a-z][\w'’-]+(?: (?:de|del|la|las|los|von|van|bin))* [^\W\d_a-z][\w.'’-]+")
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


def expected(question: str) -> frozenset[str]:
    """The kinds of thing that a question asks for: among `amount`, `money`, `time` and `person`; often none."""
    folded = f" {' '.join(_WORD.findall(fold(question)))} "
    return frozenset(
        kind for kind, openings in _data()["questions"].items() if any(f" {opening} " in folded for opening in openings)
    )


def offered(sentence: str) -> frozenset[str]:
    """The kinds of thing that a sentence tells."""
    words = set(_WORD.findall(fold(sentence)))
    kinds = set()
    if _DIGITS.search(sentence) or words & set(_data()["words"]["amount"]):
        kinds.add("amount")
    if _CURRENCY.search(sentence) or words & set(_data()["words"]["money"]):
        kinds.add("money")
    if _YEAR.search(sentence) or words & set(_data()["words"]["time"]):
        kinds.add("time")
    if _NAME.search(sentence):
        kinds.add("person")
    return frozenset(kinds)


def fit(asked: frozenset[str], sentence: str) -> float:
    """The share of what is asked for that a sentence offers; 0 when nothing particular is asked for."""
    return len(asked & offered(sentence)) / len(asked) if asked else 0.0


@cache
def _data() -> dict[str, dict[str, Sequence[str]]]:
    text = resources.files("retrieval.words").joinpath("answer_type.toml").read_text("utf-8")
    return {
        section: {kind: [fold(word) for word in words] for kind, words in kinds.items()}
        for section, kinds in tomllib.loads(text).items()
    }
