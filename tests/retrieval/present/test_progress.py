"""The progress bar: drawn for whoever watches, with the pace and the time left, in both languages."""

import re
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from retrieval.present import progress
from retrieval.present.progress import progress_on_stderr


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What is drawn on a terminal whose clock moves a second at each look."""
    drawn, seconds = StringIO(), iter(range(10**6))
    console = Console(file=drawn, force_terminal=True, width=120, get_time=lambda: float(next(seconds)))
    monkeypatch.setattr(progress, "progress_console", lambda: console)
    return drawn


@pytest.mark.parametrize(
    ("language", "stage", "said", "pace"),
    [
        ("en", "encoding", "Encoding", r"passages a second, \d:\d\d:\d\d left"),
        ("es", "encoding", "Codificando", r"pasajes por segundo, faltan \d:\d\d:\d\d"),
        ("en", "loading", "Loading", r"documents a second, \d:\d\d:\d\d left"),
        ("es", "quotes", "Buscando citas", r"documentos por segundo, faltan \d:\d\d:\d\d"),
        ("es", "asking", "Preguntando", r"\d por segundo, faltan \d:\d\d:\d\d"),
    ],
)
def test_long_work_shows_its_pace_and_the_time_left(
    terminal: StringIO, language: Any, stage: str, said: str, pace: str
) -> None:
    with progress_on_stderr(language) as report:
        for done in range(0, 1001, 100):
            report(stage, done, 1000)
    drawn = terminal.getvalue()
    assert said in drawn
    assert re.search(pace, drawn)


def test_a_bar_that_is_done_is_taken_away_and_another_may_follow(terminal: StringIO) -> None:
    with progress_on_stderr("en") as report:
        report("loading", 2, 2)
        gone = len(terminal.getvalue())
        report("encoding", 0, 5)
    assert "Encoding" in terminal.getvalue()[gone:]
    hidden, shown = (terminal.getvalue().count(f"\x1b[?25{sign}") for sign in "lh")
    assert hidden == shown == 2  # the cursor


def test_where_nobody_watches_nothing_is_drawn(capfd: pytest.CaptureFixture[str]) -> None:
    with progress_on_stderr("en") as report:
        report("encoding", 0, 5)
        report("encoding", 5, 5)
    assert capfd.readouterr() == ("", "")
