"""A progress bar on stderr for long work, only where somebody watches."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from knowledge.model import Language
from retrieval.present.terminal_writer import progress_console

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from retrieval.index.encoding import Progress


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
            bar = _started()
            tasks.clear()
        if bar is None:
            return
        if stage not in tasks:
            tasks[stage] = bar.add_task(_stage_text(stage, language), total=total)
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


def _stage_text(stage: str, language: Language) -> str:
    # Imported where a bar is drawn, as every command comes by here and most draw none.
    from retrieval.present.texts import say

    return say(language, "stage", stage=stage)


def _started() -> "Bar | None":
    console = progress_console()
    if console is None:
        return None
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    # Transient: the bar is gone before the answer is shown. Standard output is left alone: rich would send what is
    # written there to this console, which a program that reads it never sees.
    bar = Bar(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        redirect_stdout=False,
    )
    bar.start()
    return bar
