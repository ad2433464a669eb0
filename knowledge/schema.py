"""The database's tables as numbered migrations.

Spans are guarded here and not only in Python: a trigger refuses a span that does not fit its snapshot or overlaps
another of its kind (a quote may stand within another), and a snapshot's text can never be changed. Every span keeps the
SHA-256 of its words, so that one moved behind the triggers' back is found out. SQLite's length() counts code points up
to the first NUL, so a text with a NUL fails the snapshot's own check.
"""

import sqlite3
import uuid
from collections.abc import Iterator

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from knowledge.canonical import canonical

migrations = Migrations("citabot")

_SPAN_GUARD = """
CREATE TRIGGER {table}_fit BEFORE INSERT ON {table}
WHEN NEW.end > (SELECT length FROM snapshots WHERE id = NEW.snapshot)
BEGIN SELECT RAISE(ABORT, 'the span does not fit its snapshot'); END;
CREATE TRIGGER {table}_apart BEFORE INSERT ON {table}
WHEN (SELECT end FROM {table} WHERE snapshot = NEW.snapshot {same_kind} AND start < NEW.end
      ORDER BY start DESC LIMIT 1) > NEW.start
BEGIN SELECT RAISE(ABORT, 'the span overlaps another of its kind'); END;
CREATE TRIGGER {table}_fixed BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, 'a span is never moved'); END;
"""

_TABLES = f"""
CREATE TABLE base (uid TEXT NOT NULL, generation INTEGER NOT NULL, bundled INTEGER NOT NULL CHECK (bundled IN (0, 1)));
CREATE TABLE sources (
    id TEXT PRIMARY KEY CHECK (id <> ''),
    title TEXT NOT NULL,
    author TEXT, publisher TEXT, url TEXT, published TEXT,
    language TEXT NOT NULL CHECK (language IN ('es', 'en', 'und')),
    kind TEXT NOT NULL CHECK (kind IN ('article', 'brief', 'quotation')),
    licence TEXT, origin TEXT,
    location TEXT NOT NULL,
    added TEXT NOT NULL,
    snapshot INTEGER NOT NULL REFERENCES snapshots (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX sources_location ON sources (location);
CREATE TABLE snapshots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    text TEXT NOT NULL,
    length INTEGER NOT NULL CHECK (length = length(text)),
    location TEXT NOT NULL,
    added TEXT NOT NULL,
    UNIQUE (source, sha256)
);
CREATE INDEX snapshots_sha256 ON snapshots (sha256);
CREATE TRIGGER snapshots_fixed BEFORE UPDATE ON snapshots
BEGIN SELECT RAISE(ABORT, 'a snapshot is never changed'); END;
CREATE TABLE source_references (
    snapshot INTEGER NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number > 0),
    publisher TEXT NOT NULL, title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('primary', 'news', 'commentary')),
    author TEXT, published TEXT, url TEXT,
    PRIMARY KEY (snapshot, number)
);
CREATE TABLE paragraphs (
    snapshot INTEGER NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number > 0),
    start INTEGER NOT NULL CHECK (start >= 0),
    end INTEGER NOT NULL CHECK (end > start),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    role TEXT NOT NULL CHECK (role IN ('text', 'heading', 'item', 'table', 'code')),
    PRIMARY KEY (snapshot, number)
);
CREATE INDEX paragraphs_place ON paragraphs (snapshot, start);
{_SPAN_GUARD.format(table="paragraphs", same_kind="")}
CREATE TABLE units (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('passage', 'sentence', 'quote')),
    snapshot INTEGER NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,
    start INTEGER NOT NULL CHECK (start >= 0),
    end INTEGER NOT NULL CHECK (end > start),
    digest BLOB NOT NULL CHECK (length(digest) = 32)
);
CREATE INDEX units_place ON units (snapshot, kind, start);
{_SPAN_GUARD.format(table="units", same_kind="AND kind = NEW.kind")}
CREATE TABLE passages (
    id INTEGER PRIMARY KEY REFERENCES units (id) ON DELETE CASCADE,
    paragraph INTEGER NOT NULL,
    last_paragraph INTEGER NOT NULL CHECK (last_paragraph >= paragraph),
    language TEXT NOT NULL CHECK (language IN ('es', 'en', 'und'))
);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY REFERENCES units (id) ON DELETE CASCADE,
    passage INTEGER NOT NULL REFERENCES passages (id) ON DELETE CASCADE,
    paragraph INTEGER NOT NULL
);
CREATE INDEX sentences_passage ON sentences (passage);
CREATE TABLE quotes (
    id INTEGER PRIMARY KEY REFERENCES units (id) ON DELETE CASCADE,
    passage INTEGER NOT NULL REFERENCES passages (id) ON DELETE CASCADE,
    paragraph INTEGER NOT NULL,
    speaker TEXT, role TEXT, verb TEXT,
    direct INTEGER NOT NULL CHECK (direct IN (0, 1)),
    translation TEXT, translation_language TEXT, translation_by TEXT
);
CREATE INDEX quotes_passage ON quotes (passage);
CREATE VIRTUAL TABLE passage_terms USING fts5 (es, en, und, tokenize = "unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE term_counts USING fts5vocab (passage_terms, col);
"""


