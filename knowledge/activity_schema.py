"""The tables of activity, as numbered migrations, and the opening of their file and its key."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from knowledge import database as connections
from knowledge.errors import BadInput, DamagedData, DamagedDatabase
from knowledge.schema import statements
from knowledge.storage import locked, read_regular, storage_error

migrations = Migrations("citabot-activity")
_FIRST_READ = "SELECT name FROM remembered LIMIT 1"
# As long as the digest of the hash that it is the key of (RFC 2104, section 3).
_SECRET_BYTES = 32
_LOST_KEY = "Restore it from your backup, or move it and activity.db away to start anew."

_TABLES = """
CREATE TABLE guild_settings (
    guild INTEGER PRIMARY KEY,
    channels TEXT NOT NULL,
    language TEXT CHECK (language IN ('es', 'en')),
    mentions INTEGER NOT NULL CHECK (mentions IN (0, 1)),
    private INTEGER NOT NULL CHECK (private IN (0, 1))
);
CREATE TABLE replies (
    key TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    request TEXT NOT NULL,
    result TEXT NOT NULL,
    guild INTEGER,
    owner TEXT NOT NULL,
    private INTEGER NOT NULL CHECK (private IN (0, 1)),
    created TEXT NOT NULL
);
CREATE INDEX replies_owner ON replies (owner);
CREATE INDEX replies_guild ON replies (guild);
CREATE INDEX replies_created ON replies (created);
CREATE TABLE feedback (
    reply TEXT NOT NULL REFERENCES replies (key) ON DELETE CASCADE,
    author TEXT NOT NULL,
    text TEXT NOT NULL,
    created TEXT NOT NULL,
    PRIMARY KEY (reply, author)
);
CREATE INDEX feedback_author ON feedback (author);
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild INTEGER,
    author TEXT,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    created TEXT NOT NULL
);
CREATE INDEX audit_guild ON audit (guild);
CREATE INDEX audit_author ON audit (author);
CREATE TABLE remembered (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@migrations()
def m001_activity(database: Database) -> None:
    """Settings of servers, replies with notes on them, changes, and small facts."""
    for statement in statements(_TABLES):
        database.conn.execute(statement)


# Replies about somebody else's message, which were kept without a word on whose it was: nobody could have them deleted.
_OTHERS = """
ALTER TABLE replies ADD COLUMN author TEXT;
CREATE INDEX replies_author ON replies (author);
DELETE FROM replies WHERE kind = 'find' OR (kind = 'check' AND private);
"""


@migrations()
def m002_others_messages(database: Database) -> None:
    """The author of the message that a reply is about, where that is not the person who asked."""
    for statement in statements(_OTHERS):
        database.conn.execute(statement)


_COMMUNITIES = """
ALTER TABLE guild_settings RENAME TO community_settings;
ALTER TABLE community_settings RENAME COLUMN guild TO community;
ALTER TABLE replies RENAME COLUMN guild TO community;
ALTER TABLE audit RENAME COLUMN guild TO community;
"""


@migrations()
def m003_communities(database: Database) -> None:
    """Names that are no platform's."""
    for statement in statements(_COMMUNITIES):
        database.conn.execute(statement)


def open_tables(path: Path) -> Database:
    """Open the database at `path`, creating or migrating it. Deleted rows are overwritten.

    Raises DamagedDatabase, HomeNotWritable, HomeBusy or StorageFull.
    """
    # One at a time: SQLite does not wait where two turn on the log of writes of a new file at once.
    lock, busy = path.with_suffix(".lock"), f"Another program is opening {path}."
    with translated(path), locked(lock, wait_seconds=connections.BUSY_SECONDS, busy=busy):
        database = connections.open_database(path, steps=migrations, first_read=_FIRST_READ)
        database.conn.execute("PRAGMA secure_delete = ON")
        return database


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours; where this file is damaged, the hint names it and not the knowledge base."""
    try:
        with connections.translated(path):
            yield
    except DamagedDatabase as error:
        error.hint = f"Restore {path.name} from your backup, or move it away to start anew."
        raise


def secret_at(path: Path) -> bytes:
    """Return the key, which is made at first use; of two programs that make it at once, both take the first.

    Raises HomeNotWritable or StorageFull, and DamagedData for a key of another length.
    """
    try:
        if not path.exists():
            _make_secret(path)
        secret = read_regular(path, _SECRET_BYTES)
    except BadInput as error:
        raise DamagedData(f"The key {path} is damaged.", hint=_LOST_KEY) from error
    except OSError as error:
        raise storage_error(error, path) from error
    # With an empty or short key, ids could be computed from their hashes.
    if len(secret) != _SECRET_BYTES:
        raise DamagedData(f"The key {path} is damaged.", hint=_LOST_KEY)
    return secret


def _make_secret(path: Path) -> None:
    # A name of its own and not the process's: in two containers that share a folder, both may be process 1.
    # The file is made with mode 0600.
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as temporary:
        temporary.write(secrets.token_bytes(_SECRET_BYTES))
        temporary.flush()
        os.fsync(temporary.fileno())
        # A link shows the key whole, and unlike a renaming it fails where somebody was first.
        with suppress(FileExistsError):
            path.hardlink_to(temporary.name)
