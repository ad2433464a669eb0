"""The check that the database still says what was added: its structure, every snapshot, every span."""

from collections.abc import Iterator
from typing import Any

from knowledge.store import Store, digest, sha256

Difference = tuple[str, str]
"""The name of what differs, and the difference."""
_OVERLAPS = "the span overlaps the one before"


def differences(store: Store) -> Iterator[Difference]:
    """Yield every difference between the database and what was stored."""
    yield from _structure(store)
    texts = dict(_texts(store))
    yield from _snapshots(store, texts)
    yield from _spans(store, texts)
    yield from _nesting(store)
    yield from _parts(store, texts)
    yield from _places(store)
    yield from _cover(store, texts)


def _structure(store: Store) -> Iterator[Difference]:
    for row in store.rows("PRAGMA integrity_check"):
        if row["integrity_check"] != "ok":
            yield "database", row["integrity_check"]
    for row in store.rows("PRAGMA foreign_key_check"):
        yield f"{row['table']} row {row['rowid']}", f"points to a missing row of {row['parent']}"
    for row in store.rows("SELECT id FROM sources WHERE snapshot NOT IN (SELECT id FROM snapshots)"):
        yield f"source {row['id']}", "has no text"


def _texts(store: Store) -> Iterator[tuple[int, str]]:
    for row in store.rows("SELECT id, text FROM snapshots"):
        yield row["id"], row["text"]


def _snapshots(store: Store, texts: dict[int, str]) -> Iterator[Difference]:
    for row in store.rows("SELECT id, source, sha256, length FROM snapshots"):
        text = texts[row["id"]]
        if sha256(text) != row["sha256"]:
            yield f"snapshot {row['id']} of {row['source']}", "the text is not the one that was added"
        if len(text) != row["length"]:
            yield f"snapshot {row['id']} of {row['source']}", "the length is not the text's"


def _spans(store: Store, texts: dict[int, str]) -> Iterator[Difference]:
    """Yield the spans that do not fit, overlap another of their kind, quotes aside, or hold other words than stored."""
    sql = """
    SELECT 'paragraph' AS kind, number AS id, snapshot, start, end, digest FROM paragraphs
    UNION ALL SELECT kind, id, snapshot, start, end, digest FROM units ORDER BY kind, snapshot, start
    """
    before = ("", 0, 0)
    for row in store.rows(sql):
        name, text = _name(row), texts.get(row["snapshot"], "")
        if not 0 <= row["start"] < row["end"] <= len(text):
            yield name, "the span does not fit its snapshot"
        elif digest(text[row["start"] : row["end"]]) != row["digest"]:
            yield name, "the words are not the ones that were stored"
        if row["kind"] != "quote" and before[:2] == (row["kind"], row["snapshot"]) and before[2] > row["start"]:
            yield name, _OVERLAPS
        before = (row["kind"], row["snapshot"], row["end"])


def _name(row: dict[str, Any]) -> str:
    return f"{row['kind']} {row['id']} of snapshot {row['snapshot']}"


def _nesting(store: Store) -> Iterator[Difference]:
    """Yield the quotes that overlap others within the same one, and those that reach out of the one they stand in."""
    sql = """
    SELECT 'quote' AS kind, units.id, units.snapshot, units.start, units.end, within, holder.id IS NULL AS astray
    FROM quotes JOIN units ON units.id = quotes.id
    LEFT JOIN units AS holder ON holder.id = within AND holder.snapshot = units.snapshot
              AND holder.start <= units.start AND units.end <= holder.end
    ORDER BY units.snapshot, within, units.start
    """
    before: tuple[int, int | None, int] = (0, None, 0)
    for row in store.rows(sql):
        if before[:2] == (row["snapshot"], row["within"]) and before[2] > row["start"]:
            yield _name(row), _OVERLAPS
        if row["within"] is not None and row["astray"]:
            yield _name(row), "the span reaches out of the quote it stands in"
        before = (row["snapshot"], row["within"], row["end"])


def _parts(store: Store, texts: dict[int, str]) -> Iterator[Difference]:
    """Yield the parts of quotes that do not fit, overlap the one before, or hold other words than were stored."""
    sql = """
    SELECT quote, quote_parts.start, quote_parts.end, quote_parts.digest, snapshot,
           units.start AS first, units.end AS last
    FROM quote_parts JOIN units ON units.id = quote ORDER BY quote, quote_parts.start
    """
    before = (0, 0)
    for row in store.rows(sql):
        name, text = f"part at {row['start']} of quote {row['quote']}", texts.get(row["snapshot"], "")
        if not row["first"] <= row["start"] < row["end"] <= row["last"]:
            yield name, "the part does not fit its quote"
        elif digest(text[row["start"] : row["end"]]) != row["digest"]:
            yield name, "the words are not the ones that were stored"
        if before[0] == row["quote"] and before[1] > row["start"]:
            yield name, "the part overlaps the one before"
        before = (row["quote"], row["end"])


def _places(store: Store) -> Iterator[Difference]:
    """Yield units without their row, and sentences and quotes outside the passage or paragraph of their row."""
    for kind, table in (("passage", "passages"), ("sentence", "sentences"), ("quote", "quotes")):
        for row in store.rows(f"SELECT id FROM units WHERE kind = ? AND id NOT IN (SELECT id FROM {table})", [kind]):
            yield f"{kind} {row['id']}", "has a span and nothing else"
    for table, kind in (("sentences", "sentence"), ("quotes", "quote")):
        sql = f"""
        SELECT {table}.id FROM {table} JOIN units ON units.id = {table}.id
        JOIN units AS holder ON holder.id = {table}.passage
        JOIN paragraphs ON paragraphs.snapshot = units.snapshot AND paragraphs.number = {table}.paragraph
        WHERE units.start < holder.start OR units.start >= holder.end OR units.snapshot <> holder.snapshot
           OR (units.end > holder.end AND units.kind <> 'quote') -- a quotation may go on in the next passages
           OR units.start < paragraphs.start OR units.start >= paragraphs.end
        """
        for row in store.rows(sql):
            yield f"{kind} {row['id']}", "lies outside its passage or paragraph"


def _cover(store: Store, texts: dict[int, str]) -> Iterator[Difference]:
    """Yield the sources with text that no passage covers, white space aside."""
    sql = """
    SELECT units.snapshot, units.start, units.end FROM units JOIN sources ON sources.snapshot = units.snapshot
    WHERE units.kind = 'passage' ORDER BY units.snapshot, units.start
    """
    covered: dict[int, list[tuple[int, int]]] = {}
    for row in store.rows(sql):
        covered.setdefault(row["snapshot"], []).append((row["start"], row["end"]))
    for source in store.sources():
        text, uncovered = texts.get(source.snapshot, ""), ""
        place = 0
        gaps = []
        for start, end in [*covered.get(source.snapshot, []), (len(text), len(text))]:
            gaps.append((place, start))
            place = end
        for paragraph in store.paragraphs(source.snapshot):
            uncovered += "".join(
                text[max(begin, paragraph.start) : min(finish, paragraph.end)] for begin, finish in gaps
            )
        if uncovered.strip():
            yield f"source {source.id}", "some of its text lies in no passage"
