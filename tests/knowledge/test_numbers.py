"""Numbers: one value however it is written, in either language, and nothing that is a name."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge import numerals
from knowledge.model import Language
from knowledge.numbers import Number, canonical, numbers

steady = settings(derandomize=True, deadline=None)


def tokens(text: str, language: Language) -> list[str]:
    return [canonical(number) for number in numbers(text, language)]


def spans(text: str, language: Language) -> list[str]:
    return [text[number.start : number.end] for number in numbers(text, language)]


def only(text: str, language: Language) -> Number:
    (number,) = numbers(text, language)
    return number


@pytest.mark.parametrize(
    ("text", "language", "token"),
    [
        ("1,5", "es", "1.5"),
        ("1.5", "es", "1.5"),
        ("1.5", "en", "1.5"),
        ("1,5", "en", "1.5"),
        (".05", "en", "0.05"),
        ("1.000", "es", "1000"),
        ("1,000", "en", "1000"),
        ("5.576", "es", "5576"),
        ("5.576", "en", "5.576"),
        ("5,576", "es", "5.576"),
        ("5,576,000", "es", "5.576e6"),
        ("5.576.000", "en", "5.576e6"),
        ("1,234.5", "es", "1234.5"),
        ("1.234,5", "en", "1234.5"),
        ("5\u202f576\u202f000", "en", "5.576e6"),
        ("5\u00a0576", "es", "5576"),
        ("5\u2009576", "en", "5576"),
        ("5 576 000", "es", "5.576e6"),
        ("10 000,5", "es", "10000.5"),
        ("10’000", "en", "10000"),
        ("1.000", "und", None),
        ("5,576,000", "und", "5.576e6"),
        ("1,5", "und", "1.5"),
    ],
)
def test_the_marks_within_digits_are_read_by_the_habit_of_the_language(
    text: str, language: Language, token: str | None
) -> None:
    assert tokens(f"({text})", language) == ([token] if token else [])


def test_an_ambiguous_number_follows_the_habit_that_its_text_shows() -> None:
    assert tokens("Gastó 5.6 millones en 2,048 chips", "es") == ["5.6e6", "2048"]
    assert tokens("Gastó 5,6 millones en 2.048 chips con Llama 3.1", "es") == ["5.6e6", "2048", "3.1"]
    assert tokens("It spent 5,6 million on 2.048 chips", "en") == ["5.6e6", "2048"]
    assert tokens("Usó 2,048 y 3.1", "es") == ["2.048", "3.1"]


@pytest.mark.parametrize(
    ("spanish", "english", "token"),
    [
        ("cinco mil millones", "five billion", "5e9"),
        ("5 mil millones", "5 billion", "5e9"),
        ("5.000 millones", "5,000 million", "5e9"),
        ("un millardo", "one billion", "1e9"),
        ("mil millones", "a billion", "1e9"),
        ("un billón", "a trillion", "1e12"),
        ("dos billones trescientos mil millones", "two point three trillion", "2.3e12"),
        ("veintiún", "twenty-one", "21"),
        ("treinta y cinco", "thirty-five", "35"),
        ("doscientos cinco", "two hundred and five", "205"),
        ("mil doscientas treinta y cuatro", "one thousand two hundred thirty-four", "1234"),
        ("quinientas mil", "five hundred thousand", "500000"),
        ("medio millón", "half a million", "500000"),
        ("cuarto de millón", "quarter of a million", "250000"),
        ("un millón y medio", "one and a half million", "1.5e6"),
        ("dos millones y medio", "two million and a half", "2.5e6"),
        ("dos coma cinco millones", "two point five million", "2.5e6"),
        ("una docena", "a dozen", "12"),
        ("media docena", "half a dozen", "6"),
        ("dos docenas", "two dozen", "24"),
        ("un centenar de millones", "a hundred million", "1e8"),
        ("3 millones 500 mil", "3.5 million", "3.5e6"),
        ("10 mil 500", "10,500", "10500"),
        ("dos millones mil", "two million one thousand", "2.001e6"),
        ("671B", "671B", "6.71e11"),
        ("2.000 M", "2bn", "2e9"),
        ("CINCO MIL", "FIVE THOUSAND", "5000"),
        ("veintidos", "twenty two", "22"),
        ("treinta\ny cinco", "thirty\nfive", "35"),
    ],
)
def test_both_languages_write_one_value(spanish: str, english: str, token: str) -> None:
    assert tokens(f"Son {spanish}.", "es") == [token]
    assert tokens(f"It is {english}.", "en") == [token]
    assert spans(f"Son {spanish}.", "es") == [spanish]
    assert spans(f"It is {english}.", "en") == [english]


def test_a_trillon_is_a_million_billones() -> None:
    assert tokens("tres trillones", "es") == ["3e18"]


def test_decomposed_letters_are_the_same_words() -> None:
    assert tokens("un millo\u0301n y veintiu\u0301n", "es") == ["1e6", "21"]


@pytest.mark.parametrize(
    ("text", "language", "span", "token"),
    [
        ("el 30 % de ellos", "es", "30 %", "30%"),
        ("el 30\u00a0% de ellos", "es", "30\u00a0%", "30%"),
        ("30 por ciento", "es", "30 por ciento", "30%"),
        ("un cinco por ciento", "es", "cinco por ciento", "5%"),
        ("cien por cien", "es", "cien por cien", "100%"),
        ("thirty per cent", "en", "thirty per cent", "30%"),
        ("one per cent", "en", "one per cent", "1%"),
        ("5.5 percent", "en", "5.5 percent", "5.5%"),
        ("five and a half per cent", "en", "five and a half per cent", "5.5%"),
        ("it fell −5% again", "en", "−5%", "-5%"),
    ],
)
def test_percents_are_told_from_plain_numbers(text: str, language: Language, span: str, token: str) -> None:
    assert spans(text, language) == [span]
    assert only(text, language).kind == "percent"
    assert tokens(text, language) == [token]


@pytest.mark.parametrize(
    ("text", "language", "span", "token", "currency"),
    [
        ("costó $5.6M ayer", "es", "$5.6M", "5.6e6", "USD"),
        ("$5 billion", "en", "$5 billion", "5e9", "USD"),
        ("US$ 5,6 millones", "es", "US$ 5,6 millones", "5.6e6", "USD"),
        ("5,6 millones de dólares", "es", "5,6 millones de dólares", "5.6e6", "USD"),
        ("five-billion-dollar", "en", "five-billion-dollar", "5e9", "USD"),
        ("2.000 M€", "es", "2.000 M€", "2e9", "EUR"),
        ("£5m", "en", "£5m", "5e6", "GBP"),
        ("AU$7", "en", "AU$7", "7", "AUD"),
        ("USD5", "en", "USD5", "5", "USD"),
        ("5EUR", "es", "5EUR", "5", "EUR"),
        ("$500 pesos", "es", "$500 pesos", "500", None),
        ("500 pesos mexicanos", "es", "500 pesos mexicanos", "500", "MXN"),
        ("2000 euros", "es", "2000 euros", "2000", "EUR"),
    ],
)
def test_money_covers_its_mark_and_is_worth_the_plain_number(
    text: str, language: Language, span: str, token: str, currency: str | None
) -> None:
    number = only(text, language)
    assert (spans(text, language), number.kind, number.currency) == ([span], "money", currency)
    assert canonical(number) == token


def test_the_letter_m_is_a_million_only_beside_money() -> None:
    assert tokens("5m and 5 mm", "en") == ["5", "5"]
    assert tokens("$5m and $5mm", "en") == ["5e6", "5e6"]


def test_after_a_letter_that_multiplies_nobody_goes_on_in_words() -> None:
    assert tokens("It runs Llama 3.1 8B and one other.", "en") == ["3.1", "8e9"]
    assert tokens("It has 671B and thirty-seven are active.", "en") == ["6.71e11", "37"]
    assert tokens("two hundred and five", "en") == ["205"]


def test_the_mark_of_the_next_amount_is_not_taken_from_it() -> None:
    assert spans("between 5 $10 and 5 US$20", "en") == ["5", "$10", "5", "US$20"]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("10-15 millones", "es", ["1e7", "1.5e7"]),
        ("10–15 %", "es", ["10%", "15%"]),
        ("entre 10 y 15 millones", "es", ["1e7", "1.5e7"]),
        ("entre el 10 y el 15 %", "es", ["10%", "15%"]),
        ("de 1500 a 2000 millones", "es", ["1.5e9", "2e9"]),
        ("cinco o seis mil millones", "es", ["5e9", "6e9"]),
        ("one or two million", "en", ["1e6", "2e6"]),
        ("from 10 to 5 per cent", "en", ["10%", "5%"]),
        ("$10 billion to $15 billion", "en", ["1e10", "1.5e10"]),
        ("he won 3 and 15 million saw it", "en", ["3", "1.5e7"]),
        ("en 2023 y 15 millones", "es", ["2023", "1.5e7"]),
        ("from 2020 to 5 million", "en", ["2020", "5e6"]),
        ("between two hundred and three hundred", "en", ["200", "300"]),
        ("two thousand three thousand", "en", ["2000", "3000"]),
        ("entre treinta y cuarenta", "es", ["30", "40"]),
        ("entre mil y dos mil", "es", ["1000", "2000"]),
        ("two and three", "en", ["2", "3"]),
        ("1,2,3", "en", ["1", "2", "3"]),
        ("10 -15", "en", ["10", "15"]),
    ],
)
def test_ranges_give_both_ends_and_lists_each_number(text: str, language: Language, expected: list[str]) -> None:
    assert tokens(text, language) == expected


def test_a_currency_holds_for_both_ends_of_a_range() -> None:
    for text in ("$10-15 billion", "10 to 15 billion dollars"):
        assert [(n.kind, n.currency, n.value) for n in numbers(text, "en")] == [
            ("money", "USD", Decimal(10**10)),
            ("money", "USD", Decimal(15 * 10**9)),
        ]


@pytest.mark.parametrize(
    ("text", "language", "kinds"),
    [
        ("en 2024", "es", ["year"]),
        ("the 1990s", "en", ["year"]),
        ("mid-2023", "en", ["year"]),
        ("nineteen eighty-four", "en", ["year"]),
        ("twenty twenty-four", "en", ["year"]),
        ("2.024", "es", ["cardinal"]),
        ("2024 millones", "es", ["cardinal"]),
        ("26 de diciembre de 2024", "es", ["cardinal", "year"]),
        ("12.05.2024", "es", ["cardinal", "cardinal", "year"]),
        ("02/28/2025", "en", ["cardinal", "cardinal", "year"]),
    ],
)
def test_four_plain_digits_are_a_year(text: str, language: Language, kinds: list[str]) -> None:
    assert [number.kind for number in numbers(text, language)] == kinds


def test_a_year_in_words_and_in_digits_is_one_token() -> None:
    assert tokens("dos mil veinticuatro", "es") == tokens("2024", "en") == tokens("2.024", "es") == ["2024"]


def test_ordinals_in_figures_are_told_from_cardinals() -> None:
    assert tokens("el 3.º, el 3º y la 3ª", "es") == ["3º", "3º", "3º"]
    assert tokens("the 3rd and the 21st", "en") == ["3º", "21º"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("GPT-4, V3, R1, H800, Qwen2.5-32B, Llama-2-7B, Mixtral 8x7B, FP8, H100-80GB", "en"),
        ("versión 1.2.3", "es"),
        ("https://example.org/2024/05/a1", "en"),
        ("5G, 3D, 4o", "en"),
        ("según ellos [12], otros [3, 4] y más [5–7]", "es"),
        ("un libro, una casa y uno más", "es"),
        ("a book, one of an old kind", "en"),
        ("miles de millones, millones y docenas de personas", "es"),
        ("millions, several hundred, dozens", "en"),
        ("un tanto por ciento", "es"),
        ("half of them; a half", "en"),
        ("once upon a time", "und"),
        ("9" * 40, "en"),
        ("snake_5 and a1.5", "en"),
    ],
)
def test_names_marks_and_articles_are_no_numbers(text: str, language: Language) -> None:
    assert numbers(text, language) == []


def test_a_number_beside_a_name_is_read() -> None:
    assert tokens("Llama 3.1 405B and a 24-hour run on 80GB of H800", "en") == ["3.1", "4.05e11", "24", "80"]


def test_hours_are_not_halves() -> None:
    assert tokens("a las cinco y media", "es") == ["5"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("five hundred hundred", ["500"]),
        ("million billion", []),
        ("two million three billion", ["2e6", "3e9"]),
        ("twenty twenty million", ["20", "2e7"]),
        ("five and a million", ["5", "1e6"]),
        ("two and half a dozen", ["2", "6"]),
        ("two hundred, five", ["200", "5"]),
        ("two\n\nthousand", ["2"]),
    ],
)
def test_numerals_that_do_not_combine_stay_apart(text: str, expected: list[str]) -> None:
    assert tokens(text, "en") == expected


def test_an_undetermined_text_is_read_in_both_languages() -> None:
    assert tokens("five billion, cinco mil millones, half a million", "und") == ["5e9", "5e9", "500000"]


WHOLE = st.integers(min_value=0, max_value=10**12 - 1)
LANGUAGES: st.SearchStrategy[Language] = st.sampled_from(("es", "en", "und"))


def in_words(value: int, language: Language) -> str:
    """A cardinal below 10^12 in words, made from the rules of the language and not from the parser's."""
    if value == 0:
        return "cero" if language == "es" else "zero"
    lists: dict[str, Any] = numerals.data()[language]["numerals"]
    names: dict[int, str] = {}
    for word, worth in lists.items():
        names.setdefault(worth, word)
    return _spanish(value, names) if language == "es" else _english(value, names)


