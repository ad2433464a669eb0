"""From a data folder to the reader that ships, by commands."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from safetensors.numpy import load_file
from training_data import ARTICLE_CLAIMS, DEV_ARTICLE, DEV_PASSAGE, write_data, write_rows

from retrieval.models.onnx_reader import OnnxReader
from retrieval.models.packaged import READER as PACKED
from retrieval.models.packaged import packaged_reader
from retrieval.train.__main__ import main
from retrieval.train.checkpoint import READER_CHECKPOINT
from retrieval.train.near import NEAR, read_near
from retrieval.train.pack_encoder import pack
from retrieval.train.reader_model import READER
from retrieval.train.reader_rows import reader_rows
from retrieval.train.transformer import ENCODER


def run(*given: object) -> Result:
    return CliRunner().invoke(main, [str(part) for part in given])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data") / "data")


@pytest.fixture(scope="module")
def near(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The file of the nearest passages, in a folder that its command makes, and what that says."""
    folder = tmp_path_factory.mktemp("near") / "work"
    return folder / NEAR, run("near", data, "--work", folder)


@pytest.fixture
def own_work(work: Path, near: tuple[Path, Result], tmp_path: Path) -> Path:
    """A work folder of the test's own, whose reader is yet to be taught."""
    folder = tmp_path / "work"
    folder.mkdir()
    for path in (*work.iterdir(), near[0]):
        if path.name != READER:
            (folder / path.name).symlink_to(path)
    return folder


def test_the_nearest_passages_are_those_of_the_encoder_that_ships(near: tuple[Path, Result], data: Path) -> None:
    path, done = near
    assert (done.exit_code, done.stdout) == (0, "")
    passages = read_near(data, path)
    number = len(passages.places)
    assert done.stderr == f"Written: {path}, the passages nearest to {number} questions and claims\n"
    assert passages.nearest("¿Quién pintó la iglesia?", ())[0] == "La maestra pintó la iglesia."
    # In the other language, too.
    assert passages.nearest("Who sold the bridge?", ())[0] == "El ayuntamiento vendió el puente."


def test_from_data_to_a_reader_that_is_packed_and_opened(tmp_path: Path, own_work: Path, data: Path) -> None:
    weights = tmp_path / "weights"
    done = run("reader", data, "--work", own_work, "--steps", 3, "--batch", 3)
    assert done.exit_code == 0, (done.stderr, done.exception)
    lines = done.stderr.splitlines()
    rows = sum(map(len, reader_rows(data, 1, read_near(data, own_work / NEAR))))
    assert re.fullmatch(rf"{rows} claims and questions beside passages, on (cpu|cuda)", lines[0])
    assert lines[-2:] == [f"Written: {own_work / READER}", "Measuring."]
    assert not (own_work / READER_CHECKPOINT).exists()
    assert "Claims beside a passage" in done.stdout
    assert "Questions beside a passage" in done.stdout
    measured = run("measure-reader", data, "--work", own_work, "--reader", own_work / READER)
    assert (measured.exit_code, measured.stderr) == (0, "Measuring.\n")
    # Weights are written in half precision, so that single figures may differ in the last digit.
    assert re.sub(r"\d", "0", measured.stdout) == re.sub(r"\d", "0", done.stdout)
    pack(own_work, own_work / ENCODER, weights)
    done = run("pack-reader", "--work", own_work, "--out", weights)
    assert (done.exit_code, done.stderr) == (0, f"Written: {weights}\n")
    (reading,) = OnnxReader(weights).read([("Who bought the mill?", "The council bought the mill.")])
    assert reading.answered is not None


