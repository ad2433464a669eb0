"""From weighed evidence to a verdict.

The rule. Each stance's score is a soft maximum over the evidence, each piece of one independent origin counting once;
supported, contradicted and neither share the probability among them. Supported or contradicted is said only where the
evidence is likely to decide, and is clearly for one side: both bounds are set so that calling the one the other, the
worst mistake, is rare. Where it is not clear, and evidence of independent origin that is sure of itself stands on
either side, the verdict is conflicting. All else is not enough evidence.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.check.stance import SHARPNESS, Weighed, calibration, scores
from retrieval.model import Note, NoteKind, Stance, VerdictKind

# Least probability that the evidence decides at all, and least share of that for one side. They are those that give the
# best verdicts among all that reverse at most three development claims in a hundred (`tests/benchmarks/verdicts.py`).
NEAR, SURE = 0.85, 0.7
# What each side of a conflict must be on its own.
CONFLICT = 0.8
MOST_EVIDENCE = 4
_KINDS: dict[str, tuple[NoteKind, NoteKind | None, NoteKind | None]] = {
    # finding: differs, agrees, open
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
    """A verdict and the evidence it rests on, best first; `near` is what came nearest where it rests on none."""

    kind: VerdictKind
    confidence: float
    evidence: tuple[Weighed, ...]
    near: tuple[Weighed, ...]


def decide(weighed: Sequence[Weighed], origins: Mapping[str, str]) -> Decision:
    """The verdict on one claim; `origins` says by source what counts as one independent voice."""
    nearest = sorted(weighed, key=lambda one: (one.stances.neutral, -one.candidate.retrieval.score))
    near = _apart(nearest, origins)
    supports, contradicts, _ = probabilities(weighed)
    for_it, against = _side(weighed, "supports"), _side(weighed, "contradicts")
    decides, clear = supports + contradicts >= NEAR, max(supports, contradicts) >= SURE * (supports + contradicts)
    if decides and clear:
        kind, side, sure = (
            (VerdictKind.SUPPORTED, for_it, supports)
            if supports >= contradicts
            else (VerdictKind.CONTRADICTED, against, contradicts)
        )
        return Decision(kind, sure, _apart(side, origins), near)
    if decides and _conflict(for_it, against, origins):
        both = sorted([*for_it, *against], key=lambda one: one.stances.neutral)
        confidence = min(for_it[0].stances.supports, against[0].stances.contradicts)
        return Decision(VerdictKind.CONFLICTING, confidence, _apart(both, origins), near)
    return Decision(VerdictKind.NOT_ENOUGH_EVIDENCE, 1 - max(supports, contradicts), (), near)


def _apart(found: Sequence[Weighed], origins: Mapping[str, str]) -> tuple[Weighed, ...]:
    """The best few that do not repeat each other: no overlap, and of copies of one story only the best one's words."""
    kept: list[Weighed] = []
    for one in sorted(found, key=lambda one: one.candidate.whole):
        mine = one.candidate
        if not any(
            origins[mine.source] == origins[other.candidate.source]
            and (mine.source != other.candidate.source
                 or (mine.start < other.candidate.end and other.candidate.start < mine.end))
            for other in kept
        ):  # fmt: skip
            kept.append(one)
    return tuple(kept[:MOST_EVIDENCE])


def probabilities(weighed: Sequence[Weighed]) -> tuple[float, float, float]:
    """How likely the claim is supported, contradicted or neither, by all of its evidence."""
    pairs = [scores(one.features, calibration()) for one in weighed if one.asserted]
    if not pairs:
        return 0.0, 0.0, 1.0
    odds = [pooled([pair[0] for pair in pairs]), pooled([pair[1] for pair in pairs]), 0.0]
    shares = [math.exp(score - max(odds)) for score in odds]
    supports, contradicts, neither = (share / sum(shares) for share in shares)
    return supports, contradicts, neither


def pooled(found: Sequence[float]) -> float:
    """The soft maximum."""
    most = max(found)
    return most + math.log(sum(math.exp(SHARPNESS * (score - most)) for score in found)) / SHARPNESS


def stance_of(one: Weighed) -> Stance:
    """The likeliest stance."""
    shares = one.stances
    if shares.supports >= max(shares.contradicts, shares.neutral):
        return "supports"
    return "contradicts" if shares.contradicts >= shares.neutral else "neutral"


def notes_of(one: Weighed) -> tuple[Note, ...]:
    """What the rules found, and whether they turned what the entailment model had read."""
    found = []
    for finding in one.findings:
        differs, agrees, unproven = _KINDS[finding.kind]
        kind = {"differs": differs, "agrees": agrees, "open": unproven}[finding.outcome]
        if kind is not None:
            found.append(Note(kind, finding.claim, finding.source))
    read = one.read
    likeliest = max(("supports", read.supports), ("contradicts", read.contradicts), ("neutral", read.neutral),
                    key=lambda pair: pair[1])[0]  # fmt: skip
    if likeliest != stance_of(one) and any(finding.outcome != "open" for finding in one.findings):
        found.append(Note("rule turned", likeliest, stance_of(one)))
    return tuple(found)


def overall(kinds: Sequence[tuple[VerdictKind, float]]) -> tuple[VerdictKind, float]:
    """The verdict on a message of several claims, as `CheckedMessage` says, and the confidence of what decided it."""
    for kind in (VerdictKind.CONTRADICTED, VerdictKind.CONFLICTING, VerdictKind.NOT_ENOUGH_EVIDENCE):
        found = [confidence for one, confidence in kinds if one is kind]
        if found:
            return kind, max(found)
    if not kinds:
        return VerdictKind.NOT_ENOUGH_EVIDENCE, 1.0
    return VerdictKind.SUPPORTED, min(confidence for _, confidence in kinds)


def _side(weighed: Sequence[Weighed], stance: Stance) -> list[Weighed]:
    """The evidence with this stance; where none is likelier than neutral, the surest of all.

    What a rule can show the working of comes first, then the surest: a reader should see why at once.
    """
    shows = "agrees" if stance == "supports" else "differs"
    own = sorted(weighed, key=lambda one: -getattr(one.stances, stance))
    with_it = [one for one in own if stance_of(one) == stance]
    return sorted(with_it, key=lambda one: all(found.outcome != shows for found in one.findings)) or own[:1]


def _conflict(for_it: Sequence[Weighed], against: Sequence[Weighed], origins: Mapping[str, str]) -> bool:
    return any(
        one.stances.supports >= CONFLICT and other.stances.contradicts >= CONFLICT
        and origins[one.candidate.source] != origins[other.candidate.source]
        for one in for_it for other in against
    )  # fmt: skip
