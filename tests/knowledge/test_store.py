"""What the database keeps, refuses and gives back."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from knowledge import changes
from knowledge.database import open_database
from knowledge.errors import BadInput, DamagedDatabase, HomeNotWritable, UnknownSource
from knowledge.integrity import differences
from knowledge.model import (
    OPERATOR,
    Description,
    Document,
    FoundQuote,
    Metadata,
    Paragraph,
    Reference,
    Segments,
    Source,
)
from knowledge.schema import migrations
from knowledge.store import Store, digest, sha256

TEXT = "Meta gave its model away. It was criticised.\n\n“We share code,” said Ana Ruiz."
DESCRIPTION = Description("A title", "en", "article")


def document(text: str = TEXT) -> Document:
    cut = text.index("\n\n")
    paragraphs = (Paragraph(0, cut), Paragraph(cut + 2, len(text)))
    reference = Reference(1, "Meta", "A card", "primary", url="https://example.org")
    return Document(text, paragraphs, Metadata(), "/articles/one.txt", references=(reference,))


def segments(text: str = TEXT) -> Segments:
    cut, dot = text.index("\n\n"), text.index(".") + 1
    quote = FoundQuote(((cut + 3, cut + 17),), "Ana Ruiz", None, "said", True)
    return Segments(
        passages=((0, cut, 1, 1), (cut + 2, len(text), 2, 2)),
        sentences=((0, dot, 1), (dot + 1, cut, 1), (cut + 2, len(text), 2)),
        quotes=(quote,),
        languages=("en", "en"),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "knowledge.db")
    yield opened
    opened.close()


def put(store: Store, source_id: str = "one", text: str = TEXT) -> None:
    changes.put(store, source_id, document(text), segments(text), DESCRIPTION, owner=OPERATOR)


def test_a_source_comes_back_as_it_was_put(store: Store) -> None:
    put(store)
    source = store.source("one")
    assert (source.title, source.language, source.paragraphs, source.passages) == ("A title", "en", 2, 2)
    assert source.sha256 == sha256(TEXT)
    assert store.snapshot(source.snapshot).text == TEXT
    assert store.references(source.snapshot)[0].title == "A card"
    assert [TEXT[one.start : one.end] for one in store.paragraphs(source.snapshot)] == TEXT.split("\n\n")


def test_units_share_one_space_of_ids_and_know_their_passage(store: Store) -> None:
    put(store)
    units = store.units()
    assert len({unit.id for unit in units}) == len(units) == 6
    words = {unit.id: TEXT[unit.span.start : unit.span.end] for unit in units}
    assert all(digest(words[unit.id]) == unit.digest for unit in units)
    assert all(words[unit.id] in words[unit.passage] for unit in units)
    (quote,) = store.quotes()
    assert (words[quote.id], quote.speaker, quote.direct, quote.paragraph) == ("We share code,", "Ana Ruiz", True, 2)


def put_parts(store: Store) -> None:
    """Put a quotation that begins in the first passage and goes on in the second, with two possible speakers."""
    parts = ((3, 9), (12, 20), (TEXT.index("\n\n") + 3, TEXT.index("\n\n") + 17))
    said = FoundQuote(parts, None, None, "said", True, (), 0.5, ("Luis Ruiz", "Ana Ruiz"))
    changes.put(store, "one", document(), replace(segments(), quotes=(said,)), DESCRIPTION, owner=OPERATOR)


def test_a_quotation_in_parts_comes_back_as_it_was_put(store: Store) -> None:
    put_parts(store)
    (quote,) = store.quotes()
    cut = TEXT.index("\n\n")
    assert quote.parts == ((3, 9), (12, 20), (cut + 3, cut + 17))
    assert (quote.span.start, quote.span.end) == (3, cut + 17)
    assert (quote.speaker_confidence, quote.possible_speakers) == (0.5, ("Luis Ruiz", "Ana Ruiz"))
    assert [quote.overlaps(start, end) for start, end in ((0, 3), (9, 12), (8, 10), (19, 40))] == [
        False,
        False,
        True,
        True,
    ]
    assert list(differences(store)) == []


def test_a_quotation_belongs_to_the_passage_it_begins_in_and_is_read_with_all(store: Store) -> None:
    put_parts(store)
    first, second = (store.read_passages([unit.id])[unit.id] for unit in store.units() if unit.kind == "passage")
    assert [[len(quote.parts) for quote in passage.quotes] for passage in (first, second)] == [[3], [3]]
    assert [len(passage.own_quotes) for passage in (first, second)] == [1, 0]


def test_a_quotation_of_one_part_has_that_part_alone(store: Store) -> None:
    put(store)
    (quote,) = store.quotes()
    assert quote.parts == ((quote.span.start, quote.span.end),)
    assert not store.rows("SELECT * FROM quote_parts")


@pytest.mark.parametrize(("start", "end"), [(2, 5), (8, 11), (14, 15), (12, 20), (TEXT.index("\n\n") + 10, len(TEXT))])
def test_the_database_refuses_a_part_that_does_not_fit_its_quotation(store: Store, start: int, end: int) -> None:
    put_parts(store)
    (quote,) = store.quotes()
    row = {"quote": quote.id, "start": start, "end": end, "digest": bytes(32)}
    with pytest.raises(sqlite3.IntegrityError):
        store.database["quote_parts"].insert(row)


def test_a_part_that_was_moved_is_found_out(store: Store) -> None:
    put_parts(store)
    connection = store.database.conn
    with pytest.raises(sqlite3.IntegrityError, match="never moved"):
        connection.execute("UPDATE quote_parts SET end = end - 1")
    connection.execute("DROP TRIGGER quote_parts_fixed")
    connection.execute("UPDATE quote_parts SET end = end - 1 WHERE start = 12")
    assert [detail for _, detail in differences(store)] == ["the words are not the ones that were stored"]
    connection.execute("UPDATE quote_parts SET start = 8 WHERE start = 12")
    assert "the part overlaps the one before" in [detail for _, detail in differences(store)]


@pytest.mark.parametrize(("start", "end"), [(0, len(TEXT) + 1), (5, 5), (9, 4), (-1, 3)])
def test_the_database_refuses_a_span_that_does_not_fit(store: Store, start: int, end: int) -> None:
    put(store)
    row = {"kind": "sentence", "snapshot": 1, "start": start, "end": end, "digest": bytes(32)}
    with pytest.raises(sqlite3.IntegrityError):
        store.database["units"].insert(row)


def test_the_database_refuses_overlapping_spans_of_one_kind_only(store: Store) -> None:
    put(store)
    first = store.units()[0].span  # a passage, in which a sentence begins at the same place
    row = {"kind": "passage", "snapshot": 1, "digest": bytes(32)}
    for start, end in ((first.start, first.end), (first.start + 3, first.start + 5), (first.end - 1, first.end + 2)):
        with pytest.raises(sqlite3.IntegrityError, match="overlaps"):
            store.database["units"].insert(row | {"start": start, "end": end})


# Parts of the quotations of a text that another holds, or that stand apart from all.
NESTED = (((0, 9), (12, 20)), ((1, 4),), ((5, 8),), ((6, 7),), ((13, 19),), ((22, 24),))


def put_quotes(store: Store, *parts: tuple[tuple[int, int], ...]) -> None:
    """Put a document with these quotations, each of a speaker of its own."""
    quotes = tuple(FoundQuote(own, f"Speaker {at}", None, "said", True) for at, own in enumerate(parts))
    changes.put(store, "one", document(), replace(segments(), quotes=quotes), DESCRIPTION, owner=OPERATOR)


def test_quotations_within_others_are_stored_with_the_one_they_stand_in(store: Store) -> None:
    put_quotes(store, *NESTED)
    quotes = store.quotes()
    assert tuple(quote.parts for quote in quotes) == NESTED
    ids = {quote.id: place for place, quote in enumerate(quotes)}
    assert [ids.get(quote.within or 0) for quote in quotes] == [None, 0, 0, 2, 0, None]
    assert list(differences(store)) == []
    (passage, *_) = store.read_passages(quote.passage for quote in quotes).values()
    assert passage.quotes == tuple(quotes)


@pytest.mark.parametrize(
    "parts",
    [
        (((0, 9),), ((5, 12),)),
        (((5, 12),), ((0, 9),)),
        (((0, 9), (12, 20)), ((10, 11),)),
        (((0, 9), (12, 20)), ((8, 13),)),
        (((0, 20),), ((2, 6),), ((5, 9),)),
    ],
    ids=["reaches out", "reached into", "between two parts", "over two parts", "two that cross within a third"],
)
def test_quotations_that_cross_are_refused_and_nothing_is_stored(
    store: Store, parts: tuple[tuple[tuple[int, int], ...], ...]
) -> None:
    with pytest.raises(BadInput):
        put_quotes(store, *parts)
    assert not store.has_source("one")


def test_a_quotation_over_two_passages_is_read_with_both_and_so_is_what_stands_in_it(store: Store) -> None:
    cut = TEXT.index("\n\n")
    put_quotes(store, ((3, cut + 17),), ((5, 9),), ((12, cut + 9),))
    first, second = (store.read_passages([unit.id])[unit.id] for unit in store.units() if unit.kind == "passage")
    assert [quote.speaker for quote in first.quotes] == ["Speaker 0", "Speaker 1", "Speaker 2"]
    assert [quote.speaker for quote in second.quotes] == ["Speaker 0", "Speaker 2"]


def test_a_quotation_that_goes_astray_is_found_out(store: Store) -> None:
    put_quotes(store, *NESTED)
    outer, inner, *_, apart = store.quotes()
    connection = store.database.conn
    with pytest.raises(sqlite3.IntegrityError, match="never goes"):
        connection.execute("UPDATE quotes SET within = ? WHERE id = ?", [outer.id, apart.id])
    connection.execute("DROP TRIGGER quotes_within_fixed")
    connection.execute("UPDATE quotes SET within = ? WHERE id = ?", [outer.id, apart.id])
    assert [detail for _, detail in differences(store)] == ["the span reaches out of the quote it stands in"]
    connection.execute("UPDATE quotes SET within = NULL WHERE id IN (?, ?)", [inner.id, apart.id])
    assert [detail for _, detail in differences(store)] == ["the span overlaps the one before"]


@pytest.mark.parametrize("statement", ["UPDATE snapshots SET text = 'x'", "UPDATE units SET start = start + 1"])
def test_snapshots_and_spans_never_change(store: Store, statement: str) -> None:
    put(store)
    with pytest.raises(sqlite3.IntegrityError):
        store.database.conn.execute(statement)


def test_a_new_text_keeps_the_old_snapshot_but_nothing_cites_it(store: Store) -> None:
    put(store)
    before = store.source("one")
    changed = TEXT.replace("criticised", "praised")
    put(store, text=changed)
    after = store.source("one")
    assert after.snapshot != before.snapshot
    assert store.snapshot(before.snapshot).text == TEXT
    assert {unit.span.snapshot for unit in store.units()} == {after.snapshot}
    assert after.added == before.added
    put(store)
    assert store.source("one").snapshot == before.snapshot


def test_a_removed_source_leaves_nothing_behind(store: Store) -> None:
    put(store)
    put(store, "two", TEXT.replace("Meta", "Mistral"))
    changes.remove(store, "one")
    assert [source.id for source in store.sources()] == ["two"]
    assert len(store.units()) == 6
    assert store.snapshot_count() == 1
    with pytest.raises(UnknownSource, match="one"):
        changes.remove(store, "one")


def test_ids_are_never_used_again(store: Store) -> None:
    put(store)
    highest = max(unit.id for unit in store.units())
    changes.remove(store, "one")
    put(store)
    assert min(unit.id for unit in store.units()) > highest


def test_a_failed_write_leaves_everything_as_it_was(store: Store) -> None:
    put(store)
    before = (store.generation(), store.units(), store.sources())
    broken = Segments(((0, 5, 1, 1),), ((0, 5, 1), (20, 30, 1)), languages=("en",))
    with pytest.raises(DamagedDatabase, match="No passage holds"):
        changes.put(store, "one", document(TEXT.replace("Meta", "Mira")), broken, DESCRIPTION, owner=OPERATOR)
    assert (store.generation(), store.units(), store.sources()) == before


def test_every_change_is_a_new_generation(store: Store) -> None:
    first = store.generation()
    put(store)
    changes.describe(store, "one", replace(DESCRIPTION, title="Another"))
    assert store.generation() == (first[0], first[1] + 2)
    assert store.source("one").title == "Another"


def test_a_reader_sees_one_state_while_another_writes(tmp_path: Path) -> None:
    path = tmp_path / "knowledge.db"
    writer, reader = Store(path), Store(path)
    put(writer)
    with reader.reading():
        assert len(reader.sources()) == 1
        put(writer, "two", TEXT.replace("Meta", "Mistral"))
        assert len(reader.sources()) == 1
    assert len(reader.sources()) == 2
    writer.close()
    reader.close()


def test_two_threads_may_create_the_same_base(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def create() -> None:
        try:
            Store(tmp_path / "knowledge.db").close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    database = open_database(tmp_path / "knowledge.db")
    assert migrations.pending(database) == []
    database.close()


def test_a_base_made_before_the_full_text_index_left_it_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "knowledge.db"
    earlier = Database(path)
    migrations.apply(earlier, stop_before="m002_words_in_the_index")
    earlier.execute("INSERT INTO passage_terms (rowid, en) VALUES (1, 'flour mill')")
    earlier.conn.commit()
    assert earlier.execute("SELECT count(*) FROM passage_terms WHERE passage_terms MATCH 'mill'").fetchone() == (1,)
    uid = earlier.execute("SELECT uid FROM base").fetchone()
    earlier.close()
    store = Store(path)
    assert not [name for name in store.database.table_names() if "term" in name]
    assert (store.generation()[0],) == uid
    put(store)
    assert list(differences(store)) == []
    changes.remove(store, "one")
    store.close()


def test_a_base_made_before_addresses_were_stored_knows_its_sources_by_them(tmp_path: Path) -> None:
    path = tmp_path / "knowledge.db"
    earlier = Database(path)
    migrations.apply(earlier, stop_before="m009_canonical_addresses")
    for number, url in enumerate(["https://a.test/x?utm_source=y#part", None, "by post", "http://A.test:80/x"], 1):
        earlier.conn.execute(
            "INSERT INTO snapshots (id, source, sha256, text, length, location, added) "
            "VALUES (?, ?, ?, 'A', 1, '/a', '')",
            [number, f"s{number}", sha256("A")],
        )
        earlier.conn.execute(
            "INSERT INTO sources (id, title, url, language, kind, location, added, snapshot) "
            "VALUES (?, 'A', ?, 'en', 'article', '/a', '', ?)",
            [f"s{number}", url, number],
        )
    earlier.conn.commit()
    earlier.close()
    store = Store(path)
    assert [source.id for source in store.sources_with_address("//a.test/x", OPERATOR)] == ["s1", "s4"]
    assert [row["source"] for row in store.rows("SELECT source FROM source_addresses ORDER BY source")] == ["s1", "s4"]
    store.close()


def test_a_source_is_known_by_the_address_it_has_now(store: Store) -> None:
    def known(address: str) -> list[str]:
        return [source.id for source in store.sources_with_address(address, OPERATOR)]

    put(store)
    assert known("//a.test/x") == []
    changes.describe(store, "one", replace(DESCRIPTION, url="https://a.test/x#part"))
    assert known("//a.test/x") == ["one"]
    assert store.sources_with_address("//a.test/x", "community:1") == []
    changes.describe(store, "one", replace(DESCRIPTION, url="https://a.test/y"))
    assert (known("//a.test/x"), known("//a.test/y")) == ([], ["one"])
    put(store)
    assert known("//a.test/y") == []
    changes.describe(store, "one", replace(DESCRIPTION, url="https://a.test/y"))
    changes.remove(store, "one")
    assert store.rows("SELECT * FROM source_addresses") == []


@pytest.mark.parametrize(
    "look_up",
    [
        lambda store: store.sources_at("/a", OPERATOR),
        lambda store: store.sources_with_address("//a.test/x", OPERATOR),
        lambda store: store.sources_with_digest(sha256(TEXT), OPERATOR),
    ],
)
def test_whether_a_document_is_known_is_not_looked_for_among_all_sources(
    store: Store, look_up: Callable[[Store], list[Source]]
) -> None:
    for number in range(50):
        description = replace(DESCRIPTION, url=f"https://a.test/{number}")
        text = TEXT.replace("criticised", f"criticised {number} times")
        changes.put(store, f"s{number}", document(text), segments(text), description, owner=OPERATOR)
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    store.database.conn.set_progress_handler(count, 1)
    look_up(store)
    store.database.conn.set_progress_handler(None, 1)
    # Instructions of SQLite's machine: a look-up takes some twenty, and every source that is read ten.
    assert 10 < steps < 100


def test_a_new_base_has_no_full_text_index_either(store: Store) -> None:
    assert [migration.name for migration in migrations.applied(store.database)] == [
        "m001_spine",
        "m002_words_in_the_index",
        "m003_several_translations",
        "m004_bundled_documents",
        "m005_owners",
        "m006_quotations_in_parts",
        "m007_notes_questions_and_times",
        "m008_quotations_within_others",
        "m009_canonical_addresses",
    ]
    assert not [name for name in store.database.table_names() if "term" in name]


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "knowledge.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(DamagedDatabase, match="damaged"):
        Store(path)
    assert path.read_bytes().startswith(b"not a database")


def test_a_folder_that_is_missing_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(HomeNotWritable):
        Store(tmp_path / "missing" / "knowledge.db")


def test_a_sound_base_has_no_differences(store: Store) -> None:
    put(store)
    assert list(differences(store)) == []


@pytest.mark.parametrize("table", ["units", "paragraphs"])
@pytest.mark.parametrize("column", ["start", "end"])
@pytest.mark.parametrize("step", [-1, 1])
def test_any_span_moved_by_one_is_found(store: Store, table: str, column: str, step: int) -> None:
    put(store)
    connection = store.database.conn
    connection.execute(f"DROP TRIGGER {table}_fixed")
    for row in connection.execute(f"SELECT rowid, {column} FROM {table}").fetchall():
        moved = row[1] + step
        if moved < 0:
            continue
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", [moved, row[0]])
        assert list(differences(store)), f"{table} row {row[0]}"
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", [row[1], row[0]])
    assert list(differences(store)) == []
    connection.rollback()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DROP TRIGGER snapshots_fixed; UPDATE snapshots SET text = replace(text, 'Meta', 'Nota')", "the text is not"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM sentences WHERE id = (SELECT min(id) FROM sentences)", "nothing else"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM units WHERE kind = 'passage' AND start = 0", "no passage"),
    ],
)
def test_damage_behind_the_programs_back_is_found(store: Store, damage: str, said: str) -> None:
    put(store)
    store.database.conn.executescript(damage)
    assert any(said in f"{subject} {detail}" for subject, detail in differences(store))