def test_the_figures_are_those_of_the_development_rows(tmp_path: Path, work: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    # A question on one of these is shown beside the other, of which nobody says whether it answers: that is left out.
    passages = [DEV_PASSAGE | {"c": []}, DEV_PASSAGE | {"p": "The boat.", "c": [], "q": [["en", "Who?", "boat"]]}]
    claims = [["S", "en", "Both.", [0, 1], "list"], ["C", "en", "A bridge.", [1], "role"], ["N", "en", "No.", [], ""]]
    write_rows(data / "written_passages.jsonl.gz", passages)
    write_rows(data / "written_articles.jsonl.gz", [DEV_ARTICLE])
    write_rows(data / "written_article_claims.jsonl.gz", [ARTICLE_CLAIMS | {"i": 1, "split": "dev", "c": claims}])
    done = run("measure-reader", data, "--work", work, "--reader", work / READER)
    assert (done.exit_code, done.stderr) == (0, "Measuring.\n")
    rows = [line.split() for line in done.stdout.splitlines() if re.match(r"\s*\d", line)]
    # The second claim beside the paragraph that decides it, as the third has none; and the questions of the article
    # beside both.
    assert [row[0] for row in rows] == ["1", str(2 + 2 * 2)]
    assert [len(row) for row in rows] == [3, 4]
    assert all(0 <= float(part) <= 1 for row in rows for part in row[1:])


def test_another_reader_is_measured_and_packed_and_begins_a_run(tmp_path: Path, own_work: Path, data: Path) -> None:
    other, weights = tmp_path / "other", tmp_path / "weights"
    assert run("reader", data, "--work", own_work, "--steps", 1, "--batch", 2, "--seed", 4).exit_code == 0
    (own_work / READER).rename(other)
    assert run("measure-reader", data, "--work", own_work, "--reader", other).exit_code == 0
    pack(own_work, own_work / ENCODER, weights)
    done = run("pack-reader", "--work", own_work, "--reader", other, "--out", weights)
    assert done.exit_code == 0, (done.stderr, done.exception)
    assert packaged_reader(weights).model == weights / PACKED
    # A rate of next to nothing leaves what it began with.
    done = run("reader", data, "--work", own_work, "--steps", 1, "--batch", 2, "--start", other, "--rate", 1e-9)
    assert done.exit_code == 0, (done.stderr, done.exception)
    before, after = load_file(other), load_file(own_work / READER)
    assert all((abs(after[name] - array) < 1e-3).all() for name, array in before.items())


def test_a_run_that_was_cut_off_goes_on_to_the_same_reader(work: Path, own_work: Path, data: Path) -> None:
    given = ("reader", data, "--work", own_work, "--steps", 3, "--batch", 2, "--every", 2)
    assert run(*given).exit_code == 0
    whole = (own_work / READER).read_bytes()
    done = run(*given, "--go-on")
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"citabot: There is no checkpoint {own_work / READER_CHECKPOINT} to go on from.\n" in done.stderr
    # A file in the place of the reader's that cannot be replaced leaves the checkpoint.
    (own_work / READER).unlink()
    (own_work / READER).mkdir()
    assert run(*given).exit_code != 0
    (own_work / READER).rmdir()
    assert (own_work / READER_CHECKPOINT).exists()
    # Not from another beginning.
    done = run(*given, "--go-on", "--start", work / READER)
    assert done.exit_code == 2
    assert " is of a run with another start.\n" in done.stderr
    done = run(*given, "--go-on")
    assert done.exit_code == 0, (done.stderr, done.exception)
    assert (own_work / READER).read_bytes() == whole


def test_a_length_in_minutes_ends_a_run(own_work: Path, data: Path) -> None:
    done = run("reader", data, "--work", own_work, "--minutes", 0.0005, "--batch", 1)
    assert done.exit_code == 0, (done.stderr, done.exception)
    assert (own_work / READER).exists()


@pytest.mark.parametrize(
    "rows",
    [
        [DEV_PASSAGE | {"q": []}],
        [DEV_PASSAGE | {"c": []}],
        [DEV_PASSAGE],
        # Beside another question's passage, whether it answers is not known.
        [DEV_PASSAGE, DEV_PASSAGE | {"p": "The boat."}],
        [DEV_PASSAGE | {"q": [["en", "Who?", ""]]}],
        [DEV_PASSAGE | {"c": [], "q": [["en", "Who?", ""], *DEV_PASSAGE["q"]]}],
        [],
    ],
    ids=["claims", "answered", "claims and answered", "unknown", "claims and refused", "questions", "nothing"],
)
def test_with_too_few_development_rows_nothing_is_measured_and_that_is_said(
    tmp_path: Path, work: Path, rows: list[dict[str, Any]]
) -> None:
    write_rows(tmp_path / "written_passages.jsonl.gz", rows)
    done = run("measure-reader", tmp_path, "--work", work, "--reader", work / READER)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "Too few development rows to measure on.\n"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["reader", "d", "--work", "x"], "Give either --steps or --minutes."),
        (["reader", "d", "--work", "x", "--steps", "1", "--minutes", "1"], "Give either --steps or --minutes."),
        (["reader", "d", "--work", "x", "--steps", "0"], "--steps"),
        (["reader", "d", "--work", "x", "--minutes", "0"], "--minutes"),
        (["reader", "d", "--work", "x", "--steps", "1", "--batch", "0"], "--batch"),
        (["reader", "d", "--work", "x", "--steps", "1", "--typed", "1.1"], "--typed"),
        (["reader", "d", "--work", "x", "--steps", "1", "--claims", "-1"], "--claims"),
        (["reader", "d", "--work", "x", "--steps", "1", "--rate", "0"], "--rate"),
        (["reader", "d", "--work", "x", "--steps", "1", "--seed", str(2**64)], "--seed"),
        (["reader", "d", "--steps", "1"], "--work"),
        (["near", "d"], "--work"),
        (["measure-reader", "d", "--work", "x"], "--reader"),
    ],
)
def test_what_does_not_go_together_is_said(given: list[str], message: str) -> None:
    done = run(*given)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr


