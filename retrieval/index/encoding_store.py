"""A cache of vectors and token vectors by encoder digest and text digest, so that no passage is encoded twice.

Everything in it can be made again. A damaged file is therefore renamed and replaced by an empty one, with a notice.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database
from sqlite_utils.db import Table
from sqlite_utils.utils import chunks

from knowledge.database import BUSY_SECONDS, open_database, translated
from knowledge.errors import DamagedDatabase
from knowledge.storage import made_folder, made_private
from retrieval.models.encodings import Encodings, compress, token_width

Result = TypeVar("Result")

# About two seconds of encoding, which a killed run has to repeat; our choice.
_ROWS_PER_TRANSACTION = 256
_FIRST_READ = "SELECT encoder FROM vectors LIMIT 1"
# Half of 999, the limit of parameters a statement before SQLite 3.32 (https://sqlite.org/limits.html, section 9).
_DIGESTS_PER_QUERY = 500
# Float32 normalisation leaves a vector within 1e-6 of unit length; damaged bytes hardly ever give one within 1e-3.
_LENGTH_TOLERANCE = 1e-3


def text_digest(text: str) -> bytes:
    """Return the SHA-256 of the text's UTF-8 bytes, lone surrogates included: the key of its vectors."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def part_digest(text: str, start: int, end: int) -> bytes:
    """Return the key of the vector of a part of a text, which depends on the whole of it."""
    return hashlib.sha256(text_digest(text) + f"{start}:{end}".encode()).digest()


def open_vectors(path: Path, *, notice: Callable[[str], None] | None = None, read_only: bool = False) -> "VectorStore":
    """Open the cache at `path`, creating the file where there is none.

    A damaged file is renamed to `….damaged`, replaced by an empty one, and `notice` is called with a sentence;
    with `read_only` nothing is changed. Raises HomeNotWritable, HomeBusy or StorageFull, and with `read_only`
    DamagedDatabase. For use by one thread, as SQLite's connections are.
    """
    return VectorStore(path, notice or (lambda sentence: None), read_only=read_only)


