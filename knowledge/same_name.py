"""Whether two names can be of one person or organisation: compared by their parts, never by their letters as a whole.

"Marie LeCun" has most letters of "Yann LeCun" and is somebody else; "Yan Lecun" is a typing error in one part.
"""

from rapidfuzz.distance import OSA

from knowledge.lexicon import names
from knowledge.names import matches_name, name_words

# Typing errors (a letter left out, added, changed, or two changed over: Damerau 1964) of a part that is taken for
# another, and the fewest letters of such a part. Our choice: two errors, or one in a shorter part, make other names.
_MOST_ERRORS, _FEWEST_LETTERS = 1, 3
# Letters at the end of a part by which names differ: Daniel and Daniela, Rivera and Rivero, Peter and Peters.
_TELLING_ENDS = "aeos"
# The fewest parts of a name with a typing error: all others must be the same. Our choice.
_FEWEST_PARTS = 2


def is_same_name(a: str, b: str) -> bool:
    """Say whether two names can be of one person: every part of the shorter is a part of the longer, or its initial.

    Titles and articles are no parts. In one part of several there may be one typing error, but for one that makes
    another name of it: of two known given names, or by the last letter ("Daniel", "Daniela").
    """
    shorter, longer = sorted((a, b), key=lambda name: len(name_words(name)))
    parts, others = name_words(shorter), name_words(longer)
    if matches_name(shorter, longer) and (len(parts) < len(others) or matches_name(longer, shorter)):
        return True
    return _has_typing_error(parts, others)


def _has_typing_error(shorter: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """Say whether a name differs from parts of another by an error in one part alone."""
    lacking = [word for word in shorter if word not in longer]
    rest = [word for word in longer if word not in shorter]
    if len(shorter) < _FEWEST_PARTS or len(lacking) != 1 or len(rest) != 1 + len(longer) - len(shorter):
        return False
    return any(is_mistyped(lacking[0], word) for word in rest)


def is_mistyped(word: str, other: str) -> bool:
    """Say whether two parts of names differ by one typing error that does not make another name of it."""
    if min(len(word), len(other)) < _FEWEST_LETTERS or word[0] != other[0] or not (word + other).isalpha():
        return False
    if {word, other} <= names().given.keys() or word.rstrip(_TELLING_ENDS) == other.rstrip(_TELLING_ENDS):
        return False
    return OSA.distance(word, other, score_cutoff=_MOST_ERRORS) <= _MOST_ERRORS
