"""Plain tables of figures on a terminal."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from retrieval.present.inert import inert_line


def figure_table(heads: Sequence[str]) -> Table:
    """An empty table: a column of names, which may be folded, and columns of figures under their heads."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(Text(heads[0]), overflow="fold")
    for head in heads[1:]:
        table.add_column(Text(head), justify="right")
    return table


def figures(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> RenderableType:
    """A title, and below it rows of a name and figures under their heads."""
    table = figure_table([inert_line(head) for head in heads])
    for column in table.columns:
        column.overflow = "fold"
    for row in rows:
        table.add_row(*(Text(inert_line(cell)) for cell in row))
    return Group(Text(inert_line(title), "bold"), table, "")
