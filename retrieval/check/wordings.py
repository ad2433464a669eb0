"""The wordings of the sources with which a quotation is compared: their quotes, and the texts around them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.model import FullPassage, Quote, Source, part_holding
from retrieval.model import Evidence
from retrieval.search.base import Base
from retrieval.search.question import Question
from retrieval.words.alignment import Word, read_words

# Passages whose quotes and text are compared word by word, and the most similar quotes whose passages are added. Our
# choice: the passage of a quotation that was altered may be ranked lower than that of a question's answer.
PASSAGES, NEAREST_QUOTES = 30, 30


@dataclass(frozen=True, slots=True)
class Wording:
    """A quote or a passage of a source, whose text a quotation is compared with.

    `parts` are its spans in the snapshot, `text` is theirs with a space between two. `likeness` is the cosine of a
    quote with the quotation, 0 for a passage.
    """

    quote: Quote | None
    passage: FullPassage
    source: Source
    parts: tuple[tuple[int, int], ...]
    text: str
    words: tuple[Word, ...]
    likeness: float

    def place(self, offset: int) -> int:
        """Return the offset in the snapshot of the beginning or the end of a word, given that in `text`."""
        begins, number = self._part_at(offset)
        return self.parts[number][0] + offset - begins

    def part_of(self, word: int) -> int:
        """Return the number of the part in which a word, given by its own number, stands."""
        return self._part_at(self.words[word].start)[1]

    def between(self, word: int) -> str:
        """Return what stands in the snapshot between a word and the one before it, where there is one."""
        before, after = self.words[max(0, word - 1)].end, self.words[word].start
        return self.passage.snapshot.text[self.place(before) : self.place(after)]

    def _part_at(self, offset: int) -> tuple[int, int]:
        """Return where in `text` the part begins that an offset lies in or at the end of, and its number."""
        begins = 0
        for number, (start, end) in enumerate(self.parts):
            if offset <= begins + end - start:
                return begins, number
            begins += end - start + 1
        raise IndexError(offset)


def wordings(base: Base, quotation: Question, evidence: Sequence[Evidence]) -> list[Wording]:
    """Return the quotes and texts of the passages of evidence, and of those of the most similar quotes.

    Raises IndexUnreachable where the vector index cannot be searched.
    """
    hits = [hit.id for hit in base.index.quotes.search(quotation.vector, NEAREST_QUOTES)]
    holders = base.store.passages_of(hits)
    passages = {item.passage.id: item.passage for item in evidence}
    passages |= base.store.read_passages(holders[quote] for quote in hits if holders[quote] not in passages)
    begun = {quote.passage for passage in passages.values() for quote in passage.quotes}
    by_passage = base.index.cosines(quotation.vector, begun | passages.keys())
    cosines = {unit: cosine for own in by_passage.values() for unit, cosine in own.items()}
    listed: dict[int, Wording] = {}
    for passage in passages.values():
        for wording in _passage_wordings(base, passage, cosines):
            # A quote that reaches into several passages is compared as that of the first of them.
            unit = wording.passage.id if wording.quote is None else wording.quote.id
            listed.setdefault(unit, wording)
    return list(listed.values())


def _passage_wordings(base: Base, passage: FullPassage, cosines: Mapping[int, float]) -> Iterator[Wording]:
    source = base.sources[passage.source]
    for quote in (*passage.quotes, None):
        parts = ((passage.span.start, passage.span.end),) if quote is None else quote.parts
        text = " ".join(passage.snapshot.text[start:end] for start, end in parts)
        likeness = 0.0 if quote is None else cosines.get(quote.id, 0.0)
        if words := tuple(read_words(text)):
            yield Wording(quote, passage, source, parts, text, words, likeness)


def is_of_inner(wording: Wording, start: int, end: int, wordings: Iterable[Wording]) -> bool:
    """Say whether what stands between two offsets of a quote is direct speech of somebody named who is quoted in it.

    Where that somebody is not named, all that is known is who repeats the words, or said them ("I told him ‘no’").
    """
    outer = wording.quote
    within = (own.quote for own in wordings if own.quote and own.quote.within is not None and own.quote.direct)
    inner = (quote for quote in within if quote.speaker or quote.possible_speakers)
    return outer is not None and any(
        quote.id != outer.id
        and quote.span.snapshot == outer.span.snapshot
        and outer.span.start <= quote.span.start
        and quote.span.end <= outer.span.end
        and part_holding(quote.parts, start, end)
        for quote in inner
    )
