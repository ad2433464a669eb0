"""Interviews: which turns are what somebody was asked. What is asked states nothing, whatever it takes for granted."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from knowledge.model import Document, Paragraph

# A label before a turn, a name in capitals or of a few words, or a letter: "Q:", "P.", "LUND:", "The Post —".
_LABEL = re.compile(
    r"(?P<label>[^\W\d_][\w.'’-]{0,30}(?: [\w.'’-]{1,30}){0,4}?)\s?(?::|\.(?=\s)|\s[—–-](?=\s))\s?(?=\S)"
)
# Labels that say which part a turn has, in both languages; with each the answers' label of the same kind.
_ASKS = frozenset({"q", "question", "p", "pregunta", "interviewer", "entrevistador", "entrevistadora"})
_ANSWERS = frozenset({"a", "answer", "r", "respuesta", "contesta", "interviewee", "entrevistado", "entrevistada"})
# Our choice: somebody asks whose turns mostly end in a question, in a text where another's mostly do not; of two turns
# at least, as one may be a speaker's who asks back.
_ASKING_SHARE, _OTHERS_SHARE, _FEWEST_TURNS = 0.6, 0.4, 2
# Our choice: in a text without labels, questions by themselves are an interviewer's where three or more stand each
# before what is none, and make up a third of its paragraphs.
_FEWEST_QUESTIONS, _QUESTION_SHARE = 3, 0.3
_ASKED = re.compile(r"\?[\"'”’»)\]*_]{0,3}$")


def with_questions(document: Document) -> Document:
    """Return a document in which the paragraphs that are what an interviewer asks have the role of questions."""
    texts = [document.text[part.start : part.end] for part in document.paragraphs]
    asked = _asked_by_label(document.paragraphs, texts) or _asked_by_form(document.paragraphs, texts)
    if not asked:
        return document
    paragraphs = tuple(
        replace(part, role="question") if place in asked else part for place, part in enumerate(document.paragraphs)
    )
    return replace(document, paragraphs=paragraphs)


def _asked_by_label(paragraphs: Sequence[Paragraph], texts: Sequence[str]) -> set[int]:
    """Return the places of the turns whose labels are an interviewer's."""
    turns: dict[str, list[int]] = defaultdict(list)
    for place, (part, text) in enumerate(zip(paragraphs, texts, strict=True)):
        label = _LABEL.match(text) if part.role in ("text", "item") else None
        if label and _is_label(label["label"]):
            turns[label["label"].casefold()].append(place)
    asking = {label for label in turns if label in _ASKS}
    if asking and not turns.keys() & _ANSWERS and len(turns) == len(asking):
        asking = set()  # One letter before a full stop may as well be an initial, or the only item of a list.
    if not asking:
        asking = _asking(turns, texts)
    return {place for label in asking for place in turns[label]}


def _is_label(label: str) -> bool:
    """Say whether words before a colon can name somebody who speaks, and are no part of a sentence."""
    parts = label.split()
    return label.casefold() in _ASKS | _ANSWERS or all(part[0].isupper() or len(part) <= len("de") for part in parts)


def _asking(turns: dict[str, list[int]], texts: Sequence[str]) -> set[str]:
    """Return the labels of those whose turns mostly end in a question, where others' mostly do not."""
    shares = {
        label: sum(bool(_ASKED.search(texts[place])) for place in places) / len(places)
        for label, places in turns.items()
        if len(places) >= _FEWEST_TURNS
    }
    asking = {label for label, share in shares.items() if share >= _ASKING_SHARE}
    return asking if any(share <= _OTHERS_SHARE for share in shares.values()) else set()


def _asked_by_form(paragraphs: Sequence[Paragraph], texts: Sequence[str]) -> set[int]:
    """Return the places of the paragraphs that end in a question, where those of an interview without labels do."""
    asked = {
        place
        for place, (part, text) in enumerate(zip(paragraphs, texts, strict=True))
        if part.role == "text" and _ASKED.search(text)
    }
    led = sum(place + 1 < len(texts) and place + 1 not in asked for place in asked)
    return asked if led >= _FEWEST_QUESTIONS and len(asked) >= _QUESTION_SHARE * len(texts) else set()
