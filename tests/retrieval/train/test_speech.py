"""The step that fits what is speech."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from training_data import write_rows

from knowledge.errors import BadLabels
from retrieval.train.__main__ import main
from retrieval.train.data_folder import MARKED_WORDS, SPEAKERS, WRITTEN_SPEAKERS
from retrieval.train.speech import fit, fitting_texts, overlap, samples

OWN = Path("retrieval/train").resolve()


def row(text: str, *quotations: str, split: str = "train") -> dict[str, object]:
    listed = [{"t": words, "p": 0, "s": None, "n": "", "r": "", "d": "direct"} for words in quotations]
    return {"l": "es", "p": [text], "q": listed, "split": split}


SPEECH = [
    row(f"«No cabe más agua, {name}», dijo Ana Ruiz.", f"No cabe más agua, {name}") for name in ("Eva", "Luis", "Tom")
]
TITLES = [row(f"La novela «El río {number}» vendió mil ejemplares.") for number in ("verde", "rojo", "azul")]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    unseen = [row("«Nadie vino», dijo Ana Ruiz.", "Nadie vino", split="unseen"), row("«Nada»", "Nada", split="unseen")]
    write_rows(tmp_path / SPEAKERS, [*SPEECH, *unseen])
    write_rows(tmp_path / WRITTEN_SPEAKERS, TITLES)
    write_rows(tmp_path / MARKED_WORDS, TITLES)
    return tmp_path


def test_every_second_unseen_text_is_left_out(data: Path) -> None:
    texts = [text.text for text in fitting_texts(data, data)]
    assert "«Nadie vino», dijo Ana Ruiz." in texts
    assert "«Nada»" not in texts


def test_a_candidate_is_speech_where_the_corpus_has_its_words(data: Path) -> None:
    listed = list(samples(fitting_texts(data, data)))
    assert [each.is_speech for each in listed] == [True] * 4 + [False] * 6


def test_a_fit_tells_speech_from_titles(data: Path) -> None:
    listed = list(samples(fitting_texts(data, data)))
    weights = fit(listed)
    scores = [sum(weights.get(name, 0) for name in each.names) for each in listed]
    assert min(scores[:4]) > max(scores[4:])


def test_the_same_texts_give_the_same_weights(data: Path) -> None:
    listed = list(samples(fitting_texts(data, data)))
    assert fit(listed) == fit(listed)


@pytest.mark.parametrize(
    ("first", "second", "share"), [((0, 10), (0, 10), 1), ((0, 10), (5, 15), 1 / 3), ((0, 5), (5, 9), 0)]
)
def test_an_overlap_is_what_both_have_of_what_either_has(
    first: tuple[int, int], second: tuple[int, int], share: float
) -> None:
    assert overlap(first, second) == pytest.approx(share)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadLabels, match="holds no texts"):
        fitting_texts(tmp_path, tmp_path)


def test_the_command_shows_figures_and_writes_the_model(tmp_path: Path) -> None:
    out = tmp_path / "speech.json"
    result = CliRunner().invoke(main, ["speech", str(OWN), "--out", str(out)])
    assert result.exit_code == 0, result.output
    model = json.loads(out.read_text("utf-8"))
    assert 0.5 <= model["least"] < 1
    assert model["weights"]["marks always"]
