"""Dates in a text, each as exact as it is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.check.dates import Date, dates

PIECES = [
    "2023", "1999", "2025-01-20", "2024-13-45", "2024-00-00", "20 January 2025", "Feb 30 2024", "3 de mayo", "mayo",
    "de 2024", "Sept. 5,", "1º de", "before", "after", "since", "until", "antes de", "antes del", "después de", "tras",
    "desde", "hasta", "el", "año", ",", ".", "Meta published Llama", "OpenAI bajó sus precios", "İ", "ﬁ", "e\u0301",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=100), st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))


def written(text: str) -> list[tuple[int | None, int | None, int | None]]:
    return [(date.year, date.month, date.day) for date in dates(text)]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("It was founded in 2023.", (2023, None, None)),
        ("Se fundó en el año 2023.", (2023, None, None)),
        ("It came out in May 2024.", (2024, 5, None)),
        ("Salió en mayo de 2024.", (2024, 5, None)),
        ("Salió en marzo del 2024.", (2024, 3, None)),
        ("It came out on 20 January 2025.", (2025, 1, 20)),
        ("It came out on January 20, 2025, in China.", (2025, 1, 20)),
        ("It came out on July 23rd, 2024.", (2024, 7, 23)),
        ("It came out on the 23rd of July 2024.", (2024, 7, 23)),
        ("It came out on Sept. 5, 2024.", (2024, 9, 5)),
        ("Salió el 20 de enero de 2025.", (2025, 1, 20)),
        ("Salió el lunes 20 de enero de 2025.", (2025, 1, 20)),
        ("Salió el 1º de mayo de 2024.", (2024, 5, 1)),
        ("Salió el 3 de mayo por la tarde.", (None, 5, 3)),
        ("Salió en mayo.", (None, 5, None)),
        ("It came out in May.", (None, 5, None)),
        ("It came out on 3 May in China.", (None, 5, 3)),
        ("It came out on 2025-01-20.", (2025, 1, 20)),
        ("Salió el 1.º de mayo.", (None, 5, 1)),
        ("It was in 2000 people got it.", (2000, None, None)),
        ("A 29 de febrero de 2024.", (2024, 2, 29)),
    ],
)
def test_a_date_is_as_exact_as_it_is_written(text: str, date: tuple[int | None, int | None, int | None]) -> None:
    assert written(text) == [date]


@pytest.mark.parametrize(
    ("spanish", "english", "month"),
    [
        ("enero", "January", 1), ("febrero", "February", 2), ("marzo", "March", 3), ("abril", "April", 4),
        ("mayo", "May", 5), ("junio", "June", 6), ("julio", "July", 7), ("agosto", "August", 8),
        ("septiembre", "September", 9), ("setiembre", "Sept.", 9), ("octubre", "October", 10),
        ("noviembre", "November", 11), ("diciembre", "December", 12), ("DICIEMBRE", "dec.", 12),
    ],
)  # fmt: skip
def test_months_have_names_in_both_languages(spanish: str, english: str, month: int) -> None:
    assert written(f"el 7 de {spanish} de 2024") == written(f"on 7 {english} 2024") == [(2024, month, 7)]


@pytest.mark.parametrize(
    "text",
    [
        "It may rain.",
        "It may be so, and the march went on.",
        "It has 2,048 chips.",
        "Costó 2000 dólares.",
        "It cost 2000 dollars.",
        "DeepSeek spent 5.6 million.",
        "The H2000 of 1234.",
        "They hired 2000 people.",
        "Contrató a más de 2000 personas.",
        "About 1500 to 2000 mills.",
        "It came out on 2024-13-01.",
        "Salió el 31 de febrero de 2024.",
        "It came out on Feb 29 2023.",
    ],
)
def test_what_is_no_date_is_not_read_as_one(text: str) -> None:
    assert dates(text) == []


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("before 2023 and after March 2024", ["before", "after"]),
        ("antes de 2023 y después de marzo de 2024", ["before", "after"]),
        ("antes del año 2023 y tras 2024", ["before", "after"]),
        ("since 2023, until 2025", ["since", "until"]),
        ("desde 2023 hasta 2025", [None]),  # a range
        ("before 2020-2023", ["before"]),
        ("hasta finales de 2025", ["until"]),
        ("until the end of 2025", ["until"]),
        ("since early 2024", ["since"]),
        ("since mid-2024", ["since"]),
        ("desde principios del año 2024", ["since"]),
        ("before the end of 2025", ["until"]),
        ("después de mediados de 2025", ["since"]),
        ("desde el 3 de mayo de 2023", ["since"]),
        ("since the year 2023", ["since"]),
        ("by 2030", ["until"]),
        ("a partir de 2023", ["since"]),
        ("in 2023, en 2024", [None, None]),
        ("before the war of 2023", [None]),
    ],
)
def test_the_words_in_front_open_a_date_to_one_side(text: str, bounds: list[str | None]) -> None:
    assert [date.bound for date in dates(text)] == bounds


def test_the_dates_of_a_text_stand_in_order() -> None:
    text = "From March 2020, through 2021-05-06, to the 7th of June 2022."
    assert written(text) == [(2020, 3, None), (2021, 5, 6), (2022, 6, 7)]
    assert dates("en 2023") == [Date(3, 7, 2023, None, None)]


def test_a_date_ends_before_the_full_stop() -> None:
    (date,) = dates("Salió el 20 de enero.")
    assert (date.start, date.end) == (9, 20)


@pytest.mark.parametrize(
    "text",
    [
        "It ran between 2020 and 2023.",
        "It ran from 2020 to 2023.",
        "It ran from March 2020 until the end of 2023.",
        "It ran 2020-2023.",
        "It ran 2020–2023.",
        "Duró de 2020 a 2023.",
        "Duró desde 2020 hasta 2023.",
        "Duró entre 2020 y 2023.",
    ],
)
def test_a_range_is_one_date_that_covers_all_between_its_ends(text: str) -> None:
    assert len(dates(text)) == 1


@pytest.mark.parametrize("text", ["in 2020 and 2023", "2020, 2023", "2023-2020", "en 2020 y 2023"])
def test_two_dates_that_are_no_ends_of_a_range_stay_two(text: str) -> None:
    assert len(dates(text)) == 2


@settings(derandomize=True, deadline=None, max_examples=120)
@given(TEXTS)
def test_dates_lie_inside_the_text_in_order(text: str) -> None:
    end = 0
    for date in dates(text):
        assert end <= date.start < date.end <= len(text)
        end = date.end
