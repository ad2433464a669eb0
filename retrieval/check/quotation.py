"""Comparison of a quotation with the wordings of the sources and their speakers.

Words are compared first: they are the same (`verbatim`) or nearly so (`altered`, with the differences). Where there are
no such words, meanings are compared: a quote may say the same in other words or the other language (`paraphrase`). Only
successive words of a quote or of a text are verbatim, or such runs of the same quote joined by ellipses. The words with
which a text interrupts a quote are none of it, so that its parts are successive with them or without.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.known_names import means_name
from knowledge.model import FullPassage, Quote
from knowledge.numbers import canonical, numbers
from knowledge.quoted import quoted_spans
from knowledge.terms import stopwords
from retrieval.check.names import names
from retrieval.check.paraphrase import likeness, probability
from retrieval.check.wordings import Wording, is_of_inner
from retrieval.model import Note, NoteKind, QuoteResultKind
from retrieval.models.reader import Reader
from retrieval.search.base import Base
from retrieval.search.question import Question
from retrieval.words.alignment import (
    Alignment,
    Difference,
    Occurrence,
    align,
    find,
    is_negation,
    is_negation_or_limit,
    lacks_few_words,
    read_words,
)

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
# What ends a clause that a negation is in, and what may stand between it and a part of a quote.
_CLAUSE_ENDS, _MARKS = (".", ";", ":", "!", "?"), " \t\n\u00a0“”„«»‹›\"'‘’—–―-"
_CONJUNCTIONS = frozenset(("and", "but", "or", "y", "e", "pero", "o"))
# Words of the longest verbatim match with the note that it is short. Our choice: so few may be in anybody's text.
_MOST_SHORT_WORDS = 3


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


def compare(text: str, speaker: str | None, wordings: Sequence[Wording]) -> Comparison | None:
    """Return the comparison of a quotation with the wording that is most similar in words; None below ALTERED."""
    exact = _without_repeats([_verbatim(text, wording) for wording in wordings], wordings)
    if exact:
        whole = any(_is_verbatim(comparison) and _is_whole(comparison) for comparison in exact)
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

    Words missing at the edge of a quote are differences from the quote, but not from its passage. With the words that
    interrupt it, a quote's words are none but where they are exactly the passage's. What stands in a quote within
    another is left to the inner one, as it is its speaker's.
    """
    quotes = [(wording.source.id, wording.parts) for wording in wordings if wording.quote is not None]

    def is_repeated(comparison: Comparison) -> bool:
        own, start, end = comparison.wording, comparison.start, comparison.end
        if own.quote is not None:
            return is_of_inner(own, start, end, wordings)
        return any(
            own.source.id == source and first <= start and end <= last
            for source, parts in quotes
            for first, last in (parts if _is_verbatim(comparison) else [(parts[0][0], parts[-1][1])])
        )

    return [comparison for comparison in comparisons if comparison is not None and not is_repeated(comparison)]


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
        texts = (wording.passage.snapshot.text[start:end] for start, end in wording.parts)
        notes.append(Note("part", source=" … ".join(texts)))
    if len(words) <= _MOST_SHORT_WORDS:
        notes.append(Note("short"))
    start, end = wording.place(words[0].start), wording.place(words[-1].end)
    if wording.quote is None:
        if _joins_voices(wording.passage, start, end):
            return _altered_by(text, wording, "several voices")
        wording = replace(wording, quote=_interrupted(wording.passage, start, end))
    matched = wording.text[words[0].start : words[-1].end]
    return Comparison(QuoteResultKind.VERBATIM, wording, start, end, 1.0, (("=", matched),), tuple(notes))


def _joins_voices(passage: FullPassage, start: int, end: int) -> bool:
    """Say whether words of several speakers follow each other between two offsets, with no words between them.

    Nothing then tells a reader that not all of them are of one speaker.
    """
    outer = [quote for quote in passage.quotes if quote.within is None]
    quotes = [quote for quote in outer if quote.direct and quote.overlaps(start, end)]
    return any(
        left.speaker != right.speaker and not read_words(passage.snapshot.text[left.span.end : right.span.start])
        for left, right in pairwise(quotes)
    )


def _interrupted(passage: FullPassage, start: int, end: int) -> Quote | None:
    """Return the quote that is quoted from a part to a later one, with the words between them; None for others."""

    def is_quoted(quote: Quote) -> bool:
        inside = any(first <= start and end <= last for first, last in quote.parts)
        return not inside and _are_whole_parts(quote, passage.snapshot.text, start, end)

    return next((quote for quote in passage.quotes if is_quoted(quote)), None)


