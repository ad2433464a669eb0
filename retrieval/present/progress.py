"""A progress bar on stderr for long work, only where somebody watches."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from knowledge.model import Language
from retrieval.present.terminal_writer import progress_console

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import Task, TaskID

    from retrieval.index.encoding import Progress

# Seconds between two estimates, so that they can be read; and the rate from which on no decimal is shown. Our choice.
_SECONDS_PER_ESTIMATE, _WHOLE_RATE = 0.5, 10


@contextmanager
def progress_on_stderr(language: Language = "en") -> "Iterator[Progress]":
    """A function of (stage, done, total) that draws a bar on a terminal's stderr and nothing anywhere else."""
    bar: Bar | None = None
    tasks: dict[str, TaskID] = {}

    def report(stage: str, done: int, total: int) -> None:
        nonlocal bar
        if not total:
            return
        if bar is None:
            bar = _started(language)
            tasks.clear()
        if bar is None:
            return
        if stage not in tasks:
            tasks[stage] = bar.add_task(_say(language, "stage", stage=stage), total=total, stage=stage)
        bar.update(tasks[stage], completed=done, total=total)
        if bar.finished:
            # What is written next is not to be drawn over.
            bar.stop()
            bar = None

    try:
        yield report
    finally:
        if bar is not None:
            bar.stop()


def _say(language: Language, message: str, **values: str) -> str:
    # Imported where a bar is drawn, as every command comes by here and most draw none.
    from retrieval.present.texts import say

    return say(language, message, **values)


def _started(language: Language) -> "Bar | None":
    console = progress_console()
    if console is None:
        return None
    from rich.progress import BarColumn, ProgressColumn, TaskProgressColumn, TextColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    class Pace(ProgressColumn):
        """How much is done in a second and how long the rest takes at that pace, once both are known."""

        max_refresh = _SECONDS_PER_ESTIMATE

        def render(self, task: "Task") -> Text:
            if not task.speed or task.time_remaining is None:
                return Text("")
            rate = f"{task.speed:.0f}" if task.speed >= _WHOLE_RATE else f"{task.speed:.1f}"
            left = str(timedelta(seconds=round(task.time_remaining)))
            return Text(_say(language, "pace", stage=task.fields["stage"], rate=rate, left=left))

    # Transient: the bar is gone before the answer is shown. Standard output is left alone: rich would send what is
    # written there to this console, which a program that reads it never sees.
    bar = Bar(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        Pace(),
        console=console,
        transient=True,
        redirect_stdout=False,
    )
    bar.start()
    return bar
