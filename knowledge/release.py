"""The bundled base in a home: loaded at first use, and updated to what ships now; nothing else is changed."""

from collections.abc import Callable
from typing import Literal

from knowledge import bundled, changes
from knowledge.model import BUNDLED, Metadata
from knowledge.speech.asking import Ask
from knowledge.store import Store

Progress = Callable[[int, int], None]
"""A function that is called with the number of documents that are done, and of all."""


def due(store: Store) -> Literal["first use", "changed"] | None:
    """Return why the bundled base has to be loaded, or None. A home begun with other documents stays without it."""
    if store.has_bundled():
        return None if store.bundled()[0] == bundled.shipped() else "changed"
    begun = any(source.owner != BUNDLED for source in store.sources())
    return None if begun else "first use"


def update_bundled(store: Store, progress: Progress, *, ask: Ask | None = None) -> None:
    """Update the bundled documents of a home to those that ship.

    One that is as it was is not touched, and what its owner removed stays removed. A load that was cut off goes on
    where it stopped. `ask` is asked for speakers in doubt.
    """
    # Every start asks whether anything is due; few go on to read documents.
    from knowledge.ingest import ingest, known_source

    shipped, documents = bundled.shipped(), list(bundled.documents())
    _, known = store.bundled()
    for done, document in enumerate(documents):
        progress(done, len(documents))
        name, digest = str(document.metadata.id), bundled.document_digest(document)
        before = known.pop(name, None)
        if before == digest:
            continue
        if before is None or known_source(store, document, Metadata(), owner=BUNDLED):
            ingest(store, document, Metadata(), owner=BUNDLED, ask=ask)
        changes.note_bundled(store, name, digest)
    progress(len(documents), len(documents))
    for name in known:
        if store.has_source(name) and store.source(name).owner == BUNDLED:
            changes.remove(store, name)
        changes.note_bundled(store, name, None)
    changes.mark_bundled(store, shipped)
