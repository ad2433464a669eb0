"""The tables of the index in the knowledge base's own file, so that one transaction changes both or neither.

Everything in them is derived from the sources. Triggers note which passages and sources have changed, whoever changes
them; `write` takes in what was noted, in the same transaction where the engine writes, and later where another did.
"""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from knowledge.database import translated
from knowledge.errors import HomeNotWritable
from knowledge.schema import statements
from knowledge.store import Store

migrations = Migrations("citabot index")

# `index_rows`: a passage has a row, which is never used again for another. `text` is the key of its encoding, `units`
# the ids and places of its sentences and quotes in the encoded text, `terms` and `words` what it adds to the counts.
# `index_postings`: the place is the term's id times 2³² plus the first row of the chunk.
# `index_segments`: the files with the vectors of the rows from `first` to `last`, of which `gone` were removed since.
_TABLES = """
CREATE TABLE index_rows (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    passage INTEGER NOT NULL UNIQUE,
    language TEXT NOT NULL,
    length INTEGER NOT NULL,
    text BLOB NOT NULL CHECK (length(text) = 32),
    units BLOB NOT NULL,
    terms BLOB NOT NULL,
    words BLOB NOT NULL
);
CREATE TABLE index_terms (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE);
CREATE TABLE index_postings (place INTEGER PRIMARY KEY, chunk BLOB NOT NULL);
CREATE TABLE index_words (
    id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, initial TEXT, count INTEGER NOT NULL
);
CREATE INDEX index_words_initial ON index_words (initial) WHERE initial IS NOT NULL;
CREATE TABLE index_languages (language TEXT PRIMARY KEY, passages INTEGER NOT NULL, length INTEGER NOT NULL);
CREATE TABLE index_sources (source TEXT PRIMARY KEY, digest BLOB NOT NULL CHECK (length(digest) = 32));
CREATE TABLE index_state (
    version TEXT NOT NULL, encoder TEXT NOT NULL, change INTEGER NOT NULL, digest BLOB NOT NULL
);
CREATE TABLE index_segments (
    file TEXT PRIMARY KEY, family TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    count INTEGER NOT NULL, checksum INTEGER NOT NULL, gone INTEGER NOT NULL
);
CREATE TABLE index_unencoded (row INTEGER PRIMARY KEY);
CREATE TABLE index_pending_passages (passage INTEGER PRIMARY KEY);
CREATE TABLE index_pending_sources (source TEXT PRIMARY KEY);
INSERT INTO index_state VALUES ('', '', 0, zeroblob(32));
"""
_TRIGGERS = """
CREATE TRIGGER index_passage_added AFTER INSERT ON passages
BEGIN INSERT OR IGNORE INTO index_pending_passages VALUES (NEW.id); END;
CREATE TRIGGER index_passage_removed AFTER DELETE ON passages
BEGIN INSERT OR IGNORE INTO index_pending_passages VALUES (OLD.id); END;
CREATE TRIGGER index_quote_added AFTER INSERT ON quotes
BEGIN INSERT OR IGNORE INTO index_pending_passages VALUES (NEW.passage); END;
CREATE TRIGGER index_quote_removed AFTER DELETE ON quotes
BEGIN INSERT OR IGNORE INTO index_pending_passages VALUES (OLD.passage); END;
CREATE TRIGGER index_source_added AFTER INSERT ON sources
BEGIN INSERT OR IGNORE INTO index_pending_sources VALUES (NEW.id); END;
CREATE TRIGGER index_source_changed AFTER UPDATE ON sources
BEGIN INSERT OR IGNORE INTO index_pending_sources VALUES (NEW.id); END;
CREATE TRIGGER index_source_removed AFTER DELETE ON sources
BEGIN INSERT OR IGNORE INTO index_pending_sources VALUES (OLD.id); END;
CREATE TRIGGER index_title_changed AFTER UPDATE ON sources WHEN NEW.title <> OLD.title
BEGIN INSERT OR IGNORE INTO index_pending_passages
      SELECT id FROM units WHERE snapshot = NEW.snapshot AND kind = 'passage'; END;
CREATE INDEX index_sources_url ON sources (owner, url);
CREATE INDEX index_quotes_speaker ON quotes (speaker);
"""
_DERIVED = (
    "rows", "terms", "postings", "words", "languages", "sources", "segments", "unencoded",
)  # fmt: skip


# Whoever takes a row out notes its text, whose encoding is deleted once no other row has it.
_REMOVED_TEXTS = """
CREATE TABLE index_removed_texts (text BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE INDEX index_rows_text ON index_rows (text);
CREATE TRIGGER index_row_removed AFTER DELETE ON index_rows
BEGIN INSERT OR IGNORE INTO index_removed_texts VALUES (OLD.text); END;
"""


@migrations()
def m001_tables(database: Database) -> None:
    """The tables, still empty."""
    make_tables(database)


@migrations()
def m002_removed_texts(database: Database) -> None:
    """The texts of removed rows, whose encodings are to be deleted."""
    for statement in statements(_REMOVED_TEXTS):
        database.conn.execute(statement)


def make_tables(database: Database) -> None:
    """Make the tables alone, which nothing fills but `postings`."""
    for statement in statements(_TABLES):
        database.conn.execute(statement)


def prepare(store: Store) -> None:
    """Make the tables and triggers that the base has not. Raises HomeNotWritable or StorageFull where they cannot be.

    A migration that makes a table anew drops the triggers of the old one: what changed meanwhile was not noted.
    """
    with translated(store.path):
        outdated, lacking = bool(migrations.pending(store.database)), _lacking_triggers(store.database)
        if not outdated and (not lacking or store.refusal is not None):
            return
        if store.refusal is not None:
            raise HomeNotWritable(
                f"{store.path} was written by an earlier version, and cannot be brought up to date.",
                hint="Let it be written once, with room on the disk.",
            ) from store.refusal
        # Immediate, so that of two first commands one makes the tables and the other waits and sees them.
        store.database.conn.execute("BEGIN IMMEDIATE")
        with store.database.atomic():
            migrations.apply(store.database)
            lacking = _lacking_triggers(store.database)
            for statement in lacking:
                store.database.execute(statement)
            if lacking:
                note_all(store.database)
        store.database.conn.execute("COMMIT")


def _lacking_triggers(database: Database) -> list[str]:
    """Return the statements that make what the base lacks of triggers and their indexes."""
    names = {
        name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE name LIKE 'index^_%' ESCAPE '^'")
    }
    return [statement for statement in statements(_TRIGGERS) if statement.split()[2] not in names]


def note_all(database: Database) -> None:
    """Note every passage and source as changed."""
    database.execute("INSERT OR IGNORE INTO index_pending_passages SELECT id FROM passages")
    database.execute("INSERT OR IGNORE INTO index_pending_sources SELECT id FROM sources")


def clear(database: Database, version: str) -> None:
    """Empty all tables, to be filled anew with what is noted: everything. Rows stay used up."""
    for table in _DERIVED:
        database.execute(f"DELETE FROM index_{table}")  # noqa: S608 (from the list above)
    database.execute("UPDATE index_state SET version = ?, change = change + 1, digest = zeroblob(32)", [version])
    note_all(database)
