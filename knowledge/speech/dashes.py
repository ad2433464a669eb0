"""Speech in dialogue dashes, and what a narrator puts between dashes: —Hemos ganado —dijo Pérez—. A trabajar."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from knowledge.speech.reading import Reading
from knowledge.tokens import index_at

# Within a dialogue a dash touches what it opens or closes on one side only; the dash of "2019–2024" touches both.
_DASH = re.compile(r"(?<!\w)[—―–]|[—―–](?!\w)")
_NARRATION_MARKS = " \t\u00a0.,;:—"
_SENTENCE_ENDS = ".?!…"
_AFTER_CLOSING = ".,;:?!…)"
_BEFORE_SPEECH = ".?!…:»”"
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


@dataclass(slots=True)
class _Open:
    """A dialogue that is being read."""

    left: int
    begin: int
    """Where the part, or the narration, begins that is being read."""
    parts: list[Span] = field(default_factory=list)
    narrations: list[Span] = field(default_factory=list)
    is_narrated: bool = False
    aside: bool = False

    def switch(self, dash: int) -> None:
        """End the part at a dash where a narration begins, or the narration where a part begins."""
        (self.narrations if self.is_narrated else self.parts).append((self.begin, dash))
        self.begin, self.is_narrated = dash + 1, not self.is_narrated


def dialogues(reading: Reading, start: int, end: int, *, without: Sequence[Span]) -> Iterator[Dialogue]:
    """Yield the dialogues of a paragraph from `start` to `end`, outside the stretches between marks (`without`)."""
    text, opened = reading.text, None
    dashes = _outside(text, start, end, without)
    for place, dash in enumerate(dashes):
        following = dashes[place + 1] if place + 1 < len(dashes) else end
        facing = _facing(text, dash, start)
        before = text[start:dash].rstrip()[-1:]
        if opened is None:
            if dash == start or (facing == "open" and before in _BEFORE_SPEECH):
                opened = _Open(dash, dash + 1)
        elif opened.is_narrated:
            if facing != "open":
                opened.switch(dash)
            elif before in _SENTENCE_ENDS:
                yield from _finished(text, opened, dash)
                opened = _Open(dash, dash + 1)
        elif facing == "close":
            opened.aside = False
        elif _is_narration(reading, dash + 1, following) or _is_action(reading, dash, following, before, dashes):
            opened.switch(dash)
        elif before in _SENTENCE_ENDS and facing == "open" and not opened.aside:
            yield from _finished(text, opened, dash)
            opened = _Open(dash, dash + 1)
        else:
            opened.aside = True
    if opened:
        yield from _finished(text, opened, end)


def narrations(reading: Reading, start: int, end: int) -> tuple[Span, ...]:
    """Return what a narrator says between dashes within words in quotation marks: «A —aseguró X—, B»."""
    text, spans = reading.text, []
    dashes = _outside(text, start, end, ())
    begin: int | None = None
    for place, dash in enumerate(dashes):
        following = dashes[place + 1] if place + 1 < len(dashes) else end
        if begin is not None:
            spans.append((begin, dash + 1))
            begin = None
        elif dash > start and _is_narration(reading, dash + 1, following):
            begin = dash
    return (*spans, *([(begin, end)] if begin is not None else []))


def without_narrations(text: str, start: int, end: int, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return the parts of a stretch that stand around its narrations, without the narrations' punctuation."""
    edges = [start, *(edge for span in spans for edge in span), end]
    parts = (_visible(text, *edges[place : place + 2], inner=place > 0) for place in range(0, len(edges), 2))
    return tuple(part for part in parts if part)


def _outside(text: str, start: int, end: int, without: Sequence[Span]) -> list[int]:
    dashes = [match.start() for match in _DASH.finditer(text, start, end)]
    kept, place = [], 0
    for dash in dashes:
        while place < len(without) and without[place][1] <= dash:
            place += 1
        if place == len(without) or dash < without[place][0]:
            kept.append(dash)
    return kept


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


def _is_action(reading: Reading, dash: int, following: int, before: str, dashes: Sequence[int]) -> bool:
    """Say whether a sentence of the narrator's own stands between two dashes: "—Fue hasta la ventana—"."""
    if before not in _SENTENCE_ENDS or following not in dashes:
        return False
    words = index_at(reading.tokens, following) - index_at(reading.tokens, dash)
    return words <= _LONGEST_ACTION and _facing(reading.text, following, 0) == "close"


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
