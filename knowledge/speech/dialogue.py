"""Speech in dialogue dashes: —Hemos ganado —dijo Pérez—. Ahora, a trabajar."""

import re
from dataclasses import dataclass
from itertools import pairwise

from knowledge.model import Paragraph
from knowledge.speech.cues import Cue, cue_after
from knowledge.speech.reading import Reading
from knowledge.tokens import index_at

# Within a dialogue a dash touches what it opens or closes on one side only; the dash of "2019–2024" touches both.
_DASH = re.compile(r"(?<!\w)[—―–]|[—―–](?!\w)")
_NARRATION_MARKS = " \t\u00a0.,;:"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The speech of one paragraph in its parts, as (start, end), and its attribution."""

    parts: tuple[tuple[int, int], ...]
    cue: Cue


def dialogue(reading: Reading, paragraph: Paragraph) -> Dialogue | None:
    """Return the speech of a paragraph that begins with a dash and names its speaker, else None."""
    text = reading.text
    if text[paragraph.start] not in "—―–":
        return None
    dashes = [match.start() for match in _DASH.finditer(text, paragraph.start, paragraph.end)]
    edges = [*dashes, paragraph.end]
    parts: list[tuple[int, int]] = []
    cue: Cue | None = None
    narrated = True
    for dash, edge in pairwise(edges):
        attribution = _narration(reading, dash + 1, edge) if parts and not narrated else None
        if attribution:
            cue, narrated = cue or attribution, True
        elif narrated:
            parts.append((dash + 1, edge))
            narrated = False
        else:
            parts[-1] = (parts[-1][0], edge)  # an aside of the speaker's own
    spans = tuple(span for part in parts if (span := _visible(text, *part)))
    return Dialogue(spans, cue) if cue and spans else None


def _narration(reading: Reading, start: int, end: int) -> Cue | None:
    """Return the attribution with which a stretch between dashes begins, as a narrator's does."""
    at = index_at(reading.tokens, start)
    if at not in reading.verb_at or reading.tokens[at].is_capital:
        return None
    return cue_after(reading, start, ceiling=end, ended=True)


def _visible(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return a part without white space, and without the punctuation that belongs to the narration before it."""
    part = text[start:end]
    bare = part.rstrip().lstrip(_NARRATION_MARKS)
    begin = start + len(part.rstrip()) - len(bare)
    return (begin, begin + len(bare)) if any(letter.isalnum() for letter in bare) else None
