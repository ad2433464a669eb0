"""Verdicts from weighed evidence.

The score of each stance is a soft maximum over the evidence; supported, contradicted and neither have probabilities
that sum to 1. The verdict is supported or contradicted only where the evidence probably decides, and clearly for one of
them: the bounds are those with the best verdicts among all that reverse at most three development claims in a hundred.
Otherwise, where evidence of independent origin has a high probability on either side, the verdict is conflicting. All
else is not enough evidence.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from retrieval.check.evidence import Candidate
from retrieval.check.stance import CALIBRATION, SHARPNESS, WeighedEvidence, scores
from retrieval.model import Note, NoteKind, Stance, VerdictKind

# The least probability of the stance of each piece of evidence in a conflict. Our choice: less probable ones are not
# enough.
CONFLICT = 0.8
# Pieces of evidence of a verdict. Our choice: what a person reads.
MOST_EVIDENCE = 4
# The notes by kind of finding, for the outcomes differs, agrees and open.
_KINDS: dict[str, tuple[NoteKind, NoteKind | None, NoteKind | None]] = {
    "number": ("number differs", "number agrees", None),
    "date": ("date differs", "date agrees", None),
    "order": ("order differs", "order agrees", None),
    "name": ("name differs", None, None),
    "roles": ("roles differ", "roles agree", None),
    "negation": ("negation differs", "negation agrees", None),
    "opposite": ("opposite differs", None, None),
    "scope": ("scope differs", None, "scope open"),
    "factuality": ("told as untrue", None, "not asserted"),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and its evidence, best first; `near` is the evidence that is least neutral, whatever the verdict."""

    kind: VerdictKind
    confidence: float
    evidence: tuple[WeighedEvidence, ...]
    near: tuple[WeighedEvidence, ...]


def decide(weighed: Sequence[WeighedEvidence], origins: Mapping[str, str]) -> Decision:
    """Decide on a claim; `origins` gives by source id the id of its origin (see `independence`)."""
    least_neutral = sorted(weighed, key=lambda item: (item.stances.neutral, -item.candidate.evidence.score))
    near = _distinct(least_neutral, origins)
    supports, contradicts, _ = probabilities(weighed)
    supporting, contradicting = _with_stance(weighed, "supports"), _with_stance(weighed, "contradicts")
    decides = supports + contradicts >= CALIBRATION.near
    clear = max(supports, contradicts) >= CALIBRATION.sure * (supports + contradicts)
    if decides and clear and supports >= contradicts:
        return Decision(VerdictKind.SUPPORTED, supports, _distinct(supporting, origins), near)
    if decides and clear:
        return Decision(VerdictKind.CONTRADICTED, contradicts, _distinct(contradicting, origins), near)
    if decides and _conflict(supporting, contradicting, origins):
        both = sorted([*supporting, *contradicting], key=lambda item: item.stances.neutral)
        confidence = min(supporting[0].stances.supports, contradicting[0].stances.contradicts)
        return Decision(VerdictKind.CONFLICTING, confidence, _distinct(both, origins), near)
    return Decision(VerdictKind.NOT_ENOUGH_EVIDENCE, 1 - max(supports, contradicts), (), near)


def _distinct(evidence: Sequence[WeighedEvidence], origins: Mapping[str, str]) -> tuple[WeighedEvidence, ...]:
    """Return the best pieces that do not repeat each other: none overlap, and none are from copies of the same story.

    Sentences come before paragraphs.
    """
    distinct: list[WeighedEvidence] = []
    for item in sorted(evidence, key=lambda item: item.candidate.whole):
        if not any(_repeats(item.candidate, other.candidate, origins) for other in distinct):
            distinct.append(item)
    return tuple(distinct[:MOST_EVIDENCE])


def _repeats(candidate: Candidate, other: Candidate, origins: Mapping[str, str]) -> bool:
    if origins[candidate.source] != origins[other.source]:
        return False
    overlaps = candidate.start < other.end and other.start < candidate.end
    return candidate.source != other.source or overlaps


