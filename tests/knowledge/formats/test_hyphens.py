"""Hyphens at line ends: the document itself says which of them belong to the word."""

import pytest

from knowledge.formats.hyphens import join_hyphenated, vocabulary

WORDS = vocabulary(
    [
        "The development of open-source models, and of co-operation.",
        "An open-source model again; the opensource spelling once. Several parameters.",
    ]
)


@pytest.mark.parametrize(
    ("before", "after", "mended"),
    [
        ("its devel", "opment went on", "its development went on"),
        ("an open", "source licence", "an open-source licence"),
        ("unheard transfor", "mations", "unheard transformations"),
        ("la investiga", "ción sigue", "la investigación sigue"),
        ("the DeepSeek", "V3 model", "the DeepSeek-V3 model"),
        ("version 2", "beta", "version 2beta"),
        ("state-of-the", "art models", "state-of-the-art models"),
        ("multi-para", "meters", "multi-parameters"),
        ("they co", "designed it", "they co-designed it"),
        ("a well", "known name", "a well-known name"),
        ("a five", "year plan", "a five-year plan"),
        ("a man of twenty", "one years", "a man of twenty-one years"),
        ("the thirty", "second day", "the thirty-second day"),
        ("the energy", "based tax", "the energy-based tax"),
        ("of high", "lights", "of highlights"),
        ("a second", "ary school", "a secondary school"),
        ("an in", "dependent mind", "an independent mind"),
        ("el pro", "ducto", "el producto"),
        ("a self", "is", "a selfis"),
        ("a dash ", "alone", "a dash -alone"),
    ],
)
def test_a_word_cut_in_two_is_mended_as_the_document_writes_it(before: str, after: str, mended: str) -> None:
    assert join_hyphenated(before, after, words=WORDS) == mended
