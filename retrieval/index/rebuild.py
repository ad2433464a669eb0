"""Updating vectors and index from the database; `python -m retrieval.index.rebuild` is `citabot rebuild`.

Only texts that have no vector yet are encoded. A sample of searches of the new index is compared with the exact one
before it is published. A rebuild that is killed leaves the old index in use, and the vectors made so far stored.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import DamagedIndex
from knowledge.model import Language
from knowledge.storage import locked, made_folder
from knowledge.store import Store, Unit
from retrieval.index.encoded import EncodedPassage, encoded_passages, unit_keys
from retrieval.index.encoding_store import VectorStore, open_vectors
from retrieval.index.generation import POSTINGS, TOKENS, VECTORS, Manifest, publish
from retrieval.index.postings import Postings, build_postings, save_postings
from retrieval.index.tokens import save_tokens
from retrieval.index.vectors import ExactIndex, VectorIndex, build_index
from retrieval.models.encoder import Encoder
from retrieval.models.encodings import Encodings, token_width

Progress = Callable[[str, int, int], None]
"""A callback with the name of the step, how much of it is done, and how much there is."""

# To be changed whenever the text given to the encoder, or the content of the index, is chosen differently.
_INDEX_VERSION = "units 2, postings 2, tokens 1"
# Stored vectors that are searched for in the new index before it is published. Our choice: enough to show an index that
# was built wrongly, and a fraction of a second of work.
_SAMPLE = 64
# The share of the sample that an approximate index may miss: its recall is 99 % and more (see `vectors`), and of 64
# searches a few may miss by chance.
_MOST_MISSED = 1 / 20
# Float32 sums of 384 products, added up in another order, differ by about 1e-6; our choice, a hundred times that.
_SCORE_TOLERANCE = 1e-4
# Vectors read from the cache at a time, so that a large base is not in memory twice; our choice, 6 MB of vectors.
_VECTORS_PER_READ = 4096
# Passages encoded between two writes to the cache: some seconds of work, which a killed rebuild has to repeat.
_TEXTS_PER_WRITE = 128


def is_current(manifest: Manifest | None, store: Store, encoder_digest: str) -> bool:
    """Say whether an index was made from the present state of the database with this encoder."""
    if manifest is None:
        return False
    return (manifest.base, manifest.generation, manifest.encoder_digest) == (*store.generation(), encoder_digest)


def sync(
    store: Store, encoder: Encoder, folder: Path, *, full: bool = False, progress: Progress | None = None
) -> tuple[Manifest, int]:
    """Update the index in `folder` from the database; return its manifest and the number of texts encoded.

    With `full` every text is encoded again, and vectors of no present text are deleted. The caller holds the
    `index_lock`. Raises DamagedIndex where the new index fails its check, StorageFull or HomeNotWritable.
    """
    report = progress or (lambda stage, done, total: None)
    with store.reading():
        description, units = _describe(store, encoder)
        passages = list(encoded_passages(store, units))
        postings = build_postings(list(passage_texts(store)))
    with open_vectors(folder / "vectors.db") as vectors:
        encoded = _encode(passages, encoder, vectors, report, again=full)
        keys = dict(unit_keys(passages))
        if full:
            vectors.prune(encoder.digest, keep=keys.values())
        matrix = _matrix([keys[unit.id] for unit in units], encoder, vectors)
        ids = np.array([unit.id for unit in units], dtype=np.int64)
        index = build_index(ids, matrix)
        _check(index, ids, matrix)

        def write(target: Path) -> None:
            index.save(target / VECTORS)
            save_postings(postings, target / POSTINGS)
            if encoder.token_dimension:
                _save_tokens(target / TOKENS, passages, postings, encoder, vectors)

        manifest = publish(folder, write, description)
    return manifest, encoded


@contextmanager
def index_lock(folder: Path, *, wait_seconds: float) -> Iterator[None]:
    """Hold the lock for publishing an index.

    Raises HomeBusy when another process holds it longer than `wait_seconds`, HomeNotWritable, StorageFull, or
    DamagedIndex where `folder` is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise DamagedIndex(f"{folder} is not a folder.", hint="Move it away; citabot then makes the index anew.")
    made_folder(folder)
    with locked(folder / "lock", wait_seconds=wait_seconds, busy="Another citabot is rebuilding the index."):
        yield


def _describe(store: Store, encoder: Encoder) -> tuple[dict[str, object], list[Unit]]:
    uid, generation = store.generation()
    counts, units = store.counts(), store.units()
    return {
        "fingerprint": _fingerprint(store, units, encoder.digest),
        "base": uid,
        "generation": generation,
        "encoder": encoder.name,
        "encoder_digest": encoder.digest,
        "dimension": encoder.dimension,
        "sources": counts.sources,
        "passages": counts.passages,
        "sentences": counts.sentences,
        "quotes": counts.quotes,
    }, units


