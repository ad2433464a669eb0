"""Taking what has changed into the index, within one transaction: work in proportion to the change."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from sqlite_utils import Database

from knowledge.changes import transaction
from knowledge.errors import UnknownSource
from knowledge.store import Store
from retrieval.index.encoded import EncodedPassage, encoded_passages
from retrieval.index.encoding_store import EncodingStore
from retrieval.index.postings import NewPassage, add_passages, remove_passages

# To be changed whenever the text given to the encoder, or the content of the index, is chosen differently.
VERSION = "units 3, postings 3, tokens 1"
UNIT = np.dtype([("id", "<i8"), ("start", "<u4"), ("end", "<u4"), ("quote", "?")])
"""How a row stores the sentences and quotes of its passage: ids, places in the encoded text, and which are quotes."""
# Passages taken in at a time, so that no large base is in memory whole. Our choice.
_PASSAGES_AT_A_TIME = 1024
# Texts whose encodings are deleted in a transaction, for which other writers wait. Our choice.
_TEXTS_AT_A_TIME = 256
# Digests of sources are added modulo this, in any order: Bellare and Micciancio 1997, "A New Paradigm for
# Collision-Free Hashing", https://cseweb.ucsd.edu/~daniele/papers/IncHash.html (AdHash).
_MODULUS = 2**256


@dataclass(frozen=True, slots=True)
class State:
    """The state of the index tables: version, the digest of the encoder, the number of changes, and a digest of all.

    `encoder` and `version` are empty for tables that were never filled.
    """

    version: str
    encoder: str
    change: int
    digest: bytes

    @property
    def fingerprint(self) -> str:
        """Return a digest of everything an answer can depend on, the same on every machine with the same base."""
        return hashlib.sha256(f"{VERSION}\n{self.encoder}\n".encode() + self.digest).hexdigest()


def read_state(database: Database) -> State:
    """Read the state of the index tables."""
    return State(*database.execute("SELECT version, encoder, change, digest FROM index_state").fetchone())


def is_behind(database: Database) -> bool:
    """Say whether a change was noted and not taken in, or a passage has no encoding yet."""
    tables = ("pending_passages", "pending_sources", "unencoded")
    return any(database.execute(f"SELECT 1 FROM index_{table} LIMIT 1").fetchone() for table in tables)  # noqa: S608


def waiting_passages(database: Database) -> list[int]:
    """Return the ids of the passages that were noted as changed, or have no encoding yet."""
    sql = (
        "SELECT passage FROM index_pending_passages UNION "
        "SELECT passage FROM index_rows WHERE row IN (SELECT row FROM index_unencoded) ORDER BY 1"
    )
    return [passage for (passage,) in database.execute(sql)]


def take_in(store: Store, encodings: EncodingStore) -> None:
    """Bring rows, postings, counts and digest into line with what was noted. The caller has begun a transaction."""
    database = store.database
    passages = [row for (row,) in database.execute("SELECT passage FROM index_pending_passages ORDER BY passage")]
    sources = [row for (row,) in database.execute("SELECT source FROM index_pending_sources ORDER BY source")]
    if not passages and not sources:
        return
    state = read_state(database)
    _remove(database, passages)
    for start in range(0, len(passages), _PASSAGES_AT_A_TIME):
        new = list(encoded_passages(store, passages[start : start + _PASSAGES_AT_A_TIME]))
        rows = add_passages(database, [as_new(passage) for passage in new])
        complete = complete_keys(encodings, state.encoder, new)
        lacking = [(row,) for row, passage in zip(rows, new, strict=True) if passage.key not in complete]
        database.conn.executemany("INSERT INTO index_unencoded VALUES (?)", lacking)
    digest = _changed_digest(store, state.digest, sources)
    database.execute("UPDATE index_state SET change = change + 1, digest = ?", [digest])
    database.execute("DELETE FROM index_pending_passages")
    database.execute("DELETE FROM index_pending_sources")


def note_encoded(store: Store, encodings: EncodingStore) -> None:
    """Strike the passages off the list of those without an encoding that have one now, as readers then notice."""
    database = store.database
    encoder = read_state(database).encoder
    passages = [
        passage
        for (passage,) in database.execute(
            "SELECT passage FROM index_rows WHERE row IN (SELECT row FROM index_unencoded)"
        )
    ]
    for start in range(0, len(passages), _PASSAGES_AT_A_TIME):
        batch = list(encoded_passages(store, passages[start : start + _PASSAGES_AT_A_TIME]))
        complete = complete_keys(encodings, encoder, batch)
        done = [(passage.id,) for passage in batch if passage.key in complete]
        database.conn.executemany(
            "DELETE FROM index_unencoded WHERE row = (SELECT row FROM index_rows WHERE passage = ?)", done
        )
    # Readers have passed by these rows; with the segments opened anew they come to them again.
    if passages:
        database.execute("UPDATE index_state SET change = change + 1")


def forget_removed(store: Store, encodings: EncodingStore) -> None:
    """Delete the encodings of texts of which every row was removed.

    The caller holds the index's lock, so that nobody seals meanwhile. A question whose transaction began before the
    removal may miss one: it is asked again. Raises HomeBusy, HomeNotWritable or StorageFull.
    """
    while removed := store.rows("SELECT text FROM index_removed_texts LIMIT ?", [_TEXTS_AT_A_TIME]):
        # In a transaction of the base, as a text may be added again: either it is there now, or whoever adds it sees
        # that it has no encoding.
        with transaction(store) as database:
            texts = [row["text"] for row in removed]
            used = "SELECT 1 FROM index_rows WHERE text = ? LIMIT 1"
            encodings.delete([text for text in texts if database.execute(used, [text]).fetchone() is None])
            forgotten = "DELETE FROM index_removed_texts WHERE text = ?"
            database.conn.executemany(forgotten, [(text,) for text in texts])


def complete_keys(encodings: EncodingStore, encoder: str, passages: Sequence[EncodedPassage]) -> set[bytes]:
    """Return the keys of the passages that have an encoding with all their parts."""
    stored = encodings.get(encoder, [passage.key for passage in passages]) if encoder else {}
    complete = set(stored)
    for passage in passages:
        if passage.key in stored and not set(passage.spans) <= stored[passage.key].spans:
            complete.discard(passage.key)
    return complete


def source_digest(store: Store, source_id: str) -> bytes:
    """Return the digest of what answers can depend on in a source: what is said of it, its text, and its spans.

    Database ids are left out: they depend on the order of adding, on which no answer depends.
    """
    source = store.source(source_id)
    metadata = [source.id, source.title, source.author, source.publisher, source.url, source.published,
                source.language, source.kind, source.origin, source.sha256]  # fmt: skip
    references = [astuple(item) for item in store.references(source.snapshot)]
    spans = store.spans(source.snapshot)
    return hashlib.sha256(json.dumps([metadata, references, spans]).encode()).digest()


def sum_of_digests(store: Store) -> bytes:
    """Return the sum of the digests of all sources, made anew."""
    digests = (source_digest(store, row["id"]) for row in store.rows("SELECT id FROM sources"))
    return (sum(map(int.from_bytes, digests)) % _MODULUS).to_bytes(32)


def _remove(database: Database, passages: Iterable[int]) -> None:
    rows = remove_passages(database, passages)
    gone = "UPDATE index_segments SET gone = gone + 1 WHERE first <= ? AND last >= ?"
    database.conn.executemany(gone, [(row, row) for row in rows])
    database.conn.executemany("DELETE FROM index_unencoded WHERE row = ?", [(row,) for row in rows])


def as_new(passage: EncodedPassage) -> NewPassage:
    """Return what the index stores of a passage."""
    units = np.array([(part.id, *part.span, part.is_quote) for part in passage.parts], dtype=UNIT)
    return NewPassage(passage.id, passage.language, passage.words, passage.key, units.tobytes())


def _changed_digest(store: Store, digest: bytes, sources: Iterable[str]) -> bytes:
    """Return the sum of the digests of all sources, after these have changed."""
    database, total = store.database, int.from_bytes(digest)
    for source in sources:
        before = database.execute("SELECT digest FROM index_sources WHERE source = ?", [source]).fetchone()
        total -= int.from_bytes(before[0]) if before else 0
        try:
            now = source_digest(store, source)
        except UnknownSource:
            database.execute("DELETE FROM index_sources WHERE source = ?", [source])
            continue
        database.execute("INSERT OR REPLACE INTO index_sources VALUES (?, ?)", [source, now])
        total += int.from_bytes(now)
    return (total % _MODULUS).to_bytes(32)
