"""What steps of the calibration make of what they were given, and what they ask for; verdicts have their own file."""

import numpy as np
import pytest

from knowledge.errors import BadLabels
from retrieval.search.fusion import WEIGHTS
from retrieval.train.calibrate import confidence, fusion, reading
from retrieval.train.calibrate.step import Bases, Ranking


def choice(late: list[float], right: int, times: int = 1) -> fusion.Choice:
    features = np.zeros((len(late), len(fusion.NAMES)))
    features[:, 0] = late
    return fusion.Choice("", times, features, np.arange(len(late)) == right)


def test_a_ranker_counts_as_far_as_it_finds_what_is_right() -> None:
    finds, misses = choice([0.9, 0.1], 0), choice([0.9, 0.1], 1)
    assert fusion.fit([finds, finds, misses], ["late"])[0] == pytest.approx(np.log(2) / 0.8, rel=0.01)
    assert fusion.fit([misses, choice([0.9, 0.1], 0, times=2)], ["late"]) == pytest.approx(
        fusion.fit([finds, finds, misses], ["late"])
    )


def test_questions_without_a_right_candidate_teach_nothing() -> None:
    with pytest.raises(BadLabels, match="No question has a right passage"):
        fusion.fit([choice([0.9, 0.1], -1)], ["late"])


def read(*passages: tuple[float, float, bool], group: str = "own, en") -> reading.ReadQuestion:
    return reading.ReadQuestion(group, passages)


# The right passage is first as searched; only as read; or never by a weight above 0.25.
SEARCHED = read((1.0, 1.0, True), (0.5, 0.0, False))
READ = read((1.0, -4.0, False), (0.9, 4.0, True), group="own, es")
MISREAD = read((1.0, -2.0, True), (0.0, 2.0, False), group="articles, en")


def test_the_reader_counts_as_much_as_gets_most_questions_right() -> None:
    assert reading.best_weight([SEARCHED]) == 0.0
    # The least that is enough.
    assert reading.best_weight([SEARCHED, READ]) == 0.02
    assert reading.best_weight([SEARCHED, READ, MISREAD]) == 0.02
    assert reading.shares([SEARCHED, READ, MISREAD], 0.3) == {"own, en": 1.0, "own, es": 1.0, "articles, en": 0.0}


def test_a_larger_weight_has_to_be_better_by_more_than_a_standard_error() -> None:
    # Of a hundred, so many more are right from a weight of 0.15 on; a standard error is a little more than four.
    always, never = read((1.0, 1.0, True)), read((1.0, 1.0, False))
    later = read((1.0, -1.0, False), (0.7, 1.0, True))
    for more, weight in ((4, 0.0), (6, 0.16)):
        questions = [always] * 70 + [later] * more + [never] * (30 - more)
        assert reading.shares(questions, 0.16)["own, en"] == (70 + more) / 100
        assert reading.best_weight(questions) == weight


def test_every_group_of_questions_counts_the_same() -> None:
    # Seven of one group want no reader, two groups of one question each do.
    many = [read((1.0, -4.0, True), (0.9, 4.0, False)) for _ in range(7)]
    few = [read((1.0, -4.0, False), (0.9, 4.0, True), group=group) for group in ("own, es", "articles, en")]
    assert reading.best_weight([*many, *few]) == 0.02
    assert reading.best_weight([*many, *few[:1]]) == 0.0


def test_the_bound_of_nothing_near_parts_far_from_near() -> None:
    shares, ways = np.array([0.02, 0.05, 0.12, 0.15, 0.5]), np.array(["far", "far", "near", "near", "near"])
    assert confidence.bound(shares, ways, 0.25) == 0.12


@pytest.mark.parametrize(
    ("right", "ways", "sentence"),
    [
        ([True, False], ["answerable", "near"], "None of the labelled questions is far."),
        ([False] * 3, ["answerable", "near", "far"], "No labelled question is answered by the first passage."),
        ([True, False, False], ["answerable", "near", "far"], "The questions are too few to hold some of them out."),
        ([True] + [False] * 30, ["answerable", "far"] + ["near"] * 29,
         "The questions are too few to hold some of them out."),
    ],
)  # fmt: skip
def test_confidence_needs_questions_of_every_kind(
    right: list[bool], ways: list[confidence.Way], sentence: str, bases: Bases, monkeypatch: pytest.MonkeyPatch
) -> None:
    features = (0.0,) * len(confidence.NAMES)
    examples = [confidence.Example("own, en", way, is_right, features)
                for way, is_right in zip(ways, right, strict=True)]  # fmt: skip
    monkeypatch.setattr(confidence, "_labelled", lambda *given: examples)
    with pytest.raises(BadLabels) as refused:
        confidence.fit_confidence(bases, {}, [], [], Ranking(WEIGHTS, 0.0))
    assert refused.value.message == sentence
