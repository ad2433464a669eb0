"""Checking a message claim by claim, and checking a quotation; all citations returned are verified."""

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.known_names import means_name
from knowledge.language import detect
from knowledge.model import Language, ReviewedClaim
from knowledge.names import matches_name
from knowledge.quoted import quoted_words, replace_quoted
from retrieval.answer.cite import cite_span, verify_citations
from retrieval.answer.independence import origins
from retrieval.check import paraphrase, reviewed, stance, verdict
from retrieval.check import quotation as quotecheck
from retrieval.check.claims import Claim, split
from retrieval.check.context import contexts
from retrieval.check.evidence import candidates
from retrieval.check.quotation import Comparison
from retrieval.check.rules.finding import Statement
from retrieval.check.stance import WeighedEvidence, check, denies, states, weigh
from retrieval.model import (
    CheckedMessage,
    Citation,
    ClaimEvidence,
    Note,
    QuoteResult,
    QuoteResultKind,
    Stance,
    Stances,
    Verdict,
    VerdictKind,
)
from retrieval.models.reader import Reader
from retrieval.search.base import Base
from retrieval.search.fusion import WEIGHTS, Weights, is_calibrated
from retrieval.search.question import Question, prepare
from retrieval.search.rank import rank
from retrieval.words.alignment import is_negation_or_limit, read_words

# Passages retrieved for a claim. Our choice: as many as sentences of them are read (`evidence.MOST_SENTENCES`).
PASSAGES = 8
# Citations of the nearest evidence, where nothing decides. Our choice: as many as of an answer.
MOST_NEAREST = 3
# Words of the shortest quotation in a claim that is compared with the sources. Our choice: fewer are mostly names and
# titles.
_FEWEST_QUOTED_WORDS = 4
# Words that attribute a statement to somebody.
_ATTRIBUTION = re.compile(
    r"\b(?:said|says|say|told|claims?|claimed|wrote|argued|argues|stated|according to|thinks|believes|warned|called|"
    r"dijo|dice|dicen|afirm\w+|asegur\w+|según|sostien\w+|escribió|declar\w+|cree|opina|advirti\w+|calific\w+)\b",
    re.IGNORECASE,
)
# The confidence of a verdict that verbatim words decide. Our choice, high as the test suite has no altered quotation
# that is taken for a verbatim one.
_VERBATIM_CONFIDENCE = 0.95


def check_message(base: Base, entailment: Reader, text: str, reviews: Sequence[ReviewedClaim]) -> CheckedMessage:
    """Check every claim of a message.

    Raises IndexUnreachable where the vector index cannot be searched, and DamagedDatabase.
    """
    language = detect(text)
    parts = reviewed.with_reviewed(split(text), reviews)
    verdicts = tuple(
        check_claim(base, entailment, claim, context=context, fallback=language, reviews=reviews)
        for claim, context in zip(parts.claims, contexts(parts), strict=True)
    )
    kind, confidence = verdict.overall([(result.kind, result.confidence) for result in verdicts])
    return CheckedMessage(
        message=text,
        language=language,
        kind=kind,
        confidence=confidence,
        verdicts=verdicts,
        set_aside=parts.set_aside,
        index=base.index.state,
        entailment=entailment.name,
        entailment_digest=entailment.digest,
        elapsed_ms=0.0,
        calibrated=is_calibrated(base, stance.FITTED, entailment),
        degraded=base.degraded,
    )


def check_quotation(base: Base, entailment: Reader, text: str, speaker: str | None) -> QuoteResult:
    """Compare a quotation with the sources, and its speaker with theirs where one is given.

    Raises IndexUnreachable where the vector index cannot be searched, and DamagedDatabase.
    """
    comparison = compare_quotation(base, text, speaker, entailment)
    return QuoteResult(
        text=text,
        speaker=speaker,
        language=detect(text),
        kind=comparison.kind if comparison else QuoteResultKind.NOT_FOUND,
        match=cite_comparison(base, comparison) if comparison else None,
        similarity=comparison.similarity if comparison else 0.0,
        differences=comparison.differences if comparison else (),
        notes=(*(comparison.notes if comparison else ()), *speaker_notes(base, speaker)),
        index=base.index.state,
        elapsed_ms=0.0,
        calibrated=is_calibrated(base, paraphrase.FITTED, entailment),
        degraded=base.degraded,
    )


