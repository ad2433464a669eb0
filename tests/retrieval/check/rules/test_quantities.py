"""Numbers beside numbers: which are quantities, how exact they are, and when two of them agree or differ."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import Language
from retrieval.check.rules.finding import Outcome, Statement
from retrieval.check.rules.quantities import Quantity, compare_quantities, quantities

LANGUAGES = st.sampled_from(["es", "en", "und"])
PIECES = [
    "5,6 millones", "5.6 million", "$5.6M", "1.000", "1,000", "30 %", "45%", "casi", "almost", "más de", "more than",
    "hasta", "up to", "unos", "about", "entre", "y", "between", "and", "de", "dollars", "euros", "personas", "people",
    "mil millones", "billion", "billón", "DeepSeek", "gastó", "spent", "2023", "Llama 3.1", "GPT-4", "½", "Ⅷ", "٣", "²",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=100), st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))


def found(text: str, language: Language = "en") -> list[Quantity]:
    return quantities(Statement(text, language))


def values(text: str, language: Language = "en") -> list[Decimal]:
    return [one.number.value for one in found(text, language)]


def outcomes(claim: str, language: Language, evidence: str, its: Language) -> list[Outcome]:
    return [one.outcome for one in compare_quantities(Statement(claim, language), Statement(evidence, its))]


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("DeepSeek gastó 5,6 millones de dólares.", "es", "5600000"),
        ("DeepSeek spent 5.6 million dollars.", "en", "5600000"),
        ("DeepSeek spent $5.6M.", "en", "5600000"),
        ("OpenAI perdió mil millones de dólares.", "es", "1000000000"),
        ("OpenAI lost one billion dollars.", "en", "1000000000"),
        ("OpenAI perdió un billón de dólares.", "es", "1000000000000"),
        ("Pierde el 30 % de los empleos.", "es", "30"),
        ("It loses thirty percent of the jobs.", "en", "30"),
        ("La empresa contrató a 1.200 personas.", "es", "1200"),
        ("The firm hired 1,200 people.", "en", "1200"),
    ],
)
def test_a_quantity_is_worth_the_same_however_it_is_written(text: str, language: Language, value: str) -> None:
    assert values(text, language) == [Decimal(value)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("OpenAI published GPT-4.", "en"),
        ("R1 is a model of DeepSeek, as is DeepSeek-V3.", "en"),
        ("R1 es un modelo, y 01.AI, una empresa.", "es"),
        ("Meta publicó Llama 2 y Anthropic, Claude 3.", "es"),
        ("Meta published Llama 3.1.", "en"),
        ("Meta publicó Llama 3.1.", "es"),
        ("They tried o1, o3 and Qwen2.5-72B.", "en"),
        ("It runs on H800 chips.", "en"),
        ("It was founded in 2023, on 17 July.", "en"),
        ("Se fundó el 17 de julio de 2023.", "es"),
        ("It came out on 2025-01-20.", "en"),
        ("No figures here.", "en"),
    ],
)
def test_versions_models_names_and_dates_are_no_quantities(text: str, language: Language) -> None:
    assert found(text, language) == []


def test_a_quantity_beside_a_name_and_a_date_is_found_alone() -> None:
    assert values("In 2023 DeepSeek trained R1 on 2,048 H800 chips.") == [Decimal(2048)]
    assert values("En 2023 DeepSeek entrenó R1 con 2.048 chips H800.", "es") == [Decimal(2048)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("gastó entre 10 y 20 millones de euros", "es"),
        ("gastó de 10 a 20 millones de euros", "es"),
        ("it spent between 10 and 20 million euros", "en"),
        ("it spent from 10 to 20 million euros", "en"),
        ("it spent 10–20 million euros", "en"),
    ],
)
def test_both_ends_of_a_range_have_its_scale(text: str, language: Language) -> None:
    (one,) = found(text, language)
    assert (round(one.low, -6), round(one.high, -6)) == (10_000_000, 20_000_000)


@pytest.mark.parametrize(
    ("text", "language", "written"),
    [
        ("between 10 and 20 percent of it", "en", ["10 and 20 percent"]),
        ("from 10 to 20 million of them", "en", ["10 to 20 million"]),
        ("it lost 10-20 million of them", "en", ["10-20 million"]),
        ("it lost 10-20% of them", "en", ["10-20%"]),
        ("it lost 5-6 million of them", "en", ["5-6 million"]),
        ("from $5 to $6 million", "en", ["$5 to $6 million"]),
        ("entre 10 y 20 millones de ellos", "es", ["10 y 20 millones"]),
        ("entre un 10 y un 20 %", "es", ["10 y un 20 %"]),
        ("de 10 a 20", "es", ["10 a 20"]),
        ("desde 10 hasta 20", "es", ["10 hasta 20"]),
        ("between 2000 and 2500 people", "en", ["2000 and 2500"]),
        ("it has 10 and 20 of them", "en", ["10", "20"]),
        ("tiene 10 y 20 de ellos", "es", ["10", "20"]),
        ("from 20 to 10", "en", ["20", "10"]),  # a fall
        ("10% to 20 million", "en", ["10%", "20 million"]),
    ],
)
def test_a_range_is_one_quantity_from_end_to_end(text: str, language: Language, written: list[str]) -> None:
    assert [one.written for one in found(text, language)] == written


@pytest.mark.parametrize(
    ("text", "language", "written"),
    [
        ("About 300 people", "en", ["300"]),
        ("Over 300 people", "en", ["300"]),
        ("Only 12 people", "en", ["12"]),
        ("Roughly 12 people", "en", ["12"]),
        ("“About 300 people", "en", ["300"]),
        ("Hasta 300 personas", "es", ["300"]),
        ("Unas 300 personas", "es", ["300"]),
        ("Entre 10 y 20 personas", "es", ["10 y 20"]),
        ("They hired 2000 people", "en", ["2000"]),
        ("Más de 2000 personas", "es", ["2000"]),
        ("at 10:30 or 10:45", "en", []),
        ("Llama 2 and GPT-4-32", "en", []),
        ("Series C 300", "en", []),
        ("in the 1990s", "en", []),
        ("on 2024-13-45, call 600-123-456", "en", []),
    ],
)
def test_which_digits_tell_how_many(text: str, language: Language, written: list[str]) -> None:
    assert [one.written for one in found(text, language)] == written


@pytest.mark.parametrize("text", ["it was almost -5", "about -5 degrees", "casi -5 grados", "unos -5 grados", "-5 °C"])
def test_a_stretch_begins_at_its_lower_end(text: str) -> None:
    (one,) = found(text, "es" if "grados" in text else "en")
    assert one.low <= Decimal(-5) <= one.high


@pytest.mark.parametrize(
    ("text", "language", "fits", "fails"),
    [
        ("more than 5 million people", "en", "9e6", "4e6"),
        ("at least 5 million people", "en", "5e6", "4e6"),
        ("over $5 million", "en", "9e6", "4e6"),
        ("más de 5 millones de personas", "es", "9e6", "4e6"),
        ("al menos 5 millones de personas", "es", "5e6", "4e6"),
        ("por encima de 5 millones", "es", "9e6", "4e6"),
        ("up to 5 million people", "en", "1e6", "6e6"),
        ("less than 5 million people", "en", "1e6", "6e6"),
        ("hasta 5 millones de personas", "es", "1e6", "6e6"),
        ("menos de 5 millones de personas", "es", "1e6", "6e6"),
        ("almost 5 million people", "en", "4.7e6", "4e6"),
        ("almost 5 million people", "en", "4.7e6", "6e6"),
        ("nearly 5 million people", "en", "4.7e6", "6e6"),
        ("casi 5 millones de personas", "es", "4.7e6", "4e6"),
        ("casi 5 millones de personas", "es", "4.7e6", "6e6"),
        ("about 5 million people", "en", "4.7e6", "4e6"),
        ("about 5 million people", "en", "5.3e6", "6e6"),
        ("an estimated $5 million", "en", "5.3e6", "6e6"),
        ("unos 5 millones de personas", "es", "4.7e6", "4e6"),
        ("alrededor de 5 millones de personas", "es", "5.3e6", "6e6"),
        ("al menos un 30 %", "es", "60", "20"),
        ("alrededor de un 30 %", "es", "32", "20"),
        ("alrededor del 30 %", "es", "32", "20"),
        ("cerca de los 6 millones", "es", "5.5e6", "5e6"),
        ("more than the 6 million", "en", "9e6", "5e6"),
        ("between 5 and 6 million people", "en", "5.5e6", "7e6"),
        ("desde 5 hasta 6 millones", "es", "5.5e6", "4e6"),
        ("5 million people", "en", "5e6", "6e6"),
        ("5 millones de personas", "es", "5e6", "4e6"),
    ],
)
def test_the_words_in_front_tell_which_values_are_meant(text: str, language: Language, fits: str, fails: str) -> None:
    (one,) = found(text, language)
    assert one.low <= Decimal(fits) <= one.high
    assert not one.low <= Decimal(fails) <= one.high


def test_only_words_right_in_front_widen_a_number() -> None:
    assert [one.bounded for one in found("more than 5 people and 8 mills")] == [True, False]
    assert [one.bounded for one in found("casi 5 personas y 8 molinos", "es")] == [True, False]


@pytest.mark.parametrize(
    ("one", "own", "other", "its"),
    [
        ("DeepSeek gastó 5,6 millones de dólares.", "es", "DeepSeek spent 5.6 million dollars.", "en"),
        ("DeepSeek gastó 5,6 millones de dólares.", "es", "DeepSeek spent $5.6M.", "en"),
        ("DeepSeek spent $5.6M.", "en", "DeepSeek spent 5.6 million dollars.", "en"),
        ("DeepSeek gastó tres millones de euros.", "es", "DeepSeek gastó 3.000.000 de euros.", "es"),
        ("OpenAI lost one billion dollars.", "en", "OpenAI perdió mil millones de dólares.", "es"),
        ("OpenAI perdió 5.000 millones.", "es", "OpenAI lost $5bn.", "en"),
        ("OpenAI perdió un billón de dólares.", "es", "OpenAI lost one trillion dollars.", "en"),
        ("Pierde el 30 % de los empleos.", "es", "It loses 30 percent of the jobs.", "en"),
        ("It loses thirty percent.", "en", "Pierde el treinta por ciento.", "es"),
        ("La inflación es del 2,4 %.", "es", "Inflation is 2.4%.", "en"),
        ("The firm hired 12 people.", "en", "La empresa contrató a doce personas.", "es"),
        ("The firm hired a dozen people.", "en", "The firm hired 12 people.", "en"),
        ("It has 671 billion parameters.", "en", "Tiene 671.000 millones de parámetros.", "es"),
        ("It spent between 10 and 20 million euros.", "en", "It spent 20 million euros.", "en"),
        ("It spent between 10 and 20 million euros.", "en", "Gastó 15 millones de euros.", "es"),
        ("It hired 2000 people.", "en", "Contrató a 2.000 personas.", "es"),
        ("DeepSeek spent almost 6 million dollars.", "en", "DeepSeek gastó 5,6 millones de dólares.", "es"),
        ("DeepSeek gastó casi 6 millones de dólares.", "es", "DeepSeek spent 5.6 million dollars.", "en"),
        ("DeepSeek spent more than 5 million dollars.", "en", "DeepSeek gastó 5,6 millones de dólares.", "es"),
        ("DeepSeek gastó más de 5 millones de dólares.", "es", "DeepSeek spent 5.6 million dollars.", "en"),
        ("DeepSeek spent about 6 million dollars.", "en", "DeepSeek gastó 5,6 millones de dólares.", "es"),
        ("DeepSeek gastó unos 6 millones de dólares.", "es", "DeepSeek spent 5.6 million dollars.", "en"),
        ("DeepSeek spent up to 6 million dollars.", "en", "DeepSeek gastó 5,6 millones de dólares.", "es"),
        ("DeepSeek gastó hasta 6 millones de dólares.", "es", "DeepSeek spent 5.6 million dollars.", "en"),
        ("It spent at least 5 million dollars.", "en", "Gastó al menos 6 millones de dólares.", "es"),
    ],
)
def test_quantities_that_can_be_the_same_agree_either_way_round(
    one: str, own: Language, other: str, its: Language
) -> None:
    for found_outcomes in (outcomes(one, own, other, its), outcomes(other, its, one, own)):
        assert "agrees" in found_outcomes


@pytest.mark.parametrize(
    ("one", "own", "other", "its"),
    [
        ("OpenAI perdió un billón de dólares.", "es", "OpenAI lost one billion dollars.", "en"),
        ("It has 3 billion users.", "en", "Tiene 3 billones de usuarios.", "es"),
        ("DeepSeek spent 56 million dollars.", "en", "DeepSeek gastó 5,6 millones de dólares.", "es"),
        ("OpenAI lost $5 billion.", "en", "OpenAI perdió 3.000 millones de dólares.", "es"),
        ("Pierde el 30 % de los empleos.", "es", "It loses 40% of the jobs.", "en"),
        ("La inflación es del 2,4 %.", "es", "Inflation is 4.2%.", "en"),
        ("The firm hired 12 people.", "en", "The firm hired 13 people.", "en"),
        ("La inflación es del 2,4 %.", "es", "Inflation is 2.5%.", "en"),  # no rounding of the one to the other
        ("DeepSeek spent almost 6 million dollars.", "en", "DeepSeek gastó 3 millones de dólares.", "es"),
        ("DeepSeek gastó casi 6 millones de dólares.", "es", "DeepSeek gastó 8 millones de dólares.", "es"),
        ("DeepSeek spent more than 50 million dollars.", "en", "DeepSeek gastó 5,6 millones de dólares.", "es"),
        ("DeepSeek gastó más de 50 millones de dólares.", "es", "DeepSeek spent 5.6 million dollars.", "en"),
        ("DeepSeek gastó unos 9 millones de dólares.", "es", "DeepSeek spent 5.6 million dollars.", "en"),
        ("DeepSeek spent about 9 million dollars.", "en", "DeepSeek gastó 5,6 millones de dólares.", "es"),
        ("DeepSeek gastó hasta 3 millones de dólares.", "es", "DeepSeek spent 5.6 million dollars.", "en"),
        ("DeepSeek spent up to 3 million dollars.", "en", "DeepSeek gastó 5,6 millones de dólares.", "es"),
        ("It cost more than 50 dollars.", "en", "It cost less than 40 dollars.", "en"),
        ("It cost 5.6 billion to train.", "en", "It cost 5.6 million dollars to train.", "en"),
    ],
)
def test_quantities_that_no_reading_makes_the_same_differ_either_way_round(
    one: str, own: Language, other: str, its: Language
) -> None:
    assert outcomes(one, own, other, its) == outcomes(other, its, one, own) == ["differs"]


@pytest.mark.parametrize("evidence", ["it spent 50 million euros", "gastó entre 30 y 40 millones de euros"])
def test_a_range_differs_from_what_lies_outside_it(evidence: str) -> None:
    language: Language = "en" if evidence.startswith("it") else "es"
    assert set(outcomes("it spent between 10 and 20 million euros", "en", evidence, language)) == {"differs"}


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("DeepSeek spent 6 million dollars.", "DeepSeek spent money."),
        ("DeepSeek spent 6 million dollars.", "DeepSeek spent 5.6 million dollars."),  # rounding may explain it
        ("DeepSeek spent 5.5 million dollars.", "DeepSeek spent 5.6 million dollars."),
        ("DeepSeek spent 5 million dollars.", "The park has 300 trees."),  # another thing counted
        ("It will lose 30% of the jobs.", "It will lose 30 million jobs."),  # another kind
        ("DeepSeek spent 9 million euros.", "DeepSeek spent 5.6 million dollars."),  # another currency
        ("DeepSeek spent $5.6 billion to train V3.", "DeepSeek-V3 took 2.788 million hours to train."),  # no money
        ("V3 cost $5.6 billion to train.", "V3 spent 2.6 million of those hours on training, 5,000 on it later."),
        ("DeepSeek spent 9 million chips to train V3.", "DeepSeek spent $5.6 million to train V3."),
    ],
)
def test_a_quantity_that_the_evidence_neither_bears_out_nor_denies_stays_open(claim: str, evidence: str) -> None:
    assert outcomes(claim, "en", evidence, "en") == ["open"]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("DeepSeek spent money.", "DeepSeek spent 6 million dollars."),
        ("OpenAI published GPT-4.", "OpenAI published GPT-5."),
        ("Meta published Llama 3.1.", "Meta published Llama 3.2."),
        ("It was founded in 2023.", "It was founded in 2020."),
    ],
)
def test_a_claim_without_quantities_is_not_compared(claim: str, evidence: str) -> None:
    assert outcomes(claim, "en", evidence, "en") == []


def test_among_several_quantities_one_that_fits_is_enough() -> None:
    evidence = "The firm has 400 employees and 200 offices."
    assert outcomes("The firm has 200 offices.", "en", evidence, "en") == ["agrees"]


def test_a_finding_shows_both_numbers_with_their_values() -> None:
    claim, evidence = Statement("Gastó 5,6 millones.", "es"), Statement("It spent $5.6M.", "en")
    (finding,) = compare_quantities(claim, evidence)
    assert (finding.kind, finding.claim, finding.source) == ("number", "5,6 millones (5.6e6)", "$5.6M (5.6e6)")


def test_a_finding_shows_a_range_as_it_is_written() -> None:
    claim, evidence = Statement("Gastó entre 5 y 6 millones.", "es"), Statement("It spent $5.6M.", "en")
    (finding,) = compare_quantities(claim, evidence)
    assert (finding.outcome, finding.claim) == ("agrees", "5 y 6 millones")


@settings(derandomize=True, deadline=None, max_examples=120)
@given(TEXTS, LANGUAGES)
def test_a_statement_never_differs_from_itself(text: str, language: Language) -> None:
    assert "differs" not in outcomes(text, language, text, language)


@settings(derandomize=True, deadline=None, max_examples=120)
@given(TEXTS, LANGUAGES, TEXTS, LANGUAGES)
def test_no_text_is_an_error(claim: str, language: Language, evidence: str, its: Language) -> None:
    for one in found(claim, language):
        assert one.written == claim[one.number.start : one.number.end]
    outcomes(claim, language, evidence, its)
