"""Did they say that? The words asked about beside what the sources have, and who said it there.

First the words themselves: as they stand (`verbatim`), or nearly (`altered`, with the differences). Only where neither
is found, the meaning: a quote that says the same in other words or the other language (`paraphrase`). Nothing is called
verbatim but an unbroken run of the source's own words, or runs that open ellipses join within one quotation.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.known_names import means_name
from knowledge.model import Passage, Quote, Source
from knowledge.numbers import canonical, numbers
from knowledge.store import Store
from knowledge.terms import stopwords
from retrieval.check.paraphrase import likeness, probability
from retrieval.check.rules.finding import Statement
from retrieval.check.rules.names import names
from retrieval.check.stance import rules
from retrieval.index.generation import Generation
from retrieval.model import Evidence, Note, QuoteResultKind
from retrieval.models.encoder import Encoder
from retrieval.models.entailment import Entailment
from retrieval.search.question import Question
from retrieval.words.alignment import Alignment, Difference, Word, align, find, is_turning, read_words, slip

# Passages whose quotes and sentences are compared word by word, and quotes nearest in meaning that are besides.
PASSAGES, NEAREST_QUOTES = 20, 12
# Words shared, as a part of both, from which on two wordings are one with changes. Below it, changed quotations of the
# test suite and paraphrases of the development set overlap; see tests/benchmarks/quotations.py.
ALTERED = 0.6
# Least probability that a quote says the same, and how many quotes, the nearest, are compared by meaning.
SAME_MEANING, COMPARED = 0.7, 3
# A source's word that stands this near before or behind a part and turns it must not be left out.
_NEAR_EDGE = 3
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Wording:
    """Words of a source that a quotation can be compared with: a quote, or a sentence's whole paragraph."""

    quote: Quote | None
    passage: Passage
    source: Source
    start: int
    text: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Tools:
    """What meanings are compared with."""

    generation: Generation
    encoder: Encoder
    entailment: Entailment


@dataclass(frozen=True, slots=True)
class Compared:
    """A quotation beside one wording; the match is `snapshot[start:end]`."""

    kind: QuoteResultKind
    wording: Wording
    start: int
    end: int
    similarity: float
    differences: tuple[Difference, ...]
    notes: tuple[Note, ...]


def wordings(
    store: Store,
    generation: Generation,
    asked: Question,
    evidence: Sequence[Evidence],
    sources: Mapping[str, Source],
    quotes: Sequence[Quote],
) -> list[Wording]:
    """What to compare with: quotes and passages of the evidence, and those of all `quotes` nearest in meaning."""
    homes = {quote.id: quote.passage for quote in quotes}
    near = generation.index.search(asked.vector, NEAREST_QUOTES, only=list(homes)) if homes else []
    keys = dict.fromkeys([*(item.passage for item in evidence), *(homes[hit.id] for hit in near)])
    passages = store.passages(keys)
    spoken: dict[int, list[Quote]] = {}
    for quote in quotes:
        spoken.setdefault(quote.passage, []).append(quote)
    found = []
    for key, passage in passages.items():
        text = store.snapshot(passage.span.snapshot).text
        source = sources[passage.source]
        for quote in spoken.get(key, ()):
            words = text[quote.span.start : quote.span.end]
            found.append(Wording(quote, passage, source, quote.span.start, words, tuple(read_words(words))))
        whole = text[passage.span.start : passage.span.end]
        found.append(Wording(None, passage, source, passage.span.start, whole, tuple(read_words(whole))))
    return [one for one in found if one.words]


def compare(text: str, speaker: str | None, found: Sequence[Wording]) -> Compared | None:
    """The wording nearest to the words themselves, where one is near enough to be the same with changes."""
    exact = _own([one for wording in found if (one := _verbatim(text, wording)) is not None], found)
    if exact:
        whole = any(one.kind is QuoteResultKind.VERBATIM and _is_whole(one) for one in exact)
        # A quote that lacks a word at its edge is not made whole by a longer one that has the rest: "slips" come first.
        slips = [] if whole else [one for one in exact if one.kind is not QuoteResultKind.VERBATIM]
        return _told(min(slips or exact, key=lambda one: (_strays(one), *_preference(one, speaker))), speaker)
    changed = _own([one for wording in found if (one := _altered(text, wording)) is not None], found)
    if not changed:
        return None
    return _told(min(changed, key=lambda one: (-round(one.similarity, 2), *_preference(one, speaker))), speaker)


