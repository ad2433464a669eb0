"""A quotation that is marked in a text, as an utterance: its marks, and how it is shown to be speech."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from knowledge.model import FoundQuote, Paragraph
from knowledge.speech.cues import Cue
from knowledge.speech.reading import Reading
from knowledge.speech.said_by import attribute
from knowledge.speech.utterance import Form, Utterance

_MARKS = "“”„‟\"«»‹›‘’'*"
_DASHES = "—–―"


def with_speakers(
    reading: Reading,
    paragraphs: Sequence[Paragraph],
    sentences: Sequence[tuple[int, int, int]],
    quotes: Sequence[FoundQuote],
    cues: Mapping[int, Cue | None],
) -> tuple[FoundQuote, ...]:
    """Return the quotations of a text, in order, with their speakers; `cues` are attributions by where they begin."""
    utterances = [utterance_of(reading, paragraphs, quote, cues[quote.start]) for quote in quotes]
    attributions = attribute(reading, paragraphs, sentences, utterances)
    return tuple(
        replace(quote, speaker=attribution.speaker, role=attribution.role)
        for quote, attribution in zip(quotes, attributions, strict=True)
    )


def utterance_of(reading: Reading, paragraphs: Sequence[Paragraph], quote: FoundQuote, cue: Cue | None) -> Utterance:
    """Return a quotation as an utterance, with the attribution around it."""
    left, right = marks_around(reading.text, quote.start, quote.end)
    number = max(1, bisect_right(paragraphs, quote.start, key=_start))
    form: Form = "clause"
    if quote.direct:
        form = shown_as(reading.text, paragraphs[number - 1].start, left, quote.start)
    return Utterance(((quote.start, quote.end),), left, right, number, form, quote.direct, cue)


def marks_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the marks around words begin and end."""
    while start > 0 and text[start - 1] in _MARKS + "¿¡":
        start -= 1
    while end < len(text) and text[end] in _MARKS:
        end += 1
    return start, end


def shown_as(text: str, paragraph: int, left: int, start: int) -> Form:
    """Return how direct speech is shown: its paragraph begins at `paragraph`, its marks at `left`."""
    lead = text[paragraph:left].strip()
    if lead[:1] in tuple(_DASHES) or text[left] in _DASHES:
        return "dash"
    if left < start:
        return "marks"
    return "colon" if lead.endswith(":") else "block"


def _start(paragraph: Paragraph) -> int:
    return paragraph.start
