"""The probability of an answer, and the two ways of being silent."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answer.answering import JUDGED
from retrieval.answer.confidence import Calibration, Features, features, judge, judge_by_words, probability
from retrieval.engine import Engine
from retrieval.model import Reason
from retrieval.search.question import prepare
from retrieval.search.rank import rank

NOTHING = Features(late=0.1, weakest=0.0, sentence=0.0, margin=0.0, lead=0.0, exact=0.0)
EVERYTHING = Features(late=0.95, weakest=0.9, sentence=0.9, margin=0.8, lead=0.5, exact=1.0)
NAMES = [field.name for field in dataclasses.fields(Features)]


def found(engine: Engine, question: str) -> list[Features]:
    ready = prepare(question, "en", engine.encoder.encode_questions([question]))
    return features(ready, rank(engine.base, ready, limit=12), most=JUDGED)


def test_what_fits_in_every_way_is_answered() -> None:
    judged = judge(EVERYTHING, threshold=0.5)
    assert judged.reason is None
    assert judged.confidence > 0.9


def test_what_fits_in_no_way_is_nowhere_near() -> None:
    judged = judge(NOTHING, threshold=0.5)
    assert judged.reason is Reason.NOTHING_NEAR
    assert judged.confidence < 0.1


def test_between_the_two_something_is_near_but_does_not_answer() -> None:
    reasons = []
    for share in range(101):
        mixed = {
            name: getattr(NOTHING, name) + share / 100 * (getattr(EVERYTHING, name) - getattr(NOTHING, name))
            for name in NAMES
        }
        reasons.append(judge(Features(**mixed), threshold=0.5).reason)
    order = list(dict.fromkeys(reasons))
    assert order == [Reason.NOTHING_NEAR, Reason.NEAR_BUT_NOT_ANSWERING, None]


@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_the_threshold_decides(threshold: float) -> None:
    assert (judge(NOTHING, threshold=threshold).reason is None) == (threshold == 0.0)


def test_without_a_fitted_probability_the_share_of_words_decides() -> None:
    answered, silent = judge_by_words(1.0), judge_by_words(0.2)
    assert (answered.reason, answered.confidence) == (None, 1.0)
    assert (silent.reason, silent.confidence) == (Reason.NOTHING_NEAR, 0.2)
    assert judge_by_words(1.2) == answered


@given(st.lists(st.floats(-1, 1), min_size=len(NAMES), max_size=len(NAMES)), st.floats(-5, 5))
@settings(derandomize=True, deadline=None)
def test_a_probability_is_one(values: list[float], intercept: float) -> None:
    calibration = Calibration(intercept, dict.fromkeys(NAMES, 2.0), 0.1)
    assert 0 <= probability(Features(*values), calibration) <= 1


def test_the_best_is_before_the_others(engine: Engine) -> None:
    best = found(engine, "How much did the restoration of the tide mill cost?")[0]
    assert best.lead > 0
    assert best.margin >= best.lead


def test_only_the_best_are_judged(engine: Engine) -> None:
    assert len(found(engine, "mill")) == JUDGED


def test_a_name_that_no_passage_has_is_missed(engine: Engine) -> None:
    assert found(engine, "What did Napoleon pay for the mill?")[0].exact == 0.0
    assert found(engine, "What does the mill cost?")[0].exact == 1.0
