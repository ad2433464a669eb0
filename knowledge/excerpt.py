"""The bounds of an excerpt that leave its meaning as it was, and the check that a span fits its snapshot."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from knowledge.errors import DamagedDatabase
from knowledge.model import Language, Paragraph

MOST_BEFORE = 2
"""Sentences added before an excerpt that refers to them: a pronoun or a "But" seldom reaches further. Our choice."""
MOST_AFTER = 1
"""Sentences added after an excerpt because they take it back; our choice."""
LONGEST_QUOTE = 1200
"""Characters: a quotation up to this length is shown whole; a speech is not. Our choice."""
CONTEXT_WIDTH = 32
"""Characters of prefix and suffix, by which the words are located again (W3C Web Annotation Data Model,
TextQuoteSelector). The model sets no length; this one is our choice."""
_OPENING_CHARACTERS = 80
"""Characters of a sentence in which its opening phrase stands; the longest in data/connectives.toml has 23."""

# Characters looked at on either side of an excerpt: more than marks and references between two sentences take. Our
# choice.
_NEAR_CHARACTERS = 40
# The end of a sentence with what belongs to it, or the beginning of a quotation: what follows is whole.
_ENDED = re.compile(r"(?:[.!?…:;؟۔।。！？][\"'”’»)\]*_]*+(?:\s?\[\d{1,3}\])*+|[“«„‘\"'¿¡(\[—–-])$")
# What closes a quotation, or the end of a line.
_GOES_ON = re.compile(r"\s?[”»]|[,.;:!?…]?[”»’\"')\]]|,?\s?[—–]|[^\S\n]*\n")

_WORD = re.compile(r"[^\W_]+")
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph as widening needs it: its text, sentences, quotations and language."""

    text: str
    sentences: Sequence[tuple[int, int]]
    quotes: Sequence[tuple[int, int]]
    language: Language


def widen(
    text: str,
    *,
    span: tuple[int, int],
    sentences: Sequence[tuple[int, int]],
    quotes: Sequence[tuple[int, int]],
    language: Language,
) -> tuple[int, int]:
    """Return the smallest run of whole sentences that holds the span and keeps its meaning.

    `sentences` are those of the span's paragraph, in order; `quotes` the direct quotations in and around it, without
    their marks. The run neither begins nor ends inside a quotation of up to LONGEST_QUOTE characters, keeps the
    sentence that names the speaker, takes in at most MOST_BEFORE sentences that its opening refers to and MOST_AFTER
    that takes it back. A span that touches no sentence is returned as it is.
    """
    touched = [number for number, (start, end) in enumerate(sentences) if _overlap(span, (start, end))]
    if not touched:
        return span
    paragraph = _Paragraph(text, sentences, quotes, language)
    first, last = _whole_quotes(paragraph, touched[0], touched[-1])
    first, last = _take_preceding(paragraph, first, last)
    first, last = _take_following(paragraph, first, last)
    return min(span[0], sentences[first][0]), max(span[1], sentences[last][1])


def text_of(snapshot_text: str, start: int, end: int) -> str:
    """Return the words of a span, exactly as stored.

    Raises DamagedDatabase when the span is empty or reaches outside the snapshot.
    """
    if not 0 <= start < end <= len(snapshot_text):
        raise DamagedDatabase(f"A stored span ({start} to {end}) does not fit its snapshot of {len(snapshot_text)}.")
    return snapshot_text[start:end]


def context(snapshot_text: str, start: int, end: int, *, width: int = CONTEXT_WIDTH) -> tuple[str, str]:
    """Return up to `width` characters before and after a span (prefix and suffix of a W3C TextQuoteSelector)."""
    return snapshot_text[max(0, start - width) : start], snapshot_text[end : end + width]


def cut_ends(text: str, span: tuple[int, int], paragraphs: Sequence[Paragraph]) -> tuple[bool, bool]:
    """Say whether a span begins, and whether it ends, inside a sentence or a quotation of its paragraph.

    `paragraphs` are those that it lies in. What stands between its own quotation marks is whole; so are the lines of a
    table or of code.
    """
    start, end = span
    first = next((part for part in paragraphs if part.start <= start < part.end), None)
    last = next((part for part in paragraphs if part.start < end <= part.end), None)
    before = text[max(first.start, start - _NEAR_CHARACTERS) : start] if first is not None else ""
    after = text[end : min(last.end, end + _NEAR_CHARACTERS)] if last is not None else ""
    tail = text[max(start, end - _NEAR_CHARACTERS) : end]
    begins_inside = bool(_WORD.search(before)) and not _is_whole_after(before)
    ends_inside = bool(_WORD.search(after)) and not (_GOES_ON.match(after) or _is_whole_after(tail))
    return begins_inside, ends_inside


def _is_whole_after(text: str) -> bool:
    """Say whether a sentence, a quotation or a line ends, or begins, at the end of a text."""
    visible = text.rstrip()
    return "\n" in text[len(visible) :] or bool(_ENDED.search(visible))


