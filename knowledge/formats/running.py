"""Running heads, feet and page numbers, which belong to the page and not to the text."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Protocol, TypeVar

# How many lines at the head and at the foot of a page may be running ones.
_DEPTH = 2
# A line repeated on so many pages is a running one (on both, in a document of two).
_REPEATS = 3
# Running lines keep their height on the page, within a line.
_HEIGHT_POINTS = 8.0
_PAGE_NUMBER = re.compile(
    r"\W*+(?:page|página|pág\.|p\.)?\s*+(?:\d{1,4}|[ivxlc]{1,7})(?:\s*+(?:of|de|/)\s*+\d{1,4})?\W*+", re.IGNORECASE
)


class PlacedText(Protocol):
    """Whatever has words and a height on its page."""

    @property
    def text(self) -> str:
        """The words."""

    @property
    def baseline(self) -> float:
        """The height in points, from the foot of the page."""


_Placed = TypeVar("_Placed", bound=PlacedText)


def drop_running_lines(pages: Sequence[Sequence[_Placed]]) -> list[list[_Placed]]:
    """The pages without the lines that stand, digits aside, at the same height of several, and without page numbers."""
    edges = [_edges(page) for page in pages]
    repeats = Counter(key for page in edges for key in {_key(line) for line in page})
    needed = min(_REPEATS, max(len(pages), 2))
    result = []
    for page, candidates in zip(pages, edges, strict=True):
        outermost = {id(line) for line in (*candidates[:1], *candidates[-1:])}
        running = {
            id(line)
            for line in candidates
            if repeats[_key(line)] >= needed
            or (len(pages) > 1 and id(line) in outermost and _PAGE_NUMBER.fullmatch(line.text))
        }
        result.append([line for line in page if id(line) not in running])
    return result


def _edges(page: Sequence[_Placed]) -> list[_Placed]:
    """The lines nearest to the head and to the foot, from above."""
    lines = sorted(page, key=lambda line: -line.baseline)
    return lines if len(lines) <= 2 * _DEPTH else lines[:_DEPTH] + lines[-_DEPTH:]


def _key(line: PlacedText) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text.lower()), round(line.baseline / _HEIGHT_POINTS)
