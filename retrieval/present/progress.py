"""A progress bar on stderr for long work, only where somebody watches."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from retrieval.rebuild import Progress


@contextmanager
def progress_on_stderr() -> "Iterator[Progress]":
    """A function told (stage, done, total) that draws a bar on a terminal's stderr and nothing anywhere else."""
    bar: Bar | None = None
    tasks: dict[str, TaskID] = {}

    def report(stage: str, done: int, total: int) -> None:
        nonlocal bar
        if not sys.stderr.isatty() or not total:
            return
        if bar is None:
            bar = _started()
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage.capitalize(), total=total)
        bar.update(tasks[stage], completed=done, total=total)

    try:
        yield report
    finally:
        if bar is not None:
            bar.stop()


def _started() -> "Bar":
    from rich.console import Console
    from rich.progress import Progress as Bar

    # Transient: the bar is gone before the answer is shown.
    bar = Bar(console=Console(stderr=True), transient=True)
    bar.start()
    return bar
