"""Search terms: one spelling, one stem."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import Stemmer
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import Language
from knowledge.terms import fold, stems, stopwords, words


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("tecnología", "TECNOLOGIA", "es"),
        ("códigos", "codigo", "es"),
        ("compañías", "compania", "es"),
        ("licences", "licence", "en"),
        ("Models", "model", "en"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str, language: Language) -> None:
    assert stems(one, language) == stems(other, language)


def test_numbers_and_names_with_points_stay_whole() -> None:
    assert words("01.AI pagó 5,6 millones por Llama 3.1.") == [
        "01.ai",
        "pago",
        "5,6",
        "millones",
        "por",
        "llama",
        "3.1",
    ]


def test_function_and_question_words_are_listed_folded_and_negations_are_not() -> None:
    assert {"cuanto", "el", "de"} <= stopwords("es")
    assert {"what", "did", "the"} <= stopwords("en")
    assert not {"no", "not", "costo", "meta"} & stopwords("und")


def test_an_undetermined_language_is_folded_and_not_stemmed() -> None:
    assert stems("Modèles Ouverts", "und") == ["modeles", "ouverts"]
    assert stopwords("und") == stopwords("es") | stopwords("en")


@settings(derandomize=True, deadline=None)
@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    folded = fold(text)
    assert fold(folded).casefold() == folded.casefold() or fold(fold(folded)) == fold(folded)
    assert all(stems(text, language) is not None for language in ("es", "en", "und"))


def test_threads_do_not_disturb_each_other() -> None:
    """Snowball's stemmers are not made for several threads; a wrong stem would be kept for good."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [
        f"{letters[n % 26]}{letters[n // 26 % 26]}{ending}" for n in range(1500) for ending in ("izations", "aciones")
    ]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda word: (*stems(word, "en"), *stems(word, "es")), words))
    fresh = [Stemmer.Stemmer(name).stemWords(words) for name in ("english", "spanish")]
    assert together == list(zip(*fresh, strict=True))
