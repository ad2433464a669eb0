"""Changes of the base: one transaction a source, either whole or not at all."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from operator import attrgetter, itemgetter

from sqlite_utils import Database

from knowledge.canonical import canonical
from knowledge.database import translated
from knowledge.errors import DamagedDatabase, NotYours
from knowledge.model import Description, Document, FoundQuote, Owner, Paragraph, Segments, Source, part_holding
from knowledge.store import Store, digest, sha256
from knowledge.terms import words


@contextmanager
def transaction(store: Store) -> Iterator[Database]:
    """Open a transaction that takes the write lock at once.

    Raises what `schema.translated` makes of SQLite's errors; nothing of a failed transaction stays.
    """
    with translated(store.path):
        connection = store.database.conn
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield store.database
            connection.execute("COMMIT")
        except BaseException:
            connection.rollback()
            raise


@contextmanager
def writing(store: Store) -> Iterator[Database]:
    """Open such a transaction that counts as one change of the base, with what the store derives from it."""
    with transaction(store) as database:
        yield database
        database.execute("UPDATE base SET generation = generation + 1")
        if store.derive is not None:
            store.derive()


def put(
    store: Store, source_id: str, document: Document, segments: Segments, description: Description, *, owner: Owner
) -> Source:
    """Store a document as the present text of a source, new or its owner's own, and return the source.

    An earlier text stays as a snapshot, but nothing is cited from it any more. Raises NotYours for another's source.
    """
    with writing(store) as database:
        known = store.has_source(source_id)
        if known and store.source(source_id).owner != owner:
            raise NotYours(f"The source “{source_id}” was added by somebody else.")
        snapshot = _put_snapshot(database, source_id, document)
        _forget_spans(database, source_id)
        row = {**asdict(description), "location": document.location, "snapshot": snapshot, "owner": owner,
               "origin": origin_of(document.text)}  # fmt: skip
        _put_source(database, source_id, row, known=known)
        _put_address(database, source_id, description.url)
        _put_spans(database, snapshot, document, segments)
    return store.source(source_id)


def origin_of(text: str) -> str:
    """Return what texts of the same words in the same order have in common, however they are set."""
    return sha256(" ".join(words(text)))


def describe(store: Store, source_id: str, description: Description) -> Source:
    """Correct what is said of a source; its text stays."""
    with writing(store) as database:
        database.table("sources").update(source_id, asdict(description))
        _put_address(database, source_id, description.url)
    return store.source(source_id)


def replace_quotes(store: Store, source: Source, quotes: Iterable[FoundQuote]) -> None:
    """Store other quotes of the present text of a source in place of those stored; its other spans stay."""
    with writing(store) as database:
        database.execute("DELETE FROM units WHERE snapshot = ? AND kind = 'quote'", [source.snapshot])
        sql = "SELECT start, end, id FROM units WHERE snapshot = ? AND kind = 'passage' ORDER BY start"
        passages = [(row["start"], row["end"], row["id"]) for row in database.query(sql, [source.snapshot])]
        text, paragraphs = store.snapshot(source.snapshot).text, store.paragraphs(source.snapshot)
        _put_quotes(database, source.snapshot, text, quotes, passages=passages, paragraphs=paragraphs)


def remove(store: Store, source_id: str, *, by: Owner | None = None) -> None:
    """Remove a source with its snapshots and everything that points into them.

    With `by`, only where it is that owner's. Raises UnknownSource and NotYours.
    """
    with writing(store) as database:
        source = store.source(source_id)
        if by not in (None, source.owner):
            raise NotYours(f"The source “{source_id}” was added by somebody else.")
        _forget_spans(database, source_id)
        database.execute("DELETE FROM sources WHERE id = ?", [source_id])


def note_bundled(store: Store, source_id: str, digest: str | None) -> None:
    """Store the digest of a bundled document that was loaded, or with None that it does not ship any more."""
    with writing(store) as database:
        database.execute("DELETE FROM bundled WHERE id = ?", [source_id])
        if digest is not None:
            database.execute("INSERT INTO bundled VALUES (?, ?)", [source_id, digest])


def mark_bundled(store: Store, shipped: str) -> None:
    """Store that the bundled base has been loaded whole, as it shipped, so that what is removed stays removed."""
    with writing(store) as database:
        database.execute("UPDATE base SET bundled = 1, shipped = ?", [shipped])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _put_snapshot(database: Database, source_id: str, document: Document) -> int:
    text_sha256 = sha256(document.text)
    for row in database.query("SELECT id FROM snapshots WHERE source = ? AND sha256 = ?", [source_id, text_sha256]):
        return int(row["id"])  # A text that comes back is the snapshot it was.
    row = {
        "source": source_id, "sha256": text_sha256, "text": document.text, "length": len(document.text),
        "location": document.location, "added": _now(),
    }  # fmt: skip
    return _insert(database, "snapshots", row)


def _put_source(database: Database, source_id: str, row: dict[str, object], *, known: bool) -> None:
    if known:
        database.table("sources").update(source_id, row)
    else:
        database.table("sources").insert({"id": source_id, **row, "added": _now()})


def _put_address(database: Database, source_id: str, url: str | None) -> None:
    database.execute("DELETE FROM source_addresses WHERE source = ?", [source_id])
    if address := canonical(url or ""):
        database.execute("INSERT INTO source_addresses VALUES (?, ?)", [source_id, address])


def _forget_spans(database: Database, source_id: str) -> None:
    """Delete every span of a source; its snapshots stay."""
    snapshots = "SELECT id FROM snapshots WHERE source = ?"
    for table in ("units", "paragraphs", "source_references"):
        database.execute(f"DELETE FROM {table} WHERE snapshot IN ({snapshots})", [source_id])


def _put_spans(database: Database, snapshot: int, document: Document, segments: Segments) -> None:
    text = document.text
    database.table("source_references").insert_all(
        [{"snapshot": snapshot, **asdict(item)} for item in document.references]
    )
    database.table("paragraphs").insert_all(
        {
            "snapshot": snapshot,
            "number": number,
            **asdict(paragraph),
            "digest": digest(text[paragraph.start : paragraph.end]),
        }
        for number, paragraph in enumerate(document.paragraphs, 1)
    )
    passages: list[tuple[int, int, int]] = []
    for (start, end, first, last), language in zip(segments.passages, segments.languages, strict=True):
        unit = _put_unit(database, "passage", snapshot, text, start, end)
        _insert(database, "passages", {"id": unit, "paragraph": first, "last_paragraph": last, "language": language})
        passages.append((start, end, unit))
    for start, end, paragraph in segments.sentences:
        unit = _put_unit(database, "sentence", snapshot, text, start, end)
        _insert(database, "sentences", {"id": unit, "passage": _passage_at(passages, start), "paragraph": paragraph})
    _put_quotes(database, snapshot, text, segments.quotes, passages=passages, paragraphs=document.paragraphs)


def _put_quotes(
    database: Database,
    snapshot: int,
    text: str,
    quotes: Iterable[FoundQuote],
    *,
    passages: Sequence[tuple[int, int, int]],
    paragraphs: Sequence[Paragraph],
) -> None:
    """Store the quotes of a snapshot, given by place, each before those within it; `passages` are (start, end, id)."""
    enclosing: list[tuple[FoundQuote, int]] = []
    for quote in quotes:
        unit = _put_unit(database, "quote", snapshot, text, quote.start, quote.end)
        while enclosing and not part_holding(enclosing[-1][0].parts, quote.start, quote.end):
            enclosing.pop()
        place = {
            "passage": _passage_at(passages, quote.start), "paragraph": _paragraph_of(paragraphs, quote.start),
            "within": enclosing[-1][1] if enclosing else None,
        }  # fmt: skip
        _insert(database, "quotes", {"id": unit} | place | _quote_fields(quote))
        enclosing.append((quote, unit))
        for translation in quote.translations:
            _insert(database, "quote_translations", {"quote": unit, **asdict(translation)})
        for start, end in quote.parts if len(quote.parts) > 1 else ():
            part = {"quote": unit, "start": start, "end": end, "digest": digest(text[start:end])}
            _insert(database, "quote_parts", part)
        for number, name in enumerate(quote.possible_speakers, 1):
            _insert(database, "possible_speakers", {"quote": unit, "number": number, "name": name})


def _put_unit(database: Database, kind: str, snapshot: int, text: str, start: int, end: int) -> int:
    row = {"kind": kind, "snapshot": snapshot, "start": start, "end": end, "digest": digest(text[start:end])}
    return _insert(database, "units", row)


def _quote_fields(quote: FoundQuote) -> dict[str, object]:
    return {
        "speaker": quote.speaker, "role": quote.role, "verb": quote.verb, "direct": int(quote.direct),
        "speaker_confidence": quote.speaker_confidence,
    }  # fmt: skip


def _insert(database: Database, table: str, row: dict[str, object]) -> int:
    # Plain SQL: sqlite-utils looks the table up at every insert, and a document has thousands.
    names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
    cursor = database.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(row.values()))
    if cursor.lastrowid is None:
        raise DamagedDatabase(f"The table {table} did not take a row.")
    return cursor.lastrowid


def _passage_at(passages: Sequence[tuple[int, int, int]], start: int) -> int:
    """Return the id of the passage that holds a position. Raises DamagedDatabase where none does."""
    place = bisect_right(passages, start, key=itemgetter(0)) - 1
    if place >= 0 and start < passages[place][1]:
        return passages[place][2]
    raise DamagedDatabase(f"No passage holds the text at {start}.")


def _paragraph_of(paragraphs: Sequence[Paragraph], start: int) -> int:
    number = bisect_right(paragraphs, start, key=attrgetter("start"))
    if number and start < paragraphs[number - 1].end:
        return number
    raise DamagedDatabase(f"No paragraph holds the text at {start}.")
