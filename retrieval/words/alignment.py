"""Alignment of a quotation with a text: where it occurs, and how it differs word by word.

Case, accents, punctuation, quotation marks and characters that nobody sees are not compared. Nor is spacing, since
machine translation and extraction from pages split words and join them.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, Levenshtein

from knowledge.marks import blanked
from knowledge.terms import fold
from retrieval.words.phrases import phrases

Difference = tuple[str, str]
"""An operation and the words it is done to: "=" in both, "-" only in the quotation, "+" only in the source."""

# Characters that may stand in a word and that nobody sees: soft hyphens, zero-width spaces and joiners, marks of
# direction and of variants (among Unicode's Default_Ignorable_Code_Point).
_UNSEEN = r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
# The apostrophe (U+2019) and what stands for it: a typewriter's, the other single marks, a letter, a prime, accents.
_APOSTROPHE = "['’‘‛ʼ′＇`´]"
# A letter with the accents that stand apart from it.
_LETTER = r"[^\W\d_][\u0300-\u036f]*+"
_NUMBER = rf"\d(?:{_UNSEEN}*+\d)*"
# A number with its inner marks is a single word, as "5.6" is not "5 6"; a percent sign after it belongs to it.
_WORD = re.compile(rf"{_NUMBER}(?:[.,:/]{_NUMBER})*%?|{_LETTER}(?:{_UNSEEN}*+(?:{_APOSTROPHE}{_UNSEEN}*+)?{_LETTER})*")
_DROPPED = re.compile(f"{_UNSEEN}|{_APOSTROPHE}")
# For texts whose white space is single spaces.
_ELLIPSIS = re.compile(r" ?[\[(]? ?(?:…|\.{3,}|(?:\. ){2,}\.) ?[\])]? ?")
# Texts whose words are cached. Our choice: successive quotations are compared with the same texts.
_CACHED_TEXTS = 4096
# Words added on either side of the most similar window, so that words missing at its edges count as differences; our
# choice, one more than `_FEW_WORDS`.
_MARGIN = 3
# Words of a unit that may be missing from a quotation by mistake; our choice: whoever leaves out more quotes a part.
_FEW_WORDS = 2


@dataclass(frozen=True, slots=True)
class Word:
    """A word at `text[start:end]`; `key` is its form for comparison."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Occurrence:
    """The words `first` to `last` (half-open) of a text that are a quotation, but for the ranges that it `skipped`."""

    first: int
    last: int
    skipped: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Alignment:
    """The words `first` to `last` (half-open) of a text that are most similar to a quotation, and the differences.

    `similarity` is the normalised indel similarity of the words, from 0 to 1; `differences` are in order.
    """

    first: int
    last: int
    similarity: float
    differences: tuple[Difference, ...]


@lru_cache(_CACHED_TEXTS)
def read_words(text: str) -> tuple[Word, ...]:
    """Return the words of a text in order, without marks of references and notes."""
    words = (Word(_key(match.group()), match.start(), match.end()) for match in _WORD.finditer(blanked(text)))
    return tuple(word for word in words if word.key)


def parts(quotation: str) -> list[str]:
    """Return the parts of a quotation between its ellipses that have a word."""
    return [part for part in _ELLIPSIS.split(" ".join(quotation.split())) if _WORD.search(part)]


def is_negation(key: str) -> bool:
    """Say whether a word negates a statement: "not", "nobody", "nunca"."""
    return bool(phrases("negation", "words").fullmatch(key))


def is_negation_or_limit(key: str) -> bool:
    """Say whether a word negates or limits a statement, so that no ellipsis may skip it."""
    return any(phrases("negation", name).fullmatch(key) for name in ("words", "turning", "limiting"))


def find(quotation: str, words: Sequence[Word]) -> Occurrence | None:
    """Return the first verbatim occurrence of a quotation among the words of a text, or None where there is none.

    An ellipsis may skip any number of words, or none.
    """
    occurrences: list[Occurrence] = []
    for part in parts(quotation):
        occurrence = _find_part(read_words(part), words, occurrences[-1].last if occurrences else 0)
        if occurrence is None:
            return None
        occurrences.append(occurrence)
    if not occurrences:
        return None
    gaps = tuple((left.last, right.first) for left, right in pairwise(occurrences))
    return Occurrence(occurrences[0].first, occurrences[-1].last, tuple(gap for gap in gaps if gap[0] < gap[1]))


