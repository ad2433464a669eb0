"""Comparison of a quotation with the wordings of the sources and their speakers.

Words are compared first: they are the same (`verbatim`) or nearly so (`altered`, with the differences). Where there are
no such words, meanings are compared: a quote may say the same in other words or the other language (`paraphrase`). Only
successive words of the source are verbatim, or such parts of the same quote joined by ellipses.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.known_names import means_name
from knowledge.model import FullPassage, Quote, Source
from knowledge.numbers import canonical, numbers
from knowledge.terms import stopwords
from retrieval.check.names import names
from retrieval.check.paraphrase import likeness, probability
from retrieval.model import Evidence, Note, NoteKind, QuoteResultKind
from retrieval.models.reader import Reader
from retrieval.search.base import Base
from retrieval.search.question import Question
from retrieval.words.alignment import (
    Alignment,
    Difference,
    Occurrence,
    Word,
    align,
    find,
    is_negation_or_limit,
    lacks_few_words,
    read_words,
)

# Passages whose quotes and text are compared word by word, and the most similar quotes whose passages are added. Our
# choice: the passage of a quotation that was altered may be ranked lower than that of a question's answer.
PASSAGES, NEAREST_QUOTES = 30, 30
# The least similarity of words (0 to 1) of an altered quotation. Below it, altered quotations of the test suite and
# paraphrases of the development set overlap; see tests/benchmarks/quotations.py.
ALTERED = 0.6
# The highest similarity that is shown of an altered quotation, also where only a word at its edge is missing. Our
# choice: 1 is for verbatim words.
_MOST_ALTERED_SIMILARITY = 0.99
# Least probability of a paraphrase, and the number of quotes, the most similar, that are compared by meaning. Our
# choice; `python -m retrieval.train.calibrate paraphrase` prints the effect of other probabilities.
SAME_MEANING, COMPARED = 0.7, 3
# A negation or restriction so few words before a part must be quoted with it. Our choice.
_WORDS_BEFORE = 3
# Words of the longest verbatim match with the note that it is short. Our choice: so few may be in anybody's text.
_MOST_SHORT_WORDS = 3


@dataclass(frozen=True, slots=True)
class Wording:
    """A quote or a passage of a source, whose text a quotation is compared with; `start` is its offset.

    `likeness` is the cosine of a quote with the quotation, 0 for a passage.
    """

    quote: Quote | None
    passage: FullPassage
    source: Source
    start: int
    text: str
    words: tuple[Word, ...]
    likeness: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison of a quotation with a wording; the match is `snapshot[start:end]`."""

    kind: QuoteResultKind
    wording: Wording
    start: int
    end: int
    similarity: float
    differences: tuple[Difference, ...]
    notes: tuple[Note, ...]


def wordings(base: Base, quotation: Question, evidence: Sequence[Evidence]) -> list[Wording]:
    """Return the quotes and texts of the passages of evidence, and of those of the most similar quotes.

    Raises IndexUnreachable where the vector index cannot be searched.
    """
    hits = [hit.id for hit in base.index.quotes.search(quotation.vector, NEAREST_QUOTES)]
    holders = base.store.passages_of(hits)
    passages = {item.passage.id: item.passage for item in evidence}
    near = [holders[quote] for quote in hits if holders[quote] not in passages]
    passages |= base.store.read_passages(near)
    cosines = base.index.cosines(quotation.vector, passages)
    return [wording for passage in passages.values() for wording in _passage_wordings(base, passage, cosines)]


def _passage_wordings(base: Base, passage: FullPassage, cosines: Mapping[int, float]) -> Iterator[Wording]:
    source = base.sources[passage.source]
    for quote in (*passage.quotes, None):
        span = passage.span if quote is None else quote.span
        text = passage.snapshot.text[span.start : span.end]
        likeness = 0.0 if quote is None else cosines.get(quote.id, 0.0)
        if words := tuple(read_words(text)):
            yield Wording(quote, passage, source, span.start, text, words, likeness)


def compare(text: str, speaker: str | None, wordings: Sequence[Wording]) -> Comparison | None:
    """Return the comparison of a quotation with the wording that is most similar in words; None below ALTERED."""
    exact = _without_repeats([_verbatim(text, wording) for wording in wordings], wordings)
    if exact:
        whole = any(_is_verbatim(comparison) and _is_whole_quote(comparison) for comparison in exact)
        # A quote of which a word at an edge is missing comes before a longer one that contains the quotation.
        altered = [] if whole else [comparison for comparison in exact if not _is_verbatim(comparison)]
        best = min(altered or exact, key=lambda item: (not _is_verbatim(item), *_preference(item, speaker)))
        return _with_speaker(best, speaker)
    altered = _without_repeats([_altered(text, wording) for wording in wordings], wordings)
    if not altered:
        return None
    # Similarities that differ by less than a hundredth count as equal: our choice.
    best = min(altered, key=lambda item: (-round(item.similarity, 2), *_preference(item, speaker)))
    return _with_speaker(best, speaker)


