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
        [
            "A. Ruiz. The sea.",
            "P. Clark and R. Lee. The salt.",
            "P. Qi. The tax.",
            "R. Mir. The pans.",
            "R. Paz. Salt.",
        ],
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


def roles(source: str, name: str) -> list[str]:
    document = read_bytes(source.encode(), name=name, content_type=None, location="a", limits=ReadingLimits())
    return [part.role for part in document.paragraphs]


TALK = [
    ("¿Va a dimitir tras la sentencia?", "No pienso dimitir. La vamos a recurrir ante el tribunal superior."),
    ("Pero el juez dice que usted firmó.", "Firmé cientos de contratos, y ese lo preparó el interventor."),
    ("La oposición la acusa de cobrar 30.000 euros.", "Eso es mentira y lo saben."),
    ("¿Se presentará de nuevo?", "Lo decidirá mi partido en otoño."),
]


@pytest.mark.parametrize(
    ("turn", "name"),
    [
        ("<p><strong>{0}</strong></p><p>{1}</p>", "a.html"),
        ("<p><em>{0}</em></p><p>{1}</p>", "a.html"),
        ("<h3>{0}</h3><p>{1}</p>", "a.html"),
        ("<p><b>{0}</b><br>{1}</p>", "a.html"),
        ("<p><b>{0}</b><br><br>{1}</p>", "a.html"),
        ("**{0}**\n\n{1}\n\n", "a.md"),
        ("*{0}*\n\n{1}\n\n", "a.md"),
        ("**{0}**  \n{1}\n\n", "a.md"),
        ("**{0}**\\\n{1}\n\n", "a.md"),
        ("### {0}\n\n{1}\n\n", "a.md"),
    ],
)
def test_what_an_interviewer_says_in_bold_is_asked_even_without_a_question_mark(turn: str, name: str) -> None:
    intro = "Marta Soler recibe a este diario en su despacho de la casa consistorial, en el que lleva ocho años."
    source = f"<article><p>{intro}</p>{{}}</article>" if name == "a.html" else f"{intro}\n\n{{}}"
    assert roles(source.format("".join(turn.format(*pair) for pair in TALK)), name) == [
        "text",
        *["question", "text"] * 4,
    ]


def test_a_standfirst_in_bold_is_no_question() -> None:
    first = (
        "**" + "The mayor speaks of the sale of the plot beside the harbour, of her party, of the judge " * 2 + "now.**"
    )
    text = "\n\n".join([first, "She arrives late.", *(f"**{asked}**\n\n{answer}" for asked, answer in TALK)])
    assert roles(text, "a.md") == ["text", "text", *["question", "text"] * 4]


@pytest.mark.parametrize(
    "text",
    [
        "**The cost**\n\nIt rose.\n\n**The law**\n\nIt fell.\n\n**Who pays?**\n\nThe state.",
        "**It rose by four percent.**\n\nSo they say.\n\n**It fell.**\n\nSo it did.\n\n**It stays.**\n\nFor now.",
        "It **rose**. Did it?\n\nIt did.\n\n**Why?** Nobody knows.\n\nIt **fell**.",
    ],
)
def test_bold_words_of_other_texts_are_none(text: str) -> None:
    assert "question" not in roles(text, "a.md")


def test_turns_on_lines_of_one_paragraph_are_kept_apart() -> None:
    turns = [
        "Q: The dam failed, didn't it?",
        "A: It was checked every spring.",
        "Q: Did forty die?",
        "A: Thirty-one did.",
    ]
    assert roles(f"<article><p>{'<br>'.join(turns)}</p></article>", "a.html") == ["question", "text"] * 2
    assert roles("  \n".join(turns), "a.md") == ["question", "text"] * 2
    lines = "Roses are red,<br>violets are blue,<br>it says in the book."
    assert roles(f"<article><p>{lines}</p></article>", "a.html") == ["text"]
