"""Segmentation of paragraphs into sentences and passages, as offsets into the text they came from."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.boundaries import ends
from knowledge.model import Language, Paragraph, ParagraphRole, Segments

LONGEST_SENTENCE = 1000
"""Characters: what has no end before this (tables, lists, text without stops) is cut at white space. Our choice."""
LONGEST_PASSAGE: dict[Language, int] = {"en": 1000, "es": 740, "und": 740}
"""Characters. The encoder reads 256 word pieces (all-MiniLM-L6-v2); on the measured articles a piece is 4.2 to 4.8
characters of English prose, but 3.0 of Spanish, in whose words its English vocabulary sees more pieces."""
MOST_WORDS = 150
"""Words of a passage made of several paragraphs; the vector of more is too general. Our choice."""
FEW_WORDS = 25
"""Words below which a paragraph says too little on its own and joins its neighbours; our choice."""
MOST_SHORT_WORDS = 90
"""Words of a passage of several short paragraphs, so that an article of such is not one passage. Measured on 30 written
passages with a line for each sentence, with 150 · 90 · 60 words at most: of 180 claims that they support or contradict
70 · 62 · 45 were decided rightly and 3 · 2 · 4 the wrong way round, of 120 questions the paragraph that answers came
first for 63 · 64 · 64. Alone, short paragraphs leave the reader without names: 16 claims of 180."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, or a run of sentences of one that is too long for a passage."""

    start: int
    end: int
    number: int
    role: ParagraphRole
    words: int
    leads: bool
    """Whether it introduces what follows, by ending in a colon."""
    time: str | None


def sentences(text: str, paragraph: Paragraph, *, language: Language) -> list[tuple[int, int]]:
    """Return the sentences of a paragraph in order, as (start, end) in the text.

    They begin and end on visible characters, do not overlap, and together hold every visible character of the
    paragraph. None is longer than LONGEST_SENTENCE.
    """
    body = text[paragraph.start : paragraph.end]
    if paragraph.role == "table":
        cuts = [match.end() for match in re.finditer(r"\n", body)]
    elif paragraph.role in ("text", "item", "note", "question"):
        cuts = ends(body, language=language)
    else:
        cuts = []
    parts: list[tuple[int, int]] = []
    for start, end in _worded(body, _between(body, 0, [*cuts, len(body)])):
        parts.extend(_bounded(body, start, end))
    return [(paragraph.start + start, paragraph.start + end) for start, end in parts]


def segment(text: str, paragraphs: Sequence[Paragraph], *, language: Language) -> Segments:
    """Return the sentences of all paragraphs and the passages made of them; quotes are left empty.

    A passage is a paragraph, a merge of adjacent short ones (a heading or an interview's question with what follows it,
    list items and table rows with each other, of one update, and no note with other text), or a part of a very long
    one, cut between sentences. Passages do not overlap, cover every paragraph, stay under LONGEST_PASSAGE unless one
    sentence is longer, and each sentence lies in exactly one.
    """
    limit = LONGEST_PASSAGE[language]
    sentence_spans: list[tuple[int, int, int]] = []
    pieces: list[Piece] = []
    for number, paragraph in enumerate(paragraphs, 1):
        spans = sentences(text, paragraph, language=language)
        sentence_spans.extend((start, end, number) for start, end in spans)
        room = limit - _heading_length(pieces, paragraph)
        pieces.extend(_pieces(text, spans, paragraph, number=number, limit=room))
    groups = _groups(pieces, limit=limit)
    passages = tuple((group[0].start, group[-1].end, group[0].number, group[-1].number) for group in groups)
    return Segments(passages, tuple(sentence_spans))


