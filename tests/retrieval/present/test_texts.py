"""Both interface languages say everything, with the same gaps to fill."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from string import Formatter
from typing import get_args

import pytest

from knowledge.model import Language, ReferenceKind, SourceKind
from retrieval.model import Reason
from retrieval.present.texts import ENGLISH, SPANISH, Change, Confidence, Texts, confidence_level, texts


def sentences(words: Texts) -> Iterator[tuple[str, str]]:
    for field in fields(words):
        value = getattr(words, field.name)
        if isinstance(value, Mapping):
            yield from ((f"{field.name}.{key}", sentence) for key, sentence in value.items())
        else:
            yield field.name, value


def gaps(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_both_languages_have_the_same_sentences_with_the_same_gaps() -> None:
    english, spanish = dict(sentences(ENGLISH)), dict(sentences(SPANISH))
    assert all(english.values())
    assert all(spanish.values())
    assert {name: gaps(one) for name, one in english.items()} == {name: gaps(one) for name, one in spanish.items()}


@pytest.mark.parametrize("words", [ENGLISH, SPANISH], ids=["en", "es"])
def test_every_kind_has_its_word(words: Texts) -> None:
    assert words.reasons.keys() == set(Reason)
    assert words.confidences.keys() == set(get_args(Confidence))
    assert words.changes.keys() == set(get_args(Change))
    assert words.reference_kinds.keys() == set(get_args(ReferenceKind))
    assert words.source_kinds.keys() == set(get_args(SourceKind))
    assert words.languages.keys() == set(get_args(Language))


def test_a_sentence_is_not_left_in_the_other_language() -> None:
    spanish = dict(sentences(SPANISH))
    # The sign of a paragraph is the same in both.
    same = {name for name, one in sentences(ENGLISH) if spanish[name] == one}
    assert same == {"paragraph", "paragraphs_column"}


def test_the_language_of_the_reader_chooses_and_english_is_for_the_undetermined() -> None:
    assert texts("es") is SPANISH
    assert texts("en") is ENGLISH
    assert texts("und") is ENGLISH


@pytest.mark.parametrize(
    ("value", "level"), [(1.0, "high"), (0.8, "high"), (0.799, "fair"), (0.5, "fair"), (0.499, "low"), (0.0, "low")]
)
def test_confidence_in_words_has_its_bounds(value: float, level: str) -> None:
    assert confidence_level(value) == level
