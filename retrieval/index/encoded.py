"""What the encoder reads of a passage: the title of its source, then its text, in which sentences and quotes lie.

A paragraph seldom names what its article is about. With the title before it the right paragraph of an article comes
first for 0.630 of the written development questions in place of 0.559, and for 0.739 of those on the bundled base in
place of 0.733.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from knowledge.marks import note_marks
from knowledge.model import Language, Segments
from knowledge.store import Store
from retrieval.index.encoding_store import Spans, text_digest

# Characters of a title that are read. Our choice: twice as many as a long headline has, and a third of a passage.
_TITLE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class EncodedPart:
    """A sentence or quote of a passage: its id, and where it lies in the encoded text."""

    id: int
    span: tuple[int, int]
    is_quote: bool


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """A passage: its id, language and words, the text that is encoded for it, the key of its encoding, and its parts.

    One that is not stored yet has the id 0, as its parts have.
    """

    id: int
    language: Language
    words: str
    text: str
    key: bytes
    parts: tuple[EncodedPart, ...]

    @property
    def spans(self) -> Spans:
        """Return the places of the parts in the encoded text, each once, in order."""
        return tuple(sorted({part.span for part in self.parts}))


def encoded_passages(store: Store, ids: Iterable[int], *, title: str | None = None) -> Iterator[EncodedPassage]:
    """Yield these passages, by id, with their sentences and quotes as parts; under their sources' titles, or this."""
    passages = store.passages(ids)
    titles = store.titles({passage.source for passage in passages.values()})
    parts = defaultdict(list)
    for sentence in store.sentences(passages):
        parts[sentence.passage].append((sentence.id, sentence.span.start, sentence.span.end, False))
    for quote in store.quotes(passages):
        parts[quote.passage].append((quote.id, quote.span.start, quote.span.end, True))
    for passage_id, passage in sorted(passages.items()):
        span = passage.span
        words = store.snapshot(span.snapshot).text[span.start : span.end]
        own_title = title or titles[passage.source]
        yield _encoded(own_title, words, passage.language, passage_id, span.start, parts[passage_id])


def planned_passages(text: str, title: str, segments: Segments) -> Iterator[EncodedPassage]:
    """Yield the passages of a document that is about to be stored under a title."""
    starts = [start for start, *_ in segments.passages]
    parts = defaultdict(list)
    for start, end, _ in segments.sentences:
        parts[bisect_right(starts, start) - 1].append((0, start, end, False))
    for quote in segments.quotes:
        parts[bisect_right(starts, quote.start) - 1].append((0, quote.start, quote.end, True))
    for number, ((start, end, *_), language) in enumerate(zip(segments.passages, segments.languages, strict=True)):
        yield _encoded(title, text[start:end], language, 0, start, parts[number])


def _encoded(
    title: str,
    words: str,
    language: Language,
    passage: int,
    begin: int,
    parts: Sequence[tuple[int, int, int, bool]],
) -> EncodedPassage:
    """Return a passage that begins at `begin`, as its parts' ids, starts, ends and kinds do, of a source."""
    opening = f"{title[:_TITLE_CHARACTERS]}. "
    plain, place = without_marks(words)
    text = opening + plain
    own = tuple(
        EncodedPart(part, (len(opening) + place(start - begin), len(opening) + place(end - begin)), is_quote)
        for part, start, end, is_quote in sorted(parts, key=itemgetter(0, 1))
    )
    return EncodedPassage(passage, language, words, text, text_digest(text), own)


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
