"""Paragraphs of plain text, or of the blocks of a structured document."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import regex

from knowledge.formats.turns import asked_by_emphasis, parts_of
from knowledge.model import Paragraph, ParagraphRole

LINE_BREAK = "\u2028"
"""Stands in a block where its author broke the line (Unicode Standard Annex 14, class BK)."""

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})

_LIGATURE = re.compile("[ﬀ-ﬆ]")

# Invisible characters that split words for every search: soft hyphen, zero-width space and non-joiner, word joiner,
# byte order mark, and the marks that reorder text (Unicode Standard Annex 9). Control characters go with them.
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u200c\u2060\ufeff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f]"
)
# A zero-width joiner holds emoji together (Unicode Technical Standard 51); anywhere else it is as harmful as the rest.
_STRAY_JOINER = re.compile("(?<![\u2190-\u2bff\U0001f000-\U0001faff\ufe0f])\u200d")

# Half of a character beyond the basic plane, which no encoding can hold alone (The Unicode Standard, D75).
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Putting marks in order takes time by the square of their number. Unicode Standard Annex 15, section 13, sets a joiner
# after every thirty, which is more than any language puts on a letter.
_MANY_MARKS = regex.compile(r"\P{ccc=0}{30}(?=\P{ccc=0})")
# Latin letters, punctuation and the euro sign are in NFC already and no marks: Unicode Standard Annex 15, section 9, by
# the property NFC_Quick_Check. In such a text, which most are, there is nothing to compose.
_COMPOSABLE = re.compile(r"[^\x00-\u02ff\u2010-\u2027\u2030-\u205e\u20ac]")
# Whatever may have to be cleaned or composed; the rest, which is all of most texts, is looked at once.
_UNTIDY = re.compile(r"[^\t-\r -~\xa0-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u20ac]")
_GRAPHEME_JOINER = "\u034f"

# Columns at which people and programs wrap prose: 70 (Python's textwrap), 78 (e-mail: RFC 5322, section 2.1.1), and
# generous sides, which are our choice.
_WRAP_COLUMNS = range(40, 121)
# Of the line breaks of wrapped prose, nearly all are forced and most fall inside a sentence. The shares are our choice.
_FORCED_SHARE = 0.8
_MID_SENTENCE_SHARE = 0.5
# CommonMark 0.31.2, section 2.2: tab stops of four characters.
_TAB_STOP = 4
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a structured document, before it has a place in the text."""

    text: str
    role: ParagraphRole = "text"
    emphasised: bool = False
    """Whether all of it is set in bold or in italics."""


def clean(text: str) -> str:
    """Return a text in NFC without ligatures, soft hyphens, zero-width, direction and control characters."""
    if not _UNTIDY.search(text):
        return text
    text = _INVISIBLE.sub("", text)
    if _LIGATURE.search(text):
        text = text.translate(_LIGATURES)
    return composed(_LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _STRAY_JOINER.sub("", text)))


def composed(text: str) -> str:
    """Return a text in NFC, in time that grows with its length alone."""
    if not _COMPOSABLE.search(text):
        return text
    return unicodedata.normalize("NFC", _MANY_MARKS.sub(lambda marks: marks.group() + _GRAPHEME_JOINER, text))


def one_line(text: str) -> str:
    """Return a cleaned text with every run of white space as one space."""
    return " ".join(clean(text).split())


def assemble(blocks: Iterable[Block]) -> tuple[str, tuple[Paragraph, ...]]:
    """Make one text of the cleaned blocks, with a blank line between each two, and the paragraph of each.

    White space inside a block becomes single spaces; tables and code keep their lines. Empty blocks vanish. A block of
    several paragraphs or turns, by its LINE_BREAKs, is as many; what an interviewer asks in bold is a question.
    """
    tidied = [
        Block(text, part.role, part.emphasised) for block in blocks for part in _parts(block) if (text := _tidy(part))
    ]
    asked = asked_by_emphasis([(block.text, block.role, block.emphasised) for block in tidied])
    paragraphs: list[Paragraph] = []
    position = 0
    for place, block in enumerate(tidied):
        role = "question" if place in asked else block.role
        paragraphs.append(Paragraph(position, position + len(block.text), role))
        position += len(block.text) + 2
    return "\n\n".join(block.text for block in tidied), tuple(paragraphs)


def _parts(block: Block) -> Iterable[Block]:
    """Return a block as the paragraphs that its line breaks make of it."""
    if LINE_BREAK not in block.text or block.role in ("table", "code"):
        return (block,)
    return [replace(block, text=part) for part in parts_of(block.text, LINE_BREAK)]


def _tidy(block: Block) -> str:
    if block.role not in ("table", "code"):
        return one_line(block.text)
    lines = clean(block.text).expandtabs(_TAB_STOP).splitlines()
    if block.role == "table":
        lines = [" ".join(line.split()) for line in lines]
    return "\n".join(line.rstrip() for line in lines if line.strip()).strip()


def plain_paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of plain text, in order; together they cover every character that is not white space.

    Blank lines separate them. Without blank lines each line is one, unless the lines are plainly hard-wrapped.
    """
    lines = _lines(text)
    blank = [text.count("\n", end, start) > 1 for (_, end), (start, _) in pairwise(lines)]
    if any(blank):
        return _grouped(lines, blank)
    if _is_wrapped([text[start:end] for start, end in lines]):
        return _grouped(lines, _wrapped_breaks(text, lines))
    return tuple(Paragraph(start, end) for start, end in lines)


def _lines(text: str) -> list[tuple[int, int]]:
    """Return the span of each line that is not blank, without the white space around it."""
    return [match.span() for match in re.finditer(r"[^\s\n](?:[^\n]*\S)?", text)]


def _grouped(lines: list[tuple[int, int]], breaks: list[bool]) -> tuple[Paragraph, ...]:
    """Join lines into paragraphs; `breaks[i]` says whether one ends between line i and the next."""
    paragraphs: list[Paragraph] = []
    start = lines[0][0]
    for (_, end), (next_start, _), ends in zip(lines, lines[1:], breaks, strict=False):
        if ends:
            paragraphs.append(Paragraph(start, end))
            start = next_start
    return (*paragraphs, Paragraph(start, lines[-1][1]))


def _is_wrapped(lines: list[str]) -> bool:
    """Say whether the line breaks were forced by a margin, and so mean nothing.

    A break was forced when the next line's first word would not have fitted before the margin.
    """
    if len(lines) < 2 or (margin := max(map(len, lines))) not in _WRAP_COLUMNS:
        return False
    breaks = len(lines) - 1
    forced = sum(_was_forced(line, after, margin) for line, after in pairwise(lines))
    mid_sentence = sum(not _SENTENCE_END.search(line) for line in lines[:-1])
    return forced >= _FORCED_SHARE * breaks and mid_sentence >= _MID_SENTENCE_SHARE * breaks


def _was_forced(line: str, after: str, margin: int) -> bool:
    return len(line) + 1 + len(after.split(maxsplit=1)[0]) > margin


def _wrapped_breaks(text: str, lines: list[tuple[int, int]]) -> list[bool]:
    """Return the breaks of wrapped prose: before an indented line, or where a sentence ended before the margin."""
    margin = max(end - start for start, end in lines)
    indents = [start - (text.rfind("\n", 0, start) + 1) for start, _ in lines]
    breaks = []
    for number in range(len(lines) - 1):
        line, after = (text[slice(*lines[place])] for place in (number, number + 1))
        early = bool(_SENTENCE_END.search(line)) and not _was_forced(line, after, margin)
        breaks.append(early or indents[number + 1] > indents[number])
    return breaks
