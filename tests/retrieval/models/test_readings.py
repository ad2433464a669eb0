"""Readings out of log-odds: the likeliest answer against a search of every one, and spans of whole letters."""

import unicodedata

import numpy as np
import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from retrieval.model import Stances
from retrieval.models.readings import best_span, span_shares, stances, whole_words

LONGEST = 40
LOG_ODDS = st.floats(-30, 30, width=32)
# A letter with a mark after it, an emoji of several characters, a flag, white space of many kinds, a lone surrogate.
PARTS = st.sampled_from(
    ["Jose\u0301", "e\u0301", "\u0301", "👨\u200d👩\u200d👧", "🇪🇸", " ", "\u00a0", "\n", "\r\n", "\t", "\udce9", "\x00",
     "a", "mill", "日本", "\u200b", "ﬁ", "n\u0303\u0323"]
)  # fmt: skip
TEXTS = st.lists(PARTS, max_size=12).map("".join)


def shares(column: NDArray[np.float32]) -> NDArray[np.float64]:
    powers = np.exp(column.astype(np.float64) - column.max())
    return np.asarray(powers / powers.sum())


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.integers(1, 60).flatmap(lambda pieces: arrays(np.float32, (pieces, 2), elements=LOG_ODDS)))
def test_the_best_span_is_the_likeliest_of_all(ends: NDArray[np.float32]) -> None:
    begin, end = shares(ends[:, 0]), shares(ends[:, 1])
    every = {
        (first, last): begin[first] * end[last]
        for first in range(len(ends))
        for last in range(first, min(len(ends), first + LONGEST))
    }
    first, last, probability = best_span(ends)
    # Of equal ones any may be chosen.
    assert every[first, last] == pytest.approx(max(every.values()), rel=1e-4)
    assert probability == pytest.approx(every[first, last], rel=1e-3, abs=1e-12)
    assert 0 <= probability <= 1 + 1e-6


@pytest.mark.parametrize(("first", "last"), [(0, 0), (0, 39), (5, 44), (59, 59), (20, 30)])
def test_an_answer_has_at_most_forty_pieces(first: int, last: int) -> None:
    ends = np.zeros((60, 2), np.float32)
    ends[first, 0] = ends[last, 1] = 20
    given_first, given_last, probability = best_span(ends)
    assert (given_first, given_last) == (first, last)
    assert probability == pytest.approx(1, abs=1e-4)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.integers(1, 20).flatmap(lambda pieces: arrays(np.float32, (pieces, 2), elements=LOG_ODDS)),
    st.lists(st.tuples(st.integers(0, 70), st.integers(1, 20)), max_size=5),
)
def test_a_span_has_what_the_pieces_that_touch_it_have(
    ends: NDArray[np.float32], places: list[tuple[int, int]]
) -> None:
    begin, end = shares(ends[:, 0]), shares(ends[:, 1])
    offsets = [(3 * number, 3 * number + 3) for number in range(len(ends))]
    spans = [(start, start + length) for start, length in places]
    for (start, stop), share in zip(spans, span_shares(ends, offsets, spans), strict=True):
        touched = [number for number, (first, last) in enumerate(offsets) if first < stop and last > start]
        assert share == pytest.approx(begin[touched].sum() * end[touched].sum(), rel=1e-3, abs=1e-12)


def test_nothing_read_names_nobody() -> None:
    assert span_shares(np.zeros((0, 2), np.float32), [], [(0, 3), (4, 6)]) == [0, 0]


@pytest.mark.parametrize(("first", "last"), [(0, 40), (1, 59), (9, 8), (59, 0)])
def test_longer_ones_and_those_that_end_before_they_begin_are_none(first: int, last: int) -> None:
    ends = np.zeros((60, 2), np.float32)
    ends[first, 0] = ends[last, 1] = 20
    given_first, given_last, probability = best_span(ends)
    assert (given_first, given_last) != (first, last)
    assert probability < 1e-6


def test_no_pieces_have_no_answer() -> None:
    assert best_span(np.zeros((0, 2), np.float32)) == (0, 0, 0.0)


@pytest.mark.parametrize("size", [1e4, -1e4])
def test_large_log_odds_have_a_probability(size: float) -> None:
    ends = np.full((3, 2), size, np.float32)
    assert best_span(ends)[:2] == (0, 0)
    assert best_span(ends)[2] == pytest.approx(1 / 9, rel=1e-3)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(arrays(np.float32, 3, elements=st.floats(-1000, 1000, width=32)))
def test_stances_are_probabilities_in_the_order_of_their_log_odds(log_odds: NDArray[np.float32]) -> None:
    given_stances = stances(log_odds)
    values = [given_stances.supports, given_stances.contradicts, given_stances.neutral]
    assert sum(values) == pytest.approx(1, abs=1e-6)
    assert values[int(log_odds.argmax())] == max(values)


def test_sure_log_odds_are_sure_stances() -> None:
    assert stances(np.array([1000.0, 0.0, -1000.0], np.float32)) == Stances(1.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("text", "piece", "words"),
    [
        # A piece has the space before its word, and one of spaces alone has none.
        ("the council sold", (3, 11), "council"),
        ("the  council", (3, 5), None),
        ("the\u00a0\tcouncil\n", (3, 13), "council"),
        # A tokenizer composes letter and mark, and gives the place of the letter.
        ("dijo Jose\u0301 ayer", (4, 9), "Jose\u0301"),
        ("el nin\u0303o", (2, 6), "nin\u0303"),
        # A piece that begins with a mark shows its letter too.
        ("a\u0327\u0301b", (1, 3), "a\u0327\u0301"),
        ("👨\u200d👩\u200d👧 y", (2, 3), "👨\u200d👩\u200d👧"),
        ("caf\udce9 bar", (0, 4), "caf\udce9"),
        ("the mill", (0, 8), "the mill"),
        ("", (0, 0), None),
    ],
)
def test_a_span_is_of_whole_letters_without_white_space_around(
    text: str, piece: tuple[int, int], words: str | None
) -> None:
    span = whole_words(text, *piece)
    assert (None if span is None else text[slice(*span)]) == words


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.data(), TEXTS)
def test_any_span_lies_in_its_text_between_letters_and_holds_what_the_piece_holds(
    data: st.DataObject, text: str
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    span = whole_words(text, start, end)
    if span is None:
        assert not text[start:end].strip()
        return
    first, last = span
    assert 0 <= first < last <= len(text)
    assert text[first:last] == text[first:last].strip()
    bounds = {place for cluster in regex.finditer(r"\X", text) for place in cluster.span()}
    # A mark may stand on a space, which is not of the span.
    assert first in bounds or text[first - 1].isspace()
    assert last in bounds
    assert not unicodedata.combining(text[last : last + 1] or " ")
    assert text[start:end].strip() in text[first:last]
