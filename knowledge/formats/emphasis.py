"""Paragraphs of HTML that are set in bold or italics as a whole, as the questions of an interview often are."""

import re

from lxml import html

from knowledge.formats.paragraphs import one_line

_BLOCKS = ("div", "dt", "li", "p")
_EMPHASIS = frozenset({"b", "em", "i", "strong"})
_BOLD_STYLE = re.compile(r"font-weight\s{0,9}:\s{0,9}(?:bold|[6-9]00)", re.IGNORECASE)
# What pages call a question, in classes.
_QUESTION_NAMES = re.compile(r"(?:^|[-_])(?:question|pregunta)s?(?:[-_]|$)", re.IGNORECASE)
_THROUGH = frozenset({"a", "br", "font", "span", "u"})
_WORD = re.compile(r"[^\W_]")


def emphasised_texts(root: html.HtmlElement) -> set[str]:
    """Return the texts, each in one line, of the paragraphs and the lines of them that are emphasised as a whole.

    Such a line is made a paragraph of its own: its line breaks are doubled.
    """
    texts = {one_line(block.text_content()) for block in root.iter(*_BLOCKS) if _is_emphasised(block)}
    for element in list(root.iter(*_EMPHASIS)):
        if _stands_alone(element):
            texts.add(one_line(element.text_content()))
            element.addprevious(html.Element("br"))
            element.addnext(html.Element("br"))
    return texts - {""}


def _is_emphasised(block: html.HtmlElement) -> bool:
    if block.tag == "dt" or any(map(_QUESTION_NAMES.search, block.get("class", "").split())):
        return True
    return len(block) > 0 and not _has_plain_words(block)


def _has_plain_words(element: html.HtmlElement) -> bool:
    if _WORD.search(element.text or ""):
        return True
    return any(_is_plain(child) or bool(_WORD.search(child.tail or "")) for child in element)


def _is_plain(child: html.HtmlElement) -> bool:
    if not isinstance(child.tag, str) or child.tag in _EMPHASIS or _BOLD_STYLE.search(child.get("style", "")):
        return False
    return child.tag not in _THROUGH or _has_plain_words(child)


def _stands_alone(element: html.HtmlElement) -> bool:
    """Say whether an element is a line of its own between line breaks, or between one and an end of its paragraph."""
    before, after = element.getprevious(), element.getnext()
    if _WORD.search((element.getparent().text if before is None else before.tail) or "") or _WORD.search(element.tail or ""):
        return False
    sides = [before is None or before.tag == "br", after is None or after.tag == "br"]
    return all(sides) and not (before is None and after is None)
