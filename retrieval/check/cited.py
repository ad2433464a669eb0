"""Citations of what passages do with a claim: the words that decide, or those nearest to it; all are verified."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from retrieval.answer.cite import cite_span, verify_citations, with_copy
from retrieval.check.difference import difference
from retrieval.check.evidence import Excerpt, JudgedPassage, nearest_excerpt
from retrieval.model import ClaimEvidence, Highlight
from retrieval.search.base import Base
from retrieval.search.question import Question


def read_excerpts(judged: Sequence[JudgedPassage], deciding: Sequence[Excerpt]) -> list[Excerpt]:
    """Return what is shown of each passage read, best ranked first: what decides, else what is most like the claim."""
    excerpts = {excerpt.judged.id: excerpt for excerpt in deciding}
    return [excerpts.get(passage.id) or nearest_excerpt(passage) for passage in judged]


def evidence_read(
    judged: Sequence[JudgedPassage], read: Sequence[ClaimEvidence], deciding: Sequence[Excerpt]
) -> tuple[ClaimEvidence, ...]:
    """Return the evidence of the deciding excerpts, in their order, from that of all passages read."""
    by_passage = dict(zip((passage.id for passage in judged), read, strict=True))
    evidence = (by_passage[excerpt.judged.id] for excerpt in deciding)
    return tuple(replace(item, citation=replace(item.citation, n=n)) for n, item in enumerate(evidence, 1))


def with_copies(base: Base, evidence: Sequence[ClaimEvidence], stories: Mapping[str, str]) -> tuple[ClaimEvidence, ...]:
    """Return the evidence with the other sources of its story that were ranked, as places where it stands too."""
    completed = []
    for item in evidence:
        citation = item.citation
        for source_id, story in stories.items():
            if story == stories.get(citation.source.id):
                citation = with_copy(citation, base.sources[source_id])
        completed.append(replace(item, citation=citation))
    return tuple(completed)


def cite_excerpts(base: Base, claim: Question, excerpts: Sequence[Excerpt]) -> tuple[ClaimEvidence, ...]:
    """Cite excerpts in their order, each with what its passage does with the claim. Raises DamagedDatabase."""
    evidence = [_cite_excerpt(base, claim, excerpt, n) for n, excerpt in enumerate(excerpts, 1)]
    verify_citations(base.store, [item.citation for item in evidence])
    return tuple(evidence)


def _cite_excerpt(base: Base, claim: Question, excerpt: Excerpt, n: int) -> ClaimEvidence:
    """Cite an excerpt, with the words marked that it has in the place of the claim's, where it contradicts so."""
    item, start = excerpt.judged.evidence, excerpt.start
    citation = cite_span(base, item.passage, (start, excerpt.end), n=n, score=item.score)
    evidence = ClaimEvidence(
        citation,
        excerpt.stance,
        excerpt.judged.stances,
        excerpt.speaker,
        (),
        speaker_confidence=excerpt.speaker_confidence,
    )
    if excerpt.stance != "contradicts":
        return evidence
    other = difference(claim.text, claim.language, citation.exact, item.passage.language)
    if other is None:
        return evidence
    words = Highlight(start + other.start, start + other.end, citation.exact[other.start : other.end], sure=False)
    return replace(evidence, citation=replace(citation, highlight=words), claimed=other.claimed)
