"""Days as people write them in Spanish and English."""

import random

from babel.dates import get_month_names

from knowledge.model import Language
from retrieval.check.dates import Date, dates

# Days whose ordinal ends in "th" whatever their last digit.
_TEENS = range(11, 14)


def first_day(text: str) -> Date | None:
    """Return the first date of a text that is a single day, of a year or of any."""
    return next((date for date in dates(text) if date.month and date.day and date.to is None), None)


def written(date: Date, language: Language, chance: random.Random) -> str:
    """Return the month and day of a date, with its year where it has one, in one of the ways that people write them.

    Of a date that is a range, a month or a year there is no such form: a ValueError.
    """
    if date.month is None or date.day is None:
        raise ValueError("The date is not a day.")
    name = get_month_names("wide", locale=language)[date.month]
    if language == "en":
        short = name[:3]
        forms = [f"{date.day} {name}", f"{name} {date.day}", f"{name} {_ordinal(date.day)}", f"{date.day} {short}",
                 f"{short}. {date.day}"]  # fmt: skip
        chosen = chance.choice(forms)
        if date.year is None:
            return chosen
        return f"{chosen}, {date.year}" if chosen[0].isalpha() else f"{chosen} {date.year}"
    in_words = f"{date.day} de {name}"
    if date.year is None:
        return in_words
    in_figures = f"{date.day}/{date.month}/{date.year}", f"{date.day}-{date.month}-{date.year}"
    return chance.choice([f"{in_words} de {date.year}", f"{in_words} del {date.year}", *in_figures])


def _ordinal(day: int) -> str:
    ending = "th" if day in _TEENS else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"
