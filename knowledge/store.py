"""Queries of the knowledge base; `knowledge.changes` holds the statements that modify it.

A store serves the thread that opened it (SQLite's own rule); several stores may read one file while another writes.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from sqlite_utils import Database

from knowledge.database import open_database, open_unwritable, translated
from knowledge.errors import CitabotError, DamagedDatabase, HomeNotWritable, StorageFull, UnknownSource
from knowledge.model import (
    FullPassage,
    Owner,
    Paragraph,
    Passage,
    Quote,
    Reference,
    Sentence,
    Snapshot,
    Source,
    Span,
)
from knowledge.rows import (
    PASSAGES,
    QUOTES,
    SENTENCES,
    SOURCES,
    UNITS,
    Row,
    array,
    quote_of,
    sentence_of,
    shared,
    span_of,
)

# Snapshots cached in memory. Our choice: more than the sources that one answer cites, and small next to the encoder.
_CACHED_SNAPSHOTS = 32


@dataclass(frozen=True, slots=True)
class Unit:
    """A passage, sentence or quote as stored: id, kind, span, SHA-256 of its text, and the id of its passage."""

    id: int
    kind: str
    span: Span
    digest: bytes
    passage: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of sources, passages, sentences and quotes in the base."""

    sources: int
    passages: int
    sentences: int
    quotes: int


