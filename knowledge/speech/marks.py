"""Pairs of quotation marks, also damaged ones, whatever they enclose: speech, titles, scare quotes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_FAMILY = {**dict.fromkeys('“”„‟"', "double"), **dict.fromkeys("«»", "angle"), **dict.fromkeys("‹›", "small angle")}
"""Marks that may pair. Machine translation mixes straight with curly marks and their directions, but not the shapes."""
_OPENING = "“„‟«‹"
_MARKS = re.compile(r"[“”„‟\"]+|[«»]+|[‹›]+|[‘’']")
_SINGLE = "‘’'"
_BEFORE_OPENING = "([{¿¡—–-/:"
_AFTER_CLOSING = ",.;:?!)]}…—–-/'’"
_SENTENCE_ENDS = ".?!…,;"
# Words that begin with an apostrophe, so that it opens no quotation: 'twas, '90s.
_ELISION = re.compile(r"(?:tis|twas|twere|twill|em|til|bout|cause|cuz|round|n|\d+s?)\b", re.IGNORECASE)

Facing = Literal["open", "close", "either"]


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch between quotation marks: `start` to `end` without marks and outer white space, `left` to `right` with.

    `closed` is False where the closing mark is missing: the stretch then ends before the next opening mark, or with
    its paragraph (`runs_on`), as a quotation does that the next paragraph continues.
    """

    left: int
    start: int
    end: int
    right: int
    paragraph: int
    closed: bool = True
    runs_on: bool = False


@dataclass(slots=True)
class _Opened:
    """An opening mark that waits for its closing one."""

    left: int
    inner: int
    family: str
    depth: int = 0
    last_close: tuple[int, int] | None = None


def marked_stretches(text: str, start: int, end: int, *, paragraph: int, again: str = "") -> list[Marked]:
    """Return the outermost stretches between quotation marks of one paragraph, in order, never overlapping.

    `again` is the mark with which the next paragraph opens: a single one that is not closed is a quotation's only then.
    """
    stretches = []
    for left, inner, inner_end, right, closed, runs_on in _pairs(text[start:end], again):
        content = text[start + inner : start + inner_end]
        visible = content.strip()
        if visible:
            begin = start + inner + len(content) - len(content.lstrip())
            finish = begin + len(visible)
            stretches.append(Marked(start + left, begin, finish, start + right, paragraph, closed, runs_on))
    return stretches


def opening_mark(text: str, start: int) -> str:
    """Return the mark with which a paragraph continues the quotation of the paragraph before, or ""."""
    return text[start] if text[start] in _FAMILY or text[start] in "‘'" else ""


_Stretch = tuple[int, int, int, int, bool, bool]


def _pairs(body: str, again: str) -> Iterator[_Stretch]:
    """Yield (left, inner start, inner end, right, closed, runs on) of each outermost stretch."""
    marks = list(_MARKS.finditer(body))
    straight = sum(mark.group() == '"' for mark in marks)
    opened: _Opened | None = None
    free_from = 0
    for number, mark in enumerate(marks):
        straight -= mark.group() == '"'
        if mark.start() < free_from:
            continue
        family = _FAMILY.get(mark.group()[0], "single")
        if opened is None:
            if family != "single":
                opened = _Opened(mark.start(), mark.end(), family) if _opens(body, mark) else None
            elif stretch := _single_stretch(body, marks, number, again):
                yield stretch
                free_from = stretch[3]
        elif family == opened.family and not _is_inch(body, mark, remaining=straight):
            finished, opened = _after_mark(body, opened, mark, has_more=number + 1 < len(marks))
            if finished:
                yield finished
    if opened and opened.last_close:
        yield opened.left, opened.inner, *opened.last_close, True, False
    elif opened:
        yield opened.left, opened.inner, len(body), len(body), False, True


