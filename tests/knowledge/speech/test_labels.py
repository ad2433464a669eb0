"""Labels of turns."""

import pytest

from knowledge.model import Paragraph
from knowledge.speech.labels import labels


@pytest.mark.parametrize(
    ("text", "label", "body"),
    [
        ("P: ¿Y si llueve?", "P", "¿Y si llueve?"),
        ("R. Abriremos.", "R", "Abriremos."),
        ("PREGUNTA.– ¿Y si llueve?", "PREGUNTA", "¿Y si llueve?"),
        ("**Marta Soler:** Abriremos.", "Marta Soler", "Abriremos."),
        ("**Marta Soler**: Abriremos.", "Marta Soler", "Abriremos."),
        ("[09:02] Quique: estoy abajo", "Quique", "estoy abajo"),
        ("Q1 Chair: On whose authority?", "Q1 Chair", "On whose authority?"),
        ("CHAIR (Felicity Arkwright): One minute.", "CHAIR (Felicity Arkwright)", "One minute."),
    ],
)
def test_a_label_ends_in_a_colon_or_is_a_letter(text: str, label: str, body: str) -> None:
    (found,) = labels(text, [Paragraph(0, len(text))]).values()
    assert (text[found.start : found.end], text[found.body :]) == (label, body)


@pytest.mark.parametrize(
    "text",
    [
        "3:10 a. m. Dra. Figueredo",
        "19.02 Full house. On the platform: three chairs.",
        "Dijo “esto”: nada",
        "P:",
        ":",
        "12:30 — Habla la defensa.",
        "A very long beginning of a sentence that goes on and on and then has a colon: here.",
    ],
)
def test_other_beginnings_are_no_labels(text: str) -> None:
    assert labels(text, [Paragraph(0, len(text))]) == {}


def test_labels_are_counted_over_the_text() -> None:
    lines = ["P: a", "R: b", "P: c", "Nada."]
    text, paragraphs, start = "\n".join(lines), [], 0
    for line in lines:
        paragraphs.append(Paragraph(start, start + len(line)))
        start += len(line) + 1
    assert {number: (label.alike, label.all) for number, label in labels(text, paragraphs).items()} == {
        1: (2, 3),
        2: (1, 3),
        3: (2, 3),
    }
