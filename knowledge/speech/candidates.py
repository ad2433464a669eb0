"""Every stretch of a text that may be speech, in all the forms in which texts show it."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from knowledge.model import Paragraph
from knowledge.speech.cues import cue_after
from knowledge.speech.dashes import dialogues, narrations, without_narrations
from knowledge.speech.labels import Label, labels
from knowledge.speech.marks import Marked, marked_stretches, opening_mark
from knowledge.speech.plain import after_colons, blocks
from knowledge.speech.reading import Reading
from knowledge.speech.utterance import Form
from knowledge.tokens import index_at

_DEEPEST = 2
"""How deep quotations within quotations are looked at; our choice: deeper ones are hardly ever written."""
_FEWEST_UNCLOSED_WORDS = 3
"""Words after an opening mark without a closing one; fewer are a stray mark. Our choice."""
_PUNCTUATION = 2
"""Characters after a closing mark at a paragraph's end: `”.` and the like."""
_UNREAD_ROLES = ("code", "table")
_TRIED_STOPS = 12
"""Commas and full stops of words without a closing mark after which their attribution is looked for; our choice."""
_TRIED_TOKENS = 200
"""Tokens of such words in which those are looked for; our choice."""
_LONGEST_REMARK = 120
"""Characters of a remark in brackets at the end of a turn, which nobody spoke: "(Laughter)"; our choice."""
_REMARK = re.compile(r"(?<=[.?!…])\s{1,3}\([^()]{1,119}\)$")
_BLOCK_MARKS = "> *_\t\u00a0"
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch that may be speech, within one paragraph; the fields are those of `Utterance`, and what tells more.

    `within` is the place in the list of the candidate that it stands in. `runs_on` says that its closing mark is
    missing, and `goes_on` that it opens as the continuation of such words in the paragraph before does.
    """

    parts: tuple[Span, ...]
    left: int
    right: int
    paragraph: int
    form: Form
    label: Label | None = None
    narrations: tuple[Span, ...] = ()
    within: int | None = None
    depth: int = 0
    closed: bool = True
    runs_on: bool = False
    goes_on: bool = False

    @property
    def start(self) -> int:
        """Where its words begin."""
        return self.parts[0][0]

    @property
    def end(self) -> int:
        """Where its words end."""
        return self.parts[-1][1]


def candidates(reading: Reading, paragraphs: Sequence[Paragraph]) -> list[Candidate]:
    """Return the candidates of a text in order, each before those within it; apart from that none overlaps another."""
    labelled = labels(reading.text, paragraphs)
    quoted = blocks(reading.text, paragraphs)
    starts = sorted(reading.sentence_starts)
    listed: list[Candidate] = []
    last: Candidate | None = None
    for number, paragraph in enumerate(paragraphs, 1):
        if paragraph.role in _UNREAD_ROLES:
            continue
        following = paragraphs[number] if number < len(paragraphs) else None
        again = opening_mark(reading.text, following.start) if following is not None else ""
        marked = list(_marked(reading, paragraph, number, again))
        marked = marked if again else _cut(reading, marked)
        spans = sorted((item.left, item.right) for item in marked if item.depth == 0)
        own = [*marked, *_dialogues(reading, paragraph, number, spans)]
        whole = _whole(reading.text, paragraph, number, labelled.get(number), block=number in quoted)
        if whole and not any(_covers(item, whole) for item in own):
            own.append(whole)
        elif not whole:
            covered = sorted((item.left, item.right) for item in own if item.depth == 0)
            plain = after_colons(reading, paragraph, starts, without=covered)
            own.extend(Candidate((span,), *span, number, "colon") for span in plain)
        if last and last.runs_on and last.paragraph == number - 1:
            own = [_continued(item, paragraph, reading.text) for item in own]
        _append_nested(listed, own)
        last = max((item for item in own if item.form == "marks"), key=lambda item: item.right, default=None)
    return listed


def _covers(item: Candidate, whole: Candidate) -> bool:
    """Say whether a stretch is all of the words, but for punctuation at their end, or reaches out of them."""
    if item.left <= whole.left and whole.end <= item.right + _PUNCTUATION:
        return True
    return item.left < whole.start < item.right or item.left < whole.end < item.end


def _cut(reading: Reading, marked: Sequence[Candidate]) -> list[Candidate]:
    """Return a paragraph's stretches, words without a closing mark only up to the attribution within them."""
    place = next((place for place, item in enumerate(marked) if item.runs_on and not item.depth), None)
    if place is None or marked[place].narrations:
        return list(marked)
    end = _attributed_end(reading, marked[place])
    if end is None:
        return list(marked)
    cut = replace(marked[place], parts=((marked[place].start, end),), right=end, runs_on=False)
    others = [item for item in marked if item is not marked[place] and not item.left < end < item.right]
    return [*others, cut]


