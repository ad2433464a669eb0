"""Documents that are a run of updates, such as a live blog, each under the time at which it was written."""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.model import Document, Paragraph

# Words by which such a document calls itself in its title.
LIVE = re.compile(
    r"\b(?:live|liveblog|en directo|directo(?=\s?[:|–—])|en vivo|minuto a minuto|última hora|breaking|"
    r"as it happened|updates?|actualizaci(?:ón|ones)|así (?:te )?lo (?:hemos )?cont(?:amos|ado)|ticker)\b",
    re.IGNORECASE,
)
# A time of day at the beginning of a heading, after a day where there is one: 12:40, 9.30am, 12h40, 2025-02-01 12:40.
CLOCK = re.compile(
    r"(?<![\d.,])(?:(?P<day>\d{4}-\d\d-\d\d)[T\s,]{1,3})?(?P<hour>[01]?\d|2[0-3])(?P<mark>[:.h])(?P<minute>[0-5]\d)(?::[0-5]\d)?"
    r"(?:\s?(?:(?P<half>[ap])\.?\s?m\b\.?|h(?:oras|rs)?\b\.?))?(?![\d%]|[.,]\d)",
    re.IGNORECASE,
)
# What says of itself that it puts right what stands before it, and perhaps when it was written.
_CORRECTION = re.compile(
    r"\b(?:correction|corrected|clarification|correcci[óo]n|rectificaci[óo]n|aclaraci[óo]n|fe de err(?:ores|atas))\b",
    re.IGNORECASE,
)
# Our choice: one heading with a time is a heading; two make a run.
_FEWEST = 2
_NOON = 12


@dataclass(frozen=True, slots=True)
class _Update:
    """A heading with a time of day, by its place among the paragraphs, and the time as day, hour and minute."""

    place: int
    day: str | None
    clock: str


def is_correction(text: str) -> bool:
    """Say whether a paragraph calls itself a correction of what stands before it."""
    return bool(_CORRECTION.match(text))


def mentions_correction(text: str) -> bool:
    """Say whether any part of a text can be a correction."""
    return bool(_CORRECTION.search(text))


def with_times(document: Document) -> Document:
    """Return a document with the times of its updates, where it is a run of them: two headings begin with a time.

    In a document that says of itself that it is one, two paragraphs that do are enough, and a time may be written with
    a full stop, which elsewhere may as well be the number of a section. The day is the stated one, else that on which
    the document was published, from its first update on.
    """
    updates = _updates(document)
    if len(updates) < _FEWEST:
        return document
    times = _dated(updates, document.metadata.published)
    paragraphs = list(document.paragraphs)
    edges = [update.place for update in updates[1:]] + [len(paragraphs)]
    for update, end in zip(updates, edges, strict=True):
        time = times[update.place]
        for place in range(update.place, end):
            paragraphs[place] = replace(paragraphs[place], time=_own_time(document, paragraphs[place], time))
    return replace(document, paragraphs=tuple(paragraphs))


def _updates(document: Document) -> list[_Update]:
    texts = [document.text[part.start : part.end] for part in document.paragraphs]
    headings = [place for place, part in enumerate(document.paragraphs) if part.role == "heading"]
    title = " ".join((document.metadata.title or "", *(texts[place] for place in headings[:1])))
    is_live = bool(LIVE.search(title))
    updates = list(_beginning_with_times(texts, headings, any_mark=is_live))
    if len(updates) >= _FEWEST or not is_live:
        return updates
    return list(_beginning_with_times(texts, range(len(texts)), any_mark=True))


def _beginning_with_times(texts: Sequence[str], places: Sequence[int], *, any_mark: bool) -> Iterator[_Update]:
    for place in places:
        clock = CLOCK.match(texts[place])
        if clock and (any_mark or clock["mark"] != "."):
            yield _Update(place, clock["day"], clock_time(clock))


def clock_time(clock: re.Match[str]) -> str:
    """Return a time of day as HH:MM, of 24 hours."""
    hour = int(clock["hour"])
    if clock["half"]:
        hour = hour % _NOON + (_NOON if clock["half"].lower() == "p" else 0)
    return f"{hour:02}:{clock['minute']}"


def _dated(updates: Sequence[_Update], published: str | None) -> Mapping[int, str]:
    """Return the time of each update with its day, by its place; where no day is known, the time of day alone.

    A page has its updates in the order of time or in the opposite; where that turns back, a day has passed.
    """
    falling = sum(_goes_back(earlier.clock, later.clock) for earlier, later in pairwise(updates))
    ordered = list(reversed(updates)) if falling * 2 > len(updates) - 1 else list(updates)
    day = published if published and len(published) == len("YYYY-MM-DD") else None
    times: dict[int, str] = {}
    before = ""
    for update in ordered:
        if update.day:
            day = update.day
        elif day and update.clock < before:
            day = (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()
        before = update.clock
        times[update.place] = f"{day}T{update.clock}" if day else update.clock
    return times


def _goes_back(clock: str, following: str) -> bool:
    """Say whether a time of day is before the one above it; a step of more than half a day is one over midnight."""
    before, after = (60 * int(time[:2]) + int(time[3:]) for time in (clock, following))
    return (after < before) is (abs(after - before) <= 60 * _NOON)


def _own_time(document: Document, paragraph: Paragraph, time: str) -> str:
    """Return a paragraph's time: a correction's own where it states one, else its update's."""
    text = document.text[paragraph.start : paragraph.end]
    correction = _CORRECTION.match(text)
    clock = CLOCK.match(text[correction.end() :].lstrip(" (,:")) if correction else None
    if clock is None:
        return time
    return max(time, f"{time[: -len('HH:MM')]}{clock_time(clock)}")
