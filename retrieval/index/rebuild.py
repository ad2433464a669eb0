"""Vectors and index brought into line with the database; `python -m retrieval.index.rebuild` is `citabot rebuild`.

Only texts that have no vector yet are encoded. The new index is checked against the exact one on a sample before it is
published; killed at any moment, a rebuild leaves the old index in use and the vectors made so far.
"""

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import DamagedIndex
from knowledge.model import Language, Quote
from knowledge.storage import locked, made_folder
from knowledge.store import Store, Unit
from retrieval.index.encoding_store import VectorStore, open_vectors, text_digest
from retrieval.index.generation import POSTINGS, TOKENS, VECTORS, Manifest, publish
from retrieval.index.postings import Postings, build_postings, save_postings
from retrieval.index.tokens import save_tokens
from retrieval.index.vectors import ExactIndex, VectorIndex, build_index
from retrieval.models.encoder import Encoder
from retrieval.models.encodings import Encodings, token_width

Progress = Callable[[str, int, int], None]
"""Told (what is being done, how much is done, how much there is)."""

# Changes whenever the text given to the encoder, or what goes into the index, is chosen differently.
_RECIPE = "units 1, postings 2, tokens 1"
_REFERENCE_MARK = re.compile(r"(?:(?<!\s)\s++)?\[\d{1,3}\]")
# How many stored vectors look for themselves in the new index before it is trusted.
_SAMPLE = 64
# Vectors read from the cache at a time, so that a large base does not stand in memory twice.
_READ_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class EncodedUnit:
    """A unit and the text that stands for it in the vector space."""

    id: int
    text: str
    is_passage: bool


def is_current(manifest: Manifest | None, store: Store, encoder_digest: str) -> bool:
    """Whether an index was made from the database as it is, by this encoder."""
    if manifest is None:
        return False
    return (manifest.base, manifest.generation, manifest.encoder_digest) == (*store.generation(), encoder_digest)


def sync(
    store: Store, encoder: Encoder, folder: Path, *, full: bool = False, progress: Progress | None = None
) -> tuple[Manifest, int]:
    """Bring the index in `folder` into line with the database; return its manifest and how many texts were encoded.

    With `full` every text is encoded again, and vectors that nothing needs any more are dropped. The caller holds the
    `index_lock`.
    """
    report = progress or (lambda stage, done, total: None)
    with store.reading():
        described, units = _describe(store, encoder)
        texts = list(encoded_units(store, units))
        postings = build_postings(list(passage_texts(store)))
    with open_vectors(folder / "vectors.db") as vectors:
        encoded = _encode(texts, encoder, vectors, report, again=full)
        if full:
            vectors.prune(encoder.digest, keep=[text_digest(unit.text) for unit in texts])
        matrix = _matrix(texts, encoder, vectors)
        ids = np.array([unit.id for unit in texts], dtype=np.int64)
        index = build_index(ids, matrix)
        _check(index, ids, matrix)

        def write(aside: Path) -> None:
            index.save(aside / VECTORS)
            save_postings(postings, aside / POSTINGS)
            if encoder.token_dimension:
                _save_tokens(aside / TOKENS, texts, postings, encoder, vectors)

        manifest = publish(folder, write, described)
    return manifest, encoded


@contextmanager
def index_lock(folder: Path, *, wait_seconds: float) -> Iterator[None]:
    """Hold the right to publish an index.

    Raises HomeBusy when another process keeps it longer than `wait_seconds`, HomeNotWritable, StorageFull, or
    DamagedIndex where something else stands in the folder's place.
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
    """A digest of everything an answer can depend on, the same on every machine that holds the same base.

    Database ids are left out: they tell the order of adding, which no answer depends on.
    """
    sources = {source.snapshot: source for source in store.sources()}
    content = hashlib.sha256(f"{_RECIPE}\n{encoder_digest}\n".encode())
    for snapshot in sorted(sources, key=lambda key: sources[key].id):
        source = sources[snapshot]
        said = [source.id, source.title, source.author, source.publisher, source.url, source.published,
                source.language, source.kind, source.origin, source.sha256]  # fmt: skip
        content.update(json.dumps(said).encode())
        content.update(json.dumps([astuple(item) for item in store.references(snapshot)]).encode())
    spans = sorted((sources[unit.span.snapshot].id, unit.kind, unit.span.start, unit.span.end) for unit in units)
    content.update(json.dumps(spans).encode())
    return content.hexdigest()


def encoded_units(store: Store, units: Iterable[Unit]) -> Iterator[EncodedUnit]:
    """Units with the texts that stand for them, in the same order."""
    quotes = {quote.id: quote for quote in store.quotes()}
    for unit in units:
        words = store.snapshot(unit.span.snapshot).text[unit.span.start : unit.span.end]
        yield EncodedUnit(unit.id, encoded_text(words, quotes.get(unit.id)), unit.kind == "passage")


def passage_texts(store: Store) -> Iterator[tuple[int, Language, str]]:
    """Every passage's id, language and words, by id."""
    ids = [unit.id for unit in store.units() if unit.kind == "passage"]
    for _, passage in sorted(store.passages(ids).items()):
        yield (
            passage.id,
            passage.language,
            store.snapshot(passage.span.snapshot).text[passage.span.start : passage.span.end],
        )


