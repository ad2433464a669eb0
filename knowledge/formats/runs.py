"""The runs of a Word paragraph as its reader sees them: none that are hidden or struck out, and raised ones as such.

Elements and properties by ISO/IEC 29500-1, section 17.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from docx.oxml.ns import qn
from lxml import etree

from knowledge.formats.notes import read_raised

_RUN, _TEXT, _VALUE = qn("w:r"), qn("w:t"), qn("w:val")
_SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
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
_OFF = frozenset({"0", "false", "off", "none"})
# Styles that one is based on. Word stops at ten (17.7.4.3 sets no limit); this also ends a circle.
_MOST_STYLES = 20


@dataclass(frozen=True, slots=True)
class RunStyle:
    """What a style says of its runs, None where it says nothing: whether they are hidden or struck out, or raised."""

    hidden: bool | None
    raised: bool | None


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
    hidden = is_raised = None
    for _ in range(_MOST_STYLES):
        if style is None:
            break
        stated = _stated(style)
        hidden = stated.hidden if hidden is None else hidden
        is_raised = stated.raised if is_raised is None else is_raised
        base = style.find(qn("w:basedOn"))
        style = None if base is None else own.get(base.get(_VALUE))
    return RunStyle(hidden, is_raised)


def _stated(element: etree._Element) -> RunStyle:
    """Return what the properties of a run, or of a style's runs, say themselves."""
    marks = [mark for path in _HIDING if (mark := element.find(path)) is not None]
    hidden = any(mark.get(_VALUE) not in _OFF for mark in marks) if marks else None
    raised, position = element.find(_RAISED), element.find(_POSITION)
    if raised is not None:
        return RunStyle(hidden, raised.get(_VALUE) == "superscript")
    # Half points above the line, or below it with a minus: 17.3.2.24.
    return RunStyle(hidden, None if position is None else position.get(_VALUE, "").lstrip("0").isdecimal())


def words(paragraph: etree._Element, styles: Styles, notes: list[NoteReference] | None = None) -> str:
    """Return the words of a paragraph, also those inserted as tracked changes, without the marks of notes.

    The notes it refers to are added to `notes`.
    """
    pieces: list[str] = []
    lifted = ""
    for text, is_raised in _pieces(paragraph, styles, notes if notes is not None else []):
        if is_raised:
            lifted += text
            continue
        if lifted:
            pieces.append(read_raised(lifted, before="".join(pieces[-2:])))
            lifted = ""
        pieces.append(text)
    return "".join((*pieces, read_raised(lifted, before="".join(pieces[-2:])) if lifted else ""))


def _pieces(paragraph: etree._Element, styles: Styles, notes: list[NoteReference]) -> Iterator[tuple[str, bool]]:
    """Yield the visible texts of a paragraph in order, and whether each is raised."""
    if not len(paragraph):
        return
    default = _style_of(paragraph, f"{PROPERTIES}/{qn('w:pStyle')}", styles) or styles.get(None)
    is_raised = False
    walk = etree.iterwalk(paragraph, events=("start",), tag=(_RUN, _TEXT, *_SIGNS, *_ASIDE, *_REFERENCES))
    for _, element in walk:
        if element.tag == _RUN:
            seen = _seen(element, default, styles)
            is_raised = bool(seen.raised)
            if seen.hidden:
                walk.skip_subtree()
        elif element.tag in _ASIDE:
            walk.skip_subtree()
        elif element.tag in _REFERENCES:
            notes.append((_REFERENCES[element.tag], element.get(qn("w:id"), "")))
        else:
            yield _SIGNS.get(element.tag) or element.text or "", is_raised


def _seen(run: etree._Element, default: RunStyle | None, styles: Styles) -> RunStyle:
    """Return how a run is seen: by its own properties, else by its style, else by its paragraph's."""
    levels = [level for level in (_stated(run), _style_of(run, _OWN_STYLE, styles), default) if level is not None]
    hidden = next((level.hidden for level in levels if level.hidden is not None), False)
    return RunStyle(hidden, next((level.raised for level in levels if level.raised is not None), False))


def _style_of(element: etree._Element, path: str, styles: Styles) -> RunStyle | None:
    mark = element.find(path)
    return None if mark is None else styles.get(mark.get(_VALUE))
