"""From evidence to citations: what is shown is whole, verbatim, and said only once."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar, get_args

from knowledge.errors import BadQuestion, DamagedDatabase
from knowledge.excerpt import context, text_of, widen
from knowledge.model import Quote, Reference, ReferenceKind, Sentence, Source
from knowledge.store import Store, digest
from knowledge.terms import words
from retrieval.answer.link import text_fragment
from retrieval.model import Citation, Evidence, Standing
from retrieval.words.phrases import is_disputed

# Discord's longest text input, and room for a pasted paragraph (https://discord.com/developers/docs/components/reference).
LONGEST_QUESTION = 4000
# Excerpts sharing this part of their three-word shingles say the same (Broder 1997, "On the resemblance and
# containment of documents"; 0.8 keeps apart sentences that differ in a figure or a name).
_SAME, _SHINGLE = 0.8, 3
# What is nearest to the fact comes first.
_REFERENCE_KINDS = get_args(ReferenceKind)
# Bytes that cannot be stored or shown as text.
_SURROGATES = range(0xD800, 0xE000)


def check_question(text: str, what: str = "question") -> str:
    """The question without outer white space. Raises BadQuestion for one that holds no words, or too many.

    `what` is what it is called in the error's sentence, as a claim and a quotation are looked at alike.
    """
    question = text.strip()
    if not question:
        raise BadQuestion(f"The {what} is empty.")
    if len(question) > LONGEST_QUESTION:
        raise BadQuestion(
            f"The {what} has {len(question):,} characters; at most {LONGEST_QUESTION:,} are read.",
            hint=f"Ask one {what} at a time.",
        )
    if any(ord(character) in _SURROGATES for character in question):
        raise BadQuestion(f"The {what} is not valid Unicode text.", hint="Send it as UTF-8.")
    if not any(character.isalnum() for character in question):
        raise BadQuestion(f"The {what} has no words in it.")
    return question


def cite(store: Store, sources: dict[str, Source], evidence: Sequence[Evidence], *, most: int) -> list[Citation]:
    """The citations of evidence, best first, numbered from 1, excerpts that say the same collapsed into the best."""
    passages = store.passages(item.passage for item in evidence)
    sentences, quotes = _grouped(store.sentences(passages)), _grouped(store.quotes(passages))
    kept: list[Citation] = []
    for item in evidence:
        source = sources[passages[item.passage].source]
        found = _citation(store, source, item, sentences.get(item.passage, []), quotes.get(item.passage, []))
        if not any(_says_the_same(found, other) for other in kept):
            kept.append(replace(found, n=len(kept) + 1))
        if len(kept) == most:
            break
    return kept


def cite_quote(store: Store, source: Source, quote: Quote, *, n: int, score: float) -> Citation:
    """A quote as a citation of its own."""
    return _made(store, source, (quote.span.start, quote.span.end), quote, n=n, score=score)


def cite_span(
    store: Store, source: Source, span: tuple[int, int], *, n: int, score: float, quote: Quote | None = None
) -> Citation:
    """A stretch of one paragraph as a citation; with `quote`, as a part of that quote."""
    whole = _made(store, source, span, None, n=n, score=score)
    if quote is None:
        return whole
    spoken = cite_quote(store, source, quote, n=n, score=score)
    place = {name: getattr(whole, name) for name in ("exact", "prefix", "suffix", "start", "end", "link")}
    return replace(spoken, **place)


def seal(store: Store, citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """The citations again, each compared with the stored snapshot at the moment of display: the one gate to a reader.

    Raises DamagedDatabase for words that are not the source's. A snapshot's digest is checked when it is first read,
    and the whole text is compared with the database again here.
    """
    sealed = tuple(citations)
    snapshots = {citation.source.snapshot: store.snapshot(citation.source.snapshot) for citation in sealed}
    unchanged = {key for key, snapshot in snapshots.items() if store.unchanged(snapshot)}
    for citation in sealed:
        snapshot = snapshots[citation.source.snapshot]
        same = text_of(snapshot.text, citation.start, citation.end) == citation.exact
        if not same or snapshot.id not in unchanged or snapshot.sha256 != citation.source.sha256:
            raise DamagedDatabase(f"An excerpt of “{citation.source.id}” is not in its stored text.")
    return sealed


_Unit = TypeVar("_Unit", Sentence, Quote)


def _grouped(units: Iterable[_Unit]) -> dict[int, list[_Unit]]:
    groups: dict[int, list[_Unit]] = {}
    for unit in units:
        groups.setdefault(unit.passage, []).append(unit)
    return groups


def _citation(
    store: Store, source: Source, item: Evidence, sentences: Sequence[Sentence], quotes: Sequence[Quote]
) -> Citation:
    quote = next((quote for quote in quotes if quote.id == item.unit), None)
    if quote is None and source.kind == "quotation" and quotes:
        quote = quotes[0]  # The line around a gathered quotation is ours; its words are what the source says.
    if quote is not None and quote.speaker:
        return cite_quote(store, source, quote, n=1, score=item.score)
    text = store.snapshot(source.snapshot).text
    paragraph = next((one.paragraph for one in sentences if one.span.start <= item.start < one.span.end), None)
    span = widen(
        text,
        span=(item.start, item.end),
        sentences=[(one.span.start, one.span.end) for one in sentences if one.paragraph == paragraph],
        quotes=[(one.span.start, one.span.end) for one in quotes if one.direct],
        language=source.language,
    )
    return _made(store, source, span, None, n=1, score=item.score)


def _made(
    store: Store, source: Source, span: tuple[int, int], quote: Quote | None, *, n: int, score: float
) -> Citation:
    text = store.snapshot(source.snapshot).text
    start, end = span
    exact = text_of(text, start, end)
    if quote is not None and digest(exact) != _stored_digest(store, quote):
        raise DamagedDatabase(f"A quote of “{source.id}” is not where it was stored.")
    prefix, suffix = context(text, start, end)
    number, paragraph = store.paragraph_at(source.snapshot, start)
    references = store.references(source.snapshot)
    named = [one for one in references if source.kind == "quotation" or f"[{one.number}]" in exact]
    named.sort(key=lambda one: _REFERENCE_KINDS.index(one.kind))
    return Citation(
        n=n,
        kind="passage" if quote is None else "quote",
        exact=exact,
        prefix=prefix,
        suffix=suffix,
        start=start,
        end=end,
        paragraph=number,
        score=score,
        speaker=quote.speaker if quote else None,
        role=quote.role if quote else None,
        verb=quote.verb if quote else None,
        direct=quote.direct if quote else None,
        translations=quote.translations if quote else (),
        link=text_fragment(source.url, exact, prefix=prefix, suffix=suffix),
        source=source,
        references=tuple(named),
        context=text[paragraph.start : paragraph.end],
        context_start=paragraph.start,
        standing=_standing(exact, named) if source.kind == "brief" else (),
    )


def _standing(exact: str, references: Sequence[Reference]) -> tuple[Standing, ...]:
    found: list[Standing] = []
    if len(references) == 1 and references[0].kind != "primary":
        found.append("one source")
    return (*found, "disputed") if is_disputed(exact) else tuple(found)


def _stored_digest(store: Store, quote: Quote) -> bytes:
    return store.units([quote.id])[0].digest


def _says_the_same(one: Citation, other: Citation) -> bool:
    if one.source.snapshot == other.source.snapshot and one.start < other.end and other.start < one.end:
        return True
    left, right = _shingles(one.exact), _shingles(other.exact)
    return len(left & right) >= _SAME * len(left | right)


def _shingles(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[place : place + _SHINGLE]) for place in range(max(1, len(found) - _SHINGLE + 1))}
