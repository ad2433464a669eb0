"""A home made before terms moved from the database into the index is brought up to date, and answers."""

import shutil
import tarfile
from pathlib import Path

import pytest
from sqlite_utils import Database

from knowledge import changes
from knowledge.changes import transaction
from knowledge.model import FoundQuote, Metadata, Translation
from knowledge.schema import migrations
from knowledge.store import Store
from retrieval.engine import open_engine
from retrieval.model import ENCODER_NAME
from retrieval.models.packaged import packaged_model
from retrieval.settings import Settings

HOMES = Path(__file__).parent.parent / "homes"
# The encoder that the home in the archive was made with.
MADE_BY = "3e093f4a00d4a14cf81efc5efd064d3486d1abb4de73e366a9915e932e9a6086"
QUESTION = "What does the flour cost?"
TABLES = (
    "sources", "snapshots", "source_references", "paragraphs", "units", "passages", "sentences", "quotes",
)  # fmt: skip


@pytest.fixture
def earlier(home: Path) -> Path:
    """A home with both articles as its first version left it: a full-text table, and an index without terms."""
    present = home / "knowledge.db"
    database = Database(home / "earlier.db")
    migrations.apply(database, stop_before="m002_words_in_the_index")
    database.conn.commit()
    database.conn.execute("ATTACH ? AS present", [str(present)])
    for table in TABLES:
        shared = set(database.table(table).columns_dict) & set(Database(present).table(table).columns_dict)
        columns = ", ".join(f'"{one}"' for one in sorted(shared))
        database.conn.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM present.{table}")
    said = "translation = 'Molía', translation_language = 'es', translation_by = 'Ana'"
    database.conn.execute(f"UPDATE quotes SET {said} WHERE id = (SELECT min(id) FROM quotes)")
    database.conn.execute(
        "UPDATE base SET (uid, generation, bundled) = (SELECT uid, generation, bundled FROM present.base)"
    )
    database.conn.execute("INSERT INTO passage_terms (rowid, en) SELECT id, 'flour' FROM passages")
    database.conn.commit()
    database.close()
    (home / "earlier.db").replace(present)
    for path in home.glob("knowledge.db-*"):
        path.unlink()
    without_index(home)
    return home


