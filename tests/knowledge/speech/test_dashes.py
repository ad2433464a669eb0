"""Dialogues, and what a narrator puts between dashes."""

import pytest

from knowledge.speech.dashes import dialogues, narrations, without_narrations
from knowledge.speech.reading import read_names


def spoken(text: str) -> list[list[str]]:
    reading = read_names(text, language="es", sentence_starts=frozenset({0}))
    listed = dialogues(reading, 0, len(text), without=[])
    return [[text[start:end] for start, end in each.parts] for each in listed]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("—Hemos ganado.", [["Hemos ganado."]]),
        ("—Hemos ganado —dijo Pérez—. Ahora, a trabajar.", [["Hemos ganado", "Ahora, a trabajar."]]),
        ("—Mañana —si no llueve— salimos —dijo Ana.", [["Mañana —si no llueve— salimos"]]),
        ("– Nunca firmé eso – aseguró Clara Bosch –. Lo juro.", [["Nunca firmé eso", "Lo juro."]]),
        ("—Miren. —Fue hasta la ventana—. ¿Cuántas van?", [["Miren.", "¿Cuántas van?"]]),
        ("—Miren —rezongó el viejo, y calló.", [["Miren"]]),
        ("—¿Quién es? —preguntó. —Nadie —dijo la voz.", [["¿Quién es?"], ["Nadie"]]),
        ("Se asomó. —¿Quién es? —le preguntó el guarda.", [["¿Quién es?"]]),
        ("El puerto —el mayor de la costa— cerró.", []),
        ("Entre 2019—2024 y 2—3 días.", []),
        ("—", []),
        ("— —", []),
    ],
)
def test_dialogues_are_read_dash_by_dash(text: str, parts: list[list[str]]) -> None:
    assert spoken(text) == parts


def test_dashes_within_marks_open_no_dialogue() -> None:
    text = "Dijo esto. «—No —dijo él—. Nunca»."
    reading = read_names(text, language="es", sentence_starts=frozenset({0}))
    assert list(dialogues(reading, 0, len(text), without=[(text.index("«"), text.index("»") + 1)])) == []


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("No cabe más —aseguró Soler—, y llueve", ["No cabe más", "y llueve"]),
        ("A la que pierde —explicó después—, que es la que llora", ["A la que pierde", "que es la que llora"]),
        ("No cabe más —aseguró Soler", ["No cabe más"]),
        ("El puerto —el mayor— cerró", ["El puerto —el mayor— cerró"]),
    ],
)
def test_a_narration_within_marks_parts_the_words(words: str, parts: list[str]) -> None:
    reading = read_names(words, language="es", sentence_starts=frozenset({0}))
    spans = narrations(reading, 0, len(words))
    assert [words[start:end] for start, end in without_narrations(words, 0, len(words), spans)] == parts