class VectorStore:
    """The open cache. A vector whose bytes are incomplete or damaged counts as missing."""

    def __init__(self, path: Path, notice: Callable[[str], None], *, read_only: bool = False) -> None:
        self._path, self._notice, self._read_only = path, notice, read_only
        try:
            self._database = open_database(path, read_only=True, first_read=_FIRST_READ) if read_only else _open(path)
        except DamagedDatabase:
            if read_only:
                raise
            self._database = self._replace_file()

    def get(self, encoder_digest: str, text_digests: Iterable[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """Return the stored vectors (d,) of these texts, by text digest."""
        vectors = {digest: _vector(content) for digest, content in self._column("vector", encoder_digest, text_digests)}
        return {digest: vector for digest, vector in vectors.items() if vector is not None}

    def get_tokens(
        self, encoder_digest: str, text_digests: Iterable[bytes], dimension: int
    ) -> dict[bytes, NDArray[np.uint8]]:
        """Return the stored compressed token vectors (pieces, dimension / 4) of these texts, by text digest."""
        rows = self._column("tokens", encoder_digest, text_digests)
        vectors = {digest: _tokens(content, dimension) for digest, content in rows}
        return {digest: tokens for digest, tokens in vectors.items() if tokens is not None}

    def missing(self, encoder_digest: str, text_digests: Iterable[bytes], *, tokens: int = 0) -> list[bytes]:
        """Return the digests without a vector, or without token vectors of `tokens` dimensions, each once, in order."""
        digests = list(dict.fromkeys(text_digests))
        complete: Collection[bytes] = self.get(encoder_digest, digests)
        if tokens:
            complete = set(complete) & set(self.get_tokens(encoder_digest, digests, tokens))
        return [digest for digest in digests if digest not in complete]

    def put(self, encoder_digest: str, text_digests: Sequence[bytes], encodings: Encodings) -> None:
        """Store the vector of each text, and its token vectors where there are any, in several transactions.

        Replaces stored rows. Raises HomeBusy, HomeNotWritable or StorageFull.
        """
        tokens: list[bytes | None] = [compress(vectors).tobytes() for vectors in encodings.tokens]
        tokens = tokens or [None] * len(text_digests)
        rows = [
            {
                "encoder": encoder_digest,
                "text": digest,
                "vector": np.asarray(vector, dtype="<f4").tobytes(),
                "tokens": packed,
            }
            for digest, vector, packed in zip(text_digests, encodings.vectors, tokens, strict=True)
        ]

        def write(table: Table) -> None:
            for batch in chunks(rows, _ROWS_PER_TRANSACTION):
                with table.db.atomic():
                    table.insert_all(batch, replace=True)

        self._attempt(write)

    def _column(self, name: str, encoder_digest: str, text_digests: Iterable[bytes]) -> list[tuple[bytes, object]]:
        """Return the text digests and the values of a column, for those of the texts that have a row."""
        digests = list(dict.fromkeys(text_digests))

        def read(table: Table) -> list[tuple[bytes, object]]:
            values: list[tuple[bytes, object]] = []
            for chunk in chunks(digests, _DIGESTS_PER_QUERY):
                batch = list(chunk)
                where = f"encoder = ? and text in ({','.join('?' * len(batch))})"
                rows = table.rows_where(where, [encoder_digest, *batch], select=f"text, {name}")
                values += [(row["text"], row[name]) for row in rows]
            return values

        return self._attempt(read)

    def prune(self, encoder_digest: str, keep: Collection[bytes]) -> int:
        """Delete every vector of other encoders and of texts not in `keep`; return the number of deleted rows."""
        kept_digests = frozenset(keep)

        def drop(table: Table) -> int:
            before = table.count
            with table.db.atomic():
                table.delete_where("encoder <> ?", [encoder_digest])
                stored = [row["text"] for row in table.rows_where("encoder = ?", [encoder_digest], select="text")]
                for chunk in chunks([digest for digest in stored if digest not in kept_digests], _DIGESTS_PER_QUERY):
                    batch = list(chunk)
                    where = f"encoder = ? and text in ({','.join('?' * len(batch))})"
                    table.delete_where(where, [encoder_digest, *batch])
            return before - table.count

        return self._attempt(drop)

    def close(self) -> None:
        """Close the file; everything put is already stored."""
        self._database.conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _attempt(self, work: Callable[[Table], Result]) -> Result:
        """Do the work, and repeat it on a new file where this one turns out to be damaged."""
        try:
            with translated(self._path):
                return work(_table(self._database))
        except DamagedDatabase:
            if self._read_only:
                raise
            self.close()
            self._database = self._replace_file()
            with translated(self._path):
                return work(_table(self._database))

    def _replace_file(self) -> Database:
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
            database = Database(connection)
            database.enable_wal()
            columns = {"encoder": str, "text": bytes, "vector": bytes, "tokens": bytes}
            _table(database).create(columns, pk=("encoder", "text"), if_not_exists=True)
            if "tokens" not in _table(database).columns_dict:  # Files of earlier releases have no such column.
                _table(database).add_column("tokens", bytes)
            check_result = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except BaseException:
            connection.close()
            raise
        if check_result != "ok":
            connection.close()
            raise DamagedDatabase(f"The vectors kept in {path} are damaged: {check_result}.")
        return database


def _table(database: Database) -> Table:
    return database.table("vectors")


def _vector(content: object) -> NDArray[np.float32] | None:
    """Return the stored vector (d,), or None where its bytes are not those of a unit vector."""
    if not isinstance(content, bytes) or len(content) % 4:
        return None
    vector = np.frombuffer(content, dtype="<f4")
    return vector.astype(np.float32) if abs(float(np.dot(vector, vector)) - 1) < _LENGTH_TOLERANCE else None


def _tokens(content: object, dimension: int) -> NDArray[np.uint8] | None:
    """Return the stored token vectors, or None where there are none or their bytes are not whole vectors."""
    width = token_width(dimension)
    if not isinstance(content, bytes) or not width or len(content) % width:
        return None
    return np.frombuffer(content, dtype=np.uint8).reshape(-1, width)
