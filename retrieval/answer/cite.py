"""Citations of evidence: their excerpts are verbatim, long enough to be understood, and not repeated."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import get_args

from knowledge.errors import BadQuestion, DamagedDatabase
from knowledge.excerpt import LONGEST_QUOTE, context, cut_ends, text_of, widen
from knowledge.media_times import address_at, clock_seconds
from knowledge.model import FullPassage, Paragraph, Quote, Reference, ReferenceKind, Source, Span
from knowledge.store import Store, digest
from knowledge.terms import words
from retrieval.answer.independence import also_at
from retrieval.answer.link import text_fragment
from retrieval.answer.reading import answer_span, is_sure_of_words
from retrieval.model import Citation, Evidence, Highlight, Standing
from retrieval.search.base import Base
from retrieval.words.phrases import is_disputed

# Characters: the longest text input of Discord (https://discord.com/developers/docs/components/reference).
LONGEST_QUESTION = 4000
# Excerpts that share this part of their shingles of three words say the same (Broder 1997, "On the resemblance and
# containment of documents"). Our choice: sentences that differ in a number or a name share less.
_SAME_SHARE, _SHINGLE_WORDS = 0.8, 3
# In the order in which references are shown: primary sources first.
_REFERENCE_KINDS = get_args(ReferenceKind)
# Code points that no text can contain (Unicode 16, section 23.6).
_SURROGATES = range(0xD800, 0xE000)


def check_question(text: str, name: str = "question") -> str:
    """Strip a question. Raises BadQuestion for one without words, too long, or not valid Unicode.

    `name` is the word for the text in the error's message, as claims and quotations are checked alike.
    """
    question = text.strip()
    if not question:
        raise BadQuestion(f"The {name} is empty.")
    if len(question) > LONGEST_QUESTION:
        raise BadQuestion(
            f"The {name} has {len(question):,} characters; at most {LONGEST_QUESTION:,} are read.",
            hint=f"Ask one {name} at a time.",
        )
    if any(ord(character) in _SURROGATES for character in question):
        raise BadQuestion(f"The {name} is not valid Unicode text.", hint="Send it as UTF-8.")
    if not any(character.isalnum() for character in question):
        raise BadQuestion(f"The {name} has no words in it.")
    return question


def cite(base: Base, evidence: Sequence[Evidence], *, most: int, lead: bool = False) -> list[Citation]:
    """Return the citations of evidence, best first and numbered from 1; of excerpts that say the same only the best.

    With `lead`, the words that answer may stand by themselves before their sentence. Raises DamagedDatabase.
    """
    citations: list[Citation] = []
    for item in evidence:
        citation = _citation(base, item, lead=lead)
        same = next((place for place, other in enumerate(citations) if _is_repeated(citation, other)), None)
        if same is None:
            citations.append(replace(citation, n=len(citations) + 1))
        else:
            citations[same] = with_copy(citations[same], citation.source)
        if len(citations) == most:
            break
    return citations


def cite_quote(base: Base, passage: FullPassage, quote: Quote, *, n: int, score: float) -> Citation:
    """Cite a quote that reaches into a passage. Raises DamagedDatabase."""
    return cite_span(base, passage, (quote.span.start, quote.span.end), n=n, score=score, quote=quote)


def cite_span(
    base: Base, passage: FullPassage, span: tuple[int, int], *, n: int, score: float, quote: Quote | None = None
) -> Citation:
    """Cite a span of a passage; with `quote`, as a stretch of that quote. Raises DamagedDatabase."""
    citation = _make_citation(base, passage, span, n=n, score=score)
    if quote is None:
        return citation
    if digest(text_of(passage.snapshot.text, quote.span.start, quote.span.end)) != quote.digest:
        raise DamagedDatabase(f"A quote of “{citation.source.id}” is not where it was stored.")
    inside = ((max(start, span[0]), min(end, span[1])) for start, end in quote.parts)
    return replace(
        citation,
        kind="quote",
        speaker=quote.speaker,
        role=quote.role,
        verb=quote.verb,
        direct=quote.direct,
        translations=quote.translations,
        parts=tuple((start, end) for start, end in inside if start < end),
        speaker_confidence=quote.speaker_confidence,
        possible_speakers=quote.possible_speakers,
    )


def widened(passage: FullPassage, span: Span, paragraph: int | None) -> tuple[int, int]:
    """Return the start and end of an excerpt, widened so that it can be understood; `paragraph` is its paragraph."""
    sentences = [sentence for sentence in passage.sentences if sentence.paragraph == paragraph]
    return widen(
        passage.snapshot.text,
        span=(span.start, span.end),
        sentences=[(sentence.span.start, sentence.span.end) for sentence in sentences],
        quotes=[part for quote in passage.quotes if quote.direct for part in quote.parts],
        language=passage.language,
    )


def verify_citations(store: Store, citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Compare citations with the stored snapshots, and return them. All citations that are shown pass through here.

    Raises DamagedDatabase for an excerpt that is not the source's text. The digest of a snapshot is checked when it is
    first read; its whole text is compared with the database here.
    """
    verified = tuple(citations)
    snapshots = {citation.source.snapshot: store.snapshot(citation.source.snapshot) for citation in verified}
    unchanged = {key for key, snapshot in snapshots.items() if store.unchanged(snapshot)}
    for citation in verified:
        snapshot = snapshots[citation.source.snapshot]
        shown: list[Citation | Highlight] = [citation] if citation.highlight is None else [citation, citation.highlight]
        same = all(text_of(snapshot.text, words.start, words.end) == words.exact for words in shown)
        if not same or snapshot.id not in unchanged or snapshot.sha256 != citation.source.sha256:
            raise DamagedDatabase(f"An excerpt of “{citation.source.id}” is not in its stored text.")
    return verified


