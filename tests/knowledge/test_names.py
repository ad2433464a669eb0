"""Names: whether two writings mean the same, which names a text holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.lexicon import lexicon
from knowledge.model import Language
from knowledge.names import find_names, fold_name, matches_name
from knowledge.tokens import tokenize


def names_in(text: str, language: Language = "es") -> list[str]:
    return [name.text for name in find_names(text, tokenize(text), lexicon(language), sentence_starts={0})]


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Clément Delangue", "clement delangue"),
        ("LeCun", "lecun"),
        ("Chris V. Nicholson", "chris v nicholson"),
        ("O’Brien-Díaz", "obrien diaz"),
        ("  El Sr.   Peña ", "el sr pena"),
        ("Meta’s", "meta"),
        ("—", ""),
    ],
)
def test_a_folded_name_has_no_case_accents_or_punctuation(name: str, folded: str) -> None:
    assert fold_name(name) == folded


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more(name: str) -> None:
    assert fold_name(fold_name(name)) == fold_name(name)


@pytest.mark.parametrize(
    ("query", "full"),
    [
        ("lecun", "Yann LeCun"),
        ("Lecun", "Yann LeCun"),
        ("Yann LeCun", "Yann Lecun"),
        ("Sr. Nicholson", "Chris V. Nicholson"),
        ("el Sr. Nicholson", "Chris V. Nicholson"),
        ("C. Nicholson", "Chris V. Nicholson"),
        ("Delangue", "Clément Delangue"),
        ("clement delangue", "Clément Delangue"),
        ("Kai Fu Lee", "Kai-Fu Lee"),
        ("Deep Seek", "DeepSeek"),
        ("Yann LeCun", "LeCun"),
        ("Yann LeCun", "Dr. LeCun"),
        ("Meta", "un portavoz de Meta"),
        ("Don", "Don"),
    ],
)
def test_a_name_as_typed_matches_the_full_one(query: str, full: str) -> None:
    assert matches_name(query, full)


@pytest.mark.parametrize(
    ("query", "full"),
    [
        ("", "Yann LeCun"),
        ("...", "Yann LeCun"),
        ("Yann", ""),
        ("Nichol", "Chris V. Nicholson"),
        ("Anna Nicholson", "Chris V. Nicholson"),
        ("Metabase", "Meta"),
        ("Zuckerberg", "Yann LeCun"),
    ],
)
def test_another_name_does_not_match(query: str, full: str) -> None:
    assert not matches_name(query, full)


@settings(derandomize=True, deadline=None)
@given(st.text(min_size=1, max_size=30))
def test_every_name_with_a_letter_matches_itself(name: str) -> None:
    assert matches_name(name, name) == bool(fold_name(name))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ayer Ana de la Hoz vio a Ursula von der Leyen.", ["Ana de la Hoz", "Ursula von der Leyen"]),
        ("La Universidad de Lima y el analista de Aura Eva Sol.", ["Universidad de Lima", "Aura", "Eva Sol"]),
        ("Con el Sr. Vega, J. B. Paz y Kai-Fu Lee.", ["Vega", "J. B. Paz", "Kai-Fu Lee"]),
        ("Pero 01.AI y xAI leen El País.", ["01.AI", "xAI", "El País"]),
        ("Dijo que Barnes & Noble abre.\nLima espera.", ["Barnes & Noble", "Lima"]),
        ("Añadieron que Pablo Gil de Aura y Aura cierran.", ["Pablo Gil", "Aura", "Aura"]),
    ],
)
def test_names_are_found_whole_and_without_titles(text: str, found: list[str]) -> None:
    assert names_in(text) == found


def test_english_names_are_found_without_roles_and_days() -> None:
    text = "On Tuesday Aura CEO Ann Ross told The Herald that Robert Downey Jr. left."
    assert names_in(text, "en") == ["Aura", "Ann Ross", "The Herald", "Robert Downey Jr"]


def test_the_same_word_in_small_letters_is_no_name_at_a_sentence_s_beginning() -> None:
    assert names_in("Vecinos y más vecinos hablan de Lima.") == ["Lima"]
