"""The runs of a Word paragraph as its reader sees them: none that are hidden or struck out, and raised ones as such.

Elements and properties by ISO/IEC 29500-1, section 17.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from docx.oxml.ns import qn
from lxml import etree

from knowledge.formats.notes import read_raised
from knowledge.formats.paragraphs import LINE_BREAK

_RUN, _TEXT, _VALUE = qn("w:r"), qn("w:t"), qn("w:val")
_SIGNS = {qn("w:tab"): "\t", qn("w:br"): LINE_BREAK, qn("w:cr"): LINE_BREAK, qn("w:noBreakHyphen"): "-"}
# Text boxes are no part of the sentences around them, nor is what was moved away; properties list tabs of no text. A
# fallback is the same again for old programs (ISO/IEC 29500-3, section 9.3).
PROPERTIES = qn("w:pPr")
_ASIDE = frozenset(
    {qn("w:txbxContent"), qn("w:moveFrom"), PROPERTIES, qn("w:rPr"),
     "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)  # fmt: skip
_REFERENCES = {qn("w:footnoteReference"): "footnotes", qn("w:endnoteReference"): "endnotes"}
_OWN_STYLE, _RAISED, _POSITION = (f"{qn('w:rPr')}/{qn(f'w:{name}')}" for name in ("rStyle", "vertAlign", "position"))
# Struck out once or twice, and hidden: 17.3.2.37, 17.3.2.9 and 17.3.2.41.
_HIDING = tuple(f"{qn('w:rPr')}/{qn(f'w:{name}')}" for name in ("strike", "dstrike", "vanish"))
# In bold or in italics: 17.3.2.1 and 17.3.2.16.
_EMPHASIS = tuple(f"{qn('w:rPr')}/{qn(f'w:{name}')}" for name in ("b", "i"))
# A note whose mark is not its number, but the text after its reference in the run: 17.11.14.
_OWN_MARK = qn("w:customMarkFollows")
_WORD = re.compile(r"[^\W_]")
_OFF = frozenset({"0", "false", "off", "none"})
# Styles that one is based on. Word stops at ten (17.7.4.3 sets no limit); this also ends a circle.
_MOST_STYLES = 20


@dataclass(frozen=True, slots=True)
class RunStyle:
    """What a style says of its runs, None where it says nothing: whether they are hidden or struck out, or raised.

    `emphasised` says whether they are in bold or in italics.
    """

    hidden: bool | None
    raised: bool | None
    emphasised: bool | None


Styles = Mapping[str | None, RunStyle]
"""Run styles by id, of paragraphs and of characters; None is the default paragraph's."""
NoteReference = tuple[str, str]
"""The part of a document that a note is in, "footnotes" or "endnotes", and its id there."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the paragraphs of a document are looked at: by these styles, and with a list of the notes they refer to."""

    styles: Styles
    referred: list[NoteReference]

    def words(self, paragraph: etree._Element) -> str:
        """Return the words of a paragraph, as `words` does."""
        return words(paragraph, self.styles, self.referred)

    def is_emphasised(self, paragraph: etree._Element) -> bool:
        """Say whether all words of a paragraph are in bold or in italics."""
        seen = [run for run in _pieces(paragraph, self.styles, []) if _WORD.search(run.text)]
        return bool(seen) and all(run.style.emphasised for run in seen)


def run_styles(styles: etree._Element) -> dict[str | None, RunStyle]:
    """Return what every style says of its runs, by itself or by those it is based on."""
    own = {style.get(qn("w:styleId")): style for style in styles.iterchildren(qn("w:style"))}
    resolved: dict[str | None, RunStyle] = {}
    for key, style in own.items():
        resolved[key] = _resolved(style, own)
        if style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true", "on"):
            resolved[None] = resolved[key]
    return resolved


