"""What stands around the stretches of a text that may be speech, read once for all of them."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.model import Paragraph
from knowledge.speech.candidates import Candidate
from knowledge.speech.cues import Cue, cue_after, cue_before, cue_within
from knowledge.speech.reading import Reading
from knowledge.tokens import index_at

DASHES = "—–―"
_NESTED_CLOSING = "’'”»›\""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where the attribution of a candidate stands, "before", "after", "within" or "" for nowhere, and what it is."""

    place: str
    cue: Cue | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The candidates of a text with what stands around them; all sequences of candidates are in their order."""

    reading: Reading
    paragraphs: Sequence[Paragraph]
    candidates: Sequence[Candidate]
    starts: Sequence[int]
    """Offsets at which sentences begin, in order."""
    siblings: Sequence[Sequence[int]]
    """For each candidate the places of those of its form in the same paragraph and stretch, itself among them."""
    attributions: Sequence[Attribution]
    turns: frozenset[int]
    """Numbers of the paragraphs that may be turns."""
    dashed: int
    """How many paragraphs begin with a dash."""
    bold: int
    """How many paragraphs stand between bold marks."""

    @property
    def text(self) -> str:
        """The text."""
        return self.reading.text

    def paragraph(self, place: int) -> Paragraph:
        """Return the paragraph of a candidate."""
        return self.paragraphs[self.candidates[place].paragraph - 1]

    def neighbour(self, place: int, step: int) -> int | None:
        """Return the place of the sibling `step` after a candidate, or before it, if there is one."""
        siblings = self.siblings[place]
        other = bisect_left(siblings, place) + step
        return siblings[other] if 0 <= other < len(siblings) else None

    def sentences_between(self, start: int, end: int) -> int:
        """Return how many sentences begin after an offset and not after another."""
        return bisect_right(self.starts, end) - bisect_right(self.starts, start)


def surroundings(reading: Reading, paragraphs: Sequence[Paragraph], candidates: Sequence[Candidate]) -> Surroundings:
    """Read what stands around the candidates of a text."""
    groups: dict[tuple[int, str, int | None], list[int]] = {}
    for place, item in enumerate(candidates):
        groups.setdefault((item.paragraph, item.form, item.within), []).append(place)
    text, starts = reading.text, sorted(reading.sentence_starts)
    siblings = [groups[item.paragraph, item.form, item.within] for item in candidates]
    around = Surroundings(
        reading=reading,
        paragraphs=paragraphs,
        candidates=candidates,
        starts=starts,
        siblings=siblings,
        attributions=(),
        turns=frozenset(item.paragraph for item in candidates if item.form == "turn"),
        dashed=sum(text[paragraph.start] in DASHES for paragraph in paragraphs),
        bold=sum(is_bold(text, paragraph) for paragraph in paragraphs),
    )
    return replace(around, attributions=[_attribution(around, place) for place in range(len(candidates))])


def is_bold(text: str, paragraph: Paragraph) -> bool:
    """Say whether a paragraph of plain text stands between Markdown's marks of bold print."""
    return text.startswith("**", paragraph.start) and text.endswith("**", paragraph.start, paragraph.end)


def _attribution(around: Surroundings, place: int) -> Attribution:
    """Return the attribution in the sentence around a candidate, or in what the narrator says between its parts."""
    item = around.candidates[place]
    if item.narrations:
        return _narrated(around, item)
    if item.form in ("turn", "block"):
        return Attribution("", None)
    reading, floor = around.reading, _floor(around, place)
    before = cue_before(reading, item.left, floor=floor)
    if before and before.subject:
        return Attribution("before", before)
    ended = around.text[item.start : item.end].rstrip(_NESTED_CLOSING)[-1:] in tuple(".?!…,") or item.form == "dash"
    if not item.runs_on and item.form != "colon":
        after = cue_after(reading, item.right, ceiling=_ceiling(around, place), ended=ended)
        if after:
            return Attribution("after", after)
    if before:
        return Attribution("before", before)
    within = cue_within(reading, item.left, floor=floor) if item.closed and item.form == "marks" else None
    return Attribution("within" if within else "", within)


def _narrated(around: Surroundings, item: Candidate) -> Attribution:
    start, end = item.narrations[0]
    begin = start + (around.text[start] in DASHES)
    cue = cue_after(around.reading, begin, ceiling=end, ended=True)
    return Attribution("after" if cue else "", cue)


def _floor(around: Surroundings, place: int) -> int:
    """Return the offset from which on a candidate may be introduced: its sentence's start, or the last candidate."""
    item, paragraph, starts = around.candidates[place], around.paragraph(place), around.starts
    outer = around.candidates[item.within] if item.within is not None else None
    low = outer.start if outer and outer.form in ("marks", "dash") else paragraph.start
    index = bisect_right(starts, item.left) - 1
    floor = max(starts[index], low) if index >= 0 else low
    if all(around.text[place].isspace() for place in range(floor, item.left)):
        floor = low
    introduced = floor == item.left == paragraph.start and item.paragraph > 1
    if introduced and (before := around.paragraphs[item.paragraph - 2]) and around.text[before.end - 1] == ":":
        floor = max(starts[max(0, bisect_right(starts, before.end - 1) - 1)], before.start)
    previous = around.neighbour(place, -1)
    return floor if previous is None else max(floor, around.candidates[previous].right)


def _ceiling(around: Surroundings, place: int) -> int:
    """Return the offset up to which a candidate may be attributed: its paragraph's end or the next candidate."""
    item, paragraph = around.candidates[place], around.paragraph(place)
    end = paragraph.end if item.within is None else around.candidates[item.within].end
    following = around.neighbour(place, 1)
    return end if following is None else min(end, around.candidates[following].left)


def token_span(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """Return the tokens from one offset up to another."""
    return index_at(reading.tokens, start), index_at(reading.tokens, end)
