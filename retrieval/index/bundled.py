"""Loading the bundled base into a home, and updating it there."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from knowledge import release
from knowledge.errors import HomeNotWritable, StorageFull
from knowledge.speech.asking import Ask
from knowledge.store import Store
from retrieval.index.current import Notice
from retrieval.index.encoding import Progress

WriteLock = Callable[[], AbstractContextManager[None]]
"""A function that returns a context manager, inside which the caller alone may write to the database."""


def load_bundled(store: Store, lock: WriteLock, notice: Notice, progress: Progress, ask: Ask) -> None:
    """Load the bundled base into a new home, or update it in a used one; `notice` is called where that takes long.

    A used home that cannot be written stays as it is. Raises HomeNotWritable or StorageFull for a new one.
    """
    due = release.due(store)
    if due is None:
        return
    notice(
        "First use: loading the bundled knowledge."
        if due == "first use"
        else "The bundled knowledge has changed: taking the changes in."
    )
    try:
        with lock():
            release.update_bundled(store, lambda done, total: progress("loading", done, total), ask=ask)
    except (HomeNotWritable, StorageFull) as error:
        if due == "first use" and store.refusal is None:
            raise
        notice(f"{error.message} The bundled knowledge is not brought up to date.")