def error_of(*given: object) -> tuple[int, str]:
    """The exit code of a command, and the sentence of its error."""
    done = run(*given)
    assert done.stdout == ""
    sentence, *hints = done.stderr.splitlines()
    assert len(hints) <= 1
    return done.exit_code, sentence


def test_what_is_missing_or_damaged_is_a_sentence(tmp_path: Path, work: Path, own_work: Path, data: Path) -> None:
    none, weights = tmp_path / "none", tmp_path / "weights"
    steps = ("--steps", 1)
    for given in (("reader", data, *steps), ("measure-reader", data, "--reader", work / READER)):
        assert error_of(*given, "--work", none) == (2, f"citabot: There is no file {none / 'base.safetensors'}.")
    assert error_of("near", none, "--work", own_work) == (2, f"citabot: {none} holds no written rows.")
    assert error_of("reader", data, "--work", work, *steps) == (2, f"citabot: There is no file {work / NEAR}.")
    another = (2, f"citabot: {own_work / NEAR} is not about the rows of {none}.")
    assert error_of("reader", none, "--work", own_work, *steps) == another
    missing = (2, f"citabot: There is no file {none}.")
    assert error_of("reader", data, "--work", own_work, *steps, "--start", none) == missing
    assert error_of("measure-reader", data, "--work", work, "--reader", none) == missing
    other = (2, "citabot: The weights are not those of a reader of this base.")
    assert error_of("measure-reader", data, "--work", work, "--reader", work / ENCODER) == other
    code, sentence = error_of("pack-reader", "--work", work, "--out", weights)
    assert (code, sentence) == (3, "citabot: The packaged encoder has no readable manifest.")
    pack(work, work / ENCODER, weights)
    assert error_of("pack-reader", "--work", own_work, "--out", weights) == (
        2, f"citabot: There is no file {own_work / READER}.",
    )  # fmt: skip
    assert error_of("pack-reader", "--work", work, "--reader", work / ENCODER, "--out", weights) == other
    (tmp_path / "damaged").write_bytes(b"no weights")
    assert error_of("measure-reader", data, "--work", work, "--reader", tmp_path / "damaged")[0] == 3


def test_the_hint_for_missing_weights_names_what_writes_them(work: Path, data: Path) -> None:
    done = run("measure-reader", data, "--work", work, "--reader", work / "none")
    assert done.stderr.endswith("\n  `python -m retrieval.train` writes such files: encoder, reader.\n")


def test_the_hint_for_missing_passages_names_the_command_that_finds_them(work: Path, data: Path) -> None:
    done = run("reader", data, "--work", work, "--steps", 1)
    assert done.stderr.endswith("\n  `python -m retrieval.train near` writes it.\n")


def test_a_missing_package_is_named_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    done = run("pack-reader", "--work", tmp_path / "work", "--out", tmp_path / "weights")
    assert (done.exit_code, done.stdout) == (2, "")
    assert " needs the package onnx, which is not installed.\n" in done.stderr
    assert done.stderr.endswith("  Install it: pip install 'citabot[train]'\n")
