"""Pages whose elements are nested deeper than any parser's limit, mostly because nobody ever closed them."""

import re
from collections.abc import Iterator

from lxml import html

# Elements that only wrap others; each that is a block begins a paragraph, and none of the others parts words.
_BLOCKS = ("div", "section", "article", "main", "center", "blockquote", "form", "fieldset", "details")
_BLOCK_LEVEL = frozenset(
    (*_BLOCKS, "address", "aside", "dl", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "nav",
     "ol", "p", "pre", "table", "ul")
)  # fmt: skip
_INLINE = ("span", "font", "b", "i", "u", "em", "strong", "small", "big", "a", "label")
_WRAPPER = re.compile(
    rf"<(?P<end>/?)(?:(?P<block>{'|'.join(_BLOCKS)})|{'|'.join(_INLINE)})(?![\w-])[^<>]*>", re.IGNORECASE
)
# Wrappers that stay around others. Our choice: below libxml2's limit of 256 levels (parser.h) there is room for the
# rest of a page; people write some thirty.
_MOST_WRAPPERS = 100


def unwrapped(source: str) -> str:
    """Return a page's source without the wrappers below the deepest that stay; a block's ends stay as paragraphs'.

    Every word stays, in its order. Time grows with the length alone.
    """
    kept: list[bool] = []

    def checked(tag: re.Match[str]) -> str:
        if tag["end"]:
            keeps = kept.pop() if kept else True
        else:
            keeps = len(kept) < _MOST_WRAPPERS
            kept.append(keeps)
        return tag.group() if keeps else "<p>" if tag["block"] else ""

    return _WRAPPER.sub(checked, source)


def set_text_apart(root: html.HtmlElement) -> None:
    """Make a paragraph of each run of text that stands beside blocks, as browsers show it.

    Readers of pages glue the words of such a run to those of the block beside it.
    """
    for container in list(root.iter("article", "div", "main", "section")):
        if not _has_blocks(container):
            continue
        blocks = sum(child.tag in _BLOCK_LEVEL for child in container)
        parts = list(_with_paragraphs(container))
        if len(parts) > blocks:
            # A division of words alone is a paragraph like those beside it.
            for part in parts:
                if part.tag == "div" and not _has_blocks(part):
                    part.tag = "p"
        container[:] = parts


def _has_blocks(element: html.HtmlElement) -> bool:
    return next(element.iterdescendants(*_BLOCK_LEVEL), None) is not None


def _with_paragraphs(container: html.HtmlElement) -> Iterator[html.HtmlElement]:
    run = _paragraph(container.text)
    container.text = None
    for child in list(container):
        # An element of a name of its own is a block if it holds one.
        if child.tag not in _BLOCK_LEVEL and next(child.iter(*_BLOCK_LEVEL), None) is None:
            run.append(child)
            continue
        if _has_words(run):
            yield run
        run, child.tail = _paragraph(child.tail), None
        yield child
    if _has_words(run):
        yield run


def _paragraph(text: str | None) -> html.HtmlElement:
    paragraph = html.Element("p")
    paragraph.text = text
    return paragraph


def _has_words(run: html.HtmlElement) -> bool:
    return len(run) > 0 or bool((run.text or "").strip())
