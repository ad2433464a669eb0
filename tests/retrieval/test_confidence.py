"""Confidence: a probability that grows with the evidence, and a reason below the threshold."""

import pytest

from knowledge.model import Language
from retrieval.confidence import Features, judge
from retrieval.model import Reason

NOTHING, EVERYTHING = Features(0.0, 0.0, 0.0, 0.0), Features(0.9, 0.5, 1.0, 1.0)
PAIRS: list[tuple[Language, Language]] = [
    ("en", "en"),
    ("es", "es"),
    ("en", "es"),
    ("es", "en"),
    ("und", "es"),
    ("und", "und"),
]


@pytest.mark.parametrize(("asked", "told"), PAIRS)
def test_strong_evidence_is_answered_and_none_is_far_off(asked: Language, told: Language) -> None:
    strong = judge(EVERYTHING, threshold=0.5, asked=asked, told=told)
    weak = judge(NOTHING, threshold=0.5, asked=asked, told=told)
    assert strong.reason is None
    assert weak.reason is Reason.NOTHING_NEAR
    assert 0 <= weak.confidence < 0.2 < 0.8 < strong.confidence <= 1


@pytest.mark.parametrize(("asked", "told"), PAIRS)
def test_between_them_lies_near_but_no_answer(asked: Language, told: Language) -> None:
    reasons = [
        judge(Features(step / 100, step / 200, step / 100, step / 100), threshold=0.5, asked=asked, told=told)
        for step in range(100)
    ]
    kinds = list(dict.fromkeys(one.reason for one in reasons))
    assert kinds == [Reason.NOTHING_NEAR, Reason.NEAR_BUT_NOT_ANSWERING, None]
    assert [one.confidence for one in reasons] == sorted(one.confidence for one in reasons)


def test_the_threshold_decides() -> None:
    assert judge(EVERYTHING, threshold=1.0, asked="en", told="en").reason is not None
    assert judge(NOTHING, threshold=0.0, asked="en", told="en").reason is None
