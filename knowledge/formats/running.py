"""Running heads, feet and page numbers, which belong to the page and not to the text."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Protocol, TypeVar

# Rows at the head and at the foot of a page that may hold running lines. Our choice, as are the next three.
_EDGE_ROWS = 2
# Pages on which a running line is repeated, and in a document of few pages, of which the first may have none.
_REPEATS, _REPEATS_OF_FEW, _FEW_PAGES = 3, 2, 5
# Points within which running lines have the same height on their pages, and pieces stand in one row: less than a line.
_HEIGHT_POINTS = 8.0
_ROW_POINTS = 4.0
_PAGE_NUMBER = re.compile(
    r"\W*+(?:page|página|pág\.|p\.)?\s*+(?:\d{1,4}|[ivxlc]{1,7})(?:\s*+(?:of|de|/)\s*+\d{1,4})?"
    r"(?:\s*+\|\s*+(?:page|página))?\W*+",
    re.IGNORECASE,
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
    """Return the pages without page numbers and without lines that several have, digits aside, at the same height.

    Where that would leave nothing at all, these lines are the text, and stay.
    """
    edges = [_edges(page) for page in pages]
    repeats = Counter(key for rows in edges for key in {_key(line) for row in rows for line in row})
    needed = _REPEATS if len(pages) > _FEW_PAGES else _REPEATS_OF_FEW
    result = []
    for page, rows in zip(pages, edges, strict=True):
        running: set[int] = set()
        for row in rows:
            rest = [line for line in row if repeats[_key(line)] < needed]
            running.update(id(line) for line in row if repeats[_key(line)] >= needed)
            is_outermost = len(pages) > 1 and (row is rows[0] or row is rows[-1])
            if is_outermost and _PAGE_NUMBER.fullmatch(" ".join(line.text for line in rest)):
                running.update(map(id, rest))
        result.append([line for line in page if id(line) not in running])
    return result if any(result) else [list(page) for page in pages]


def _edges(page: Sequence[_Placed]) -> list[list[_Placed]]:
    """Return the rows nearest to the head and to the foot, from above, each as its lines."""
    rows: list[list[_Placed]] = []
    for line in sorted(page, key=lambda line: -line.baseline):
        if rows and rows[-1][0].baseline - line.baseline <= _ROW_POINTS:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows if len(rows) <= 2 * _EDGE_ROWS else rows[:_EDGE_ROWS] + rows[-_EDGE_ROWS:]


def _key(line: PlacedText) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text.lower()), round(line.baseline / _HEIGHT_POINTS)
