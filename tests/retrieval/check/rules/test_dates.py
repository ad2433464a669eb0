"""Dates beside dates, each as exact as it is written, and which of two events came first."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import Language
from retrieval.check.rules.dates import Date, compare_dates, compare_order, dates
from retrieval.check.rules.finding import Outcome, Statement

LANGUAGES = st.sampled_from(["es", "en", "und"])
PIECES = [
    "2023", "1999", "2025-01-20", "2024-13-45", "2024-00-00", "20 January 2025", "Feb 30 2024", "3 de mayo", "mayo",
    "de 2024", "Sept. 5,", "1º de", "before", "after", "since", "until", "antes de", "antes del", "después de", "tras",
    "desde", "hasta", "el", "año", ",", ".", "Meta published Llama", "OpenAI bajó sus precios", "İ", "ﬁ", "e\u0301",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=100), st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))


def told(text: str) -> list[tuple[int | None, int | None, int | None]]:
    return [(date.year, date.month, date.day) for date in dates(text)]


def compared(claim: str, language: Language, evidence: str, its: Language) -> list[Outcome]:
    return [one.outcome for one in compare_dates(Statement(claim, language), Statement(evidence, its))]


def ordered(claim: str, language: Language, evidence: str, its: Language) -> list[Outcome]:
    return [one.outcome for one in compare_order(Statement(claim, language), Statement(evidence, its))]


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
    assert told(text) == [date]


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
    assert told(f"el 7 de {spanish} de 2024") == told(f"on 7 {english} 2024") == [(2024, month, 7)]


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
    assert told(text) == [(2020, 3, None), (2021, 5, 6), (2022, 6, 7)]
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
    for year, outcome in (("2021", "agrees"), ("2023", "agrees"), ("2030", "differs"), ("2019", "differs")):
        assert compared(text, "und", f"It was in {year}.", "en") == [outcome]
        assert compared(f"It was in {year}.", "en", text, "und") == [outcome]
    assert compared("It came out on 20 January.", "en", text, "und") == ["open"]


@pytest.mark.parametrize("text", ["in 2020 and 2023", "2020, 2023", "2023-2020", "en 2020 y 2023"])
def test_two_dates_that_are_no_ends_of_a_range_stay_two(text: str) -> None:
    assert len(dates(text)) == 2


@pytest.mark.parametrize(
    ("one", "own", "other", "its"),
    [
        ("It was founded in 2023.", "en", "Se fundó en 2023.", "es"),
        ("It was founded in 2023.", "en", "Se fundó en julio de 2023.", "es"),
        ("It was founded in 2023.", "en", "It was founded on 17 July 2023.", "en"),
        ("It was founded in July 2023.", "en", "Se fundó el 17 de julio de 2023.", "es"),
        ("It came out on January 20, 2025.", "en", "It came out on 2025-01-20.", "en"),
        ("It came out on 2025-01-20.", "en", "Salió el 20 de enero de 2025.", "es"),
        ("Salió el 20 de enero.", "es", "It came out on 20 January 2025.", "en"),
        ("It came out on 20 January.", "en", "Salió en enero de 2025.", "es"),
        ("It came out in January.", "en", "Salió el 20 de enero de 2025.", "es"),
        ("It came out before 2023.", "en", "Salió en 2022.", "es"),
        ("It came out before March 2023.", "en", "Salió en febrero de 2023.", "es"),
        ("Salió antes de 2023.", "es", "It came out on 31 December 2022.", "en"),
        ("It came out after 2023.", "en", "Salió el 1 de enero de 2024.", "es"),
        ("Salió después de marzo de 2023.", "es", "It came out in April 2023.", "en"),
        ("Existe desde 2023.", "es", "It has existed since 2023.", "en"),
        ("It lasted until 2023.", "en", "Duró hasta 2023.", "es"),
        ("It ended by 2024.", "en", "Terminó en 2023.", "es"),
    ],
)
def test_dates_that_can_be_the_same_agree_either_way_round(one: str, own: Language, other: str, its: Language) -> None:
    assert compared(one, own, other, its) == compared(other, its, one, own) == ["agrees"]


@pytest.mark.parametrize(
    ("one", "own", "other", "its"),
    [
        ("It was founded in 2023.", "en", "Se fundó en 2020.", "es"),
        ("It was founded in July 2023.", "en", "Se fundó en mayo de 2023.", "es"),
        ("It was founded in July 2023.", "en", "Se fundó el 17 de mayo de 2023.", "es"),
        ("It was published on 2025-01-20.", "en", "Se publicó el 21 de enero de 2025.", "es"),
        ("Se publicó el 21 de enero.", "es", "It was published on 20 January 2025.", "en"),
        ("It was published on 3 May 2024.", "en", "Se publicó en 2023.", "es"),
        ("It was published before 2023.", "en", "Se publicó en 2023.", "es"),
        ("It was published before 2023.", "en", "Se publicó en 2024.", "es"),
        ("Se publicó antes de marzo de 2023.", "es", "It was published in May 2023.", "en"),
        ("It was published after 2023.", "en", "Se publicó en marzo de 2022.", "es"),
        ("It was published after 3 May 2024.", "en", "Se publicó el 3 de mayo de 2024.", "es"),
        ("Existe desde 2024.", "es", "It was there in 2023.", "en"),
        ("It was published until 2023.", "en", "Se publicó en 2024.", "es"),
    ],
)
def test_dates_that_cannot_be_the_same_differ_either_way_round(
    one: str, own: Language, other: str, its: Language
) -> None:
    assert compared(one, own, other, its) == compared(other, its, one, own) == ["differs"]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("It came out in 2023.", "It came out."),
        ("It came out on 5 May in China.", "It came out in 2020."),  # a day without its year
        ("It came out in 2020.", "It came out on 5 May in China."),
    ],
)
def test_a_date_that_no_date_of_the_evidence_bears_on_stays_open(claim: str, evidence: str) -> None:
    assert compared(claim, "en", evidence, "en") == ["open"]


def test_a_claim_without_a_date_is_not_compared() -> None:
    assert compared("It came out.", "en", "It came out in 2023.", "en") == []


def test_one_of_several_dates_that_fits_is_enough() -> None:
    assert compared("It came out in 2023.", "en", "Fundada en 2020, lo publicó en 2023.", "es") == ["agrees"]


def test_each_date_of_a_claim_is_compared() -> None:
    claim = "It began in 2020 and ended in 2024."
    assert compared(claim, "en", "It began in 2020 and ended in 2023.", "en") == ["agrees", "differs"]


@pytest.mark.parametrize(
    ("claim", "evidence", "outcome"),
    [
        ("DeepSeek se fundó en 2020.", "The New York Times escribió el 14 de julio de 2025 que DeepSeek ganó.", "open"),
        ("DeepSeek se fundó en 2020.", "DeepSeek se fundó el 17 de julio de 2023.", "differs"),
        ("DeepSeek se fundó en 2020.", "Fue el 17 de julio de 2023.", "differs"),
    ],
)
def test_dates_of_another_event_say_nothing(claim: str, evidence: str, outcome: str) -> None:
    assert compared(claim, "es", evidence, "es") == [outcome]


def test_a_finding_shows_both_dates_as_they_are_written() -> None:
    claim, evidence = Statement("Se publicó en mayo de 2023.", "es"), Statement("It was published on 2023-07-17.", "en")
    (finding,) = compare_dates(claim, evidence)
    assert (finding.kind, finding.claim, finding.source) == ("date", "mayo de 2023", "2023-07-17")


@pytest.mark.parametrize(
    ("claim", "language", "evidence", "its", "outcome"),
    [
        ("Meta published Llama before OpenAI cut its prices.", "en",
         "OpenAI cut its prices after Meta published Llama.", "en", "agrees"),
        ("Meta published Llama before OpenAI cut its prices.", "en",
         "Before OpenAI cut its prices, Meta published Llama.", "en", "agrees"),
        ("Meta published Llama before OpenAI cut its prices.", "en",
         "Meta published Llama after OpenAI cut its prices.", "en", "differs"),
        ("Meta published Llama before OpenAI cut its prices.", "en",
         "OpenAI cut its prices before Meta published Llama.", "en", "differs"),
        ("Meta published Llama before OpenAI cut its prices.", "en",
         "After OpenAI cut its prices, Meta published Llama.", "en", "differs"),
        ("Meta publicó Llama antes de que OpenAI bajara sus precios.", "es",
         "OpenAI bajó sus precios después de que Meta publicara Llama.", "es", "agrees"),
        ("Meta publicó Llama antes de que OpenAI bajara sus precios.", "es",
         "Tras publicar Meta Llama, OpenAI bajó sus precios.", "es", "agrees"),
        ("Meta publicó Llama antes de que OpenAI bajara sus precios.", "es",
         "Meta publicó Llama tras bajar OpenAI sus precios.", "es", "differs"),
        ("Antes de que OpenAI bajara sus precios, Meta publicó Llama.", "es",
         "OpenAI bajó sus precios antes de que Meta publicara Llama.", "es", "differs"),
        ("Meta publicó Llama antes de que OpenAI subiera sus precios.", "es",
         "Meta published Llama before OpenAI raised its prices.", "en", "agrees"),
        ("Meta published Llama before OpenAI raised its prices.", "en",
         "OpenAI subió sus precios antes de que Meta publicara Llama.", "es", "differs"),
        ("The mill closed before the war.", "en", "El molino cerró antes de la guerra.", "es", "agrees"),
        ("The mill closed before the war.", "en", "El molino cerró después de la guerra.", "es", "differs"),
        ("He left Meta before he founded the firm.", "en", "He founded the firm before he left Meta.", "en", "differs"),
    ],
)  # fmt: skip
def test_two_events_come_in_one_order(
    claim: str, language: Language, evidence: str, its: Language, outcome: Outcome
) -> None:
    assert ordered(claim, language, evidence, its) == ordered(evidence, its, claim, language) == [outcome]


@pytest.mark.parametrize(
    "evidence", ["Meta published Llama and OpenAI cut its prices.", "The mill closed after the flood.", "before", ""]
)
def test_without_two_events_in_order_on_both_sides_nothing_is_said(evidence: str) -> None:
    claim = "Meta published Llama before OpenAI cut its prices."
    assert ordered(claim, "en", evidence, "en") == ordered(evidence, "en", claim, "en") == []


@settings(derandomize=True, deadline=None, max_examples=120)
@given(TEXTS)
def test_dates_lie_inside_the_text_in_order(text: str) -> None:
    end = 0
    for date in dates(text):
        assert end <= date.start < date.end <= len(text)
        end = date.end


@settings(derandomize=True, deadline=None, max_examples=120)
@given(TEXTS, LANGUAGES)
def test_a_statement_never_differs_from_itself(text: str, language: Language) -> None:
    assert "differs" not in compared(text, language, text, language)
    assert "differs" not in ordered(text, language, text, language)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(TEXTS, LANGUAGES, TEXTS, LANGUAGES)
def test_no_text_is_an_error(claim: str, language: Language, evidence: str, its: Language) -> None:
    compared(claim, language, evidence, its)
    ordered(claim, language, evidence, its)
