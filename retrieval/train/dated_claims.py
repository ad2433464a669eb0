"""A sentence and a claim that say when the same thing was, each in one of the ways that people write dates.

Both name a stretch of days: a day, a quarter, the end of a year, the nineties, what was before 2004. Where the claim's
holds all of the text's the text supports it; where they share no day it contradicts it; else it leaves it open. So the
reader learns that the same day in another form is no contradiction, and that a finer date than the text's is not
supported.
"""

import random
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial

from babel.dates import get_month_names

from knowledge.model import Language
from retrieval.check.dates import Date, dates
from retrieval.train.data_folder import Decision
from retrieval.train.dates import written
from retrieval.train.embedded_claims import Embedded
from retrieval.train.ranges import Range, as_sentence, draw_pair
from retrieval.train.rewritten_claims import small_words
from retrieval.words.phrases import data

# The years of the days that are made up, where a text names none. Our choice, as all shares and distances here.
_YEARS = range(1985, 2025)
# How far another day lies from the first at most, in days: near it, within some years, and within decades.
_DISTANCES = (40, 700, 9000)
_EARLIEST, _LATEST = date(1500, 1, 1), date(2099, 12, 31)
_MONTHS, _QUARTER, _HALF = 12, 3, 6
# Days that every month has.
_DAYS = 28
_WHEN = re.compile(r"(?:(?<=\s)|^)(?:in|on|en|el)\s+$", re.IGNORECASE)
_UNDATED: Mapping[Language, tuple[str, ...]] = {
    "en": ("yesterday", "last week", "last month", "last year", "three years ago", "recently", "on Tuesday"),
    "es": ("ayer", "la semana pasada", "el mes pasado", "el año pasado", "hace tres años", "hace poco", "el martes"),
}
_ANCHORS: Mapping[Language, tuple[str, ...]] = {
    "en": ("The firm opened in {}.", "It all began in {}.", "The law dates from {}.", "The fire was in {}."),
    "es": ("La empresa abrió en {}.", "Todo empezó en {}.", "La ley es de {}.", "El incendio fue en {}."),
}
_YEARS_LATER: Mapping[Language, tuple[str, ...]] = {
    "en": ("{} years later", "{} years afterwards"),
    "es": ("{} años después", "{} años más tarde"),
}
_LONGEST_AFTER = 21
_IN_YEAR: Mapping[Language, tuple[str, ...]] = {"en": ("in {}",), "es": ("en {}", "en el año {}")}
_IN_SEASON: Mapping[Language, tuple[str, ...]] = {
    "en": ("in {}", "in the {} season"),
    "es": ("en {}", "en la temporada {}", "en el curso {}"),
}
_DECADES: Mapping[Language, tuple[str, ...]] = {
    "en": ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties"),
    "es": ("veinte", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"),
}
_NAMED_DECADES = range(1920, 2000, 10)


def dated(sentence: str, language: Language, chance: random.Random) -> Embedded | None:
    """Return a claim, a sentence of a text and what that does with it, where a sentence says once when it was."""
    place = _place(sentence)
    if place is None or language == "und":
        return None
    start, end, day = place
    decision: Decision = chance.choice(("S", "C", "N"))
    drawn = _drawn(day, decision, language, chance)
    if drawn is None:
        return None
    claimed, stated = (f"{sentence[:start]}{words}{sentence[end:]}" for words in drawn)
    return as_sentence(claimed), as_sentence(stated), decision


def years_later(sentence: str, language: Language, chance: random.Random) -> Embedded | None:
    """Return a claim with a year, and a text that says how many years after another year that was."""
    place = _place(sentence)
    if place is None or language == "und":
        return None
    start, end, day = place
    years = chance.randrange(2, _LONGEST_AFTER)
    said = small_words(language)[years] if chance.random() < 1 / 2 else years
    later = chance.choice(_YEARS_LATER[language]).format(said)
    anchor = chance.choice(_ANCHORS[language]).format(day.year - years)
    decision: Decision = chance.choice(("S", "C"))
    year = day.year if decision == "S" else day.year + chance.choice([-3, -2, -1, 1, 2, 3, -years])
    claim = f"{sentence[:start]}{'in' if language == 'en' else 'en'} {year}{sentence[end:]}"
    return as_sentence(claim), f"{anchor} {as_sentence(f'{sentence[:start]}{later}{sentence[end:]}')}", decision


def _place(sentence: str) -> tuple[int, int, date] | None:
    """Return where a sentence's only date stands, with the preposition before it, and a day that it may mean."""
    listed = dates(sentence)
    if len(listed) != 1 or listed[0].bound or listed[0].to:
        return None
    before = _WHEN.search(sentence[: listed[0].start])
    return None if before is None else (before.start(), listed[0].end, _day(listed[0]))


def _day(partial_date: Date) -> date:
    """Return a day that a date may mean, the same for the same date."""
    month, day = partial_date.month, partial_date.day
    year = partial_date.year or _YEARS[(month or 0) * (day or 1) % len(_YEARS)]
    return date(year, month or 1 + year % _MONTHS, day or 1 + year % _DAYS)


def _drawn(day: date, decision: Decision, language: Language, chance: random.Random) -> tuple[str, str] | None:
    """Return the words of a claim and of a text that make a decision; some say nothing of when it was, or not what day.

    A text that does not say when leaves a claim open that does, and one that does supports one that does not.
    """
    ways = [partial(way, language) for way in _WAYS]
    if chance.random() < 1 / 4 and decision != "C" and (stated := chance.choice(ways)(day, chance)) is not None:
        return ("", stated.words) if decision == "S" else (stated.words, chance.choice((*_UNDATED[language], "")))
    return draw_pair(decision, day, _other_day, ways, chance)


def _other_day(day: date, chance: random.Random) -> date:
    distance = chance.choice(_DISTANCES)
    return min(max(day + timedelta(chance.randint(-distance, distance)), _EARLIEST), _LATEST)


def _on_day(language: Language, day: date, chance: random.Random) -> Range[date]:
    words = written(Date(0, 0, day.year, day.month, day.day), language, chance)
    words = day.isoformat() if chance.random() < 1 / 8 else words
    return Range(f"{'on' if language == 'en' else 'el'} {words}", day, day)


def _in_month(language: Language, day: date, chance: random.Random) -> Range[date]:
    words = written(Date(0, 0, day.year, day.month, None), language, chance)
    return _months(f"{'in' if language == 'en' else 'en'} {words}", day.year, day.month, day.month)


def _in_year(language: Language, day: date, chance: random.Random) -> Range[date]:
    return _months(chance.choice(_IN_YEAR[language]).format(day.year), day.year, 1, _MONTHS)


def _in_quarter(language: Language, day: date, chance: random.Random) -> Range[date]:
    number = (day.month - 1) // _QUARTER
    first, last = number * _QUARTER + 1, (number + 1) * _QUARTER
    names, ordinal = get_month_names("wide", locale=language), _ordinal(number, language)
    if language == "en":
        forms = [f"in Q{number + 1} {day.year}", f"in the {ordinal} quarter of {day.year}"]
        forms.append(f"between {names[first]} and {names[last]} {day.year}")
    else:
        forms = [f"en el {number + 1}T {day.year}", f"en el {ordinal} trimestre de {day.year}"]
        forms.append(f"entre {names[first]} y {names[last]} de {day.year}")
    return _months(chance.choice(forms), day.year, first, last)


def _in_half(language: Language, day: date, chance: random.Random) -> Range[date]:
    number = (day.month - 1) // _HALF
    ordinal = _ordinal(number, language)
    words = f"in the {ordinal} half of" if language == "en" else f"en el {ordinal} semestre de"
    return _months(f"{words} {day.year}", day.year, number * _HALF + 1, (number + 1) * _HALF)


def _at_end(language: Language, day: date, chance: random.Random) -> Range[date] | None:
    """Return early or late in the year, where the day is so surely."""
    early, late = ("in early", "in late") if language == "en" else ("a principios de", "a finales de")
    if day.month <= _QUARTER:
        return _months(f"{early} {day.year}", day.year, 1, _HALF)
    return _months(f"{late} {day.year}", day.year, _HALF + 1, _MONTHS) if day.month > _MONTHS - _QUARTER else None


def _in_season(language: Language, day: date, chance: random.Random) -> Range[date]:
    """Return the season over two years that the day is in, from July to June."""
    first = day.year if day.month > _HALF else day.year - 1
    words = chance.choice(_IN_SEASON[language]).format(f"{first}-{(first + 1) % 100:02}")
    return Range(words, date(first, _HALF + 1, 1), date(first + 1, _HALF, 30))


def _in_years(language: Language, day: date, chance: random.Random) -> Range[date]:
    first, last = day.year - chance.randrange(4), day.year + chance.randrange(1, 4)
    words = f"between {first} and {last}" if language == "en" else f"entre {first} y {last}"
    return Range(words, date(first, 1, 1), date(last, _MONTHS, 31))


def _in_decade(language: Language, day: date, chance: random.Random) -> Range[date]:
    first = day.year // 10 * 10
    words = f"in the {first}s" if language == "en" else f"en la década de {first}"
    if first in _NAMED_DECADES and chance.random() < 1 / 2:
        name = _DECADES[language][_NAMED_DECADES.index(first)]
        words = f"in the {name}" if language == "en" else chance.choice([f"en los {name}", f"en los años {name}"])
    return Range(words, date(first, 1, 1), date(first + 9, _MONTHS, 31))


def _before(language: Language, day: date, chance: random.Random) -> Range[date]:
    year = day.year + chance.randrange(1, 6)
    return Range(f"before {year}" if language == "en" else f"antes de {year}", _EARLIEST, date(year - 1, _MONTHS, 31))


def _after(language: Language, day: date, chance: random.Random) -> Range[date]:
    year = day.year - chance.randrange(1, 6)
    return Range(f"after {year}" if language == "en" else f"después de {year}", date(year + 1, 1, 1), _LATEST)


def _ordinal(number: int, language: Language) -> str:
    """Return the word for a part of a year, the first being 0, as dates are read by it."""
    ordinal: str = data()["dates"][f"ordinals_{language}"].split("|")[number]
    return ordinal


def _months(words: str, year: int, first: int, last: int) -> Range[date]:
    following = date(year + last // _MONTHS, last % _MONTHS + 1, 1)
    return Range(words, date(year, first, 1), following - timedelta(1))


# Days, months and years are what people write most; they stand here more than once.
_WAYS: tuple[Callable[[Language, date, random.Random], Range[date] | None], ...] = (
    _on_day, _on_day, _on_day, _on_day, _in_month, _in_month, _in_month, _in_year, _in_year, _in_year, _in_quarter,
    _in_quarter, _in_half, _at_end, _in_season, _in_years, _in_decade, _before, _after,
)  # fmt: skip
