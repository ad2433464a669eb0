"""How much of its paragraph is shown around an excerpt."""

import re

from retrieval.model import Citation

MARK = "[…]"
"""Stands where we left out words of a source: never inside an excerpt."""

# Characters on either side: some two sentences of news prose, enough to see what an excerpt refers to.
_MOST = 240
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s)")
_SPACES = re.compile(r"\s+")


def surroundings(citation: Citation, *, most: int = _MOST) -> tuple[str, str]:
    """What stands before and after the excerpt in its paragraph, at most `most` characters each and our marks.

    Cut where a sentence ends, else between words, else anywhere. Nothing where the paragraph does not hold the
    excerpt's beginning.
    """
    context, exact = citation.context, citation.exact
    start = citation.start - citation.context_start
    if start < 0 or not context[start:] or not (exact.startswith(context[start:]) or context.startswith(exact, start)):
        return "", ""
    return _before(context[:start], most), _after(context[start + len(exact) :], most)


def cut_marks(citation: Citation) -> tuple[str, str]:
    """The marks, with a space, before and after an excerpt that begins or ends inside a sentence; else nothing."""
    return f"{MARK} " * citation.cut_before, f" {MARK}" * citation.cut_after


def sentence_starts(text: str) -> list[int]:
    """Where sentences begin in a text after its first, as far as their marks tell."""
    return [len(text) - len(text[end.end() :].lstrip()) for end in _SENTENCE_END.finditer(text)]


def _before(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    window = text[-most:]
    end = _SENTENCE_END.search(window) or _SPACES.search(window)
    return f"{MARK} {window[end.end() :].lstrip() if end else window}"


def _after(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    window = text[:most]
    ends = [end.end() for end in _SENTENCE_END.finditer(window)]
    ends = ends or [space.start() for space in _SPACES.finditer(window)]
    return f"{window[: ends[-1]] if ends else window} {MARK}"
