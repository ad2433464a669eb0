"""The probability of an answer, and the two ways of being silent."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answer.confidence import Calibration, Features, features, judge, judge_uncalibrated, probability
from retrieval.answer.reading import FIRST_READ, MOST_READ, read_evidence
from retrieval.engine import Engine
from retrieval.model import Evidence, Reading, Reason, Stances
from retrieval.search.question import prepare
from retrieval.search.rank import rank

NOTHING = Features(answered=-5.0, span=0.0, late=0.1, weakest=0.0, sentence=0.0, margin=0.0, lead=0.0, exact=0.0)
EVERYTHING = Features(answered=5.0, span=1.0, late=0.95, weakest=0.9, sentence=0.9, margin=0.8, lead=0.5, exact=1.0)
NEITHER = Stances(0.0, 0.0, 1.0)
NAMES = [field.name for field in dataclasses.fields(Features)]


def measured(engine: Engine, question: str) -> list[Features]:
    ready = prepare(question, "en", engine.encoder.encode_questions([question]))
    return features(ready, read_evidence(engine.reader, ready, rank(engine.base, ready, limit=12)))


@pytest.fixture
def some_evidence(engine: Engine) -> Evidence:
    question = prepare("mill", "en", engine.encoder.encode_questions(["mill"]))
    return rank(engine.base, question, limit=1)[0]


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


def with_words(evidence: Evidence, share: float) -> Evidence:
    return dataclasses.replace(evidence, reading=None, scores=dataclasses.replace(evidence.scores, words=share))


def test_unread_and_without_a_fitted_probability_the_share_of_words_decides(some_evidence: Evidence) -> None:
    answered, silent = (judge_uncalibrated(with_words(some_evidence, share)) for share in (1.0, 0.2))
    assert (answered.reason, answered.confidence) == (None, 1.0)
    assert (silent.reason, silent.confidence) == (Reason.NOTHING_NEAR, 0.2)
    assert judge_uncalibrated(with_words(some_evidence, 1.2)) == answered


def test_without_a_fitted_probability_that_of_the_reader_decides(some_evidence: Evidence) -> None:
    judged = [
        judge_uncalibrated(
            dataclasses.replace(with_words(some_evidence, words), reading=Reading(NEITHER, answered=answered))
        )
        for answered, words in ((0.9, 0.1), (0.1, 0.9), (0.1, 0.1))
    ]
    assert [(judgement.confidence, judgement.reason) for judgement in judged] == [
        (0.9, None), (0.1, Reason.NEAR_BUT_NOT_ANSWERING), (0.1, Reason.NOTHING_NEAR),
    ]  # fmt: skip


@given(st.lists(st.floats(-1, 1), min_size=len(NAMES), max_size=len(NAMES)), st.floats(-5, 5))
@settings(derandomize=True, deadline=None)
def test_a_probability_is_one(values: list[float], intercept: float) -> None:
    calibration = Calibration(intercept, dict.fromkeys(NAMES, 2.0), 0.1)
    assert 0 <= probability(Features(*values), calibration) <= 1


def test_the_best_is_before_the_others(engine: Engine) -> None:
    best = measured(engine, "How much did the restoration of the tide mill cost?")[0]
    assert best.lead > 0
    assert best.margin >= best.lead


def test_only_what_was_read_is_judged(engine: Engine) -> None:
    assert FIRST_READ <= len(measured(engine, "mill")) <= MOST_READ


def test_a_name_that_no_passage_has_is_missed(engine: Engine) -> None:
    assert measured(engine, "What did Napoleon pay for the mill?")[0].exact == 0.0
    assert measured(engine, "What does the mill cost?")[0].exact == 1.0
