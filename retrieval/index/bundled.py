"""The bundled base taken into a home, or brought up to date there."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from knowledge import release
from knowledge.errors import HomeNotWritable, StorageFull
from knowledge.store import Store
from retrieval.index.current import Notice
from retrieval.index.rebuild import Progress

WriteLock = Callable[[], AbstractContextManager[None]]
"""Makes what is held while something is stored."""


def load_bundled(store: Store, lock: WriteLock, notice: Notice, progress: Progress) -> None:
    """Load the bundled base into a home that was never used, or take in what has changed; a home only read stays.

    Raises HomeNotWritable or StorageFull where a new home cannot be filled.
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
            release.take_in(store, lambda done, total: progress("loading", done, total))
    except (HomeNotWritable, StorageFull) as error:
        if due == "first use" and store.refusal is None:
            raise
        notice(f"{error.message} The bundled knowledge is not brought up to date.")