class Store:
    """A knowledge base open for reading; `changes` writes through the same connection."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.refusal: CitabotError | None = None
        """The reason why nothing can be written: no rights, or no space. The base is read all the same."""
        try:
            self.database: Database = open_database(path, read_only=read_only)
        except (HomeNotWritable, StorageFull) as error:
            if read_only:
                raise
            self.refusal = error
            self.database = open_unwritable(path, error)
        self.derive: Callable[[], None] | None = None
        """What is called at the end of every change, within its transaction."""
        self.snapshot = lru_cache(_CACHED_SNAPSHOTS)(self._read_snapshot)

    def close(self) -> None:
        """Close the connection."""
        self.database.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read everything inside from one state of the base, whatever is written meanwhile."""
        with translated(self.path), self.database.atomic():
            yield

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Return the rows of a query. Raises a CitabotError in place of SQLite's errors."""
        with translated(self.path):
            cursor = self.database.execute(sql, list(parameters))
            names = [name for name, *_ in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def generation(self) -> tuple[str, int]:
        """Return the identity of the base and how often it has changed: equal pairs mean equal content."""
        row = self.rows("SELECT uid, generation FROM base")[0]
        return row["uid"], row["generation"]

    def has_bundled(self) -> bool:
        """Say whether the bundled base has been loaded whole, even if some of it was removed since."""
        return bool(self.rows("SELECT bundled FROM base")[0]["bundled"])

    def bundled(self) -> tuple[str, dict[str, str]]:
        """Return the digest of the bundled base last loaded, and those of its documents by id, even of removed ones."""
        shipped = str(self.rows("SELECT shipped FROM base")[0]["shipped"])
        return shipped, {row["id"]: row["digest"] for row in self.rows("SELECT id, digest FROM bundled")}

    def snapshot_count(self) -> int:
        """Return the number of stored snapshots, present and past."""
        return int(self.rows("SELECT count(*) AS n FROM snapshots")[0]["n"])

    def counts(self) -> Counts:
        """Return the numbers of sources, passages, sentences and quotes."""
        kinds = {row["kind"]: row["n"] for row in self.rows("SELECT kind, count(*) AS n FROM units GROUP BY kind")}
        sources = self.rows("SELECT count(*) AS n FROM sources")[0]["n"]
        return Counts(sources, kinds.get("passage", 0), kinds.get("sentence", 0), kinds.get("quote", 0))

    def sources(self) -> list[Source]:
        """Return every source, by id."""
        return [Source(**row) for row in self.rows(f"{SOURCES} ORDER BY sources.id")]

    def has_sources(self) -> bool:
        """Say whether there is any source."""
        return bool(self.rows("SELECT 1 FROM sources LIMIT 1"))

    def source(self, source_id: str) -> Source:
        """Return the source with this id. Raises UnknownSource."""
        sources = self._sources_where("sources.id = ?", source_id)
        if not sources:
            raise UnknownSource(f"No source has the id “{source_id}”.")
        return sources[0]

    def titles(self, source_ids: Iterable[str]) -> dict[str, str]:
        """Return the titles of these sources by id."""
        sql = "SELECT id, title FROM sources WHERE id IN (SELECT value FROM json_each(?))"
        return {row["id"]: row["title"] for row in self.rows(sql, [json.dumps(list(source_ids))])}

    def has_source(self, source_id: str) -> bool:
        """Say whether a source has this id."""
        return bool(self.rows("SELECT 1 FROM sources WHERE id = ?", [source_id]))

    def sources_at(self, location: str, owner: Owner) -> list[Source]:
        """Return the owner's sources that were read from this path or address."""
        return self._sources_where("sources.owner = ? AND sources.location = ?", owner, location)

    def sources_of_url(self, url: str, owner: Owner) -> list[Source]:
        """Return the owner's sources whose address is this."""
        return self._sources_where("sources.owner = ? AND sources.url = ?", owner, url)

    def sources_with_address(self, address: str, owner: Owner) -> list[Source]:
        """Return the owner's sources with this canonical address, by id."""
        own = "sources.id IN (SELECT source FROM source_addresses WHERE address = ?)"
        return self._sources_where(f"{own} AND +sources.owner = ?", address, owner)

    def sources_with_digest(self, sha256: str, owner: Owner) -> list[Source]:
        """Return the owner's sources whose present text has this SHA-256 in hexadecimal."""
        own = "sources.id IN (SELECT source FROM snapshots WHERE sha256 = ?)"
        return self._sources_where(f"{own} AND snapshots.sha256 = ? AND +sources.owner = ?", sha256, sha256, owner)

    def references(self, snapshot: int) -> tuple[Reference, ...]:
        """Return the numbered references of a brief, in order."""
        sql = "SELECT number, publisher, title, kind, author, published, url FROM source_references"
        return tuple(Reference(**row) for row in self.rows(f"{sql} WHERE snapshot = ? ORDER BY number", [snapshot]))

    def paragraphs(self, snapshot: int) -> list[Paragraph]:
        """Return the paragraphs of a snapshot; the first has the number 1."""
        sql = "SELECT start, end, role, time FROM paragraphs WHERE snapshot = ? ORDER BY number"
        return [Paragraph(**row) for row in self.rows(sql, [snapshot])]

    def passage_ids(self, snapshot: int) -> list[int]:
        """Return the ids of the passages of a snapshot, by position."""
        sql = "SELECT id FROM units WHERE snapshot = ? AND kind = 'passage' ORDER BY start"
        return [row["id"] for row in self.rows(sql, [snapshot])]

    def passages(self, ids: Iterable[int]) -> dict[int, Passage]:
        """Return the passages with these ids by id; ids of other units and of removed ones are left out."""
        rows = self.rows(f"{PASSAGES} WHERE units.id IN (SELECT value FROM json_each(?))", [array(ids)])
        columns = ("last_paragraph", "language")
        return {row["id"]: Passage(**shared(row), **{key: row[key] for key in columns}) for row in rows}

    def passages_in(self, snapshot: int) -> list[Passage]:
        """Return the passages of a snapshot, by position."""
        sql = "SELECT id FROM units WHERE snapshot = ? AND kind = 'passage'"
        passages = self.passages(row["id"] for row in self.rows(sql, [snapshot]))
        return sorted(passages.values(), key=lambda passage: passage.span.start)

    def sentences(self, passages: Iterable[int]) -> list[Sentence]:
        """Return the sentences of these passages, by snapshot and position."""
        where = "sentences.passage IN (SELECT value FROM json_each(?)) ORDER BY units.snapshot, units.start"
        return [sentence_of(row) for row in self.rows(f"{SENTENCES} WHERE {where}", [array(passages)])]

    def sentences_of(self, snapshot: int) -> list[Sentence]:
        """Return the sentences of a snapshot, by position."""
        rows = self.rows(f"{SENTENCES} WHERE units.snapshot = ? ORDER BY units.start", [snapshot])
        return [sentence_of(row) for row in rows]

    def quotes(self, passages: Iterable[int] | None = None) -> list[Quote]:
        """Return the quotes that begin in these passages, or all, by source and position, outer before inner ones."""
        order = "ORDER BY snapshots.source, units.start, units.end DESC"
        if passages is None:
            return [quote_of(row) for row in self.rows(f"{QUOTES} {order}")]
        where = "WHERE quotes.passage IN (SELECT value FROM json_each(?))"
        return [quote_of(row) for row in self.rows(f"{QUOTES} {where} {order}", [array(passages)])]

    def quotes_by(self, speakers: Iterable[str]) -> list[Quote]:
        """Return the quotes that are, or may be, of these speakers, by source and position."""
        sql = f"""
        {QUOTES} WHERE quotes.speaker IN (SELECT value FROM json_each(?1))
        OR quotes.id IN (SELECT quote FROM possible_speakers WHERE name IN (SELECT value FROM json_each(?1)))
        ORDER BY snapshots.source, units.start, units.end DESC
        """
        return [quote_of(row) for row in self.rows(sql, [json.dumps(list(speakers))])]

    def speakers(self) -> dict[str, int]:
        """Return the names of all speakers, possible ones too, with how many quotes each has, most quoted first."""
        sql = """
        SELECT name, count(*) AS n FROM (
            SELECT speaker AS name, id AS quote FROM quotes WHERE speaker <> ''
            UNION ALL SELECT name, quote FROM possible_speakers
        ) GROUP BY name ORDER BY n DESC, min(quote)
        """
        return {row["name"]: row["n"] for row in self.rows(sql)}

    def authors(self) -> list[str]:
        """Return the names of all authors."""
        return [row["author"] for row in self.rows("SELECT DISTINCT author FROM sources WHERE author <> ''")]

    def full_passages(self, passages: Iterable[Passage]) -> dict[int, FullPassage]:
        """Return these passages by id, with their snapshots, paragraphs, sentences and quotes.

        Raises DamagedDatabase where a snapshot is missing or changed.
        """
        by_id = {passage.id: passage for passage in passages}
        paragraphs, sentences, quotes = self._paragraphs_of(by_id), defaultdict(list), defaultdict(list)
        for sentence in self.sentences(by_id):
            sentences[sentence.passage].append(sentence)
        for passage_id, quote in self._quotes_in(by_id):
            quotes[passage_id].append(quote)
        return {
            key: FullPassage(
                **{field.name: getattr(passage, field.name) for field in fields(Passage)},
                snapshot=self.snapshot(passage.span.snapshot),
                paragraphs=tuple(paragraphs[key]),
                sentences=tuple(sentences[key]),
                quotes=tuple(quotes[key]),
            )
            for key, passage in by_id.items()
        }

    def read_passages(self, ids: Iterable[int]) -> dict[int, FullPassage]:
        """Return the passages with these ids as `full_passages` does; ids that `passages` leaves out are left out."""
        return self.full_passages(self.passages(ids).values())

    def _quotes_in(self, passages: Iterable[int]) -> Iterator[tuple[int, Quote]]:
        """Yield passage ids with the quotes that reach into each, by position, each before those within it.

        Of those that stand in no other, at most one began before the passage.
        """
        sql = f"""
        WITH RECURSIVE wanted AS (SELECT units.* FROM units JOIN json_each(?) ON units.id = value),
        before AS (
            SELECT id AS reader, start AS begins, (
                SELECT quote.id FROM units AS quote JOIN quotes ON quotes.id = quote.id AND quotes.within IS NULL
                WHERE quote.snapshot = wanted.snapshot AND quote.kind = 'quote'
                AND quote.start < wanted.start ORDER BY quote.start DESC LIMIT 1
            ) AS quote FROM wanted
            UNION SELECT reader, begins, quotes.id FROM before JOIN quotes ON quotes.within = before.quote
        ),
        reaching AS (
            SELECT passage AS reader, quotes.id FROM quotes JOIN wanted ON wanted.id = quotes.passage
            UNION SELECT reader, quote FROM before JOIN units ON units.id = quote
            WHERE units.start < begins AND units.end > begins
        )
        SELECT reader, quote.* FROM reaching JOIN ({QUOTES}) AS quote ON quote.id = reaching.id
        ORDER BY reader, quote.start, quote.end DESC
        """
        for row in self.rows(sql, [array(passages)]):
            yield row["reader"], quote_of(row)

    def _paragraphs_of(self, passages: Iterable[int]) -> dict[int, list[Paragraph]]:
        """Return for each passage id the paragraphs it overlaps, in order."""
        sql = """
        SELECT passages.id, paragraphs.start, paragraphs.end, paragraphs.role, paragraphs.time
        FROM passages JOIN units ON units.id = passages.id
        JOIN paragraphs ON paragraphs.snapshot = units.snapshot
             AND paragraphs.number BETWEEN passages.paragraph AND passages.last_paragraph
        WHERE passages.id IN (SELECT value FROM json_each(?)) ORDER BY passages.id, paragraphs.number
        """
        paragraphs = defaultdict(list)
        for row in self.rows(sql, [array(passages)]):
            paragraphs[row.pop("id")].append(Paragraph(**row))
        return paragraphs

    def passages_of(self, units: Iterable[int]) -> dict[int, int]:
        """Return for each unit id the id of its passage (a passage's is its own)."""
        sql = f"{UNITS} WHERE units.id IN (SELECT value FROM json_each(?))"
        return {row["id"]: row["passage"] for row in self.rows(sql, [array(units)])}

    def spans(self, snapshot: int) -> list[tuple[str, int, int]]:
        """Return the kind, start and end of every passage, sentence and quote of a snapshot, by kind and position."""
        sql = "SELECT kind, start, end FROM units WHERE snapshot = ? ORDER BY kind, start"
        return [(row["kind"], row["start"], row["end"]) for row in self.rows(sql, [snapshot])]

    def units(self) -> list[Unit]:
        """Return every unit, by id."""
        rows = self.rows(f"{UNITS} ORDER BY units.id")
        return [Unit(row["id"], row["kind"], span_of(row), row["digest"], row["passage"]) for row in rows]

    def unchanged(self, snapshot: Snapshot) -> bool:
        """Say whether the database still holds exactly the text of a snapshot read earlier."""
        # Compared inside SQLite, so that a long text need not be copied.
        sql = "SELECT 1 FROM snapshots WHERE id = ? AND sha256 = ? AND text = ?"
        return bool(self.rows(sql, [snapshot.id, snapshot.sha256, snapshot.text]))

    def _sources_where(self, condition: str, *values: str) -> list[Source]:
        # Where more than the owner is asked for, a plus keeps SQLite from reading all of the owner's sources by it.
        return [Source(**row) for row in self.rows(f"{SOURCES} WHERE {condition} ORDER BY sources.id", values)]

    def _read_snapshot(self, snapshot: int) -> Snapshot:
        """Read a snapshot and check its digest. Raises DamagedDatabase where it is missing or not the text added."""
        rows = self.rows("SELECT id, source, sha256, text, added FROM snapshots WHERE id = ?", [snapshot])
        if not rows:
            raise DamagedDatabase(f"Snapshot {snapshot} is not in the knowledge base any more.")
        stored = Snapshot(**rows[0])
        if sha256(stored.text) != stored.sha256:
            raise DamagedDatabase(f"The stored text of “{stored.source}” is not the text that was added.")
        return stored


def sha256(text: str) -> str:
    """Return the hexadecimal SHA-256 of a text's UTF-8 bytes."""
    return digest(text).hex()


def digest(text: str) -> bytes:
    """Return the SHA-256 of a text's UTF-8 bytes, 32 bytes."""
    return hashlib.sha256(text.encode()).digest()