def _citation(base: Base, item: Evidence, *, lead: bool) -> Citation:
    passage, unit = item.passage, item.unit
    quote = unit if isinstance(unit, Quote) else None
    if quote is None and base.sources[passage.source].kind == "quotation" and passage.quotes:
        quote = passage.quotes[0]  # The text around a collected quotation is ours; only its words are the source's.
    if quote is not None and quote.speaker:
        span = _shown_of(quote, item)
        return _highlighted(cite_span(base, passage, span, n=1, score=item.score, quote=quote), item, lead=lead)
    start = unit.span.start
    sentences = (sentence for sentence in passage.sentences if sentence.span.start <= start < sentence.span.end)
    paragraph = next((sentence.paragraph for sentence in sentences), None)
    citation = _make_citation(base, passage, widened(passage, unit.span, paragraph), n=1, score=item.score)
    return _highlighted(citation, item, lead=lead)


def _shown_of(quote: Quote, item: Evidence) -> tuple[int, int]:
    """Return what is shown of a quote: all of it, or of a long one in parts that which answers, else the first."""
    whole = (quote.span.start, quote.span.end)
    if len(quote.parts) == 1 or whole[1] - whole[0] <= LONGEST_QUOTE:
        return whole
    answer = answer_span(item)
    answering = (part for part in quote.parts if answer is not None and part[0] <= answer.start < part[1])
    return next(answering, quote.parts[0])


def _highlighted(citation: Citation, item: Evidence, *, lead: bool) -> Citation:
    """Mark the words that answer, where the reader is sure enough of them and the excerpt holds them.

    Words of a quote never stand by themselves: a part of what somebody said may say something else.
    """
    span = answer_span(item)
    if span is None or not citation.start <= span.start < span.end <= citation.end:
        return citation
    exact = text_of(item.passage.snapshot.text, span.start, span.end)
    sure = lead and is_sure_of_words(item) and citation.kind == "passage"
    return replace(citation, highlight=Highlight(span.start, span.end, exact, sure))


