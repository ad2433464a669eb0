"""The bundled base in a home: loaded at first use, and brought into line with what ships now, touching nothing else."""

from collections.abc import Callable
from typing import Literal

from knowledge import bundled, changes
from knowledge.ingest import ingest, known_source
from knowledge.model import BUNDLED, Metadata
from knowledge.store import Store

Progress = Callable[[int, int], None]
"""Told how many documents are done, and how many there are."""


def due(store: Store) -> Literal["first use", "changed"] | None:
    """What has to be taken in. A home that was begun with other documents stays without the bundled ones."""
    if store.has_bundled():
        return None if store.bundled()[0] == bundled.shipped() else "changed"
    begun = any(source.owner != BUNDLED for source in store.sources())
    return None if begun else "first use"


def take_in(store: Store, progress: Progress) -> None:
    """Bring the bundled documents of a home into line with those that ship.

    One that is as it was is not touched, and what its owner removed stays removed. A load that was cut off goes on
    where it stopped.
    """
    ships, documents = bundled.shipped(), list(bundled.documents())
    _, known = store.bundled()
    for done, document in enumerate(documents):
        progress(done, len(documents))
        name, found = str(document.metadata.id), bundled.document_digest(document)
        before = known.pop(name, None)
        if before == found:
            continue
        if before is None or known_source(store, document, Metadata(), owner=BUNDLED):
            ingest(store, document, Metadata(), owner=BUNDLED)
        changes.note_bundled(store, name, found)
    progress(len(documents), len(documents))
    for name in known:
        if store.has_source(name) and store.source(name).owner == BUNDLED:
            changes.remove(store, name)
        changes.note_bundled(store, name, None)
    changes.mark_bundled(store, ships)
