"""Dates of a claim beside those of its evidence, and which of two events came first.

A date is a stretch of days, be it one day, a month or a year; "before", "since" and the like open it to one side.
"""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from knowledge.terms import stopwords
from retrieval.check.rules.finding import Finding, Outcome, Statement, terms_of
from retrieval.words.coverage import coverage
from retrieval.words.phrases import data, level, phrases
from retrieval.words.terms import Term

_EARLIEST, _LATEST = 0, 99_991_231
_YEARS = r"(?:1[5-9]|20)\d\d"
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
# Where the halves of two sentences match clearly better one way than the other.
_CLEARLY = 0.34


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
    found: list[Date] = []
    for match in _pattern().finditer(folded):
        one = _date(folded, match)
        if not _is_possible(one) or (match["y4"] and counts_things(text, one.start, one.end)):
            continue
        if found and _is_range(folded, found[-1], one):
            first = found.pop()
            bound = None if first.bound == "since" else first.bound  # "from 2020 to 2023"
            one = replace(first, end=one.end, bound=bound, to=one)
        found.append(one)
    # "may" and "mar" are months only beside a day or a year, which the pattern asks for.
    return found


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
    name = next((parts[key] for key in ("m1", "m2", "m3", "m4") if parts[key]), None)
    told_day = next((parts[key] for key in ("d1", "d2") if parts[key]), None)
    told_year = next((parts[key] for key in ("y1", "y2", "y3", "y4") if parts[key]), None)
    return Date(
        match.start(),
        match.end(),
        int(told_year) if told_year else None,
        _months()[name] if name else None,
        int(told_day) if told_day else None,
        _bound(folded, match),
    )


def _is_possible(date: Date) -> bool:
    if date.month is None:
        return True
    # A leap year has the most days.
    return 1 <= date.month <= 12 and 1 <= (date.day or 1) <= calendar.monthrange(date.year or 2000, date.month)[1]


def _is_range(folded: str, first: Date, second: Date) -> bool:
    """Whether two neighbouring dates are the ends of one: "2020-2023", "entre 2020 y 2023"."""
    link = _LINK.fullmatch(folded, first.end, second.start)
    if link is None or first.to is not None or first.year is None or second.year is None:
        return False
    if link["both"] and not _BETWEEN.search(folded[max(0, first.start - _BEFORE_DATE) : first.start]):
        return False
    return _days(first, first.year)[0] <= _days(second, second.year)[1]


def compare_dates(claim: Statement, evidence: Statement) -> list[Finding]:
    """Each date of the claim beside the dates of the evidence.

    One that fits agrees, else one that can be compared differs; without any, or where the evidence has nothing of what
    the claim says happened, it stays open: every article has dates.
    """
    told = dates(evidence.text)
    found = []
    for said in dates(claim.text):
        comparable = [(one, _fit(said, one)) for one in told]
        known = [(one, fit) for one, fit in comparable if fit is not None]
        agreeing = next((one for one, fit in known if fit), None)
        if agreeing is not None:
            found.append(_finding("agrees", claim, said, evidence, agreeing))
        elif known and len(known) == len(comparable) and _same_event(claim, evidence):
            found.append(_finding("differs", claim, said, evidence, known[0][0]))
        else:
            found.append(Finding("date", "open", _shown(claim.text, said), ""))
    return found


def _same_event(claim: Statement, evidence: Statement) -> bool:
    """Whether the evidence has a word of what the claim says happened, or no word of its own for what did."""
    said, told = ([term for term in terms_of(one) if _happens(term)] for one in (claim, evidence))
    return not said or not told or coverage(said, evidence.text, evidence.language) > 0


def _happens(term: Term) -> bool:
    """Whether a word is no name and no part of a date."""
    return not term.exact and term.word not in _months()


def compare_order(claim: Statement, evidence: Statement) -> list[Finding]:
    """Whether both put two events in the same order, where both have words for it."""
    said, told = _ordered(claim.text), _ordered(evidence.text)
    if said is None or told is None:
        return []
    halves = [Statement(text, claim.language) for text in said[:2]]
    parts = [terms_of(half) for half in halves]
    if not all(parts):
        return []

    def fit(first: str, second: str) -> float:
        return coverage(parts[0], first, evidence.language) + coverage(parts[1], second, evidence.language)

    straight, crossed = fit(told[0], told[1]), fit(told[1], told[0])
    if abs(straight - crossed) < _CLEARLY:
        return []
    same = (said[2] == told[2]) == (straight > crossed)
    return [Finding("order", "agrees" if same else "differs", claim.text, evidence.text)]


