"""The check that database, vectors and index are as they were stored and agree with each other."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from knowledge.errors import CitabotError
from knowledge.integrity import differences
from knowledge.store import Store
from retrieval.index.encoded import encoded_passages, unit_keys
from retrieval.index.encoding_store import open_vectors
from retrieval.index.generation import Generation, open_generation, read_manifest
from retrieval.index.rebuild import is_current
from retrieval.models.encoder import Encoder
from retrieval.upkeep_model import Difference, Verification

# An index row and its stored vector are the same float32 numbers, so that scores differ by rounding alone, about 1e-6;
# our choice, a hundred times that.
_SCORE_TOLERANCE = 1e-4


def verify(store: Store, folder: Path, encoder: Encoder) -> Verification:
    """Re-read every stored span, digest and index row, and return every difference."""
    with store.reading():
        found_differences = [Difference(subject, detail) for subject, detail in differences(store)]
        snapshots, units = store.snapshot_count(), store.units()
        rows = 0
        try:
            manifest = read_manifest(folder)
            if manifest is None:
                found_differences.append(Difference("index", "there is none; run `citabot rebuild`"))
            else:
                generation = open_generation(folder, manifest)
                rows = len(generation.vectors)
                found_differences += _index_differences(store, folder, encoder, generation)
        except CitabotError as error:
            found_differences.append(Difference("index", error.message))
    return Verification(snapshots, len(units), rows, tuple(found_differences))


def _index_differences(store: Store, folder: Path, encoder: Encoder, generation: Generation) -> Iterator[Difference]:
    if not is_current(generation.manifest, store, encoder.digest):
        yield Difference("index", "it was made from another state of the base; run `citabot rebuild`")
        return
    keys = dict(unit_keys(encoded_passages(store, store.units())))
    if len(generation.vectors) != len(keys):
        yield Difference("index", f"it holds {len(generation.vectors)} vectors for {len(keys)} units")
    with open_vectors(folder / "vectors.db", read_only=True) as vectors:
        stored = vectors.get(encoder.digest, keys.values())
    for unit, key in keys.items():
        vector = stored.get(key)
        if vector is None:
            yield Difference(f"unit {unit}", "its vector is not kept")
            continue
        hits = generation.vectors.search(vector, 1, only=[unit])
        if not hits or abs(hits[0].score - float(np.dot(vector, vector))) > _SCORE_TOLERANCE:
            yield Difference(f"unit {unit}", "the index row is not its vector")
