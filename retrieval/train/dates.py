"""Days and months as people write them in Spanish and English."""

import random

from babel.dates import get_month_names

from knowledge.model import Language
from retrieval.check.dates import Date, dates

# Days whose ordinal ends in "th" whatever their last digit.
_TEENS = range(11, 14)


def first_date(text: str) -> Date | None:
    """Return the first date of a text that is a single day, or the month of a year."""
    return next((date for date in dates(text) if date.month and (date.day or date.year) and date.to is None), None)


def written(date: Date, language: Language, chance: random.Random) -> str:
    """Return a day, of a year or of any, or the month of a year, in one of the ways that people write it.

    Of any other date there is no such form: a ValueError.
    """
    if date.month is None or (date.day is None and date.year is None):
        raise ValueError("The date is no day and no month of a year.")
    name = get_month_names("wide", locale=language)[date.month]
    if date.day is None:
        return chance.choice(_months(name, date.month, date.year or 0, language))
    days = _english_days if language == "en" else _spanish_days
    return chance.choice(days(name, date.month, date.day, date.year))


def _months(name: str, month: int, year: int, language: Language) -> list[str]:
    short_year = f"{year % 100:02}"
    if language == "en":
        return [f"{name} {year}", f"{name} of {year}", f"{name[:3]}. {year}", f"{name} '{short_year}"]
    return [f"{name} de {year}", f"{name} del {year}", f"{name} del {short_year}", f"{month:02}/{year}"]


def _english_days(name: str, _: int, day: int, year: int | None) -> list[str]:
    first, last = (
        [f"{day} {name}", f"{day} {name[:3]}"],
        [f"{name} {day}", f"{name} {_ordinal(day)}", f"{name[:3]}. {day}"],
    )
    if year is None:
        return [*first, *last]
    return [*(f"{form} {year}" for form in first), *(f"{form}, {year}" for form in last)]


def _spanish_days(name: str, month: int, day: int, year: int | None) -> list[str]:
    in_words = [f"{day} de {name}", f"{day} de {name}" if day > 1 else f"1.º de {name}"]
    if year is None:
        return in_words
    in_figures = [f"{day}/{month}/{year}", f"{day:02}/{month:02}/{year}", f"{day}-{month}-{year}"]
    return [*(f"{form} de {year}" for form in in_words), f"{day} de {name} del {year}", *in_figures]


def _ordinal(day: int) -> str:
    ending = "th" if day in _TEENS else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"
