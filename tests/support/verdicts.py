"""Invented verdicts to show."""

from collections.abc import Sequence

from knowledge.model import Reference, ReviewedClaim
from retrieval.model import (
    CheckedMessage,
    Citation,
    ClaimEvidence,
    IndexState,
    Note,
    SetAside,
    Stance,
    Stances,
    Verdict,
    VerdictKind,
)

CLAIM = "The mill grinds 900 kilograms a week."
DECIDERS = {
    VerdictKind.SUPPORTED: "passages_support", VerdictKind.CONTRADICTED: "passages_contradict",
    VerdictKind.CONFLICTING: "sources_differ", VerdictKind.NOT_ENOUGH_EVIDENCE: "nothing_decides",
}  # fmt: skip
REVIEW = ReviewedClaim(
    id="mill-flour",
    wordings={"en": (CLAIM,), "es": ("El molino muele 900 kilos por semana.",)},
    verdict="contradicted",
    reasons={"en": "The mill's own books say 300.", "es": "Los libros del molino dicen 300."},
    would_change={"en": "Newer books.", "es": "Libros más nuevos."},
    reviewed="2026-01-31",
    evidence=(Reference(1, "The mill", "Books of 2025", "primary", url="https://mill.example/books"),),
)


def evidence(citation: Citation, stance: Stance, *notes: Note, speaker: str | None = None) -> ClaimEvidence:
    """A piece of evidence with a stance of nine tenths."""
    shares = {"supports": 0.05, "contradicts": 0.05, "neutral": 0.05} | {stance: 0.9}
    return ClaimEvidence(citation, stance, Stances(**shares), speaker, notes)


def verdict(kind: VerdictKind, shown: Sequence[ClaimEvidence], **changed: object) -> Verdict:
    """A verdict on the claim."""
    settled = kind is not VerdictKind.NOT_ENOUGH_EVIDENCE
    known: dict[str, object] = {
        "claim": CLAIM, "start": 0, "end": len(CLAIM), "language": "en", "kind": kind, "confidence": 0.876543,
        "evidence": tuple(shown) if settled else (), "nearest": () if settled else tuple(shown),
        "notes": tuple(note for item in shown for note in item.notes), "attributed_to": None, "review": None,
        "decider": DECIDERS[kind], "read": tuple(shown), "read_as": None,
    }  # fmt: skip
    return Verdict(**known | changed)  # type: ignore[arg-type]


def message(
    state: IndexState, *verdicts: Verdict, aside: Sequence[SetAside] = (), language: str = "en"
) -> CheckedMessage:
    """A checked message of these verdicts."""
    kind = verdicts[0].kind if verdicts else VerdictKind.NOT_ENOUGH_EVIDENCE
    text = " ".join([*(shown.claim for shown in verdicts), *(part.text for part in aside)])
    return CheckedMessage(
        text,
        language,
        kind,
        0.876543,
        verdicts,
        tuple(aside),
        state,
        "citabot-reader-es-en",
        "cd" * 32,
        41.26,  # type: ignore[arg-type]
    )
