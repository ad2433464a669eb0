"""The words of an excerpt that answer the question, as they are shown: always a slice of the excerpt."""

import regex

from retrieval.model import Citation
from retrieval.present.inert import inert

# Above this share of the excerpt's characters the words that answer say no more by themselves than the excerpt does.
# Our choice.
_NEARLY_WHOLE = 0.8
# A character as people see it (Unicode, UAX #29): no mark of ours parts a letter from its accent.
_CHARACTER = regex.compile(r"\X")


def split_at_highlight(citation: Citation) -> tuple[str, str, str] | None:
    """The excerpt, inert, as what stands before the words that answer, these words, and what follows them.

    The words are widened to whole characters, and begin and end without spaces. None where there are no such words,
    where their offsets are not within the excerpt, or where the parts would not be shown as the whole is.
    """
    highlight, exact = citation.highlight, citation.exact
    if highlight is None:
        return None
    start, end = highlight.start - citation.start, highlight.end - citation.start
    if not 0 <= start < end <= len(exact):
        return None
    places = [0, *(character.end() for character in _CHARACTER.finditer(exact))]
    start, end = max(place for place in places if place <= start), min(place for place in places if place >= end)
    before, words, after = inert(exact[:start]), inert(exact[start:end]), inert(exact[end:])
    shown = words.strip()
    if not shown or f"{before}{words}{after}" != inert(exact):
        return None
    left, _, right = words.partition(shown)
    return before + left, shown, right + after


def answering_words(citation: Citation) -> str | None:
    """The words that answer, on one line, to stand before the excerpt; None for unsure ones or nearly all of it."""
    parts, highlight = split_at_highlight(citation), citation.highlight
    if parts is None or highlight is None or not highlight.sure:
        return None
    if len(parts[1]) > _NEARLY_WHOLE * len("".join(parts)):
        return None
    return " ".join(parts[1].split())
