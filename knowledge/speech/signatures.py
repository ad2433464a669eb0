"""Names that stand by words without a verb: “…” —Laura Bennett, “…” (Elena Cano, tesorera), "From treasurer X:" “…”."""

from knowledge.model import Paragraph
from knowledge.speech.reading import Reading
from knowledge.tokens import index_at

_LONGEST = 90
"""Characters of a signature; our choice, with room for a name, a role and a place."""
_DASHES = "—–―"
_PUNCTUATION = " \t\u00a0.,;"
_MARKS = frozenset('“”«»"')
Span = tuple[int, int]


def signature(reading: Reading, right: int, paragraph: Paragraph, following: Paragraph | None) -> Span | None:
    """Return where the name stands that signs words ending at `right`, in their paragraph or as the next one."""
    text = reading.text
    start = _past(text, right, min(paragraph.end, right + _LONGEST), _PUNCTUATION)
    if start < paragraph.end and text[start] == "(":
        end = text.find(")", start, min(paragraph.end, start + _LONGEST))
        return _named(reading, start + 1, end) if end > 0 else None
    if start < paragraph.end and text[start] in _DASHES:
        return _signed(reading, start, paragraph.end)
    if start >= paragraph.end and following and text[following.start] in _DASHES:
        return _signed(reading, following.start, following.end)
    return None


def introduction(reading: Reading, left: int, paragraph: Paragraph, previous: Paragraph | None) -> Span | None:
    """Return the name with its role that ends in a colon before words beginning at `left`, or as the paragraph before.

    "From Treasurer Helen Carter:" and "Del consejero de Industria, Nicanor Abascal:" have no verb of saying.
    """
    text = reading.text
    own = any(letter.isalnum() for letter in text[paragraph.start : min(left, paragraph.start + _LONGEST)])
    start, end = (paragraph.start, left) if own else (previous.start, previous.end) if previous else (left, left)
    if end - start > _LONGEST:
        return None
    words = text[start:end].rstrip(_PUNCTUATION)
    if not words.endswith(":") or not _MARKS.isdisjoint(words):
        return None
    colon = start + len(words) - 1
    first, last = index_at(reading.tokens, start), index_at(reading.tokens, colon)
    first = max((at for at in range(first, last) if reading.tokens[at].start in reading.sentence_starts), default=first)
    while first < last and reading.key(first) in reading.lexicon.leading | reading.lexicon.prepositions:
        first += 1
    if first >= last or not _ends_in_name(reading, first, last):
        return None
    return _named(reading, reading.tokens[first].start, colon)


def _ends_in_name(reading: Reading, first: int, last: int) -> bool:
    """Say whether nothing follows the last name of a stretch but what its bearer is: "Ann Ross, of the council"."""
    names = [reading.name_at[at] for at in range(first, last) if at in reading.name_at]
    if not names or all(reading.is_ordinary(name) for name in names):
        return False
    if reading.key(last - 1) == ")" and names[0].first == first:
        return True  # "Ann Ross, who runs Aura (in a letter):"
    rest = range(names[-1].last, last)
    known = reading.lexicon.articles | reading.lexicon.prepositions | reading.lexicon.modifiers | reading.lexicon.people
    return all(not reading.tokens[at].is_word or reading.is_role(at) or reading.key(at) in known for at in rest)


def _signed(reading: Reading, dash: int, end: int) -> Span | None:
    start = _past(reading.text, dash, end, _DASHES + " \t\u00a0*_")
    return _named(reading, start, end) if end - start <= _LONGEST else None


def _named(reading: Reading, start: int, end: int) -> Span | None:
    """Return a stretch without outer punctuation if it holds a name and no verb of saying before it."""
    for index in range(index_at(reading.tokens, start), index_at(reading.tokens, end)):
        if index in reading.name_at:
            words = reading.text[start:end].rstrip(_PUNCTUATION + "*_")
            return start, start + len(words)
        if index in reading.verb_at:
            return None
    return None


def _past(text: str, start: int, end: int, marks: str) -> int:
    while start < end and text[start] in marks:
        start += 1
    return start