def align(quotation: str, text: str, words: Sequence[Word]) -> Alignment:
    """Align a quotation with the most similar part of a text; `words` are the text's own, at least one."""
    quoted_words = read_words(quotation)
    keys, quoted_keys = [word.key for word in words], [word.key for word in quoted_words]
    first, last = 0, len(keys)
    if len(quoted_keys) < len(keys):
        window = fuzz.partial_ratio_alignment(quoted_keys, keys)
        if window is not None:
            first, last = max(0, window.dest_start - _MARGIN), min(len(keys), window.dest_end + _MARGIN)
    first, last = _trimmed(quoted_keys, keys, first, last)
    differences = tuple(_differences(quotation, quoted_words, text, words[first:last]))
    return Alignment(first, last, Indel.normalized_similarity(quoted_keys, keys[first:last]), differences)


def lacks_few_words(occurrence: Occurrence, words: Sequence[Word]) -> bool:
    """Say whether an occurrence is all but a word or two of a text, which are missing by mistake rather than choice.

    It must have more than twice as many words as are missing: our choice, so that a short part is no mistake.
    """
    lacking = occurrence.first + len(words) - occurrence.last
    return 0 < lacking <= _FEW_WORDS and occurrence.last - occurrence.first > 2 * lacking


def _find_part(part: Sequence[Word], words: Sequence[Word], after: int) -> Occurrence | None:
    """Return the first verbatim occurrence of a part of a quotation at or after word `after`."""
    joined_part, joined = _joined(part), _joined(words)
    starts = [start for start, _ in joined.spans]
    start = joined.text.find(joined_part.text, joined.spans[after][0] if after < len(words) else len(joined.text))
    while start >= 0:
        end = start + len(joined_part.text)
        first = bisect_left(starts, start)
        last = bisect_left(starts, end)
        whole = first < len(words) and starts[first] == start and joined.spans[last - 1][1] == end
        # "Not able" is no other spelling of "notable": a negation must be a word of both.
        if whole and _negations(part) == _negations(words[first:last]):
            return Occurrence(first, last)
        start = joined.text.find(joined_part.text, start + 1)
    return None


@dataclass(frozen=True, slots=True)
class _Joined:
    """The keys of words in succession, and the span of each word in `text`."""

    text: str
    spans: list[tuple[int, int]]


def _joined(words: Sequence[Word]) -> _Joined:
    """Join words without spaces, except between digits, as "1 05" is not "105"."""
    text, spans = "", []
    for word in words:
        if text[-1:].isdigit() and word.key[:1].isdigit():
            text += " "
        spans.append((len(text), len(text) + len(word.key)))
        text += word.key
    return _Joined(text, spans)


def _negations(words: Sequence[Word]) -> list[str]:
    return [word.key for word in words if is_negation_or_limit(word.key)]


def _trimmed(quoted_keys: Sequence[str], keys: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """Return a window of words without those at its edges that have no counterpart in the quotation.

    Where all but a word or two of the text lies within it, the window is the whole text, so that these are differences.
    """
    codes = [code for code in Levenshtein.opcodes(quoted_keys, keys[first:last]) if code.tag != "delete"]
    begin, end = first, last
    if codes and codes[0].tag == "insert":
        begin += codes[0].dest_end
    if len(codes) > 1 and codes[-1].tag == "insert":
        end -= codes[-1].dest_end - codes[-1].dest_start
    if 0 < len(keys) - (end - begin) <= _FEW_WORDS and end - begin > 2 * _FEW_WORDS:
        return 0, len(keys)
    return begin, end


def _differences(
    quotation: str, quoted_words: Sequence[Word], text: str, words: Sequence[Word]
) -> Iterator[Difference]:
    codes = Levenshtein.opcodes([word.key for word in quoted_words], [word.key for word in words])
    for code in codes:
        quoted_part = _text_of(quotation, quoted_words, code.src_start, code.src_end)
        source_part = _text_of(text, words, code.dest_start, code.dest_end)
        if code.tag == "equal":
            yield "=", source_part
        else:
            if quoted_part:
                yield "-", quoted_part
            if source_part:
                yield "+", source_part


def _text_of(text: str, words: Sequence[Word], first: int, last: int) -> str:
    """Return the text of the words from `first` to `last` (half-open), up to the start of the next word."""
    if first == last:
        return ""
    return text[words[first].start : words[last].start if last < len(words) else words[-1].end]


def _key(word: str) -> str:
    return fold(_DROPPED.sub("", word))
