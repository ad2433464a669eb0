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

_ONE, _TEN, _HUNDRED, _THOUSAND, _MILLION = (Decimal(10**power) for power in (0, 1, 2, 3, 6))
_UNLIMITED = Decimal("Infinity")
_LONGEST_GAP = 3
"""Blanks within a number: a line break and an indent; more set numbers apart, as in a table."""
_CENTURIES = range(15, 21)
"""What begins a year said by halves ("nineteen eighty-four"): the same years that count as years in digits."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A number as it is written. `value` is a mantissa times `scale` when a magnitude ends it; else `scale` is 1."""

    start: int
    end: int
    value: Decimal
    scale: Decimal
    pieces: int
    """How many pieces make it."""
    first: Piece
    year: bool
    """Said as a year is."""


@dataclass(frozen=True, slots=True)
class _State:
    """A number half read: parts already multiplied, each with its multiplier, and the group that waits for one."""

    end: int
    parts: tuple[tuple[Decimal, Decimal], ...] = ()
    group: Decimal | None = None
    room: Decimal = _ONE
    """What joins the group must be smaller than this."""
    scale: Decimal = _ONE
    fallback: Optional["_State"] = None
    """The number before the last numerals, should a multiplier show that they begin another one."""
    year: bool = False
    closed: bool = False

    @property
    def value(self) -> Decimal:
        return sum((part for part, _ in self.parts), self.group or Decimal(0))


def read(text: str, found: Sequence[Piece], position: int) -> Phrase | None:
    """The phrase that begins with the piece at `position`, or None where none does (a lone "a", a bare "million")."""
    state = _opening(text, found, position)
    if state is None:
        return None
    while not state.closed and state.end < len(found) and _adjoin(text, found[state.end - 1], found[state.end]):
        following = _step(text, found, state)
        if following is None:
            break
        state = following
    scale = state.scale if state.group is None and len(state.parts) == 1 else _ONE
    start, end, length = found[position].start, found[state.end - 1].end, state.end - position
    return Phrase(start, end, state.value, scale, length, found[position], state.year)


def _opening(text: str, found: Sequence[Piece], position: int) -> _State | None:
    first, end = found[position], position + 1
    follower = found[end] if end < len(found) and _adjoin(text, first, found[end]) else None
    match first.role:
        case "digits":
            return _State(end, group=first.value, closed=first.ordinal)
        case "numeral":
            return _State(end, group=first.value, room=_room(first.value))
        case "multiplier" if _is_mil(text, first):
            return _State(end, parts=((_THOUSAND, _THOUSAND),), room=_THOUSAND, scale=_THOUSAND)
        case "article" if follower is not None and follower.role in ("multiplier", "collective"):
            return _State(end, group=_ONE)
        case "fraction":
            return _fraction(text, found, position)
        case _:
            return None


def _fraction(text: str, found: Sequence[Piece], position: int) -> _State | None:
    """Half of a multiple, which must follow, be it through "a", "of a", or "de"."""
    end = position + 1
    if end < len(found) and found[end].role == "article":
        end += 1
    if end == len(found) or found[end].role not in ("multiplier", "collective"):
        return None
    link = " ".join(text[found[position].end : found[end].start].casefold().split())
    if link not in data()["und"]["links"]:
        return None
    return _multiply(_State(end, group=found[position].value), found[end])


def _step(text: str, found: Sequence[Piece], state: _State) -> _State | None:
    """The state after the next piece, or None where the number ends before it."""
    piece = found[state.end]
    match piece.role:
        case "multiplier" | "collective":
            # A multiplier that cannot apply belongs to the next number, and so do the numerals right before it.
            back = replace(state.fallback, closed=True) if state.fallback else None
            return _multiply(state, piece) or back
        case "numeral":
            return _join(state, piece.value) or _join_year(state, piece.value)
        case "digits":
            return _join_digits(text, found, state)
        case "conjunction":
            return _conjoin(text, found, state)
        case "point":
            return _decimals(text, found, state)
        case _:
            return None


def _multiply(state: _State, piece: Piece) -> _State | None:
    """The state after a multiplier, or None where it has nothing to multiply or too much."""
    if state.year:
        return None
    if piece.role == "collective" or piece.value == _HUNDRED:
        return _multiply_group(state, piece)
    times = piece.value
    small = tuple(part for part in state.parts if part[1] < times)
    kept = state.parts[: len(state.parts) - len(small)]
    group = state.group
    if group is None and not small:
        if times != _THOUSAND or kept[-1][1] == _THOUSAND:
            return None
        group = _ONE  # "un millón mil"
    base = sum((part for part, _ in small), group or Decimal(0))
    if (small and base >= _MILLION) or (kept and base * times >= kept[-1][1]):
        return None
    scale = state.scale * times if small and group is None else times
    return _State(state.end + 1, parts=(*kept, (base * times, times)), room=times, scale=scale)