def _overlap(first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Say whether two spans share a character; an empty span is a point."""
    return first[0] < second[1] and second[0] < max(first[1], first[0] + 1)


def _whole_quotes(paragraph: _Paragraph, first: int, last: int) -> tuple[int, int]:
    """Return the run widened until it cuts no quotation and holds the words that name each quotation's speaker."""
    while True:
        start, end = paragraph.sentences[first][0], paragraph.sentences[last][1]
        before, after = first, last
        for quote in paragraph.quotes:
            if _overlap(quote, (start, end)):
                before, after = _with_quote(paragraph, quote, before, after)
        if (before, after) == (first, last):
            return first, last
        first, last = before, after


def _with_quote(paragraph: _Paragraph, quote: tuple[int, int], first: int, last: int) -> tuple[int, int]:
    """Return the run with the sentences that one quotation touches, or of a speech with the one naming the speaker."""
    numbers = [number for number, sentence in enumerate(paragraph.sentences) if _overlap(quote, sentence)]
    if not numbers:  # a quotation between two sentences holds no words
        return first, last
    if quote[1] - quote[0] <= LONGEST_QUOTE:
        return min(first, numbers[0]), max(last, numbers[-1])
    if numbers[0] == first - 1 and not _only_quoted(paragraph, numbers[0]):
        first = numbers[0]
    if numbers[-1] == last + 1 and not _only_quoted(paragraph, numbers[-1]):
        last = numbers[-1]
    return first, last


def _only_quoted(paragraph: _Paragraph, number: int) -> bool:
    """Say whether every word of a sentence stands in a quotation, so that it does not say who speaks."""
    start, end = paragraph.sentences[number]
    inside = [quote for quote in paragraph.quotes if _overlap(quote, (start, end))]
    if not inside:
        return False
    outside = [(match.start() + start, match.end() + start) for match in _WORD.finditer(paragraph.text[start:end])]
    return all(any(quote[0] <= word[0] and word[1] <= quote[1] for quote in inside) for word in outside)


def _take_preceding(paragraph: _Paragraph, first: int, last: int) -> tuple[int, int]:
    """Return the run with the sentences before it that its opening refers to, or that say who is speaking."""
    added = 0
    while first > 0 and added < MOST_BEFORE and _needs_preceding(paragraph, first, last):
        first, last = _whole_quotes(paragraph, first - 1, last)
        added += 1
    return first, last


def _needs_preceding(paragraph: _Paragraph, first: int, last: int) -> bool:
    """Say whether a run cannot be understood, or its speaker not be known, without the sentence before it."""
    if _opens_with(paragraph, first, "leans") and not _opens_with(paragraph, first, "stands"):
        return True
    start, end = paragraph.sentences[first]
    if _unnamed_speaker(paragraph.language).search(paragraph.text, start, end):
        return True
    return _unattributed(paragraph, first, last)


def _unattributed(paragraph: _Paragraph, first: int, last: int) -> bool:
    """Say whether a run is nothing but quotation, of which the whole can be shown."""
    run = (paragraph.sentences[first][0], paragraph.sentences[last][1])
    if any(quote[1] - quote[0] > LONGEST_QUOTE and _overlap(quote, run) for quote in paragraph.quotes):
        return False
    return all(_only_quoted(paragraph, number) for number in range(first, last + 1))


def _take_following(paragraph: _Paragraph, first: int, last: int) -> tuple[int, int]:
    """Return the run with the sentence after it that takes back or limits what was said, or says who said it."""
    added = 0
    while (
        last + 1 < len(paragraph.sentences)
        and added < MOST_AFTER
        and (_opens_with(paragraph, last + 1, "turns") or _unattributed(paragraph, first, last))
    ):
        first, last = _whole_quotes(paragraph, first, last + 1)
        added += 1
    return first, last


def _opens_with(paragraph: _Paragraph, number: int, group: str) -> bool:
    """Say whether a sentence opens with one of a group of phrases."""
    start, end = paragraph.sentences[number]
    beginning = paragraph.text[start : min(end, start + _OPENING_CHARACTERS)]
    opening = f" {_NOT_WORDS.sub(' ', beginning).strip().casefold()} "
    return opening.startswith(_phrases(group, paragraph.language))


@cache
def _phrases(group: str, language: Language) -> tuple[str, ...]:
    """Return the phrases of a group between spaces, so that only whole words match."""
    return tuple(f" {line} " for line in _lines(group, language))


@cache
def _unnamed_speaker(language: Language) -> re.Pattern[str]:
    """Return the pattern of a reporting clause without a name: `, dijo.` or `, she said,`."""
    verbs, pronouns = "|".join(_lines("reports", language)), "|".join(_lines("pronouns", language))
    clause = rf"(?:{verbs})(?:\s++(?:{pronouns}))?|(?:{pronouns})\s++(?:{verbs})"
    # After a comma, a dash or a closing mark and before a comma, a dash, a stop or the end: the clause holds no more.
    return re.compile(rf"[,—–”»\"?!]\s*+(?=\w)(?:{clause})\s*+(?:[.,;:—–]|$)", re.IGNORECASE)


def _lines(group: str, language: Language) -> list[str]:
    """Return the entries of a group in a language, or in both where the language is unknown."""
    lists = _connectives()[group]
    entries = lists[language] if language in lists else "\n".join(lists.values())
    return [line for line in entries.split("\n") if line]


@cache
def _connectives() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("knowledge").joinpath("data/connectives.toml").read_text("utf-8"))