def _own(compared: Sequence[Compared], found: Sequence[Wording]) -> list[Compared]:
    """Without the source's own words where they are a quote's: what is lacking at a quote's edge shows only there."""
    quoted = [(one.source.id, one.start, one.start + len(one.text)) for one in found if one.quote is not None]
    return [
        one
        for one in compared
        if one.wording.quote is not None
        or not any(one.wording.source.id == source and start <= one.start and one.end <= end
                   for source, start, end in quoted)
    ]  # fmt: skip


def paraphrase(
    text: str, speaker: str | None, asked: Question, found: Sequence[Wording], tools: Tools
) -> Compared | None:
    """The quote that means the same, where one does and no rule finds a difference."""
    quotes = spoken_by(found, speaker)
    ids = [quote.id for _, quote in quotes]
    near = {hit.id: hit.score for hit in tools.generation.index.search(asked.vector, len(ids), only=ids)} if ids else {}
    for one, quote in quotes:
        for translation in quote.translations:
            if find(text, read_words(translation.text)) is not None:
                return _meant(one, 1.0, (Note("our translation", source=translation.by),))
    best: Compared | None = None
    for one, _ in sorted(quotes, key=lambda pair: -near.get(pair[1].id, 0.0))[:COMPARED]:
        alike = probability(likeness(asked, one.text, tools.encoder, tools.entailment))
        if alike >= SAME_MEANING and (best is None or alike > best.similarity) and not _differs(asked, one):
            best = _meant(one, alike, ())
    return best


def spoken_by(found: Sequence[Wording], speaker: str | None) -> list[tuple[Wording, Quote]]:
    """The quotes among these wordings, of this speaker where one is named."""
    quotes = [(one, one.quote) for one in found if one.quote is not None]
    return [(one, quote) for one, quote in quotes if speaker is None or _said_by(one, speaker)]


def _differs(asked: Question, one: Wording) -> bool:
    said, told = Statement(asked.text, asked.language), Statement(one.text, one.passage.language)
    return any(finding.outcome == "differs" for finding in rules(said, told))


def _verbatim(text: str, wording: Wording) -> Compared | None:
    place = find(text, wording.words)
    if place is None:
        return None
    skipped = [word.key for first, last in place.skipped for word in wording.words[first:last]]
    if place.skipped and (wording.quote is None or any(map(is_turning, skipped))):
        # Openly joined, but across quotations or over a word that turns what is said.
        return _differing(text, wording, align(text, wording.text, wording.words), "ellipsis") if skipped else None
    if (wording.quote is not None and slip(place, wording.words)) or _cut_before_turn(wording, place.first):
        return _differing(text, wording, align(text, wording.text, wording.words), "edge")
    words = wording.words[place.first : place.last]
    notes = []
    if wording.quote is not None and len(words) < len(wording.words):
        notes.append(Note("part", source=wording.text))
    if len(words) <= _SHORT:
        notes.append(Note("short"))
    start, end = wording.start + words[0].start, wording.start + words[-1].end
    shown = wording.text[words[0].start : words[-1].end]
    return Compared(QuoteResultKind.VERBATIM, wording, start, end, 1.0, (("=", shown),), tuple(notes))


def _cut_before_turn(wording: Wording, first: int) -> bool:
    """Whether the words right before a part turn it: "not an open model" quoted from "open model" on."""
    return any(is_turning(word.key) for word in wording.words[max(0, first - _NEAR_EDGE) : first]) and not any(
        stop in wording.text[wording.words[max(0, first - 1)].end : wording.words[first].start] for stop in ".;:!?"
    )


def _altered(text: str, wording: Wording) -> Compared | None:
    found = align(text, wording.text, wording.words)
    if found.similarity < ALTERED or found.first == found.last:
        return None
    # Function words alone make nobody's words: of the others as many must be shared.
    said = [word.key for word in read_words(text) if word.key not in stopwords("und")]
    told = {word.key for word in wording.words[found.first : found.last]}
    if sum(key in told for key in said) < ALTERED * len(said):
        return None
    return _differing(text, wording, found, None)