def _resolved(style: etree._Element | None, own: Mapping[str | None, etree._Element]) -> RunStyle:
    levels: list[RunStyle] = []
    while style is not None and len(levels) < _MOST_STYLES:
        levels.append(_stated(style))
        base = style.find(qn("w:basedOn"))
        style = None if base is None else own.get(base.get(_VALUE))
    return _first_stated(levels)


def _first_stated(levels: Sequence[RunStyle]) -> RunStyle:
    """Return what the first of several levels says that says anything, of each property."""
    return RunStyle(
        next((level.hidden for level in levels if level.hidden is not None), None),
        next((level.raised for level in levels if level.raised is not None), None),
        next((level.emphasised for level in levels if level.emphasised is not None), None),
    )


def _stated(element: etree._Element) -> RunStyle:
    """Return what the properties of a run, or of a style's runs, say themselves."""
    hidden, emphasised = _any_on(element, _HIDING), _any_on(element, _EMPHASIS)
    raised, position = element.find(_RAISED), element.find(_POSITION)
    if raised is not None:
        return RunStyle(hidden, raised.get(_VALUE) == "superscript", emphasised)
    # Half points above the line, or below it with a minus: 17.3.2.24.
    is_above = None if position is None else position.get(_VALUE, "").lstrip("0").isdecimal()
    return RunStyle(hidden, is_above, emphasised)


def _any_on(element: etree._Element, paths: Sequence[str]) -> bool | None:
    marks = [mark for path in paths if (mark := element.find(path)) is not None]
    return any(mark.get(_VALUE) not in _OFF for mark in marks) if marks else None


def words(paragraph: etree._Element, styles: Styles, notes: list[NoteReference] | None = None) -> str:
    """Return the words of a paragraph, also those inserted as tracked changes, without the marks of notes.

    The notes it refers to are added to `notes`.
    """
    pieces: list[str] = []
    lifted = ""
    for run in _pieces(paragraph, styles, notes if notes is not None else []):
        if run.style.raised:
            lifted += run.text
            continue
        if lifted:
            pieces.append(read_raised(lifted, before="".join(pieces[-2:])))
            lifted = ""
        pieces.append(run.text)
    return "".join((*pieces, read_raised(lifted, before="".join(pieces[-2:])) if lifted else ""))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A visible text of a paragraph, and how it is seen."""

    text: str
    style: RunStyle


def _pieces(paragraph: etree._Element, styles: Styles, notes: list[NoteReference]) -> Iterator[_Piece]:
    """Yield the visible texts of a paragraph in order, without the marks of notes that are no numbers."""
    if not len(paragraph):
        return
    default = _style_of(paragraph, f"{PROPERTIES}/{qn('w:pStyle')}", styles) or styles.get(None)
    seen = RunStyle(None, None, None)
    has_own_mark = False
    walk = etree.iterwalk(paragraph, events=("start",), tag=(_RUN, _TEXT, *_SIGNS, *_ASIDE, *_REFERENCES))
    for _, element in walk:
        if element.tag == _RUN:
            seen, has_own_mark = _seen(element, default, styles), False
            if seen.hidden:
                walk.skip_subtree()
        elif element.tag in _ASIDE:
            walk.skip_subtree()
        elif element.tag in _REFERENCES:
            notes.append((_REFERENCES[element.tag], element.get(qn("w:id"), "")))
            has_own_mark = element.get(_OWN_MARK, "0") not in _OFF
        elif not has_own_mark:
            yield _Piece(_SIGNS.get(element.tag) or element.text or "", seen)


def _seen(run: etree._Element, default: RunStyle | None, styles: Styles) -> RunStyle:
    """Return how a run is seen: by its own properties, else by its style, else by its paragraph's."""
    levels = (_stated(run), _style_of(run, _OWN_STYLE, styles), default)
    return _first_stated([level for level in levels if level is not None])


def _style_of(element: etree._Element, path: str, styles: Styles) -> RunStyle | None:
    mark = element.find(path)
    return None if mark is None else styles.get(mark.get(_VALUE))
