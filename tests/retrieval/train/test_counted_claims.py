"""Claims that say how much something was, beside texts that say so in another way."""

import random

import pytest

from knowledge.model import Language
from knowledge.numbers import canonical, numbers
from retrieval.train.counted_claims import counted
from retrieval.train.embedded_claims import Embedded


def made(sentence: str, language: Language = "en", seeds: int = 600) -> set[Embedded]:
    """All that chance makes of a sentence."""
    results = {counted(sentence, language, random.Random(seed)) for seed in range(seeds)}
    return {result for result in results if result is not None}


@pytest.mark.parametrize(
    ("sentence", "language", "row"),
    [
        ("The firm has 320 workers.", "en", ("The firm has more than 270 workers.", "The firm has 320 workers.", "S")),
        ("The firm has 320 workers.", "en", ("The firm has 320 workers.", "The firm has over 270 workers.", "N")),
        ("The firm has 320 workers.", "en", ("The firm has 160 workers.", "The firm has 320 workers.", "C")),
        ("The firm cut 25% of the jobs.", "en",
         ("The firm cut a quarter of the jobs.", "The firm cut 25 per cent of the jobs.", "S")),
        ("Despidió al 40 % de la plantilla y el 25 % de los jefes.", "es",
         ("Despidió al 40 % de la plantilla y una cuarta parte de los jefes.",
          "Despidió al 40 % de la plantilla y un 25% de los jefes.", "S")),
        ("Vendió 3500000 kilos.", "es", ("Vendió 3,5 millones kilos.", "Vendió 3.500.000 kilos.", "S")),
    ],
)  # fmt: skip
def test_an_amount_is_compared_with_the_bounds_of_the_other(sentence: str, language: Language, row: Embedded) -> None:
    assert any(counted(sentence, language, random.Random(seed)) == row for seed in range(20_000))


@pytest.mark.parametrize(("sentence", "language"), [("It sold 480 of the boats.", "en"), ("Vendió 480 barcos.", "es")])
def test_amounts_that_are_both_exact_are_the_same_where_supported_and_others_where_contradicted(
    sentence: str, language: Language
) -> None:
    rows = made(sentence, language)
    assert {decision for _, _, decision in rows} == {"S", "C", "N"}
    bounds = ("than", "over", "under", "between", "from", "más", "menos", "entre", "de ")
    exact = [row for row in rows if not any(bound in f"{row[0]}{row[1]}" for bound in bounds)]
    assert exact
    for claim, text, decision in exact:
        same = [canonical(n) for n in numbers(claim, language)] == [canonical(n) for n in numbers(text, language)]
        assert same is (decision == "S")


def test_no_percentage_is_more_than_all() -> None:
    for claim, text, _ in made("The party won 95% of the seats."):
        assert all(number.value <= 100 for number in [*numbers(claim, "en"), *numbers(text, "en")])


@pytest.mark.parametrize(
    "sentence",
    [
        "The firm has workers.",
        "The firm has more than 320 workers.",
        "It was so in the season 2025-26.",
        "It is a ten-hour film.",
        "It opened in 1991.",
        "It has 3 doors.",
    ],
)
def test_a_sentence_without_a_plain_amount_makes_none(sentence: str) -> None:
    assert made(sentence, seeds=20) == set()
