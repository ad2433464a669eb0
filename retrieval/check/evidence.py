"""Candidate evidence for a claim: sentences and paragraphs of the sources, each with its context.

The passages are retrieved as for questions, whether they support or contradict the claim. Of each, the sentences most
similar to the claim are candidates, widened so that pronouns and "But …" can be understood; so are the nearest
paragraphs of the best passages, since some claims are supported by several sentences.
"""

import heapq
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from knowledge.model import FullPassage, Language, Sentence
from retrieval.answer.cite import widened
from retrieval.model import Evidence
from retrieval.models.encoder import Encoder
from retrieval.search.base import Base
from retrieval.search.question import Question
from retrieval.search.rank import mean_match, weakest
from retrieval.words.coverage import coverage
from retrieval.words.reference_marks import REFERENCE_MARK

# Candidate sentences of a passage, candidate sentences in all, and passages that have a candidate paragraph. Our
# choice, few as the entailment model runs on each of them.
SENTENCES_A_PASSAGE, MOST_SENTENCES, WHOLE_PASSAGES = 2, 8, 3
# The weight of a passage's fused score beside coverage and cosine, where sentences of several passages are compared.
# Our choice: a fused score is up to 3, and the other two are up to 1.
_PASSAGE_WEIGHT = 0.5

_REFERENCE_MARK = re.compile(rf"\s?{REFERENCE_MARK.pattern}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of a source that may be evidence on a claim, `snapshot[start:end]` of the passage of `evidence`.

    `plain` is its text without a brief's reference marks; `context` the source's title and the text before it in its
    passage; `coverage` the share of the claim's words in it, `exact` that of the claim's names, numbers and quoted
    words; `met` the mean of late interaction over the claim's word pieces, `unmet` that of the lowest third; `likeness`
    the cosine with the claim. `speaker` and `direct` are those of a quote in it. `whole`: it is a paragraph.
    """

    evidence: Evidence
    start: int
    end: int
    plain: str
    context: str
    coverage: float
    exact: float
    met: float
    unmet: float
    likeness: float
    speaker: str | None
    direct: bool
    whole: bool

    @property
    def passage(self) -> FullPassage:
        """Return its passage."""
        return self.evidence.passage

    @property
    def source(self) -> str:
        """Return the id of its source."""
        return self.passage.source

    @property
    def language(self) -> Language:
        """Return the language of its passage."""
        return self.passage.language


def candidates(base: Base, claim: Question, evidence: Sequence[Evidence]) -> list[Candidate]:
    """Return the candidates of evidence, which is given best first: the best sentences, then paragraphs."""
    sentences: list[Candidate] = []
    paragraphs: list[Candidate] = []
    for place, item in enumerate(evidence):
        title = base.sources[item.passage.source].title
        # A heading names a subject without a statement.
        own = [sentence for sentence in item.passage.sentences if sentence.role != "heading"]
        read = [_sentence_candidate(sentence, title, item, claim) for sentence in own]
        sentences += heapq.nlargest(SENTENCES_A_PASSAGE, read, key=_score)
        nearest = max(own, key=lambda sentence: item.cosines.get(sentence.id, 0.0), default=None)
        paragraph = [sentence for sentence in own if nearest and sentence.paragraph == nearest.paragraph]
        if place < WHOLE_PASSAGES and len(paragraph) > 1:
            paragraphs.append(_paragraph_candidate(paragraph, title, item, claim))
    best = sorted(sentences, key=lambda candidate: -_score(candidate))[:MOST_SENTENCES]
    return [*_with_late_interaction(base.encoder, claim, _distinct(best)), *paragraphs]


def _with_late_interaction(encoder: Encoder, claim: Question, sentences: Sequence[Candidate]) -> list[Candidate]:
    """Return the sentences with late interaction of each alone instead of its passage, if there are token vectors."""
    if not len(claim.tokens) or not sentences:
        return list(sentences)
    tokens = encoder.encode_passages([candidate.plain for candidate in sentences]).tokens
    return [
        replace(candidate, met=mean_match(match, claim.weights), unmet=weakest(match, claim.weights))
        for candidate, own in zip(sentences, tokens, strict=True)
        for match in [(claim.tokens @ own.T).max(axis=1) if len(own) else np.zeros(0, dtype=np.float32)]
    ]


def _exact(claim: Question, text: str, language: Language) -> float:
    """Return the share of the claim's names, numbers and quoted words in a text; 1 where the claim has none."""
    terms = [term for term in claim.terms if term.exact]
    return coverage(terms, text, language) if terms else 1.0


def _plain(text: str) -> str:
    """Return a text without reference marks, whose numbers would be taken for the source's."""
    return " ".join(_REFERENCE_MARK.sub("", text).split())


def _score(candidate: Candidate) -> float:
    return candidate.coverage + candidate.likeness + _PASSAGE_WEIGHT * candidate.evidence.score


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates without those that are the same span after widening."""
    by_span = {(candidate.source, candidate.start, candidate.end): candidate for candidate in reversed(candidates)}
    return list(by_span.values())[::-1]


def _sentence_candidate(sentence: Sentence, title: str, item: Evidence, claim: Question) -> Candidate:
    passage = item.passage
    start, end = widened(passage, sentence.span, sentence.paragraph)
    text = passage.snapshot.text[start:end]
    overlapping = (
        quote
        for quote in passage.quotes
        if quote.span.start < sentence.span.end and sentence.span.start < quote.span.end
    )
    quote = next(overlapping, None)
    return Candidate(
        evidence=item,
        start=start,
        end=end,
        plain=_plain(text),
        context=f"{title}. {passage.snapshot.text[passage.span.start : start]}",
        coverage=coverage(claim.terms, text, passage.language),
        exact=_exact(claim, text, passage.language),
        met=item.scores.late,
        unmet=item.scores.weakest,
        likeness=item.cosines.get(sentence.id, 0.0),
        speaker=quote.speaker if quote else None,
        direct=bool(quote and quote.direct),
        whole=False,
    )


def _paragraph_candidate(sentences: Sequence[Sentence], title: str, item: Evidence, claim: Question) -> Candidate:
    passage = item.passage
    start, end = sentences[0].span.start, sentences[-1].span.end
    text = passage.snapshot.text[start:end]
    return Candidate(
        evidence=item,
        start=start,
        end=end,
        plain=_plain(text),
        context=title,
        coverage=coverage(claim.terms, text, passage.language),
        exact=_exact(claim, text, passage.language),
        met=item.scores.late,
        unmet=item.scores.weakest,
        likeness=item.scores.sentence,
        speaker=None,
        direct=False,
        whole=True,
    )
