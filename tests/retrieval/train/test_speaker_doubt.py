"""Weighing a reader's word on who spoke: examples, the fit, and from when on it names somebody."""

from collections.abc import Sequence

import pytest

from knowledge.speech.asking import SpanQuestion
from knowledge.speech.ranking import Weights
from retrieval.train.easy_speakers import easy_texts
from retrieval.train.speaker_doubt import (
    Doubted,
    choose_asked_threshold,
    cross_validate_asking,
    doubted,
    fit_asking,
    remembered,
    unfitted,
)
from retrieval.train.speaker_examples import Prediction, marked_text

BASE = unfitted("digest", 0.8)
NOTHING = Weights({}, {}, 0.8)


def example(*, helps: bool) -> Doubted:
    """Three people alike by the features and nobody; a reader points at the right one or at another."""
    read = [0.9, 0.02, 0.01, 0.0] if helps else [0.01, 0.9, 0.02, 0.0]
    return Doubted([0.3, 0.3, 0.3, 0.1], read, [False, False, False, True], [True, False, False, False])


def test_a_reader_that_is_right_counts_and_one_that_is_wrong_does_not() -> None:
    right = fit_asking([example(helps=True)] * 60, BASE)
    often = fit_asking([example(helps=number % 3 > 0) for number in range(60)], BASE)
    wrong = fit_asking([example(helps=False)] * 60, BASE)
    assert right.reader > often.reader > 0 > wrong.reader
    assert (right.model, right.least, right.most) == ("digest", BASE.least, BASE.most)


def test_a_text_gives_its_direct_quotations_with_all_who_may_have_spoken() -> None:
    texts = [marked_text(row) for row in easy_texts(10, seed=6)]
    given = [own for text in texts for own in doubted(text, NOTHING, BASE, _nothing_read)]
    assert given
    for own in given:
        assert len(own.shares) == len(own.read) == len(own.nobody) == len(own.right)
        assert any(own.right)
        assert sum(own.nobody) <= 1


def _nothing_read(questions: Sequence[SpanQuestion]) -> list[list[float]]:
    return [[0.0] * len(question.spans) for question in questions]


def test_each_quotation_is_predicted_once_by_what_was_fitted_without_it() -> None:
    texts = [marked_text(row) for row in easy_texts(10, seed=7)]
    predicted = cross_validate_asking(texts, [NOTHING] * 10, BASE, _nothing_read)
    assert len(predicted) == sum(quotation is not None for text in texts for quotation in text.quotations)


def _prediction(language: str, right: bool, probability: float, *, asked: bool) -> Prediction:
    return Prediction(language, True, right, True, probability, 0, 0, asked)


def test_wrong_names_with_and_without_a_reader_are_few_together() -> None:
    alone = [_prediction(language, number > 0, 0.95, asked=False) for language in ("es", "en") for number in range(20)]
    asked = [
        _prediction(language, number > 1, 0.5 + 0.2 * number, asked=True)
        for language in ("es", "en")
        for number in range(3)
    ]
    rest = [_prediction(language, False, 0.1, asked=False) for language in ("es", "en") for _ in range(17)]
    assert choose_asked_threshold([*asked, *rest], alone, BASE, most_wrong=0.2) == pytest.approx(0.2)
    assert choose_asked_threshold([*asked, *rest], alone, BASE, most_wrong=0.1) == pytest.approx(0.51)
    assert choose_asked_threshold([*asked, *rest], alone, BASE, most_wrong=0.05) == pytest.approx(0.71)


def test_a_question_is_asked_once() -> None:
    calls: list[int] = []

    def ask(questions: Sequence[SpanQuestion]) -> list[list[float]]:
        calls.append(len(questions))
        return _nothing_read(questions)

    once = remembered(ask)
    first, second = (SpanQuestion(name, "Ann Moss left.", ((0, 8),)) for name in ("Who?", "Where?"))
    assert once([first, second, first]) == [[0.0]] * 3
    assert once([second]) == [[0.0]]
    assert calls == [2]
    assert remembered(lambda questions: None)([first]) is None
