"""Taking over what earlier releases kept: a row of vectors for each passage and part, and folders of files."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sqlite_utils import Database

from retrieval.index.encoding import Lacking
from retrieval.index.encoding_store import EncodingStore, PackedRow, packed_row

_EARLIER_FILES = ("current", "generations")


def copy_earlier(encodings: EncodingStore, encoder: str, texts: Sequence[Lacking]) -> None:
    """Store the encodings of those texts that an earlier release has encoded with all their parts."""

    def read(database: Database) -> list[PackedRow]:
        if "vectors" not in database.table_names():
            return []
        rows = (_earlier_row(database, encoder, text) for text in texts)
        return [row for row in rows if row is not None]

    rows = encodings.attempt(read)
    if rows:
        encodings.put_rows(encoder, rows)


def drop_earlier(encodings: EncodingStore, folder: Path) -> None:
    """Delete what earlier releases kept, and give its room back."""

    def drop(database: Database) -> None:
        if "vectors" in database.table_names():
            database.table("vectors").drop()
            database.conn.commit()
            database.vacuum()

    encodings.attempt(drop)
    for name in _EARLIER_FILES:
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _earlier_row(database: Database, encoder: str, text: Lacking) -> PackedRow | None:
    """Return the row of a text of which vector, token vectors and the vectors of all parts were kept."""
    keys = [text.key, *(_part_key(text.key, span) for span in text.spans)]
    columns = {column.name for column in database.table("vectors").columns}
    wanted = "vector, tokens" if "tokens" in columns else "vector, NULL"
    sql = f"SELECT {wanted} FROM vectors WHERE encoder = ? AND text = ?"  # noqa: S608 (from the line above)
    kept = [database.execute(sql, [encoder, key]).fetchone() for key in keys]
    if any(row is None or not isinstance(row[0], bytes) or len(row[0]) != len(kept[0][0]) for row in kept):
        return None
    (vector, tokens), *parts = kept
    dimension = len(vector) // 4
    matrix = np.frombuffer(b"".join(row[0] for row in parts), dtype="<f4").reshape(-1, dimension)
    return packed_row(text.key, text.spans, np.frombuffer(vector, dtype="<f4"), matrix, tokens)


def _part_key(key: bytes, span: tuple[int, int]) -> bytes:
    """Return the key that earlier releases gave a part of a text."""
    return hashlib.sha256(key + f"{span[0]}:{span[1]}".encode()).digest()
