"""Paragraphs of plain text as a reader would count them, and blocks put together into one text."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.formats.paragraphs import Block, assemble, clean, plain_paragraphs

LINES = st.lists(st.text("ab.Á «»\t\f\u2028\u00a0👩-", max_size=60), max_size=12).map("\n".join)
WRAPPED = (
    "The committee met on Monday and agreed that the new rules\n"
    "would apply to every company in the sector, whatever their\n"
    "size, from the first day of the coming year.\n"
)


def found(text: str) -> list[str]:
    return [text[part.start : part.end] for part in plain_paragraphs(text)]


@settings(derandomize=True, deadline=None)
@given(st.one_of(LINES, st.text(max_size=200).map(lambda text: text.replace("\r", ""))))
def test_paragraphs_are_in_order_and_cover_everything_that_can_be_seen(text: str) -> None:
    covered = [False] * len(text)
    last = 0
    for part in plain_paragraphs(text):
        assert last <= part.start < part.end <= len(text)
        assert not text[part.start].isspace()
        assert not text[part.end - 1].isspace()
        covered[part.start : part.end] = [True] * (part.end - part.start)
        last = part.end
    assert all(inside or character.isspace() for character, inside in zip(text, covered, strict=True))


@settings(derandomize=True, deadline=None)
@given(st.lists(st.builds(Block, st.text(max_size=40), st.sampled_from(["text", "heading", "item", "table", "code"]))))
def test_assembled_blocks_stand_where_they_are_said_to(blocks: list[Block]) -> None:
    text, paragraphs = assemble(blocks)
    assert text == unicodedata.normalize("NFC", text)
    assert "\n\n".join(text[part.start : part.end] for part in paragraphs) == text
    assert all(text[part.start : part.end].strip() == text[part.start : part.end] for part in paragraphs)
    assert len(paragraphs) <= len(blocks)


def test_a_blank_line_separates_paragraphs() -> None:
    assert found("One\nstill one.\n \t\nTwo.\n\n\n\nThree.\n\n") == ["One\nstill one.", "Two.", "Three."]


def test_without_blank_lines_each_line_is_a_paragraph() -> None:
    assert found("One.\n  Two.  \nThree") == ["One.", "Two.", "Three"]
    long_lines = "\n".join(f"Paragraph {n} goes on and on, well beyond any margin. " * 4 for n in range(3))
    assert len(found(long_lines)) == 3


def test_blank_lines_at_the_ends_separate_nothing() -> None:
    assert found("\n\nOne.\nTwo.\n\n") == ["One.", "Two."]


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    assert found(WRAPPED) == [WRAPPED.strip()]


def test_a_list_of_short_lines_is_not_wrapped() -> None:
    assert found("Apples\nPears\nPlums") == ["Apples", "Pears", "Plums"]


def test_a_sentence_a_line_is_not_wrapped() -> None:
    text = "This line is a sentence of its own and ends here.\nSo does this one, which is about as long as it.\n"
    assert len(found(text)) == 2


def test_wrapped_paragraphs_begin_at_an_indent_or_after_a_short_last_line() -> None:
    assert len(found(WRAPPED + WRAPPED)) == 2
    indented = "   " + WRAPPED.replace("coming year", "coming year, without delay") + "   " + WRAPPED
    assert len(found(indented)) == 2


def test_cleaning_removes_what_nobody_sees() -> None:
    assert clean("of\u00adfi\u200bce \ufb03 \u202eabc\u2069 e\u0301\ufeff\x00") == "office ffi abc é"


def test_cleaning_leaves_emoji_whole() -> None:
    assert clean("👩\u200d💻 a\u200db") == "👩\u200d💻 ab"


def test_tables_and_code_keep_their_lines() -> None:
    text, _ = assemble([Block("a \n b", "text"), Block("a |  b\n\n c", "table"), Block("if x:\n\ty\n\n  z", "code")])
    assert text == "a b\n\na | b\nc\n\nif x:\n    y\n  z"
