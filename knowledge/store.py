"""Every question the program asks of the database. What changes it is in `changes`.

A store serves the thread that opened it (SQLite's own rule); several stores may read one file while one writes.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from knowledge.errors import CitabotError, DamagedDatabase, HomeNotWritable, StorageFull, UnknownSource
from knowledge.model import Owner, Paragraph, Passage, Quote, Reference, Sentence, Snapshot, Source, Span, Translation
from knowledge.schema import open_database, open_unwritable, translated

# Snapshots kept in memory: enough for the sources that one answer cites, small next to the encoder.
_KEPT_SNAPSHOTS = 32

_SOURCES = """
SELECT sources.*, snapshots.sha256,
       (SELECT count(*) FROM paragraphs WHERE paragraphs.snapshot = sources.snapshot) AS paragraphs,
       (SELECT count(*) FROM units WHERE units.snapshot = sources.snapshot AND units.kind = 'passage') AS passages
FROM sources JOIN snapshots ON snapshots.id = sources.snapshot
"""
_PASSAGES = """
SELECT units.*, passages.paragraph, passages.last_paragraph, passages.language, snapshots.source
FROM units JOIN passages ON passages.id = units.id JOIN snapshots ON snapshots.id = units.snapshot
"""
_SENTENCES = """
SELECT units.*, sentences.passage, sentences.paragraph, paragraphs.role
FROM units JOIN sentences ON sentences.id = units.id
JOIN paragraphs ON paragraphs.snapshot = units.snapshot AND paragraphs.number = sentences.paragraph
"""
_QUOTES = """
SELECT units.*, snapshots.source, quotes.passage, quotes.paragraph, quotes.speaker, quotes.role, quotes.verb,
       quotes.direct, (
           SELECT json_group_array(json_object('text', text, 'language', language, 'by', by))
           FROM quote_translations WHERE quote = quotes.id
       ) AS translations
FROM units JOIN quotes ON quotes.id = units.id JOIN snapshots ON snapshots.id = units.snapshot
"""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unit:
    """One searchable stretch as stored: its id, kind, span and the SHA-256 of its words."""

    id: int
    kind: str
    span: Span
    digest: bytes
    passage: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the base holds."""

    sources: int
    passages: int
    sentences: int
    quotes: int


