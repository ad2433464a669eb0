"""Reading of pieces of HTML that are all content, such as a feed item's or a tag in Markdown, as blocks."""

import re
from collections.abc import Callable, Iterator

from lxml import etree, html

from knowledge.errors import TooCostly
from knowledge.formats.emphasis import emphasised_texts
from knowledge.formats.hidden import empty_hidden
from knowledge.formats.html_tables import settle_tables
from knowledge.formats.limits import translated
from knowledge.formats.live import live_blog
from knowledge.formats.nesting import part_at_breaks
from knowledge.formats.notes import is_note, settle_marks
from knowledge.formats.paragraphs import LINE_BREAK, Block, clean, one_line
from knowledge.model import ParagraphRole

_WITHOUT_TEXT = frozenset({"script", "style", "template", "noscript", "head", "svg", "iframe", "object", "button"})
_INLINE = frozenset(
    (
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
        "em", "font", "i", "img", "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby",
        "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
        "wbr",
    )
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def fragment_blocks(
    source: str, *, title: str = "", without: Callable[[html.HtmlElement], bool] | None = None
) -> list[Block]:
    """Read the text of a piece of HTML, block by block, without images, comments, scripts or styles.

    `title` is that of the document of which it is all the content; one that speaks of a live blog makes it one.
    `without` says which elements are no part of it.

    An element is inline where browsers show it so: https://html.spec.whatwg.org/multipage/rendering.html
    Raises DamagedDocument, or TooCostly for elements nested deeper than libxml2 reads.
    """
    # As bytes, because lxml refuses a str that declares an encoding; without the controls that XML cannot hold.
    content = re.sub("[\v\f]", " ", clean(source)).encode(errors="replace")
    parser = html.HTMLParser(encoding="utf-8")
    with translated("A piece of HTML in it cannot be read."):
        root = html.fragment_fromstring(content, create_parent="div", parser=parser)
        check_depth(parser, "A piece of HTML in it")
        if without is not None:
            for element in filter(without, list(root.iterdescendants(etree.Element))):
                element.clear(keep_tail=True)
        empty_hidden(root)
        settle_marks(root)
        settle_tables(root)
        part_at_breaks(root)
        live_blog(root, title=title)
        return html_blocks(root)


def html_blocks(root: html.HtmlElement) -> list[Block]:
    """Return the blocks of a tree that is all content, in order."""
    emphasised = emphasised_texts(root)
    apart = _apart(root)
    return [
        Block(text, role, emphasised=one_line(text) in emphasised)
        for text, role in _walk(root, "text", apart)
        if text.strip()
    ]


def check_depth(parser: html.HTMLParser, what: str) -> None:
    """Check a parser's log for elements that it left out as nested too deep or too long. Raises TooCostly."""
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise TooCostly(f"{what} has elements nested deeper, or longer, than those of any page to be read.")


def _apart(root: html.HtmlElement) -> frozenset[html.HtmlElement]:
    """Return the elements that are blocks or have one inside, each looked at once however deep it lies."""
    apart: set[html.HtmlElement] = set()
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag not in _INLINE and element.tag not in ("br", "img"):
            above: html.HtmlElement | None = element
            while above is not None and above not in apart:
                apart.add(above)
                above = above.getparent()
    return frozenset(apart)


def _walk(
    element: html.HtmlElement, role: ParagraphRole, apart: frozenset[html.HtmlElement]
) -> Iterator[tuple[str, ParagraphRole]]:
    """Yield the blocks of an element in order: its own running text, cut wherever a child is itself a block."""
    running = element.text or ""
    for child in element:
        if child not in apart:
            running += _inline_text(child)
        else:
            yield running, role
            yield from _block(child, role, apart)
            running = ""
        running += child.tail or ""
    yield running, role


def _block(
    element: html.HtmlElement, role: ParagraphRole, apart: frozenset[html.HtmlElement]
) -> Iterator[tuple[str, ParagraphRole]]:
    if not isinstance(element.tag, str) or element.tag in _WITHOUT_TEXT:
        return
    if element.tag == "table":
        yield table_text([[_inline_text(cell) for cell in row.iter("th", "td")] for row in element.iter("tr")]), "table"
    elif element.tag == "pre":
        yield _inline_text(element), "code"
    elif element.tag in _HEADINGS:
        yield _inline_text(element), "heading"
    else:
        inner: ParagraphRole = "note" if role == "note" or is_note(element) else "item" if element.tag == "li" else role
        yield from _walk(element, inner, apart)


def _inline_text(element: html.HtmlElement) -> str:
    if not isinstance(element.tag, str) or element.tag in _WITHOUT_TEXT:
        return ""
    if element.tag == "br":
        return LINE_BREAK
    return (element.text or "") + "".join(_inline_text(child) + (child.tail or "") for child in element)


def table_text(rows: list[list[str]]) -> str:
    """Return a table as plain text: a line for each row with words, bars between its cells."""
    lines = ([" ".join(cell.split()) for cell in row] for row in rows)
    return "\n".join(" | ".join(cells) for cells in lines if any(cells))