@migrations()
def m001_spine(database: Database) -> None:
    """Sources, snapshots, guarded spans and the full-text index."""
    for statement in statements(_TABLES):
        database.conn.execute(statement)
    database.conn.execute("INSERT INTO base VALUES (?, 0, 0)", [uuid.uuid4().hex])


@migrations()
def m002_words_in_the_index(database: Database) -> None:
    """No full-text index in the database: terms are part of an index generation, which is made from the snapshots."""
    for table in ("term_counts", "passage_terms"):
        database.conn.execute(f"DROP TABLE {table}")


_QUOTES_WITHOUT_TRANSLATION = """
CREATE TABLE translations_kept AS
    SELECT id AS quote, translation_language AS language, translation AS text, translation_by AS by
    FROM quotes WHERE translation IS NOT NULL;
CREATE TABLE quotes_kept (
    id INTEGER PRIMARY KEY REFERENCES units (id) ON DELETE CASCADE,
    passage INTEGER NOT NULL REFERENCES passages (id) ON DELETE CASCADE,
    paragraph INTEGER NOT NULL,
    speaker TEXT, role TEXT, verb TEXT,
    direct INTEGER NOT NULL CHECK (direct IN (0, 1))
);
INSERT INTO quotes_kept SELECT id, passage, paragraph, speaker, role, verb, direct FROM quotes;
DROP TABLE quotes;
ALTER TABLE quotes_kept RENAME TO quotes;
CREATE INDEX quotes_passage ON quotes (passage);
CREATE TABLE quote_translations (
    quote INTEGER NOT NULL REFERENCES quotes (id) ON DELETE CASCADE,
    language TEXT NOT NULL CHECK (language IN ('es', 'en', 'und')),
    text TEXT NOT NULL, by TEXT NOT NULL,
    PRIMARY KEY (quote, language)
);
INSERT INTO quote_translations SELECT quote, language, text, by FROM translations_kept;
DROP TABLE translations_kept;
"""
_SHIPPED = """
CREATE TABLE bundled (id TEXT PRIMARY KEY, digest TEXT NOT NULL);
INSERT INTO bundled SELECT id, '' FROM sources WHERE location LIKE 'bundled:%';
ALTER TABLE base ADD COLUMN shipped TEXT NOT NULL DEFAULT '';
"""


@migrations()
def m003_several_translations(database: Database) -> None:
    """Translations of a quotation into several languages: from a third one into both of ours."""
    for statement in statements(_QUOTES_WITHOUT_TRANSLATION):
        database.conn.execute(statement)


@migrations()
def m004_bundled_documents(database: Database) -> None:
    """The bundled documents that a home has had, with their digests, so that a release updates what it changes."""
    for statement in statements(_SHIPPED):
        database.conn.execute(statement)


# What came from the package is known by its place. Who else added what was not written down before, so that it is
# left to whoever runs the program.
_OWNERS = """
ALTER TABLE sources ADD COLUMN owner TEXT NOT NULL DEFAULT 'operator' CHECK (owner <> '');
UPDATE sources SET owner = 'bundled' WHERE location LIKE 'bundled:%';
DROP INDEX sources_location;
CREATE INDEX sources_place ON sources (owner, location);
"""


@migrations()
def m005_owners(database: Database) -> None:
    """The owner of a source, who alone may change it."""
    for statement in statements(_OWNERS):
        database.conn.execute(statement)


_QUOTE_PARTS = """
CREATE TABLE quote_parts (
    quote INTEGER NOT NULL REFERENCES quotes (id) ON DELETE CASCADE,
    start INTEGER NOT NULL CHECK (start >= 0),
    end INTEGER NOT NULL CHECK (end > start),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (quote, start)
);
CREATE TRIGGER quote_parts_fit BEFORE INSERT ON quote_parts
WHEN NOT EXISTS (SELECT 1 FROM units WHERE id = NEW.quote AND start <= NEW.start AND NEW.end <= end)
  OR EXISTS (SELECT 1 FROM quote_parts WHERE quote = NEW.quote AND start < NEW.end AND NEW.start < end)
BEGIN SELECT RAISE(ABORT, 'the part does not fit its quote, or overlaps another of it'); END;
CREATE TRIGGER quote_parts_fixed BEFORE UPDATE ON quote_parts
BEGIN SELECT RAISE(ABORT, 'a span is never moved'); END;
CREATE TABLE possible_speakers (
    quote INTEGER NOT NULL REFERENCES quotes (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number > 0),
    name TEXT NOT NULL CHECK (name <> ''),
    PRIMARY KEY (quote, number)
);
ALTER TABLE quotes ADD COLUMN speaker_confidence REAL CHECK (speaker_confidence BETWEEN 0 AND 1);
"""


