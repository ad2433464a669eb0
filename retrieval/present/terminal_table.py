"""A plain table of figures on a terminal."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from retrieval.present.inert import inert_line


def figures(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> RenderableType:
    """A title, and below it rows of a name and figures under their heads."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for place, head in enumerate(heads):
        table.add_column(Text(inert_line(head)), justify="right" if place else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(inert_line(cell)) for cell in row))
    return Group(Text(inert_line(title), "bold"), table, "")
