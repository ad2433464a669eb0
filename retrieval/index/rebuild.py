"""Bringing the index into line with the base; `python -m retrieval.index.rebuild` is `citabot rebuild`.

What is missing is encoded first and stored as it is made; then one transaction changes what readers see. A run that is
killed leaves the index as it was, and the encodings made so far.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from knowledge.changes import transaction
from knowledge.errors import DamagedIndex, StaleIndex
from knowledge.storage import locked, made_folder
from knowledge.store import Store
from retrieval.index.earlier import copy_earlier, drop_earlier
from retrieval.index.encoded import encoded_passages
from retrieval.index.encoding import Lacking, Progress, encode, lacking
from retrieval.index.encoding_store import EncodingStore
from retrieval.index.lookup import Lookup
from retrieval.index.seal import sweep
from retrieval.index.segments import SealedVectors
from retrieval.index.tables import clear
from retrieval.index.write import (
    VERSION,
    State,
    forget_removed,
    is_behind,
    note_encoded,
    read_state,
    take_in,
    waiting_passages,
)
from retrieval.models.encoder import Encoder

# Passages whose texts are in memory together. Our choice, some megabytes.
_PASSAGES_AT_A_TIME = 1024


@contextmanager
def index_lock(folder: Path, *, wait_seconds: float) -> Iterator[None]:
    """Hold the lock for bringing an index into line.

    Raises HomeBusy when another process holds it longer than `wait_seconds`, HomeNotWritable, StorageFull, or
    DamagedIndex where `folder` is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise DamagedIndex(f"{folder} is not a folder.", hint="Move it away; citabot then makes the index anew.")
    made_folder(folder)
    with locked(folder / "lock", wait_seconds=wait_seconds, busy="Another citabot is rebuilding the index."):
        yield


def check_fits(state: State, encoder_digest: str, *, behind: bool) -> None:
    """Raise StaleIndex where the index does not fit the base, of which it is `behind`, or the encoder."""
    if not state.version or not state.encoder:
        raise StaleIndex("There is no index yet.")
    if state.version != VERSION:
        raise StaleIndex("The index was made by another version of this program.")
    if state.encoder != encoder_digest:
        raise StaleIndex("The index was made with another encoder, so every passage has to be read again.")
    if behind:
        raise StaleIndex("The index was made before the knowledge base last changed.")


def bring_into_line(
    store: Store,
    encoder: Encoder,
    encodings: EncodingStore,
    sealed: SealedVectors,
    folder: Path,
    *,
    full: bool,
    report: Progress,
) -> tuple[int, bool]:
    """Bring the index into line with the base; return the number of texts encoded, and whether anything was done.

    Encodings of removed texts are deleted. With `full` every text is encoded again, every encoding that no passage
    needs is deleted, and every table and file is made anew; after one that was stopped, what that encoded is kept. The
    caller holds the `index_lock`. Raises DamagedIndex, StorageFull, HomeNotWritable, or, last of all, IndexUnreachable.
    """
    state = read_state(store.database)
    anew = full or state.version != VERSION
    everything = anew or state.encoder != encoder.digest
    passages = _passages(store) if everything else waiting_passages(store.database)
    encoded = _encode_lacking(store, passages, encoder, encodings, full=full, report=report)
    behind = everything or is_behind(store.database)
    if behind:
        with transaction(store) as database:
            if anew:
                clear(database, VERSION)
            if everything:
                database.execute("DELETE FROM index_segments")
                database.execute("UPDATE index_state SET encoder = ?, change = change + 1", [encoder.digest])
                database.execute("INSERT OR IGNORE INTO index_unencoded SELECT row FROM index_rows")
            take_in(store, encodings)
            note_encoded(store, encodings)
    if full:
        _prune(store, encodings, encoder.digest)
    if everything:
        drop_earlier(encodings, folder)
    changed = sealed.seal(Lookup(store, encodings, encoder), everything=full)
    sweep(store, folder)
    forget_removed(store, encodings)
    return encoded, behind or bool(encoded) or changed


def _prune(store: Store, encodings: EncodingStore, encoder_digest: str) -> None:
    """Delete every encoding that no passage needs, in a transaction: nobody may store a passage that does meanwhile."""
    with transaction(store) as database:
        keys = [key for (key,) in database.execute("SELECT text FROM index_rows")]
        encodings.prune(encoder_digest, keep=keys)


def check_encodings(store: Store, encoder: Encoder, encodings: EncodingStore) -> None:
    """List the rows whose encodings are missing, to be encoded again; for when one was missed."""
    for batch in _batches(_passages(store)):
        passages = list(encoded_passages(store, batch))
        missing = {text.key for text in lacking(passages, encoder, encodings)}
        lost = [(passage.id,) for passage in passages if passage.key in missing]
        if lost:
            sql = "INSERT OR IGNORE INTO index_unencoded SELECT row FROM index_rows WHERE passage = ?"
            with transaction(store) as database:
                database.conn.executemany(sql, lost)


def _passages(store: Store) -> list[int]:
    return [row["id"] for row in store.rows("SELECT id FROM passages ORDER BY id")]


def _encode_lacking(
    store: Store,
    passages: Sequence[int],
    encoder: Encoder,
    encodings: EncodingStore,
    *,
    full: bool,
    report: Progress,
) -> int:
    """Encode those of the passages that lack something, or all; return the number of texts encoded."""
    texts: dict[bytes, Lacking] = {}
    for batch in _batches(passages):
        with store.reading():
            own = list(encoded_passages(store, batch))
        if not full:
            copy_earlier(encodings, encoder.digest, lacking(own, encoder, encodings))
        for text in lacking(own, encoder, encodings, again=full):
            before = texts[text.key].spans if text.key in texts else ()
            texts[text.key] = Lacking(text.key, text.text, tuple(sorted({*before, *text.spans})))
    encode(list(texts.values()), encoder, encodings, report, again=full)
    return len(texts)


def _batches(passages: Sequence[int]) -> Iterable[Sequence[int]]:
    return (passages[start : start + _PASSAGES_AT_A_TIME] for start in range(0, len(passages), _PASSAGES_AT_A_TIME))


if __name__ == "__main__":
    from retrieval.cli.main import main

    main(["rebuild"])
