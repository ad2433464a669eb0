"""Vectors by (encoder digest, text digest), so that nothing is ever encoded twice; of passages their tokens' too.

A cache: everything in it can be made again. A damaged file is therefore put aside and begun anew, with a notice.
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

from knowledge.errors import DamagedDatabase
from knowledge.schema import BUSY_SECONDS, open_database, translated
from knowledge.storage import made_folder, made_private
from retrieval.models.encodings import Encodings, compress, token_width

Result = TypeVar("Result")

# About two seconds of encoding: what a killed run has to do again.
_ROWS_PER_TRANSACTION = 256
_FIRST_READ = "SELECT encoder FROM vectors LIMIT 1"
# Well under SQLite's oldest limit of 999 parameters a statement (https://sqlite.org/limits.html, section 9).
_DIGESTS_PER_QUERY = 500


def text_digest(text: str) -> bytes:
    """The SHA-256 of the text's UTF-8 bytes: what a vector is kept by, beside its encoder."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def open_vectors(path: Path, *, notice: Callable[[str], None] | None = None, read_only: bool = False) -> "VectorStore":
    """Open the vectors kept at `path`, creating the file where there is none.

    A damaged file is renamed to `….damaged`, `notice` is told in one sentence, and an empty one takes its place;
    `read_only` leaves all as it is. Raises HomeNotWritable, HomeBusy or StorageFull, and DamagedDatabase where it is
    only read. For one thread, as SQLite's connections are.
    """
    return VectorStore(path, notice or (lambda sentence: None), read_only=read_only)


class VectorStore:
    """The open cache. A vector that is not whole counts as missing, never as a vector."""

    def __init__(self, path: Path, notice: Callable[[str], None], *, read_only: bool = False) -> None:
        self._path, self._notice, self._read_only = path, notice, read_only
        try:
            self._database = open_database(path, read_only=True, first_read=_FIRST_READ) if read_only else _open(path)
        except DamagedDatabase:
            if read_only:
                raise
            self._database = self._begin_anew()

    def get(self, encoder_digest: str, text_digests: Iterable[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """The vectors there are of these texts, by text digest."""
        found = {digest: _vector(content) for digest, content in self._column("vector", encoder_digest, text_digests)}
        return {digest: vector for digest, vector in found.items() if vector is not None}

    def get_tokens(
        self, encoder_digest: str, text_digests: Iterable[bytes], dimension: int
    ) -> dict[bytes, NDArray[np.uint8]]:
        """The compressed token vectors there are of these texts, by text digest."""
        found = {
            digest: _tokens(content, dimension)
            for digest, content in self._column("tokens", encoder_digest, text_digests)
        }
        return {digest: tokens for digest, tokens in found.items() if tokens is not None}

    def missing(self, encoder_digest: str, text_digests: Iterable[bytes], *, tokens: int = 0) -> list[bytes]:
        """Those of the digests without a vector, or without token vectors of `tokens` dimensions, in order."""
        wanted = list(dict.fromkeys(text_digests))
        found: Collection[bytes] = self.get(encoder_digest, wanted)
        if tokens:
            found = set(found) & set(self.get_tokens(encoder_digest, wanted, tokens))
        return [digest for digest in wanted if digest not in found]

    def put(self, encoder_digest: str, text_digests: Sequence[bytes], encodings: Encodings) -> None:
        """Keep the vector of each text, and its token vectors where there are any, in transactions of a few hundred.

        Replaces what was kept.
        """
        tokens: list[bytes | None] = [compress(found).tobytes() for found in encodings.tokens]
        tokens = tokens or [None] * len(text_digests)
        rows = [
            {
                "encoder": encoder_digest,
                "text": digest,
                "vector": np.asarray(vector, dtype="<f4").tobytes(),
                "tokens": found,
            }
            for digest, vector, found in zip(text_digests, encodings.vectors, tokens, strict=True)
        ]

        def write(table: Table) -> None:
            for some in chunks(rows, _ROWS_PER_TRANSACTION):
                with table.db.atomic():
                    table.insert_all(some, replace=True)

        self._attempt(write)

    def _column(self, name: str, encoder_digest: str, text_digests: Iterable[bytes]) -> list[tuple[bytes, object]]:
        wanted = list(dict.fromkeys(text_digests))

        def read(table: Table) -> list[tuple[bytes, object]]:
            found: list[tuple[bytes, object]] = []
            for some in chunks(wanted, _DIGESTS_PER_QUERY):
                digests = list(some)
                where = f"encoder = ? and text in ({','.join('?' * len(digests))})"
                rows = table.rows_where(where, [encoder_digest, *digests], select=f"text, {name}")
                found += [(row["text"], row[name]) for row in rows]
            return found

        return self._attempt(read)

    def prune(self, encoder_digest: str, keep: Collection[bytes]) -> int:
        """Drop every vector of other encoders and of texts not in `keep`; return how many went."""
        kept = frozenset(keep)

        def drop(table: Table) -> int:
            before = table.count
            with table.db.atomic():
                table.delete_where("encoder <> ?", [encoder_digest])
                stored = [row["text"] for row in table.rows_where("encoder = ?", [encoder_digest], select="text")]
                for some in chunks([digest for digest in stored if digest not in kept], _DIGESTS_PER_QUERY):
                    gone = list(some)
                    where = f"encoder = ? and text in ({','.join('?' * len(gone))})"
                    table.delete_where(where, [encoder_digest, *gone])
            return before - table.count

        return self._attempt(drop)

    def close(self) -> None:
        """Let go of the file. What was put is already kept."""
        self._database.conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _attempt(self, work: Callable[[Table], Result]) -> Result:
        """Do the work, once more on a new file should this one turn out to be damaged."""
        try:
            with translated(self._path):
                return work(_table(self._database))
        except DamagedDatabase:
            if self._read_only:
                raise
            self.close()
            self._database = self._begin_anew()
            with translated(self._path):
                return work(_table(self._database))

    def _begin_anew(self) -> Database:
        with translated(self._path):
            self._path.replace(self._path.with_name(f"{self._path.name}.damaged"))
            # Left behind, the log of the damaged file would be played into the new one.
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
            if "tokens" not in _table(database).columns_dict:  # Made before there were any.
                _table(database).add_column("tokens", bytes)
            checked = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except BaseException:
            connection.close()
            raise
        if checked != "ok":
            connection.close()
            raise DamagedDatabase(f"The vectors kept in {path} are damaged: {checked}.")
        return database


def _table(database: Database) -> Table:
    return database.table("vectors")


def _vector(content: object) -> NDArray[np.float32] | None:
    """The stored vector, or None when its bytes are not those of a unit vector."""
    if not isinstance(content, bytes) or len(content) % 4:
        return None
    vector = np.frombuffer(content, dtype="<f4")
    # Normalised in float32, a vector is within 1e-6 of unit length; a damaged one hardly ever within 1e-3.
    return vector.astype(np.float32) if abs(float(np.dot(vector, vector)) - 1) < 1e-3 else None


def _tokens(content: object, dimension: int) -> NDArray[np.uint8] | None:
    """The stored token vectors, or None where there are none or their bytes are not whole vectors."""
    width = token_width(dimension)
    if not isinstance(content, bytes) or not width or len(content) % width:
        return None
    return np.frombuffer(content, dtype=np.uint8).reshape(-1, width)
