"""A sentence and a claim that say how much the same thing was, each exactly or within bounds, in figures or words.

As with dates (see `dated_claims`): where the claim's bounds hold all that the text's allow the text supports it, where
they share nothing it contradicts it, and else it leaves it open.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial

from babel.numbers import format_decimal

from knowledge.model import Language
from knowledge.numbers import Number, numbers
from retrieval.train.changed_claims import BOUND
from retrieval.train.data_folder import Decision
from retrieval.train.embedded_claims import Embedded
from retrieval.train.ranges import Range, Way, as_sentence, draw_pair
from retrieval.train.rewritten_claims import other_forms

_INFINITE = Decimal("Infinity")
# What is more than an amount begins beside it.
_BESIDE = Decimal("1e-9")
# What another amount is of the first, and bounds of an amount. Our choice, as all numbers here.
_FACTORS = tuple(map(Decimal, ("0.1", "0.5", "0.8", "0.9", "1.1", "1.2", "1.5", "2", "10")))
_MARGIN = Decimal("0.15")
# Bounds have so many digits that are not 0. An amount below the least is a count that "more than" seldom stands with.
_DIGITS, _LEAST, _ALL = 2, 5, 100
_MORE: Mapping[Language, tuple[str, ...]] = {"en": ("more than", "over"), "es": ("más de",)}
_FEWER: Mapping[Language, tuple[str, ...]] = {"en": ("fewer than", "under", "less than"), "es": ("menos de",)}
_BETWEEN: Mapping[Language, tuple[str, ...]] = {
    "en": ("between {} and {}", "from {} to {}"),
    "es": ("entre {} y {}", "de {} a {}"),
}
_SHARES: Mapping[Language, Mapping[int, str]] = {
    "en": {
        10: "a tenth", 20: "a fifth", 25: "a quarter", 40: "two fifths", 50: "half", 60: "three fifths",
        75: "three quarters", 80: "four fifths",
    },
    "es": {
        10: "una décima parte", 20: "una quinta parte", 25: "una cuarta parte", 40: "dos quintas partes",
        50: "la mitad", 60: "tres quintas partes", 75: "tres cuartas partes", 80: "cuatro quintas partes",
    },
}  # fmt: skip
_OF = re.compile(r"\s+(?:of|de|del)\b")
_JOINED = re.compile(r"[-–/]")
# An article that stands with a percentage in Spanish alone.
_ARTICLE = re.compile(r"\b(?:el|un)\s+$", re.IGNORECASE)


def counted(sentence: str, language: Language, chance: random.Random) -> Embedded | None:
    """Return a claim, a sentence of a text and what that does with it, where a sentence says how many or how much."""
    options = [number for number in numbers(sentence, language) if _may_vary(number, sentence)]
    if not options or language == "und":
        return None
    number = chance.choice(options)
    decision: Decision = chance.choice(("S", "C", "N"))
    is_share = number.kind == "percent" and _OF.match(sentence, number.end) is not None
    exactly = partial(_exactly, number, language, is_share)
    ways: list[Way[Decimal]] = [
        exactly,
        exactly,
        exactly,
        *(partial(way, number, language) for way in (_more, _fewer, _between)),
    ]
    drawn = draw_pair(decision, number.value, partial(_other, number), ways, chance)
    if drawn is None:
        return None
    head, rest = sentence[: number.start], sentence[number.end :]
    if number.kind == "percent" and language == "es":
        head = _ARTICLE.sub("", head)
    claimed, stated = (as_sentence(f"{head}{words}{rest}") for words in drawn)
    return claimed, stated, decision


def _may_vary(number: Number, sentence: str) -> bool:
    if number.kind not in ("cardinal", "percent") or BOUND.search(sentence[: number.start]):
        return False
    if _JOINED.search(sentence[max(number.start - 1, 0) : number.start] + sentence[number.end : number.end + 1]):
        return False  # "2025-26", "ten-hour"
    return number.value >= _LEAST and number.value == int(number.value)


def _other(number: Number, value: Decimal, chance: random.Random) -> Decimal:
    other = _rounded(value * chance.choice(_FACTORS))
    return other if _is_possible(number, other) else value


def _rounded(value: Decimal) -> Decimal:
    """Return the whole number nearest to a value that has few digits."""
    last = max(value.adjusted() - _DIGITS + 1, 0)
    return round(value / Decimal(10) ** last) * Decimal(10) ** last


def _exactly(
    number: Number, language: Language, is_share: bool, value: Decimal, chance: random.Random
) -> Range[Decimal]:
    return Range(_form(number, value, language, chance, is_share), value, value)


def _more(number: Number, language: Language, value: Decimal, chance: random.Random) -> Range[Decimal] | None:
    bound = _rounded(value * (1 - _MARGIN))
    words = f"{chance.choice(_MORE[language])} {_form(number, bound, language, chance)}"
    return Range(words, bound + _BESIDE, _INFINITE) if bound < value else None


def _fewer(number: Number, language: Language, value: Decimal, chance: random.Random) -> Range[Decimal] | None:
    bound = _rounded(value * (1 + _MARGIN))
    words = f"{chance.choice(_FEWER[language])} {_form(number, bound, language, chance)}"
    return Range(words, Decimal(0), bound - _BESIDE) if bound > value and _is_possible(number, bound) else None


def _between(number: Number, language: Language, value: Decimal, chance: random.Random) -> Range[Decimal] | None:
    low, high = _rounded(value * (1 - _MARGIN)), _rounded(value * (1 + _MARGIN))
    words = chance.choice(_BETWEEN[language]).format(*(_form(number, each, language, chance) for each in (low, high)))
    return Range(words, low, high) if low < value < high and _is_possible(number, high) else None


def _is_possible(number: Number, value: Decimal) -> bool:
    return number.kind != "percent" or value <= _ALL


def _form(number: Number, value: Decimal, language: Language, chance: random.Random, is_share: bool = False) -> str:
    """Return an amount in one of the ways that people write it."""
    if is_share and int(value) in _SHARES[language] and chance.random() < 1 / 2:
        return _SHARES[language][int(value)]
    article = "" if number.kind != "percent" or language == "en" else chance.choice(("", "el ", "un "))
    figures = format_decimal(value, locale=language, group_separator=chance.random() < 1 / 2)
    if number.kind == "percent":
        figures += "%"
    forms = [figures, *other_forms(replace(number, value=value), figures, language, chance)]
    return article + chance.choice(forms)
