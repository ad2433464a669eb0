"""What the commands of training share: errors are one sentence, and what is missing is said before hours are spent."""

from typing import Any

import click

from knowledge.errors import CitabotError
from knowledge.extras import from_extra
from retrieval.models.hub_encoder import teacher_folder
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


def require_extra() -> None:
    """Raises MissingExtra where a package of the extra `train` is missing, UntrustedModel where it is another."""
    with from_extra("train", "onnx", purpose="Writing a model"):
        import onnx  # noqa: F401 (used at the end, by what packs the model)
    teacher_folder()
