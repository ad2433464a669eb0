"""Verdicts: one ordered table of deciders, of which the first that decides is heard.

The surest passage decides, where the reader's log-odds of its side are above a bound. Where 3 in 100 of 522 development
claims are reversed, that has a macro-F1 of .62; less a quarter or half of the other side's log-odds .61 and .63, by
logistic regression on both sides .57: no difference beyond the noise. Nothing outside of the table makes or turns a
verdict but a person's review (see `factcheck`).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from knowledge.model import Language
from retrieval.check.evidence import JudgedPassage
from retrieval.model import ClaimEvidence, Note, Stance, VerdictKind
from retrieval.models.fitted import logistic, read_fitted

FITTED = read_fitted("retrieval.check", "verdict.json")
Side = Literal["supports", "contradicts"]
SIDES: tuple[Side, Side] = ("supports", "contradicts")
# Probabilities of the reader beyond these are taken for these, as none is that sure. Our choice.
_LEAST_PROBABILITY = 0.003
# Pieces of evidence of a verdict. Our choice: what a person reads.
MOST_EVIDENCE = 4
# The confidence of a verdict on words in quotation marks. Our choice, high as the test suite has no altered quotation
# that is taken for a verbatim one.
_QUOTED_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Calibration:
    """The least strength that decides, and what makes of it the log-odds of a right verdict."""

    least: float
    intercept: float
    weight: float


CALIBRATION = Calibration(**FITTED.values)


@dataclass(frozen=True, slots=True)
class Case:
    """What there is on a claim: the passages read, best first, and what the sources have of the words it quotes.

    `language` is the claim's. `origins` gives by source id the id of its origin (see `independence`), `speakers` by
    passage id whose words decide there, where one source is on both sides; `degraded`: only full text was searched.
    Not among the passages are those that contradict by a date that may be the claim's, which are `undated`, and, of a
    claim on what `speaker` said, those that do not name that person, which are `elsewhere`. Nor are older updates of
    a document that a newer one says otherwise than, of which the `notes` speak.
    """

    passages: Sequence[JudgedPassage]
    origins: Mapping[str, str] = field(default_factory=dict)
    quoted: Sequence[ClaimEvidence] = ()
    degraded: bool = False
    language: Language = "und"
    speakers: Mapping[int, str | None] = field(default_factory=dict)
    undated: Sequence[JudgedPassage] = ()
    speaker: str | None = None
    elsewhere: Sequence[JudgedPassage] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and the passages it rests on, each with its stance, best first, or the quotations it rests on.

    `decider` is the name of the row of the table that made it; `decide` writes it, no row does.
    """

    kind: VerdictKind
    confidence: float
    passages: tuple[tuple[JudgedPassage, Stance], ...] = ()
    quoted: tuple[ClaimEvidence, ...] = ()
    notes: tuple[Note, ...] = ()
    decider: str = ""


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
    """Say that independent sources, or speakers in one, differ where either side has one that decides by itself."""
    supporting, contradicting = (deciding(case.passages, side) for side in SIDES)
    pairs = [
        (support, contradiction)
        for support in supporting
        for contradiction in contradicting
        if case.origins[support.source] != case.origins[contradiction.source]
        or _are_of_two_speakers(case, support, contradiction)
    ]
    if not pairs:
        return None
    both = ((passages, min(map(_own_strength, passages, SIDES))) for passages in pairs)
    passages, weakest = max(both, key=lambda pair: pair[1])
    return Decision(VerdictKind.CONFLICTING, probability(weakest), tuple(zip(passages, SIDES, strict=True)))


def passages_support(case: Case) -> Decision | None:
    """Support what the surest passage supports."""
    return _sided(case, "supports", VerdictKind.SUPPORTED)


def passages_contradict(case: Case) -> Decision | None:
    """Contradict what the surest passage contradicts."""
    return _sided(case, "contradicts", VerdictKind.CONTRADICTED)


