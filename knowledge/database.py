"""Opening of a connection to a database, brought up to date by numbered migrations, and SQLite's errors as ours."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from knowledge.errors import BadInput, CitabotError, DamagedDatabase, HomeBusy, HomeNotWritable, StorageFull
from knowledge.schema import migrations
from knowledge.storage import made_private, storage_error

# Seconds that a writer waits for another. An add holds the write lock for milliseconds: whoever holds it for longer has
# another fault. Our choice.
BUSY_SECONDS = 30.0

_FIRST_READ = "SELECT uid, generation FROM base"


def open_database(
    path: Path, *, read_only: bool = False, steps: Migrations = migrations, first_read: str = _FIRST_READ
) -> Database:
    """Open the database at `path`, creating or migrating it by `steps` unless `read_only`.

    Raises DamagedDatabase, HomeNotWritable, HomeBusy or StorageFull.
    """
    with translated(path):
        if read_only:
            return _opened_to_read(path, first_read)
        made_private(path)

        def prepare(database: Database) -> None:
            database.enable_wal()
            _migrate(database, steps)

        return _opened(path.absolute().as_uri(), first_read, prepare)


def open_unwritable(path: Path, cause: CitabotError) -> Database:
    """Open a knowledge base for reading that opening for writing refused. Raises `cause` without one.

    Raises HomeNotWritable too where it would first have to be brought up to date.
    """
    if not path.is_file() or not path.stat().st_size:
        raise cause
    database = open_database(path, read_only=True)
    with translated(path):
        outdated = migrations.pending(database)
    if outdated:
        database.close()
        raise HomeNotWritable(
            f"{path} was written by an earlier version, and cannot be brought up to date.",
            hint="Let it be written once, with room on the disk.",
        ) from cause
    return database


def _opened_to_read(path: Path, first_read: str) -> Database:
    """Open a database for reading; the file alone where its log is missing, which only a writer could make.

    The file then holds all that was written: https://sqlite.org/wal.html#readonly
    """
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        return _opened(address, first_read)
    except sqlite3.OperationalError as error:
        if not isinstance(_translate(error, path), HomeNotWritable | StorageFull) or not path.is_file():
            raise
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            raise HomeNotWritable(f"{log} holds changes that cannot be taken in without writing.") from error
        return _opened(f"{address}&immutable=1", first_read)


def _opened(address: str, first_read: str, prepare: Callable[[Database], None] = lambda database: None) -> Database:
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        database = Database(connection)
        prepare(database)
        # The first read is where a file that is no database is found out.
        connection.execute(first_read).fetchone()
    except BaseException:
        connection.close()
        raise
    return database


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, each one sentence that names the file or what was given."""
    try:
        yield
    except (OverflowError, UnicodeEncodeError, sqlite3.InterfaceError, sqlite3.DataError) as error:
        raise BadInput(f"What was given cannot be kept in a database: {error}.") from error
    except sqlite3.IntegrityError as error:
        raise BadInput(f"What was given breaks a rule of the database: {error}.") from error
    except sqlite3.ProgrammingError as error:
        # A value that Python cannot hand to SQLite; anything else (a closed connection) is a fault of ours.
        if not str(error).startswith("Error binding parameter"):
            raise
        raise BadInput(f"What was given cannot be kept in a database: {error}.") from error
    except sqlite3.DatabaseError as error:
        raise _translate(error, path) from error
    except OSError as error:
        raise storage_error(error, path) from error


def _translate(error: sqlite3.DatabaseError, path: Path) -> CitabotError:
    code = getattr(error, "sqlite_errorcode", None)
    # Extended result codes keep the primary code in their low byte (https://sqlite.org/rescode.html).
    primary = None if code is None else code & 0xFF
    # A quota and a limit of a file's size are a failed write to SQLite, which calls only a full disk full.
    if primary == sqlite3.SQLITE_FULL or code in (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE):
        return StorageFull(f"There is no room left to write {path}.")
    if primary in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR):
        return HomeNotWritable(f"The database {path} cannot be opened or written.")
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return HomeBusy(f"Another program is writing to {path}.")
    return DamagedDatabase(f"The database {path} is damaged: {error}.")


def _migrate(database: Database, steps: Migrations) -> None:
    if not steps.pending(database):
        return
    # Immediate, so that of two first commands one creates the tables and the other waits and finds them.
    database.conn.execute("BEGIN IMMEDIATE")
    with database.atomic():
        steps.apply(database)
    database.conn.execute("COMMIT")
