"""The class of the commands of training: errors are one sentence."""

from typing import Any

import click

from knowledge.errors import CitabotError
from retrieval.present.terminal_writer import report


class TrainingCommand(click.Command):
    """A command whose errors are one sentence on standard error and their exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it."""
        try:
            return super().invoke(ctx)
        except CitabotError as error:
            report(error, as_json=False)
            ctx.exit(error.exit_code)
