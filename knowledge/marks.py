"""What stands between the words of a text and is none of them: reference marks, raised note marks, invisible signs.

They stay in the stored text, and are passed over where its words and numbers are read: "12³ million" is twelve million.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

REFERENCE_MARK = re.compile(r"\[\d{1,3}\]")
"""A reference as our briefs and most encyclopedias set it, `[12]`."""
# Invisible signs that split words for every search: soft hyphen, zero-width space and joiners, word joiner, byte order
# mark, and the marks that reorder text (Unicode Standard Annex 9).
_INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_SUPERSCRIPTS = dict(zip("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻", strict=True))
_PLAIN = {raised: digit for digit, raised in _SUPERSCRIPTS.items()}
_RAISED = "[⁺⁻]?[⁰¹²³⁴-⁹]+"
_SIGN = re.compile(rf"[\[⁰¹²³⁴-⁹{_INVISIBLE}]")
_NOTE_MARK = re.compile(rf"{REFERENCE_MARK.pattern}|{_RAISED}")
_WITHIN_WORDS = re.compile(rf"(?<=\w){REFERENCE_MARK.pattern}|{_RAISED}|[{_INVISIBLE}]+")
# What is raised to a power: ten, a letter of a formula, or a unit of length, area or time, in which areas and volumes
# are given. An amount of money in millions, "£5m", is none of these.
_POWER_OF_TEN = re.compile(r"(?<![\d.,])10$")
_FORMULA = re.compile(r"(?<![^\W\d_])[^\W\d_]$|=\s?\w{1,3}$")
_UNIT = re.compile(r"(?<![^\W\d_])(?:[pnµμmcdhk]m|ha|ft|yd|mi|in|ms)$")
_MONEY = re.compile(r"[£$€]\s?\d[\d.,]{0,12}\s?m$")
_UNIT_POWERS = frozenset({"2", "3"})
# Characters before a raised number that tell what it is. Our choice: as many as the longest amount above has.
_LOOK_BACK = 20


def is_exponent(before: str, raised: str) -> bool:
    """Say whether raised digits after these words are an exponent, as in km², 10⁶ or s⁻¹, and no mark of a note."""
    before = before[-_LOOK_BACK:]
    if raised[:1] in "+-−⁺⁻":
        return True
    if _MONEY.search(before):
        return False
    if _UNIT.search(before):
        return "".join(_PLAIN.get(digit, digit) for digit in raised) in _UNIT_POWERS
    return bool(_POWER_OF_TEN.search(before) or _FORMULA.search(before))


def raised(digits: str) -> str:
    """Return digits and signs as Unicode's superscripts."""
    return "".join(_SUPERSCRIPTS.get(digit, digit) for digit in digits)


def has_marks(text: str) -> bool:
    """Say whether a text can have any mark, which is sooner told than where."""
    return "[" in text if text.isascii() else _SIGN.search(text) is not None


def note_marks(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each reference mark and each raised note mark stands in a text, in order."""
    return _marks(_NOTE_MARK, text)


def _marks(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    if not has_marks(text):
        return
    for match in pattern.finditer(text):
        if match.group()[-1] not in _PLAIN:
            yield match.span()
            continue
        before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
        # Raised before a fraction's bar it is a numerator.
        if text[match.end() : match.end() + 1] != "⁄" and not is_exponent(before, match.group()):
            yield match.span()


def blanked(text: str) -> str:
    """Return a text with spaces in the place of its reference and note marks, so that offsets stay."""
    pieces: list[str] = []
    position = 0
    for start, end in note_marks(text):
        pieces += (text[position:start], " " * (end - start))
        position = end
    return "".join((*pieces, text[position:]))


def squeezed(text: str) -> tuple[str, Callable[[int], int]]:
    """Return a text as its words and numbers are read, and from the offset of a character in it that in the text.

    Without note marks that are raised or glued to a word, and without invisible signs.
    """
    pieces: list[str] = []
    # Where in what is left something was taken out, and how much up to there.
    places, removed = [0], [0]
    position = 0
    for start, end in _marks(_WITHIN_WORDS, text):
        pieces.append(text[position:start])
        places.append(places[-1] + start - position)
        removed.append(removed[-1] + end - start)
        position = end
    pieces.append(text[position:])
    return "".join(pieces), lambda offset: offset + removed[bisect_right(places, offset) - 1]
