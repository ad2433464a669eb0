"""Tables of HTML: those that only lay a page out become divisions, and a cell of the others holds one line of words."""

from collections.abc import Iterator

from lxml import etree, html

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PARTS = frozenset(
    {"address", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "hr", "li", "ol", "p", "pre", "section", "table",
     "tr", "td", "th", "ul", *_HEADINGS}
)  # fmt: skip
_OF_TABLES = ("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption")
# Our choice: more than the longest cell of a table, and less than a page's text in one.
_LONGEST_CELL = 500


def settle_tables(root: html.HtmlElement) -> None:
    """Make divisions of the tables that lay the page out, and put the words of each cell of the others in one line.

    A table lays a page out if it says so, or holds headings, prose, a table without heads around it, or one cell alone.
    """
    gone: set[html.HtmlElement] = set()
    for table in list(root.iter("table")):
        if table in gone:
            continue
        if _is_layout(table):
            for part in list(_own_parts(table)):
                part.tag = "div"
                part.attrib.pop("role", None)
        else:
            gone.update(table.iterdescendants("table"))
            for cell in [part for part in _own_parts(table) if part.tag in ("td", "th")]:
                _settle(cell)


def _own_parts(table: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Yield a table and its rows and cells, but none of the tables inside it."""
    yield table
    for child in table:
        if child.tag in _OF_TABLES and child.tag != "table":
            yield from _own_parts(child)


def _is_layout(table: html.HtmlElement) -> bool:
    if table.get("role") in ("presentation", "none"):
        return True
    cells = [part for part in _own_parts(table) if part.tag in ("td", "th")]
    if len(cells) <= 1 or next(table.iter(*_HEADINGS), None) is not None:
        return True
    has_heads = any(cell.tag == "th" for cell in cells) or table.find("caption") is not None
    if not has_heads and next(table.iterdescendants("table"), None) is not None:
        return True
    return any(len(cell.text_content()) > _LONGEST_CELL and cell.find(".//p") is not None for cell in cells)


def _settle(cell: html.HtmlElement) -> None:
    if next(cell.iterdescendants(*_PARTS), None) is None:
        return
    words = ""
    for event, part in etree.iterwalk(cell, events=("start", "end")):
        words += " " if part.tag in _PARTS else ""
        if event == "start":
            words += part.text or ""
        elif part is not cell:
            words += part.tail or ""
    cell.clear(keep_tail=True)
    cell.text = " ".join(words.split())
