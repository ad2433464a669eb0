"""Days are written as people write them, and stay the same day."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model import Language
from retrieval.check.dates import Date
from retrieval.train.dates import first_day, written

# Which of both is the day, a text that is not known to be Spanish does not tell.
FIGURES = "{0}/{1}/{2} {0}-{1}-{2}"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It opened in 2011, on 3 May.", (3, 5, None)),
        ("It opened on September 1st, 2011, with a fair.", (1, 9, 2011)),
        ("Abrió el 1 de septiembre de 2011.", (1, 9, 2011)),
        ("En mayo de 2011 abrió.", None),
    ],
)
def test_the_first_day_of_a_text(text: str, parts: tuple[int, int, int | None] | None) -> None:
    date = first_day(text)
    assert (date and (date.day, date.month, date.year)) == parts


@given(
    st.sampled_from(["en", "es"]), st.integers(1, 28), st.integers(1, 12), st.integers(1900, 2099), st.integers(0, 99)
)
def test_whatever_form_a_day_is_written_in_it_is_the_same_day(
    language: Language, day: int, month: int, year: int, seed: int
) -> None:
    form = written(Date(0, 0, year, month, day), language, random.Random(seed))
    read = first_day(form)
    assert (read and (read.day, read.month, read.year)) == (day, month, year) or form in FIGURES.format(
        day, month, year
    )


def test_a_month_is_no_day() -> None:
    with pytest.raises(ValueError, match="not a day"):
        written(Date(0, 0, 2011, 5, None), "en", random.Random(1))


@pytest.mark.parametrize(
    ("day", "form"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (22, "22nd"), (30, "30th")]
)
def test_english_ordinals(day: int, form: str) -> None:
    forms = {written(Date(0, 0, None, 5, day), "en", random.Random(seed)) for seed in range(40)}
    assert f"May {form}" in forms
