"""Dates in a text, each as exact as it is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.check.dates import Date, dates, is_relative, may_agree

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
        ("Terminó el 28/09/2023.", (2023, 9, 28)),
        ("It ended on 09/28/2023.", (2023, 9, 28)),
        ("Empezó el 12.12.2020.", (2020, 12, 12)),
        ("It began on 13-1-2019.", (2019, 1, 13)),
        ("It began on 04/05/2021.", (2021, None, None)),  # in April or in May
        ("Reabrió en mayo del 98.", (1998, 5, None)),
        ("It reopened in May '98.", (1998, 5, None)),
        ("Reabrió en mayo de ’03.", (2003, 5, None)),
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


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("It burned down in Q3 2019.", (2019, 7), (2019, 9)),
        ("It burned down in the second quarter of 2017.", (2017, 4), (2017, 6)),
        ("Ardió en el 3T 2019.", (2019, 7), (2019, 9)),
        ("Ardió en el cuarto trimestre del 2020.", (2020, 10), (2020, 12)),
        ("Ardió en el primer semestre de 2016.", (2016, 1), (2016, 6)),
        ("It grew in the second half of 2016.", (2016, 7), (2016, 12)),
        ("En la campaña 2012-13 bajó.", (2012, None), (2013, None)),
        ("The season 2014/15 was wet.", (2014, None), (2015, None)),
        ("It closed in the 1990s.", (1990, None), (1999, None)),
        ("Cerró en la década de 2010.", (2010, None), (2019, None)),
        ("Cerró en la década de los 1980.", (1980, None), (1989, None)),
    ],
)
def test_a_part_of_a_year_and_a_season_over_two_are_ranges(
    text: str, first: tuple[int, int | None], last: tuple[int, int | None]
) -> None:
    (date,) = dates(text)
    assert date.to is not None
    assert (date.year, date.month) == first
    assert (date.to.year, date.to.month) == last


@pytest.mark.parametrize("text", ["in Q5 2019", "en el 5T 2019", "in 2021-05", "in 1999-98"])
def test_what_is_no_part_of_a_year_and_no_range_is_read_as_a_year(text: str) -> None:
    assert [date.to for date in dates(text)] == [None]


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


@pytest.mark.parametrize(
    ("text", "other", "agree"),
    [
        ("on 3 May 2020", "on 3 May 2020", True),
        ("on 3 May 2020", "in 2020", True),
        ("on 3 May 2020", "in Q2 2020", True),
        ("on 3 May 2020", "on 03/05/2020", True),  # which may be 5 March
        ("on 3 May 2020", "in Q3 2020", False),
        ("on 3 May 2020", "el 4 de mayo de 2020", False),
        ("on 3 May", "el 3 de mayo de 2020", True),
        ("on 3 May", "el 4 de mayo de 2020", False),
        ("on 3 May", "in 2020", True),
        ("in 2020", "from 2018 to 2021", True),
        ("in 2022", "from 2018 to 2021", False),
        ("before 2020", "in 2019", True),
        ("before 2020", "in 2021", False),
        ("since 2020", "in 2030", True),
        ("since 2020", "in 2019", False),
        ("since 2020", "desde 2020", True),
        ("since 2020", "desde 2010", False),
    ],
)
def test_two_dates_may_agree_as_far_as_they_say(text: str, other: str, agree: bool) -> None:
    (date,), (other_date,) = dates(text), dates(other)
    assert may_agree(date, other_date) is may_agree(other_date, date) is agree


@pytest.mark.parametrize(
    ("text", "relative"),
    [
        ("The mayor resigned yesterday.", True),
        ("Nine years later it closed.", True),
        ("Cerró a mediados de los ochenta.", True),
        ("Se fue hace tres años.", True),
        ("It closed in 2013.", False),
        ("Cerró en mayo de 2013.", False),
    ],
)
def test_a_text_may_date_something_by_another_day(text: str, relative: bool) -> None:
    assert is_relative(text) is relative
