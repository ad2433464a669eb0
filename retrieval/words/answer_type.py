"""Answer types: those that a question asks for, and those in a sentence: amount, money, time and person.

Classifying questions by their question words follows Li and Roth 2002, "Learning Question Classifiers". It serves to
choose among the sentences of a retrieved passage.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

from knowledge.terms import fold

_DIGITS = re.compile(r"\d")
_CURRENCY = re.compile(r"[$€£¥]")
# Two capitalised words in succession are a person's name more often than not.
_NAME = re.compile(r"\b[^\W\d_a-z][\w'’-]+(?: (?:de|del|la|las|los|von|van|bin))* [^\W\d_a-z][\w.'’-]+")
_WORD = re.compile(r"[^\W_]+")
# From 1500 to 2099: other numbers of four digits are amounts more often than years. Our choice.
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


def expected_types(question: str) -> frozenset[str]:
    """Return the types that a question asks for, of `amount`, `money`, `time` and `person`; often none."""
    folded = f" {' '.join(_WORD.findall(fold(question)))} "
    return frozenset(
        name for name, phrases in _data()["questions"].items() if any(f" {phrase} " in folded for phrase in phrases)
    )


def offered_types(sentence: str) -> frozenset[str]:
    """Return the types that a sentence contains."""
    words = set(_WORD.findall(fold(sentence)))
    types = set()
    if _DIGITS.search(sentence) or words & set(_data()["words"]["amount"]):
        types.add("amount")
    if _CURRENCY.search(sentence) or words & set(_data()["words"]["money"]):
        types.add("money")
    if _YEAR.search(sentence) or words & set(_data()["words"]["time"]):
        types.add("time")
    if _NAME.search(sentence):
        types.add("person")
    return frozenset(types)


def type_share(expected: frozenset[str], sentence: str) -> float:
    """Return the share of the expected types that a sentence contains; 0 where none is expected."""
    return len(expected & offered_types(sentence)) / len(expected) if expected else 0.0


@cache
def _data() -> dict[str, dict[str, Sequence[str]]]:
    """Read the folded words of answer_type.toml, by section and type."""
    text = resources.files("retrieval.words").joinpath("answer_type.toml").read_text("utf-8")
    return {
        section: {name: [fold(word) for word in words] for name, words in types.items()}
        for section, types in tomllib.loads(text).items()
    }
