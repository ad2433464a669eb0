"""What only some commands need can be left out: whoever then runs such a command is told what to install."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.errors import MissingExtra
from knowledge.extras import from_extra

ROOT = Path(__file__).parent.parent
# Finders that find nothing of some packages, as if these were not there.
WITHOUT = """
import runpy, sys
absent, program, *arguments = sys.argv[1:]
class Without:
    def __init__(self, finder):
        self.finder = finder
    def __getattr__(self, name):
        return getattr(self.finder, name)
    def find_spec(self, name, *more):
        return None if name.split(".")[0] in absent.split(",") else self.finder.find_spec(name, *more)
sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
sys.argv = [program, *arguments]
runpy.run_module(program, run_name="__main__")
"""
EVERY_EXTRA = "matplotlib,ir_measures,pytrec_eval,onnx,wordfreq,pymilvus,milvus_lite,grpc"
LABELS = [
    {"id": "price", "question": "How much does a kilogram of flour cost?", "language": "en",
     "gold": [{"source": "tide-mill", "paragraph": 5}], "answers": ["three euros"]},
]  # fmt: skip

Without = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def without(prepared_home: Path, tmp_path: Path) -> Without:
    """Run a program in a process of its own for which some packages are not there."""

    def run(absent: str, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", WITHOUT, absent, program, *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "CITABOT_HOME": str(prepared_home),
                "CITABOT_BUNDLED": "0",
            },
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "labels.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LABELS), "utf-8")
    return path


def told(done: "subprocess.CompletedProcess[str]", package: str, extra: str) -> None:
    """A refusal is the sentence and the command, nothing else, and exit code 2."""
    sentence, hint = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert sentence.endswith(f" needs the package {package}, which is not installed.")
    assert hint == f"  Install it: pip install 'citabot[{extra}]'"


def test_questions_are_answered_without_any_extra(without: Without) -> None:
    done = without(EVERY_EXTRA, "bot", "ask", LABELS[0]["question"], "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["citations"]


def test_measuring_needs_what_measures(without: Without, labels: Path) -> None:
    told(without("ir_measures", "bot", "eval", str(labels)), "ir-measures", "eval")


def test_measuring_draws_nothing_where_no_page_is_wanted(without: Without, labels: Path) -> None:
    done = without("matplotlib", "bot", "eval", str(labels), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["overall"]["hit@1"]["value"] == 1.0


def test_a_page_needs_what_draws_and_says_so_before_it_measures(without: Without, labels: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    labels.write_text("no labels", "utf-8")
    told(without("matplotlib", "bot", "eval", str(labels), "--html", str(page)), "matplotlib", "eval")
    assert not page.exists()


def test_training_says_what_is_missing_before_it_reads_anything(without: Without, tmp_path: Path) -> None:
    data, work = tmp_path / "data", tmp_path / "work"
    for needed, given in (("onnx", ["pack"]), ("wordfreq", ["base", "none", "none", "--data", str(data)])):
        told(without(EVERY_EXTRA, "retrieval.train", *given, "--work", str(work)), needed, "train")
    assert not work.exists()


def test_a_collection_needs_a_client(without: Without, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITABOT_INDEX", "milvus+http://127.0.0.1:1/mills")
    told(without("pymilvus", "bot", "rebuild"), "pymilvus", "milvus")


def test_a_package_that_is_there_and_broken_is_said_to_be_so() -> None:
    with (
        pytest.raises(
            MissingExtra, match=r"^Drawing needs the package pens, which cannot be loaded: no ink\.$"
        ) as caught,
        from_extra("eval", "pens", purpose="Drawing"),
    ):
        raise ImportError("no ink")
    assert caught.value.hint == "Install it again: pip install --force-reinstall pens"


def test_other_errors_pass() -> None:
    with pytest.raises(OSError, match="other"), from_extra("eval", "pens", purpose="Drawing"):
        raise OSError("other")
