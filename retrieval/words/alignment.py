"""Words compared with words: where a quotation stands in a text, and word by word how far it differs.

Case, accents, spacing, punctuation and quotation marks are no words. Spacing is not compared at all, since machine
translation and extraction from pages tear words apart and run them together.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, Levenshtein

from knowledge.terms import fold
from retrieval.words.phrases import phrases

Difference = tuple[str, str]
"""An operation and the words it is done to: "=" in both, "-" only in the quotation, "+" only in the source."""

# A number with its inner marks is one word, as "5.6" is not "5 6"; a sign before it and the percent after belong to it.
_WORD = re.compile(r"\d+(?:[.,:/]\d+)*%?|[^\W\d_]+(?:['’][^\W\d_]+)*")
# In a text whose white space is single spaces.
_ELLIPSIS = re.compile(r" ?[\[(]? ?(?:…|\.{3,}|(?:\. ){2,}\.) ?[\])]? ?")
# Texts whose words are kept: one quotation after another is compared with the same ones.
_KEPT_TEXTS = 4096
# Words taken in on either side of the likest stretch, so that what is lacking at its edges shows.
_MARGIN = 3
# Words lacking at an edge, of the source's own unit, that are a slip and no choice of a part.
_SLIP = 2


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared, at `text[start:end]`."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """Words `first` to `last` (half-open) of a text that are those of the quotation, and the gaps it skips openly."""

    first: int
    last: int
    skipped: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Alignment:
    """The stretch of a text likest to a quotation: its words, how like (0 to 1), and the differences in order."""

    first: int
    last: int
    similarity: float
    differences: tuple[Difference, ...]


@lru_cache(_KEPT_TEXTS)
def read_words(text: str) -> tuple[Word, ...]:
    """The words of a text in order."""
    return tuple(Word(_key(match.group()), match.start(), match.end()) for match in _WORD.finditer(text))


def parts(quotation: str) -> list[str]:
    """The stretches of a quotation between its ellipses that hold a word."""
    return [part for part in _ELLIPSIS.split(" ".join(quotation.split())) if _WORD.search(part)]


def is_turning(key: str) -> bool:
    """Whether a word turns what is said: a negation or a restriction, which no ellipsis may swallow."""
    return any(phrases("negation", name).fullmatch(key) for name in ("words", "turning", "limiting"))


def find(quotation: str, words: Sequence[Word]) -> Found | None:
    """Where the quotation stands word for word, ellipses skipping something or nothing; None where it does not."""
    found: list[Found] = []
    for part in parts(quotation):
        one = _find_part(read_words(part), words, found[-1].last if found else 0)
        if one is None:
            return None
        found.append(one)
    if not found:
        return None
    gaps = tuple((one.last, other.first) for one, other in pairwise(found))
    return Found(found[0].first, found[-1].last, tuple(gap for gap in gaps if gap[0] < gap[1]))


def align(quotation: str, text: str, words: Sequence[Word]) -> Alignment:
    """The likest stretch of a text; `words` are the text's own, at least one."""
    said = read_words(quotation)
    keys, asked = [word.key for word in words], [word.key for word in said]
    first, last = 0, len(keys)
    if len(asked) < len(keys):
        window = fuzz.partial_ratio_alignment(asked, keys)
        if window is not None:
            first, last = max(0, window.dest_start - _MARGIN), min(len(keys), window.dest_end + _MARGIN)
    first, last = _trimmed(asked, keys, first, last)
    differences = tuple(_differences(quotation, said, text, words[first:last]))
    return Alignment(first, last, Indel.normalized_similarity(asked, keys[first:last]), differences)


def slip(found: Found, words: Sequence[Word]) -> bool:
    """Whether all but a word or two of a text is found, so that these lack by mistake rather than by choice."""
    lacking = found.first + len(words) - found.last
    return 0 < lacking <= _SLIP and found.last - found.first > 2 * lacking


def _find_part(part: Sequence[Word], words: Sequence[Word], after: int) -> Found | None:
    wanted, held = _joined(part), _joined(words)
    starts = [start for start, _ in held.places]
    place = held.text.find(wanted.text, held.places[after][0] if after < len(words) else len(held.text))
    while place >= 0:
        first = bisect_left(starts, place)
        last = bisect_left(starts, place + len(wanted.text))
        whole = first < len(words) and starts[first] == place and held.places[last - 1][1] == place + len(wanted.text)
        # "Not able" is no other spelling of "notable": what turns a sentence must stand as a word in both.
        if whole and _turns(part) == _turns(words[first:last]):
            return Found(first, last)
        place = held.text.find(wanted.text, place + 1)
    return None


@dataclass(frozen=True, slots=True)
class _Joined:
    text: str
    places: list[tuple[int, int]]


def _joined(words: Sequence[Word]) -> _Joined:
    """The words without space between them; figures keep apart, as "1 05" is not "105"."""
    text, places = "", []
    for word in words:
        if text[-1:].isdigit() and word.key[:1].isdigit():
            text += " "
        places.append((len(text), len(text) + len(word.key)))
        text += word.key
    return _Joined(text, places)


def _turns(words: Sequence[Word]) -> list[str]:
    return [word.key for word in words if is_turning(word.key)]


def _trimmed(asked: Sequence[str], keys: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """A window without the words at its edges that the quotation has no counterpart for, unless few words are left out.

    Where all but a word or two of the text lies within it, the window is the whole text, so that these show.
    """
    codes = [code for code in Levenshtein.opcodes(asked, keys[first:last]) if code.tag != "delete"]
    begin, end = first, last
    if codes and codes[0].tag == "insert":
        begin += codes[0].dest_end
    if len(codes) > 1 and codes[-1].tag == "insert":
        end -= codes[-1].dest_end - codes[-1].dest_start
    if 0 < len(keys) - (end - begin) <= _SLIP and end - begin > 2 * _SLIP:
        return 0, len(keys)
    return begin, end


def _differences(quotation: str, said: Sequence[Word], text: str, words: Sequence[Word]) -> Iterator[Difference]:
    codes = Levenshtein.opcodes([word.key for word in said], [word.key for word in words])
    for code in codes:
        own = _stretch(quotation, said, code.src_start, code.src_end)
        other = _stretch(text, words, code.dest_start, code.dest_end)
        if code.tag == "equal":
            yield "=", other
        else:
            if own:
                yield "-", own
            if other:
                yield "+", other


def _stretch(text: str, words: Sequence[Word], first: int, last: int) -> str:
    """The words from `first` to `last` (half-open) as they stand, with what is between them and the next one."""
    if first == last:
        return ""
    return text[words[first].start : words[last].start if last < len(words) else words[-1].end]


def _key(word: str) -> str:
    return fold(word).replace("’", "").replace("'", "")
