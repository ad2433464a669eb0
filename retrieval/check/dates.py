"""Dates in a text: a stretch of days each, be it one day, a month or a year.

"Before", "since" and the like open it to one side.
"""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from knowledge.terms import stopwords
from retrieval.words.phrases import data, level, phrases

_MONTHS, _HALF, _QUARTER, _DECADE = 12, 6, 3, 10
_YEARS, _DECADES = r"(?:1[5-9]|20)\d\d", r"(?:1[5-9]|20)\d0"
_LEAP_YEAR, _LAST_DAY = 2000, 9999_12_31
# Words before a date that can open it to one side.
_BEFORE_DATE = 40
# What may stand between such a word and its date; "the end of" and the like make "before" and "after" less sharp.
_PART = "end|start|beginning|middle|early|late|mid|finales|fines|final|principios|comienzos|inicios|mediados"
_LEAD = rf"(?:the|el|del|de|of|ano|year|{_PART})"
_PART_SAID = re.compile(rf"\b(?:{_PART})\b")
_LEADING = re.compile(rf"(?:\s+{_LEAD})*[\s-]+")
_BLUNT = {"before": "until", "after": "since"}
# What joins the ends of a range of dates; "and" does so only after "between".
_LINK = re.compile(rf"\s?[-–—]\s?|\s+(?:a|al|to|through|until|till|hasta|(?P<both>y|and))\s+(?:{_LEAD}\s+)*(?:mid-)?")
_BETWEEN = re.compile(r"\b(?:between|entre)\s+(?:(?:the|el|los|ano|anos|year|years)\s+)*$")
# Four digits before these tell how many, as do round ones before a word in the plural unless a preposition says when.
_UNITS = r"(?:gpus?|dolares|dollars|euros|millones|million)"
_UNIT = re.compile(_UNITS)
_COUNTED = re.compile(
    rf"(?:\s*(?:-|–|and|y|o|or|to|a)\s*\d[\d.,]*)?\s+(?P<word>{_UNITS}\b|people|women|men|children|[a-z]+s\b)"
)
_WHEN = re.compile(
    r"\b(?:in|since|of|by|until|till|from|before|after|during|en|de|del|desde|hasta|tras|durante|year|ano)\s+(?:el\s+)?$"
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date at `text[start:end]`; year, month or day is None where it is not told."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None
    bound: str | None = None
    """"before", "after", "since" or "until", where the words in front say so."""
    to: "Date | None" = None
    """The date that a range ends with, where this begins one ("2020-2023")."""


def dates(text: str) -> list[Date]:
    """The dates of a text in Spanish or English, in order; a range of dates is one."""
    folded = level(text)
    listed: list[Date] = []
    for match in _pattern().finditer(folded):
        date = _date(folded, match)
        if not _is_possible(date) or (match["y4"] and counts_things(text, date.start, date.end)):
            continue
        if listed and _is_range(folded, listed[-1], date):
            first = listed.pop()
            bound = None if first.bound == "since" else first.bound  # "from 2020 to 2023"
            date = replace(first, end=date.end, bound=bound, to=date)
        listed.append(date)
    # "may" and "mar" are months only beside a day or a year, which the pattern asks for.
    return listed


def may_agree(date: Date, other: Date) -> bool:
    """Whether two dates may mean the same day, as far as they say; a bound opens a date to one side.

    Of two with the same bound ("since 1996", "since 2006") the days themselves are compared.
    """
    if date.bound is not None and date.bound == other.bound:
        date, other = replace(date, bound=None), replace(other, bound=None)
    if date.year is None or other.year is None:
        if date.month is None or other.month is None:
            return True
        year = date.year or other.year or _LEAP_YEAR
    else:
        year = _LEAP_YEAR
    (first, last), (other_first, other_last) = (_stretch(each, each.year or year) for each in (date, other))
    return first <= other_last and other_first <= last


def is_relative(text: str) -> bool:
    """Whether a text dates something by another day ("yesterday", "two years later") or by no year ("the nineties")."""
    return phrases("dates", "relative").search(level(text)) is not None


def counts_things(text: str, start: int, end: int) -> bool:
    """Whether four digits that could be a year tell how many: "hired 2000 people"."""
    folded = level(text)
    counted = _COUNTED.match(folded, end)
    if counted is None or counted["word"] in stopwords("und"):
        return False
    if _UNIT.fullmatch(counted["word"]):
        return True
    before = folded[max(0, start - _BEFORE_DATE) : start]
    when = _WHEN.search(before)
    # "Más de 2000" tells how many for all its "de".
    bound = any(
        match.end() == len(before.rstrip()) and (when is None or match.start() < when.start())
        for name in ("least", "most", "almost", "about")
        for match in phrases("bounds", name).finditer(before)
    )
    return text[start:end].endswith("00") and (when is None or bound)


def _date(folded: str, match: re.Match[str]) -> Date:
    parts = match.groupdict()
    if match["iso"]:
        year, month, day = map(int, match["iso"].split("-"))
        return Date(match.start(), match.end(), year, month, day, _bound(folded, match))
    if match["y5"]:
        parts_told = _numbered_day(int(match["n1"]), int(match["n2"]))
        return Date(match.start(), match.end(), int(match["y5"]), *parts_told, _bound(folded, match))
    if match["y7"]:
        return _part_of_year(folded, match)
    if match["y8"] or match["d10"] or match["d10s"]:
        return _years(folded, match)
    name = next((parts[key] for key in ("m1", "m2", "m3", "m4", "m5") if parts[key]), None)
    own_day = next((parts[key] for key in ("d1", "d2") if parts[key]), None)
    own_year = next((parts[key] for key in ("y1", "y2", "y3", "y4") if parts[key]), None)
    return Date(
        match.start(),
        match.end(),
        int(own_year) if own_year else _whole_year(match["y6"]),
        _months()[name] if name else None,
        int(own_day) if own_day else None,
        _bound(folded, match),
    )


def _numbered_day(first: int, second: int) -> tuple[int | None, int | None]:
    """Return the month and the day of "28/09/2023"; of "03/04/2023" neither, as it is written either way."""
    if first == second or first > _MONTHS:
        return second, first
    return (first, second) if second > _MONTHS else (None, None)


def _whole_year(last_digits: str | None) -> int | None:
    """Return the year that two digits stand for, as POSIX reads them (strptime, "%y")."""
    return None if last_digits is None else datetime.strptime(last_digits, "%y").year


def _part_of_year(folded: str, match: re.Match[str]) -> Date:
    """Return the months of a quarter or a half of a year, as a range."""
    quarter = match["q1"] or match["q2"]
    place, length = (int(quarter), _QUARTER) if quarter else _parts()[" ".join(match["part"].split())]
    last = Date(match.start(), match.end(), int(match["y7"]), place * length, None)
    return replace(last, month=last.month and last.month - length + 1, bound=_bound(folded, match), to=last)


def _years(folded: str, match: re.Match[str]) -> Date:
    """Return the years of "2012-13" or "1990s" as a range, and a year alone where the second is no later one."""
    decade = match["d10"] or match["d10s"]
    year = int(decade or match["y4"])
    last = year + _DECADE - 1 if decade else int(match["y4"][:2] + match["y8"])
    date = Date(match.start(), match.end(), year, None, None, _bound(folded, match))
    return replace(date, to=Date(match.start(), match.end(), last, None, None)) if last > year else date


@cache
def _parts() -> dict[str, tuple[int, int]]:
    """Return the place and the months of each part of a year by its name."""
    return {
        f"{ordinal} {name}": (place, length)
        for section, length in (("quarters", _QUARTER), ("halves", _HALF))
        for language in ("en", "es")
        for place, ordinal in enumerate(data()["dates"][f"ordinals_{language}"].split("|")[: _MONTHS // length], 1)
        for name in data()["dates"][f"{section}_{language}"].split("|")
    }


def _is_possible(date: Date) -> bool:
    if date.month is None:
        return True
    # A leap year has the most days.
    return (
        1 <= date.month <= _MONTHS
        and 1 <= (date.day or 1) <= calendar.monthrange(date.year or _LEAP_YEAR, date.month)[1]
    )


def _is_range(folded: str, first: Date, second: Date) -> bool:
    """Whether two neighbouring dates are the ends of one: "2020-2023", "entre 2020 y 2023"."""
    link = _LINK.fullmatch(folded, first.end, second.start)
    if link is None or first.to is not None or first.year is None or second.year is None:
        return False
    if link["both"] and not _BETWEEN.search(folded[max(0, first.start - _BEFORE_DATE) : first.start]):
        return False
    return _days(first, first.year)[0] <= _days(second, second.year)[1]


def _stretch(date: Date, year: int) -> tuple[int, int]:
    """The first and the last day that a date may mean, in the order of days."""
    first, last = _days(date, year)
    if date.to is not None:
        last = _days(date.to, date.to.year or year)[1]
    if date.bound in ("before", "until"):
        first = 0
    return (first, _LAST_DAY) if date.bound in ("after", "since") else (first, last)


def _days(date: Date, year: int) -> tuple[int, int]:
    """The first and the last day of a date as it is written."""
    first = year * 10_000 + (date.month or 1) * 100 + (date.day or 1)
    month = date.month or _MONTHS
    return first, year * 10_000 + month * 100 + (date.day or calendar.monthrange(year, month)[1])


def _bound(folded: str, match: re.Match[str]) -> str | None:
    before = folded[max(0, match.start() - _BEFORE_DATE) : match.start()]
    for name in ("before", "after", "since", "until"):
        for phrase in phrases("dates", name).finditer(before):
            between = _LEADING.fullmatch(before, phrase.end())
            if between:
                return _BLUNT.get(name, name) if _PART_SAID.search(between.group()) else name
    return None


@cache
def _months() -> dict[str, int]:
    names: Sequence[str] = [data()["dates"][key] for key in ("months_en", "months_es", "months_short")]
    return dict(_numbered(names)) | {"setiembre": 9, "sept": 9}


def _numbered(lists: Sequence[str]) -> Iterator[tuple[str, int]]:
    for months in lists:
        yield from ((name, number) for number, name in enumerate(months.split("|"), 1) if name != "-")


@cache
def _pattern() -> re.Pattern[str]:
    month = "|".join(sorted(_months(), key=len, reverse=True))
    day = r"(?:[12]\d|3[01]|0?[1-9])"
    part = "|".join(map(re.escape, _parts())).replace(r"\ ", r"\s+")
    return re.compile(
        rf"(?:(?<![\w.,-])|(?<=\b\d\d\d\d-)|(?<=\bmid-))(?:(?P<iso>{_YEARS}-\d\d-\d\d)"
        rf"|(?P<d1>{day})(?:st|nd|rd|th|\.?[ºo])?\s+(?:de\s+|of\s+)?(?P<m1>{month})\b(?:\.?,?\s+(?:de\s+|del\s+)?(?P<y1>{_YEARS}))?"
        rf"|(?P<m2>{month})\.?\s+(?P<d2>{day})(?:st|nd|rd|th)?\b(?!\s*(?:million|billion|%))(?:,?\s+(?P<y2>{_YEARS}))?"
        rf"|(?P<m3>{month})\.?,?\s+(?:de\s+|del\s+|of\s+)?(?P<y3>{_YEARS})"
        rf"|(?P<m5>{month})\.?\s+(?:del\s+|(?:del?\s+|of\s+)?['’])(?P<y6>\d\d)\b"
        rf"|(?:(?<=\bin )|(?<=\ben ))(?P<m4>{month})\b"
        rf"|(?P<n1>{day})(?P<mark>[/.-])(?P<n2>{day})(?P=mark)(?P<y5>{_YEARS})"
        rf"|(?:[qt](?P<q1>[1-4])|(?P<q2>[1-4])[qt]|(?P<part>{part}))\s+(?:(?:of|de|del)\s+)?(?P<y7>{_YEARS})"
        rf"|(?:decada\s+de\s+(?:los\s+)?(?P<d10>{_DECADES})|(?P<d10s>{_DECADES})s)"
        rf"|(?P<y4>{_YEARS})(?:[-–/](?P<y8>\d\d)(?![-–/\d]))?)(?![\w%]|[.,]\d|\s+{_UNITS})"
    )