def _spanish(value: int, names: dict[int, str]) -> str:
    if value >= 10**6:
        millions, rest = divmod(value, 10**6)
        head = "un millón" if millions == 1 else f"{_spanish(millions, names)} millones"
        return f"{head} {_spanish(rest, names)}" if rest else head
    if value >= 1000:
        thousands, rest = divmod(value, 1000)
        head = "mil" if thousands == 1 else f"{_spanish(thousands, names)} mil"
        return f"{head} {_spanish(rest, names)}" if rest else head
    if value > 100 and value % 100:
        head = "ciento" if value < 200 else names[value // 100 * 100]
        return f"{head} {_spanish(value % 100, names)}"
    if value in names:
        return names[value]
    return f"{names[value // 10 * 10]} y {names[value % 10]}"


def _english(value: int, names: dict[int, str]) -> str:
    for scale, word in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= scale:
            count, rest = divmod(value, scale)
            link = " and " if 0 < rest < 100 else " "
            return f"{_english(count, names)} {word}" + (f"{link}{_english(rest, names)}" if rest else "")
    return names[value] if value in names else f"{names[value // 10 * 10]}-{names[value % 10]}"


@steady
@given(WHOLE, st.sampled_from(("es", "en")))
@example(21_000_000_000, "es")
@example(1_000_000_001, "es")
@example(100_100_100, "en")
def test_words_give_back_their_value(value: int, language: Language) -> None:
    text = in_words(value, language)
    if value == 1:
        assert numbers(text, language) == []
    else:
        assert [(n.start, n.end, n.value) for n in numbers(text, language)] == [(0, len(text), Decimal(value))]


@steady
@given(
    WHOLE,
    st.integers(min_value=0, max_value=99),
    st.sampled_from(("es", "en")),
    st.sampled_from(" \u202f\u00a0\u2009m"),
)
def test_digits_give_back_their_value(whole: int, cents: int, language: Language, space: str) -> None:
    group, point = (".", ",") if language == "es" else (",", ".")
    grouped = f"{whole:,}".replace(",", group if space in "m " else space)
    text = f"son {grouped}{point}{cents:02d} en total"
    number = only(text, language)
    assert number.value == Decimal(f"{whole}.{cents:02d}")
    assert text[number.start : number.end] == f"{grouped}{point}{cents:02d}"


@steady
@given(st.decimals(min_value=2, max_value=999, places=1), st.sampled_from(("", " %", "$")))
def test_both_languages_give_one_token_and_kinds_that_differ_do_not(value: Decimal, mark: str) -> None:
    spanish = f"{value}".replace(".", ",")
    if mark == "$":
        pair = tokens(f"{spanish} mil millones de dólares", "es"), tokens(f"${value} billion", "en")
    else:
        pair = tokens(f"{spanish}{mark}", "es"), tokens(f"{value}{mark}", "en")
    assert pair[0] == pair[1] != []
    assert pair[0][0].endswith("%") == (mark == " %")
    assert Decimal(pair[0][0].rstrip("%")) == value * (10**9 if mark == "$" else 1)


WORDS = """
1 2.5 1,5 10.000 2024 % $ € M mil millones millón y and a un half medio dozen docena hundred million billion point coma
veinte treinta cinco five twenty cien por ciento de - – [ ] . , 12 500 º s K B la o to entre between
"""
PIECES = st.sampled_from(WORDS.split())
TANGLES = st.lists(st.tuples(PIECES, st.sampled_from(("", " ", "-", "\n"))), max_size=14).map(
    lambda parts: "".join(piece + gap for piece, gap in parts)
)


@settings(steady, max_examples=150)
@given(st.one_of(st.text(max_size=60), TANGLES), LANGUAGES)
@example("[1", "es")
@example("İ 5 mil", "es")
@example("٣ ５ ²", "en")
@example("mil mil millones de", "es")
def test_any_text_is_read_with_spans_in_bounds_in_order_and_apart(text: str, language: Language) -> None:
    end = 0
    for number in numbers(text, language):
        assert end <= number.start < number.end <= len(text)
        assert text[number.start : number.end].strip() == text[number.start : number.end]
        assert number.value.is_finite()
        assert canonical(number)
        end = number.end
