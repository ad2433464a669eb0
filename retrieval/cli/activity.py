"""The commands that show who runs a bot what its users did: their notes on wrong answers, and changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from retrieval.cli.common import Globals
from retrieval.present.terminal_writer import show, write

if TYPE_CHECKING:
    from knowledge.activity import Activity


@click.command()
@click.option("-n", "limit", type=click.IntRange(min=1), default=50, show_default=True, help="This many, latest first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def feedback(given: Globals, limit: int, as_json: bool) -> None:
    """List what users hold to be wrong.

    Each note with what was asked and answered. People are not named; /forget-me takes their notes away.
    """
    from retrieval.present import as_json as present_json
    from retrieval.present import terminal_activity

    with _activity(given) as activity:
        found = activity.feedback(limit)
    if as_json:
        write(present_json.dump([terminal_activity.feedback_row(one) for one in found]))
    else:
        show(terminal_activity.feedback(found))


@click.command()
@click.option("-n", "limit", type=click.IntRange(min=1), default=50, show_default=True, help="This many, latest first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def audit(given: Globals, limit: int, as_json: bool) -> None:
    """List changes made on Discord.

    Sources added and removed, rebuilds and settings, by server, with the hash of who made them.
    """
    from retrieval.present import as_json as present_json
    from retrieval.present import terminal_activity

    with _activity(given) as activity:
        found = activity.changes(limit)
    if as_json:
        write(present_json.dump([terminal_activity.audit_row(one) for one in found]))
    else:
        show(terminal_activity.audit(found))


@contextmanager
def _activity(given: Globals) -> "Iterator[Activity]":
    """What is stored of the home that is meant."""
    from knowledge.activity import open_activity
    from knowledge.storage import made_folder
    from retrieval.settings import read_settings

    home = read_settings(**given.options()).home
    made_folder(home)
    activity = open_activity(home)
    try:
        yield activity
    finally:
        activity.close()