def _multiply_group(state: _State, piece: Piece) -> _State | None:
    """Hundreds and dozens, which count within a group."""
    ceiling = state.parts[-1][1] if state.parts else _UNLIMITED
    if state.group is None or state.group >= _HUNDRED or state.group * piece.value >= ceiling:
        return None
    room = _ONE if piece.role == "collective" else _HUNDRED
    return replace(state, end=state.end + 1, group=state.group * piece.value, room=room)


def _join(state: _State, value: Decimal) -> _State | None:
    """The state with a smaller numeral added to it."""
    if not 0 < value < state.room:
        return None
    # A unit goes on the tens before it; anything else may turn out to begin a number of its own.
    fallback = state.fallback if state.room == _TEN else state
    group = (state.group or Decimal(0)) + value
    return replace(state, end=state.end + 1, group=group, room=_room(value), fallback=fallback)


def _join_year(state: _State, value: Decimal) -> _State | None:
    century = state.group
    if century is None or century not in _CENTURIES or state.parts or state.year or not _TEN <= value < _HUNDRED:
        return None
    group = century * _HUNDRED + value
    return replace(state, end=state.end + 1, group=group, room=_room(value), fallback=state, year=True)


def _join_digits(text: str, found: Sequence[Piece], state: _State) -> _State | None:
    """The Mexican manner, "10 mil 500": three digits after "mil", or before it."""
    piece, before = found[state.end], found[state.end - 1]
    after = found[state.end + 1] if state.end + 1 < len(found) else None
    beside = _is_mil(text, before) or (before.role == "multiplier" and after is not None and _is_mil(text, after))
    if not piece.plain or piece.end - piece.start != len("500") or not beside:
        return None
    joined = _join(state, piece.value)
    return joined and replace(joined, room=_ONE)


def _conjoin(text: str, found: Sequence[Piece], state: _State) -> _State | None:
    """What "y" and "and" add: units to tens in Spanish, tens and units to hundreds in English, or a half in both."""
    conjunction, position = found[state.end], state.end + 1
    if position < len(found) and found[position].role == "article":
        position += 1
    if position == len(found) or not all(_adjoin(text, found[at], found[at + 1]) for at in range(state.end, position)):
        return None
    piece, before = found[position], found[state.end - 1]
    if before.role == "multiplier" and before.end - before.start == 1:
        return None  # "Llama 3.1 8B and one other": nobody goes on in words after a letter.
    if piece.role == "fraction":
        return _add_fraction(text, found, replace(state, end=position))
    spanish = text[conjunction.start : conjunction.end].casefold() == "y"
    fits = state.room == _TEN if spanish else state.room > _TEN and piece.value < _HUNDRED
    if piece.role != "numeral" or position != state.end + 1 or not fits:
        return None
    joined = _join(state, piece.value)
    return joined and replace(joined, end=position + 1)


def _add_fraction(text: str, found: Sequence[Piece], state: _State) -> _State | None:
    """The half of "two and a half million" and "un millón y medio"; hours are left alone ("las cinco y media")."""
    piece = found[state.end]
    after = found[state.end + 1] if state.end + 1 < len(found) else None
    next_role = after.role if after is not None and _adjoin(text, piece, after) else None
    if text[piece.start : piece.end].casefold() not in data()["und"]["added"] or next_role in ("collective", "article"):
        return None
    end = state.end + 1
    if state.group is not None:
        return replace(state, end=end, group=state.group + piece.value, room=_ONE, fallback=None)
    if next_role == "multiplier":
        return None
    return replace(state, end=end, group=piece.value * state.scale, closed=True)


def _decimals(text: str, found: Sequence[Piece], state: _State) -> _State | None:
    """The decimals of "two point five" and "dos coma veinticinco": numerals below a hundred, set side by side."""
    group, position, digits = state.group, state.end + 1, ""
    while (
        position < len(found)
        and found[position].role == "numeral"
        and found[position].value < _HUNDRED
        and len(digits) < MOST_DIGITS
        and _adjoin(text, found[position - 1], found[position])
    ):
        digits += str(found[position].value)
        position += 1
    if not digits or group is None or group != int(group) or found[state.end - 1].role != "numeral":
        return None
    return replace(state, end=position, group=Decimal(f"{group}.{digits}"), room=_ONE, fallback=None)


def _room(value: Decimal) -> Decimal:
    """How small a numeral must be to join this one: hundreds take tens and units, tens take units."""
    if value >= _HUNDRED:
        return _HUNDRED
    return _TEN if value > _TEN and value % _TEN == 0 else _ONE


def _is_mil(text: str, piece: Piece) -> bool:
    """The only multiplier that needs nothing before it."""
    return text[piece.start : piece.end].casefold() == "mil"


def _adjoin(text: str, left: Piece, right: Piece) -> bool:
    """Whether nothing that separates numbers stands between two pieces."""
    gap = text[left.end : right.start]
    if not gap:
        return left.role == "digits"
    if left.role == "collective" and right.role == "multiplier" and gap.split() == ["de"]:
        return True  # "un centenar de millones"
    return gap == "-" or (gap.isspace() and len(gap) <= _LONGEST_GAP and gap.count("\n") < 2)
