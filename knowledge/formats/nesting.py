"""Pages whose elements are nested deeper than any parser's limit, mostly because nobody ever closed them."""

import re
from collections.abc import Iterator, Sequence

from lxml import html

from knowledge.formats.emphasis import is_emphasised_sentence

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
_FEWEST_PARTS = 2

_Line = tuple[str | None, list[html.HtmlElement]]
"""A line of an element: the text at its beginning and the elements after that."""


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


def part_at_breaks(root: html.HtmlElement) -> None:
    """Make paragraphs of what line breaks part: before and after two in a row, and around a sentence in bold."""
    for element in list(root.iter("blockquote", "div", "li", "p")):
        if element.find("br") is None or _has_blocks(element):
            continue
        groups = _groups_of_lines(element)
        if len(groups) < _FEWEST_PARTS:
            continue
        parts = [_paragraph_of(lines) for lines in groups]
        if element.tag == "p" and (parent := element.getparent()) is not None:
            parts[-1].tail = element.tail
            place = parent.index(element)
            parent[place : place + 1] = parts
        else:
            element.text = None
            element[:] = parts


def _groups_of_lines(element: html.HtmlElement) -> list[list[_Line]]:
    """Return the lines of each paragraph that the line breaks of an element without blocks make."""
    groups: list[list[_Line]] = []
    goes_on = False
    for text, inside in _lines(element):
        is_blank = not inside and not (text or "").strip()
        is_alone = not (text or "").strip() and is_emphasised_sentence(inside)
        if not is_blank:
            if is_alone or not goes_on:
                groups.append([])
            groups[-1].append((text, inside))
        goes_on = not is_alone and not is_blank
    return groups


def _paragraph_of(lines: Sequence[_Line]) -> html.HtmlElement:
    (text, inside), *others = lines
    paragraph = _paragraph(text)
    paragraph.extend(inside)
    for text, inside in others:
        line_break = html.Element("br")
        line_break.tail = text
        paragraph.extend([line_break, *inside])
    return paragraph


def _lines(element: html.HtmlElement) -> list[_Line]:
    """Return the lines of an element."""
    lines: list[_Line] = [(element.text, [])]
    for child in element:
        if child.tag == "br":
            lines.append((child.tail, []))
        else:
            lines[-1][1].append(child)
    return lines


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
