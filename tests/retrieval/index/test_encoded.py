"""The text that is encoded for a passage: its source's title, and what is left of it without reference marks."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.ingest import segmented
from knowledge.readers import ReadingLimits, read_bytes
from retrieval.engine import Engine
from retrieval.index.encoded import EncodedPassage, encoded_passages, planned_passages, without_marks
from retrieval.index.encoding_store import text_digest

MARKED = """The tide mill stands by the river.[1] It is old,[2][3] and "nobody works there now", said Ann Ode. [12]

[4] Who built it is not known [5]. A note[1234] and a list [a] are no marks.

[6]
"""
PROSE = st.text(st.characters(exclude_characters="[]", exclude_categories=["Cs"]), max_size=12)
MARK = st.integers(0, 999).map("[{}]".format)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    """A text with reference marks, and the spans of what stands between them and the spaces before them."""
    text, spans = "", []
    for prose in draw(st.lists(PROSE, max_size=6)):
        spans.append((len(text), len(text) + len(prose.rstrip())))
        text += prose + draw(st.just("") | MARK | st.tuples(MARK, MARK).map("".join))
        if not text.endswith("]"):
            # The next one goes on, so that the spaces at this one's end stand before no mark.
            text += "|"
    return text, spans


@given(marked_texts(), st.data())
def test_what_stands_between_marks_is_mapped_to_itself(
    drawn: tuple[str, list[tuple[int, int]]], data: st.DataObject
) -> None:
    text, spans = drawn
    plain, place = without_marks(text)
    for first, last in spans:
        start = data.draw(st.integers(first, last))
        end = data.draw(st.integers(start, last))
        assert plain[place(start) : place(end)] == text[start:end]


@given(marked_texts(), st.lists(st.integers(-5, 120)))
def test_offsets_stay_within_the_new_text_and_in_their_order(
    drawn: tuple[str, list[tuple[int, int]]], offsets: list[int]
) -> None:
    text, _ = drawn
    plain, place = without_marks(text)
    placed = [place(offset) for offset in sorted([*offsets, 0, len(text)])]
    assert placed == sorted(placed)
    assert (placed[0], placed[-1]) == (place(0), place(len(text))) == (0, len(plain))


@pytest.mark.parametrize("text", ["[1]", "[1][22]", "[1] [2]\n[3]", "", "[1234]", "[a]", "[]", "no mark"])
def test_a_text_that_is_nothing_but_marks_stays_as_does_one_without_any(text: str) -> None:
    plain, place = without_marks(text)
    assert plain == text
    assert [place(offset) for offset in range(len(text) + 1)] == list(range(len(text) + 1))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("It is old.[1] It stands.", "It is old. It stands."),
        ("It is old \n [1], and stands [2].", "It is old, and stands."),
        ("[1] It is old.", " It is old."),
        ("It is [[2]] old.", "It is [] old."),
        ("It is [1][2][3].", "It is."),
    ],
)
def test_marks_go_with_the_spaces_before_them(text: str, plain: str) -> None:
    assert without_marks(text)[0] == plain


def test_a_million_spaces_take_no_time() -> None:
    text = " " * 1_000_000 + "[1"
    assert without_marks(text)[0] == text


Add = Callable[..., None]


def passages(engine: Engine) -> list[EncodedPassage]:
    return list(encoded_passages(engine.store, engine.base.index.postings.passages()))


def check_parts(engine: Engine) -> None:
    """Every sentence and quote is a part of its passage, and lies where its text is, after the title."""
    units, encoded = {unit.id: unit for unit in engine.store.units()}, passages(engine)
    titles = {source.snapshot: source.title for source in engine.store.sources()}
    assert [passage.id for passage in encoded] == [key for key, unit in units.items() if unit.kind == "passage"]
    for passage in encoded:
        assert passage.text.startswith(f"{titles[units[passage.id].span.snapshot]}. ")
        own = {key for key, unit in units.items() if unit.kind != "passage" and unit.passage == passage.id}
        assert {part.id for part in passage.parts} == own
        for part in passage.parts:
            span = units[part.id].span
            stored = engine.store.snapshot(span.snapshot).text[span.start : span.end]
            expected = "" if re.fullmatch(r"(\[\d{1,3}\]\s*)+", stored) else without_marks(stored)[0]
            assert passage.text[slice(*part.span)] == expected


def test_every_sentence_and_quote_is_a_part_of_its_passage(engine: Engine) -> None:
    check_parts(engine)
    kinds = Counter(unit.kind for unit in engine.store.units())
    assert sum(len(passage.parts) for passage in passages(engine)) == kinds["sentence"] + kinds["quote"] > 20


def test_parts_lie_where_their_texts_are_once_the_marks_are_gone(own: Engine, add: Add) -> None:
    add(mill_txt=MARKED)
    check_parts(own)
    (passage,) = passages(own)
    texts = [passage.text[slice(*part.span)] for part in passage.parts]
    assert texts[:2] == ["The tide mill stands by the river.", 'It is old, and "nobody works there now", said Ann Ode.']
    assert "nobody works there now" in texts
    assert "" in texts  # "[6]" is a sentence of its own.
    assert without_marks(passage.text)[0] == passage.text
    assert passage.text.startswith("Mills. The tide mill stands by the river. It is old, and")
    assert "note[1234] and a list [a]" in passage.text


def test_a_key_is_that_of_the_text_and_the_places_of_parts_are_each_given_once(own: Engine, add: Add) -> None:
    add(mill_txt=MARKED)
    (passage,) = passages(own)
    assert passage.key == text_digest(passage.text)
    assert passage.spans == tuple(sorted({part.span for part in passage.parts}))
    assert {part.is_quote for part in passage.parts} == {True, False}


def test_a_document_is_encoded_before_it_is_stored_as_it_is_afterwards(engine: Engine) -> None:
    for source in engine.sources():
        stored = list(encoded_passages(engine.store, engine.store.passage_ids(source.snapshot)))
        path = Path(source.location)
        limits = ReadingLimits()
        document = read_bytes(
            path.read_bytes(), name=path.name, content_type=None, location=source.location, limits=limits
        )
        planned = planned_passages(document.text, source.title, segmented(document, source.language))
        for before, after in zip(planned, stored, strict=True):
            assert before.spans == after.spans
            assert (before.key, before.language, before.words) == (after.key, after.language, after.words)


def test_the_title_of_a_source_is_read_before_each_of_its_passages(own: Engine, add: Add) -> None:
    text = "The tide mill stands by the river. It is very old."
    add("Mills of the coast", one_txt=text)
    add("Rivers", two_txt=f"{text}\n\nIt has three wheels.")
    add("M" * 300, three_txt=f"{text}[1]")
    check = [passage.text.removesuffix("\n\nIt has three wheels.") for passage in passages(own)]
    assert check == [f"Mills of the coast. {text}", f"Rivers. {text}", f"{'M' * 200}. {text}"]
    assert len({passage.key for passage in passages(own)}) == 3
