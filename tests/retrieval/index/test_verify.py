"""`verify` finds what differs between database, encodings and index, and only that."""

from pathlib import Path

import pytest
from small_segments import sealed_home

from knowledge.changes import transaction
from retrieval.engine import Engine, open_engine
from retrieval.settings import Settings


def details(engine: Engine) -> set[str]:
    return {difference.detail for difference in engine.verify().differences}


def test_a_whole_home_has_no_differences(engine: Engine) -> None:
    verified = engine.verify()
    assert verified.differences == ()
    assert verified.snapshots == 2
    assert verified.spans == verified.vectors > 20


def test_a_whole_home_with_segments_has_none_either(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sealed_home(engine, monkeypatch)
    assert engine.verify().differences == ()


def test_an_index_that_was_never_made_is_named(empty_home: Path) -> None:
    with open_engine(Settings(home=empty_home, bundled=False)) as engine:
        assert details(engine) == {"There is no index yet. Run `citabot rebuild`."}


def test_an_index_that_lacks_a_change_is_named(engine: Engine) -> None:
    with transaction(engine.store) as database:
        database.execute("DELETE FROM passages WHERE id = (SELECT min(id) FROM passages)")
    assert "The index was made before the knowledge base last changed. Run `citabot rebuild`." in details(engine)


@pytest.mark.parametrize(
    ("sql", "subject"),
    [
        ("UPDATE index_rows SET length = length + 1", "index rows"),
        ("UPDATE index_rows SET units = zeroblob(0)", "index rows"),
        ("DELETE FROM index_postings WHERE place = (SELECT min(place) FROM index_postings)", "index postings"),
        ("UPDATE index_postings SET chunk = zeroblob(8)", "index postings"),
        ("UPDATE index_words SET count = count + 1", "index words"),
        ("UPDATE index_languages SET length = length + 1", "index languages"),
        ("UPDATE index_state SET digest = zeroblob(32)", "index"),
        ("UPDATE sources SET author = 'somebody'; DELETE FROM index_pending_sources", "index"),
    ],
)
def test_tables_that_are_not_those_of_the_passages_are_named(engine: Engine, sql: str, subject: str) -> None:
    with transaction(engine.store) as database:
        for statement in sql.split(";"):
            database.execute(statement)
    assert subject in {difference.subject for difference in engine.verify().differences}
    engine.rebuild(full=True)
    assert engine.verify().differences == ()


@pytest.mark.parametrize("damage", [b"", b"no segment", None])
def test_a_damaged_segment_is_named(engine: Engine, monkeypatch: pytest.MonkeyPatch, damage: bytes | None) -> None:
    (path, *_) = sealed_home(engine, monkeypatch)
    path.unlink() if damage is None else path.write_bytes(damage)
    assert any("the file is" in detail for detail in details(engine))


def test_a_vector_of_a_segment_that_is_not_the_passages_is_named(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The digest in the name would say so; without it, the vectors themselves do."""
    (path, *_) = sealed_home(engine, monkeypatch)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    assert details(engine) == {"the file is not the one that was written"}
    monkeypatch.setattr("retrieval.index.seal.file_sha256", lambda path: path.stem.rsplit("-", 1)[-1])
    monkeypatch.setattr("retrieval.index.vectors._HEADER_BYTES", 0)
    with transaction(engine.store) as database:
        from retrieval.index import vectors

        segment = database.execute("SELECT count FROM index_segments WHERE file = ?", [path.name]).fetchone()
        checksum = vectors._checksum(path, segment[0])
        database.execute("UPDATE index_segments SET checksum = ? WHERE file = ?", [checksum, path.name])
    assert "the index row is not its vector" in details(engine)


def test_encodings_that_are_not_kept_are_named(engine: Engine) -> None:
    engine._current.encodings.prune(engine.encoder.digest, keep=[])
    assert details(engine) == {"its vectors are not kept"}
    engine.rebuild(full=True)
    assert details(engine) == set()
