"""Speech in dialogue dashes, and what a narrator puts between dashes: —Hemos ganado —dijo Pérez—. A trabajar."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from knowledge.speech.reading import Reading
from knowledge.tokens import index_at

# Within a dialogue a dash touches what it opens or closes on one side only; the dash of "2019–2024" touches both.
_DASH = re.compile(r"(?<!\w)[—―–]|[—―–](?!\w)")
_NARRATION_MARKS = " \t\u00a0.,;:—"
_SENTENCE_ENDS = frozenset(".?!…")
_AFTER_CLOSING = ".,;:?!…)"
_BEFORE_SPEECH = frozenset(".?!…:»”")
# In tokens, and our choice: room for "y luego no le", and for "—Fue despacio hasta la ventana y la abrió—".
_BEFORE_VERB = 4
_LONGEST_ACTION = 16
# Endings of the Spanish preterite and imperfect, third person, of verbs that no list has (RAE, Nueva gramática, 4.9).
_PAST = ("ó", "aron", "ieron", "aba", "aban")
_FEWEST_PAST_LETTERS = 4
_NOT_PAST = frozenset(("según", "pero", "acaba", "trabajaba"))

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What one speaker says between dashes: its parts, what the narrator says between them, and all of it."""

    left: int
    right: int
    parts: tuple[Span, ...]
    narrations: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Dash:
    """A dash with the next one's place or the paragraph's end, which way it faces, and the letter or mark before it."""

    at: int
    following: int
    is_last: bool
    facing: Literal["open", "close", "both"]
    before: str


@dataclass(slots=True)
class _Open:
    """A dialogue that is being read."""

    left: int
    begin: int
    """Where the part, or the narration, begins that is being read."""
    parts: list[Span] = field(default_factory=list)
    narrations: list[Span] = field(default_factory=list)
    is_narrated: bool = False
    has_aside: bool = False

    def switch(self, dash: int) -> None:
        """End the part at a dash where a narration begins, or the narration where a part begins."""
        (self.narrations if self.is_narrated else self.parts).append((self.begin, dash))
        self.begin, self.is_narrated = dash + 1, not self.is_narrated

    def is_ended_by(self, reading: Reading, dash: _Dash) -> bool:
        """Take in a dash that stands within the dialogue, or say that the next one begins there."""
        begins = dash.facing == "open" and dash.before in _SENTENCE_ENDS
        if self.is_narrated:
            if dash.facing != "open":
                self.switch(dash.at)
            return begins
        if dash.facing == "close":
            self.has_aside = False
        elif _is_narration(reading, dash.at + 1, dash.following) or _is_action(reading, dash):
            self.switch(dash.at)
        elif begins and not self.has_aside:
            return True
        else:
            self.has_aside = True
        return False


def dialogues(reading: Reading, start: int, end: int, *, without: Sequence[Span]) -> Iterator[Dialogue]:
    """Yield the dialogues of a paragraph from `start` to `end`, outside the stretches between marks (`without`)."""
    text = reading.text
    opened: _Open | None = None
    for dash in _dashes(text, start, end, without):
        if opened is None:
            begins = dash.at == start or (dash.facing == "open" and dash.before in _BEFORE_SPEECH)
            opened = _Open(dash.at, dash.at + 1) if begins else None
        elif opened.is_ended_by(reading, dash):
            yield from _finished(text, opened, dash.at)
            opened = _Open(dash.at, dash.at + 1)
    if opened:
        yield from _finished(text, opened, end)


def narrations(reading: Reading, start: int, end: int) -> tuple[Span, ...]:
    """Return what a narrator says between dashes within words in quotation marks: «A —aseguró X—, B»."""
    spans: list[Span] = []
    begin: int | None = None
    for dash in _dashes(reading.text, start, end, ()):
        if begin is not None:
            spans.append((begin, dash.at + 1))
            begin = None
        elif dash.at > start and dash.facing != "close" and _is_narration(reading, dash.at + 1, dash.following):
            begin = dash.at
    return (*spans, *([(begin, end)] if begin is not None else []))


def without_narrations(text: str, start: int, end: int, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return the parts of a stretch that stand around its narrations, without the narrations' punctuation."""
    edges = [start, *(edge for span in spans for edge in span), end]
    parts = (_visible(text, *edges[place : place + 2], inner=place > 0) for place in range(0, len(edges), 2))
    return tuple(part for part in parts if part)


def _dashes(text: str, start: int, end: int, without: Sequence[Span]) -> Iterator[_Dash]:
    """Yield the dashes of a stretch that stand outside the spans of `without`."""
    places, span = [], 0
    for match in _DASH.finditer(text, start, end):
        while span < len(without) and without[span][1] <= match.start():
            span += 1
        if span == len(without) or match.start() < without[span][0]:
            places.append(match.start())
    for at, following in pairwise([*places, end]):
        yield _Dash(at, following, following == end, _facing(text, at, start), _visible_before(text, at, start))


def _visible_before(text: str, at: int, start: int) -> str:
    """Return the letter or mark before an offset, "" where a stretch begins there."""
    while at > start and text[at - 1].isspace():
        at -= 1
    return text[at - 1] if at > start else ""


def _facing(text: str, dash: int, start: int) -> Literal["open", "close", "both"]:
    before = text[dash - 1] if dash > start else " "
    after = text[dash + 1 : dash + 2] or " "
    if before.isspace() and after.isspace():
        return "both"
    opens = (before.isspace() or before in "«“(") and after not in _AFTER_CLOSING
    return "open" if opens else "close"


def _is_narration(reading: Reading, start: int, end: int) -> bool:
    """Say whether a narrator's words begin here: a verb of saying in small letters, or in the past, near the start."""
    at, stop = index_at(reading.tokens, start), index_at(reading.tokens, end)
    if at >= stop or reading.tokens[at].is_capital:
        return False
    lead = reading.lexicon.skipped | reading.lexicon.leading | {"no"}
    for index in range(at, min(at + _BEFORE_VERB, stop)):
        key = reading.key(index)
        if index in reading.verb_at:
            return reading.verb_at[index].form.mood != "infinitive"
        if key.endswith(_PAST) and len(key) >= _FEWEST_PAST_LETTERS and key not in _NOT_PAST:
            return True
        if key not in lead:
            return False
    return False


def _is_action(reading: Reading, dash: _Dash) -> bool:
    """Say whether a sentence of the narrator's own stands between a dash and the next: "—Fue hasta la ventana—"."""
    if dash.before not in _SENTENCE_ENDS or dash.is_last:
        return False
    words = index_at(reading.tokens, dash.following) - index_at(reading.tokens, dash.at)
    return words <= _LONGEST_ACTION and _facing(reading.text, dash.following, 0) == "close"


def _finished(text: str, opened: _Open, end: int) -> Iterator[Dialogue]:
    opened.switch(end)
    parts = [_visible(text, *part, inner=place > 0) for place, part in enumerate(opened.parts)]
    spans = tuple(part for part in parts if part)
    if spans:
        right = opened.left + len(text[opened.left : end].rstrip())
        yield Dialogue(opened.left, right, spans, tuple(opened.narrations))


def _visible(text: str, start: int, end: int, *, inner: bool) -> Span | None:
    """Return a part without white space, and without the punctuation that belongs to the narration before it."""
    part = text[start:end].rstrip()
    bare = part.lstrip(_NARRATION_MARKS if inner else " \t\u00a0")
    begin = start + len(part) - len(bare)
    return (begin, begin + len(bare)) if any(letter.isalnum() for letter in bare) else None
