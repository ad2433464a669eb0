"""Verdicts: one ordered table of deciders, of which the first that decides is heard.

The surest passage decides, where the reader is surer than a bound: on development claims that is as good as weighing
all passages of a claim against each other, and simpler. Nothing outside of the table makes or turns a verdict but a
person's review (see `factcheck`).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from retrieval.check.evidence import JudgedPassage
from retrieval.model import ClaimEvidence, Stance, VerdictKind
from retrieval.models.fitted import logistic, read_fitted

FITTED = read_fitted("retrieval.check", "verdict.json")
# Probabilities of the reader beyond these are taken for these, as none is that sure. Our choice.
_LEAST_PROBABILITY = 0.003
# Pieces of evidence of a verdict. Our choice: what a person reads.
MOST_EVIDENCE = 4
# The confidence of a verdict on words in quotation marks. Our choice, high as the test suite has no altered quotation
# that is taken for a verbatim one.
_QUOTED_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Calibration:
    """The least probability of the reader that decides, and what makes of its log-odds those of a right verdict."""

    least: float
    intercept: float
    weight: float


CALIBRATION = Calibration(**FITTED.values)


@dataclass(frozen=True, slots=True)
class Case:
    """What there is on a claim: the passages read, best first, and what the sources have of the words it quotes.

    `origins` gives by source id the id of its origin (see `independence`); `degraded`: only full text was searched.
    """

    passages: Sequence[JudgedPassage]
    origins: Mapping[str, str] = field(default_factory=dict)
    quoted: Sequence[ClaimEvidence] = ()
    degraded: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and the passages it rests on, each with its stance, best first, or the quotations it rests on."""

    kind: VerdictKind
    confidence: float
    passages: tuple[tuple[JudgedPassage, Stance], ...] = ()
    quoted: tuple[ClaimEvidence, ...] = ()


def altered_quotation(case: Case) -> Decision | None:
    """Contradict a claim whose quoted words the sources have otherwise."""
    return _quoted(case, "contradicts", VerdictKind.CONTRADICTED)


def verbatim_quotation(case: Case) -> Decision | None:
    """Support a claim whose quoted words the sources have, by the person it names."""
    return _quoted(case, "supports", VerdictKind.SUPPORTED)


def full_text_alone(case: Case) -> Decision | None:
    """Leave open what was searched without vectors, as no figure stands for that."""
    return Decision(VerdictKind.NOT_ENOUGH_EVIDENCE, 1.0) if case.degraded else None


def sources_differ(case: Case) -> Decision | None:
    """Say that independent sources differ where either side has one that decides by itself."""
    supporting, contradicting = (
        [passage for passage in case.passages if getattr(passage.stances, side) >= CALIBRATION.least]
        for side in ("supports", "contradicts")
    )
    pairs = [
        (support, contradiction)
        for support in supporting
        for contradiction in contradicting
        if case.origins[support.source] != case.origins[contradiction.source]
    ]
    if not pairs:
        return None
    support, contradiction = max(pairs, key=lambda pair: min(pair[0].stances.supports, pair[1].stances.contradicts))
    confidence = probability(min(support.stances.supports, contradiction.stances.contradicts))
    return Decision(VerdictKind.CONFLICTING, confidence, ((support, "supports"), (contradiction, "contradicts")))


def passages_support(case: Case) -> Decision | None:
    """Support what the surest passage supports."""
    return _sided(case, "supports", VerdictKind.SUPPORTED)


def passages_contradict(case: Case) -> Decision | None:
    """Contradict what the surest passage contradicts."""
    return _sided(case, "contradicts", VerdictKind.CONTRADICTED)


def nothing_decides(case: Case) -> Decision:
    """Leave the claim open."""
    return Decision(VerdictKind.NOT_ENOUGH_EVIDENCE, 1 - probability(max(surest(case.passages))))


DECIDERS: tuple[Callable[[Case], Decision | None], ...] = (
    altered_quotation,
    verbatim_quotation,
    full_text_alone,
    sources_differ,
    passages_support,
    passages_contradict,
)


def decide(case: Case) -> Decision:
    """Return the decision of the first decider that makes one, and leave the claim open where none does."""
    for decider in DECIDERS:
        if (decision := decider(case)) is not None:
            return decision
    return nothing_decides(case)


def surest(passages: Sequence[JudgedPassage]) -> tuple[float, float]:
    """Return the highest probability with which a passage supports the claim, and with which one contradicts it."""
    supports = max((passage.stances.supports for passage in passages), default=0.0)
    return supports, max((passage.stances.contradicts for passage in passages), default=0.0)


def log_odds(share: float) -> float:
    """Return the log-odds of a probability of the reader."""
    inside = min(max(share, _LEAST_PROBABILITY), 1 - _LEAST_PROBABILITY)
    return math.log(inside / (1 - inside))


def probability(share: float) -> float:
    """Return the probability that a verdict is right that rests on a passage with this probability of the reader."""
    return logistic(CALIBRATION.intercept + CALIBRATION.weight * log_odds(share))


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


def _quoted(case: Case, stance: Stance, kind: VerdictKind) -> Decision | None:
    own = [evidence for evidence in case.quoted if evidence.stance == stance][:MOST_EVIDENCE]
    shown = tuple(
        replace(evidence, citation=replace(evidence.citation, n=n)) for n, evidence in enumerate(own, start=1)
    )
    return Decision(kind, _QUOTED_CONFIDENCE, quoted=shown) if shown else None


def _sided(case: Case, side: Stance, kind: VerdictKind) -> Decision | None:
    """Return the decision for a side that the surest passage is on, with all passages that are on it."""
    supports, contradicts = surest(case.passages)
    own, other = (supports, contradicts) if side == "supports" else (contradicts, supports)
    if own < other or own < CALIBRATION.least:
        return None
    ordered = sorted(case.passages, key=lambda passage: -getattr(passage.stances, side))
    on_side = [passage for passage in ordered if stance_of(passage) == side]
    return Decision(kind, probability(own), tuple((passage, side) for passage in _distinct(on_side, case.origins)))


def stance_of(passage: JudgedPassage) -> Stance:
    """Return the likeliest stance of a passage."""
    stances = passage.stances
    if stances.supports >= max(stances.contradicts, stances.neutral):
        return "supports"
    return "contradicts" if stances.contradicts >= stances.neutral else "neutral"


def _distinct(passages: Sequence[JudgedPassage], origins: Mapping[str, str]) -> list[JudgedPassage]:
    """Return the passages, best first, of which none is from a copy of a story that another one is from."""
    first: dict[str, str] = {}
    for passage in passages:
        first.setdefault(origins.get(passage.source, passage.source), passage.source)
    return [passage for passage in passages if passage.source in first.values()][:MOST_EVIDENCE]