def encoded_text(words: str, quote: Quote | None = None) -> str:
    """The text that stands for a unit: without reference marks, and a quote with its speaker before it."""
    plain = _REFERENCE_MARK.sub("", words) or words
    return f"{quote.speaker}: {plain}" if quote is not None and quote.speaker else plain


def _encode(
    units: Sequence[EncodedUnit], encoder: Encoder, vectors: VectorStore, report: Progress, *, again: bool
) -> int:
    """Encode each text that has no vector, or all `again`, storing as it goes; return how many were encoded."""
    texts = {text_digest(unit.text): unit.text for unit in units}
    passages = {text_digest(unit.text) for unit in units if unit.is_passage} if encoder.token_dimension else set()
    missing = list(texts)
    if not again:
        lacking = vectors.missing(encoder.digest, list(passages), tokens=encoder.token_dimension)
        missing = [*lacking, *vectors.missing(encoder.digest, [digest for digest in texts if digest not in passages])]
    done, at_once = 0, 256  # About two seconds of work: what a killed rebuild has to do again.
    for start in range(0, len(missing), at_once):
        digests = missing[start : start + at_once]
        report("encoding", done, len(missing))
        vectors.put(encoder.digest, digests, _for_keeping(encoder, digests, texts, passages))
        done += len(digests)
    if missing:
        report("encoding", done, len(missing))
    return done


def _for_keeping(
    encoder: Encoder, digests: Sequence[bytes], texts: Mapping[bytes, str], passages: Collection[bytes]
) -> Encodings:
    """Encodings of these texts, with token vectors only for passages: of sentences nothing ever reads them."""
    found = encoder.encode_passages([texts[digest] for digest in digests])
    if not found.tokens:
        return found
    none = np.zeros((0, encoder.token_dimension), dtype=np.float32)
    kept = (tokens if one in passages else none for one, tokens in zip(digests, found.tokens, strict=True))
    return Encodings(found.vectors, tuple(kept))


def _save_tokens(
    path: Path, units: Sequence[EncodedUnit], postings: Postings, encoder: Encoder, vectors: VectorStore
) -> None:
    """Write the passages' token vectors in the order of the postings' rows."""
    digests = {unit.id: text_digest(unit.text) for unit in units if unit.is_passage}
    order = [digests[passage] for passage in postings.ids.tolist()]

    def parts() -> Iterator[NDArray[np.uint8]]:
        for start in range(0, len(order), _READ_AT_ONCE):
            some = order[start : start + _READ_AT_ONCE]
            found = vectors.get_tokens(encoder.digest, some, encoder.token_dimension)
            yield from (found[digest] for digest in some)

    save_tokens(path, [len(part) for part in parts()], token_width(encoder.token_dimension), parts())


def _matrix(units: Sequence[EncodedUnit], encoder: Encoder, vectors: VectorStore) -> NDArray[np.float32]:
    matrix = np.empty((len(units), encoder.dimension), dtype=np.float32)
    for start in range(0, len(units), _READ_AT_ONCE):
        digests = [text_digest(unit.text) for unit in units[start : start + _READ_AT_ONCE]]
        found = vectors.get(encoder.digest, digests)
        for row, digest in enumerate(digests, start):
            matrix[row] = found[digest]
    return matrix


def _check(index: VectorIndex, ids: NDArray[np.int64], matrix: NDArray[np.float32]) -> None:
    """Compare the new index with the exact one: the best score for each sampled vector must be the same.

    An approximate index may miss a twentieth of them, about its recall where it is first used (see `index`).
    """
    if not len(ids):
        return
    exact, missed = ExactIndex(ids, matrix), 0
    for row in np.linspace(0, len(ids) - 1, min(_SAMPLE, len(ids)), dtype=np.int64):
        wanted, found = exact.search(matrix[row], 1), index.search(matrix[row], 1)
        # Float32 sums of 384 products, in another order, differ by about 1e-6.
        missed += not found or abs(found[0].score - wanted[0].score) > 1e-4
    if missed > (0 if index.exact else _SAMPLE / 20):
        raise DamagedIndex("The new index does not find what the exact one finds; the old one stays in use.")


if __name__ == "__main__":
    from retrieval.cli.main import main

    main(["rebuild"])