def without_index(home: Path) -> None:
    """Take away the index and its tables, which are younger."""
    shutil.rmtree(home / "index")
    database = Database(home / "knowledge.db")
    for kind, name in database.execute("SELECT type, name FROM sqlite_master WHERE name LIKE 'index_%'").fetchall():
        if kind in ("trigger", "table", "index") and not name.startswith("sqlite_"):
            database.execute(f"DROP {kind} IF EXISTS {name}")
    database.execute("DELETE FROM _sqlite_migrations WHERE migration_set = 'citabot index'")
    database.conn.commit()
    database.close()


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A home that the version wrote which kept the index in generations of files, a vector for each sentence.

    Its vectors pass for those of the present encoder, whichever that is.
    """
    home = tmp_path / "released"
    with tarfile.open(HOMES / "before-segments.tar.gz") as archive:
        archive.extractall(home, filter="data")
    vectors = Database(home / "index" / "vectors.db")
    vectors.execute("UPDATE vectors SET encoder = ?", [packaged_model().digest])
    vectors.conn.commit()
    vectors.close()
    return home


def test_an_earlier_home_answers_as_a_new_one_does(earlier: Path, prepared_home: Path, tmp_path: Path) -> None:
    new = Path(shutil.copytree(prepared_home, tmp_path / "new"))
    notices: list[str] = []
    answers = []
    for place in (earlier, new):
        with open_engine(Settings(home=place, bundled=False), notice=notices.append) as engine:
            answer = engine.ask(QUESTION)
            answers.append((answer.text, answer.confidence, answer.index.fingerprint))
            assert engine.verify().differences == ()
    assert answers[0] == answers[1]
    assert "three euros" in (answers[0][0] or "")
    assert notices == ["There is no index yet; it is being made now."]


def test_what_an_earlier_release_encoded_is_not_encoded_again(
    released: Path, prepared_home: Path, tmp_path: Path
) -> None:
    steps: list[tuple[str, int, int]] = []
    with open_engine(Settings(home=released, bundled=False), progress=lambda *step: steps.append(step)) as engine:
        answer = engine.ask(QUESTION)
        assert "three euros" in (answer.text or "")
        assert [source.id for source in engine.sources()] == ["faro", "tide-mill"]
        assert engine.verify().differences == ()
        assert steps == []
        article = tmp_path / "new.txt"
        article.write_text("The harbour of Santa Brava closes at nine in the evening.")
        engine.add([str(article)], Metadata())
        assert "nine" in (engine.ask("When does the harbour of Santa Brava close?").text or "")
        assert steps
    left = {path.name for path in (released / "index").iterdir()}
    assert left <= {"lock", "vectors.db", "vectors.db-wal", "vectors.db-shm", "segments"}
    assert "vectors" not in Database(released / "index" / "vectors.db").table_names()


def test_what_an_earlier_release_encoded_is_as_it_is_encoded_now(released: Path) -> None:
    """But for parts: in eight bits a component now, and quotations, found anew; of the encoder that made the home."""
    with open_engine(Settings(home=released, bundled=False)) as engine:
        engine.rebuild()
        keys = [row["text"] for row in engine.store.rows("SELECT text FROM index_rows")]
        taken_over = engine._current.encodings.get(engine.encoder.digest, keys)
        engine.rebuild(full=True)
        anew = engine._current.encodings.get(engine.encoder.digest, keys)
    assert taken_over.keys() == anew.keys() == set(keys)
    for key, own in anew.items():
        assert own.spans & taken_over[key].spans
        if engine.encoder.digest == MADE_BY:
            assert float(own.vector @ taken_over[key].vector) > 0.999


@pytest.mark.parametrize("column", ["vector", "tokens"])
def test_what_an_earlier_release_left_damaged_is_encoded_again(released: Path, column: str) -> None:
    vectors = Database(released / "index" / "vectors.db")
    longest = "SELECT text FROM vectors WHERE tokens IS NOT NULL ORDER BY length(tokens) DESC LIMIT 1"
    vectors.execute(f"UPDATE vectors SET {column} = ? WHERE text = ({longest})", [b"half"])
    vectors.conn.commit()
    vectors.close()
    with open_engine(Settings(home=released, bundled=False)) as engine:
        assert engine.rebuild().encoded == 1
        assert engine.verify().differences == ()


def test_a_translation_stays_with_its_quote(earlier: Path) -> None:
    store = Store(earlier / "knowledge.db")
    quotes = sorted(store.quotes(), key=lambda one: one.id)
    assert [one.translations for one in quotes[:2]] == [(Translation("Molía", "es", "Ana"),), ()]
    store.close()


def test_quotations_of_an_earlier_home_get_their_parts_where_it_is_made_whole_again(earlier: Path) -> None:
    words = ("We did not want a museum,", "We wanted a mill that grinds.")
    store = Store(earlier / "knowledge.db")
    mill = store.source("tide-mill")
    text = store.snapshot(mill.snapshot).text
    places = [(text.index(one), text.index(one) + len(one)) for one in words]
    found = [FoundQuote((place,), "Helena Duarte", "the engineer", "said", direct=True) for place in places]
    changes.replace_quotes(store, mill, found)
    store.close()
    with open_engine(Settings(home=earlier, bundled=False)) as engine:
        engine.rebuild()
        assert [one.exact for one in engine.quotes(speaker="Duarte")] == list(words)
        engine.rebuild(full=True)
        (whole, *_) = engine.quotes(speaker="Duarte")
        assert [whole.exact[start - whole.start : end - whole.start] for start, end in whole.parts] == list(words)
        assert engine.verify().differences == ()
        generation = engine.store.generation()
        engine.rebuild(full=True)
        assert engine.store.generation() == generation


def test_what_is_dropped_is_dropped_once(earlier: Path) -> None:
    for _ in range(2):
        store = Store(earlier / "knowledge.db")
        assert not [name for name in store.database.table_names() if "term" in name]
        assert migrations.pending(store.database) == []
        store.close()


def test_a_reader_that_may_not_write_reads_an_earlier_home_all_the_same(earlier: Path) -> None:
    store = Store(earlier / "knowledge.db", read_only=True)
    assert [source.id for source in store.sources()] == ["faro", "tide-mill"]
    store.close()


def test_a_home_of_an_earlier_encoder_is_encoded_again_and_says_so(home: Path) -> None:
    with open_engine(Settings(home=home, bundled=False)) as engine:
        with transaction(engine.store) as database:
            database.execute("UPDATE index_state SET encoder = ?", ["ab" * 32])
        engine._current.encodings.prune("ab" * 32, keep=[])
    notices: list[str] = []
    steps: list[tuple[str, int, int]] = []
    settings = Settings(home=home, bundled=False)
    with open_engine(settings, notice=notices.append, progress=lambda *step: steps.append(step)) as engine:
        answer = engine.ask(QUESTION)
        passages = answer.index.passages
        assert engine.verify().differences == ()
    assert notices == [
        "The index was made with another encoder, so every passage has to be read again; it is being made now."
    ]
    assert [steps[0], steps[-1]] == [("encoding", 0, passages), ("encoding", passages, passages)]
    assert (answer.index.encoder, "three euros" in (answer.text or "")) == (ENCODER_NAME, True)
