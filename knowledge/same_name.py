"""Whether two names are one person's: by the parts of a name, not by its letters as a whole."""

import re
from collections.abc import Sequence

from rapidfuzz.distance import DamerauLevenshtein

from knowledge.lexicon import names
from knowledge.names import name_parts

_FEWEST_LETTERS = 6
"""Letters of a part in which one may be mistyped; in shorter parts it makes another name: Marta, María. Our choice."""
_MISTYPED = 1
"""Letters that may be wrong, missing, added or swapped: one is four of five typing errors (Damerau 1964)."""
_DOUBLED = re.compile(r"(\w)\1")


def is_same_name(asked: str, full: str) -> bool:
    """Say whether a name as somebody typed it is this full name, one letter of one part mistyped at most.

    Each part that was typed must be a part of the full name, in its order, or the initial of one. A surname alone
    suffices, a surname with another given name does not: "Yan Lecun" is Yann LeCun, "Marie LeCun" is not. Titles,
    articles, case, accents, hyphens and doubled letters are left aside.
    """
    typed, known = name_parts(asked), name_parts(full)
    if not typed or not known:
        return False
    if "".join(typed) == "".join(known):
        return True
    if len(known) == 1 < len(typed):
        typed = typed[-1:]  # the text gives a surname alone
    if _differing(typed, known, mistyped=False) == 0:
        return True
    return _differing(typed, known, mistyped=True) == 1


def _differing(typed: Sequence[str], known: Sequence[str], *, mistyped: bool) -> int | None:
    """Return how many typed parts are mistyped, the others standing in their order; None where one is not there."""
    wrong, rest = 0, iter(known)
    for part in typed:
        fits = (other for other in rest if _is_same_part(part, other) or (mistyped and _is_near(part, other)))
        match = next(fits, None)
        if match is None:
            return None
        wrong += not _is_same_part(part, match)
    return wrong


def _is_same_part(typed: str, known: str) -> bool:
    if len(typed) == 1 or len(known) == 1:
        return typed[0] == known[0] and typed.isalpha() and known.isalpha()
    return _DOUBLED.sub(r"\1", typed) == _DOUBLED.sub(r"\1", known)


def _is_near(typed: str, known: str) -> bool:
    """Say whether a part may be mistyped: its first and last letters are right, and it is no given name of its own."""
    if min(len(typed), len(known)) < _FEWEST_LETTERS or typed[0] != known[0] or typed[-1] != known[-1]:
        return False
    if _is_given(typed) and _is_given(known):
        return False
    return DamerauLevenshtein.distance(typed, known, score_cutoff=_MISTYPED) <= _MISTYPED


def _is_given(part: str) -> bool:
    return part in names().given or part in names().given_wide
