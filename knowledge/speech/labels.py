"""Labels that name who speaks in the rest of a paragraph: turns of interviews, hearings and chats."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.model import Paragraph
from knowledge.terms import fold

# Our choice, with room for "The Parliamentary Under-Secretary (Mr Godfrey Anstey)".
_LONGEST = 64
"""Characters of a label."""
_MOST_WORDS = 8
_TIME = re.compile(r"\[[^\]\n]{1,24}\]\s{0,3}|\(?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[ap]\.?m\.?)?\)?\s{1,3}")
_BOLD = re.compile(r"\*\*|__|\*")
_SHORT = re.compile(r"([PRQA])\s?(?:[.:)]\s?[-–—]?|[-–—])\s?")
_STOPPED = re.compile(r"([^\W\d_]{3,24})\.\s?[-–—]\s?")
# A full stop after so many letters ends a sentence; after fewer, a title: "Capt. Strachan:".
_SENTENCE_END = re.compile(r"[^\W\d_]{5}\.\s")
_NOT_LABEL = frozenset('“”«»„"?!¿¡;—')


@dataclass(frozen=True, slots=True)
class Label:
    """Where a paragraph's label stands, and where the words begin that it introduces.

    `alike` counts the paragraphs of the text that have this label, `all` those that have any.
    """

    start: int
    end: int
    body: int
    bold: bool
    timed: bool
    alike: int = 1
    all: int = 1


def labels(text: str, paragraphs: Sequence[Paragraph]) -> dict[int, Label]:
    """Return the labels of the paragraphs that may begin with any, by the number of the paragraph, from 1."""
    listed = {number: label for number, item in enumerate(paragraphs, 1) if (label := _label(text, item))}
    names = {number: fold(text[label.start : label.end]) for number, label in listed.items()}
    alike = Counter(names.values())
    return {
        number: Label(label.start, label.end, label.body, label.bold, label.timed, alike[names[number]], len(listed))
        for number, label in listed.items()
    }


def _label(text: str, paragraph: Paragraph) -> Label | None:
    start, end = paragraph.start, paragraph.end
    timed = _TIME.match(text, start, end)
    start = timed.end() if timed else start
    bold = _BOLD.match(text, start, end)
    start = bold.end() if bold else start
    if short := _SHORT.match(text, start, end) or _STOPPED.match(text, start, end):
        stop, body = short.end(1), short.end()
    else:
        short, stop = None, text.find(":", start, min(end, start + _LONGEST))
        body = stop + 1
    name = text[start:stop] if stop > start else ""
    if (
        not name[:1].isalpha()
        or len(name.split()) > _MOST_WORDS
        or set(name) & _NOT_LABEL
        or _SENTENCE_END.search(name)
    ):
        return None
    if not (body >= end or text[body].isspace() or text[body] in "*_" or short):
        return None
    body += len(text[body:end]) - len(text[body:end].lstrip("*_ \t\u00a0"))
    named = start + len(name.rstrip("*_ "))
    return Label(start, named, body, bool(bold), bool(timed)) if body < end and named > start else None
