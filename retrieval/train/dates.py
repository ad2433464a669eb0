"""Dates of a day and a month as people write them in Spanish and English."""

import random
import re
from dataclasses import dataclass
from functools import cache

from babel.dates import get_month_names

from knowledge.model import Language

# Days whose ordinal ends in "th" whatever their last digit.
_TEENS = range(11, 14)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date at `text[start:end]`, its year as written there, if it is."""

    start: int
    end: int
    day: int
    month: int
    year: str | None


def find_date(text: str, language: Language) -> WrittenDate | None:
    """Return the first date of a text in Spanish or English that names its month."""
    match = _pattern(language).search(text)
    if match is None:
        return None
    groups = match.groupdict()
    day, month = groups["day"] or groups["later_day"], groups["month"] or groups["first_month"]
    return WrittenDate(*match.span(), int(day), _months(language)[month.casefold()], groups["year"])


def written(date: WrittenDate, language: Language, chance: random.Random) -> str:
    """Return a date in one of the ways that people write it."""
    name = get_month_names("wide", locale=language)[date.month]
    if language == "en":
        short = name[:3]
        forms = [f"{date.day} {name}", f"{name} {date.day}", f"{name} {_ordinal(date.day)}", f"{date.day} {short}",
                 f"{short}. {date.day}"]  # fmt: skip
        chosen = chance.choice(forms)
        if date.year is None:
            return chosen
        return f"{chosen}, {date.year}" if chosen[0].isalpha() else f"{chosen} {date.year}"
    if date.year is None:
        return f"{date.day} de {name}"
    in_words = f"{date.day} de {name}"
    in_figures = f"{date.day}/{date.month}/{date.year}", f"{date.day}-{date.month}-{date.year}"
    return chance.choice([f"{in_words} de {date.year}", f"{in_words} del {date.year}", *in_figures])


def _ordinal(day: int) -> str:
    ending = "th" if day in _TEENS else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


@cache
def _months(language: Language) -> dict[str, int]:
    return {name.casefold(): number for number, name in get_month_names("wide", locale=language).items()}


@cache
def _pattern(language: Language) -> re.Pattern[str]:
    months = "|".join(_months(language))
    day_first = rf"(?P<day>\d{{1,2}}) (?:de )?(?P<month>{months})"
    month_first = rf"(?P<first_month>{months}) (?P<later_day>\d{{1,2}})(?!\d)"
    return re.compile(rf"\b(?:{day_first}|{month_first})(?:,? (?:de |del )?(?P<year>\d{{4}}))?\b", re.IGNORECASE)
