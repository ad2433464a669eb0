"""Written texts with all their quotations in their places, and the questions for who said them."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.model import Paragraph
from knowledge.segment import segment
from knowledge.speech.asking import speaker_question, stretch_around
from retrieval.train.data_folder import (
    SPEAKERS,
    WRITTEN_SPEAKERS,
    QuotationRow,
    SpeakersRow,
    paragraphs_at,
    read_rows,
)

# What stands between paragraphs, as in a plain text.
_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Placed:
    """A quotation of the corpus with its start and end in the text."""

    start: int
    end: int
    row: QuotationRow


@dataclass(frozen=True, slots=True)
class SpeakersText:
    """A text of the corpus, its paragraphs, where its sentences begin and end, and its quotations in order."""

    row: SpeakersRow
    text: str
    paragraphs: Sequence[Paragraph]
    sentences: Sequence[tuple[int, int]]
    quotations: Sequence[Placed]


@dataclass(frozen=True, slots=True)
class SpeakerQuestion:
    """A question for a speaker, the stretch it is asked beside, and where that names the speaker, if it does."""

    question: str
    passage: str
    span: tuple[int, int] | None
    is_known: bool
    """Whether the text tells who it was."""


def speaker_texts(data: Path) -> Iterator[SpeakersText]:
    """Yield the texts of a data folder whose quotations are marked. Raises BadLabels or SourceTooLarge."""
    for name in (SPEAKERS, WRITTEN_SPEAKERS):
        for row in read_rows(data / name, SpeakersRow):
            yield placed(row)


def placed(row: SpeakersRow) -> SpeakersText:
    """Return a row as a text with its quotations in their places. Raises BadLabels where a paragraph is not there."""
    paragraphs, start = [], 0
    for paragraph in row.paragraphs:
        paragraphs.append(Paragraph(start, start + len(paragraph)))
        start += len(paragraph) + len(_BETWEEN)
    text = _BETWEEN.join(row.paragraphs)
    sentences = [(start, end) for start, end, _ in segment(text, paragraphs, language=row.language).sentences]
    return SpeakersText(row, text, paragraphs, sentences, sorted(_places(row, text, paragraphs), key=_place))


def _place(quotation: Placed) -> tuple[int, int]:
    return quotation.start, -quotation.end


def _places(row: SpeakersRow, text: str, paragraphs: Sequence[Paragraph]) -> Iterator[Placed]:
    """Yield quotations where they stand; of the same words in a paragraph, each in its turn."""
    after: dict[tuple[int, str], int] = {}
    for quotation in row.quotations:
        key = quotation.paragraph, quotation.text
        (paragraph,) = paragraphs_at(paragraphs, [quotation.paragraph], quotation.text)
        start = text.find(quotation.text, after.get(key, paragraph.start))
        if start >= 0:
            after[key] = start + 1
            yield Placed(start, start + len(quotation.text), quotation)


def speaker_questions(text: SpeakersText, chance: random.Random) -> Iterator[SpeakerQuestion]:
    """Yield a question for the speaker of each quotation, some of whose first words are left out."""
    for quotation in text.quotations:
        first, last = stretch_around(text.text, text.sentences, quotation.start, quotation.end)
        words = quotation.row.text.split()
        question = speaker_question(" ".join(words[chance.randrange(len(words)) // 2 :]), text.row.language)
        passage, speaker = text.text[first:last], quotation.row.speaker
        span = _named(passage, speaker, quotation, quotation.start - first) if speaker else None
        yield SpeakerQuestion(question, passage, span, speaker is not None)


def _named(passage: str, speaker: str, quotation: Placed, start: int) -> tuple[int, int] | None:
    """Return where a stretch names a speaker nearest to the quotation: in full, by the last name, or otherwise."""
    inside = range(start, start + quotation.end - quotation.start)
    surname = speaker.split()[-1]
    for name in filter(None, (speaker, surname if surname.istitle() else "", quotation.row.nearest)):
        spans = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", passage)]
        outside = [span for span in spans if span[0] not in inside]
        if outside:
            return min(outside, key=lambda span: abs(span[0] - start))
    return None
