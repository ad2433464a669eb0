"""Encodings by encoder and text: what one reading of a passage gave, so that no passage is read twice.

Everything in it can be made again. A damaged file is therefore renamed and replaced by an empty one, with a notice.
"""

import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database
from sqlite_utils.utils import chunks

from knowledge.database import BUSY_SECONDS, open_database, translated
from knowledge.errors import DamagedDatabase
from knowledge.storage import made_folder, made_private
from retrieval.models.encodings import Encodings, compress, token_width

Result = TypeVar("Result")
Spans = tuple[tuple[int, int], ...]
"""Parts of a text, by start and end, in order."""

PackedRow = tuple[bytes, bytes, bytes, int, bytes | None, int | None]
"""Key, vector, parts, their checksum, token vectors and their checksum."""

# About two seconds of encoding, which a killed run has to repeat; our choice.
_ROWS_PER_TRANSACTION = 256
_FIRST_READ = "SELECT digest FROM encoders LIMIT 1"
# Half of 999, the limit of parameters a statement before SQLite 3.32 (https://sqlite.org/limits.html, section 9).
_KEYS_PER_QUERY = 500
# Float32 normalisation leaves a vector within 1e-6 of unit length; damaged bytes hardly ever give one within 1e-3.
_LENGTH_TOLERANCE = 1e-3
# Bytes of a page: a row of some 14 kB fills its last page by half on the average, and smaller ones make long chains.
_PAGE_BYTES = 2048
# Codes of a part lie between its largest component and minus that.
_LARGEST_CODE = 127
# Start and end of a part in one number, by which parts are looked for; ends have four bytes.
_SPAN_SHIFT = 32
_TABLES = (
    "CREATE TABLE IF NOT EXISTS encoders (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE)",
    "CREATE TABLE IF NOT EXISTS encodings (encoder INTEGER NOT NULL, text BLOB NOT NULL, vector BLOB NOT NULL, "
    "parts BLOB NOT NULL, sum INTEGER NOT NULL, tokens BLOB, tokens_sum INTEGER, UNIQUE (encoder, text))",
    "CREATE TABLE IF NOT EXISTS made_for (base TEXT PRIMARY KEY, sources INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS renewed (encoder INTEGER, text BLOB, PRIMARY KEY (encoder, text)) WITHOUT ROWID",
)


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """The unit vector (d,) of a passage, and its parts, sorted by start and end in the encoded text (see `_part_type`).

    Vectors of parts are kept in eight bits a component, as they choose among the sentences of a passage.
    """

    vector: NDArray[np.float32]
    parts: NDArray[Any]

    @property
    def spans(self) -> set[tuple[int, int]]:
        """Return the places of the parts."""
        return set(zip(self.parts["start"].tolist(), self.parts["end"].tolist(), strict=True))


def with_parts(encoded: Sequence[Encoded], places: Sequence[NDArray[Any]]) -> list[NDArray[np.float32]]:
    """Return for each passage its vector and those of its parts at these places, which have a start and an end.

    They are views (1 + places, d) of one array: all are worked out together, as numpy takes longer over many small
    arrays than over a large one. Raises KeyError where a passage lacks a part.
    """
    if not encoded:
        return []
    dimension = len(encoded[0].vector)
    every = np.frombuffer(b"".join(own.parts.tobytes() for own in encoded), dtype=_part_type(dimension))
    asked = np.frombuffer(b"".join(own.tobytes() for own in places), dtype=places[0].dtype)
    stored, wanted = _spans(every), _spans(asked)
    stored_ends = list(accumulate((len(own.parts) for own in encoded), initial=0))
    wanted_ends = list(accumulate(map(len, places), initial=0))
    numbers: list[int] = []
    for (begin, end), (first, last) in zip(pairwise(stored_ends), pairwise(wanted_ends), strict=True):
        number_of = dict(zip(stored[begin:end], range(begin, end), strict=True))
        numbers += [number_of[span] for span in wanted[first:last]]
    chosen = every[numbers]
    vectors = np.empty((len(encoded) + len(numbers), dimension), dtype=np.float32)
    # The vector of each passage stands before those of its parts.
    begins = [end + number for number, end in enumerate(wanted_ends)]
    is_part = np.ones(len(vectors), dtype=np.bool_)
    is_part[begins[:-1]] = False
    vectors[~is_part] = [own.vector for own in encoded]
    vectors[is_part] = chosen["codes"].astype(np.float32) * chosen["step"][:, None]
    return [vectors[begin:end] for begin, end in pairwise(begins)]


def _spans(places: NDArray[Any]) -> list[int]:
    """Return start and end of each place as one number."""
    spans: list[int] = (places["start"].astype(np.int64) << _SPAN_SHIFT | places["end"]).tolist()
    return spans


