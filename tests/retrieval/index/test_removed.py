"""Encodings of removed texts are deleted by the next write, and whoever reads or writes meanwhile is not disturbed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cheap_home import cheap_engine, stored

from knowledge import changes
from knowledge.changes import transaction
from knowledge.errors import DamagedIndex
from knowledge.model import Metadata
from knowledge.readers import ReadingLimits, read_bytes
from retrieval.engine import Engine
from retrieval.index import current
from retrieval.index.adding import _store_document
from retrieval.index.write import forget_removed

SALT = "Salt costs nine euros a kilogram."
MILL = "The tide mill stands by the river."


def encoded(engine: Engine) -> set[bytes]:
    """The texts that have an encoding, by key."""
    found = engine._current.encodings._database.execute("SELECT text FROM encodings").fetchall()
    return {key for (key,) in found}


def needed(engine: Engine) -> set[bytes]:
    """The texts of the passages that there are."""
    return {row["text"] for row in engine.store.rows("SELECT text FROM index_rows")}


def noted(engine: Engine) -> list[object]:
    return [row["text"] for row in engine.store.rows("SELECT text FROM index_removed_texts")]


def add(engine: Engine, name: str, text: str) -> None:
    stored(engine, name, text, "Mills")
    engine.rebuild()


@pytest.fixture
def both(empty_home: Path) -> Iterator[Engine]:
    """A base with two sources."""
    with cheap_engine(empty_home) as engine:
        add(engine, "mill", MILL)
        add(engine, "salt", SALT)
        yield engine


def test_a_removed_source_leaves_no_encoding(both: Engine) -> None:
    both.remove("salt")
    assert encoded(both) == needed(both)
    assert (len(encoded(both)), noted(both)) == (1, [])
    assert both.verify().differences == ()


def test_a_changed_source_leaves_no_encoding_of_its_text_before(both: Engine) -> None:
    before = encoded(both)
    add(both, "salt", "Salt costs ten euros a kilogram.")
    assert encoded(both) == needed(both)
    assert len(encoded(both) - before) == 1


def test_the_text_of_another_source_is_kept(both: Engine) -> None:
    add(both, "same", f"{SALT}[1]")  # a mark of a note, which is not encoded
    before = encoded(both)
    both.remove("salt")
    assert encoded(both) == before == needed(both)
    both.remove("same")
    assert len(encoded(both)) == len(before) - 1


def test_encodings_of_every_encoder_are_deleted(both: Engine) -> None:
    encodings = both._current.encodings
    encodings._database.execute("INSERT INTO encoders (digest) VALUES ('another')")
    columns = "SELECT 2, text, vector, parts, sum, tokens, tokens_sum FROM encodings"
    encodings._database.execute(f"INSERT INTO encodings {columns}")
    encodings._database.conn.commit()
    both.remove("salt")
    assert encodings._database.execute("SELECT count(*) FROM encodings").fetchone() == (2,)


def test_what_a_killed_writer_left_is_deleted_by_the_next(both: Engine) -> None:
    """Killed after the removal, before the encodings are deleted."""
    with both._write_lock():
        changes.remove(both.store, "salt")
    assert len(noted(both)) == 1
    assert len(encoded(both)) == 2
    add(both, "tea", "Tea is sold at the harbour.")
    assert noted(both) == []
    assert encoded(both) == needed(both)


def test_a_reader_that_saw_it_still_asks_again(both: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The encodings go while a question is answered in a transaction that began before."""
    asked: list[int] = []
    with cheap_engine(both.settings.home) as reader:

        def slowly(base: object) -> list[str]:
            asked.append(1)
            if len(asked) == 1:
                reader._current._segments.lookup._cache.clear()  # type: ignore[union-attr]
                both.remove("salt")
            index = base.index  # type: ignore[attr-defined]
            passages = [row["id"] for row in reader.store.rows("SELECT id FROM passages")]
            cosines = index.cosines(reader.encoder.encode_questions(["salt"]).vectors[0], passages)
            assert cosines
            return [source.id for source in reader.sources()]

        monkeypatch.setattr(current, "check_encodings", lambda *_: pytest.fail("taken for damage"))
        assert reader._search(slowly) == ["mill"]
    assert len(asked) == 2


def test_however_often_it_happens_it_is_not_taken_for_damage(both: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current, "check_encodings", lambda *_: pytest.fail("taken for damage"))
    left = [1, 2, 3]

    def missed(_: object) -> str:
        if not left:
            return "answered"
        with cheap_engine(both.settings.home) as writer, transaction(writer.store) as database:
            database.execute("UPDATE index_state SET change = change + 1")
        raise DamagedIndex(f"Missed {left.pop()}.")

    with cheap_engine(both.settings.home) as reader:
        assert reader._search(missed) == "answered"


def test_what_is_missed_in_a_base_that_stays_as_it_is_is_damage(both: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[object] = []
    monkeypatch.setattr(current, "check_encodings", lambda *given: checked.append(given))

    def missed(_: object) -> str:
        if checked:
            return "answered"
        raise DamagedIndex("Missed.")

    assert both._search(missed) == "answered"


def test_a_text_added_again_while_its_encoding_is_deleted_is_encoded_again(both: Engine) -> None:
    """Whoever adds it has seen its encoding, which goes before the source is stored."""
    document = read_bytes(
        SALT.encode(), name="again.txt", content_type=None, location="again.txt", limits=ReadingLimits()
    )
    with both._write_lock():
        changes.remove(both.store, "salt")
    real = both._write_lock

    def lock() -> object:
        forget_removed(both.store, both._current.encodings)
        return real()

    given = Metadata(title="Mills")
    _store_document(both.store, both._current, lock, document, given, "operator")  # type: ignore[arg-type]
    (row,) = both.store.rows("SELECT count(*) AS n FROM index_unencoded")
    assert row["n"] == 1
    assert both.rebuild().encoded == 1
    assert both.verify().differences == ()
    assert encoded(both) == needed(both)


def test_a_home_that_has_not_noted_removed_texts_yet_is_not_made_anew(both: Engine) -> None:
    change = both.state().fingerprint
    (rows,) = both.store.rows("SELECT max(row) AS last FROM index_rows")
    database = both.store.database
    database.execute("DROP TRIGGER index_row_removed")
    database.execute("DROP INDEX index_rows_text")
    database.execute("DROP TABLE index_removed_texts")
    database.execute("DELETE FROM _sqlite_migrations WHERE name = 'm002_removed_texts'")
    database.conn.commit()
    notices: list[str] = []
    with cheap_engine(both.settings.home, notice=notices.append) as engine:
        assert engine.state().fingerprint == change
        assert engine.store.rows("SELECT max(row) AS last FROM index_rows") == [rows]
        engine.remove("salt")
        assert encoded(engine) == needed(engine)
    assert notices == []


def test_a_passage_that_is_taken_in_again_keeps_its_encoding(both: Engine) -> None:
    before = encoded(both)
    with transaction(both.store) as database:
        database.execute("INSERT INTO index_pending_passages SELECT id FROM passages")
    assert both.rebuild().encoded == 0
    assert encoded(both) == before == needed(both)
