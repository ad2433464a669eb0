"""From weighed evidence to a verdict: one voice counts once, and sure voices on both sides conflict."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model import FullPassage, Paragraph, Snapshot, Span
from retrieval.check.evidence import Candidate
from retrieval.check.stance import CALIBRATION, FEATURES, SHARPNESS, WeighedEvidence, features
from retrieval.check.verdict import decide, overall, pooled, probabilities, stance_of
from retrieval.model import Evidence, Scores, Stance, Stances, VerdictKind

SUPPORTED, CONTRADICTED = VerdictKind.SUPPORTED, VerdictKind.CONTRADICTED
CONFLICTING, NOT_ENOUGH = VerdictKind.CONFLICTING, VerdictKind.NOT_ENOUGH_EVIDENCE
SNAPSHOT = Snapshot(1, "one", "0" * 64, "x" * 200, "2026-01-01")
STANCES = st.tuples(*[st.floats(0.01, 1)] * 3).map(lambda three: Stances(*(one / sum(three) for one in three)))


def weighed(source: str, stances: Stances, *, start: int = 0) -> WeighedEvidence:
    """Evidence of a source with a stance of its own."""
    passage = FullPassage(1, Span(1, 0, 200), 1, 1, source, "en", SNAPSHOT, (Paragraph(0, 200),), (), ())
    candidate = Candidate(
        evidence=Evidence(passage, passage, 2.0, Scores(0.8, 0.6, 0.7, 0.6, across=False), {}),
        start=start, end=start + 10, plain="x" * 10, context="", coverage=0.6, exact=1.0, met=0.8, unmet=0.6,
        likeness=0.7, speaker=None, direct=False, whole=False,
    )  # fmt: skip
    return WeighedEvidence(candidate, stances, (), stances)


def test_no_evidence_is_not_enough() -> None:
    decision = decide([], {})
    assert (decision.kind, decision.evidence, decision.confidence) == (NOT_ENOUGH, (), 1.0)


def test_sure_and_independent_voices_on_both_sides_conflict() -> None:
    both = [weighed("one", Stances(0.97, 0.01, 0.02)), weighed("two", Stances(0.05, 0.9, 0.05))]
    decision = decide(both, {"one": "one", "two": "two"})
    assert decision.kind is CONFLICTING
    assert {one.candidate.source for one in decision.evidence} == {"one", "two"}


def test_copies_of_one_story_do_not_conflict_with_each_other() -> None:
    both = [weighed("one", Stances(0.97, 0.01, 0.02)), weighed("two", Stances(0.05, 0.9, 0.05))]
    assert decide(both, {"one": "one", "two": "one"}).kind is not CONFLICTING


@pytest.mark.parametrize(
    ("sure", "kind", "stance"),
    [(Stances(0.97, 0.01, 0.02), SUPPORTED, "supports"), (Stances(0.01, 0.97, 0.02), CONTRADICTED, "contradicts")],
)
def test_a_verdict_for_one_side_shows_the_evidence_of_that_side_alone(
    sure: Stances, kind: VerdictKind, stance: Stance
) -> None:
    decision = decide([weighed("one", sure), weighed("two", Stances(0.1, 0.1, 0.8))], {"one": "one", "two": "two"})
    assert decision.kind is kind
    assert [(one.candidate.source, stance_of(one)) for one in decision.evidence] == [("one", stance)]


@given(st.lists(STANCES, max_size=6))
def test_a_verdict_shows_evidence_of_its_own_stance_or_none(found: list[Stances]) -> None:
    evidence = [weighed(f"s{n}", stances, start=20 * n) for n, stances in enumerate(found)]
    decision = decide(evidence, {f"s{n}": f"s{n}" for n in range(len(found))})
    assert (decision.kind is NOT_ENOUGH) == (decision.evidence == ())
    assert 0 <= decision.confidence <= 1
    wanted: dict[VerdictKind, Stance] = {SUPPORTED: "supports", CONTRADICTED: "contradicts"}
    if decision.kind in wanted and any(stance_of(one) == wanted[decision.kind] for one in evidence):
        assert {stance_of(one) for one in decision.evidence} == {wanted[decision.kind]}


@given(st.lists(STANCES, min_size=1, max_size=6))
def test_probabilities_are_shares(found: list[Stances]) -> None:
    assert sum(probabilities([weighed("s", stances) for stances in found])) == pytest.approx(1)


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=12))
def test_a_soft_maximum_lies_between_the_maximum_and_a_little_more(found: list[float]) -> None:
    assert max(found) <= pooled(found) + 1e-9 <= max(found) + math.log(len(found)) / SHARPNESS + 1e-6


def test_every_weight_is_of_a_known_feature_and_every_feature_has_one() -> None:
    found = weighed("one", Stances(0.3, 0.3, 0.4))
    assert tuple(features(found.candidate, found.entailment, ())) == FEATURES
    for stance in (CALIBRATION.supports, CALIBRATION.contradicts):
        assert set(stance) == {"intercept", *FEATURES}


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([SUPPORTED, SUPPORTED], SUPPORTED),
        ([SUPPORTED, CONTRADICTED], CONTRADICTED),
        ([NOT_ENOUGH, CONTRADICTED], CONTRADICTED),
        ([SUPPORTED, CONFLICTING, NOT_ENOUGH], CONFLICTING),
        ([SUPPORTED, NOT_ENOUGH], NOT_ENOUGH),
        ([], NOT_ENOUGH),
    ],
)
def test_a_message_is_as_good_as_its_worst_claim(kinds: list[VerdictKind], expected: VerdictKind) -> None:
    assert overall([(kind, 0.7) for kind in kinds])[0] is expected
