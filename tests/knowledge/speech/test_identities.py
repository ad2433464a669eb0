"""Who is mentioned in a text: names put together by their parts, and told apart by titles and first names."""

import pytest

from knowledge.model import Language
from knowledge.speech.identities import find_identities
from knowledge.speech.identity import Identity
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
        ("Ayer vino Nino Lomtadze. La señora Lomtatze calló.", "es", ["Nino Lomtadze"]),
        ("Ayer vino Mario Rivera. La señora Rivero calló.", "es", ["Mario Rivera", "señora Rivero"]),
        ("Robert Teller and Dana Teller met. Then R. Teller left.", "en", ["Robert Teller", "Dana Teller"]),
        ("The Open Source Guild (OSG) met. Then OSG left.", "en", ["Open Source Guild"]),
        ("El fiscal Ruano calló y la señora Martos habló.", "es", ["Ruano", "señora Martos"]),
        ("Tosió. Adelanto una frase: ayer habló Ana Prieto.", "es", ["Ana Prieto"]),
        ("Declaran Eva Sol y su hijo.", "es", ["Eva Sol"]),
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


@pytest.mark.parametrize(
    ("text", "language", "role"),
    [
        ("Ayer el maletero Luis Funes calló.", "es", "maletero"),
        ("Habló el lotero de la calle Mayor, Ana Ruiz, en la plaza.", "es", "lotero de la calle Mayor"),
        ("Yesterday coroner Ann Ross spoke.", "en", "coroner"),
        ("Ann Ross, a beekeeper from Elko, spoke.", "en", "beekeeper from Elko"),
        ("Yesterday Councillor Ann Ross spoke.", "en", "Councillor"),
        ("Declaró la testigo Ana Ruiz, y el fiscal calló.", "es", "testigo"),
        ("El jueves, en la cumbre de Ana Ruiz, el fiscal había declarado.", "es", None),
        ("Vivía en la calle Ana Ruiz desde mayo.", "es", None),
        ("La dimisión de Ana Ruiz llegó tarde.", "es", None),
        ("Ann Ross, a day later, spoke.", "en", None),
    ],
)
def test_what_somebody_is_stands_beside_the_name(text: str, language: Language, role: str | None) -> None:
    (person,) = (identity for identity in people(text, language) if identity.named)
    assert person.role == role