def check_claim(
    base: Base,
    entailment: Reader,
    claim: Claim,
    *,
    context: str,
    fallback: Language,
    reviews: Sequence[ReviewedClaim],
) -> Verdict:
    """Check a claim; `context` is what it is read with (see `contexts`), `fallback` the message's language.

    Raises IndexUnreachable where the vector index cannot be searched, and DamagedDatabase.
    """
    question = prepare_statement(base, context, fallback)
    weighed = weigh_evidence(base, entailment, question)
    decision = _decide(base, weighed)
    statement = Statement(question.text, question.language)
    kind, confidence, evidence, notes = _decide_verbatim(base, claim, statement, weighed, decision)
    match = reviewed.match(question, base.encoder, reviews)
    if match and not reviewed.agrees(match.review.verdict, kind):
        # The review of a person has precedence.
        kind, confidence, evidence = VerdictKind.NOT_ENOUGH_EVIDENCE, 1 - confidence, ()
        notes = [Note("review differs", source=match.review.verdict)]
    notes += dict.fromkeys(note for item in evidence for note in item.notes)
    return Verdict(
        claim=claim.text,
        start=claim.start,
        end=claim.end,
        language=question.language,
        kind=kind,
        confidence=confidence,
        evidence=evidence,
        nearest=() if evidence else _cite_evidence(base, decision.near[:MOST_NEAREST]),
        notes=tuple(dict.fromkeys(notes)),
        attributed_to=_only_speaker(claim.text, kind, evidence),
        review=match.review if match else None,
    )


def _decide(base: Base, weighed: Sequence[WeighedEvidence]) -> verdict.Decision:
    decision = verdict.decide(weighed, origins(base, (item.candidate.source for item in weighed)))
    if not base.degraded:
        return decision
    # The weights were fitted on evidence retrieved with vectors, so that only verbatim words decide without these.
    return replace(decision, kind=VerdictKind.NOT_ENOUGH_EVIDENCE, evidence=())


def _decide_verbatim(
    base: Base, claim: Claim, statement: Statement, weighed: Sequence[WeighedEvidence], decision: verdict.Decision
) -> tuple[VerdictKind, float, tuple[ClaimEvidence, ...], list[Note]]:
    """Return verdict, confidence, evidence and notes, decided by evidence that states, denies or quotes the claim.

    Without such evidence they are those of `decision`.
    """
    kind, confidence, evidence = decision.kind, decision.confidence, _cite_evidence(base, decision.evidence)
    quoted, notes = _check_quoted_words(base, claim.text)
    stated = [item for item in weighed if states(statement, item)]
    if stated:
        kind, confidence = VerdictKind.SUPPORTED, max(confidence, _VERBATIM_CONFIDENCE)
        evidence = tuple(replace(item, stance="supports") for item in _cite_evidence(base, stated[:1]))
        notes.append(Note("stated", evidence[0].citation.exact))
    denied = [item for item in weighed if denies(item)]
    if denied and not stated:
        kind, confidence = VerdictKind.CONTRADICTED, max(confidence, _VERBATIM_CONFIDENCE)
        evidence = tuple(replace(item, stance="contradicts") for item in _cite_evidence(base, denied[:1]))
    if any(item.stance == "contradicts" for item in quoted):
        kind, confidence = VerdictKind.CONTRADICTED, _VERBATIM_CONFIDENCE
        evidence = tuple(item for item in quoted if item.stance == "contradicts")
    elif quoted and kind is not VerdictKind.SUPPORTED:
        kind, confidence, evidence = VerdictKind.SUPPORTED, _VERBATIM_CONFIDENCE, tuple(quoted)
    return kind, confidence, evidence, notes


def weigh_evidence(
    base: Base, entailment: Reader, claim: Question, *, weights: Weights = WEIGHTS
) -> list[WeighedEvidence]:
    """Retrieve and weigh the evidence on a claim; `weights` are those of fusion.

    Raises IndexUnreachable where the vector index cannot be searched.
    """
    evidence = candidates(base, claim, rank(base, claim, limit=PASSAGES, weights=weights))
    readings = entailment.read([(claim.text, candidate.plain) for candidate in evidence])
    statement = Statement(claim.text, claim.language)
    return [
        weigh(candidate, reading.stances, check(statement, candidate, base.names))
        for candidate, reading in zip(evidence, readings, strict=True)
    ]


def compare_quotation(base: Base, text: str, speaker: str | None, entailment: Reader | None) -> Comparison | None:
    """Compare a quotation with the most similar wording in the sources; None where none is similar enough.

    A paraphrase is recognised only with an entailment model. Raises IndexUnreachable where the vector index cannot be
    searched.
    """
    question = prepare_statement(base, text, "und")
    wordings = quotecheck.wordings(base, question, rank(base, question, limit=quotecheck.PASSAGES))
    comparison = quotecheck.compare(text, speaker, wordings)
    if comparison is None and entailment is not None:
        return quotecheck.paraphrase(base, entailment, question, speaker, wordings)
    return comparison