def date_left_open(case: Case) -> Decision | None:
    """Leave open, and say so, what passages contradict only by a date that may be the claim's."""
    return replace(nothing_decides(case), notes=(Note("date left open"),)) if case.undated else None


def speaker_not_named(case: Case) -> Decision | None:
    """Leave open, and say so, what passages bear out that do not name the person who is said to have said it."""
    if case.speaker is None or passages_support(replace(case, passages=case.elsewhere)) is None:
        return None
    return replace(nothing_decides(case), notes=(Note("speaker not named", case.speaker),))


def nothing_decides(case: Case) -> Decision:
    """Leave the claim open."""
    return Decision(VerdictKind.NOT_ENOUGH_EVIDENCE, 1 - probability(strength(max(surest(case.passages)))))


DECIDERS: tuple[Callable[[Case], Decision | None], ...] = (
    altered_quotation,
    verbatim_quotation,
    full_text_alone,
    sources_differ,
    passages_support,
    passages_contradict,
    date_left_open,
    speaker_not_named,
)


def decide(case: Case) -> Decision:
    """Return the decision of the first decider that makes one, and leave the claim open where none does."""
    decisions = (
        replace(decision, decider=decider.__name__, notes=(*decision.notes, *case.notes))
        for decider in (*DECIDERS, nothing_decides)
        if (decision := decider(case)) is not None
    )
    return next(decisions)


def deciding(passages: Sequence[JudgedPassage], side: Side) -> list[JudgedPassage]:
    """Return the passages that decide for a side each by itself."""
    return [passage for passage in passages if _own_strength(passage, side) >= CALIBRATION.least]


def surest(passages: Sequence[JudgedPassage]) -> tuple[float, float]:
    """Return the highest probability with which a passage supports the claim, and with which one contradicts it."""
    supports = max((passage.stances.supports for passage in passages), default=0.0)
    return supports, max((passage.stances.contradicts for passage in passages), default=0.0)


def strength(share: float) -> float:
    """Return how strong the case for a side is, from the reader's probability of it: its log-odds."""
    inside = min(max(share, _LEAST_PROBABILITY), 1 - _LEAST_PROBABILITY)
    return math.log(inside / (1 - inside))


def probability(case: float) -> float:
    """Return the probability that a verdict is right that rests on a case of this strength."""
    return logistic(CALIBRATION.intercept + CALIBRATION.weight * case)


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


def _are_of_two_speakers(case: Case, passage: JudgedPassage, other: JudgedPassage) -> bool:
    speakers = [case.speakers[each.id] for each in (passage, other) if each.id in case.speakers]
    return len(speakers) > 1 and speakers[0] != speakers[1]


def _sided(case: Case, side: Side, kind: VerdictKind) -> Decision | None:
    """Return the decision for a side that the surest passage is on, with all passages that decide by themselves."""
    supports, contradicts = surest(case.passages)
    own, other = (supports, contradicts) if side == "supports" else (contradicts, supports)
    if own < other or strength(own) < CALIBRATION.least:
        return None
    ordered = sorted(case.passages, key=lambda passage: -getattr(passage.stances, side))
    on_side = _distinct(deciding(ordered, side), case)
    return Decision(kind, probability(strength(own)), tuple((passage, side) for passage in on_side))


def _own_strength(passage: JudgedPassage, side: Side) -> float:
    """Return how strong a passage alone makes the case for a side."""
    return strength(getattr(passage.stances, side))


def _distinct(passages: Sequence[JudgedPassage], case: Case) -> list[JudgedPassage]:
    """Return the passages, best first, of which none is from a copy of a story that another one is from.

    Of copies the first is taken, or the first in the claim's language.
    """
    chosen: dict[str, JudgedPassage] = {}
    for passage in passages:
        story = case.origins.get(passage.source, passage.source)
        own = chosen.setdefault(story, passage)
        if own.language != case.language == passage.language:
            chosen[story] = passage
    sources = {passage.source for passage in chosen.values()}
    return [passage for passage in passages if passage.source in sources][:MOST_EVIDENCE]
