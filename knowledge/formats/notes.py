"""Marks of notes in HTML: they are taken out of the words they are glued to, and raised figures stay raised."""

import re
from collections.abc import Sequence
from dataclasses import replace

from lxml import etree, html

from knowledge.formats.paragraphs import Block, one_line
from knowledge.marks import REFERENCE_MARK, is_exponent, raised

# What stands in a mark: a number or several, a sign that printers use for one, or anything short in square brackets.
_NUMBERS = re.compile(r"\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,10}")
_SIGNS = re.compile(r"[*†‡§¶]{1,4}")
_BRACKETED = re.compile(r"\[[^\[\]]{1,40}\]|\(\d{1,3}\)")
_POWER = re.compile(r"[+\-−]?\d{1,3}")
# A letter after a figure marks a note, where it is no ordinal's (1ª, 2º, 3d, 4th), as "a" is none after three
# digits.
_DIGITS = 3
_LETTERED = re.compile(r"\d[bcefgijk]|\d[\d.,]\da")
_FIGURES = re.compile(r"[^A-Za-z]{1,60}|\[[^\[\]]{1,40}\]")
# Characters of the longest linked mark, "[note 12]". Our choice.
_LONGEST_LINKED = 20
# The signs with which a note leads back to its mark.
_BACK = re.compile(r"[\[(]?[↩↑⏎^\ufe0e\ufe0f\s]{1,8}[\])]?")
# Roles by which a page itself names them: https://www.w3.org/TR/dpub-aria-1.1/#doc-noteref
_MARK_ROLES, _BACK_ROLES = frozenset({"doc-noteref", "noteref"}), frozenset({"doc-backlink", "backlink"})
_NOTE_ROLES = frozenset({"doc-footnote", "doc-endnote", "doc-endnotes", "footnote", "endnote", "endnotes"})
# What pages call the list of their notes, as a class or an id: pandoc, Markdown's other programs, and by hand.
_NOTES_NAMES = re.compile(r"(?:foot|end)[-_]?notes?(?:[-_]?(?:list|item|text|body|def))?|notas[-_]al[-_]pie")
# The elements that the paragraphs of notes are in, those that a note can be as a whole, and its longest. Our choice: a
# note is no longer than a page of a book.
_PARTS = ("li", "p", "dd")
_NOTE_PARTS = frozenset({*_PARTS, "aside", "div"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LONGEST_NOTE = 2500
# What leads back from a note besides arrows: the number or letter of the note. A stop can stand after it.
_BACK_LETTER = re.compile(r"\d{1,3}\.?|[a-z]{1,2}")
_AFTER_NUMBER = re.compile(r"\A\s*[.:)\]](?=\s)")
_CODE = frozenset({"code", "pre", "kbd", "samp", "tt", "script", "style", "math", "svg"})
_INLINE = frozenset({"a", "b", "em", "i", "span", "strong", "sup", "u", "small", "cite", "q", "font", "mark"})
_MARKS = re.compile(rf"(?:{REFERENCE_MARK.pattern})+")
_GLUED = re.compile(rf"(?<=[^\s\[(])(?:{REFERENCE_MARK.pattern})+")
_GLUED_OR_FIRST = re.compile(rf"(?:\A|(?<=[^\s\[(]))(?:{REFERENCE_MARK.pattern})+")
# Elements looked at for the words before a mark; those between are empty or other marks. Our choice.
_STEPS_BACK = 8


def settle_marks(root: html.HtmlElement) -> None:
    """Take the marks of notes out of a tree, and write raised figures that are none in Unicode's superscripts.

    What a mark leads to further below is a note, and gets the role of one.
    """
    targets = _name_notes(root)
    for element in list(root.iter("sup", "a")):
        text = element.text_content().strip()
        is_back = bool(targets) and _leads_back(element, text, targets)
        if is_back or _is_mark(element, text) or (element.tag == "sup" and _marks_figure(element, text)):
            _drop_mark(element)
        elif element.tag == "sup" and _FIGURES.fullmatch(text):
            signs = read_raised(text, before=_before(element))
            element.clear(keep_tail=True)
            element.text, element.tag = signs, "span"
    for element in root.iter():
        _drop_glued(element)


def _name_notes(root: html.HtmlElement) -> set[html.HtmlElement]:
    """Give the role of a note to what the marks of a tree lead to, and return these elements."""
    names: set[str] = set()
    wanted: set[str] = set()
    notes: set[html.HtmlElement] = set()
    for element in root.iter(etree.Element):
        own = {element.get("id", ""), element.get("name", "")} - {""}
        names |= own
        if not wanted.isdisjoint(own) and (note := _note_around(element)) is not None:
            note.set("role", "doc-footnote")
            notes.add(note)
        # What is led to from below stands above: the mark of a note, to which the note leads back.
        if element.tag == "a" and _leads_within(element) and (name := element.get("href", "")[1:]) not in names:
            text = element.text_content().strip()
            if _is_mark(element, text) or (len(text) <= _LONGEST_LINKED and element.getparent().tag == "sup"):
                wanted.add(name)
    return notes


def _note_around(element: html.HtmlElement) -> html.HtmlElement | None:
    """Return the paragraph or item that an element is or lies in, unless it holds a part of the page."""
    around = (each for each in (element, *element.iterancestors()) if each.tag in _NOTE_PARTS)
    note = next(around, None)
    if note is None or next(note.iter(*_HEADINGS), None) is not None:
        return None
    return note if len(note.text_content()) <= _LONGEST_NOTE else None


def _leads_back(link: html.HtmlElement, text: str, notes: set[html.HtmlElement]) -> bool:
    """Say whether a link at the beginning of a note leads to its mark: a number, a letter or an arrow."""
    if link.tag != "a" or not _leads_within(link) or not (_BACK.fullmatch(text) or _BACK_LETTER.fullmatch(text)):
        return False
    return any(above in notes for above in link.iterancestors())


def _drop_mark(mark: html.HtmlElement) -> None:
    """Empty a mark, with the arrow before it and the stop after it where it begins its paragraph: "↑ 2. The law"."""
    mark.clear(keep_tail=True)
    mark.tag = "span"
    parent = mark.getparent()
    if parent is not None and mark.getprevious() is None and not _BACK.sub("", parent.text or "").strip():
        parent.text = None
        mark.tail = _AFTER_NUMBER.sub("", mark.tail or "")


def without_glued_marks(text: str) -> str:
    """Return a text without the reference marks that are glued to a word."""
    return _MARKS.sub(_unless_glued, text) if "[" in text else text


def _unless_glued(marks: re.Match[str]) -> str:
    before = marks.string[max(0, marks.start() - 1) : marks.start()]
    return "" if before.isalnum() or before == "_" else marks.group()


def read_raised(text: str, *, before: str) -> str:
    """Return what raised text is to be read as: nothing where it marks a note, else its signs, figures as raised."""
    inside = text.strip()
    if _SIGNS.fullmatch(inside) or _BRACKETED.fullmatch(inside):
        return ""
    if _NUMBERS.fullmatch(inside) and not is_exponent(before, inside):
        return ""
    return raised(text) if _POWER.fullmatch(inside) else text


def note_texts(root: html.HtmlElement) -> list[str]:
    """Return the texts of a page's notes, in order, each paragraph of one by itself and in one line."""
    texts: dict[str, None] = {}
    for notes in filter(is_note, root.iter("aside", "div", "dl", "footer", "li", "ol", "p", "section", "ul")):
        inner = list(notes.iter(*_PARTS))
        parts = [part for part in inner if next(part.iterdescendants(*_PARTS), None) is None]
        texts.update((one_line(part.text_content()), None) for part in parts or [notes])
    return [text for text in texts if text]


def with_notes(blocks: Sequence[Block], notes: Sequence[str]) -> list[Block]:
    """Return a page's blocks with those that are notes as such, and at their end the notes that are not among them."""
    lines, known = [one_line(block.text) for block in blocks], set(notes)
    present = known.intersection(lines)
    missing = [Block(text, "note") for text in notes if text not in present]
    own = [replace(block, role="note") if line in known else block for block, line in zip(blocks, lines, strict=True)]
    return [*own, *missing]


def is_note(element: html.HtmlElement) -> bool:
    """Say whether an element holds notes, by its role or by what pages call their list of them."""
    if _NOTE_ROLES & _roles(element):
        return True
    names = [*element.get("class", "").lower().split(), element.get("id", "").lower()]
    return any(_NOTES_NAMES.fullmatch(name) for name in names)


def _roles(element: html.HtmlElement) -> set[str]:
    # EPUB's attribute keeps its prefix in what libxml2 makes of HTML.
    return {*element.get("role", "").split(), *element.get("epub:type", "").split()}


def _is_mark(element: html.HtmlElement, text: str) -> bool:
    """Say whether a raised or linked element is the mark of a note, or leads back from a note to its mark."""
    if (_MARK_ROLES | _BACK_ROLES) & _roles(element):
        return True
    if element.tag == "a":
        return _leads_within(element) and _is_linked_mark(element, text)
    return any(map(_leads_within, element.iter("a"))) and len(text) <= _LONGEST_LINKED


def _marks_figure(element: html.HtmlElement, text: str) -> bool:
    """Say whether a raised letter stands after a figure that is no ordinal."""
    if len(text) != 1 or not text.isalpha():
        return False
    before = _before(element)
    return any(_LETTERED.fullmatch(before[-length:] + text) for length in (1, _DIGITS))


def _is_linked_mark(element: html.HtmlElement, text: str) -> bool:
    if _BRACKETED.fullmatch(text) or _BACK.fullmatch(text):
        return True
    # "See section 4" leads to a part of the page; what is glued to a word is no part of the sentence.
    before = _before(element)
    return bool(_NUMBERS.fullmatch(text) or _SIGNS.fullmatch(text)) and before[-1:] not in ("", " ", "\n", "(", "\t")


def _leads_within(link: html.HtmlElement) -> bool:
    return bool(link.get("href", "").startswith("#"))


def _before(element: html.HtmlElement) -> str:
    """Return the words right before an element, as far as they stand in the same paragraph."""
    for _ in range(_STEPS_BACK):
        previous = element.getprevious()
        if previous is None:
            parent = element.getparent()
            text = "" if parent is None else parent.text or ""
            if text or parent is None or parent.tag not in _INLINE:
                return text
            element = parent
            continue
        if previous.tail:
            return str(previous.tail)
        if text := "".join(previous.itertext()):
            return text
        element = previous
    return ""


def _drop_glued(element: html.HtmlElement) -> None:
    """Drop reference marks that are glued to a word, outside of code."""
    if "[" in (element.text or "") and isinstance(element.tag, str) and not _within_code(element):
        element.text = _GLUED.sub("", element.text or "")
    if "[" in (element.tail or "") and not _within_code(element.getparent()):
        glued = _GLUED_OR_FIRST if element.tag in _INLINE else _GLUED
        element.tail = glued.sub("", element.tail or "")


def _within_code(element: html.HtmlElement | None) -> bool:
    return element is not None and any(each.tag in _CODE for each in (element, *element.iterancestors()))
