"""A database: private, read where it cannot be written, and its errors told apart."""

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.database import open_database, open_unwritable, translated
from knowledge.errors import BadInput, CitabotError, DamagedDatabase, HomeNotWritable, StorageFull
from knowledge.schema import migrations
from knowledge.store import Store

REFUSED = HomeNotWritable("It may not be written.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "knowledge.db")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        ("INSERT INTO bundled VALUES (?, ?)", ["a", None]),
        ("INSERT INTO bundled VALUES ('a', 'x'), (?, ?)", ["a", "x"]),
        ("INSERT INTO source_references VALUES (1, 0, '', '', ?, NULL, NULL, NULL)", ["news"]),
        ("UPDATE base SET bundled = ?", [2]),
        ("UPDATE base SET generation = ?", [2**63]),
        ("UPDATE base SET uid = ?", ["\udcff"]),
        ("UPDATE base SET uid = ?", [["a", "list"]]),
        ("UPDATE base SET uid = ?", [object()]),
        ("SELECT zeroblob(?)", [2**31]),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_bad_input_and_no_damage(store: Store, sql: str, values: list[object]) -> None:
    with pytest.raises(BadInput) as refused, translated(store.path):
        store.database.conn.execute(sql, values)
    assert (refused.value.exit_code, refused.value.message[-1]) == (2, ".")
    assert "backup" not in refused.value.hint
    assert "knowledge.db" not in refused.value.message


def test_an_id_that_is_no_text_is_not_in_the_base(store: Store) -> None:
    with pytest.raises(BadInput):
        store.source("caf\udce9")


def test_what_is_no_database_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "knowledge.db"
    path.write_bytes(b"these are not the bytes of a database" * 99)
    for read_only in (False, True):
        with pytest.raises(DamagedDatabase):
            open_database(path, read_only=read_only)
    path.unlink()
    Store(path).close()
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(DamagedDatabase):
        Store(path).sources()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, StorageFull),
        (sqlite3.SQLITE_IOERR_WRITE, StorageFull),
        (sqlite3.SQLITE_IOERR_SHMSIZE, StorageFull),
        (sqlite3.SQLITE_IOERR_READ, HomeNotWritable),
        (sqlite3.SQLITE_READONLY, HomeNotWritable),
        (sqlite3.SQLITE_CORRUPT, DamagedDatabase),
    ],
)
def test_a_refusal_of_sqlite_is_told_by_its_code(tmp_path: Path, code: int, kind: type[CitabotError]) -> None:
    error = sqlite3.OperationalError("it says something")
    error.sqlite_errorcode = code
    with pytest.raises(kind) as refused, translated(tmp_path / "knowledge.db"):
        raise error
    assert "knowledge.db" in refused.value.message
    assert "nothing was" not in refused.value.message


def test_a_fault_of_ours_is_not_put_on_the_database(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "x.db")
    connection.close()
    with pytest.raises(sqlite3.ProgrammingError), translated(tmp_path):
        connection.execute("SELECT 1")


def test_a_database_and_its_log_are_private(store: Store) -> None:
    store.database.conn.execute("UPDATE base SET generation = 1")
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in store.path.parent.iterdir()}
    assert found == {"knowledge.db": 0o600, "knowledge.db-wal": 0o600, "knowledge.db-shm": 0o600}


def test_a_base_without_a_log_is_read_where_it_cannot_be_written(store: Store) -> None:
    uid = store.generation()
    store.close()
    database = open_unwritable(store.path, REFUSED)
    assert next(database.query("SELECT uid FROM base"))["uid"] == uid[0]
    with pytest.raises(HomeNotWritable), translated(store.path):
        database.conn.execute("UPDATE base SET generation = 7")
    database.close()


def test_changes_in_a_log_are_read_beside_a_writer(store: Store) -> None:
    store.database.conn.execute("UPDATE base SET generation = 41")
    store.database.conn.commit()
    database = open_unwritable(store.path, REFUSED)
    assert next(database.query("SELECT generation FROM base"))["generation"] == 41
    database.close()


def test_where_there_is_nothing_to_read_the_first_refusal_stands(tmp_path: Path) -> None:
    path = tmp_path / "knowledge.db"
    for make in (lambda: None, path.touch, lambda: (path.unlink(), path.mkdir())):
        make()
        with pytest.raises(HomeNotWritable, match="may not be written"):
            open_unwritable(path, REFUSED)


def test_a_base_of_an_earlier_version_is_to_be_written_first(store: Store) -> None:
    last = migrations._migrations[-1].name
    store.database.conn.execute("DELETE FROM _sqlite_migrations WHERE name = ?", [last])
    store.database.conn.commit()
    with pytest.raises(HomeNotWritable, match="earlier version"):
        open_unwritable(store.path, REFUSED)