def _attributed_end(reading: Reading, item: Candidate) -> int | None:
    """Return where words end after which their attribution follows without a mark: `“Ganamos, dijo Ruiz.`."""
    tokens = reading.tokens
    first, last = index_at(tokens, item.start), index_at(tokens, item.end)
    tried = range(first + 1, min(last - 1, first + _TRIED_TOKENS))
    stops = [index for index in tried if tokens[index].text in (",", ".")]
    for stop in stops[:_TRIED_STOPS]:
        ended = tokens[stop].text == "."
        cue = cue_after(reading, tokens[stop + ended].start, ceiling=item.end, ended=ended)
        if cue and cue.verb and cue.subject:
            return tokens[stop - 1 + ended].end
    return None


def _append_nested(listed: list[Candidate], own: Sequence[Candidate]) -> None:
    """Append a paragraph's candidates in order, each with the place of the innermost it stands in.

    One that reaches out of another, as damaged marks and dashes make it, is left out.
    """
    enclosing: list[int] = []
    for item in sorted(own, key=lambda item: (item.left, -item.right)):
        while enclosing and listed[enclosing[-1]].right <= item.left:
            enclosing.pop()
        if any(_is_crossed(item, listed[place]) for place in enclosing):
            continue
        within = enclosing[-1] if enclosing else None
        listed.append(replace(item, within=within, depth=len(enclosing)))
        enclosing.append(len(listed) - 1)


def _is_crossed(item: Candidate, outer: Candidate) -> bool:
    """Say whether a candidate reaches out of another, or over an edge of its parts."""
    following = bisect_right(outer.parts, item.left, key=itemgetter(0))
    edges = [outer.right]
    edges += [outer.parts[following - 1][1]] if following else []
    edges += [outer.parts[following][0]] if following < len(outer.parts) else []
    return any(item.left < edge < item.right for edge in edges)


def _continued(item: Candidate, paragraph: Paragraph, text: str) -> Candidate:
    opens = item.left == paragraph.start and item.form == "marks" and bool(opening_mark(text, paragraph.start))
    return replace(item, goes_on=opens)


def _marked(reading: Reading, paragraph: Paragraph, number: int, again: str) -> Iterator[Candidate]:
    """Yield the stretches between marks, and those within them; `again` is the mark that opens the next paragraph."""
    levels = [marked_stretches(reading.text, paragraph.start, paragraph.end, paragraph=number, again=again)]
    for depth in range(_DEEPEST + 1):
        inner: list[Marked] = []
        for item in levels[depth]:
            words = reading.text.count(" ", item.start, item.end) + 1
            if item.closed or words >= _FEWEST_UNCLOSED_WORDS or (item.runs_on and again):
                yield _between_marks(reading, item, depth)
            within = marked_stretches(reading.text, item.start, item.end, paragraph=number)
            inner.extend(each for each in within if each.closed and (each.left, each.right) != (item.start, item.end))
        levels.append(inner)


def _between_marks(reading: Reading, item: Marked, depth: int) -> Candidate:
    spans = narrations(reading, item.start, item.end)
    parts = without_narrations(reading.text, item.start, item.end, spans) or ((item.start, item.end),)
    return Candidate(
        parts,
        item.left,
        item.right,
        item.paragraph,
        "marks",
        narrations=spans,
        depth=depth,
        closed=item.closed,
        runs_on=item.runs_on,
    )


def _dialogues(reading: Reading, paragraph: Paragraph, number: int, marked: Sequence[Span]) -> Iterator[Candidate]:
    for item in dialogues(reading, paragraph.start, paragraph.end, without=marked):
        yield Candidate(item.parts, item.left, item.right, number, "dash", narrations=item.narrations)


def _whole(text: str, paragraph: Paragraph, number: int, label: Label | None, *, block: bool) -> Candidate | None:
    """Return the candidate that is the paragraph, or all of it after its label."""
    if label is None and not block:
        return None
    begin = label.body if label else paragraph.start
    words = text[begin : paragraph.end]
    begin += len(words) - len(words.lstrip(_BLOCK_MARKS))
    end = paragraph.end - len(words) + len(words.rstrip(_BLOCK_MARKS))
    if text[end - 1] == ")" and (remark := _REMARK.search(text, max(begin, end - _LONGEST_REMARK), end)):
        end = remark.start()
    if begin >= end:
        return None
    return Candidate(((begin, end),), begin, paragraph.end, number, "turn" if label else "block", label=label)
