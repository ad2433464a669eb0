"""Numerals: the pieces that numbers are written with, in a text and by the habit of its language.

A piece is a run of digits, a number word, a magnitude, or one of the small words between them. Names that hold digits
("GPT-4", "H800", "Qwen2.5-32B"), versions of three parts and reference marks ("[12]") give no pieces.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Literal

from knowledge.model import Language

Role = Literal["digits", "numeral", "multiplier", "collective", "fraction", "article", "conjunction", "point"]

MOST_DIGITS = 24
"""Digits of a number; longer runs are identifiers. Four more, for what multiplies or joins them, are still exact:
decimal computes with 28 (https://docs.python.org/3/library/decimal.html#decimal.DefaultContext)."""
MOST_GLUED = 40
"""Characters before a number in which the name that it belongs to stands; no product's name is longer. Our choice."""

_SPACES = "\u00a0\u2009\u202f"
_WORD = r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*"
_RUN = rf"(?:(?<![^\s(=<>])\.)?[0-9](?:[0-9]|[.,'’{_SPACES}](?=[0-9]))*"
# Words come first, being the most; the groups tell the two apart by `lastindex`.
_PIECES = re.compile(rf"{_WORD}|({_RUN})")
# The Academy groups by spaces, and most keyboards have only the ordinary one.
_SPACED = r"\b[1-9][0-9]{0,2}(?: [0-9]{3})+(?:,[0-9]+)?(?![0-9.,]*[0-9])"
_SPANISH_PIECES = re.compile(rf"{_WORD}|({_SPACED}|{_RUN})")
_WORDS = re.compile(_WORD)
_ANY_DIGIT = re.compile(r"[0-9]")
_GROUPED = re.compile(rf"([0-9]{{1,3}}(?:([.,'’ {_SPACES}])[0-9]{{3}})(?:\2[0-9]{{3}})*)(?:(?!\2)[.,]([0-9]+))?")
_DECIMAL = re.compile(r"([0-9]+)([.,'’])([0-9]+)")
_PLAIN = re.compile(r"[0-9]+")
_VERSION = re.compile(r"(?![0-9]{1,2}\.[0-9]{1,2}\.(?:1[5-9]|20)[0-9]{2}$)[0-9]+(?:\.[0-9]+){2,}")  # a date is none
_TAIL = re.compile(r"[^\W_]+")
_BEFORE = re.compile(r"[\w./@&+‑-]+")
_REFERENCE = re.compile(r"\[[0-9]{1,3}(?:\s?[,;–-]\s?[0-9]{1,3})*\]")
# What shows how a text writes numbers, beyond doubt: two groups, a group and a decimal, a decimal before its measure.
_POINT_DECIMAL = re.compile(r"[0-9],[0-9]{3}(?:,[0-9]{3}|\.[0-9])|[0-9]\.[0-9]{1,2}\s?(?:%|[mb]il)", re.IGNORECASE)
_COMMA_DECIMAL = re.compile(r"[0-9]\.[0-9]{3}(?:\.[0-9]{3}|,[0-9])|[0-9],[0-9]{1,2}\s?(?:%|[mb]il)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A numeral piece, `text[start:end]`; `plain` says that digits have no mark in them, as in years."""

    start: int
    end: int
    role: Role
    value: Decimal
    plain: bool = False
    ordinal: bool = False


@cache
def data() -> dict[str, Any]:
    """Return the word lists of `data/numbers.toml`."""
    text = resources.files("knowledge").joinpath("data/numbers.toml").read_text("utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def pieces(text: str, language: Language) -> list[Piece]:
    """Return the numeral pieces of a text in order; none overlap."""
    if not _ANY_DIGIT.search(text) and _number_words().isdisjoint(_WORDS.findall(text.casefold())):
        return []  # most paragraphs
    words = _lexicon(language)
    text_pieces: list[Piece] = []
    marks: tuple[str, ...] | None = None
    references: frozenset[int] = frozenset()
    for match in (_SPANISH_PIECES if language == "es" else _PIECES).finditer(text):
        if match.lastindex is None:
            known = words.get(match.group().casefold())
            if known is not None:
                text_pieces.append(Piece(match.start(), match.end(), *known))
            continue
        if marks is None:
            marks = _decimal_marks(text, language)
            references = frozenset(at for mark in _REFERENCE.finditer(text) for at in range(*mark.span()))
        if match.start() not in references:
            text_pieces.extend(_digits(text, match.start(), match.group(), marks))
    return text_pieces


@cache
def _listed(table: str, key: str) -> frozenset[str]:
    """Return a list of words that stands in one line."""
    return frozenset(data()[table][key].split())


@cache
def _lexicon(language: Language) -> dict[str, tuple[Role, Decimal]]:
    lists = data()
    if language == "und":
        merged = _lexicon("es") | _lexicon("en")
        return {word: entry for word, entry in merged.items() if word not in _listed("und", "homographs")}
    own = lists[language]
    entries: dict[str, tuple[Role, Decimal]] = {}
    roles: dict[str, Role] = {"articles": "article", "conjunctions": "conjunction", "points": "point"}
    for key, role in roles.items():
        entries |= {word: (role, Decimal(1)) for word in own[key].split()}
    tables: dict[str, Role] = {
        "numerals": "numeral", "multipliers": "multiplier", "collectives": "collective", "fractions": "fraction",
    }  # fmt: skip
    for key, role in tables.items():
        entries |= {form: (role, Decimal(value)) for word, value in own[key].items() for form in spellings(word)}
    return entries


@cache
def _number_words() -> frozenset[str]:
    """Return the words of which every number without digits has at least one: all but "one", "a" and the like."""
    telling = ("numeral", "multiplier", "collective")
    numbers = {word for word, (role, value) in _lexicon("und").items() if role in telling and value != 1}
    return frozenset(numbers | _listed("und", "homographs") | _listed("marks", "percent_words"))


def spellings(word: str) -> set[str]:
    """Return a word as texts spell it: composed, decomposed, and without its accents."""
    decomposed = unicodedata.normalize("NFD", word)
    return {word, decomposed, "".join(mark for mark in decomposed if not unicodedata.combining(mark))}


def _decimal_marks(text: str, language: Language) -> tuple[str, ...]:
    """Return the decimal marks to read an ambiguous number by: the text's own habit, else its language's, else both."""
    point, comma = _POINT_DECIMAL.search(text), _COMMA_DECIMAL.search(text)
    if (point is None) != (comma is None):
        return (",",) if point is None else (".",)
    return {"es": (",",), "en": (".",), "und": (".", ",")}[language]


def _digits(text: str, start: int, run: str, marks: tuple[str, ...]) -> Iterator[Piece]:
    """Yield the pieces of one run of digits and its inner marks, none when it belongs to a name or a version."""
    grouped = _GROUPED.fullmatch(run)
    if (_VERSION.fullmatch(run) and not grouped) or _is_name(text, start):
        return
    value = _value(run, marks)
    if value is not None:
        yield from _measured(text, start, run, value)
    elif not grouped:  # a list without blanks ("1,2,3"); what is grouped is one number that may be read two ways
        for match in _PLAIN.finditer(run):
            if len(match.group()) <= MOST_DIGITS:
                yield from _measured(text, start + match.start(), match.group(), Decimal(match.group()))


def _value(run: str, marks: tuple[str, ...]) -> Decimal | None:
    """Return the value of a run by every given decimal mark, or None when they differ or it is no single number."""
    if len(run) > MOST_DIGITS:
        return None
    if run.isdigit() or run.startswith("."):
        return Decimal(run)
    if grouped := _GROUPED.fullmatch(run):
        whole, mark, decimals = grouped.groups()
        single_group = len(run) - run.find(mark) == len(",000")
        if not single_group or mark not in ".,":
            return Decimal(re.sub(r"\D", "", whole) + (f".{decimals}" if decimals else ""))
        as_decimal = Decimal(run.replace(",", "."))
        as_group = as_decimal if run.startswith("0") else Decimal(run.replace(mark, ""))
        readings = {as_decimal if mark == chosen else as_group for chosen in marks}
        return readings.pop() if len(readings) == 1 else None
    if decimal := _DECIMAL.fullmatch(run):
        return Decimal(f"{decimal[1]}.{decimal[3]}")
    return None


def _measured(text: str, start: int, run: str, value: Decimal) -> Iterator[Piece]:
    """Yield a number in digits and the magnitude symbol behind it; nothing when letters that are no measure follow."""
    end = start + len(run)
    if text[end : end + 1] in ("⁺", "⁻"):
        return  # the base of a power
    tail = _TAIL.match(text, end)
    word = tail.group() if tail else ""
    symbol = _symbol(text, start, end, word)
    if symbol is not None:
        yield Piece(start, end, "digits", value)
        yield Piece(end, symbol[0], "multiplier", Decimal(symbol[1]))
    elif word in _listed("marks", "ordinals"):
        yield Piece(start, end + len(word), "digits", value, ordinal=True)
    elif text[end : end + 2] in (".º", ".ª"):
        yield Piece(start, end + 2, "digits", value, ordinal=True)
    elif not word or word in _measures() or word.casefold() in _lexicon("und"):
        # "1990s" is still a year; other measures make an amount of the number.
        yield Piece(start, end, "digits", value, plain=run.isdigit() and word in ("", "s"))


def _symbol(text: str, start: int, end: int, word: str) -> tuple[int, int] | None:
    """Return the end of the magnitude symbol behind the digits and its value, or None where none stands there."""
    symbols = data()["symbols"]
    if not word:
        spaced = _TAIL.match(text, end + 1) if text[end : end + 1].isspace() else None
        scale = symbols["spaced"].get(spaced.group()) if spaced else None
        return (spaced.end(), scale) if spaced and scale else None
    after = end + len(word)
    if word in symbols["money"] and _is_money(text, start, after):
        return after, symbols["money"][word]
    return (after, symbols["glued"][word]) if word in symbols["glued"] else None


@cache
def _measures() -> frozenset[str]:
    return _listed("marks", "units") | _listed("currencies", "codes")


def _is_money(text: str, start: int, end: int) -> bool:
    """Say whether a currency mark stands right before or behind."""
    signs = tuple("$€£¥₹")
    return text[max(0, start - 2) : start].rstrip().endswith(signs) or text[end : end + 1] in signs


def _is_name(text: str, start: int) -> bool:
    """Say whether digits continue letters before them, as in "H800" or "Llama-2-7B"."""
    before = text[start - 1 : start]
    if not before or not _BEFORE.match(before):
        return False
    backwards = text[max(0, start - MOST_GLUED) : start][::-1]
    matched = _BEFORE.match(backwards)
    run = matched.group()[::-1] if matched else ""
    if run in data()["currencies"]["before"] or run in _listed("currencies", "codes"):
        return False
    if before.isalpha() or before == "_":
        return True
    bare = run.lstrip("./@&+‑-")
    return bare[:1].isalpha() and bare.rstrip("‑-").casefold() not in _listed("marks", "prefixes")
