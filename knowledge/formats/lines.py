"""Lines of type on pages, and their usual measures in one document."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# Rules of thumb, set by looking at every page of two reports; in units of the type size unless said otherwise.
SAME_ROW = 0.6  # between the baselines of one row, at most
# Of the larger size: typewriter type inside running text differs by less, headings and notes by more.
_SAME_SIZE = 0.13
COLUMN_POINTS = 12.0  # between the left edges of two columns, at least
COLUMN_LINES = 5  # of a column, at least
PROSE_CHARACTERS = 20  # of a line of running text, at least
# Of the lines of a column, so many are no longer than the column is wide; titles across columns and the like are.
_COLUMN_SHARE = 0.8
_FULL_WIDTH = 0.9  # of the column
# The distance that LaTeX sets by default, 12 points at a type size of 10 (size10.clo), for a document too short to show
# its own.
_DEFAULT_LEADING = 1.2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; lengths in points, `baseline` counted from the foot of the page.

    `hyphen` says that a hyphen, which `text` does not hold, stood at its end and cut a word in two. `cells` holds the
    left edges of the cells of a table's row.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool = False
    hyphen: bool = False
    cells: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual measures of a document: distance of lines per point of size, size of type, right edges of columns."""

    leading: float
    body: float
    edges: dict[int, float]
    edge: float
    columns: frozenset[int]
    """The columns with enough lines to be columns of prose."""

    def edge_of(self, line: Line) -> float:
        """Return the right edge of the line's column, in points."""
        return max(self.edges.get(_column(line), self.edge), line.right)

    def in_column(self, line: Line) -> bool:
        """Say whether a line stands in a column of prose, rather than in a cell or beside a figure."""
        return _column(line) in self.columns

    def is_full(self, line: Line) -> bool:
        """Say whether a line fills its column, as all but the last of a paragraph do."""
        width = self.edge_of(line) - line.left
        return line.right - line.left >= _FULL_WIDTH * width and len(line.text) >= PROSE_CHARACTERS

    def was_forced(self, above: Line, line: Line) -> bool:
        """Say whether the first word of a line would not have fitted at the end of the line above."""
        first = line.text.split(maxsplit=1)[0]
        width = (line.right - line.left) * (len(first) + 1) / len(line.text)
        return above.right + width > self.edge_of(above)

    def is_larger(self, line: Line) -> bool:
        """Say whether a line is set in larger type than the running text."""
        return line.size > self.body and not same_size(line.size, self.body)


def same_size(first: float, second: float) -> bool:
    """Say whether two sizes of type can stand in one paragraph."""
    return abs(first - second) <= _SAME_SIZE * max(first, second)


def usual_in(pages: Sequence[Sequence[Line]]) -> Usual:
    """Return the usual measures of these pages, which hold at least one line."""
    lines = [line for page in pages for line in page]
    sizes: Counter[float] = Counter()
    columns: dict[int, list[float]] = defaultdict(list)
    for line in lines:
        sizes[line.size] += len(line.text)
        if len(line.text) >= PROSE_CHARACTERS:
            columns[_column(line)].append(line.right)
    body = sizes.most_common(1)[0][0]
    # Of a column with few lines the longest is its edge: beside that of the page no break in it would seem forced.
    edges = {
        column: _edge(rights) if len(rights) >= COLUMN_LINES else max(rights) for column, rights in columns.items()
    }
    prose = frozenset(column for column, rights in columns.items() if len(rights) >= COLUMN_LINES)
    return Usual(_leading(pages, body), body, edges, _edge([line.right for line in lines]), prose)


def _leading(pages: Sequence[Sequence[Line]], body: float) -> float:
    """Return the median distance from one line of the running text to the next, per point of size."""
    steps = sorted(
        (above.baseline - below.baseline) / body
        for page in pages
        for above, below in pairwise(page)
        if above.size == below.size == body and above.baseline - below.baseline > SAME_ROW * body
    )
    return steps[len(steps) // 2] if steps else _DEFAULT_LEADING


def _column(line: Line) -> int:
    return round(line.left / COLUMN_POINTS)


def _edge(rights: list[float]) -> float:
    return sorted(rights)[int(_COLUMN_SHARE * (len(rights) - 1))]
