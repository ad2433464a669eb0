"""Running heads, feet and page numbers, which belong to the page and not to the text."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Protocol, TypeVar

# Lines at the head and at the foot of a page that may be running ones. Our choice, as are the next two.
_EDGE_LINES = 2
# Pages on which a running line is repeated (both, in a document of two).
_REPEATS = 3
# Points within which running lines have the same height on their pages: less than a line.
_HEIGHT_POINTS = 8.0
_PAGE_NUMBER = re.compile(
    r"\W*+(?:page|página|pág\.|p\.)?\s*+(?:\d{1,4}|[ivxlc]{1,7})(?:\s*+(?:of|de|/)\s*+\d{1,4})?\W*+", re.IGNORECASE
)


class PlacedText(Protocol):
    """Text with a height on its page."""

    @property
    def text(self) -> str:
        """Return the words."""

    @property
    def baseline(self) -> float:
        """Return the height in points, from the foot of the page."""


_Placed = TypeVar("_Placed", bound=PlacedText)


def drop_running_lines(pages: Sequence[Sequence[_Placed]]) -> list[list[_Placed]]:
    """Return the pages without page numbers and without lines that several have, digits aside, at the same height."""
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
    """Return the lines nearest to the head and to the foot, from above."""
    lines = sorted(page, key=lambda line: -line.baseline)
    return lines if len(lines) <= 2 * _EDGE_LINES else lines[:_EDGE_LINES] + lines[-_EDGE_LINES:]


def _key(line: PlacedText) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text.lower()), round(line.baseline / _HEIGHT_POINTS)
