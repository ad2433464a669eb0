"""Dates are read and written as people write them, and stay the same date."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model import Language
from retrieval.train.dates import WrittenDate, find_date, written

LANGUAGES = st.sampled_from(["en", "es"])


@pytest.mark.parametrize(
    ("text", "language", "parts"),
    [
        ("It opened on 1 September 2011.", "en", (1, 9, "2011")),
        ("It opened on September 1, 2011, with a fair.", "en", (1, 9, "2011")),
        ("It opened on the 3 of May.", "en", None),
        ("Since May 3 it has been open.", "en", (3, 5, None)),
        ("Abrió el 1 de septiembre de 2011.", "es", (1, 9, "2011")),
        ("Abrió el 12 de Mayo del 2011.", "es", (12, 5, "2011")),
        ("Desde el 3 de mayo está abierto.", "es", (3, 5, None)),
        ("En mayo de 2011 abrió.", "es", None),
    ],
)
def test_the_first_date_of_a_text(text: str, language: Language, parts: tuple[int, int, str | None] | None) -> None:
    date = find_date(text, language)
    assert (date and (date.day, date.month, date.year)) == parts


@given(LANGUAGES, st.integers(1, 31), st.integers(1, 12), st.none() | st.integers(1900, 2099).map(str), st.integers())
def test_whatever_form_a_date_is_written_in_it_is_the_same_date(
    language: Language, day: int, month: int, year: str | None, seed: int
) -> None:
    form = written(WrittenDate(0, 0, day, month, year), language, random.Random(seed))
    if (read := find_date(form, language)) is not None:
        assert (read.day, read.month, read.year) == (day, month, year)
    else:
        assert str(day) in form
        assert year is None or form.endswith(year)


@pytest.mark.parametrize(
    ("day", "form"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (22, "22nd"), (30, "30th")]
)
def test_english_ordinals(day: int, form: str) -> None:
    forms = {written(WrittenDate(0, 0, day, 5, None), "en", random.Random(seed)) for seed in range(40)}
    assert f"May {form}" in forms
