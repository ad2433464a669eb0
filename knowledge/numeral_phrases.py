"""Numeral phrases: the longest sequences of numeral pieces that make one number, and what each is worth.

"dos mil quinientos millones" is (2 x 1000 + 500) x 10^6, and "between two hundred and three hundred" holds two numbers.
text2num 3.1.0 was measured for this and not taken: it reads neither "veintiún", "billón" and "millardo" in Spanish nor
"trillion", "a dozen" and "half a million" in English, and it leaves digits to the caller ("5,6 millones").
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Optional

from knowledge.numerals import MOST_DIGITS, Piece, data

_UNIT, _TEN, _HUNDRED, _THOUSAND, _MILLION = (Decimal(10**power) for power in (0, 1, 2, 3, 6))
_UNLIMITED = Decimal("Infinity")
_LONGEST_GAP = 3
"""Blanks within a number: a line break and an indent; more set numbers apart, as in a table. Our choice."""
_CENTURIES = range(15, 21)
"""First halves of a year said by halves ("nineteen eighty-four"): those of the years in `knowledge.numbers.YEARS`."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A number as it is written. `value` is a mantissa times `scale` when a magnitude ends it; else `scale` is 1."""

    start: int
    end: int
    value: Decimal
    scale: Decimal
    piece_count: int
    first: Piece
    year: bool
    """Whether it is said as a year is: "nineteen eighty-four"."""


@dataclass(frozen=True, slots=True)
class _State:
    """A number half read: parts already multiplied, each with its multiplier, and the group that waits for one."""

    end: int
    parts: tuple[tuple[Decimal, Decimal], ...] = ()
    group: Decimal | None = None
    limit: Decimal = _UNIT
    """A numeral that joins the group is smaller than this."""
    scale: Decimal = _UNIT
    fallback: Optional["_State"] = None
    """The number before the last numerals, should a multiplier show that they begin another one."""
    year: bool = False
    closed: bool = False

    @property
    def value(self) -> Decimal:
        return sum((part for part, _ in self.parts), self.group or Decimal(0))


def read(text: str, pieces: Sequence[Piece], position: int) -> Phrase | None:
    """Return the phrase that begins with the piece at `position`; None where none does (a bare "a" or "million")."""
    state = _opening(text, pieces, position)
    if state is None:
        return None
    while not state.closed and state.end < len(pieces) and _adjacent(text, pieces[state.end - 1], pieces[state.end]):
        following = _step(text, pieces, state)
        if following is None:
            break
        state = following
    scale = state.scale if state.group is None and len(state.parts) == 1 else _UNIT
    start, end, length = pieces[position].start, pieces[state.end - 1].end, state.end - position
    return Phrase(start, end, state.value, scale, length, pieces[position], state.year)


def _opening(text: str, pieces: Sequence[Piece], position: int) -> _State | None:
    first, end = pieces[position], position + 1
    follower = pieces[end] if end < len(pieces) and _adjacent(text, first, pieces[end]) else None
    match first.role:
        case "digits":
            return _State(end, group=first.value, closed=first.ordinal)
        case "numeral":
            return _State(end, group=first.value, limit=_join_limit(first.value))
        case "multiplier" if _is_mil(text, first):
            return _State(end, parts=((_THOUSAND, _THOUSAND),), limit=_THOUSAND, scale=_THOUSAND)
        case "article" if follower is not None and follower.role in ("multiplier", "collective"):
            return _State(end, group=_UNIT)
        case "fraction":
            return _fraction(text, pieces, position)
        case _:
            return None


def _fraction(text: str, pieces: Sequence[Piece], position: int) -> _State | None:
    """Return the state after half of a multiple, which must follow, be it through "a", "of a", or "de"."""
    end = position + 1
    if end < len(pieces) and pieces[end].role == "article":
        end += 1
    if end == len(pieces) or pieces[end].role not in ("multiplier", "collective"):
        return None
    link = " ".join(text[pieces[position].end : pieces[end].start].casefold().split())
    if link not in data()["und"]["links"]:
        return None
    return _multiply(_State(end, group=pieces[position].value), pieces[end])


def _step(text: str, pieces: Sequence[Piece], state: _State) -> _State | None:
    """Return the state after the next piece, or None where the number ends before it."""
    piece = pieces[state.end]
    match piece.role:
        case "multiplier" | "collective":
            # A multiplier that cannot apply belongs to the next number, and so do the numerals right before it.
            back = replace(state.fallback, closed=True) if state.fallback else None
            return _multiply(state, piece) or back
        case "numeral":
            return _join(state, piece.value) or _join_year(state, piece.value)
        case "digits":
            return _join_digits(text, pieces, state)
        case "conjunction":
            return _conjoin(text, pieces, state)
        case "point":
            return _decimals(text, pieces, state)
        case _:
            return None


def _multiply(state: _State, piece: Piece) -> _State | None:
    """Return the state after a multiplier, or None where it has nothing to multiply or too much."""
    if state.year:
        return None
    if piece.role == "collective" or piece.value == _HUNDRED:
        return _multiply_group(state, piece)
    times = piece.value
    smaller = tuple(part for part in state.parts if part[1] < times)
    larger = state.parts[: len(state.parts) - len(smaller)]
    group = state.group
    if group is None and not smaller:
        if times != _THOUSAND or larger[-1][1] == _THOUSAND:
            return None
        group = _UNIT  # "un millón mil"
    base = sum((part for part, _ in smaller), group or Decimal(0))
    if (smaller and base >= _MILLION) or (larger and base * times >= larger[-1][1]):
        return None
    scale = state.scale * times if smaller and group is None else times
    return _State(state.end + 1, parts=(*larger, (base * times, times)), limit=times, scale=scale)


