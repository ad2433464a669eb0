"""A sentence written otherwise: without what only adds to it, its figures and dates as others write them."""

import random
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from babel.numbers import format_decimal

from knowledge import numerals
from knowledge.model import Language
from knowledge.numbers import Number, numbers
from retrieval.train.dates import first_date, written

SMALL = range(2, 21)
"""Numbers that people write in a word or in figures. Our choice."""
# Numbers whose digits people group; whole scales below which they write a number out.
_GROUPED_FROM, _SCALED_FROM = 1000, 2
# Digits after the mark of a number with its scale in words.
_DECIMALS = 1000
# The share of great numbers that get their scale in words, and of the others whose digits are grouped. Our choice.
_SCALED, _GROUPED = 0.6, 0.5
# Words that a sentence has left at least. Our choice: fewer say too little.
_FEWEST_WORDS = 6
_SCALES: dict[Language, dict[Decimal, str]] = {
    "en": {Decimal(10) ** 9: "billion", Decimal(10) ** 6: "million"},
    "es": {Decimal(10) ** 6: "millones"},
}
_PERCENT: dict[Language, tuple[str, ...]] = {"en": ("%", " percent", " per cent"), "es": ("%", " %", " por ciento")}
DIGIT, QUOTES = re.compile(r"[0-9]"), re.compile(r"[\"“”«»]")
_ASIDE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r",\s(?:after|when|while|which|who|where|following|having|making|according to|as part of)\b"),
    "es": re.compile(r",\s(?:después de|tras|cuando|mientras|que|quien|donde|según|lo que|con lo que)\b"),
}


def shortened(sentence: str, language: Language) -> str | None:
    """Return a sentence without its last clause, where that only adds to it."""
    aside = _ASIDE[language].search(sentence)
    if aside is None or "," in sentence[aside.end() :] or QUOTES.search(sentence):
        return None
    rest = sentence[: aside.start()]
    is_whole = len(rest.split()) >= _FEWEST_WORDS and rest.count("(") == rest.count(")")
    return f"{rest}." if is_whole else None


def with_date_rewritten(sentence: str, language: Language, chance: random.Random) -> str | None:
    """Return a sentence with its first date in another form."""
    date = first_date(sentence)
    if date is None:
        return None
    return sentence[: date.start] + written(date, language, chance) + sentence[date.end :]


def with_number_rewritten(sentence: str, language: Language, chance: random.Random) -> str | None:
    """Return a sentence with one of its numbers in another form, if it has one that people write in several."""
    options = [
        (number, other)
        for number in numbers(sentence, language)
        for other in other_forms(number, sentence[number.start : number.end], language, chance)
        if other != sentence[number.start : number.end]
    ]
    if not options:
        return None
    number, other = chance.choice(options)
    return sentence[: number.start] + other + sentence[number.end :]


@cache
def small_words(language: Language) -> dict[int, str]:
    """Return the first word that a language has for each small number."""
    words: dict[int, str] = {}
    for word, value in numerals.data()[language]["numerals"].items():
        if value in SMALL:
            words.setdefault(int(value), word)
    return words


def other_forms(number: Number, text: str, language: Language, chance: random.Random) -> Iterator[str]:
    """Yield other forms of a number that is written so: in a word or in figures, grouped, with its scale in words."""
    if number.kind == "cardinal" and number.value in SMALL:
        yield small_words(language)[int(number.value)] if DIGIT.search(text) else str(int(number.value))
    elif number.kind == "percent" and DIGIT.search(text):
        yield format_decimal(number.value, locale=language) + chance.choice(_PERCENT[language])
    elif number.kind == "cardinal" and number.value >= _GROUPED_FROM and number.value == int(number.value):
        scaled = _scaled(number.value, language) if chance.random() < _SCALED else None
        is_grouped = chance.random() < _GROUPED
        yield scaled or format_decimal(number.value, locale=language, group_separator=is_grouped)


def _scaled(value: Decimal, language: Language) -> str | None:
    """Return a great number with its scale in words, as "3.2 million", where that is short."""
    for scale, word in _SCALES[language].items():
        share = value / scale
        if share >= _SCALED_FROM and share * _DECIMALS == int(share * _DECIMALS):
            return f"{format_decimal(share.normalize(), locale=language)} {word}"
    return None
