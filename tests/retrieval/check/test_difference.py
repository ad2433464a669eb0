"""The words that a claim and what contradicts it say otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model import Language
from retrieval.check.difference import difference


@pytest.mark.parametrize(
    ("claim", "language", "excerpt", "excerpt_language", "claimed", "stated"),
    [
        ("It has 405 billion parts.", "en", "It has 671 billion parts.", "en", "405 billion", "671 billion"),
        ("Tiene 405 millones de robots.", "es", "It has 671 million robots.", "en", "405 millones", "671 million"),
        ("It opened in July 2022.", "en", "It opened on 18 July 2023, with a fair.", "en", "July 2022", "18 July 2023"),
        ("The mill opened in 2020.", "en", "El molino abrió en mayo de 2023.", "es", "2020", "mayo de 2023"),
        ("Sales rose by 4%.", "en", "Sales rose by 7 percent to 3,000 boats.", "en", "4%", "7 percent"),
        ("It cost 5 million dollars.", "en", "Costó 6 millones de dólares.", "es", "5 million dollars",
         "6 millones de dólares"),
    ],
)  # fmt: skip
def test_a_date_or_a_number_that_stands_in_the_place_of_another(
    claim: str, language: Language, excerpt: str, excerpt_language: Language, claimed: str, stated: str
) -> None:
    other = difference(claim, language, excerpt, excerpt_language)
    assert other is not None
    assert (other.claimed, excerpt[other.start : other.end]) == (claimed, stated)


@pytest.mark.parametrize(
    ("claim", "excerpt"),
    [
        ("The council sold the mill.", "The council bought the mill."),
        ("It has 3,000 workers.", "It has 12 wheels and 4 floors."),
        ("It cost 5 million euros.", "It cost 6 million dollars."),
        ("It has 3 wheels.", "It has 4 wheels, and the bridge 5 wheels."),
        ("It opened in 2022.", "It opened before 2023."),
        ("It opened in 2022.", "It opened in 2022 with 3 wheels."),
        ("It opened in May 2022.", "It opened in 2022."),
        ("Leo Paz said that the mill opened in July 2022.", "Paz told a paper in May 2022 that bridges will win."),
    ],
)
def test_what_is_not_one_thing_in_the_place_of_another_is_not_named(claim: str, excerpt: str) -> None:
    assert difference(claim, "en", excerpt, "en") is None


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_the_texts_the_words_are_theirs(claim: str, excerpt: str) -> None:
    other = difference(claim, "en", excerpt, "en")
    if other is not None:
        assert other.claimed
        assert other.claimed in claim
        assert 0 <= other.start < other.end <= len(excerpt)
