"""Reliability bins and the risk–coverage curve against values worked out by hand."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.evaluation.calibration import Bin, area_under_risk, bins, calibration_error, risk_coverage
from retrieval.evaluation.cases import Case
from retrieval.evaluation.labels import LabelledQuestion, Place

Make = Callable[..., Case]


def test_bins_hold_their_cases_and_leave_out_what_is_empty(make_case: Make) -> None:
    cases = [make_case(0, confidence=1.0), make_case(None, confidence=0.92), make_case(None, confidence=0.0)]
    assert bins(cases) == (
        Bin(0.0, pytest.approx(0.1), 1, 0.0, 0.0),
        Bin(pytest.approx(0.9), 1.0, 2, pytest.approx(0.96), 0.5),
    )


def test_the_calibration_error_is_weighted_by_the_cases(make_case: Make) -> None:
    cases = [make_case(0, confidence=0.95), make_case(None, confidence=0.95), make_case(None, confidence=0.05)]
    assert calibration_error(bins(cases)) == pytest.approx((2 * 0.45 + 1 * 0.05) / 3)


def test_confidence_that_keeps_its_promise_has_no_error(make_case: Make) -> None:
    cases = [make_case(0 if number < 7 else None, confidence=0.7) for number in range(10)]
    assert calibration_error(bins(cases)) == pytest.approx(0)


def test_the_curve_tells_what_each_threshold_would_do(make_case: Make) -> None:
    cases = [
        make_case(None, gold=0, confidence=0.6),
        make_case(0, confidence=0.9),
        make_case(None, confidence=0.3),
        make_case(0, confidence=0.6),
    ]
    curve = risk_coverage(cases)
    assert [point.threshold for point in curve] == [0.9, 0.6, 0.3]
    assert [point.coverage for point in curve] == [0.25, 0.75, 1.0]
    assert [point.risk for point in curve] == pytest.approx([0, 1 / 3, 1 / 2])
    assert [point.false_answers for point in curve] == [0, 1, 1]
    assert [point.false_refusals for point in curve] == pytest.approx([2 / 3, 1 / 3, 0])
    assert area_under_risk(cases) == pytest.approx((0 + 1 / 3 + 1 / 3 + 1 / 2) / 4)


def test_a_share_of_nothing_is_none(make_case: Make) -> None:
    assert {point.false_answers for point in risk_coverage([make_case(0)])} == {None}
    assert {point.false_refusals for point in risk_coverage([make_case(None, gold=0)])} == {None}


CASES = st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.booleans(), st.booleans()), min_size=1)


@settings(derandomize=True, deadline=None)
@given(CASES, st.randoms(use_true_random=False))
def test_order_does_not_matter_and_everything_is_a_share(drawn: list[tuple[float, bool, bool]], random: object) -> None:
    def case(confidence: float, right: bool, answerable: bool) -> Case:
        gold = (Place("mill", 1),) if answerable else ()
        label = LabelledQuestion("q", "How?", "en", gold)
        return Case(label, "en→en", (0 if right and answerable else None,), None, confidence, True, 1.0)

    cases = [case(*one) for one in drawn]
    shuffled = sorted(cases, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert risk_coverage(shuffled) == risk_coverage(cases)
    assert area_under_risk(shuffled) == pytest.approx(area_under_risk(cases))
    curve = risk_coverage(cases)
    assert curve[-1].coverage == 1
    assert all(0 <= point.risk <= 1 for point in curve)
    assert 0 <= calibration_error(bins(cases)) <= 1
    assert sum(one.count for one in bins(cases)) == len(cases)
