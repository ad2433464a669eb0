"""The fused score: a weighted sum that means the same for every question."""

import dataclasses
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import Language
from retrieval.model import Scores
from retrieval.search.fusion import WEIGHTS, Weights, differs_in_language, fuse

SHARE = st.floats(0, 1)
SCORES = st.builds(Scores, late=SHARE, weakest=SHARE, sentence=SHARE, words=SHARE, across=st.booleans())
SIMPLE = Weights(late=1.0, weakest=10.0, sentence=100.0, same=1000.0, across=5000.0, offset=0.5, exact=1.0)


def test_each_score_counts_by_its_weight() -> None:
    assert fuse(Scores(0.1, 0.2, 0.3, 0.4, across=False), SIMPLE) == pytest.approx(0.1 + 2 + 30 + 400)


def test_words_count_by_whether_the_languages_differ() -> None:
    assert fuse(Scores(0.1, 0.2, 0.3, 0.4, across=True), SIMPLE) == pytest.approx(0.1 + 2 + 30 + 2000 + 0.5)


@settings(derandomize=True, deadline=None)
@given(SCORES, st.sampled_from(["late", "weakest", "sentence", "words"]), st.floats(0.01, 1))
def test_a_better_score_never_ranks_lower(scores: Scores, name: str, more: float) -> None:
    better = dataclasses.replace(scores, **{name: getattr(scores, name) + more})
    assert fuse(better, WEIGHTS) > fuse(scores, WEIGHTS)


@settings(derandomize=True, deadline=None)
@given(SCORES)
def test_neither_language_is_favoured_by_much(scores: Scores) -> None:
    """What a passage gains or loses for its language alone is less than one ranker can say."""
    same, other = (fuse(dataclasses.replace(scores, across=value), WEIGHTS) for value in (False, True))
    assert abs(same - other) < min(WEIGHTS.late, WEIGHTS.sentence, WEIGHTS.same, WEIGHTS.across) / 2


def test_the_weights_are_finite_and_positive() -> None:
    values = dataclasses.asdict(WEIGHTS)
    assert all(math.isfinite(value) and value >= 0 for value in values.values())
    assert values["exact"] >= 1


@pytest.mark.parametrize(
    ("asked", "told", "differ"),
    [("es", "en", True), ("en", "es", True), ("es", "es", False), ("und", "en", False), ("es", "und", False)],
)
def test_languages_differ_where_both_are_known(asked: Language, told: Language, differ: bool) -> None:
    assert differs_in_language(asked, told) is differ
