"""Assembly of lines with places on pages into the paragraphs that a reader sees."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from knowledge.formats.hyphens import Vocabulary, join_hyphenated, vocabulary
from knowledge.formats.lines import PROSE_CHARACTERS, Line, Usual, same_size, usual_in
from knowledge.formats.paragraphs import Block
from knowledge.formats.rows import CELL, WIDE_GAP, goes_on, table_rows, whole_lines
from knowledge.formats.running import drop_running_lines
from knowledge.model import ParagraphRole

# Rules of thumb, set by looking at every page of two reports; in units of the type size unless said otherwise.
_GAP = 1.3  # times the usual distance of lines
_INDENT = 0.8  # of a first line, and of the lines after a hanging one
_HEADING_CHARACTERS = 200  # of the longest heading
_TABLE_ROWS = 3  # of a table, and words in a row of it
_TABLE_WIDTH = 0.6  # of the column
_MOST_BETWEEN = 1000  # groups, such as labels of a figure; without an end, it would take time by the square of a page
_FIGURES_SHARE = 0.5  # of the words in a row of figures

_ENDS = re.compile(r"[.!?:…;][\"'”’»)\]]*$")
_BULLET = re.compile(r"[•◦▪●○■‣·∙]\s+(?=\S)")
# These begin an item only after the end of a sentence; anywhere else they can be part of one.
_DASH = re.compile(r"[–*-]\s+(?=\S)")
_NUMBER = re.compile(r"(?:\(?\d{1,2}[.)]|\(?[a-z]\))\s+(?=\S)")
_ENTRY = re.compile(r"(?:\d+(?:\.\d+)*|[A-Z])\.? \D.* \d{1,3}")
_REAL_WORD = re.compile("[A-Za-zÀ-ÖØ-öø-ÿ]{3}")
_CUT = re.compile(r"\w-$")
_LEADERS = re.compile(r"(?:\. ?){5,}")
_CAPTION = re.compile(r"(?:figure|table|figura|tabla|cuadro|gráfico|fig\.)\s+\w?\d+\s*[|:.–—-]", re.IGNORECASE)


@dataclass(slots=True)
class _Group:
    """Lines that make one paragraph."""

    lines: list[Line]
    page: int
    role: ParagraphRole = "text"
    rows: list[str] = field(default_factory=list)


def layout_blocks(pages: Sequence[Sequence[Line]]) -> list[Block]:
    """Return the paragraphs of all pages in order, whole even where a page or column break divides them."""
    body_pages = [whole_lines(page) for page in drop_running_lines(pages)]
    lines = [line for page in body_pages for line in page]
    if not lines:
        return []
    usual = usual_in(body_pages)
    groups = [group for number, page in enumerate(body_pages) for group in _groups(page, number, usual)]
    for group in groups:
        group.role = _role(group, usual)
    words = vocabulary(line.text for line in lines)
    return [_block(group, words) for group in _joined(_with_tables(groups, usual), usual)]


def _groups(page: Sequence[Line], number: int, usual: Usual) -> Iterator[_Group]:
    group: _Group | None = None
    for line in page:
        if group is None or _begins(group.lines, line, usual):
            if group is not None:
                yield group
            group = _Group([line], number)
        else:
            group.lines.append(line)
    if group is not None:
        yield group


def _begins(group: list[Line], line: Line, usual: Usual) -> bool:
    """Say whether a line begins a new paragraph after the lines of `group`."""
    above = group[-1]
    step = above.baseline - line.baseline
    if step < 0 or step > _GAP * usual.leading * max(line.size, above.size):
        return True
    if CELL in above.text or CELL in line.text:
        return True
    if above.hyphen or _CUT.search(above.text):
        return False
    if _has_figures(above) or _has_figures(line):
        return True
    if not same_size(above.size, line.size) or above.bold != line.bold:
        return True
    if not usual.was_forced(above, line):
        return not _goes_on(above, line)
    if _ENDS.search(above.text) and not usual.in_column(above):
        return True  # a few lines do not show where their column ends
    return _is_item(line, after=above) or _is_indented(group, line)


def _goes_on(above: Line, line: Line) -> bool:
    """Say whether a line continues a sentence of the line above it, however short that is."""
    level = abs(above.left - line.left) < line.size
    return level and line.text[0].islower() and not _ENDS.search(above.text) and len(above.text) >= PROSE_CHARACTERS


def _is_item(line: Line, *, after: Line) -> bool:
    return bool(_BULLET.match(line.text) or (_marker(line) and _ENDS.search(after.text)))


def _marker(line: Line) -> re.Match[str] | None:
    return _BULLET.match(line.text) or _DASH.match(line.text) or _NUMBER.match(line.text)


def _has_figures(line: Line) -> bool:
    """Say whether a line is a row of a table: most of its words are numbers or signs."""
    words = line.text.split()
    figures = sum(not any(map(str.isalpha, word)) for word in words)
    return len(words) >= _TABLE_ROWS and figures >= _FIGURES_SHARE * len(words)


def _is_indented(group: list[Line], line: Line) -> bool:
    """Say whether a line is indented after a sentence's end, or stands further out than the hanging lines above."""
    first, above = group[0], group[-1]
    shift = (line.left - above.left) / line.size
    if shift > _INDENT:
        return bool(_ENDS.search(above.text)) and not _marker(first)
    hangs = len(group) > 1 and (above.left - first.left) / line.size > _INDENT
    return hangs and shift < -_INDENT