def _differing(text: str, wording: Wording, found: Alignment, why: str | None) -> Compared:
    notes = [*([Note("ellipsis")] if why == "ellipsis" else []), *([Note("edge")] if why == "edge" else [])]
    notes += _changes(text, wording, found)
    first, last = wording.words[found.first], wording.words[found.last - 1]
    kind = QuoteResultKind.ALTERED
    return Compared(kind, wording, wording.start + first.start, wording.start + last.end,
                    min(found.similarity, 0.99), found.differences, tuple(notes))  # fmt: skip


def _changes(text: str, wording: Wording, found: Alignment) -> Iterator[Note]:
    """The changes that matter most, by name: a lost or added "no", a changed number, a changed name."""
    gone = [word for op, words in found.differences if op == "-" for word in read_words(words)]
    lacking = [word for op, words in found.differences if op == "+" for word in read_words(words)]
    added = " ".join(dict.fromkeys(word.key for word in gone if is_turning(word.key)))
    lost = " ".join(dict.fromkeys(word.key for word in lacking if is_turning(word.key)))
    if added != lost:
        yield Note("negation differs", added, lost)
    language = wording.passage.language
    told = wording.text[wording.words[found.first].start : wording.words[found.last - 1].end]
    said, stored = ({canonical(one): one for one in numbers(given, language)} for given in (text, told))
    if set(said) != set(stored):
        yield Note(
            "number differs", ", ".join(sorted(set(said) - set(stored))), ", ".join(sorted(set(stored) - set(said)))
        )
    mine, theirs = ({one.text for one in names(given)} for given in (text, told))
    if mine - theirs and theirs - mine:
        yield Note("name differs", _listed(mine - theirs), _listed(theirs - mine))


def _listed(words: set[str]) -> str:
    return ", ".join(sorted(words))


def _told(found: Compared, speaker: str | None) -> Compared:
    """The comparison with what is to be said of the speaker."""
    quote, notes = found.wording.quote, [*found.notes]
    kind = found.kind
    if quote is None:
        notes.append(Note("own words", source=found.wording.source.author or found.wording.source.publisher or ""))
        author = found.wording.source.author
        if speaker is not None and not (author and means_name(speaker, author)):
            kind = QuoteResultKind.OTHER_SPEAKER
    else:
        if not quote.direct:
            notes.append(Note("reported", source=quote.speaker or ""))
        if quote.speaker is None:
            notes.append(Note("unnamed"))
        if speaker is not None and not (quote.speaker and means_name(speaker, quote.speaker)):
            kind = QuoteResultKind.OTHER_SPEAKER
    return Compared(kind, found.wording, found.start, found.end, found.similarity, found.differences, tuple(notes))


def _meant(wording: Wording, similarity: float, notes: tuple[Note, ...]) -> Compared:
    end = wording.start + len(wording.text)
    return Compared(QuoteResultKind.PARAPHRASE, wording, wording.start, end, similarity, (), notes)


def _preference(one: Compared, speaker: str | None) -> tuple[bool, bool, bool, int, str, int]:
    """What speaks for one of two equal matches: the speaker asked about, a named one, a direct quote, the earlier."""
    quote = one.wording.quote
    said = speaker is not None and _said_by(one.wording, speaker)
    named = quote is not None and quote.speaker is not None
    # A gathered quotation is nearer to its origin than an article or a brief that repeats it.
    rank = {"quotation": 0, "article": 1, "brief": 2}[one.wording.source.kind]
    return not said, not named, not (quote is not None and quote.direct), rank, one.wording.source.id, one.start


def _is_whole(one: Compared) -> bool:
    quote = one.wording.quote
    return quote is not None and (one.start, one.end) == (quote.span.start, quote.span.end)


def _strays(one: Compared) -> bool:
    return one.kind is not QuoteResultKind.VERBATIM


def _said_by(wording: Wording, speaker: str) -> bool:
    name = wording.quote.speaker if wording.quote else wording.source.author
    return bool(name and means_name(speaker, name))
