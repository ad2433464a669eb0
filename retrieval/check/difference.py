"""What a claim and the excerpt that contradicts it say otherwise, where that is one date or number in each.

It explains a verdict and makes none. It was tried as a veto too, where an excerpt has the claim's words and none of its
figures otherwise: of 6 contradictions of development claims that it would have undone, all were right.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.model import Language
from knowledge.numbers import Number, canonical, numbers
from knowledge.terms import fold
from retrieval.check.dates import Date, dates
from retrieval.words.coverage import coverage
from retrieval.words.lexicon import lexicon
from retrieval.words.terms import question_terms

# Letters by which the words after two numbers are the same in both languages, as "parameters" and "parámetros" are.
# Our choice: with fewer, "models" and "months" would be.
_SAME_LETTERS = 4
# The share of the claim's other words that an excerpt has which speaks of the same. Our choice.
_SAME_WORDS = 0.6
_UNIT = re.compile(r"\s*(?:(?:de|of|the|los|las)\s+)*([^\W\d_]+)")


@dataclass(frozen=True, slots=True)
class Difference:
    """The words of a claim, and those of an excerpt, `excerpt[start:end]`, that stand in their place."""

    claimed: str
    start: int
    end: int


def difference(claim: str, language: Language, excerpt: str, excerpt_language: Language) -> Difference | None:
    """Return the only date or number of a claim that an excerpt has otherwise, if it has one in its place."""
    own, other = dates(claim), dates(excerpt)
    counted = _outside(numbers(claim, language), own), _outside(numbers(excerpt, excerpt_language), other)
    spans = [(date.start, date.end) for date in own] + [(number.start, number.end) for number in counted[0]]
    rest = _without(claim, spans)
    if coverage(question_terms(rest, language, lexicon()), excerpt, excerpt_language) < _SAME_WORDS:
        return None
    if len(own) == len(other) == 1 and _differ(own[0], other[0]):
        return Difference(claim[own[0].start : own[0].end], other[0].start, other[0].end)
    pairs = list(_pairs(claim, counted[0], excerpt, counted[1]))
    if len(pairs) != 1:
        return None
    claimed, stated = pairs[0]
    return Difference(claim[claimed.start : claimed.end], stated.start, stated.end)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _differ(date: Date, other: Date) -> bool:
    """Say whether two dates that are as exact, and open to neither side, are of another day, month or year."""
    if any(each.bound or each.to for each in (date, other)):
        return False
    parts, others = ((each.year, each.month, each.day) for each in (date, other))
    known = [pair for pair in zip(parts, others, strict=True) if None not in pair]
    return any(part != other_part for part, other_part in known)


def _outside(listed: Sequence[Number], days: Sequence[Date]) -> list[Number]:
    """Return the numbers that are no part of a date."""
    return [
        number for number in listed if not any(date.start < number.end and number.start < date.end for date in days)
    ]


def _pairs(
    claim: str, own: Sequence[Number], excerpt: str, others: Sequence[Number]
) -> Iterator[tuple[Number, Number]]:
    """Yield each number that the excerpt lacks with the only number of its kind that the claim lacks."""
    claimed, stated = ({canonical(number) for number in listed} for listed in (own, others))
    for number in own:
        if canonical(number) in stated:
            continue
        places = [
            other
            for other in others
            if canonical(other) not in claimed
            and _are_alike(number, other)
            and _counted_alike(claim, number, excerpt, other)
        ]
        if len(places) == 1:
            yield number, places[0]


def _are_alike(number: Number, other: Number) -> bool:
    currencies = {number.currency, other.currency} - {None}
    return number.kind == other.kind and len(currencies) < len((number, other))


def _counted_alike(claim: str, number: Number, excerpt: str, other: Number) -> bool:
    """Say whether two numbers are of the same things: cardinals by the word after them."""
    if number.kind != "cardinal":
        return True
    units = [_UNIT.match(text, each.end) for text, each in ((claim, number), (excerpt, other))]
    words = {fold(unit.group(1))[:_SAME_LETTERS] for unit in units if unit is not None}
    return all(units) and len(words) == 1
