"""What the encoder reads of a passage: the title of its source, then its text, in which sentences and quotes lie.

A paragraph seldom names what its article is about. With the title before it the right paragraph of an article comes
first for 0.630 of the written development questions in place of 0.559, and for 0.739 of those on the bundled base in
place of 0.733.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from knowledge.marks import note_marks
from knowledge.store import Store, Unit
from retrieval.index.encoding_store import part_digest, text_digest

# Characters of a title that are read. Our choice: twice as many as a long headline has, and a third of a passage.
_TITLE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class EncodedPart:
    """A sentence or quote of a passage: its id, where it lies in the encoded text, and the key of its vector."""

    id: int
    span: tuple[int, int]
    key: bytes


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """A passage: its id, the text that is encoded for it, the key of its vectors, and its parts."""

    id: int
    text: str
    key: bytes
    parts: tuple[EncodedPart, ...]


def encoded_passages(store: Store, units: Iterable[Unit]) -> Iterator[EncodedPassage]:
    """Yield the passages among the units, in the same order, with the sentences and quotes among them as parts."""
    titles = {source.snapshot: source.title for source in store.sources()}
    parts = defaultdict(list)
    passages = []
    for unit in units:
        if unit.kind == "passage":
            passages.append(unit)
        else:
            parts[unit.passage].append(unit)
    for passage in passages:
        span = passage.span
        title = f"{titles[span.snapshot][:_TITLE_CHARACTERS]}. "
        plain, place = without_marks(store.snapshot(span.snapshot).text[span.start : span.end])
        text = title + plain
        own = []
        for part in parts[passage.id]:
            start, end = (len(title) + place(offset - span.start) for offset in (part.span.start, part.span.end))
            own.append(EncodedPart(part.id, (start, end), part_digest(text, start, end)))
        yield EncodedPassage(passage.id, text, text_digest(text), tuple(own))


def unit_keys(passages: Iterable[EncodedPassage]) -> Iterator[tuple[int, bytes]]:
    """Yield the id of every passage and part, and the key of its vector."""
    for passage in passages:
        yield passage.id, passage.key
        yield from ((part.id, part.key) for part in passage.parts)


def without_marks(text: str) -> tuple[str, Callable[[int], int]]:
    """Return a text without its reference and note marks, and a function from its offsets to those in what is left.

    A text that is nothing but marks stays as it is; offsets outside of the text are those of its ends.
    """
    marks = [(len(text[:start].rstrip()), end) for start, end in note_marks(text)]
    edges = [0, *(edge for mark in marks for edge in mark), len(text)]
    plain = "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    if not plain:
        marks, plain = [], text

    def place(offset: int) -> int:
        inside = min(max(offset, 0), len(text))
        return inside - sum(min(inside, end) - start for start, end in marks if start < inside)

    return plain, place
