"""Measures against values worked out by hand."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.evaluation.cases import Case
from retrieval.evaluation.measures import Estimate, estimate, measure

Make = Callable[..., Case]


def value(found: Estimate | None) -> float:
    assert found is not None
    assert found.low <= found.value <= found.high
    return found.value


def test_ranking_is_measured_over_the_answerable(make_case: Make) -> None:
    # One place found first; two places of which one is found at rank 4; nothing found; and one to be silent at.
    cases = [make_case(0), make_case(None, None, None, 1, gold=2), make_case(None), make_case(None, gold=0)]
    found = measure(cases)
    assert (found.questions, found.answerable) == (4, 3)
    assert value(found.hit_1) == pytest.approx(1 / 3)
    assert value(found.hit_3) == pytest.approx(1 / 3)
    assert value(found.hit_5) == pytest.approx(2 / 3)
    assert value(found.recall_5) == pytest.approx((1 + 1 / 2 + 0) / 3)
    assert value(found.mrr_10) == pytest.approx((1 + 1 / 4 + 0) / 3)
    best = 1 + 1 / math.log2(3)
    assert value(found.ndcg_10) == pytest.approx((1 + 1 / math.log2(5) / best + 0) / 3)


def test_recall_looks_as_deep_as_it_says(make_case: Make) -> None:
    found = measure([make_case(0, *[None] * 4, 1, gold=2)])
    assert value(found.recall_5) == 0.5
    assert value(found.recall_10) == 1.0


def test_a_question_without_a_single_citation_counts_as_wrong(make_case: Make) -> None:
    found = measure([make_case(), make_case(0)])
    assert value(found.hit_1) == value(found.ndcg_10) == 0.5


def test_silence_is_measured_on_both_sides(make_case: Make) -> None:
    cases = [
        make_case(0, confidence=0.9),
        make_case(None, confidence=0.8),
        make_case(0, confidence=0.2),
        make_case(None, gold=0, confidence=0.7),
        make_case(None, gold=0, confidence=0.1),
    ]
    found = measure(cases)
    assert found.answered == 3
    assert value(found.false_answers) == 1 / 2
    assert value(found.false_refusals) == pytest.approx(1 / 3)
    assert value(found.precision) == pytest.approx(1 / 3)
    # Right: 0.9 and 0.2. Of the six pairs with 0.8, 0.7 and 0.1 the right one is surer in four.
    assert found.auc == pytest.approx(4 / 6)


def test_what_there_is_nothing_to_measure_of_is_none(make_case: Make) -> None:
    found = measure([make_case(None, gold=0, confidence=0.1)])
    assert found.hit_1 is found.ndcg_10 is found.false_refusals is found.precision is found.auc is None
    assert measure([make_case(0)]).false_answers is None


def test_speed_is_the_median_and_the_95th_percentile(make_case: Make) -> None:
    found = measure([make_case(0, elapsed_ms=float(time)) for time in range(101)])
    assert (found.median_ms, found.p95_ms) == (50.0, 95.0)


def test_an_interval_is_that_of_the_binomial_share() -> None:
    found = estimate([1.0] * 80 + [0.0] * 20)
    assert found is not None
    error = 1.96 * math.sqrt(0.8 * 0.2 / 100)
    assert found.low == pytest.approx(0.8 - error, abs=0.015)
    assert found.high == pytest.approx(0.8 + error, abs=0.015)
    assert estimate([1.0] * 80 + [0.0] * 20) == found


def test_all_or_none_leaves_room_for_doubt() -> None:
    # Wilson's interval of 0 of 10 ends at z² / (n + z²).
    z = 1.959964
    assert estimate([0.0] * 10) == Estimate(0.0, 0.0, pytest.approx(z**2 / (10 + z**2)))
    assert estimate([1.0] * 10) == Estimate(1.0, pytest.approx(10 / (10 + z**2)), 1.0)
    assert estimate([0.5, 0.5]) == Estimate(0.5, 0.5, 0.5)
    assert estimate([]) is None


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=20))
def test_an_interval_holds_its_mean(values: list[float]) -> None:
    found = estimate(values)
    assert found is not None
    assert 0 <= found.low <= found.high <= 1
    assert found.value == pytest.approx(np.mean(values))
