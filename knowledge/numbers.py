"""The numbers of a text and their values, however they are written, in Spanish and English.

"5,6 millones", "5.6 million" and "$5.6M" are worth the same; "billón" is 10^12 and "billion" 10^9. The scales are those
of the Real Academia Española (https://www.rae.es/dpd/billón) and of English since 1974; the marks within digits follow
https://www.rae.es/ortografía/los-números-en-cifras and CLDR's locale data, with the other habit read where it is plain.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Literal

from knowledge import numeral_phrases, numerals
from knowledge.marks import has_marks, squeezed
from knowledge.model import Language

NumberKind = Literal["cardinal", "percent", "money", "year", "ordinal"]

YEARS = range(1500, 2100)
"""Four plain digits in this range are read as a year. Our choice: the years of which articles speak."""
PLAIN_BELOW = 1_000_000
"""Canonical tokens are written out below a million, which nobody writes as a power of ten. Our choice."""
_LOOK_BACK = 24
"""Characters before a number that can hold a currency's mark or "between the"; our choice, twice the latter."""

_BETWEEN = re.compile(r"\b(?:entre|between)\s+(?:(?:el|los|las|the)\s+)?$", re.IGNORECASE)
_LINK = re.compile(r"\s?[-–—]\s?|\s+(?P<word>a|al|hasta|o|u|to|or|y|and)\s+(?:(?:el|los|las|the)\s+)?", re.IGNORECASE)
_NEGATIVE = re.compile(r"(?:^|[\s(\[])(?<![0-9]\s)[-−]$")


@dataclass(frozen=True, slots=True)
class Number:
    """A number at `text[start:end]`, with its magnitude word and percent or currency mark."""

    start: int
    end: int
    value: Decimal
    kind: NumberKind
    currency: str | None = None
    """ISO 4217 code; None for other kinds, and for money whose name several countries share ("pesos")."""


@dataclass(frozen=True, slots=True)
class _Read:
    number: Number
    scale: Decimal
    bare_unit: bool
    """A bare "un" or "one": a number only as one end of a range ("one or two million")."""


def numbers(text: str, language: Language) -> list[Number]:
    """Return every number of a text, in order and without overlap; offsets are code points.

    Of an undetermined language, the words of both are read, and digits where both read them alike. A lone "un" or "a"
    is an article, and an unnumbered "millones" no number. Marks within and between numbers are passed over.
    """
    plain, original = squeezed(text) if has_marks(text) else (text, int)
    if plain != text:
        read_plain = numbers(plain, language)
        return [replace(each, start=original(each.start), end=original(each.end - 1) + 1) for each in read_plain]
    pieces = numerals.pieces(text, language)
    if not pieces:
        return []
    return [read.number for read in _with_ranges(text, list(_reads(text, pieces))) if not _is_article(read)]


def canonical(number: Number) -> str:
    """Return a token that is equal for numbers of equal value: "5e9", "30%", "1.5", "2024", "3º".

    Percents and ordinals keep their marks; money, years and other cardinals of one value are the same token.
    """
    value = number.value.normalize()
    token = f"{value:f}" if abs(value) < PLAIN_BELOW else f"{value:e}".replace("e+", "e")
    return token + {"percent": "%", "ordinal": "º"}.get(number.kind, "")


def _reads(text: str, pieces: list[numerals.Piece]) -> Iterator[_Read]:
    position = end = 0
    while position < len(pieces):
        phrase = numeral_phrases.read(text, pieces, position) if pieces[position].start >= end else None
        if phrase is None:
            position += 1
            continue
        position += phrase.piece_count
        number = _number(text, phrase)
        if number is not None and number.start >= end:
            end = number.end
            yield _Read(number, phrase.scale, _is_bare_unit(phrase))


def _is_bare_unit(phrase: numeral_phrases.Phrase) -> bool:
    return phrase.piece_count == 1 and phrase.value == 1 and phrase.first.role == "numeral"


def _is_article(read: _Read) -> bool:
    return read.bare_unit and read.number.kind == "cardinal" and read.number.value == 1


def _number(text: str, phrase: numeral_phrases.Phrase) -> Number | None:
    """Return the number that a phrase makes with the marks around it, or None for the hundred of "tanto por ciento"."""
    percent = _percent().match(text, phrase.end)
    first = phrase.first
    if percent is not None and not first.ordinal:
        start, value = _signed(text, phrase.start, phrase.value, first)
        return Number(start, percent.end(), value, "percent")
    if _is_bare_unit(phrase):
        return Number(phrase.start, phrase.end, phrase.value, "cardinal")
    if first.role == "numeral" and phrase.piece_count == 1 and _is_idiom(text, phrase):
        return None
    if first.ordinal:
        return Number(phrase.start, phrase.end, phrase.value, "ordinal")
    money = _money(text, phrase)
    if money is not None:
        return money
    year = phrase.year or (first.plain and phrase.piece_count == 1 and first.end - first.start == len("2024"))
    if year and phrase.value in YEARS:
        return Number(phrase.start, phrase.end, phrase.value, "year")
    start, value = _signed(text, phrase.start, phrase.value, first)
    return Number(start, phrase.end, value, "cardinal")


