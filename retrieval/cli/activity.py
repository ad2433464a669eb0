"""The commands that show who runs a bot what its users did: their notes on wrong answers, and changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from retrieval.cli.common import GlobalOptions
from retrieval.present.terminal_writer import show, write

if TYPE_CHECKING:
    from knowledge.activity import Activity

# Rows that are shown where no number is given. Our choice, about two screens.
_LIMIT = 50


@click.command()
@click.option(
    "-n", "limit", type=click.IntRange(min=1), default=_LIMIT, show_default=True, help="This many, latest first."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def feedback(options: GlobalOptions, limit: int, as_json: bool) -> None:
    """List what users hold to be wrong.

    Each note with what was asked and answered. People are not named; /forget-me takes their notes away.
    """
    from retrieval.present import as_json as present_json
    from retrieval.present import terminal_activity

    with _activity(options) as activity:
        notes = activity.feedback(limit)
    if as_json:
        write(present_json.dump([terminal_activity.feedback_row(note) for note in notes]))
    else:
        show(terminal_activity.feedback(notes, language=options.label_language))


@click.command()
@click.option(
    "-n", "limit", type=click.IntRange(min=1), default=_LIMIT, show_default=True, help="This many, latest first."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def audit(options: GlobalOptions, limit: int, as_json: bool) -> None:
    """List changes made on Discord.

    Sources added and removed, rebuilds and settings, by server, with the hash of who made them.
    """
    from retrieval.present import as_json as present_json
    from retrieval.present import terminal_activity

    with _activity(options) as activity:
        changes = activity.changes(limit)
    if as_json:
        write(present_json.dump([terminal_activity.audit_row(change) for change in changes]))
    else:
        show(terminal_activity.audit(changes, language=options.label_language))


@contextmanager
def _activity(options: GlobalOptions) -> "Iterator[Activity]":
    """Open what users did in the home that the options name. Raises CitabotError."""
    from knowledge.activity import open_activity
    from knowledge.storage import made_folder
    from retrieval.settings import read_settings

    home = read_settings(**options.as_settings()).home
    made_folder(home)
    activity = open_activity(home)
    try:
        yield activity
    finally:
        activity.close()
