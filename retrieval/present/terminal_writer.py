"""The one way to standard output and standard error.

Whatever was done to a text before, nothing passes here that a terminal obeys, that turns reading direction or that
cannot be seen. Only styles of our own and links to web addresses are written as escape sequences.
"""

import io
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.answer.link import web_address
from retrieval.present.inert import inert, inert_line

if TYPE_CHECKING:
    import click
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.style import Style

    from knowledge.errors import CitabotError


def speak_utf8() -> None:
    """Have both streams write UTF-8, whatever the locale says; a stray surrogate must not end the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def write(text: str) -> None:
    """Write lines to standard output at once. JSON that `as_json.dump` made passes unchanged."""
    sys.stdout.write(f"{inert(text)}\n")
    sys.stdout.flush()


def show(renderable: "RenderableType") -> None:
    """Show something to a person on standard output."""
    from rich.console import Console

    Console(highlight=False).print(Inert(renderable))


def notice(sentence: str) -> None:
    """Tell a person something in a line on standard error."""
    _complain(inert_line(sentence))


def report(error: "CitabotError", *, as_json: bool) -> None:
    """Write an error to standard error, as one sentence and what to do, or as JSON."""
    if as_json:
        from retrieval.present import as_json as present_json

        _complain(present_json.dump(present_json.error(error)))
    else:
        notice(f"citabot: {error.message}")
        if error.hint:
            _complain(f"  {inert_line(error.hint)}")


def report_usage(error: "click.ClickException", *, as_json: bool) -> None:
    """Write click's own complaint to standard error; it repeats what was given."""
    if as_json:
        from retrieval.present import as_json as present_json

        hint = "citabot --help lists the commands and options."
        _complain(present_json.dump({"error": "usage", "message": error.format_message(), "hint": hint}))
    else:
        said = io.StringIO()
        error.show(file=said)
        _complain(said.getvalue().rstrip("\n"))


def progress_console() -> "Console | None":
    """The console that progress is drawn on, or None where nobody watches standard error."""
    if not sys.stderr.isatty():
        return None
    from rich.console import Console

    return Console(stderr=True)


def leave() -> None:
    """Close standard error: the reader of our output has gone, and Python would complain of it while it ends."""
    sys.stderr.close()


@dataclass(frozen=True, slots=True)
class Inert:
    """What it holds with every text made inert, without control sequences, and with links to web addresses alone."""

    renderable: "RenderableType"

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from rich.segment import Segment

        for segment in console.render(self.renderable, options):
            if not segment.control:
                yield Segment(inert(segment.text), _with_safe_link(segment.style))


def _with_safe_link(style: "Style | None") -> "Style | None":
    if style is None or style.link is None:
        return style
    return style.update_link(web_address(style.link))


def _complain(text: str) -> None:
    sys.stderr.write(f"{inert(text)}\n")
    sys.stderr.flush()