def _make_citation(base: Base, passage: FullPassage, span: tuple[int, int], *, n: int, score: float) -> Citation:
    source, text = base.sources[passage.source], passage.snapshot.text
    start, end = span
    exact = text_of(text, start, end)
    prefix, suffix = context(text, start, end)
    number, paragraph = _paragraph_at(base, passage, start)
    _, last_paragraph = _paragraph_at(base, passage, end - 1)
    cut_before, cut_after = cut_ends(text, span, passage.paragraphs)
    seconds = _recording_seconds(passage, start)
    references = _references(base, source, exact)
    return Citation(
        n=n,
        kind="passage",
        exact=exact,
        prefix=prefix,
        suffix=suffix,
        start=start,
        end=end,
        paragraph=number,
        score=score,
        speaker=None,
        role=None,
        verb=None,
        direct=None,
        translations=(),
        link=_link(source.url, exact, prefix, suffix, seconds),
        source=source,
        references=references,
        context=text[paragraph.start : last_paragraph.end],
        context_start=paragraph.start,
        standing=_standing(exact, references) if source.kind == "brief" else (),
        cut_before=cut_before,
        cut_after=cut_after,
        recording_seconds=seconds,
        part=paragraph.role,
        time=paragraph.time,
        also_at=also_at(base, source),
    )


def _link(url: str | None, exact: str, prefix: str, suffix: str, seconds: int | None) -> str | None:
    if url is not None and seconds is not None:
        return address_at(url, seconds)
    return text_fragment(url, exact, prefix=prefix, suffix=suffix)


def _recording_seconds(passage: FullPassage, position: int) -> int | None:
    """Return the time of a transcript that stands in a passage last before a position."""
    text = passage.snapshot.text
    headings = [part for part in passage.paragraphs if part.role == "heading" and part.start <= position]
    times = (clock_seconds(text[part.start : part.end]) for part in reversed(headings))
    return next((seconds for seconds in times if seconds is not None), None)


def _references(base: Base, source: Source, exact: str) -> tuple[Reference, ...]:
    """Return the references that an excerpt names, or of a gathered quotation all, primary sources first."""
    named = (
        reference
        for reference in base.store.references(source.snapshot)
        if source.kind == "quotation" or f"[{reference.number}]" in exact
    )
    return tuple(sorted(named, key=lambda reference: _REFERENCE_KINDS.index(reference.kind)))


def _paragraph_at(base: Base, passage: FullPassage, position: int) -> tuple[int, Paragraph]:
    """Return the paragraph that contains an offset, and its number. Raises DamagedDatabase without one.

    It is one of the passage's, but for a quote that reaches into other passages.
    """
    inside = passage.span.start <= position < passage.span.end
    paragraphs = passage.paragraphs if inside else base.store.paragraphs(passage.span.snapshot)
    for number, paragraph in enumerate(paragraphs, passage.paragraph if inside else 1):
        if paragraph.start <= position < paragraph.end:
            return number, paragraph
    raise DamagedDatabase("A stored span lies in no paragraph.")


def _standing(exact: str, references: Sequence[Reference]) -> tuple[Standing, ...]:
    reservations: list[Standing] = []
    if len(references) == 1 and references[0].kind != "primary":
        reservations.append("one source")
    return (*reservations, "disputed") if is_disputed(exact) else tuple(reservations)


def with_copy(citation: Citation, source: Source) -> Citation:
    """Return a citation with another source that has its words; a brief and its translation are one source."""
    known = (citation.source, *citation.also_at)
    if source.kind == "brief" or any(source.id == other.id for other in known):
        return citation
    return replace(citation, also_at=(*citation.also_at, source))


def _is_repeated(citation: Citation, other: Citation) -> bool:
    """Say whether two excerpts overlap or share most of their shingles."""
    if citation.source.snapshot == other.source.snapshot and citation.start < other.end and other.start < citation.end:
        return True
    left, right = _shingles(citation.exact), _shingles(other.exact)
    return len(left & right) >= _SAME_SHARE * len(left | right)


def _shingles(text: str) -> set[tuple[str, ...]]:
    own_words = words(text)
    starts = range(max(1, len(own_words) - _SHINGLE_WORDS + 1))
    return {tuple(own_words[start : start + _SHINGLE_WORDS]) for start in starts}