@migrations()
def m006_quotations_in_parts(database: Database) -> None:
    """The parts of interrupted quotations (any other is one, until `rebuild --full`), and how sure the speaker is."""
    for statement in statements(_QUOTE_PARTS):
        database.conn.execute(statement)


_PARAGRAPHS_AGAIN = f"""
CREATE TABLE paragraphs_kept (
    snapshot INTEGER NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number > 0),
    start INTEGER NOT NULL CHECK (start >= 0),
    end INTEGER NOT NULL CHECK (end > start),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    role TEXT NOT NULL CHECK (role IN ('text', 'heading', 'item', 'table', 'code', 'note', 'question')),
    time TEXT CHECK (time <> ''),
    PRIMARY KEY (snapshot, number)
);
INSERT INTO paragraphs_kept SELECT snapshot, number, start, end, digest, role, NULL FROM paragraphs;
DROP TABLE paragraphs;
ALTER TABLE paragraphs_kept RENAME TO paragraphs;
CREATE INDEX paragraphs_place ON paragraphs (snapshot, start);
{_SPAN_GUARD.format(table="paragraphs", same_kind="")}
"""


@migrations()
def m007_notes_questions_and_times(database: Database) -> None:
    """Paragraphs that are notes or an interview's questions, and the times of updates."""
    for statement in statements(_PARAGRAPHS_AGAIN):
        database.conn.execute(statement)


_QUOTES_WITHIN = """
DROP TRIGGER units_apart;
CREATE TRIGGER units_apart BEFORE INSERT ON units
WHEN NEW.kind <> 'quote' AND (SELECT end FROM units WHERE snapshot = NEW.snapshot AND kind = NEW.kind
      AND start < NEW.end ORDER BY start DESC LIMIT 1) > NEW.start
BEGIN SELECT RAISE(ABORT, 'the span overlaps another of its kind'); END;
ALTER TABLE quotes ADD COLUMN within INTEGER REFERENCES quotes (id) ON DELETE CASCADE;
CREATE INDEX quotes_within ON quotes (within);
CREATE TRIGGER quotes_apart BEFORE INSERT ON quotes
WHEN (
    SELECT other.end FROM units AS own
    JOIN units AS other ON other.snapshot = own.snapshot AND other.kind = 'quote' AND other.start < own.end
         AND other.start >= coalesce((SELECT start FROM units WHERE id = NEW.within), 0)
    JOIN quotes ON quotes.id = other.id AND quotes.within IS NEW.within
    WHERE own.id = NEW.id ORDER BY other.start DESC LIMIT 1
) > (SELECT start FROM units WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the quote overlaps another that does not hold it'); END;
CREATE TRIGGER quotes_fit BEFORE INSERT ON quotes
WHEN NEW.within IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM units AS own JOIN units AS holder ON holder.id = NEW.within AND holder.snapshot = own.snapshot
    WHERE own.id = NEW.id AND holder.start <= own.start AND own.end <= holder.end
    AND (NOT EXISTS (SELECT 1 FROM quote_parts WHERE quote = holder.id) OR EXISTS (
        SELECT 1 FROM quote_parts AS part
        WHERE part.quote = holder.id AND part.start <= own.start AND own.end <= part.end
    ))
)
BEGIN SELECT RAISE(ABORT, 'the quote does not stand within the one that is to hold it'); END;
CREATE TRIGGER quotes_within_fixed BEFORE UPDATE OF within ON quotes
BEGIN SELECT RAISE(ABORT, 'a quote never goes into another'); END;
"""


@migrations()
def m008_quotations_within_others(database: Database) -> None:
    """The quotation that another stands in; those of earlier versions stand apart, until `rebuild --full`."""
    for statement in statements(_QUOTES_WITHIN):
        database.conn.execute(statement)


# Looked up at every addition: what `knowledge.canonical` makes of a source's address, by which it is known again.
_ADDRESSES = """
CREATE TABLE source_addresses (
    source TEXT PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
    address TEXT NOT NULL CHECK (address <> '')
);
CREATE INDEX source_addresses_address ON source_addresses (address);
"""


@migrations()
def m009_canonical_addresses(database: Database) -> None:
    """The canonical address of each source that has one; to be made anew should another be called canonical."""
    for statement in statements(_ADDRESSES):
        database.conn.execute(statement)
    stored = database.conn.execute("SELECT id, url FROM sources WHERE url IS NOT NULL").fetchall()
    addresses = [(source, canonical(url)) for source, url in stored]
    database.conn.executemany(
        "INSERT INTO source_addresses VALUES (?, ?)", [(source, address) for source, address in addresses if address]
    )


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a script in order: executescript() would commit the migration's transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