def probabilities(weighed: Sequence[WeighedEvidence]) -> tuple[float, float, float]:
    """Return the probabilities that the claim is supported, contradicted or neither by all of its evidence."""
    pairs = [scores(item.features, CALIBRATION) for item in weighed if item.asserted]
    if not pairs:
        return 0.0, 0.0, 1.0
    odds = [pooled([pair[0] for pair in pairs]), pooled([pair[1] for pair in pairs]), 0.0]
    shares = [math.exp(score - max(odds)) for score in odds]
    supports, contradicts, neither = (share / sum(shares) for share in shares)
    return supports, contradicts, neither


def pooled(values: Sequence[float]) -> float:
    """Return the soft maximum of scores: log Σ exp(s·x) / s, where s is SHARPNESS."""
    most = max(values)
    return most + math.log(sum(math.exp(SHARPNESS * (value - most)) for value in values)) / SHARPNESS


def stance_of(item: WeighedEvidence) -> Stance:
    """Return the most probable stance of weighed evidence."""
    stances = item.stances
    if stances.supports >= max(stances.contradicts, stances.neutral):
        return "supports"
    return "contradicts" if stances.contradicts >= stances.neutral else "neutral"


def notes_of(item: WeighedEvidence) -> tuple[Note, ...]:
    """Return notes on the findings of the rules, and on a stance that is not that of the entailment model."""
    notes = []
    for finding in item.findings:
        differs, agrees, open_kind = _KINDS[finding.kind]
        kind = {"differs": differs, "agrees": agrees, "open": open_kind}[finding.outcome]
        if kind is not None:
            notes.append(Note(kind, finding.claim, finding.source))
    entailment = asdict(item.entailment)
    likeliest = max(("supports", "contradicts", "neutral"), key=entailment.__getitem__)
    if likeliest != stance_of(item) and any(finding.outcome != "open" for finding in item.findings):
        notes.append(Note("rule turned", likeliest, stance_of(item)))
    return tuple(notes)


def overall(kinds: Sequence[tuple[VerdictKind, float]]) -> tuple[VerdictKind, float]:
    """Return the verdict on a message of several claims (see `CheckedMessage`), and the confidence in it.

    It is the highest of the claims with that verdict, or for supported the lowest.
    """
    for kind in (VerdictKind.CONTRADICTED, VerdictKind.CONFLICTING, VerdictKind.NOT_ENOUGH_EVIDENCE):
        confidences = [confidence for claim_kind, confidence in kinds if claim_kind is kind]
        if confidences:
            return kind, max(confidences)
    if not kinds:
        return VerdictKind.NOT_ENOUGH_EVIDENCE, 1.0
    return VerdictKind.SUPPORTED, min(confidence for _, confidence in kinds)


def _with_stance(weighed: Sequence[WeighedEvidence], stance: Stance) -> list[WeighedEvidence]:
    """Return the evidence with this stance, else the piece with its highest probability.

    Evidence with a finding for the stance, which explains it to a reader, comes first, then the most probable.
    """
    outcome = "agrees" if stance == "supports" else "differs"
    ordered = sorted(weighed, key=lambda item: -getattr(item.stances, stance))
    with_stance = [item for item in ordered if stance_of(item) == stance]
    with_stance.sort(key=lambda item: all(finding.outcome != outcome for finding in item.findings))
    return with_stance or ordered[:1]


def _conflict(
    supporting: Sequence[WeighedEvidence], contradicting: Sequence[WeighedEvidence], origins: Mapping[str, str]
) -> bool:
    """Say whether evidence of different origins has a high probability on either side."""
    return any(
        support.stances.supports >= CONFLICT
        and contradiction.stances.contradicts >= CONFLICT
        and origins[support.candidate.source] != origins[contradiction.candidate.source]
        for support in supporting
        for contradiction in contradicting
    )
