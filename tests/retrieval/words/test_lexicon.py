"""The packaged lexicon: a reading of its file, and what it must know to be of use."""

import pytest

from knowledge.model import Language
from knowledge.terms import stems, stopwords
from retrieval.words.lexicon import Lexicon, lexicon


@pytest.mark.parametrize(
    ("word", "language", "translation"),
    [
        ("harina", "es", "flour"),
        ("faro", "es", "lighthouse"),
        ("precio", "es", "price"),
        ("billón", "es", "trillion"),
        ("flour", "en", "harina"),
        ("lighthouse", "en", "faro"),
        ("price", "en", "precio"),
        ("agreement", "en", "acuerdo"),
    ],
)
def test_a_common_word_is_translated(word: str, language: Language, translation: str) -> None:
    other: Language = "en" if language == "es" else "es"
    found = lexicon().translate(stems(word, language)[0], language)
    assert max(found, key=lambda key: found[key]) == stems(translation, other)[0]
    assert lexicon().knows(stems(word, language)[0], language)


@pytest.mark.parametrize("language", ["es", "en"])
def test_probabilities_are_probabilities(language: Language) -> None:
    held = lexicon().translations[language]
    assert len(held) > 5000
    for term, found in held.items():
        assert found, term
        assert min(found.values()) > 0
        # Each is rounded to two places.
        assert sum(found.values()) <= 1 + 0.005 * len(found), term


@pytest.mark.parametrize("language", ["es", "en"])
def test_function_words_neither_have_translations_nor_are_any(language: Language) -> None:
    held = lexicon().translations[language]
    assert not {word for word in stopwords("und") if word in held}


def test_what_is_not_known_has_no_translation() -> None:
    assert lexicon().translate("deepseek", "en") == {}
    assert not lexicon().knows("deepseek", "en")
    assert not lexicon().knows("flour", "und")
    assert lexicon().translate("flour", "und") == {}
    assert Lexicon({}).translate("flour", "en") == {}
