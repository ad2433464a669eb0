"""Pieces of type side by side: parts of one line, cells of a table's row, or lines of two columns."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge.formats.lines import COLUMN_LINES, COLUMN_POINTS, PROSE_CHARACTERS, SAME_ROW, Line
from knowledge.formats.raised import RAISED, settled

CELL = "\t"
"""Stands in a line between two cells of a row."""
WIDE_GAP = 1.1
"""Sizes of type between two cells, at least: LaTeX sets twice six points between columns of type of ten (\\tabcolsep in
its standard classes). Spaces of justified prose are as wide once in a while, but not one above the other."""

# Rules of thumb, set by looking at every page of two reports; in units of the type size.
_WORD_GAP = 0.15  # between two words, at least
_FAR_GAP = 2 * WIDE_GAP  # between cells whose row stands by itself, at least
_COLUMN_ROWS = 3  # of prose on a page, to know where its margin begins
_FULL = 0.9  # of the right edge of the text, which a line beside a note in the margin reaches at least
_SMALLER = 0.85  # of a raised piece beside the size of its line, at most

# A bullet, a number or a letter that a list sets apart from its item, or a name before what somebody says.
_LABEL = re.compile(r"[•◦▪●○■‣·∙–*-]|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{2,5})[.)]|[^:]{1,60}:")
# The number of a heading.
_SECTION = re.compile(r"(?:\d{1,3}|[A-Z])(?:\.\d{1,3})*")

_Row = list[Line]
_Gap = tuple[float, float]


def whole_lines(page: Sequence[Line]) -> list[Line]:
    """Return the lines as the eye sees them, from the pieces in the order of the page's content.

    PDFium ends a line at every raised or lowered sign; cells of a row come out in one line with CELL between them. Of
    columns whose lines come in turns, each is put together. What stands in the margin beside lines follows all others.
    """
    rows = list(_rows(page))
    gutters = _gutters(rows)
    if gutters:
        rows = list(_rows(list(_by_column(rows, gutters))))
    rows = _with_margin_last(rows)
    gaps = [list(_gaps(row)) for row in rows]
    return [
        _line(row, [*gaps[max(0, number - 1) : number], *gaps[number + 1 : number + 2]])
        for number, row in enumerate(rows)
    ]


def _rows(pieces: Sequence[Line]) -> Iterator[_Row]:
    row, longest = list(pieces[:1]), next(iter(pieces), None)
    for piece in pieces[1:]:
        if longest is not None and _is_beside(longest, row[-1], piece):
            row.append(piece)
            longest = max(longest, piece, key=_width)
        else:
            yield row
            row, longest = [piece], piece
    if row:
        yield row


def _is_beside(longest: Line, last: Line, piece: Line) -> bool:
    size = max(longest.size, piece.size)
    level = abs(longest.baseline - piece.baseline) < SAME_ROW * size
    return level and not last.hyphen and piece.left > last.right - SAME_ROW * size


def _width(piece: Line) -> float:
    return piece.right - piece.left


def _gaps(row: _Row) -> Iterator[_Gap]:
    for left, right in pairwise(row):
        if _divides((left.right, right.left), max(left, right, key=lambda piece: piece.size)):
            yield left.right, right.left


def _gutters(rows: Sequence[_Row]) -> list[float]:
    """Return where further columns begin, in points: where enough rows have prose on both sides of a gap."""
    starts = Counter(
        round(right.left / COLUMN_POINTS)
        for row in rows
        for left, right in pairwise(row)
        if min(len(left.text), len(right.text)) >= PROSE_CHARACTERS and _divides((left.right, right.left), right)
    )
    return sorted((start - 0.5) * COLUMN_POINTS for start, count in starts.items() if count >= COLUMN_LINES)


def _by_column(rows: Sequence[_Row], gutters: Sequence[float]) -> Iterator[Line]:
    """Yield the pieces column by column, between lines that reach across columns."""
    columns: list[_Row] = [[] for _ in range(len(gutters) + 1)]
    for row in rows:
        if any(bisect_right(gutters, piece.left) != bisect_right(gutters, piece.right) for piece in row):
            yield from (piece for column in columns for piece in column)
            yield from row
            columns = [[] for _ in columns]
            continue
        for piece in row:
            columns[bisect_right(gutters, piece.left)].append(piece)
    yield from (piece for column in columns for piece in column)


def _with_margin_last(rows: Sequence[_Row]) -> list[_Row]:
    """Return the rows with what stands right of the text, beside a full line of it, after all others."""
    rights = sorted(row[0].right for row in rows if len(row) == 1 and len(row[0].text) >= PROSE_CHARACTERS)
    if len(rights) < _COLUMN_ROWS:
        return list(rows)
    edge = rights[-1]
    text: list[_Row] = []
    margin: list[_Row] = []
    for row in rows:
        *before, last = row
        if len(before) == 1 and last.left > edge and before[0].right >= _FULL * edge:
            text.append(before)
            margin.append([last])
        else:
            text.append(row)
    return [*text, *margin]


def _line(row: _Row, near: Sequence[Sequence[_Gap]]) -> Line:
    """Join the pieces of a row; height, size and weight are those of the longest. `near`: the gaps above and below."""
    longest, text, cells = max(row, key=_width), row[0].text, [row[0].left]
    for place, (before, piece) in enumerate(pairwise(row), 2):
        gap = (before.right, piece.left)
        if _is_raised(piece, longest):
            text += settled(text, piece.text, row[place].text if place < len(row) else "")
        elif _divides(gap, longest) and _divides_cells(gap, longest, text, near, pair=len(row) == 2):
            text += CELL + piece.text
            cells.append(piece.left)
        else:
            text += (" " if gap[1] - gap[0] > _WORD_GAP * longest.size else "") + piece.text
    edges = tuple(cells) if CELL in text else ()
    return replace(longest, text=text, left=row[0].left, right=row[-1].right, hyphen=row[-1].hyphen, cells=edges)


def _divides(gap: _Gap, line: Line) -> bool:
    return gap[1] - gap[0] >= WIDE_GAP * line.size


def _divides_cells(gap: _Gap, line: Line, before: str, near: Sequence[Sequence[_Gap]], *, pair: bool) -> bool:
    """Say whether a wide gap divides cells: over another, in a row of bold type, or wider than prose has any."""
    if _LABEL.fullmatch(before):
        return False
    aligned = any(_overlaps(gap, gaps) for gaps in near)
    if pair and not aligned and _SECTION.fullmatch(before):
        return False
    return aligned or line.bold or gap[1] - gap[0] >= _FAR_GAP * line.size


def _overlaps(gap: _Gap, gaps: Sequence[_Gap]) -> bool:
    """Say whether a gap has a place in common with one of these, which are in order."""
    place = bisect_left(gaps, gap[0], key=lambda other: other[1])
    return place < len(gaps) and gaps[place][0] < gap[1]


def _is_raised(piece: Line, longest: Line) -> bool:
    return piece.size <= _SMALLER * longest.size and piece.baseline - longest.baseline >= RAISED * longest.size


def table_rows(lines: Sequence[Line]) -> list[str]:
    """Return the rows of a table with bars between cells, each with the words that its next lines hold."""
    rows: list[list[str]] = []
    edges: tuple[float, ...] = ()
    for line in lines:
        if rows and goes_on(edges, line):
            for left, words in zip(line.cells or (line.left,), line.text.split(CELL), strict=True):
                rows[-1][_cell(edges, left)] += f" {words}"
        else:
            rows.append(line.text.split(CELL))
            edges = line.cells
    return [" | ".join(row) for row in rows]


def goes_on(edges: Sequence[float], line: Line) -> bool:
    """Say whether a line holds only the ends of cells of the row above, whose cells begin at `edges`.

    Each begins below a cell after the first, with a small letter: what begins otherwise may be a row of its own.
    """
    parts = zip(line.cells or (line.left,), line.text.split(CELL), strict=True)
    return bool(edges) and all(_cell(edges, left) > 0 and words[:1].islower() for left, words in parts)


def _cell(edges: Sequence[float], left: float) -> int:
    return max(0, bisect_right(edges, left + COLUMN_POINTS / 2) - 1)