def _after_mark(
    body: str, opened: _Opened, mark: re.Match[str], *, has_more: bool
) -> tuple[_Stretch | None, _Opened | None]:
    """Return the stretch that a mark within an open one finishes, or None, and the one that is open after it."""
    facing = _facing(body, mark)
    before = _visible_before(body, mark.start(), opened.inner)
    reopens = mark.group() in ("”", "»", "›") or facing == "open"
    if before == ":" and reopens and has_more and mark.group() not in _OPENING:
        # A quotation does not end in a colon: `“The right reading is:” Open models …”`. What follows is the quotation.
        return None, _Opened(mark.start(), mark.end(), opened.family)
    if facing == "open" and mark.group()[0] not in "”»›":
        if before and before not in _SENTENCE_ENDS:
            opened.depth += 1  # a quotation within the sentence
            return None, opened
        return (
            (opened.left, opened.inner, mark.start(), mark.start(), False, False),
            _Opened(mark.start(), mark.end(), opened.family),
        )
    if opened.depth > 0 and len(mark.group()) <= opened.depth:
        opened.depth -= len(mark.group())
        opened.last_close = (mark.start(), mark.end())
        return None, opened
    return (opened.left, opened.inner, mark.start(), mark.end(), True, False), None


def _opens(body: str, mark: re.Match[str]) -> bool:
    """Say whether a mark outside any quotation opens one; a lone closing mark and an inch mark do not."""
    facing = _facing(body, mark)
    before = body[mark.start() - 1 : mark.start()]
    if mark.group()[0] in _OPENING:
        return facing != "close" or not before.strip()
    if facing == "open":
        return True
    if mark.group()[0] == '"':
        return facing == "either" and len(mark.group()) == 1 and not before.isalnum()
    return _visible_before(body, mark.start(), 0) == ":"


def _visible_before(body: str, at: int, start: int) -> str:
    """Return the letter or mark before an offset, "" where there is none after `start`."""
    while at > start and body[at - 1].isspace():
        at -= 1
    return body[at - 1] if at > start else ""


def _facing(body: str, mark: re.Match[str]) -> Facing:
    """Return the direction that the characters around a mark give it, whatever its shape."""
    before = body[mark.start() - 1] if mark.start() else " "
    after = body[mark.end() : mark.end() + 1] or " "
    ellipsis = body.startswith(("...", "…"), mark.end())
    solid = ellipsis or not (after.isspace() or after in _AFTER_CLOSING)
    if (before.isspace() or before in _BEFORE_OPENING or before in "‘'") and solid:
        return "open"
    if before.isspace() and after.isspace():
        return "either"
    return "either" if solid else "close"


def _is_inch(body: str, mark: re.Match[str], *, remaining: int) -> bool:
    """Say whether a straight mark within a quotation means inches: after a digit, with a closing mark to come."""
    before, after = body[mark.start() - 1 : mark.start()], body[mark.end() : mark.end() + 1]
    return mark.group() == '"' and before.isdigit() and after in (" ", "-", ")") and remaining % 2 == 1


def _single_stretch(body: str, marks: list[re.Match[str]], number: int, again: str) -> _Stretch | None:
    """Return what the single mark at `number` opens; without a closing one, where the next paragraph opens again."""
    mark = marks[number]
    if not _opens_single(body, mark):
        return None
    if closing := _single_close(body, marks, number):
        return mark.start(), mark.end(), closing.start(), closing.end(), True, False
    return (mark.start(), mark.end(), len(body), len(body), False, True) if mark.group() == again == "‘" else None


def _single_close(body: str, marks: list[re.Match[str]], number: int) -> re.Match[str] | None:
    """Return the mark that closes the single quotation opened at `number`, or None where that is an apostrophe.

    A mark before or after punctuation is preferred, since one after a bare s may be a possessive.
    """
    opening = marks[number]
    weak: re.Match[str] | None = None
    for index in range(number + 1, len(marks)):
        mark = marks[index]
        if mark.group() not in _SINGLE:
            continue
        after = body[mark.end() : mark.end() + 1]
        if after.isalnum():
            if _facing(body, mark) == "open" and mark.group() != "’":
                break  # the next quotation begins
            continue
        if body[mark.start() - 1] in ".,?!…;" or after in ("", ",", ".", ";", ":", "?", "!", ")"):
            return mark
        weak = weak or mark
    return weak if opening.group() == "‘" else None


def _opens_single(body: str, mark: re.Match[str]) -> bool:
    return mark.group() != "’" and _facing(body, mark) == "open" and not _ELISION.match(body, mark.end())
