"""What the commands of training say: our errors are one sentence, those of programming are not hidden."""

import click
import pytest
from click.testing import CliRunner

from knowledge.errors import UntrustedModel
from retrieval.train.command import TrainingCommand, say


def test_how_far_the_work_is_is_said_beside_the_results(capsys: pytest.CaptureFixture[str]) -> None:
    say("Measuring.")
    assert capsys.readouterr() == ("", "Measuring.\n")


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