def _ordered(text: str) -> tuple[str, str, bool] | None:
    """What stands before and after the one word of order in a text, and whether the first came first."""
    folded = level(text)
    found = [(match, earlier) for name, earlier in (("before", True), ("after", False))
             for match in phrases("order", name).finditer(folded)]  # fmt: skip
    if len(found) != 1:
        return None
    match, earlier = found[0]
    first, second = text[: match.start()], text[match.end() :]
    if not first.strip() and "," in second:
        # "Before X came, Y left": what follows the comma is the other event.
        second, _, first = second.partition(",")
    return first, second, earlier


def _finding(outcome: Outcome, claim: Statement, said: Date, evidence: Statement, told: Date) -> Finding:
    return Finding("date", outcome, _shown(claim.text, said), _shown(evidence.text, told))


def _shown(text: str, date: Date) -> str:
    return text[date.start : date.end]


def _fit(said: Date, told: Date) -> bool | None:
    """Whether two dates can be the same or lie as the claim says; None where they share nothing to compare."""
    if said.year is None and told.year is None and (said.month is None or told.month is None):
        return None
    if (said.year is None) != (told.year is None) and (said.month is None or told.month is None):
        return None
    if (said.to and told.year is None) or (told.to and said.year is None):
        return None
    if said.bound == told.bound and said.bound in ("since", "until"):
        # "Since 2006" and "since 1996" name two beginnings, whatever their stretches share.
        said, told = replace(said, bound=None), replace(told, bound=None)
    year = told.year if said.year is None else said.year
    one = _stretch(said, year if year is not None else 0)
    other = _stretch(told, told.year if told.year is not None else (year or 0))
    return one[0] <= other[1] and other[0] <= one[1]


def _stretch(date: Date, year: int) -> tuple[int, int]:
    """The first and the last day that are meant, as numbers that sort as dates do."""
    first, last = _days(date, year)
    if date.to is not None:
        last = _days(date.to, date.to.year or year)[1]
    return {
        "before": (_EARLIEST, first - 1),
        "after": (last + 1, _LATEST),
        "since": (first, _LATEST),
        "until": (_EARLIEST, last),
    }.get(date.bound or "", (first, last))


def _days(date: Date, year: int) -> tuple[int, int]:
    """The first and the last day of a date as it is written."""
    first = year * 10_000 + (date.month or 1) * 100 + (date.day or 1)
    month = date.month or 12
    return first, year * 10_000 + month * 100 + (date.day or calendar.monthrange(year or 2000, month)[1])


def _bound(folded: str, match: re.Match[str]) -> str | None:
    before = folded[max(0, match.start() - _BEFORE_DATE) : match.start()]
    for name in ("before", "after", "since", "until"):
        for found in phrases("dates", name).finditer(before):
            between = _LEADING.fullmatch(before, found.end())
            if between:
                return _BLUNT.get(name, name) if _PART_SAID.search(between.group()) else name
    return None


@cache
def _months() -> dict[str, int]:
    names: Sequence[str] = [data()["dates"][key] for key in ("months_en", "months_es", "months_short")]
    return dict(_numbered(names)) | {"setiembre": 9, "sept": 9}


def _numbered(lists: Sequence[str]) -> Iterator[tuple[str, int]]:
    for one in lists:
        yield from ((name, number) for number, name in enumerate(one.split("|"), 1) if name != "-")


@cache
def _pattern() -> re.Pattern[str]:
    month = "|".join(sorted(_months(), key=len, reverse=True))
    day = r"(?:[12]\d|3[01]|0?[1-9])"
    return re.compile(
        rf"(?:(?<![\w.,-])|(?<=\b\d\d\d\d-)|(?<=\bmid-))(?:(?P<iso>{_YEARS}-\d\d-\d\d)"
        rf"|(?P<d1>{day})(?:st|nd|rd|th|\.?[ºo])?\s+(?:de\s+|of\s+)?(?P<m1>{month})\b(?:\.?,?\s+(?:de\s+|del\s+)?(?P<y1>{_YEARS}))?"
        rf"|(?P<m2>{month})\.?\s+(?P<d2>{day})(?:st|nd|rd|th)?\b(?!\s*(?:million|billion|%))(?:,?\s+(?P<y2>{_YEARS}))?"
        rf"|(?P<m3>{month})\.?,?\s+(?:de\s+|del\s+|of\s+)?(?P<y3>{_YEARS})"
        rf"|(?:(?<=\bin )|(?<=\ben ))(?P<m4>{month})\b"
        rf"|(?P<y4>{_YEARS}))(?![\w%]|[.,]\d|\s+{_UNITS})"
    )
