"""Updates of one document: of two that say something about the same, the newer is preferred."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from knowledge.formats.updates import is_correction, mentions_correction
from knowledge.model import FullPassage, Paragraph
from retrieval.model import Citation, Evidence
from retrieval.models.reader import Reader
from retrieval.search.base import Base

# The probability with which two updates surely answer one question. Our choice.
_SURE = 0.8
# The reader's probability that a correction contradicts an excerpt, from which it is taken to put it right. Our choice:
# of ten pairs of sentences written for this, seven that belong together have .25 to .68, or .04 where the excerpt names
# its speaker, and those that do not at most .09. It does not decide a verdict.
_CONTRADICTS = 0.3
# Corrections of a document that are read beside an excerpt of it. Our choice: more stand under few articles.
_MOST_CORRECTIONS = 3


def time_of(passage: FullPassage) -> str | None:
    """Return the time of the update that a passage is from; None where its document is no run of updates."""
    return next((paragraph.time for paragraph in passage.paragraphs if paragraph.time), None)


def newest_first(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return evidence, given best first, with the updates of one document that surely answer in the order of time.

    They change places, and scores, among themselves alone.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(evidence):
        if item.reading and (item.reading.answered or 0.0) >= _SURE and time_of(item.passage):
            places[item.passage.source].append(place)
    ordered = list(evidence)
    for own in places.values():
        newest = sorted((evidence[place] for place in own), key=lambda item: time_of(item.passage) or "", reverse=True)
        for place, item in zip(own, newest, strict=True):
            ordered[place] = replace(item, score=evidence[place].score)
    return ordered


def with_superseded(base: Base, reader: Reader, citations: Sequence[Citation]) -> list[Citation]:
    """Return citations, of which those are marked that a correction in their own document contradicts.

    Only what comes after an excerpt can put it right: by its time, or where there are none by its place.
    """
    return [replace(citation, superseded=_is_superseded(base, reader, citation)) for citation in citations]


def _is_superseded(base: Base, reader: Reader, citation: Citation) -> bool:
    text = base.store.snapshot(citation.source.snapshot).text
    if citation.source.kind != "article" or not mentions_correction(text):
        return False
    corrections = [
        words
        for paragraph in base.store.paragraphs(citation.source.snapshot)
        if _comes_after(paragraph, citation) and is_correction(words := text[paragraph.start : paragraph.end])
    ]
    readings = reader.read([(citation.exact, words) for words in corrections[:_MOST_CORRECTIONS]])
    return any(reading.stances.contradicts >= _CONTRADICTS for reading in readings)


def _comes_after(paragraph: Paragraph, citation: Citation) -> bool:
    if paragraph.time and citation.time:
        return paragraph.time > citation.time
    return paragraph.start > citation.start
