"""From a document to a stored source: what is the same source, and what holds for any text whatever."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import NoText
from knowledge.ingest import ingest, segmented
from knowledge.integrity import differences
from knowledge.model import Document, Metadata
from knowledge.readers import ReadingLimits, read_bytes
from knowledge.store import Store

NEWS = "La ministra Ana Ruiz dijo el martes: “No habrá peajes este año”. Los vecinos lo celebraron en la plaza."


def document(text: str, location: str = "/news/one.txt", name: str = "one.txt") -> Document:
    return read_bytes(text.encode(), name=name, content_type=None, location=location, limits=ReadingLimits())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "knowledge.db")
    yield opened
    opened.close()


def test_what_is_given_outweighs_what_the_document_says(store: Store) -> None:
    text = "---\ntitle: Own title\nauthor: Own author\n---\n\nA short text about ferries and their captains."
    source, change = ingest(store, document(text, "/a.md", "a.md"), Metadata(title="Given title", licence="CC BY 4.0"))
    assert change == "added"
    assert (source.title, source.author, source.licence) == ("Given title", "Own author", "CC BY 4.0")


def test_the_same_text_from_the_same_place_changes_nothing(store: Store) -> None:
    first, _ = ingest(store, document(NEWS), Metadata())
    generation = store.generation()
    assert ingest(store, document(NEWS), Metadata()) == (first, "unchanged")
    assert store.generation() == generation


def test_a_copy_under_another_path_is_the_same_source(store: Store) -> None:
    first, _ = ingest(store, document(NEWS), Metadata())
    assert ingest(store, document(NEWS, "/copy/two.txt", "two.txt"), Metadata())[0].id == first.id
    assert len(store.sources()) == 1


def test_two_outlets_may_print_the_same_text(store: Store) -> None:
    ingest(store, document(NEWS), Metadata(publisher="One paper"))
    ingest(store, document(NEWS, "/other.txt", "other.txt"), Metadata(publisher="Another paper"))
    assert {source.publisher for source in store.sources()} == {"One paper", "Another paper"}


def test_a_description_can_be_corrected_without_a_new_snapshot(store: Store) -> None:
    first, _ = ingest(store, document(NEWS), Metadata())
    corrected, change = ingest(store, document(NEWS), Metadata(title="Peajes", published="2024-01-02"))
    assert (corrected.title, corrected.published, change) == ("Peajes", "2024-01-02", "updated")
    assert corrected.snapshot == first.snapshot
    kept, _ = ingest(store, document(NEWS), Metadata())
    assert (kept.title, kept.published) == ("Peajes", "2024-01-02")


def test_a_corrected_language_is_that_of_every_passage(store: Store) -> None:
    def languages() -> set[str]:
        return {passage.language for passage in store.passages(unit.id for unit in store.units()).values()}

    ingest(store, document("Pan Deluxe"), Metadata(language="en"))
    assert languages() == {"en"}
    source, change = ingest(store, document("Pan Deluxe"), Metadata(language="es"))
    assert (source.language, change) == ("es", "updated")
    assert languages() == {"es"}


def test_ids_are_readable_and_never_collide(store: Store) -> None:
    names = ["El Año de los Peajes.txt", "../../etc/passwd.txt", "¿?.txt", "x" * 300 + ".txt"]
    for number, name in enumerate(names):
        ingest(store, document(f"Sentence number {number} is here.", f"/{number}/{name}", name), Metadata())
    ids = [source.id for source in store.sources()]
    assert len(set(ids)) == len(names)
    assert "el-ano-de-los-peajes" in ids
    assert all(0 < len(one) <= 64 and set(one) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for one in ids)
    ingest(store, document("Another one is here.", f"/9/{names[0]}", names[0]), Metadata())
    assert "el-ano-de-los-peajes-2" in [source.id for source in store.sources()]


@pytest.mark.parametrize("text", ["…", "— — —", "***", "🦊 🦊"])
def test_a_text_without_a_sentence_is_refused(store: Store, text: str) -> None:
    with pytest.raises(NoText):
        ingest(store, document(text), Metadata())
    assert store.sources() == []


words = st.sampled_from(
    [
        "Meta",
        "dijo",
        "said",
        "“",
        "”",
        "«",
        "»",
        '"',
        "'",
        ".",
        "…",
        "?",
        "¿",
        "\n",
        "\n\n",
        " ",
        "EE. UU.",
        "Sr.",
        "5,6",
        "el Dr. Ruiz",
        "Ana Ruiz",
        "—",
        "(",
        ")",
        "no",
        "ﬁ",
        "é",
        "e\u0301",
        "🦊",
        "\u202e",
        "\u00ad",
        "[1]",
        ",",
        ":",
        "\t",
    ]
)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    st.one_of(
        st.text(max_size=400), st.lists(words, max_size=120).map(" ".join), st.lists(words, max_size=120).map("".join)
    )
)
def test_for_any_text_every_span_holds_its_words_and_passages_cover_all(text: str) -> None:
    try:
        made = document(text)
        found = segmented(made, "es")
    except NoText:
        return
    except Exception as error:
        # Control characters make a file no text; anything else is a fault.
        assert type(error).__name__ in {"UnsupportedFormat", "DamagedDocument"}
        return
    for spans in (found.passages, found.sentences, [(quote.start, quote.end) for quote in found.quotes]):
        before = 0
        for start, end, *_ in spans:
            assert before <= start < end <= len(made.text)
            assert made.text[start:end] == made.text[start:end].strip()
            before = end
    covered = {place for start, end, *_ in found.passages for place in range(start, end)}
    uncovered = {place for place, character in enumerate(made.text) if not character.isspace()} - covered
    assert not uncovered
    for start, end, paragraph in found.sentences:
        one = made.paragraphs[paragraph - 1]
        assert one.start <= start < end <= one.end
        assert sum(first <= start and end <= last for first, last, *_ in found.passages) == 1


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.lists(st.lists(words, min_size=3, max_size=60).map(" ".join), min_size=1, max_size=3))
def test_the_database_takes_any_text_and_finds_nothing_wrong_with_it(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    store = Store(folder / "knowledge.db")
    try:
        for number, text in enumerate(texts):
            try:
                ingest(store, document(text, f"/{number}.txt", f"{number}.txt"), Metadata())
            except NoText:
                continue
        assert list(differences(store)) == []
    finally:
        store.close()
        for path in folder.iterdir():
            path.unlink()