def _signed(text: str, start: int, value: Decimal, first: numerals.Piece) -> tuple[int, Decimal]:
    """Return the start and the value with a minus right before digits, unless that joins them to a word."""
    # The pattern looks at the sign and at two characters before it.
    if first.role == "digits" and _NEGATIVE.search(text[max(0, start - 3) : start]):
        return start - 1, -value
    return start, value


def _is_idiom(text: str, phrase: numeral_phrases.Phrase) -> bool:
    """Say whether a phrase is the hundred of a "por ciento" before which no number stands."""
    return text[max(0, phrase.start - len("por ")) : phrase.end].casefold() == "por ciento"


def _money(text: str, phrase: numeral_phrases.Phrase) -> Number | None:
    """Return the number as an amount of money, where a currency stands before its digits or behind it, else None."""
    start, end, code = phrase.start, phrase.end, None
    if phrase.first.role == "digits" and text[max(0, start - 2) : start].rstrip()[-1:] in _last_of_marks():
        before = _currency_before().search(text[max(0, start - _LOOK_BACK) : start])
        if before is not None:
            start -= len(before.group())
            code = _currencies()[before["mark"].casefold()]
    after = _currency_after().match(text, end)
    if after is not None:
        end = after.end()
        # What is named behind is the more exact: "$500 pesos", "$5 dólares".
        code = _currencies()[" ".join(str(after[after.lastgroup or 0]).casefold().split())]
    return None if code is None else Number(start, end, phrase.value, "money", code or None)


@cache
def _percent() -> re.Pattern[str]:
    sign, *names = numerals.data()["marks"]["percents"]
    either = "|".join(re.escape(name).replace(r"\ ", r"\s") for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"\s?{sign}|[\s-](?:{either})\b", re.IGNORECASE)


@cache
def _currencies() -> dict[str, str]:
    """Return the code of each mark and name, which are case-folded."""
    tables = numerals.data()["currencies"]
    named = {form: code for word, code in tables["words"].items() for form in numerals.spellings(word)}
    marks = {**tables["before"], **tables["after"], **{code: code for code in tables["codes"].split()}, **named}
    return {mark.casefold(): code for mark, code in marks.items()}


@cache
def _last_of_marks() -> frozenset[str]:
    """Return the characters that may stand right before an amount; looking first is cheaper than searching."""
    tables = numerals.data()["currencies"]
    return frozenset(mark[-1] for mark in [*tables["before"], *tables["codes"].split()])


@cache
def _currency_before() -> re.Pattern[str]:
    tables = numerals.data()["currencies"]
    lettered = [mark for mark in [*tables["before"], *tables["codes"].split()] if mark[0].isalpha()]
    signs = [mark for mark in tables["before"] if not mark[0].isalpha()]
    return re.compile(rf"(?P<mark>(?<!\w)(?:{_either(lettered)})|(?<![^\W\d_])(?:{_either(signs)}))\s?$")


@cache
def _currency_after() -> re.Pattern[str]:
    tables = numerals.data()["currencies"]
    names = _either({form for word in tables["words"] for form in numerals.spellings(word)})
    codes, signs = _either(tables["codes"].split()), _either(tables["after"])
    return re.compile(
        rf"\s?(?:de\s)?(?P<sign>{signs})(?![\w$])"
        rf"|(?:[\s-]|\s(?:de|of)\s)(?P<name>(?i:{names})|{codes})\b"
        rf"|(?P<code>{codes})\b"
    )


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s") for word in sorted(words, key=len, reverse=True))


def _with_ranges(text: str, reads: list[_Read]) -> list[_Read]:
    """Return the numbers; a range's first end takes the magnitude and measure of its second ("10-15 millones")."""
    for index in range(len(reads) - 1):
        first, second = reads[index], reads[index + 1]
        link = _LINK.fullmatch(text, first.number.end, second.number.start)
        if link is None:
            continue
        word = (link["word"] or "").casefold()
        before = text[max(0, first.number.start - _LOOK_BACK) : first.number.start]
        if word in ("y", "and") and not _BETWEEN.search(before):
            continue
        reads[index], reads[index + 1] = _shared(first, second)
    return reads


def _shared(first: _Read, second: _Read) -> tuple[_Read, _Read]:
    """Return the ends of a range with one magnitude and one measure, where the first has none of its own and fits."""
    low, high = first.number, second.number
    if low.kind in ("percent", "ordinal") or high.kind in ("ordinal", "year"):
        return first, second
    rises = low.value < (high.value / second.scale if first.scale == 1 else high.value)
    if high.kind == "percent" and low.kind != "money" and (rises or low.kind == "cardinal"):
        return replace(first, number=replace(low, kind="percent")), second
    if not rises or high.kind == "percent":
        return first, second
    if first.scale == 1 != second.scale:
        low = replace(low, value=low.value * second.scale, kind="money" if low.kind == "money" else "cardinal")
    if "money" in (low.kind, high.kind):
        code = high.currency or low.currency
        low, high = replace(low, kind="money", currency=code), replace(high, kind="money", currency=code)
    return replace(first, number=low), replace(second, number=high)
