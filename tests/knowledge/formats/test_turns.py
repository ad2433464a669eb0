"""Interviews: what somebody is asked is a question, by its label or by the form of the whole."""

import pytest

from knowledge.formats.turns import with_questions
from knowledge.readers import ReadingLimits, read_bytes


def questions(text: str, name: str = "a.txt") -> list[int]:
    """The numbers of the paragraphs that are questions."""
    document = read_bytes(text.encode(), name=name, content_type=None, location="a", limits=ReadingLimits())
    return [number for number, part in enumerate(document.paragraphs, 1) if part.role == "question"]


@pytest.mark.parametrize(
    ("turns", "asked"),
    [
        (["Q: Did you order it?", "A: No.", "Q: You lied.", "A: That is your word."], [1, 3]),
        (["PREGUNTA. ¿Vendió el solar?", "RESPUESTA. No.", "P. ¿Cobró?", "R. Ni un euro."], [1, 3]),
        (["INTERVIEWER: Will you resign?", "LUND: I have thought about it."], [1]),
        (["THE POST: Did it burn?", "RUIZ: It did.", "THE POST: Who lit it?", "RUIZ: Nobody."], [1, 3]),
        (["Pregunta: Dicen que robó.", "Respuesta: Mentira."], [1]),
        (["Q — So it closed?", "A — It did not."], [1]),
        (["An introduction.", "Q. Is it old?", "A. It is.", "It has stood there for long."], [2]),
    ],
)
def test_the_turns_of_who_asks_are_questions(turns: list[str], asked: list[int]) -> None:
    assert questions("\n\n".join(turns)) == asked
    assert questions("\n".join(turns)) == asked


def test_bare_questions_between_answers_are_an_interviewers() -> None:
    turns = ["¿Cuándo empezó?", "En mayo.", "Dicen que mintió. ¿Mintió?", "Nunca.", "¿Y ahora?", "Ahora descanso."]
    assert questions("\n\n".join(turns)) == [1, 3, 5]


@pytest.mark.parametrize(
    "paragraphs",
    [
        ["Why did it burn?", "Nobody knows.", "The mill was old.", "It had no owner.", "It stood by the river."],
        ["P. García signed it.", "It was read out.", "Nobody spoke."],
        ["Note: it rained.", "Note: it snowed.", "Sum: it was wet."],
        ["A: first", "B: second", "C: third"],
        ["LUND: Is it so?", "DAHL: Is it not?", "LUND: Who knows?", "DAHL: Who asks?"],
    ],
)
def test_other_texts_have_none(paragraphs: list[str]) -> None:
    assert questions("\n\n".join(paragraphs)) == []


def test_headings_that_ask_stay_headings() -> None:
    text = "# What is it?\n\nA mill.\n\n# Who built it?\n\nNobody.\n\n# Does it stand?\n\nNo."
    document = read_bytes(text.encode(), name="a.md", content_type=None, location="a", limits=ReadingLimits())
    assert {part.role for part in document.paragraphs} == {"heading", "text"}
    assert with_questions(document) == document
