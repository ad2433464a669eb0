"""The tables of what people did, as numbered migrations."""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from knowledge.schema import statements

migrations = Migrations("citabot-activity")
FIRST_READ = "SELECT name FROM remembered LIMIT 1"

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
