"""A message -> verdicts on its claims, and a quotation -> whether it was said: the two ways through the house.

Both take what an engine holds open and return finished objects whose citations have passed the seal.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.known_names import means_name
from knowledge.language import detect
from knowledge.model import Language, Quote, ReviewedClaim, Source
from knowledge.names import matches_name
from knowledge.quoted import quoted_words, replace_quoted
from knowledge.store import Store
from retrieval.answer.cite import cite_span, seal
from retrieval.answer.independence import origins
from retrieval.check import quotation as quotecheck
from retrieval.check import reviewed, verdict
from retrieval.check.claims import Claim
from retrieval.check.evidence import candidates
from retrieval.check.quotation import Compared
from retrieval.check.rules.finding import Statement
from retrieval.check.stance import Weighed, check, denies, states, weigh
from retrieval.index.generation import Generation
from retrieval.model import Citation, ClaimEvidence, Note, QuoteResultKind, Stance, Stances, Verdict, VerdictKind
from retrieval.models.encoder import Encoder
from retrieval.models.entailment import Entailment
from retrieval.search.question import Question, prepare
from retrieval.search.rank import rank
from retrieval.words.alignment import is_turning, read_words

# Passages whose sentences are looked at for a claim.
PASSAGES = 8
# Citations shown of what came nearest, where nothing decides.
MOST_NEAREST = 3
_FEWEST_QUOTED = 4
# A claim that begins so speaks of what the claim before it named.
_LEANS = re.compile(
    r"(?:it|its|he|she|they|his|her|their|this|that|these|those|él|ella|ellos|ellas|su|sus|esto|eso|este|esta|ese|esa)\b",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"\b(?:said|says|say|told|claims?|claimed|wrote|argued|argues|stated|according to|thinks|believes|warned|called|"
    r"dijo|dice|dicen|afirm\w+|asegur\w+|según|sostien\w+|escribió|declar\w+|cree|opina|advirti\w+|calific\w+)\b",
    re.IGNORECASE,
)
# Confidence of a verdict that words themselves decide: no altered quotation passes for true in the test suite.
_BY_WORDS = 0.95


@dataclass(frozen=True, slots=True)
class Desk:
    """What a check is made with."""

    store: Store
    generation: Generation
    encoder: Encoder
    entailment: Entailment
    sources: Mapping[str, Source]
    quotes: Sequence[Quote]
    known: frozenset[str]
    """The names of the base, folded."""
    reviews: Sequence[ReviewedClaim]


def check_claim(desk: Desk, claim: Claim, before: Claim | None, fallback: Language) -> Verdict:
    """The verdict on one claim; `before` is the claim ahead of it in its message."""
    text = f"{before.text} {claim.text}" if before is not None and _LEANS.match(claim.text) else claim.text
    language = detect(text)
    language = fallback if language == "und" else language
    question = replace(prepare(text, language, desk.encoder.encode_questions([text])), asked_for=frozenset())
    weighed = weigh_evidence(desk, question)
    voices = origins(desk.store, desk.sources, (one.candidate.source for one in weighed))
    decision = verdict.decide(weighed, voices)
    said = Statement(question.text, language)
    kind, confidence, evidence, notes = _decided(desk, claim, said, weighed, decision)
    found = reviewed.match(question, desk.encoder, desk.reviews)
    if found and not reviewed.bears(found.review.verdict, kind):
        # Somebody has looked into it and found otherwise: what a machine makes of the same sources decides nothing.
        kind, confidence, evidence = VerdictKind.NOT_ENOUGH_EVIDENCE, 1 - confidence, ()
        notes = [Note("review differs", source=found.review.verdict)]
    notes += dict.fromkeys(note for one in evidence for note in one.notes)
    return Verdict(
        claim=claim.text,
        start=claim.start,
        end=claim.end,
        language=language,
        kind=kind,
        confidence=confidence,
        evidence=evidence,
        nearest=() if evidence else _cited(desk, decision.near[:MOST_NEAREST]),
        notes=tuple(dict.fromkeys(notes)),
        attributed_to=_attributed(claim.text, kind, evidence),
        review=found.review if found else None,
    )


def _decided(
    desk: Desk, claim: Claim, said: Statement, weighed: Sequence[Weighed], decision: verdict.Decision
) -> tuple[VerdictKind, float, tuple[ClaimEvidence, ...], list[Note]]:
    """The decision as it stands, unless words themselves decide: what is stated, denied or quoted."""
    kind, confidence, evidence = decision.kind, decision.confidence, _cited(desk, decision.evidence)
    quoted, notes = _quoted(desk, claim.text)
    stated = [one for one in weighed if states(said, one)]
    if stated:
        kind, confidence = VerdictKind.SUPPORTED, max(confidence, _BY_WORDS)
        evidence = tuple(replace(one, stance="supports") for one in _cited(desk, stated[:1]))
        notes.append(Note("stated", evidence[0].citation.exact))
    denied = [one for one in weighed if denies(said, one)]
    if denied and not stated:
        kind, confidence = VerdictKind.CONTRADICTED, max(confidence, _BY_WORDS)
        evidence = tuple(replace(one, stance="contradicts") for one in _cited(desk, denied[:1]))
    if any(one.stance == "contradicts" for one in quoted):
        kind, confidence = VerdictKind.CONTRADICTED, _BY_WORDS
        evidence = tuple(one for one in quoted if one.stance == "contradicts")
    elif quoted and kind is not VerdictKind.SUPPORTED:
        kind, confidence, evidence = VerdictKind.SUPPORTED, _BY_WORDS, tuple(quoted)
    return kind, confidence, evidence, notes


def weigh_evidence(desk: Desk, question: Question) -> list[Weighed]:
    """Every piece of evidence for a claim with its stance."""
    ranked = rank(desk.store, desk.generation, question, limit=PASSAGES, told=0)
    found = candidates(desk.store, desk.generation, desk.encoder, question, ranked, desk.sources)
    read = desk.entailment.judge([(one.plain, question.text) for one in found])
    said = Statement(question.text, question.language)
    return [weigh(one, stances, check(said, one, desk.known)) for one, stances in zip(found, read, strict=True)]


def compare_quotation(desk: Desk, text: str, speaker: str | None, *, meaning: bool = True) -> Compared | None:
    """The source's wording that a quotation is, changes or, with `meaning`, says in other words."""
    language = detect(text)
    question = replace(prepare(text, language, desk.encoder.encode_questions([text])), asked_for=frozenset())
    ranked = rank(desk.store, desk.generation, question, limit=quotecheck.PASSAGES, told=0)
    found = quotecheck.wordings(desk.store, desk.generation, question, ranked, desk.sources, desk.quotes)
    compared = quotecheck.compare(text, speaker, found)
    if compared is None and meaning:
        tools = quotecheck.Tools(desk.generation, desk.encoder, desk.entailment)
        return quotecheck.paraphrase(text, speaker, question, found, tools)
    return compared


