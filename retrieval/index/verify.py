"""Whether everything stored still says what it said: the database, the vectors and the index made of it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from knowledge.errors import CitabotError
from knowledge.integrity import differences
from knowledge.store import Store
from retrieval.index.encoding_store import open_vectors, text_digest
from retrieval.index.generation import Generation, open_generation, read_manifest
from retrieval.index.rebuild import encoded_units, is_current
from retrieval.model import Difference, Verification
from retrieval.models.encoder import Encoder

# An index row and the vector it was made of are the same 32-bit floats; their dot product differs by rounding alone.
_SAME_SCORE = 1e-4


def verify(store: Store, folder: Path, encoder: Encoder) -> Verification:
    """Re-read every stored span, digest and index row, and list every difference."""
    with store.reading():
        found = [Difference(subject, detail) for subject, detail in differences(store)]
        snapshots, units = store.snapshot_count(), store.units()
        rows = 0
        try:
            manifest = read_manifest(folder)
            if manifest is None:
                found.append(Difference("index", "there is none; run `citabot rebuild`"))
            else:
                generation = open_generation(folder, manifest)
                rows = len(generation.index)
                found += _index(store, folder, encoder, generation)
        except CitabotError as error:
            found.append(Difference("index", error.message))
    return Verification(snapshots, len(units), rows, tuple(found))


def _index(store: Store, folder: Path, encoder: Encoder, generation: Generation) -> Iterator[Difference]:
    if not is_current(generation.manifest, store, encoder.digest):
        yield Difference("index", "it was made from another state of the base; run `citabot rebuild`")
        return
    units = list(encoded_units(store, store.units()))
    if len(generation.index) != len(units):
        yield Difference("index", f"it holds {len(generation.index)} vectors for {len(units)} units")
    with open_vectors(folder / "vectors.db", read_only=True) as vectors:
        stored = vectors.get(encoder.digest, [text_digest(unit.text) for unit in units])
    for unit in units:
        vector = stored.get(text_digest(unit.text))
        if vector is None:
            yield Difference(f"unit {unit.id}", "its vector is not kept")
            continue
        hits = generation.index.search(vector, 1, only=[unit.id])
        if not hits or abs(hits[0].score - float(np.dot(vector, vector))) > _SAME_SCORE:
            yield Difference(f"unit {unit.id}", "the index row is not its vector")
