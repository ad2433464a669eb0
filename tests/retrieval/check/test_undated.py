"""Claims without their dates, and contradictions that rest on a date which may be the claim's."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import Language
from retrieval.check.dates import dates
from retrieval.check.undated import without_dates

WORDS = ["The bridge", "opened", "on", "in", "3 May 2020", "May 2020", "2020", "before", "el", "año", "Q2 2019", "."]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=10).map(" ".join)


@pytest.mark.parametrize(
    ("claim", "language", "rest"),
    [
        ("The bridge opened on 3 May 2020.", "en", "The bridge opened."),
        ("The bridge opened in early 2020.", "en", "The bridge opened."),
        ("In May 2020 the bridge opened.", "en", "the bridge opened."),
        ("El puente se abrió el 3 de mayo de 2020.", "es", "El puente se abrió."),
        ("El puente se abrió a principios del año 2020 al tráfico.", "es", "El puente se abrió al tráfico."),
        ("Abrió en 2019 y cerró en 2021.", "es", "Abrió y cerró."),
        ("The bridge opened.", "en", "The bridge opened."),
    ],
)
def test_a_date_goes_with_the_words_that_belong_to_it(claim: str, language: Language, rest: str) -> None:
    assert without_dates(claim, language) == rest


@settings(derandomize=True, deadline=None, max_examples=150)
@given(TEXTS)
def test_nothing_but_dates_and_the_words_before_them_goes(text: str) -> None:
    rest = without_dates(text, "en")
    assert len(rest) <= len(text)
    assert dates(text) or rest == text
    assert rest.count("bridge") == text.count("bridge")
    assert rest.count("opened") == text.count("opened")
