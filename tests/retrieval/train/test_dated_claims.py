"""Claims that say when something was, beside texts that say so in another way."""

import random
from collections.abc import Callable

import pytest

from knowledge.model import Language
from retrieval.check.dates import dates, may_agree
from retrieval.train.dated_claims import dated, years_later
from retrieval.train.embedded_claims import Embedded

EN, ES = (
    "The mill at Orvane opened on 4 May 1991, after the flood.",
    "El molino abrió el 4 de mayo de 1991, tras la riada.",
)
SENTENCES: list[tuple[str, Language]] = [(EN, "en"), (ES, "es")]
Make = Callable[[str, Language, random.Random], Embedded | None]


def made(make: Make, sentence: str, language: Language = "en", seeds: int = 600) -> set[Embedded]:
    """All that chance makes of a sentence."""
    results = {make(sentence, language, random.Random(seed)) for seed in range(seeds)}
    return {result for result in results if result is not None}


@pytest.mark.parametrize(
    "row",
    [
        ("The mill at Orvane opened in 1991, after the flood.",
         "The mill at Orvane opened in the second quarter of 1991, after the flood.", "S"),
        ("The mill at Orvane opened in Q2 1991, after the flood.",
         "The mill at Orvane opened in 1991, after the flood.", "N"),
        ("The mill at Orvane opened in 1991, after the flood.",
         "The mill at Orvane opened yesterday, after the flood.", "N"),
        ("The mill at Orvane opened, after the flood.", "The mill at Orvane opened in May '91, after the flood.", "S"),
    ],
)  # fmt: skip
def test_a_finer_date_than_the_texts_is_left_open_and_one_that_holds_it_is_supported(row: Embedded) -> None:
    assert any(dated(EN, "en", random.Random(seed)) == row for seed in range(40_000))


@pytest.mark.parametrize(("sentence", "language"), SENTENCES)
def test_every_decision_is_made_and_the_rest_of_the_sentence_stays(sentence: str, language: Language) -> None:
    rows = made(dated, sentence, language)
    assert {decision for _, _, decision in rows} == {"S", "C", "N"}
    rest = sentence[: sentence.index(" o" if language == "en" else " abrió")]
    for claim, text, _ in rows:
        assert claim.startswith(rest)
        assert text.startswith(rest)
        assert "  " not in claim + text


@pytest.mark.parametrize(("sentence", "language"), SENTENCES)
def test_dates_that_are_read_agree_where_supported_and_differ_where_contradicted(
    sentence: str, language: Language
) -> None:
    """The product's own reader of dates sees what the rows say; of "between April and June 1991" it reads the end."""
    compared = set()
    for claim, text, decision in made(dated, sentence, language):
        own, stated = dates(claim), dates(text)
        if len(own) == len(stated) == 1 and not any(word in claim + text for word in ("between", "entre")):
            assert decision != "S" or may_agree(own[0], stated[0])
            assert decision != "C" or not (own[0].day and stated[0].day) or not may_agree(own[0], stated[0])
            compared.add(decision)
    assert compared == {"S", "C", "N"}


@pytest.mark.parametrize(("sentence", "language"), SENTENCES)
def test_years_are_counted_from_another_year(sentence: str, language: Language) -> None:
    rows = made(years_later, sentence, language)
    assert {decision for _, _, decision in rows} == {"S", "C"}
    for claim, text, decision in rows:
        assert ("1991" in claim) is (decision == "S")
        assert "1991" not in text


@pytest.mark.parametrize(
    "sentence",
    [
        "The mill opened.",
        "The mill opened before 1991.",
        "The mill ran from 1991 to 1999.",
        "The mill of 1991 closed in 2003.",
        "The 1991 mill closed.",
    ],
)
@pytest.mark.parametrize("make", [dated, years_later])
def test_a_sentence_without_one_plain_date_makes_none(sentence: str, make: Make) -> None:
    assert made(make, sentence, seeds=20) == set()


def test_the_same_seed_makes_the_same() -> None:
    assert dated(EN, "en", random.Random(4)) == dated(EN, "en", random.Random(4))
