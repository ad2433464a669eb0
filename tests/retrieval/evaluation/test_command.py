"""`citabot eval` as a person or a program runs it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]
LINE = {
    "id": "price", "question": "How much does a kilogram of flour cost?", "language": "en",
    "gold": [{"source": "tide-mill", "paragraph": 5}], "answers": ["three euros"],
}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(LINE) + "\n", "utf-8")
    return path


def test_json_is_one_object_and_the_page_is_written(citabot: Run, file: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    done = citabot("eval", str(file), "--json", "--html", str(page))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["overall"]["hit@1"]["value"] == 1.0
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_a_bad_line_is_one_sentence_and_exit_code_2(citabot: Run, file: Path) -> None:
    file.write_text("{}\n", "utf-8")
    done = citabot("eval", str(file), "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert json.loads(done.stderr)["message"] == "Line 1 of labels.jsonl has no question, no claim and no text."
