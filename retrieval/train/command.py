"""What the commands of training share: kinds of options, and that errors are one sentence."""

from pathlib import Path
from typing import Any

import click

from knowledge.errors import CitabotError
from retrieval.present.terminal_writer import report

PATH, FOLDER = click.Path(path_type=Path), click.Path(file_okay=False, path_type=Path)
WORK = click.option("--work", type=FOLDER, metavar="FOLDER", required=True, help="folder of this and the other steps")


def say(sentence: str) -> None:
    """Tell a person how far the work is."""
    click.echo(sentence, err=True)


class TrainingCommand(click.Command):
    """A command whose errors are one sentence on standard error and their exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it."""
        try:
            return super().invoke(ctx)
        except CitabotError as error:
            report(error, as_json=False)
            ctx.exit(error.exit_code)