def _lacks_edge(wording: Wording, occurrence: Occurrence) -> bool:
    """Say whether a word or two at the edges of a quote are missing, or a negation right before any wording.

    "Not an open model" is not to be quoted from "open model" on. The edges are those of the parts that are quoted.
    """
    first, last = occurrence.first, occurrence.last
    if wording.quote is not None:
        parts = range(wording.part_of(first), wording.part_of(last - 1) + 1)
        own = [number for number in range(len(wording.words)) if wording.part_of(number) in parts]
        inside = Occurrence(first - own[0], last - own[0])
        if lacks_few_words(inside, wording.words[own[0] : own[-1] + 1]):
            return True
    before = wording.words[max(0, first - _WORDS_BEFORE) : first]
    return any(is_negation_or_limit(word.key) for word in before) and not _begins_anew(wording, first)


def _begins_anew(wording: Wording, first: int) -> bool:
    """Say whether a clause begins with a word: after a mark, or after an interruption that ends a sentence.

    Or with a negation of its own after a conjunction: "it is not finished and nobody should promise a date".
    """
    if first and wording.words[first - 1].key in _CONJUNCTIONS and is_negation(wording.words[first].key):
        return True
    between = wording.between(first)
    if first and wording.part_of(first - 1) != wording.part_of(first):
        return between.rstrip(_MARKS).endswith(_CLAUSE_ENDS)
    return any(mark in between for mark in _CLAUSE_ENDS)


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
        start=wording.place(first.start),
        end=wording.place(last.end),
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
    """Return a comparison with notes on its speaker, and of another kind where that is not the one given.

    It is `other speaker` where the source names one, and else `unattributed`; altered words of nobody stay altered.
    """
    wording, notes, kind = comparison.wording, [*comparison.notes], comparison.kind
    quote = wording.quote
    if quote is None:
        notes.append(Note("own words", source=wording.source.author or wording.source.publisher or ""))
    else:
        if not quote.direct:
            notes.append(Note("reported", source=quote.speaker or ""))
        if quote.speaker is None:
            notes.append(Note("possible speakers" if quote.possible_speakers else "unnamed"))
    if speaker is not None and not _is_by(wording, speaker):
        if not _may_be_by(comparison, speaker):
            kind = QuoteResultKind.OTHER_SPEAKER
        elif _is_verbatim(comparison):
            kind = QuoteResultKind.UNATTRIBUTED
    return replace(comparison, kind=kind, notes=tuple(notes))


def _may_be_by(comparison: Comparison, speaker: str) -> bool:
    """Say whether the source leaves open that words are a speaker's: it names nobody, or this one as possible.

    Words outside of quotation marks are those of the source's author, where it names one.
    """
    wording = comparison.wording
    if wording.quote is not None:
        names = wording.quote.possible_speakers
        return wording.quote.speaker is None and (not names or any(means_name(speaker, name) for name in names))
    quotes = [quote for quote in wording.passage.quotes if quote.overlaps(comparison.start, comparison.end)]
    if any(quote.speaker and means_name(speaker, quote.speaker) for quote in quotes):
        return True
    text, offset = wording.passage.text, wording.passage.span.start
    return wording.source.author is None or any(
        offset + start <= comparison.start and comparison.end <= offset + end for start, end in quoted_spans(text)
    )


def _paraphrase_of(wording: Wording, similarity: float, notes: tuple[Note, ...]) -> Comparison:
    start, end = wording.parts[0][0], wording.parts[-1][1]
    return Comparison(QuoteResultKind.PARAPHRASE, wording, start, end, similarity, (), notes)


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


def _is_whole(comparison: Comparison) -> bool:
    """Say whether the match is a quote, or some successive parts of one."""
    quote, text = comparison.wording.quote, comparison.wording.passage.snapshot.text
    return quote is not None and _are_whole_parts(quote, text, comparison.start, comparison.end)


def _are_whole_parts(quote: Quote, text: str, start: int, end: int) -> bool:
    """Say whether the words between two offsets begin with those of a part of a quote, and end with those of one."""
    begins = any(first <= start and not read_words(text[first:start]) for first, _ in quote.parts)
    return begins and any(end <= last and not read_words(text[end:last]) for _, last in quote.parts)


def _is_by(wording: Wording, speaker: str) -> bool:
    """Say whether a quote is by this speaker, or a passage by this author."""
    name = wording.quote.speaker if wording.quote else wording.source.author
    return bool(name and means_name(speaker, name))