def _without_repeats(comparisons: Sequence[Comparison | None], wordings: Sequence[Wording]) -> list[Comparison]:
    """Return the comparisons that are not None, without those with passages whose match lies within a quote.

    Words missing at the edge of a quote are differences from the quote, but not from its passage.
    """
    quote_spans = [
        (wording.source.id, wording.start, wording.start + len(wording.text))
        for wording in wordings
        if wording.quote is not None
    ]

    def is_in_quote(comparison: Comparison) -> bool:
        own_source = comparison.wording.source.id
        return any(
            own_source == source and start <= comparison.start and comparison.end <= end
            for source, start, end in quote_spans
        )

    return [
        comparison
        for comparison in comparisons
        if comparison is not None and (comparison.wording.quote is not None or not is_in_quote(comparison))
    ]


def paraphrase(
    base: Base, reader: Reader, quotation: Question, speaker: str | None, wordings: Sequence[Wording]
) -> Comparison | None:
    """Return the comparison with the quote that most probably says the same.

    A quote whose translation contains the quotation is returned at once. None where no quote says the same.
    """
    quotes = spoken_by(wordings, speaker)
    for wording, quote in quotes:
        for translation in quote.translations:
            if find(quotation.text, read_words(translation.text)) is not None:
                return _paraphrase_of(wording, 1.0, (Note("our translation", source=translation.by),))
    best: Comparison | None = None
    for wording, _ in sorted(quotes, key=lambda pair: -pair[0].likeness)[:COMPARED]:
        same = probability(likeness(quotation, wording.text, base.encoder, reader))
        if same >= SAME_MEANING and (best is None or same > best.similarity):
            best = _paraphrase_of(wording, same, ())
    return best


def spoken_by(wordings: Sequence[Wording], speaker: str | None) -> list[tuple[Wording, Quote]]:
    """Return the wordings that are quotes, with these; of this speaker where one is given."""
    quotes = [(wording, wording.quote) for wording in wordings if wording.quote is not None]
    return [(wording, quote) for wording, quote in quotes if speaker is None or _is_by(wording, speaker)]


def _verbatim(text: str, wording: Wording) -> Comparison | None:
    """Compare a quotation with the wording that contains its words; None where it does not.

    It is verbatim, unless it leaves out words that change the meaning: then it is altered.
    """
    occurrence = find(text, wording.words)
    if occurrence is None:
        return None
    skipped = [word.key for first, last in occurrence.skipped for word in wording.words[first:last]]
    if occurrence.skipped and (wording.quote is None or any(map(is_negation_or_limit, skipped))):
        # An ellipsis that joins several quotes, or skips a negation.
        return _altered_by(text, wording, "ellipsis") if skipped else None
    if _lacks_edge(wording, occurrence):
        return _altered_by(text, wording, "edge")
    words = wording.words[occurrence.first : occurrence.last]
    notes = []
    if wording.quote is not None and len(words) < len(wording.words):
        notes.append(Note("part", source=wording.text))
    if len(words) <= _MOST_SHORT_WORDS:
        notes.append(Note("short"))
    start, end = wording.start + words[0].start, wording.start + words[-1].end
    matched = wording.text[words[0].start : words[-1].end]
    return Comparison(QuoteResultKind.VERBATIM, wording, start, end, 1.0, (("=", matched),), tuple(notes))


def _lacks_edge(wording: Wording, occurrence: Occurrence) -> bool:
    """Say whether a word or two at the edges of a quote are missing, or a negation right before any wording.

    "Not an open model" is not to be quoted from "open model" on.
    """
    if wording.quote is not None and lacks_few_words(occurrence, wording.words):
        return True
    first = occurrence.first
    before = wording.words[max(0, first - _WORDS_BEFORE) : first]
    between = wording.text[wording.words[max(0, first - 1)].end : wording.words[first].start]
    return any(is_negation_or_limit(word.key) for word in before) and not any(mark in between for mark in ".;:!?")


def _altered(text: str, wording: Wording) -> Comparison | None:
    """Compare a quotation with a wording by alignment; None where too few words are the same."""
    alignment = align(text, wording.text, wording.words)
    if alignment.similarity < ALTERED or alignment.first == alignment.last:
        return None
    # The same share of words that are not function words must be in both.
    content = [word.key for word in read_words(text) if word.key not in stopwords("und")]
    aligned = {word.key for word in wording.words[alignment.first : alignment.last]}
    if sum(key in aligned for key in content) < ALTERED * len(content):
        return None
    return _altered_comparison(text, wording, alignment, [])


