"""Verdicts and quotation checks as JSON: the one place that decides names, order and rounding."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from knowledge.model import Language, ReviewedClaim
from retrieval.model import CheckedMessage, ClaimEvidence, QuoteResult, SetAside, Verdict, VerdictKind
from retrieval.present.as_json import DECIMALS, MILLISECOND_DECIMALS, Json, answer, citation, index, reference
from retrieval.present.verdict_texts import note_text, verdict_texts


def checked(m: CheckedMessage) -> Json:
    """The verdict on a message; of several claims the one as a whole, and each claim's own under `claims`."""
    deciding = [one for one in m.verdicts if one.kind is m.kind]
    single = m.verdicts[0] if len(m.verdicts) == 1 else None
    settled = m.kind is not VerdictKind.NOT_ENOUGH_EVIDENCE
    found = [item for one in deciding for item in one.evidence] if settled else []
    near = [item for one in deciding for item in one.nearest] if not settled else []
    notes = [note_text(note, one.language) for one in deciding for note in one.notes]
    language = single.language if single else m.language
    return {
        "claim": single.claim if single else m.message,
        "language": language,
        "verdict": m.kind.value,
        "confidence": round(m.confidence, DECIMALS),
        "evidence": _numbered(found, language),
        "nearest": _numbered(near, language),
        "notes": notes or ([] if m.verdicts else _why_none(m)),
        "attributed_to": single.attributed_to if single else None,
        "review": _review(single.review, language) if single and single.review else None,
        "message": m.message,
        "claims": [_verdict(one) for one in m.verdicts],
        "set_aside": [_set_aside(one) for one in m.set_aside],
        "index": index(m.index) | {"entailment": m.entailment, "entailment_digest": m.entailment_digest},
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
        "diff": [[operation, words] for operation, words in q.differences],
        "language": q.language,
        "notes": [note_text(note, q.language) for note in q.notes],
        "index": index(q.index),
        "elapsed_ms": round(q.elapsed_ms, MILLISECOND_DECIMALS),
    }


def _match(q: QuoteResult) -> Json | None:
    # The contract calls every match a quote, also one of words that the source itself says.
    return None if q.match is None else citation(q.match) | {"kind": "quote"}


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
    }


def _numbered(found: Sequence[ClaimEvidence], language: Language) -> list[Json]:
    return [_evidence(one, language) | {"n": n} for n, one in enumerate(found, 1)]


def _evidence(one: ClaimEvidence, language: Language) -> Json:
    stances = {"supports": one.stances.supports, "contradicts": one.stances.contradicts, "neutral": one.stances.neutral}
    return {
        "stance": one.stance,
        "probabilities": {name: round(share, DECIMALS) for name, share in stances.items()},
        "attributed": one.attributed_to is not None,
        "attributed_to": one.attributed_to,
        "notes": [note_text(note, language) for note in one.notes],
    } | citation(one.citation)


def _set_aside(one: SetAside) -> Json:
    return {"text": one.text, "start": one.start, "end": one.end, "reason": one.reason}


def _review(one: ReviewedClaim, language: Language) -> Json:
    reasons, would_change = one.why(language)
    return {
        "id": one.id,
        "claim": one.claim(language),
        "verdict": one.verdict,
        "reasons": reasons,
        "would_change": would_change,
        "reviewed": one.reviewed,
        "evidence": [reference(item) for item in one.evidence],
    }


def _why_none(m: CheckedMessage) -> list[str]:
    words = verdict_texts(m.language)
    reasons = dict.fromkeys(words.set_aside_reasons[one.reason] for one in m.set_aside)
    return [words.notes["nothing to check"].format(claim=", ".join(reasons))]


SHAPES: Mapping[str, Callable[[Any], Json]] = {"ask": answer, "check": checked, "quote": quote_result}
"""What makes the JSON of each kind of result that a record holds."""