def _multiply_group(state: _State, piece: Piece) -> _State | None:
    """Return the state after a hundred or a dozen, which count within a group, or None."""
    ceiling = state.parts[-1][1] if state.parts else _UNLIMITED
    if state.group is None or state.group >= _HUNDRED or state.group * piece.value >= ceiling:
        return None
    limit = _UNIT if piece.role == "collective" else _HUNDRED
    return replace(state, end=state.end + 1, group=state.group * piece.value, limit=limit)


def _join(state: _State, value: Decimal) -> _State | None:
    """Return the state with a smaller numeral added to it, or None where it is not smaller."""
    if not 0 < value < state.limit:
        return None
    # A unit goes on the tens before it; anything else may turn out to begin a number of its own.
    fallback = state.fallback if state.limit == _TEN else state
    group = (state.group or Decimal(0)) + value
    return replace(state, end=state.end + 1, group=group, limit=_join_limit(value), fallback=fallback)


def _join_year(state: _State, value: Decimal) -> _State | None:
    century = state.group
    if century is None or century not in _CENTURIES or state.parts or state.year or not _TEN <= value < _HUNDRED:
        return None
    group = century * _HUNDRED + value
    return replace(state, end=state.end + 1, group=group, limit=_join_limit(value), fallback=state, year=True)


def _join_digits(text: str, pieces: Sequence[Piece], state: _State) -> _State | None:
    """Return the state after three digits beside "mil", as Mexican Spanish has them: "10 mil 500"."""
    piece, before = pieces[state.end], pieces[state.end - 1]
    following = pieces[state.end + 1] if state.end + 1 < len(pieces) else None
    beside = _is_mil(text, before) or (
        before.role == "multiplier" and following is not None and _is_mil(text, following)
    )
    if not piece.plain or piece.end - piece.start != len("500") or not beside:
        return None
    joined = _join(state, piece.value)
    return joined and replace(joined, limit=_UNIT)


def _conjoin(text: str, pieces: Sequence[Piece], state: _State) -> _State | None:
    """Return the state after "y" or "and" and what it adds, or None.

    That is units to tens in Spanish, tens and units to hundreds in English, or a half in both.
    """
    conjunction, position = pieces[state.end], state.end + 1
    if position < len(pieces) and pieces[position].role == "article":
        position += 1
    if position == len(pieces) or not all(
        _adjacent(text, pieces[at], pieces[at + 1]) for at in range(state.end, position)
    ):
        return None
    piece, before = pieces[position], pieces[state.end - 1]
    if before.role == "multiplier" and before.end - before.start == 1:
        return None  # "Llama 3.1 8B and one other": nobody goes on in words after a letter.
    if piece.role == "fraction":
        return _add_fraction(text, pieces, replace(state, end=position))
    spanish = text[conjunction.start : conjunction.end].casefold() == "y"
    fits = state.limit == _TEN if spanish else state.limit > _TEN and piece.value < _HUNDRED
    if piece.role != "numeral" or position != state.end + 1 or not fits:
        return None
    joined = _join(state, piece.value)
    return joined and replace(joined, end=position + 1)


def _add_fraction(text: str, pieces: Sequence[Piece], state: _State) -> _State | None:
    """Return the state after the half of "two and a half million" or "un millón y medio", but not of an hour."""
    piece = pieces[state.end]
    following = pieces[state.end + 1] if state.end + 1 < len(pieces) else None
    next_role = following.role if following is not None and _adjacent(text, piece, following) else None
    if text[piece.start : piece.end].casefold() not in data()["und"]["added"] or next_role in ("collective", "article"):
        return None
    end = state.end + 1
    if state.group is not None:
        return replace(state, end=end, group=state.group + piece.value, limit=_UNIT, fallback=None)
    if next_role == "multiplier":
        return None
    return replace(state, end=end, group=piece.value * state.scale, closed=True)


def _decimals(text: str, pieces: Sequence[Piece], state: _State) -> _State | None:
    """Return the state after the decimals of "two point five" and "dos coma veinticinco": numerals below a hundred."""
    group, position, digits = state.group, state.end + 1, ""
    while (
        position < len(pieces)
        and pieces[position].role == "numeral"
        and pieces[position].value < _HUNDRED
        and len(digits) < MOST_DIGITS
        and _adjacent(text, pieces[position - 1], pieces[position])
    ):
        digits += str(pieces[position].value)
        position += 1
    if not digits or group is None or group != int(group) or pieces[state.end - 1].role != "numeral":
        return None
    return replace(state, end=position, group=Decimal(f"{group}.{digits}"), limit=_UNIT, fallback=None)


def _join_limit(value: Decimal) -> Decimal:
    """Return the limit below which a numeral joins this one: hundreds take tens and units, tens take units."""
    if value >= _HUNDRED:
        return _HUNDRED
    return _TEN if value > _TEN and value % _TEN == 0 else _UNIT


def _is_mil(text: str, piece: Piece) -> bool:
    """Say whether a piece is "mil", the only multiplier that needs nothing before it."""
    return text[piece.start : piece.end].casefold() == "mil"


def _adjacent(text: str, left: Piece, right: Piece) -> bool:
    """Say whether nothing that separates numbers stands between two pieces."""
    gap = text[left.end : right.start]
    if not gap:
        return left.role == "digits"
    if left.role == "collective" and right.role == "multiplier" and gap.split() == ["de"]:
        return True  # "un centenar de millones"
    return gap == "-" or (gap.isspace() and len(gap) <= _LONGEST_GAP and gap.count("\n") < 2)