def _altered_by(text: str, wording: Wording, kind: NoteKind) -> Comparison:
    return _altered_comparison(text, wording, align(text, wording.text, wording.words), [Note(kind)])


def _altered_comparison(text: str, wording: Wording, alignment: Alignment, notes: Sequence[Note]) -> Comparison:
    first, last = wording.words[alignment.first], wording.words[alignment.last - 1]
    return Comparison(
        kind=QuoteResultKind.ALTERED,
        wording=wording,
        start=wording.start + first.start,
        end=wording.start + last.end,
        similarity=min(alignment.similarity, _MOST_ALTERED_SIMILARITY),
        differences=alignment.differences,
        notes=(*notes, *_change_notes(text, wording, alignment)),
    )


def _change_notes(text: str, wording: Wording, alignment: Alignment) -> Iterator[Note]:
    """Yield notes on the changes that matter most: of negations, numbers and names."""
    added, lost = (_negations(alignment.differences, operation) for operation in ("-", "+"))
    if added != lost:
        yield Note("negation differs", added, lost)
    aligned = wording.text[wording.words[alignment.first].start : wording.words[alignment.last - 1].end]
    quoted_numbers, source_numbers = (
        {canonical(number) for number in numbers(part, wording.passage.language)} for part in (text, aligned)
    )
    if quoted_numbers != source_numbers:
        yield Note("number differs", _listed(quoted_numbers - source_numbers), _listed(source_numbers - quoted_numbers))
    quoted_names, source_names = ({name.text for name in names(part)} for part in (text, aligned))
    if quoted_names - source_names and source_names - quoted_names:
        yield Note("name differs", _listed(quoted_names - source_names), _listed(source_names - quoted_names))


def _negations(differences: Sequence[Difference], operation: str) -> str:
    """Return the negations and restrictions among the words of an operation, each once."""
    words = [word for own_operation, text in differences if own_operation == operation for word in read_words(text)]
    return " ".join(dict.fromkeys(word.key for word in words if is_negation_or_limit(word.key)))


def _listed(words: set[str]) -> str:
    return ", ".join(sorted(words))


def _with_speaker(comparison: Comparison, speaker: str | None) -> Comparison:
    """Return a comparison with notes on its speaker, and the kind `other speaker` where it is not the one given."""
    wording, notes = comparison.wording, [*comparison.notes]
    if wording.quote is None:
        notes.append(Note("own words", source=wording.source.author or wording.source.publisher or ""))
    else:
        if not wording.quote.direct:
            notes.append(Note("reported", source=wording.quote.speaker or ""))
        if wording.quote.speaker is None:
            notes.append(Note("unnamed"))
    other = speaker is not None and not _is_by(wording, speaker)
    return replace(comparison, kind=QuoteResultKind.OTHER_SPEAKER if other else comparison.kind, notes=tuple(notes))


def _paraphrase_of(wording: Wording, similarity: float, notes: tuple[Note, ...]) -> Comparison:
    end = wording.start + len(wording.text)
    return Comparison(QuoteResultKind.PARAPHRASE, wording, wording.start, end, similarity, (), notes)


def _preference(comparison: Comparison, speaker: str | None) -> tuple[bool, bool, bool, int, str, int]:
    """Return a key that sorts equal matches: by the speaker given, by a named one, direct, nearer to the origin."""
    wording = comparison.wording
    quote = wording.quote
    by_speaker = speaker is not None and _is_by(wording, speaker)
    named = quote is not None and quote.speaker is not None
    direct = quote is not None and quote.direct
    # A collected quotation is nearer to its origin than an article or a brief that repeats it.
    rank = {"quotation": 0, "article": 1, "brief": 2}[wording.source.kind]
    return not by_speaker, not named, not direct, rank, wording.source.id, comparison.start


def _is_verbatim(comparison: Comparison) -> bool:
    return comparison.kind is QuoteResultKind.VERBATIM


def _is_whole_quote(comparison: Comparison) -> bool:
    quote = comparison.wording.quote
    return quote is not None and (comparison.start, comparison.end) == (quote.span.start, quote.span.end)


def _is_by(wording: Wording, speaker: str) -> bool:
    """Say whether a quote is by this speaker, or a passage by this author."""
    name = wording.quote.speaker if wording.quote else wording.source.author
    return bool(name and means_name(speaker, name))
