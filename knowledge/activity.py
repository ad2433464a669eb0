"""The record of activity: settings of communities, replies (for their buttons), notes on them, changes of sources.

It has a file of its own beside the knowledge, so that either can be deleted without the other. People are stored as
keyed hashes (HMAC with SHA-256, RFC 2104), from which no id can be computed without the key that lies beside the file.
Deleted rows are overwritten (https://sqlite.org/pragma.html#pragma_secure_delete). That leaves the copies which SQLite
makes of a row when it moves it from page to page, so the file is written anew when somebody wants to be forgotten.
"""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from knowledge.activity_model import AuditRow, CommunitySettings, Feedback, Forgotten, Reply
from knowledge.activity_schema import open_tables, secret_at, translated
from knowledge.database import BUSY_SECONDS
from knowledge.errors import BadInput, HomeBusy

# Sixteen bytes, as many as a UUID has (RFC 9562, section 4), cannot be guessed; they make 22 characters of a custom id.
_KEY_BYTES = 16
# Between two tries to empty the log: another program's emptying takes milliseconds. Our choice.
_PAUSE_SECONDS = 0.05
# Characters: the longest text that Discord's forms give, and three times the largest result, which is a verdict on
# 4,000 characters, some 300 kB. https://discord.com/developers/docs/components/reference#text-input
LONGEST_NOTE, LARGEST_RESULT = 4000, 1_000_000
# Words of somebody who did not ask anything are kept for a day: for longer nobody needs the buttons under a private
# reply. Our choice.
_OTHERS_DAYS = 1
# Changes are kept for a year at least: who added a source is asked long after the answers are gone. Our choice.
_AUDIT_DAYS = 365
# The latest rows that a list shows unless another number is asked for. Our choice, some screens of text.
USUAL_ROWS = 100

# Replies that somebody asked for, and those about a message of theirs.
_CONCERNS = "owner = ? OR author = ?"
_OF_COMMUNITIES = ("community_settings", "replies", "audit")


