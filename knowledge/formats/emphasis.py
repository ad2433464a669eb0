"""Paragraphs of HTML that are set in bold or italics as a whole, as the questions of an interview often are."""

import re
from collections.abc import Sequence

from lxml import html

from knowledge.formats.paragraphs import one_line
from knowledge.formats.turns import SENTENCE_END

_BLOCKS = ("div", "dt", "li", "p")
_EMPHASIS = frozenset({"b", "em", "i", "strong"})
_BOLD_STYLE = re.compile(r"font-weight\s{0,9}:\s{0,9}(?:bold|[6-9]00)", re.IGNORECASE)
# What pages call a question, in classes.
_QUESTION_NAMES = re.compile(r"(?:^|[-_])(?:question|pregunta)s?(?:[-_]|$)", re.IGNORECASE)
_THROUGH = frozenset({"a", "br", "font", "span", "u"})
_WORD = re.compile(r"[^\W_]")


def emphasised_texts(root: html.HtmlElement) -> set[str]:
    """Return the texts, each in one line, of the paragraphs that are emphasised as a whole."""
    return {one_line(block.text_content()) for block in root.iter(*_BLOCKS) if _is_emphasised(block)} - {""}


def is_emphasised_sentence(elements: Sequence[html.HtmlElement]) -> bool:
    """Say whether elements hold a sentence, all of it emphasised: a line in bold may be asked, or name what follows."""
    if not elements or any(_is_plain(part) or _WORD.search(part.tail or "") for part in elements):
        return False
    text = one_line(" ".join(part.text_content() + (part.tail or "") for part in elements if isinstance(part.tag, str)))
    return bool(_WORD.search(text) and SENTENCE_END.search(text))


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