def speaker_notes(desk: Desk, speaker: str | None) -> list[Note]:
    """What is to be said of a speaker's name: that nobody of it is quoted, or that it is several people's."""
    if speaker is None:
        return []
    quoted = {quote.speaker for quote in desk.quotes if quote.speaker and means_name(speaker, quote.speaker)}
    wrote = any(one.author and means_name(speaker, one.author) for one in desk.sources.values())
    if not quoted and not wrote:
        return [Note("unknown speaker", speaker)]
    apart: list[str] = []
    for name in sorted(quoted, key=lambda one: (-len(one), one)):
        if not any(matches_name(name, other) for other in apart):
            apart.append(name)
    return [Note("several speakers", speaker, ", ".join(sorted(apart)))] if len(apart) > 1 else []


def _quoted(desk: Desk, claim: str) -> tuple[list[ClaimEvidence], list[Note]]:
    """What the words in quotation marks decide: altered ones deny the claim, the named speaker's own bear it out."""
    evidence: list[ClaimEvidence] = []
    notes: list[Note] = []
    rest = replace_quoted(claim, lambda _: " ")
    if any(is_turning(word.key) for word in read_words(rest)) or not _SAYS.search(rest):
        return evidence, notes  # "She never said …" is for the other rules; a title in quotation marks says nothing.
    for words in (one for one in quoted_words(claim) if len(one.split()) >= _FEWEST_QUOTED):
        found = compare_quotation(desk, words, None, meaning=False)
        if found is None:
            continue
        quote = found.wording.quote
        named = quote is not None and bool(quote.speaker) and _names(claim, quote.speaker or "")
        citation = cite_compared(desk, found)
        same = found.kind is QuoteResultKind.VERBATIM
        note = Note("quotation agrees" if same else "quotation differs", words, citation.exact)
        notes.append(note)
        if same and not named:
            continue
        stances = Stances(_BY_WORDS, 1 - _BY_WORDS, 0.0) if same else Stances(1 - _BY_WORDS, _BY_WORDS, 0.0)
        stance: Stance = "supports" if same else "contradicts"
        citation = replace(citation, n=len(evidence) + 1)
        evidence.append(ClaimEvidence(citation, stance, stances, quote.speaker if quote else None, (note,)))
    return evidence, notes


def _names(claim: str, speaker: str) -> bool:
    return any(part.casefold() in claim.casefold() for part in speaker.split()[-1:])


def _cited(desk: Desk, weighed: Sequence[Weighed]) -> tuple[ClaimEvidence, ...]:
    citations = [
        cite_span(desk.store, desk.sources[one.candidate.source], (one.candidate.start, one.candidate.end),
                  n=n, score=one.candidate.retrieval.score)
        for n, one in enumerate(weighed, 1)
    ]  # fmt: skip
    return tuple(
        ClaimEvidence(citation, verdict.stance_of(one), one.stances, one.candidate.speaker, verdict.notes_of(one))
        for citation, one in zip(seal(desk.store, citations), weighed, strict=True)
    )


def _attributed(claim: str, kind: VerdictKind, evidence: Sequence[ClaimEvidence]) -> str | None:
    """Who alone says so, where the claim is borne out by nothing but this, and does not itself say who says it."""
    if kind is not VerdictKind.SUPPORTED or not evidence:
        return None
    bearing = [one for one in evidence if one.stance == "supports"] or list(evidence[:1])
    first = bearing[0].attributed_to
    if first is None or any(one.attributed_to is None for one in bearing):
        return None
    return None if _names(claim, first) and _SAYS.search(claim) else first


def cite_compared(desk: Desk, found: Compared) -> Citation:
    """The citation of a compared wording, sealed; a part of a quote keeps its speaker."""
    cited = cite_span(
        desk.store,
        found.wording.source,
        (found.start, found.end),
        n=1,
        score=found.similarity,
        quote=found.wording.quote,
    )
    return seal(desk.store, [cited])[0]
