"""Marks between the words of a text: they stay stored, and neither words nor numbers are read with them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.marks import blanked, is_exponent, squeezed
from knowledge.numbers import numbers
from knowledge.terms import words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12³ million crowns", 12_000_000),
        ("en 1893[1] y", 1893),
        ("1\u200b200 euros", 1200),
        ("5\u00ad000 people", 5000),
        ("unos 40¹² kilómetros", 40),
        ("9.5[12] percent", Decimal("9.5")),
        ("40 km² of salt pans", 40),
    ],
)
def test_a_figure_is_read_without_its_note_mark(text: str, value: Decimal) -> None:
    (number,) = numbers(text, "en")
    assert number.value == value
    assert text[number.start : number.end][0].isdigit()


def test_what_a_number_spans_is_the_text_as_it_stands() -> None:
    text = "It cost 12³ million in 1893[1], or 1\u200b200 a head."
    assert [text[number.start : number.end] for number in numbers(text, "en")] == ["12³ million", "1893", "1\u200b200"]


def test_the_base_of_a_power_is_no_number_by_itself() -> None:
    assert numbers("some 10⁻³ parts", "en") == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("coop\u00aderation", ["cooperation"]),
        ("za\u200bpato", ["zapato"]),
        ("Holm¹ employed", ["holm", "employed"]),
        ("million[4] crowns", ["million", "crowns"]),
        ("40 km²", ["40", "km2"]),
        ("word [4] apart", ["word", "4", "apart"]),
    ],
)
def test_words_are_read_without_marks_and_invisible_signs(text: str, read: list[str]) -> None:
    assert words(text) == read


@pytest.mark.parametrize(
    ("before", "raised", "expected"),
    [
        ("40 km", "2", True),
        ("12", "3", False),
        ("in 1893", "1", False),
        ("about 10", "6", True),
        ("of 2010", "6", False),
        ("0.10", "6", False),
        ("the area x", "2", True),
        ("E = mc", "2", True),
        ("£5m", "2", False),
        ("5 m", "3", True),
        ("for years.", "2", False),
        ("said Dahl,", "4", False),
        ("5 km", "7", False),
        ("s", "-1", True),
    ],
)
def test_an_exponent_is_told_from_a_mark_by_what_stands_before(before: str, raised: str, expected: bool) -> None:
    assert is_exponent(before, raised) is expected


@given(st.text("ab 1²³[4]\u00ad\u200b⁄km", max_size=60))
def test_offsets_lead_back_to_the_same_characters(text: str) -> None:
    plain, original = squeezed(text)
    assert [text[original(place)] for place in range(len(plain))] == list(plain)
    places = [original(place) for place in range(len(plain))]
    assert places == sorted(set(places))


@given(st.text("ab 1²³[4]km\n", max_size=60))
def test_what_is_blanked_keeps_its_length_and_all_else(text: str) -> None:
    plain = blanked(text)
    assert len(plain) == len(text)
    assert all(left in (right, " ") for left, right in zip(plain, text, strict=True))
