"""Evidence for a claim: the sentences and passages that bear on it, each with what it leans on.

A claim is not a question: it asks for nothing, and what denies it is as welcome as what bears it out. The passages are
found as for questions; of each the sentences that share most with the claim are read, widened so that pronouns and
"But …" keep their sense, and the best ones' paragraphs besides, since some claims are borne out by several sentences.
"""

import heapq
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from knowledge.excerpt import widen
from knowledge.model import Language, Passage, Quote, Sentence, Source
from knowledge.store import Store
from retrieval.index.generation import Generation
from retrieval.model import Evidence
from retrieval.models.encoder import Encoder
from retrieval.search.question import Question
from retrieval.search.rank import mean_match, weakest
from retrieval.words.coverage import coverage

# Sentences read of one passage, sentences read in all, and passages of which a paragraph is read besides.
SENTENCES_A_PASSAGE, MOST_SENTENCES, WHOLE_PASSAGES = 2, 8, 3

_MARKS = re.compile(r"\s?\[\d{1,3}\]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of a source that bears on a claim.

    `text` is `snapshot[start:end]`, `plain` the same without a brief's reference marks; `context` what stands before it
    in its paragraph, with the source's title; `coverage` the share of the claim's words that it holds, `exact` that
    of its names and figures; `met` how well its word pieces are met by late interaction, `unmet` those met worst;
    `likeness` the cosine with the claim; `retrieval` the scores of its passage. `speaker` said it, where it is
    somebody's reported or quoted words.
    """

    passage: int
    source: str
    start: int
    end: int
    text: str
    plain: str
    context: str
    language: Language
    coverage: float
    exact: float
    met: float
    unmet: float
    likeness: float
    retrieval: Evidence
    speaker: str | None
    direct: bool
    whole: bool


def candidates(
    store: Store,
    generation: Generation,
    encoder: Encoder,
    claim: Question,
    evidence: Sequence[Evidence],
    sources: Mapping[str, Source],
) -> list[Candidate]:
    """What to read for a claim, the likeliest first, from the passages of `evidence`, best first."""
    passages = store.passages(item.passage for item in evidence)
    sentences = [one for one in store.sentences(passages) if one.role != "heading"]
    quotes = store.quotes(passages)
    ids = [one.id for one in sentences]
    cosines = {hit.id: hit.score for hit in generation.index.search(claim.vector, len(ids), only=ids)}
    by_passage = {item.passage: item for item in evidence}
    found: list[Candidate] = []
    for key, item in by_passage.items():
        passage, source = passages[key], sources[passages[key].source]
        text = store.snapshot(passage.span.snapshot).text
        own = [one for one in sentences if one.passage == key]
        spoken = [one for one in quotes if one.passage == key]
        read = [_sentence(text, one, own, spoken, passage, source, item, claim, cosines) for one in own]
        found += heapq.nlargest(SENTENCES_A_PASSAGE, read, key=_promise)
    best = sorted(found, key=lambda one: -_promise(one))[:MOST_SENTENCES]
    whole = []
    for item in evidence[:WHOLE_PASSAGES]:
        own = [one for one in sentences if one.passage == item.passage]
        near = max(own, key=lambda one: cosines.get(one.id, 0.0), default=None)
        around = [one for one in own if near is not None and one.paragraph == near.paragraph]
        if len(around) > 1:
            whole.append(_paragraph(store, passages[item.passage], around, sources, item, claim))
    return [*_read_closely(encoder, claim, _once(best)), *whole]


def _read_closely(encoder: Encoder, claim: Question, found: Sequence[Candidate]) -> list[Candidate]:
    """The sentences with late interaction's view of each alone, where the encoder has one."""
    tokens = encoder.encode_passages([one.plain for one in found]).tokens if len(claim.tokens) and found else ()
    read = [
        replace(one, met=mean_match(match, claim.weights), unmet=weakest(match, claim.weights))
        for one, held in zip(found, tokens, strict=False)
        for match in [(claim.tokens @ held.T).max(axis=1) if len(held) else np.zeros(0, dtype=np.float32)]
    ]
    return read or list(found)


def _exact(claim: Question, text: str, language: Language) -> float:
    """The share of the claim's names, figures and quoted words that a text holds; 1 where it has none."""
    terms = [term for term in claim.terms if term.exact]
    return coverage(terms, text, language) if terms else 1.0


def _plain(text: str) -> str:
    """A text without reference marks, whose figures would be read as the source's."""
    return " ".join(_MARKS.sub("", text).split())


def _promise(candidate: Candidate) -> float:
    return candidate.coverage + candidate.likeness + 0.5 * candidate.retrieval.score


def _once(found: Sequence[Candidate]) -> list[Candidate]:
    """Without those that widening has made the same."""
    return list({(one.source, one.start, one.end): one for one in reversed(found)}.values())[::-1]


def _sentence(
    text: str,
    sentence: Sentence,
    own: Sequence[Sentence],
    quotes: Sequence[Quote],
    passage: Passage,
    source: Source,
    item: Evidence,
    claim: Question,
    cosines: Mapping[int, float],
) -> Candidate:
    span = (sentence.span.start, sentence.span.end)
    start, end = widen(
        text,
        span=span,
        sentences=[(one.span.start, one.span.end) for one in own if one.paragraph == sentence.paragraph],
        quotes=[(one.span.start, one.span.end) for one in quotes if one.direct],
        language=passage.language,
    )
    said = next((one for one in quotes if one.span.start < span[1] and span[0] < one.span.end), None)
    return Candidate(
        passage=passage.id,
        source=source.id,
        start=start,
        end=end,
        text=text[start:end],
        plain=_plain(text[start:end]),
        context=f"{source.title}. {text[passage.span.start : start]}",
        language=passage.language,
        coverage=coverage(claim.terms, text[start:end], passage.language),
        exact=_exact(claim, text[start:end], passage.language),
        met=item.scores.late,
        unmet=item.scores.weakest,
        likeness=cosines.get(sentence.id, 0.0),
        retrieval=item,
        speaker=said.speaker if said else None,
        direct=bool(said and said.direct),
        whole=False,
    )


def _paragraph(
    store: Store,
    passage: Passage,
    sentences: Sequence[Sentence],
    sources: Mapping[str, Source],
    item: Evidence,
    claim: Question,
) -> Candidate:
    start, end = sentences[0].span.start, sentences[-1].span.end
    text = store.snapshot(passage.span.snapshot).text[start:end]
    return Candidate(
        passage=passage.id,
        source=passage.source,
        start=start,
        end=end,
        text=text,
        plain=_plain(text),
        context=sources[passage.source].title,
        language=passage.language,
        coverage=coverage(claim.terms, text, passage.language),
        exact=_exact(claim, text, passage.language),
        met=item.scores.late,
        unmet=item.scores.weakest,
        likeness=item.scores.sentence,
        retrieval=item,
        speaker=None,
        direct=False,
        whole=True,
    )
