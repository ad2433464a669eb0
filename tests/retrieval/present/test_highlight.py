"""The words that answer are a slice of the excerpt, whole characters of it, or are not shown at all."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.model import Citation, Highlight
from retrieval.present.highlight import answering_words, split_at_highlight
from retrieval.present.inert import inert

Make = Callable[..., Citation]
PIECES = [
    "a",
    "b c",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "e\u0301",
    "\u0301",
    "\u200b",
    "\u200d",
    "\u202e",
    "\0",
    "👩‍🔬",
    "🇪🇸",
    "می‌خواهم",
]
any_text = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), min_size=1, max_size=12).map("".join)
thorough = settings(
    derandomize=True, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def marked(citation: Citation, exact: str, start: int, end: int, words: str = "never shown") -> Citation:
    """The citation of other words, those from `start` to `end` in it marked."""
    place = citation.start
    highlight = Highlight(place + start, place + end, words)
    return replace(citation, exact=exact, context=exact, end=place + len(exact), highlight=highlight)


def test_the_excerpt_is_split_where_the_words_that_answer_begin_and_end(highlighted: Make) -> None:
    parts = split_at_highlight(highlighted())
    assert parts == ("The mill produces ", "300 kilograms of flour", " a week, but only when the tide is high enough.")
    assert answering_words(highlighted()) == "300 kilograms of flour"


def test_without_words_that_answer_there_are_no_parts(make_citation: Make) -> None:
    assert split_at_highlight(make_citation()) is None
    assert answering_words(make_citation()) is None


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (-5, -2), (3, 3), (5, 2), (0, 88), (87, 88), (500, 600)])
def test_offsets_outside_the_excerpt_mark_nothing(make_citation: Make, start: int, end: int) -> None:
    exact = make_citation().exact
    assert len(exact) == 87
    assert split_at_highlight(marked(make_citation(), exact, start, end, exact[:3])) is None


def test_the_offsets_count_and_not_where_the_words_stand_first(highlighted: Make) -> None:
    citation = highlighted()
    second = marked(citation, "2023, no: 2023.", 10, 14, "2023")
    assert split_at_highlight(second) == ("2023, no: ", "2023", ".")


@pytest.mark.parametrize(
    ("exact", "start", "end", "words"),
    [
        ("It cost  300 euros .", 7, 19, "300 euros"),
        ("cafe\u0301 con leche", 0, 4, "cafe\u0301"),
        ("by 👩‍🔬 alone", 4, 5, "👩‍🔬"),
        ("one\r\ntwo", 4, 8, "two"),
        ("one \u200b two", 3, 9, "two"),
    ],
)
def test_they_are_whole_characters_without_spaces_at_the_ends(
    make_citation: Make, exact: str, start: int, end: int, words: str
) -> None:
    parts = split_at_highlight(marked(make_citation(), exact, start, end))
    assert parts is not None
    assert parts[1] == words
    assert "".join(parts) == inert(exact)


@pytest.mark.parametrize(("exact", "start", "end"), [("a   b", 1, 4), ("a\u200bb", 1, 2), ("می‌خواهم", 0, 3)])
def test_nothing_is_marked_where_there_is_nothing_to_see_or_a_mark_would_change_the_words(
    make_citation: Make, exact: str, start: int, end: int
) -> None:
    assert split_at_highlight(marked(make_citation(), exact, start, end)) is None


@pytest.mark.parametrize(("end", "alone"), [(1, True), (8, True), (9, False), (10, False)])
def test_words_that_are_nearly_the_whole_excerpt_do_not_stand_before_it(
    make_citation: Make, end: int, alone: bool
) -> None:
    citation = marked(make_citation(), "abcdefghij", 0, end)
    assert (answering_words(citation) is not None) == alone
    assert split_at_highlight(citation) == ("", "abcdefghij"[:end], "abcdefghij"[end:])


def test_before_the_excerpt_they_stand_on_one_line(make_citation: Make) -> None:
    assert answering_words(marked(make_citation(), "They are:\none,\n\n two and that is all", 10, 20)) == "one, two"


@given(any_text, st.integers(-3, 40), st.integers(-3, 40))
@thorough
def test_the_parts_are_the_very_excerpt(make_citation: Make, exact: str, start: int, end: int) -> None:
    citation = make_citation()
    parts = split_at_highlight(marked(citation, exact, start, end))
    if parts is None:
        return
    assert 0 <= start < end <= len(exact)
    assert "".join(parts) == inert(exact) == "".join(map(inert, parts))
    assert parts[1] == parts[1].strip() != ""
    assert inert(exact[start:end]).strip() in parts[1]
    whole = {0, *(match.end() for match in regex.finditer(r"\X", inert(exact)))}
    assert {len(parts[0]), len(parts[0] + parts[1])} <= whole