def _fingerprint(store: Store, units: Sequence[Unit], encoder_digest: str) -> str:
    """Return a digest of everything an answer can depend on, the same on every machine with the same base.

    Database ids are left out: they depend on the order of adding, on which no answer depends.
    """
    sources = {source.snapshot: source for source in store.sources()}
    content = hashlib.sha256(f"{_INDEX_VERSION}\n{encoder_digest}\n".encode())
    for snapshot in sorted(sources, key=lambda key: sources[key].id):
        source = sources[snapshot]
        metadata = [source.id, source.title, source.author, source.publisher, source.url, source.published,
                    source.language, source.kind, source.origin, source.sha256]  # fmt: skip
        content.update(json.dumps(metadata).encode())
        content.update(json.dumps([astuple(item) for item in store.references(snapshot)]).encode())
    spans = sorted((sources[unit.span.snapshot].id, unit.kind, unit.span.start, unit.span.end) for unit in units)
    content.update(json.dumps(spans).encode())
    return content.hexdigest()


def passage_texts(store: Store) -> Iterator[tuple[int, Language, str]]:
    """Yield the id, language and text of every passage, by id."""
    ids = [unit.id for unit in store.units() if unit.kind == "passage"]
    for _, passage in sorted(store.passages(ids).items()):
        yield (
            passage.id,
            passage.language,
            store.snapshot(passage.span.snapshot).text[passage.span.start : passage.span.end],
        )


def _encode(
    passages: Sequence[EncodedPassage], encoder: Encoder, vectors: VectorStore, report: Progress, *, again: bool
) -> int:
    """Encode each passage that lacks a vector, or all `again`, storing them in batches; return the number encoded."""
    texts = _distinct(passages)
    if not again:
        texts = _incomplete(texts, encoder, vectors)
    for start in range(0, len(texts), _TEXTS_PER_WRITE):
        batch = texts[start : start + _TEXTS_PER_WRITE]
        report("encoding", start, len(texts))
        spans = [[part.span for part in passage.parts] for passage in batch]
        encodings = encoder.encode_passages([passage.text for passage in batch], spans=spans)
        vectors.put(encoder.digest, [passage.key for passage in batch], encodings)
        vectors.put(
            encoder.digest,
            [part.key for passage in batch for part in passage.parts],
            Encodings(np.concatenate(encodings.parts), ()),
        )
    if texts:
        report("encoding", len(texts), len(texts))
    return len(texts)


def _distinct(passages: Sequence[EncodedPassage]) -> list[EncodedPassage]:
    """Return a passage of each text, with the parts of all passages of this text, whose sentences may differ."""
    merged: dict[bytes, EncodedPassage] = {}
    for passage in passages:
        first = merged.get(passage.key, passage)
        parts = {part.key: part for part in (*first.parts, *passage.parts)}
        merged[passage.key] = replace(first, parts=tuple(parts.values()))
    return list(merged.values())


def _incomplete(passages: Sequence[EncodedPassage], encoder: Encoder, vectors: VectorStore) -> list[EncodedPassage]:
    """Return the passages without a vector, without token vectors where the encoder has any, or with such a part."""
    lacking = {
        *vectors.missing(encoder.digest, [passage.key for passage in passages], tokens=encoder.token_dimension),
        *vectors.missing(encoder.digest, [part.key for passage in passages for part in passage.parts]),
    }
    return [
        passage for passage in passages if passage.key in lacking or any(part.key in lacking for part in passage.parts)
    ]


def _save_tokens(
    path: Path, passages: Sequence[EncodedPassage], postings: Postings, encoder: Encoder, vectors: VectorStore
) -> None:
    """Write the passages' token vectors in the order of the postings' rows."""
    keys = {passage.id: passage.key for passage in passages}
    order = [keys[passage] for passage in postings.ids.tolist()]

    def parts() -> Iterator[NDArray[np.uint8]]:
        for start in range(0, len(order), _VECTORS_PER_READ):
            batch = order[start : start + _VECTORS_PER_READ]
            stored = vectors.get_tokens(encoder.digest, batch, encoder.token_dimension)
            yield from (stored[digest] for digest in batch)

    save_tokens(path, [len(part) for part in parts()], token_width(encoder.token_dimension), parts())


def _matrix(keys: Sequence[bytes], encoder: Encoder, vectors: VectorStore) -> NDArray[np.float32]:
    matrix = np.empty((len(keys), encoder.dimension), dtype=np.float32)
    for start in range(0, len(keys), _VECTORS_PER_READ):
        batch = keys[start : start + _VECTORS_PER_READ]
        stored = vectors.get(encoder.digest, batch)
        for row, key in enumerate(batch, start):
            matrix[row] = stored[key]
    return matrix


def _check(index: VectorIndex, ids: NDArray[np.int64], matrix: NDArray[np.float32]) -> None:
    """Compare the highest score of each sampled vector in the new index with that in the exact one.

    Raises DamagedIndex where any differs, or of an approximate index more than `_MOST_MISSED`.
    """
    if not len(ids):
        return
    exact, missed = ExactIndex(ids, matrix), 0
    for row in np.linspace(0, len(ids) - 1, min(_SAMPLE, len(ids)), dtype=np.int64):
        expected, hits = exact.search(matrix[row], 1), index.search(matrix[row], 1)
        missed += not hits or abs(hits[0].score - expected[0].score) > _SCORE_TOLERANCE
    if missed > (0 if index.exact else _SAMPLE * _MOST_MISSED):
        raise DamagedIndex("The new index does not find what the exact one finds; the old one stays in use.")


if __name__ == "__main__":
    from retrieval.cli.main import main

    main(["rebuild"])
