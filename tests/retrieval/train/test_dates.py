"""Days and months are written as people write them, and stay the same day or month."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model import Language
from retrieval.check.dates import Date
from retrieval.train.dates import first_date, written

LANGUAGES = st.sampled_from(["en", "es"])
YEARS = st.integers(1910, 2099)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It opened in 2011, on 3 May.", (3, 5, None)),
        ("It opened on September 1st, 2011, with a fair.", (1, 9, 2011)),
        ("Abrió el 1 de septiembre de 2011.", (1, 9, 2011)),
        ("En mayo de 2011 abrió.", (None, 5, 2011)),
        ("It opened in May.", None),
        ("It opened in 2011.", None),
    ],
)
def test_the_first_day_or_month_of_a_text(text: str, parts: tuple[int | None, int, int | None] | None) -> None:
    date = first_date(text)
    assert (date and (date.day, date.month, date.year)) == parts


@given(LANGUAGES, st.integers(1, 28), st.integers(1, 12), YEARS, st.integers(0, 99))
def test_whatever_form_a_day_is_written_in_it_is_the_same_day(
    language: Language, day: int, month: int, year: int, seed: int
) -> None:
    form = written(Date(0, 0, year, month, day), language, random.Random(seed))
    read = first_date(form)
    # Which figure is the day, a text that is not known to be Spanish does not tell.
    in_figures = {f"{day}/{month}/{year}", f"{day:02}/{month:02}/{year}", f"{day}-{month}-{year}"}
    assert (read and (read.day, read.month, read.year)) == (day, month, year) or form in in_figures


@given(LANGUAGES, st.integers(1, 12), YEARS, st.integers(0, 99))
def test_whatever_form_a_month_is_written_in_its_year_is_there(
    language: Language, month: int, year: int, seed: int
) -> None:
    form = written(Date(0, 0, year, month, None), language, random.Random(seed))
    assert form.endswith((str(year), f"{year % 100:02}"))
    read = first_date(form)
    assert read is None or (read.day, read.month) == (None, month)


@pytest.mark.parametrize("date", [Date(0, 0, 2011, None, None), Date(0, 0, None, 5, None)])
def test_a_year_or_a_month_of_no_year_is_not_written_otherwise(date: Date) -> None:
    with pytest.raises(ValueError, match="no day and no month"):
        written(date, "en", random.Random(1))


@pytest.mark.parametrize(
    ("day", "form"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (22, "22nd"), (30, "30th")]
)
def test_english_ordinals(day: int, form: str) -> None:
    forms = {written(Date(0, 0, None, 5, day), "en", random.Random(seed)) for seed in range(40)}
    assert f"May {form}" in forms
