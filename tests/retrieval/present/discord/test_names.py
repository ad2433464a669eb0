"""Names offered while somebody types."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.present.discord.limits import CHOICE_LABEL, CHOICE_VALUE, CHOICES, length
from retrieval.present.discord.names import NameList

SPEAKERS = NameList([
    (name, name, count)
    for name, count in [
        ("Helena Duarte", 3), ("Ana María Álvarez", 9), ("Álvaro Ruiz", 1), ("Maria Alvarado", 1),
        ("Jean-Luc Picard", 2), ("The Tide Mill", 5), ("Mill Valley", 0),
    ]
])  # fmt: skip


def labels(typed: str) -> list[str]:
    return [one.label for one in SPEAKERS.match(typed)]


@pytest.mark.parametrize("nothing", ["", "  ", "…"])
def test_nothing_typed_offers_those_mentioned_most(nothing: str) -> None:
    assert labels(nothing)[:3] == ["Ana María Álvarez", "The Tide Mill", "Helena Duarte"]


@pytest.mark.parametrize("typed", ["alvarez", "ÁLVAREZ", "Álvarez", " alv a "])
def test_case_and_accents_do_not_matter(typed: str) -> None:
    assert "Ana María Álvarez" in labels(typed)


def test_beginnings_of_names_come_before_those_of_words_and_these_before_letters_inside() -> None:
    assert labels("mi") == ["Mill Valley", "The Tide Mill"]
    assert labels("al") == ["Álvaro Ruiz", "Ana María Álvarez", "Maria Alvarado", "Mill Valley"]


def test_words_are_found_in_any_order_and_behind_hyphens() -> None:
    assert labels("duarte hel") == ["Helena Duarte"]
    assert labels("luc") == ["Jean-Luc Picard"]


@pytest.mark.parametrize("typed", ["Duatre", "helna duarte", "Elena Duarte"])
def test_misspelt_names_are_found_last(typed: str) -> None:
    assert labels(typed) == ["Helena Duarte"]


def test_what_is_like_no_name_finds_none() -> None:
    assert labels("xyzzy") == []
    assert labels("x") == []
    assert NameList([]).match("") == []


def test_a_value_is_sent_and_a_label_read() -> None:
    found = NameList([("The tide mill\nof \u202ethe harbour", "tide-mill", 0)]).match("harbour")
    assert [(one.label, one.value) for one in found] == [("The tide mill of �the harbour", "tide-mill")]


def test_equal_labels_are_told_apart_by_their_values() -> None:
    found = NameList([("The mill", "mill-1", 0), ("The mill", "mill-2", 0), ("m" * 100, "a", 0), ("m" * 100, "b", 0)])
    shown = [one.label for one in found.match("")]
    assert {"The mill · mill-1", "The mill · mill-2"} <= set(shown)
    assert len(set(shown)) == len(shown)


def test_what_the_platform_would_refuse_is_left_out() -> None:
    assert NameList([("", "a", 0), ("\u200b", "b", 0), ("c", "", 0), ("d", "d" * 101, 0)]).match("") == []


@given(st.lists(st.tuples(st.text(max_size=130), st.text(max_size=110), st.integers(0, 9)), max_size=40), st.text())
@settings(derandomize=True, deadline=None, max_examples=100)
def test_every_answer_is_one_that_the_platform_takes(names: list[tuple[str, str, int]], typed: str) -> None:
    found = NameList(names).match(typed, 99)
    assert len(found) <= CHOICES
    assert all(1 <= length(one.label) <= CHOICE_LABEL and 1 <= length(one.value) <= CHOICE_VALUE for one in found)
    assert len({one.value for one in found}) == len(found)


def test_ten_thousand_names_are_searched_before_anybody_notices() -> None:
    many = NameList(
        [
            (f"{word} {number} Álvarez de la {word}", f"id-{number}", 0)
            for number in range(5000)
            for word in ("Ana", "Li")
        ]
    )
    assert len(many.match("")) == CHOICES
    for typed in ("a", "alvarez de", "4999", "alvrez dela", "the quick brown fox jumps over the dog"):
        taken = []
        for _ in range(3):
            start = time.perf_counter()
            many.match(typed)
            taken.append(time.perf_counter() - start)
        # Answers are due within 300 ms, of which the network takes most.
        assert min(taken) < 0.05
