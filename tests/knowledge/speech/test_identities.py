"""Who is mentioned in a text: names put together by their parts, and told apart by titles and first names."""

import pytest

from knowledge.model import Language
from knowledge.speech.identities import Identity, find_identities
from knowledge.speech.mentions import find_mentions, make_layout
from knowledge.speech.reading import read_names


def people(text: str, language: Language) -> list[Identity]:
    reading = read_names(text, language=language, sentence_starts=frozenset((0,)))
    layout = make_layout(reading, [(0, len(text), 1)])
    return list(find_identities(reading, find_mentions(reading, layout, [])).people)


def labels(text: str, language: Language) -> list[str]:
    return [identity.label for identity in people(text, language) if identity.named]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Berta Olmos llegó y Olmos se fue, dijo Berta.", "es", ["Berta Olmos"]),
        ("Yesterday Hilda Moss came and Moss left.", "en", ["Hilda Moss"]),
        ("La doctora Hinojosa habló con el doctor Hinojosa.", "es", ["doctora Hinojosa", "doctor Hinojosa"]),
        ("Ayer Ana Prieto y David Prieto llegaron.", "es", ["Ana Prieto", "David Prieto"]),
    ],
)
def test_names_are_put_together_by_their_parts(text: str, language: Language, expected: list[str]) -> None:
    assert sorted(labels(text, language)) == sorted(expected)


def test_title_and_noun_beside_a_name_tell_the_gender_and_what_somebody_is() -> None:
    (person,) = (identity for identity in people("Ayer la alcaldesa, Remedios Polo, calló.", "es") if identity.named)
    assert (person.gender, person.person) == ("f", True)
    (person,) = (identity for identity in people("Yesterday Mrs. Adeyemi came.", "en") if identity.named)
    assert person.gender == "f"


def test_a_noun_without_a_name_is_somebody_of_their_own() -> None:
    described = [identity.label for identity in people("Un portavoz de Meta dijo que no.", "es") if not identity.named]
    assert described == ["un portavoz de Meta"]


def test_a_noun_in_apposition_is_the_named_person() -> None:
    identities = people("Then the mother, Larysa Bond, explained it.", "en")
    assert [identity.label for identity in identities] == ["Larysa Bond"]