class Activity:
    """One open database. It serves the thread that opened it; several processes may share the file."""

    def __init__(self, path: Path, secret: bytes) -> None:
        """Open or create it. Raises DamagedDatabase, HomeNotWritable, HomeBusy or StorageFull."""
        self._path, self._secret = path, secret
        self._database: Database = open_tables(path)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def person_hash(self, person: int) -> str:
        """Return the keyed hash of a person's id, in 64 hexadecimal digits: the same whenever it is asked for."""
        return hmac.new(self._secret, str(person).encode(), hashlib.sha256).hexdigest()

    def all_community_settings(self) -> dict[int, CommunitySettings]:
        """Return the settings of every community that has any, by community."""
        with translated(self._path):
            rows = list(self._database.table("community_settings").rows)
        return {
            row["community"]: CommunitySettings(
                frozenset(json.loads(row["channels"])), row["language"], bool(row["mentions"]), bool(row["private"])
            )
            for row in rows
        }

    def set_community_settings(
        self, community: int, settings: CommunitySettings, *, by: int, now: datetime | None = None
    ) -> None:
        """Store the settings of a community, and who set them."""
        row = {
            "community": community,
            "channels": json.dumps(sorted(settings.channels)),
            "language": settings.language,
            "mentions": settings.mentions,
            "private": settings.private,
        }
        with self._writing() as database:
            database.table("community_settings").upsert(row, pk="community")
            self._insert_audit(database, community, by, "settings", json.dumps(row, sort_keys=True), now)

    def save_reply(
        self,
        *,
        kind: str,
        request: Mapping[str, Any],
        result: Mapping[str, Any],
        community: int | None,
        person: int,
        private: bool,
        author: int | None = None,
        now: datetime | None = None,
    ) -> str:
        """Store a reply and return the key under which it stands. Raises BadInput for a result beyond all reason."""
        result_json = json.dumps(result)
        if len(result_json) > LARGEST_RESULT:
            raise BadInput("The result is too large to be kept.", hint="Ask about less at once.")
        key = secrets.token_urlsafe(_KEY_BYTES)
        row = {
            "key": key,
            "kind": kind,
            "request": json.dumps(request),
            "result": result_json,
            "community": community,
            "owner": self.person_hash(person),
            "private": private,
            "created": _stamp(now),
            "author": None if author in (None, person) else self.person_hash(author),
        }
        with self._writing() as database:
            database.table("replies").insert(row)
        return key

    def reply(self, key: str) -> Reply | None:
        """Return the reply under a key, or None where there is none any more."""
        with translated(self._path):
            rows = list(self._database.table("replies").rows_where("key = ?", [_storable(key)]))
        return _reply(rows[0]) if rows else None

    def add_feedback(self, key: str, person: int, text: str, *, now: datetime | None = None) -> None:
        """Store a note on a reply; a second note of the same person replaces the first. Raises BadInput."""
        note = _storable(text.strip())
        if not note or len(note) > LONGEST_NOTE:
            raise BadInput(f"A note has between 1 and {LONGEST_NOTE} characters.", hint="Say it in fewer words.")
        key = _storable(key)
        row = {"reply": key, "author": self.person_hash(person), "text": note, "created": _stamp(now)}
        with self._writing() as database:
            if not list(database.table("replies").rows_where("key = ?", [key], select="1")):
                raise BadInput("The reply is no longer stored.", hint="Ask again.")
            database.table("feedback").upsert(row, pk=("reply", "author"))

    def feedback(self, limit: int = USUAL_ROWS) -> list[Feedback]:
        """Return the latest notes with the replies that they are about. A note is stored as long as its reply."""
        query = """
            SELECT feedback.text AS note, feedback.created AS noted, replies.* FROM feedback
            JOIN replies ON replies.key = feedback.reply ORDER BY feedback.created DESC, feedback.rowid DESC LIMIT ?
        """
        with translated(self._path):
            return [Feedback(_reply(row), row["note"], row["noted"]) for row in self._database.query(query, [limit])]

    def add_audit(
        self, community: int | None, person: int, action: str, subject: str, *, now: datetime | None = None
    ) -> None:
        """Record a change."""
        with self._writing() as database:
            self._insert_audit(database, community, person, action, subject, now)

    def audit(self, community: int | None, limit: int = USUAL_ROWS) -> list[AuditRow]:
        """Return the latest changes made from a community, or with None from no community."""
        with translated(self._path):
            rows = list(
                self._database.table("audit").rows_where("community IS ?", [community], order_by="id DESC", limit=limit)
            )
        return [_audited(row) for row in rows]

    def changes(self, limit: int = USUAL_ROWS) -> list[AuditRow]:
        """Return the latest changes, wherever they were made."""
        with translated(self._path):
            rows = list(self._database.table("audit").rows_where(order_by="id DESC", limit=limit))
        return [_audited(row) for row in rows]

    def forget(self, person: int) -> Forgotten:
        """Delete a person's replies and notes, replies about their messages, and their name under changes.

        Raises HomeBusy where all of it is deleted, but another program keeps the words from being overwritten.
        """
        person_hash = self.person_hash(person)
        with self._writing() as database:
            notes = database.table("feedback").count_where("author = ?", [person_hash])
            database.table("feedback").delete_where("author = ?", [person_hash])
            replies = database.table("replies").count_where(_CONCERNS, [person_hash, person_hash])
            database.table("replies").delete_where(_CONCERNS, [person_hash, person_hash])
            database.conn.execute("UPDATE audit SET author = NULL WHERE author = ?", [person_hash])
        if not self._write_anew():
            raise HomeBusy(
                f"What was deleted is still in {self._path}-wal, which another program reads.", hint="Ask again later."
            )
        return Forgotten(replies, notes)

    def forget_community(self, community: int) -> None:
        """Delete what is stored about a community."""
        with self._writing() as database:
            for table in _OF_COMMUNITIES:
                database.table(table).delete_where("community = ?", [community])
        self._write_anew()

    def forget_other_communities(self, present: Collection[int]) -> int:
        """Delete what is stored about communities that are not among these. Return the number of those communities."""
        with translated(self._path):
            tables = (f"SELECT community FROM {table} WHERE community IS NOT NULL" for table in _OF_COMMUNITIES)  # noqa: S608
            stored = {row["community"] for row in self._database.query(" UNION ".join(tables))}
        absent = stored - set(present)
        for community in sorted(absent):
            self.forget_community(community)
        return len(absent)

    def expire(self, days: int, *, now: datetime | None = None) -> int:
        """Delete replies, with their notes, older than so many days, and old changes.

        The number of those replies is returned. Replies about somebody else's message go after a day.
        """
        today = now or datetime.now(UTC)
        with self._writing() as database:
            limits = [_stamp(today - timedelta(days=limit)) for limit in (days, min(days, _OTHERS_DAYS))]
            condition = "created < ? OR (author IS NOT NULL AND created < ?)"
            expired = database.table("replies").count_where(condition, limits)
            database.table("replies").delete_where(condition, limits)
            database.table("audit").delete_where(
                "created < ?", [_stamp(today - timedelta(days=max(days, _AUDIT_DAYS)))]
            )
        # Each time, as another program may have kept the log from being emptied the last time.
        self._empty_log()
        return expired

    def remembered(self, name: str) -> str | None:
        """Return the value stored under a name, or None."""
        with translated(self._path):
            rows = list(self._database.table("remembered").rows_where("name = ?", [name]))
        return str(rows[0]["value"]) if rows else None

    def remember(self, name: str, value: str) -> None:
        """Store a small value under a name."""
        with self._writing() as database:
            database.table("remembered").upsert({"name": name, "value": value}, pk="name")

    @contextmanager
    def _writing(self) -> Iterator[Database]:
        connection = self._database.conn
        with translated(self._path):
            # Immediate: a transaction that begins by reading is refused at once, and does not wait, where another
            # program has written since (https://sqlite.org/rescode.html#busy_snapshot).
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise

    def _insert_audit(
        self, database: Database, community: int | None, person: int, action: str, subject: str, now: datetime | None
    ) -> None:
        row = {
            "community": community,
            "author": self.person_hash(person),
            "action": action,
            "subject": _storable(subject),
        }
        database.table("audit").insert(row | {"created": _stamp(now)})

    def _write_anew(self) -> bool:
        """Leave nothing in the files but what is stored; False where another program keeps the log from being emptied.

        It takes some 6 s for each GB, in which other programs wait to write.
        """
        with translated(self._path):
            self._database.vacuum()
        return self._empty_log()

    def _empty_log(self) -> bool:
        """Bring the log of writes into the file and empty it; False where another program still reads from it."""
        deadline = time.monotonic() + BUSY_SECONDS
        with translated(self._path):
            while True:
                (busy, _, _) = self._database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if not busy or time.monotonic() >= deadline:
                    return not busy
                # SQLite itself waits for readers, but not for another's emptying
                # (https://sqlite.org/c3ref/wal_checkpoint_v2.html).
                time.sleep(_PAUSE_SECONDS)


def open_activity(home: Path) -> Activity:
    """Open the activity of a home folder, with the key that lies there. Raises as `Activity` does, and DamagedData."""
    return Activity(home / "activity.db", secret_at(home / "activity.key"))


def _reply(row: Mapping[str, Any]) -> Reply:
    return Reply(
        key=row["key"],
        kind=row["kind"],
        request=json.loads(row["request"]),
        result=json.loads(row["result"]),
        community=row["community"],
        owner=row["owner"],
        private=bool(row["private"]),
        created=row["created"],
        author=row["author"],
    )


def _audited(row: Mapping[str, Any]) -> AuditRow:
    return AuditRow(row["community"], row["author"], row["action"], row["subject"], row["created"])


def _stamp(now: datetime | None) -> str:
    return (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")


def _storable(text: str) -> str:
    """Return the text without lone surrogates, which SQLite cannot store; JSON, of which requests are, escapes them."""
    return text.encode("utf-8", "replace").decode()
