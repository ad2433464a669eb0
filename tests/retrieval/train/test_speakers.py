"""Fitting who said it: plain texts with their speakers, examples of them, and weights that explain them."""

import json
from pathlib import Path

import pytest

from knowledge.speech.ranking import Weights
from retrieval.train.easy_speakers import easy_texts
from retrieval.train.speaker_examples import Prediction, examples, is_same_speaker, marked_text, predictions
from retrieval.train.speakers import choose_threshold, fit, measure, write_weights


def test_plain_texts_hold_their_quotations_and_name_their_speakers() -> None:
    rows = list(easy_texts(60, seed=5))
    assert {row.language for row in rows} == {"es", "en"}
    for row in rows:
        assert row.quotations
        assert not [paragraph for paragraph in row.paragraphs if set("⟨⟩{}~") & set(paragraph)]
        for quotation in row.quotations:
            assert quotation.text in row.paragraphs[quotation.paragraph]
            assert quotation.speaker is not None
            words = quotation.speaker.split()[-1]
            assert any(words in paragraph for paragraph in row.paragraphs)


def test_plain_texts_are_the_same_each_time() -> None:
    assert list(easy_texts(5, seed=2)) == list(easy_texts(5, seed=2))


def test_weights_fitted_on_plain_texts_name_the_speakers_of_others() -> None:
    fitted = fit([example for row in easy_texts(80, seed=3) for example in examples(marked_text(row))])
    others = [each for row in easy_texts(20, seed=4) for each in predictions(marked_text(row), fitted)]
    assert sum(each.right for each in others) / len(others) > 0.9


@pytest.mark.parametrize(
    ("label", "speaker", "same"),
    [
        ("Ana Ruiz", "Ana Ruiz", True),
        ("Ruiz", "Ana Ruiz", True),
        ("Mrs Ann Roe", "Ann Roe", True),
        ("un pescador", "el pescador", True),
        ("Ana", "Ana Ruiz", True),
        ("Evelio", "Evelio, el barbero", True),
        ("R. Teller", "Mr. Robert Teller", True),
        ("a diplomat", "a diplomat who has seen the paper", True),
        ("the judge", "J.T.", False),
        ("Treasury", "a Treasury spokeswoman", False),
        ("the pilot", "the pilot’s solicitor", False),
        ("Luis Ruiz", "Ana Ruiz", False),
    ],
)
def test_a_speaker_is_compared_by_the_parts_of_the_name(label: str, speaker: str, same: bool) -> None:
    assert is_same_speaker(label, speaker) is same


def _prediction(language: str, right: bool, probability: float) -> Prediction:
    return Prediction(language, spoken=True, right=right, named=True, probability=probability, number=0, speaker=0)


def test_the_threshold_is_the_least_with_few_wrong_names() -> None:
    predicted = [
        _prediction(language, right=number != 0, probability=0.5 if number == 0 else 0.9)
        for language in ("es", "en")
        for number in range(10)
    ]
    threshold = choose_threshold(predicted, most_wrong=0.05)
    assert threshold == 0.51
    assert [row.wrong for row in measure(predicted, threshold)] == [0, 0]
    assert [row.named for row in measure(predicted, threshold)] == [0.9, 0.9]


def test_weights_are_written_as_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    write_weights(Weights({"a": 1.0}, {"b": -0.5}, 0.7), path)
    assert json.loads(path.read_text("utf-8")) == {"threshold": 0.7, "mention": {"a": 1.0}, "referent": {"b": -0.5}}
