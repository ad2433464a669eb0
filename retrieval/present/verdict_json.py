"""Verdicts and quotation checks as JSON: the one place that decides names, order and rounding."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from knowledge.model import Language, ReviewedClaim
from retrieval.model import CheckedMessage, ClaimEvidence, QuoteResult, SetAside, Stances, Verdict, VerdictKind
from retrieval.present.as_json import (
    DECIMALS,
    MILLISECOND_DECIMALS,
    Json,
    answer,
    citation,
    index,
    part,
    probability,
    reference,
    reservations,
)
from retrieval.present.texts import note_text, say_for


def checked(m: CheckedMessage) -> Json:
    """The verdict on a message; of several claims the one as a whole, and each claim's own under `claims`."""
    deciding = [verdict for verdict in m.verdicts if verdict.kind is m.kind]
    single = m.verdicts[0] if len(m.verdicts) == 1 else None
    settled = m.kind is not VerdictKind.NOT_ENOUGH_EVIDENCE
    evidence = [piece for verdict in deciding for piece in verdict.evidence] if settled else []
    near = [piece for verdict in deciding for piece in verdict.nearest] if not settled else []
    notes = [note_text(note, verdict.language) for verdict in deciding for note in verdict.notes]
    language = single.language if single else m.language
    return {
        "claim": single.claim if single else m.message,
        "language": language,
        "verdict": m.kind.value,
        "confidence": round(m.confidence, DECIMALS),
        **reservations(m),
        "evidence": _numbered(evidence, language),
        "nearest": _numbered(near, language),
        "notes": notes or ([] if m.verdicts else _why_none(m)),
        "attributed_to": single.attributed_to if single else None,
        "review": _review(single.review, language) if single and single.review else None,
        "message": m.message,
        "claims": [_verdict(verdict) for verdict in m.verdicts],
        "set_aside": [_set_aside(aside) for aside in m.set_aside],
        "index": index(m.index) | {"reader": m.reader, "reader_digest": m.reader_digest},
        "elapsed_ms": round(m.elapsed_ms, MILLISECOND_DECIMALS),
    }


def quote_result(q: QuoteResult) -> Json:
    """Whether somebody said it."""
    return {
        "text": q.text,
        "speaker": q.speaker,
        "result": q.kind.value,
        "match": _match(q),
        "similarity": round(q.similarity, DECIMALS),
        **reservations(q),
        "diff": [[operation, words] for operation, words in q.differences],
        "language": q.language,
        "notes": [note_text(note, q.language) for note in q.notes],
        "index": index(q.index),
        "elapsed_ms": round(q.elapsed_ms, MILLISECOND_DECIMALS),
    }


def _match(q: QuoteResult) -> Json | None:
    # The contract calls every match a quote, also one of words that the source itself says.
    match = q.match
    if match is None:
        return None
    parts = match.parts or ((match.start, match.end),)
    return citation(match) | {"kind": "quote", "parts": [part(match, start, end) for start, end in parts]}


def _verdict(v: Verdict) -> Json:
    return {
        "claim": v.claim,
        "start": v.start,
        "end": v.end,
        "language": v.language,
        "verdict": v.kind.value,
        "confidence": round(v.confidence, DECIMALS),
        "evidence": _numbered(v.evidence, v.language),
        "nearest": _numbered(v.nearest, v.language),
        "notes": [note_text(note, v.language) for note in v.notes],
        "attributed_to": v.attributed_to,
        "review": _review(v.review, v.language) if v.review else None,
        "decider": v.decider,
        "read_as": v.read_as,
        "read": [{"probabilities": _probabilities(piece.stances)} | citation(piece.citation) for piece in v.read],
    }


def _numbered(evidence: Sequence[ClaimEvidence], language: Language) -> list[Json]:
    return [_evidence(piece, language) | {"n": n} for n, piece in enumerate(evidence, 1)]


def _evidence(e: ClaimEvidence, language: Language) -> Json:
    stance: Json = {
        "stance": e.stance,
        "probabilities": _probabilities(e.stances),
        "attributed": e.attributed_to is not None,
        "attributed_to": e.attributed_to,
        "claimed": e.claimed,
        "notes": [note_text(note, language) for note in e.notes],
    }
    return stance | citation(e.citation) | {"speaker_confidence": probability(e.speaker_confidence)}


def _probabilities(s: Stances) -> Json:
    shares = {"supports": s.supports, "contradicts": s.contradicts, "neutral": s.neutral}
    return {name: round(share, DECIMALS) for name, share in shares.items()}


def _set_aside(a: SetAside) -> Json:
    return {"text": a.text, "start": a.start, "end": a.end, "reason": a.reason}


def _review(r: ReviewedClaim, language: Language) -> Json:
    reasons, would_change = r.why(language)
    return {
        "id": r.id,
        "claim": r.claim(language),
        "verdict": r.verdict,
        "reasons": reasons,
        "would_change": would_change,
        "reviewed": r.reviewed,
        "evidence": [reference(document) for document in r.evidence],
    }


def _why_none(m: CheckedMessage) -> list[str]:
    reasons = dict.fromkeys(say_for(m.language, "set-aside", aside.reason) for aside in m.set_aside)
    return [say_for(m.language, "note", "nothing to check", claim=", ".join(reasons))]


SHAPES: Mapping[str, Callable[[Any], Json]] = {"ask": answer, "check": checked, "quote": quote_result}
"""What makes the JSON of each kind of result that a record holds."""
