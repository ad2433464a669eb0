"""Stretches of a text between paired quotation marks, whoever put them there and whatever they enclose."""

import re
from collections.abc import Callable, Iterator

_CLOSING = {"“": "”", "«": "»", '"': '"'}
_OPENING = re.compile('[“«"]')
_TURNED = re.compile("[“«]")


def quoted_spans(text: str, *, straight: bool = True) -> Iterator[tuple[int, int]]:
    """Yield where each stretch from an opening mark to the next closing one of its kind stands, with its marks.

    None is empty, and none lies in another; `straight`: those between straight marks too. No pattern does this in time
    that grows with the text alone: of many opening marks without a closing one it looks for that one from each.
    """
    mark = _OPENING if straight else _TURNED
    missing: set[str] = set()
    position = 0
    while opening := mark.search(text, position):
        position = opening.end()
        closing = _CLOSING[opening.group()]
        end = -1 if closing in missing else text.find(closing, position)
        if end < 0:
            missing.add(closing)
        elif end > position:
            position = end + 1
            yield opening.start(), position


def quoted_words(text: str) -> list[str]:
    """Return the words between the marks of each stretch, in order."""
    return [text[start + 1 : end - 1] for start, end in quoted_spans(text)]


def replace_quoted(text: str, replacement: Callable[[str], str]) -> str:
    """Replace each stretch of a text, marks included, by what `replacement` makes of it."""
    parts: list[str] = []
    position = 0
    for start, end in quoted_spans(text):
        parts += (text[position:start], replacement(text[start:end]))
        position = end
    return "".join((*parts, text[position:]))