class Store:
    """A knowledge base open for reading; `changes` writes through the same connection."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.refusal: CitabotError | None = None
        """Why nothing can be written, where that is so: no rights, or no room. It is read all the same."""
        try:
            self.database: Database = open_database(path, read_only=read_only)
        except (HomeNotWritable, StorageFull) as error:
            if read_only:
                raise
            self.refusal = error
            self.database = open_unwritable(path, error)
        self.snapshot = lru_cache(_KEPT_SNAPSHOTS)(self._read_snapshot)

    def close(self) -> None:
        """Give the connection back."""
        self.database.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything read inside sees one state of the base, whatever is written meanwhile."""
        with translated(self.path), self.database.atomic():
            yield

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """The rows of a query, errors translated."""
        with translated(self.path):
            return list(self.database.query(sql, list(parameters)))

    def generation(self) -> tuple[str, int]:
        """The base's identity and how often it has changed: equal pairs mean equal content."""
        row = self.rows("SELECT uid, generation FROM base")[0]
        return row["uid"], row["generation"]

    def has_bundled(self) -> bool:
        """Whether the bundled base has been loaded whole, be it that some of it was removed since."""
        return bool(self.rows("SELECT bundled FROM base")[0]["bundled"])

    def bundled(self) -> tuple[str, dict[str, str]]:
        """The digest of the bundled base as it was last taken in, and of its documents by id, removed ones included."""
        shipped = str(self.rows("SELECT shipped FROM base")[0]["shipped"])
        return shipped, {row["id"]: row["digest"] for row in self.rows("SELECT id, digest FROM bundled")}

    def snapshot_count(self) -> int:
        """How many snapshots are kept, present and past."""
        return int(self.rows("SELECT count(*) AS n FROM snapshots")[0]["n"])

    def counts(self) -> Counts:
        """How much the base holds."""
        kinds = {row["kind"]: row["n"] for row in self.rows("SELECT kind, count(*) AS n FROM units GROUP BY kind")}
        sources = self.rows("SELECT count(*) AS n FROM sources")[0]["n"]
        return Counts(sources, kinds.get("passage", 0), kinds.get("sentence", 0), kinds.get("quote", 0))

    def sources(self) -> list[Source]:
        """Every source, by id."""
        return [_source(row) for row in self.rows(f"{_SOURCES} ORDER BY sources.id")]

    def source(self, source_id: str) -> Source:
        """The source with this id. Raises UnknownSource."""
        found = self._sources_where("sources.id = ?", source_id)
        if not found:
            raise UnknownSource(f"No source has the id “{source_id}”.")
        return found[0]

    def has_source(self, source_id: str) -> bool:
        """Whether a source has this id."""
        return bool(self.rows("SELECT 1 FROM sources WHERE id = ?", [source_id]))

    def sources_at(self, location: str, owner: Owner) -> list[Source]:
        """An owner's sources that were read from this path or address."""
        return self._sources_where("sources.owner = ? AND sources.location = ?", owner, location)

    def sources_of_url(self, url: str, owner: Owner) -> list[Source]:
        """An owner's sources that can be read at this address."""
        return self._sources_where("sources.owner = ? AND sources.url = ?", owner, url)

    def sources_saying(self, sha256: str, owner: Owner) -> list[Source]:
        """An owner's sources whose present text has this digest."""
        return self._sources_where("sources.owner = ? AND snapshots.sha256 = ?", owner, sha256)

    def references(self, snapshot: int) -> tuple[Reference, ...]:
        """The numbered references of a brief, in order."""
        sql = "SELECT number, publisher, title, kind, author, published, url FROM source_references"
        return tuple(Reference(**row) for row in self.rows(f"{sql} WHERE snapshot = ? ORDER BY number", [snapshot]))

    def paragraphs(self, snapshot: int) -> list[Paragraph]:
        """The paragraphs of a snapshot; the first has the number 1."""
        sql = "SELECT start, end, role FROM paragraphs WHERE snapshot = ? ORDER BY number"
        return [Paragraph(**row) for row in self.rows(sql, [snapshot])]

    def paragraph_at(self, snapshot: int, position: int) -> tuple[int, Paragraph]:
        """The number and place of the paragraph that holds a position. Raises DamagedDatabase where none does."""
        sql = """
        SELECT number, start, end, role FROM paragraphs WHERE snapshot = ? AND start <= ? ORDER BY start DESC LIMIT 1
        """
        for row in self.rows(sql, [snapshot, position]):
            if position < row["end"]:
                return row.pop("number"), Paragraph(**row)
        raise DamagedDatabase("A stored span lies in no paragraph.")

    def passages(self, ids: Iterable[int]) -> dict[int, Passage]:
        """The passages among these ids; ids of anything else, or of nothing any more, are left out."""
        rows = self.rows(f"{_PASSAGES} WHERE units.id IN (SELECT value FROM json_each(?))", [_array(ids)])
        own = ("last_paragraph", "language")
        return {row["id"]: Passage(**_shared(row), **{key: row[key] for key in own}) for row in rows}

    def sentences(self, passages: Iterable[int]) -> list[Sentence]:
        """The sentences of these passages, by place."""
        where = "sentences.passage IN (SELECT value FROM json_each(?)) ORDER BY units.snapshot, units.start"
        return [_sentence(row) for row in self.rows(f"{_SENTENCES} WHERE {where}", [_array(passages)])]

    def sentences_of(self, snapshot: int) -> list[Sentence]:
        """The sentences of a snapshot, by place."""
        rows = self.rows(f"{_SENTENCES} WHERE units.snapshot = ? ORDER BY units.start", [snapshot])
        return [_sentence(row) for row in rows]

    def quotes(self, passages: Iterable[int] | None = None) -> list[Quote]:
        """The quotes of these passages, or all quotes, by source and place."""
        order = "ORDER BY snapshots.source, units.start"
        if passages is None:
            return [_quote(row) for row in self.rows(f"{_QUOTES} {order}")]
        where = "WHERE quotes.passage IN (SELECT value FROM json_each(?))"
        return [_quote(row) for row in self.rows(f"{_QUOTES} {where} {order}", [_array(passages)])]

    def units(self, ids: Iterable[int] | None = None) -> list[Unit]:
        """These units, or all, by id, each with the passage it lies in (a passage lies in itself)."""
        sql = """
        SELECT units.*, coalesce(sentences.passage, quotes.passage, units.id) AS passage FROM units
        LEFT JOIN sentences ON sentences.id = units.id LEFT JOIN quotes ON quotes.id = units.id
        """
        if ids is None:
            rows = self.rows(f"{sql} ORDER BY units.id")
        else:
            rows = self.rows(
                f"{sql} WHERE units.id IN (SELECT value FROM json_each(?)) ORDER BY units.id", [_array(ids)]
            )
        return [Unit(row["id"], row["kind"], _span(row), row["digest"], row["passage"]) for row in rows]

    def unchanged(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot read earlier still stands in the database, to the letter."""
        # Compared inside SQLite: a long text need not be copied out for it.
        sql = "SELECT 1 FROM snapshots WHERE id = ? AND sha256 = ? AND text = ?"
        return bool(self.rows(sql, [snapshot.id, snapshot.sha256, snapshot.text]))

    def _sources_where(self, condition: str, *values: str) -> list[Source]:
        return [_source(row) for row in self.rows(f"{_SOURCES} WHERE {condition} ORDER BY sources.id", values)]

    def _read_snapshot(self, snapshot: int) -> Snapshot:
        """A snapshot, its digest checked. Raises DamagedDatabase where it is gone or is not the text that was added."""
        rows = self.rows("SELECT id, source, sha256, text, added FROM snapshots WHERE id = ?", [snapshot])
        if not rows:
            raise DamagedDatabase(f"Snapshot {snapshot} is not in the knowledge base any more.")
        found = Snapshot(**rows[0])
        if sha256(found.text) != found.sha256:
            raise DamagedDatabase(f"The stored text of “{found.source}” is not the text that was added.")
        return found


def sha256(text: str) -> str:
    """The hexadecimal SHA-256 of a text's UTF-8 bytes."""
    return digest(text).hex()


def digest(text: str) -> bytes:
    """The SHA-256 of a text's UTF-8 bytes, 32 bytes."""
    return hashlib.sha256(text.encode()).digest()


def _array(ids: Iterable[int]) -> str:
    # One JSON parameter instead of many: SQLite limits the number of parameters, not their length.
    return json.dumps([int(value) for value in ids])


def _span(row: Row) -> Span:
    return Span(row["snapshot"], row["start"], row["end"])


def _shared(row: Row) -> Row:
    return {"id": row["id"], "span": _span(row), "paragraph": row["paragraph"], "source": row["source"]}


def _source(row: Row) -> Source:
    return Source(**row)


def _sentence(row: Row) -> Sentence:
    return Sentence(row["id"], _span(row), row["passage"], row["paragraph"], row["role"])


def _quote(row: Row) -> Quote:
    translations = tuple(Translation(**one) for one in json.loads(row["translations"]))
    said = {key: row[key] for key in ("passage", "speaker", "role", "verb")}
    return Quote(**_shared(row), **said, direct=bool(row["direct"]), translations=translations)