def text_digest(text: str) -> bytes:
    """Return the SHA-256 of the text's UTF-8 bytes, lone surrogates included: the key of its encoding."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def open_encodings(
    path: Path, *, notice: Callable[[str], None] | None = None, read_only: bool = False
) -> "EncodingStore":
    """Open the encodings at `path`, creating the file where there is none.

    A damaged file is renamed to `….damaged`, replaced by an empty one, and `notice` is called with a sentence;
    with `read_only` nothing is changed. Raises HomeNotWritable, HomeBusy or StorageFull, and with `read_only`
    DamagedDatabase. For use by one thread, as SQLite's connections are.
    """
    return EncodingStore(path, notice or (lambda sentence: None), read_only=read_only)


class EncodingStore:
    """The open encodings. One whose bytes are incomplete or damaged counts as missing."""

    def __init__(self, path: Path, notice: Callable[[str], None], *, read_only: bool = False) -> None:
        self._path, self._notice, self._read_only = path, notice, read_only
        self._encoders: dict[str, int] = {}
        try:
            self._database = open_database(path, read_only=True, first_read=_FIRST_READ) if read_only else _open(path)
        except DamagedDatabase:
            if read_only:
                raise
            self._database = self._replace_file()

    def get(self, encoder: str, keys: Iterable[bytes]) -> dict[bytes, Encoded]:
        """Return the stored vectors of these texts, by key."""
        rows = self._rows("text, vector, parts, sum", encoder, keys)
        encoded = {key: _encoded(vector, parts, checksum) for key, vector, parts, checksum in rows}
        return {key: value for key, value in encoded.items() if value is not None}

    def get_tokens(self, encoder: str, keys: Iterable[bytes], dimension: int) -> dict[bytes, NDArray[np.uint8]]:
        """Return the stored compressed token vectors (pieces, dimension / 4) of these texts, by key."""
        rows = self._rows("text, tokens, tokens_sum", encoder, keys)
        tokens = {key: _tokens(content, checksum, dimension) for key, content, checksum in rows}
        return {key: value for key, value in tokens.items() if value is not None}

    def put(
        self, encoder: str, keys: Sequence[bytes], spans: Sequence[Spans], encodings: Encodings, *, renew: bool = False
    ) -> None:
        """Store the vector of each text, of its parts at `spans`, and its token vectors where there are any.

        Replaces stored rows, in several transactions; with `renew` each notes that its texts were encoded anew. Raises
        HomeBusy, HomeNotWritable or StorageFull.
        """
        tokens: list[bytes | None] = [compress(vectors).tobytes() for vectors in encodings.tokens]
        made = zip(keys, spans, encodings.vectors, encodings.parts, tokens or [None] * len(keys), strict=True)
        self.put_rows(encoder, [packed_row(*row) for row in made], renew=renew)

    def put_rows(self, encoder: str, rows: Sequence[PackedRow], *, renew: bool = False) -> None:
        """Store rows that `packed_row` made, as `put` does."""

        def write(database: Database) -> None:
            number = self._number(encoder, database)
            for batch in chunks(rows, _ROWS_PER_TRANSACTION):
                with database.atomic():
                    sql = "INSERT OR REPLACE INTO encodings VALUES (?, ?, ?, ?, ?, ?, ?)"
                    written = [(number, *row) for row in batch]
                    database.conn.executemany(sql, written)
                    if renew:
                        sql = "INSERT OR IGNORE INTO renewed VALUES (?, ?)"
                        database.conn.executemany(sql, [row[:2] for row in written])

        self.attempt(write)

    def renewed(self, encoder: str) -> set[bytes]:
        """Return the texts, by key, that were encoded anew since `prune`: by a run that was stopped before it."""

        def read(database: Database) -> set[bytes]:
            sql = "SELECT text FROM renewed WHERE encoder = ?"
            return {key for (key,) in database.execute(sql, [self._number(encoder, database)])}

        return self.attempt(read)

    def delete(self, keys: Sequence[bytes]) -> None:
        """Delete the encodings of these texts, of whichever encoder."""

        def drop(database: Database) -> None:
            # Nothing is read before the first change: whoever has read is refused at once where another has written.
            with database.atomic():
                sql = "DELETE FROM encodings WHERE encoder IN (SELECT id FROM encoders) AND text = ?"
                database.conn.executemany(sql, [(key,) for key in keys])

        self.attempt(drop)

    def prune(self, encoder: str, keep: Collection[bytes]) -> int:
        """Delete every encoding of other encoders and of texts not in `keep`; return the number of deleted rows."""
        kept_keys = frozenset(keep)

        def drop(database: Database) -> int:
            number = self._number(encoder, database)
            with database.atomic():
                others = database.execute("DELETE FROM encodings WHERE encoder <> ?", [number]).rowcount
                stored = database.execute("SELECT text FROM encodings WHERE encoder = ?", [number]).fetchall()
                unused = [(number, key) for (key,) in stored if key not in kept_keys]
                database.conn.executemany("DELETE FROM encodings WHERE encoder = ? AND text = ?", unused)
                database.execute("DELETE FROM renewed")
            return int(others) + len(unused)

        return self.attempt(drop)

    def made_for(self) -> dict[str, int]:
        """Return the identities of the bases that were encoded here, and how many sources each had."""
        return self.attempt(lambda database: dict(database.execute("SELECT base, sources FROM made_for").fetchall()))

    def note_base(self, base: str, sources: int) -> None:
        """Store how many sources a base has, by which its loss is noticed."""

        def write(database: Database) -> None:
            if dict(database.execute("SELECT base, sources FROM made_for").fetchall()) != {base: sources}:
                with database.atomic():
                    database.execute("DELETE FROM made_for")
                    database.execute("INSERT INTO made_for VALUES (?, ?)", [base, sources])

        self.attempt(write)

    def close(self) -> None:
        """Close the file; everything put is already stored."""
        self._database.conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _rows(self, columns: str, encoder: str, keys: Iterable[bytes]) -> list[tuple[Any, ...]]:
        """Return these columns of the rows of an encoder that have one of the keys."""
        distinct = list(dict.fromkeys(keys))

        def read(database: Database) -> list[tuple[Any, ...]]:
            number = self._number(encoder, database)
            rows: list[tuple[Any, ...]] = []
            for chunk in chunks(distinct, _KEYS_PER_QUERY):
                batch = list(chunk)
                marks = ",".join("?" * len(batch))
                sql = f"SELECT {columns} FROM encodings WHERE encoder = ? AND text IN ({marks})"  # noqa: S608 (marks)
                rows += database.execute(sql, [number, *batch]).fetchall()
            return rows

        return self.attempt(read)

    def _number(self, encoder: str, database: Database) -> int:
        """Return the number that stands for an encoder in this file."""
        if encoder not in self._encoders:
            row = database.execute("SELECT id FROM encoders WHERE digest = ?", [encoder]).fetchone()
            if row is None and self._read_only:
                return 0
            if row is None:
                with database.atomic():
                    database.execute("INSERT OR IGNORE INTO encoders (digest) VALUES (?)", [encoder])
                row = database.execute("SELECT id FROM encoders WHERE digest = ?", [encoder]).fetchone()
            self._encoders[encoder] = int(row[0])
        return self._encoders[encoder]

    def attempt(self, work: Callable[[Database], Result]) -> Result:
        """Do the work, and repeat it on a new file where this one turns out to be damaged."""
        try:
            with translated(self._path):
                return work(self._database)
        except DamagedDatabase:
            if self._read_only:
                raise
            self.close()
            self._database = self._replace_file()
            with translated(self._path):
                return work(self._database)

    def _replace_file(self) -> Database:
        self._encoders.clear()
        with translated(self._path):
            self._path.replace(self._path.with_name(f"{self._path.name}.damaged"))
            # Otherwise SQLite would apply the write-ahead log of the damaged file to the new one.
            for suffix in ("-wal", "-shm"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        self._notice(f"The vectors kept in {self._path} were damaged and are made again.")
        return _open(self._path)


def _open(path: Path) -> Database:
    with translated(path):
        made_folder(path.parent)
        made_private(path)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
        try:
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            database = Database(connection)
            database.enable_wal()
            for statement in _TABLES:
                connection.execute(statement)
        except BaseException:
            connection.close()
            raise
        return database


def packed_row(
    key: bytes, spans: Spans, vector: NDArray[np.float32], parts: NDArray[np.float32], tokens: bytes | None
) -> PackedRow:
    """Return the row of a text: its vector (d,), the vectors (parts, d) of its parts, and compressed token vectors."""
    own, packed = np.asarray(vector, dtype="<f4").tobytes(), _packed_parts(spans, parts)
    return key, own, packed, zlib.crc32(own + packed), tokens, None if tokens is None else zlib.crc32(tokens)


@cache
def _part_type(dimension: int) -> np.dtype[np.void]:
    return np.dtype([("start", "<u4"), ("end", "<u4"), ("step", "<f4"), ("codes", "i1", (dimension,))])


def _packed_parts(spans: Spans, vectors: NDArray[np.float32]) -> bytes:
    """Return the parts of a text with their vectors (parts, d), each component a whole multiple of the part's step."""
    packed = np.zeros(len(spans), dtype=_part_type(vectors.shape[1]))
    if len(spans):
        packed["start"], packed["end"] = np.array(spans).T
        packed["step"] = np.abs(vectors).max(axis=1) / _LARGEST_CODE
        packed["codes"] = np.rint(vectors / packed["step"][:, None])
    return packed.tobytes()


def _encoded(vector: object, parts: object, checksum: object) -> Encoded | None:
    """Return what a row holds, or None where its bytes are not those that were stored."""
    if not isinstance(vector, bytes) or not isinstance(parts, bytes) or not vector or len(vector) % 4:
        return None
    own = np.frombuffer(vector, dtype="<f4")
    if zlib.crc32(parts, zlib.crc32(vector)) != checksum or abs(float(own.dot(own)) - 1) > _LENGTH_TOLERANCE:
        return None
    return Encoded(own.astype(np.float32, copy=False), np.frombuffer(parts, dtype=_part_type(len(own))))


def _tokens(content: object, checksum: object, dimension: int) -> NDArray[np.uint8] | None:
    """Return the stored token vectors, or None where there are none or their bytes are not those that were stored."""
    width = token_width(dimension)
    if not isinstance(content, bytes) or not width or len(content) % width or zlib.crc32(content) != checksum:
        return None
    return np.frombuffer(content, dtype=np.uint8).reshape(-1, width)