def _heading_length(pieces: Sequence[Piece], paragraph: Paragraph) -> int:
    """Return the characters from the headings right before a paragraph to its beginning; half a passage at most."""
    start = paragraph.start
    for piece in reversed(pieces):
        if piece.role != "heading" or paragraph.role == "heading":
            break
        start = piece.start
    return min(paragraph.start - start, LONGEST_PASSAGE["und"] // 2)


def _pieces(
    text: str, spans: Sequence[tuple[int, int]], paragraph: Paragraph, *, number: int, limit: int
) -> Iterator[Piece]:
    """Yield the sentences of one paragraph in runs of about equal length, each under the limit where it can be."""
    if not spans:
        return
    whole = spans[-1][1] - spans[0][0]
    share = whole / -(-whole // limit)  # equal parts: no crumb is left at the end
    run = [spans[0]]
    for span in spans[1:]:
        length = span[1] - run[0][0]
        # A sentence goes to the part in which more than half of it would lie.
        if length > limit or length - (span[1] - span[0]) / 2 > share:
            yield _piece(text, run, number, paragraph)
            run = []
        run.append(span)
    yield _piece(text, run, number, paragraph)


def _piece(text: str, run: Sequence[tuple[int, int]], number: int, paragraph: Paragraph) -> Piece:
    start, end = run[0][0], run[-1][1]
    leads = text[end - 1] in ":："
    return Piece(start, end, number, paragraph.role, len(text[start:end].split()), leads, paragraph.time)


def _groups(pieces: Sequence[Piece], *, limit: int) -> list[list[Piece]]:
    """Return the pieces put together into passages."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        if groups and _joins(groups[-1], piece) and _fits(groups[-1], piece, limit=limit):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _fits(group: Sequence[Piece], piece: Piece, *, limit: int) -> bool:
    if piece.end - group[0].start > limit:
        return False
    words = sum(part.words for part in group if part.role != "heading")
    return words == 0 or words + piece.words <= MOST_WORDS


def _joins(group: Sequence[Piece], piece: Piece) -> bool:
    """Say whether a piece belongs with the group before it."""
    last = group[-1]
    if piece.time != last.time or (piece.role == "note") != (last.role == "note"):
        return False
    # What leads to what follows: headings, and in an interview the question to its answer.
    for role in ("heading", "question"):
        if piece.role == role:
            return all(part.role in ("heading", role) for part in group)
    if last.role in ("heading", "question") or last.leads:
        return True
    if piece.role in ("item", "table") and piece.role == last.role:
        return True
    if piece.number == last.number:
        return False
    # A short paragraph joins the one before; one that introduces the next joins that instead.
    words = sum(part.words for part in group)
    if words >= FEW_WORDS and (piece.words >= FEW_WORDS or piece.leads):
        return False
    is_pair = len(group) == 1 and max(words, piece.words) >= FEW_WORDS
    return is_pair or words + piece.words <= MOST_SHORT_WORDS


def _between(body: str, start: int, cuts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the stretches that end at each cut, without white space around them; empty ones are left out."""
    for cut in cuts:
        stretch = body[start:cut]
        visible = stretch.strip()
        if visible:
            begin = start + len(stretch) - len(stretch.lstrip())
            yield begin, begin + len(visible)
        start = cut


def _worded(body: str, spans: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans with those that hold no letter or digit (a stray mark, a rule) joined to their neighbour."""
    joined: list[tuple[int, int]] = []
    bare: int | None = None
    for start, end in spans:
        if any(character.isalnum() for character in body[start:end]):
            joined.append((start if bare is None else bare, end))
            bare = None
        elif joined:
            joined[-1] = (joined[-1][0], end)
        else:
            bare = start if bare is None else bare
    if bare is not None:
        joined.append((bare, len(body.rstrip())))
    return joined


def _bounded(body: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a span in parts of at most LONGEST_SENTENCE, cut at a line end, else at white space, else anywhere."""
    while end - start > LONGEST_SENTENCE:
        window = body[start : start + LONGEST_SENTENCE + 1]
        # Not in the first half, so that a break near the beginning leaves no crumb.
        breaks = [match.start() for match in re.finditer(r"\n", window) if match.start() > LONGEST_SENTENCE // 2]
        spaces = breaks or [match.start() for match in re.finditer(r"\s", window) if match.start() > 0]
        cut = start + (spaces[-1] if spaces else _hard_cut(window))
        yield from _between(body, start, [cut])
        start = cut + len(body[cut:end]) - len(body[cut:end].lstrip())
    yield start, end


def _hard_cut(window: str) -> int:
    """Return where to cut a run without white space: before no combining mark, which belongs to its letter."""
    cut = LONGEST_SENTENCE
    while cut > LONGEST_SENTENCE // 2 and unicodedata.combining(window[cut]):
        cut -= 1
    return cut if cut > LONGEST_SENTENCE // 2 else LONGEST_SENTENCE
