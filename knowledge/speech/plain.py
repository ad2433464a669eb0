"""Speech without marks: after a colon in a sentence, and in paragraphs of its own."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from knowledge.model import Paragraph
from knowledge.speech.reading import Reading
from knowledge.tokens import index_at

_FARTHEST_VERB = 24
"""Tokens before a colon among which a verb of saying stands; our choice."""
_FEWEST_LETTERS = 2
_NOT_PLAIN = frozenset("“”«»„\"‘'‹›—–―")
_LONGEST_SIGNATURE = 90
"""Characters of a paragraph that signs what stands before it; our choice."""
Span = tuple[int, int]


def after_colons(
    reading: Reading, paragraph: Paragraph, starts: Sequence[int], *, without: Sequence[Span]
) -> Iterator[Span]:
    """Yield what follows a colon in a sentence with a verb of saying, to the sentence's end or the next mark."""
    text, edge = reading.text, paragraph.start
    lefts = [left for left, _ in without]
    while (colon := text.find(":", edge, paragraph.end)) >= 0:
        edge = colon + 1
        place = bisect_right(lefts, colon)
        if (place and without[place - 1][1] > colon) or not text[edge : edge + 1].isspace():
            continue
        if not _is_introduced(reading, colon):
            continue
        following = bisect_right(starts, edge)
        end = min(starts[following] if following < len(starts) else paragraph.end, paragraph.end)
        end = min(end, lefts[place]) if place < len(lefts) else end
        words = text[edge:end]
        visible = words.strip().rstrip(".;,").rstrip()
        if len(visible) < _FEWEST_LETTERS or visible[0] in _NOT_PLAIN:
            continue
        begin = edge + len(words) - len(words.lstrip())
        edge = end
        yield begin, begin + len(visible)


def _is_introduced(reading: Reading, colon: int) -> bool:
    at = index_at(reading.tokens, colon)
    for index in range(at - 1, max(-1, at - _FARTHEST_VERB), -1):
        if index in reading.verb_at:
            return True
        if reading.tokens[index].start in reading.sentence_starts:
            return index in reading.verb_at
    return False


def blocks(text: str, paragraphs: Sequence[Paragraph]) -> set[int]:
    """Return the numbers, from 1, of paragraphs that may be quoted as a whole.

    These are quoted with ">", introduced by a colon in the paragraph before, signed in the paragraph after, or stand
    between an interview's questions in bold.
    """
    numbers: set[int] = set()
    for number in range(1, len(paragraphs) + 1):
        before = _words(text, paragraphs, number - 1)
        words, after = _words(text, paragraphs, number), _words(text, paragraphs, number + 1)
        if words[:1] in _NOT_PLAIN or len(words) < _FEWEST_LETTERS:
            continue
        signed = after[:1] in ("—", "–", "―") and len(after) <= _LONGEST_SIGNATURE
        if words.startswith((">", "**")) or before.endswith((":", "**")) or signed:
            numbers.add(number)
    return numbers


def _words(text: str, paragraphs: Sequence[Paragraph], number: int) -> str:
    if not 1 <= number <= len(paragraphs):
        return ""
    return text[paragraphs[number - 1].start : paragraphs[number - 1].end]