def _role(group: _Group, usual: Usual) -> ParagraphRole:
    text = " ".join(line.text for line in group.lines)
    if any(_LEADERS.search(line.text) for line in group.lines):
        return "table"
    short = len(text) <= _HEADING_CHARACTERS and not text.endswith((".", ":")) and any(map(str.isalpha, text))
    if short and all(line.bold or usual.is_larger(line) for line in group.lines) and not _BULLET.match(text):
        return "heading"
    return "item" if _marker(group.lines[0]) else "text"


def _with_tables(groups: list[_Group], usual: Usual) -> list[_Group]:
    """Return the groups with each run of rows (short lines that end no sentence) as one table."""
    result: list[_Group] = []
    run: list[_Group] = []
    for group in [*groups, None]:
        if group is not None and _adds_to(run, group, usual):
            run.append(group)
            continue
        result.extend(_table(run))
        run = []
        if group is not None and _is_row(group, usual):
            run = [group]
        elif group is not None:
            result.append(group)
    return result


def _adds_to(run: Sequence[_Group], group: _Group, usual: Usual) -> bool:
    """Say whether a group is a row, or the rest of one, right after those of `run`."""
    if not run:
        return _is_row(group, usual)
    edges = next((group.lines[0].cells for group in reversed(run) if group.lines[0].cells), ())
    return run[-1].page == group.page and (_is_row(group, usual) or all(goes_on(edges, line) for line in group.lines))


def _is_row(group: _Group, usual: Usual) -> bool:
    text = " ".join(line.text for line in group.lines)
    if group.role == "table" or CELL in text or not _REAL_WORD.search(text) or _ENTRY.fullmatch(text):
        return True
    line = group.lines[0]
    if group.role != "text" or _ENDS.search(text):
        return False
    narrow = max(part.right for part in group.lines) - line.left < _TABLE_WIDTH * (usual.edge_of(line) - line.left)
    return narrow or _has_figures(line)


def _table(run: list[_Group]) -> list[_Group]:
    prose = any(_REAL_WORD.search(line.text) for group in run for line in group.lines)
    plain = not any(group.role == "table" or CELL in group.lines[0].text for group in run)
    if prose and len(run) < _TABLE_ROWS and plain:
        return run
    if not run:
        return []
    lines = [line for group in run for line in group.lines]
    rows = [_LEADERS.sub(" … ", row) for row in table_rows(lines)]
    return [_Group(lines, run[0].page, "table", rows)]


def _joined(groups: list[_Group], usual: Usual) -> Iterator[_Group]:
    """Yield the paragraphs, each with the part that a page break, a column break, a figure or a footnote cut off."""
    used: set[int] = set()
    for place, group in enumerate(groups):
        if place in used:
            continue
        following = _continuation(group, groups, place + 1, usual)
        while following is not None and following not in used:
            used.add(following)
            group.lines.extend(groups[following].lines)
            group.page = groups[following].page
            following = _continuation(group, groups, following + 1, usual)
        yield group


def _continuation(group: _Group, groups: list[_Group], start: int, usual: Usual) -> int | None:
    """Return the number of the group that continues a paragraph, on its page or the one after, or None."""
    last = group.lines[-1]
    unfinished = last.hyphen or not _ENDS.search(last.text)
    if group.role not in ("text", "item") or not unfinished or _is_aside(group, usual):
        return None
    for number in range(start, min(len(groups), start + _MOST_BETWEEN)):
        other = groups[number]
        if other.page > group.page + 1:
            return None
        if _is_prose(other, usual):
            if other.page == group.page and _is_beside(last, other.lines[0]) and not usual.in_column(other.lines[0]):
                return None
            begins_inside = other.lines[0].text[0].islower() or last.hyphen
            crosses = other.page > group.page and usual.is_full(last) and other.role == "text"
            return number if begins_inside or crosses else None
    return None


def _is_beside(last: Line, line: Line) -> bool:
    """Say whether two lines stand as far from each other, to the left or right, as cells of a table do."""
    gap = WIDE_GAP * last.size
    return line.left >= last.right + gap or line.right <= last.left - gap


def _is_prose(group: _Group, usual: Usual) -> bool:
    """Say whether a paragraph belongs to the running text, by its role, its size, its width and its end."""
    ends = bool(_ENDS.search(group.lines[-1].text)) or (len(group.lines) > 1 and usual.is_full(group.lines[0]))
    return group.role in ("text", "item") and ends and not _is_aside(group, usual)


def _is_aside(group: _Group, usual: Usual) -> bool:
    """Say whether a paragraph is outside the running text: a caption, or type of another size, such as a footnote."""
    first = group.lines[0]
    return not same_size(first.size, usual.body) or bool(_CAPTION.match(first.text))


def _block(group: _Group, words: Vocabulary) -> Block:
    if group.rows:
        return Block("\n".join(group.rows), "table")
    pieces, last = [], group.lines[0].text
    for above, line in pairwise(group.lines):
        if above.hyphen or _CUT.search(last):
            last = join_hyphenated(last.removesuffix("-"), line.text, words=words)
        else:
            pieces.append(last)
            last = line.text
    text = " ".join([*pieces, last])
    bullet = (_BULLET.match(text) or _DASH.match(text)) if group.role == "item" else None
    return Block(text[bullet.end() :] if bullet else text, group.role)
