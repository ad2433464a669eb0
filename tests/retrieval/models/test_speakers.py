"""Asking the packaged reader for speakers, and when it is not asked."""

import pytest

from knowledge.errors import UntrustedModel
from knowledge.speech.asking import SpanQuestion
from knowledge.speech.ranking import weights
from retrieval.model import READER_NAME, Reading
from retrieval.models.reader import Reader, open_reader
from retrieval.models.speakers import ask_speakers

TEXTS = {
    "Who said “It cannot be saved”?": (
        "Ann Moss left on Monday. Al Boyd, a builder, stayed at the mill till noon. “It cannot be saved,” he said.",
        ("Ann Moss", "Al Boyd"),
    ),
    "¿Quién dijo «No tiene arreglo»?": (
        "Ana Ruiz se fue el lunes. Raúl Cid, albañil, se quedó en el molino hasta mediodía. «No tiene arreglo», dijo.",
        ("Ana Ruiz", "Raúl Cid"),
    ),
}
QUESTIONS = [
    SpanQuestion(asked, passage, tuple((passage.index(name), passage.index(name) + len(name)) for name in names))
    for asked, (passage, names) in TEXTS.items()
]


def packaged() -> Reader:
    return open_reader(READER_NAME)


def test_the_reader_points_at_who_is_said_to_have_spoken() -> None:
    readings = ask_speakers(packaged, QUESTIONS)
    assert readings is not None
    for other, speaker in readings:
        assert 0 <= other < speaker <= 1


def test_a_question_is_answered_alike_alone_and_beside_others() -> None:
    alone = [ask_speakers(packaged, [each]) for each in QUESTIONS]
    assert alone == [[reading] for reading in ask_speakers(packaged, QUESTIONS) or ()]


def test_the_weights_that_ship_hold_for_the_reader_that_ships() -> None:
    asking = weights().asking
    assert asking is not None
    assert asking.model == packaged().digest


def test_a_reader_that_cannot_be_opened_is_not_asked() -> None:
    def damaged() -> Reader:
        raise UntrustedModel("The file reader.onnx of the packaged models is not the one published.")

    assert ask_speakers(damaged, QUESTIONS) is None


class Other:
    """A reader of claims alone."""

    name = "other"

    def __init__(self, digest: str) -> None:
        self.digest = digest

    def read(self, pairs: object) -> list[Reading]:
        raise NotImplementedError


@pytest.mark.parametrize("is_fitted", [True, False])
def test_another_reader_is_not_asked(is_fitted: bool) -> None:
    digest = packaged().digest if is_fitted else "0" * 64
    assert ask_speakers(lambda: Other(digest), QUESTIONS) is None
