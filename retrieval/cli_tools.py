"""What every command uses: the home it opens, and how results, notices and errors are written."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from knowledge.errors import BadQuestion, CitabotError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from retrieval.engine import Engine


@dataclass(frozen=True, slots=True)
class Globals:
    """What stands before the command's name."""

    home: str | None
    bundled: bool | None

    def options(self) -> dict[str, Any]:
        """As the settings take them."""
        return {"home": self.home, "bundled": self.bundled}


def each_line(answer: Callable[[str], dict[str, object]], named: str) -> None:
    """Answer standard input line by line; what cannot be asked gets its error in its place."""
    from retrieval.present import as_json as present_json

    first_error: CitabotError | None = None
    for line in sys.stdin.buffer:
        given = line.decode("utf-8", errors="surrogateescape").rstrip("\r\n")
        try:
            found = answer(given)
        except BadQuestion as error:
            first_error = first_error or error
            found = {named: given} | present_json.error(error)
        write(present_json.dump(found))
    if first_error is not None:
        sys.exit(first_error.exit_code)


@contextmanager
def open_home(given: Globals) -> "Iterator[Engine]":
    """The engine of the home that is meant, with progress and notices on stderr."""
    from retrieval.engine import open_engine
    from retrieval.present.progress import progress_on_stderr
    from retrieval.settings import read_settings

    with (
        progress_on_stderr() as progress,
        open_engine(read_settings(**given.options()), notice=notice, progress=progress) as engine,
    ):
        yield engine


def write(text: str) -> None:
    """Write a line to standard output at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def show(renderable: "RenderableType") -> None:
    """Show something to a person."""
    from rich.console import Console

    Console(highlight=False).print(renderable)


def notice(sentence: str) -> None:
    """Tell a person something while they wait."""
    click.echo(sentence, err=True)


def report(error: CitabotError, *, as_json: bool) -> None:
    """Write an error to stderr, as one sentence and what to do, or as JSON."""
    from retrieval.present import as_json as present_json
    from retrieval.present.inert import inert

    if as_json:
        click.echo(present_json.dump(present_json.error(error)), err=True)
    else:
        click.echo(inert(f"citabot: {error.message}"), err=True)
        if error.hint:
            click.echo(inert(f"  {error.hint}"), err=True)


def report_usage(error: click.ClickException, *, as_json: bool) -> None:
    """Write click's own complaint to stderr."""
    if as_json:
        from retrieval.present import as_json as present_json

        hint = "citabot --help lists the commands and options."
        click.echo(present_json.dump({"error": "usage", "message": error.format_message(), "hint": hint}), err=True)
    else:
        error.show()
