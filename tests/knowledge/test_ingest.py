"""From a document to a stored source: what is the same source, and what holds for any text whatever."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import changes
from knowledge.errors import NoText, NotYours, UnknownSource
from knowledge.ingest import find_quotes_again, ingest, segmented
from knowledge.integrity import differences
from knowledge.model import BUNDLED, OPERATOR, Document, Metadata, Source, community
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


def test_a_quotation_within_a_quotation_is_stored_as_its_own_speakers(store: Store) -> None:
    text = (
        "“My editor, Tomas Keller, told me, ‘Keep shooting until dawn,’” Laura Bennett said on Monday. "
        "The bridge was reopened in the spring."
    )
    ingest(store, document(text), Metadata())
    outer, inner = store.quotes()
    words = [text[quote.span.start : quote.span.end] for quote in (outer, inner)]
    assert words == ["My editor, Tomas Keller, told me, ‘Keep shooting until dawn,’", "Keep shooting until dawn,"]
    assert (outer.speaker, inner.speaker, inner.within) == ("Laura Bennett", "Tomas Keller", outer.id)
    assert find_quotes_again(store) == 0


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


# Whose a source is.


def front_matter(text: str, location: str, **fields: str) -> Document:
    lines = "".join(f"{name}: {value}\n" for name, value in fields.items())
    content = f"---\n{lines}---\n{text}\n".encode()
    return read_bytes(content, name="x.md", content_type=None, location=location, limits=ReadingLimits())


def test_a_document_never_takes_anothers_place_by_its_id(store: Store) -> None:
    ingest(store, front_matter("The mill was built in 1742.", "bundled:briefs/en/mill.md", id="mill"), Metadata(),
           owner=BUNDLED)  # fmt: skip
    for number, owner in enumerate((OPERATOR, community(1)), 2):
        forged = front_matter(f"The mill has {number} moons.", f"/{number}.md", id="mill", publisher="A newspaper")
        source, change = ingest(store, forged, Metadata(), owner=owner)
        assert (source.id, change, source.owner) == (f"mill-{number}", "added", owner)
    assert store.source("mill").publisher is None


def test_the_bundled_base_is_known_by_its_ids_and_by_them_alone(store: Store) -> None:
    ingest(store, front_matter("Ours was first.", "/own.md", id="mill"), Metadata())
    for words in ("The mill was built.", "The mill was built in 1742."):
        source, _ = ingest(
            store, front_matter(words, "bundled:briefs/en/mill.md", id="mill"), Metadata(), owner=BUNDLED
        )
        assert source.id == "mill-2"
    moved = front_matter("The mill was built in 1743.", "bundled:briefs/es/mill.md", id="mill-2")
    assert ingest(store, moved, Metadata(), owner=BUNDLED)[1] == "updated"


@pytest.mark.parametrize("owner", [OPERATOR, community(2)])
def test_the_same_place_and_the_same_text_of_another_owner_are_another_source(store: Store, owner: str) -> None:
    first, _ = ingest(store, document(NEWS), Metadata(), owner=community(1))
    second, change = ingest(store, document(NEWS), Metadata(), owner=owner)
    assert change == "added"
    assert first.id != second.id
    assert ingest(store, document(NEWS), Metadata(), owner=owner) == (second, "unchanged")


ADDRESS = "https://example.org/mill"


def test_an_address_given_by_hand_makes_an_update_of_ones_own_source(store: Store) -> None:
    first, _ = ingest(store, document("The mill is old.", "-", ""), Metadata(url=ADDRESS))
    second, change = ingest(store, document("The mill is very old.", "-", ""), Metadata(url=ADDRESS))
    assert (second.id, change) == (first.id, "updated")
    third, change = ingest(store, front_matter("The mill is older.", "/mill.md", url=ADDRESS), Metadata())
    assert (third.id, change) == (first.id, "updated")
    fetched, change = ingest(store, document("The mill is oldest.", ADDRESS, "mill.txt"), Metadata())
    assert (fetched.id, change) == (first.id, "updated")
    other, change = ingest(store, document("A mill.", "-", ""), Metadata(url=ADDRESS), owner=community(1))
    assert (other.id != first.id, change) == (True, "added")


def test_an_address_that_a_fetched_document_claims_makes_no_update(store: Store) -> None:
    first, _ = ingest(store, document("The mill is old.", ADDRESS, "mill.txt"), Metadata(url=ADDRESS))
    forged = front_matter("The mill is new.", "https://evil.example/mill.md", url=ADDRESS)
    assert ingest(store, forged, Metadata())[0].id != first.id
    page = f'<html><head><link rel="canonical" href="{ADDRESS}"></head><body><p>{"The mill is gone. " * 9}</p></body>'
    claimed = read_bytes(page.encode(), name="x.html", content_type=None, location="/x.html", limits=ReadingLimits())
    assert ingest(store, claimed, Metadata())[0].id != first.id
    assert "old" in store.snapshot(store.source(first.id).snapshot).text


def test_only_its_owner_changes_or_removes_a_source(store: Store) -> None:
    source, _ = ingest(store, document(NEWS), Metadata(), owner=community(1))
    with pytest.raises(NotYours):
        changes.remove(store, source.id, by=community(2))
    changes.remove(store, source.id, by=community(1))
    with pytest.raises(UnknownSource):
        store.source(source.id)


def test_an_item_of_a_feed_is_known_by_its_mark_and_takes_no_other_place(store: Store) -> None:
    page, _ = ingest(store, document("The mill is old.", ADDRESS, "mill.txt"), Metadata())
    for words in ("The mill is old.", "The mill is new."):
        item = replace(document(words), location="https://example.org/feed#id=1", metadata=Metadata(url=ADDRESS))
        source, change = ingest(store, item, Metadata(url=ADDRESS, title="News"))
        assert source.id != page.id
    assert change == "updated"
    assert store.source(page.id) == page
    again, change = ingest(store, document("The mill is older.", ADDRESS, "mill.txt"), Metadata())
    assert (again.id, change) == (page.id, "updated")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://example.org/mill", "https://example.org/mill#part"),
        ("https://example.org/mill?utm_source=x", "https://EXAMPLE.org:443/mill?fbclid=1"),
        ("http://example.org", "https://example.org/"),
        ("https://example.org/mill?id=4&gclid=2", "https://example.org/mill?id=4"),
    ],
)
def test_a_document_is_known_by_its_address_before_its_path(store: Store, first: str, second: str) -> None:
    known, _ = ingest(store, front_matter("The mill killed three.", "/v1.md", url=first), Metadata())
    ingest(store, front_matter("Another text altogether.", "/v2.md", url="https://example.org/other"), Metadata())
    source, change = ingest(store, front_matter("The mill killed two.", "/v2.md", url=second), Metadata())
    assert (source.id, change) == (known.id, "updated")
    assert "two" in store.snapshot(source.snapshot).text
    assert not [unit for unit in store.units() if "three" in store.snapshot(unit.span.snapshot).text]


def page(text: str, location: str, canonical: str) -> Document:
    source = f'<html><head><link rel="canonical" href="{canonical}"></head><body><p>{text * 9}</p></body></html>'
    return read_bytes(source.encode(), name="x.html", content_type=None, location=location, limits=ReadingLimits())


def test_a_page_is_known_by_the_canonical_address_that_it_was_fetched_from(store: Store) -> None:
    first, _ = ingest(store, page("The mill is old. ", f"{ADDRESS}?ref=home", ADDRESS), Metadata())
    assert first.url == ADDRESS
    again, change = ingest(store, page("The mill is new. ", f"{ADDRESS}?ref=mail&x=2", ADDRESS), Metadata())
    assert (again.id, change) == (first.id, "updated")
    other, change = ingest(store, page("The dam is new. ", "https://example.org/dam", ADDRESS), Metadata())
    assert (other.id != first.id, change) == (True, "added")


def test_the_same_words_under_two_addresses_are_two_sources_of_one_origin(store: Store) -> None:
    def added(text: str, name: str) -> Source:
        return ingest(store, front_matter(text, f"/{name}.md", url=f"https://{name}.example/x"), Metadata())[0]

    first, second = added("The mill is old. It stands.", "a"), added("The mill is old.  It stands!", "b")
    third = added("The mill is new. It stands.", "c")
    assert first.id != second.id
    assert first.origin == second.origin != third.origin
    assert added("The mill is new. It stands.", "b").origin == third.origin


def test_paragraphs_that_are_read_otherwise_are_stored_anew(store: Store) -> None:
    read = document("Q: Is it old?\n\nA: It is.\n\nQ: Is it yours?\n\nA: It is not.")
    plain = replace(read, paragraphs=tuple(replace(part, role="text") for part in read.paragraphs))
    first, _ = ingest(store, plain, Metadata())
    second, change = ingest(store, read, Metadata())
    assert (second.snapshot, change) == (first.snapshot, "updated")
    assert [part.role for part in store.paragraphs(second.snapshot)] == ["question", "text"] * 2
    assert list(differences(store)) == []
    assert ingest(store, read, Metadata())[1] == "unchanged"