def prepare_statement(base: Base, text: str, fallback: Language) -> Question:
    """Prepare a statement for searching, without answer types; `fallback` is for text of undetermined language."""
    detected = detect(text)
    language = fallback if detected == "und" else detected
    return replace(prepare(text, language, base.encoder.encode_questions([text])), answer_types=frozenset())


def speaker_notes(base: Base, speaker: str | None) -> list[Note]:
    """Return notes on a speaker's name: that nobody of that name is in the base, or several people are."""
    if speaker is None:
        return []
    quoted = {quote.speaker for quote in base.quotes if quote.speaker and means_name(speaker, quote.speaker)}
    wrote = any(source.author and means_name(speaker, source.author) for source in base.sources.values())
    if not quoted and not wrote:
        return [Note("unknown speaker", speaker)]
    people: list[str] = []
    for name in sorted(quoted, key=lambda name: (-len(name), name)):
        if not any(matches_name(name, other) for other in people):
            people.append(name)
    return [Note("several speakers", speaker, ", ".join(sorted(people)))] if len(people) > 1 else []


def _check_quoted_words(base: Base, claim: str) -> tuple[list[ClaimEvidence], list[Note]]:
    """Compare the words of a claim in quotation marks with the sources.

    Altered words are evidence against it, and verbatim words of the speaker whom it names are evidence for it.
    """
    evidence: list[ClaimEvidence] = []
    notes: list[Note] = []
    rest = replace_quoted(claim, lambda _: " ")
    if any(is_negation_or_limit(word.key) for word in read_words(rest)) or not _ATTRIBUTION.search(rest):
        return evidence, notes  # The rules treat "She never said …", and a title in quotation marks is no statement.
    for words in (quoted for quoted in quoted_words(claim) if len(quoted.split()) >= _FEWEST_QUOTED_WORDS):
        comparison = compare_quotation(base, words, None, None)
        if comparison is None:
            continue
        quote = comparison.wording.quote
        named = quote is not None and bool(quote.speaker) and _names_speaker(claim, quote.speaker or "")
        citation = cite_comparison(base, comparison)
        verbatim = comparison.kind is QuoteResultKind.VERBATIM
        note = Note("quotation agrees" if verbatim else "quotation differs", words, citation.exact)
        notes.append(note)
        if verbatim and not named:
            continue
        high, low = _VERBATIM_CONFIDENCE, 1 - _VERBATIM_CONFIDENCE
        stances = Stances(high, low, 0.0) if verbatim else Stances(low, high, 0.0)
        stance: Stance = "supports" if verbatim else "contradicts"
        citation = replace(citation, n=len(evidence) + 1)
        evidence.append(ClaimEvidence(citation, stance, stances, quote.speaker if quote else None, (note,)))
    return evidence, notes


def _names_speaker(claim: str, speaker: str) -> bool:
    """Say whether a claim has the last name of a speaker."""
    return any(part.casefold() in claim.casefold() for part in speaker.split()[-1:])


def _cite_evidence(base: Base, weighed: Sequence[WeighedEvidence]) -> tuple[ClaimEvidence, ...]:
    cited = [item.candidate for item in weighed]
    citations = [
        cite_span(base, candidate.passage, (candidate.start, candidate.end), n=n, score=candidate.evidence.score)
        for n, candidate in enumerate(cited, 1)
    ]
    return tuple(
        ClaimEvidence(citation, verdict.stance_of(item), item.stances, item.candidate.speaker, verdict.notes_of(item))
        for citation, item in zip(verify_citations(base.store, citations), weighed, strict=True)
    )


def _only_speaker(claim: str, kind: VerdictKind, evidence: Sequence[ClaimEvidence]) -> str | None:
    """Return the speaker of the first evidence, where all support is somebody's words and the claim names no speaker.

    A claim that itself attributes the statement to the speaker has none.
    """
    if kind is not VerdictKind.SUPPORTED or not evidence:
        return None
    supporting = [item for item in evidence if item.stance == "supports"] or list(evidence[:1])
    first = supporting[0].attributed_to
    if first is None or any(item.attributed_to is None for item in supporting):
        return None
    return None if _names_speaker(claim, first) and _ATTRIBUTION.search(claim) else first


def cite_comparison(base: Base, comparison: Comparison) -> Citation:
    """Cite the match of a comparison, with its speaker where it is in a quote. Raises DamagedDatabase."""
    wording = comparison.wording
    span = (comparison.start, comparison.end)
    citation = cite_span(base, wording.passage, span, n=1, score=comparison.similarity, quote=wording.quote)
    return verify_citations(base.store, [citation])[0]
