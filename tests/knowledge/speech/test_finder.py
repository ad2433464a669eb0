"""Finding of what a text gives as spoken, in every form, whoever spoke it."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import Language, Paragraph
from knowledge.segment import segment
from knowledge.speech.finder import find_utterances
from knowledge.speech.reading import read_names
from knowledge.speech.utterance import Utterance

MARKS = st.sampled_from(
    ["“", "”", "«", "»", '"', "‘", "’", "—", " —", "— ", "\n", ": ", ", ", ". ", "(", ")", "> ", "**"]
)
WORDS = st.sampled_from(
    ["dijo Ana Ruiz", "said Ann Ross", "Ana Ruiz", "P", "R", "no lo sé", "we won", "que", "Q", "A", "1"]
)
TEXTS = st.lists(MARKS | WORDS, max_size=40).map("".join)


def paragraphs_of(text: str) -> list[Paragraph]:
    """Every line that holds something, without the white space around it."""
    listed, position = [], 0
    for line in text.split("\n"):
        if line.strip():
            start = position + len(line) - len(line.lstrip())
            listed.append(Paragraph(start, start + len(line.strip())))
        position += len(line) + 1
    return listed


def utterances(text: str, language: Language = "es", paragraphs: Sequence[Paragraph] | None = None) -> list[Utterance]:
    own = paragraphs_of(text) if paragraphs is None else paragraphs
    sentences = segment(text, own, language=language).sentences
    reading = read_names(text, language=language, sentence_starts=frozenset(start for start, *_ in sentences))
    return find_utterances(reading, own, sentences)


def spoken(text: str, language: Language = "es") -> list[list[str]]:
    """The parts of each direct utterance."""
    return [[text[start:end] for start, end in each.parts] for each in utterances(text, language) if each.direct]


@pytest.mark.parametrize(
    ("text", "language", "parts"),
    [
        ("«No cabe una gota más», aseguró Marta Soler.", "es", [["No cabe una gota más"]]),
        ("‘We don’t know who’s paying,’ said Helen Carter.", "en", [["We don’t know who’s paying,"]]),
        ("El alcalde habló claro. „Aquí no dimite nadie“, dijo.", "es", [["Aquí no dimite nadie"]]),
        ("Su mensaje era corto: ‹Mañana no vengan›, escribió Luis Mena.", "es", [["Mañana no vengan"]]),
        (
            "«El agua está a rebosar —aseguró Marta Soler—, y no cabe más».",
            "es",
            [["El agua está a rebosar", "y no cabe más"]],
        ),
        (
            "—No sabemos quién paga —admitió Elena Cano—, pero aquí estamos.",
            "es",
            [["No sabemos quién paga", "pero aquí estamos."]],
        ),
        ("—¿Quién es? —preguntó el guarda.\n—Nadie, señor.", "es", [["¿Quién es?"], ["Nadie, señor."]]),
        ("El guarda se asomó. —¿Quién es? —preguntó. —Nadie —dijo la voz.", "es", [["¿Quién es?"], ["Nadie"]]),
        (
            "“We looked at every pump,” said Karen Douglas, “and not one was safe.”",
            "en",
            [["We looked at every pump,", "and not one was safe."]],
        ),
        (
            "“The council knew,” she said. “It chose not to answer.”",
            "en",
            [["The council knew,", "It chose not to answer."]],
        ),
    ],
)
def test_speech_is_found_in_every_form(text: str, language: Language, parts: list[list[str]]) -> None:
    assert spoken(text, language) == parts


def test_a_quotation_over_paragraphs_is_one_utterance() -> None:
    text = (
        "«No vamos a vaciar el embalse», afirmó la consejera Remedios Alcaide. «El informe no está terminado.\n"
        "»Los regantes conservarán sus turnos.\n"
        "»Si no llega el dinero, pararemos las obras».\n"
        "El alcalde Ginés Pordomingo replicó: «Se les prometió agua en junio»."
    )
    assert spoken(text) == [
        [
            "No vamos a vaciar el embalse",
            "El informe no está terminado.",
            "Los regantes conservarán sus turnos.",
            "Si no llega el dinero, pararemos las obras",
        ],
        ["Se les prometió agua en junio"],
    ]


def test_a_second_speaker_s_words_are_their_own() -> None:
    text = "“We won,” said Ann Ross. “We lost,” said Tom Hill. “It was close,” he added."
    assert spoken(text, "en") == [["We won,"], ["We lost,"], ["It was close,"]]


def test_a_sentence_of_the_writer_s_own_parts_two_quotations() -> None:
    text = "“We won,” said Ann Ross. The hall went dark and the doors were shut. “It was close.”"
    assert spoken(text, "en") == [["We won,"], ["It was close."]]


@pytest.mark.parametrize(
    ("question", "answer", "separator"),
    [
        ("P", "R", ": "),
        ("P", "R", ". "),
        ("Q", "A", ": "),
        ("PREGUNTA", "RESPUESTA", ".– "),
        ("**LA VOZ", "**SOLER", ":** "),
    ],
)
def test_turns_of_an_interview_are_speech(question: str, answer: str, separator: str) -> None:
    text = (
        "Marta Soler dirige la presa desde 2009.\n"
        f"{question}{separator}¿Cuánta agua cabe todavía?\n"
        f"{answer}{separator}Ninguna. Está a rebosar desde el martes.\n"
        f"{question}{separator}¿Y si llueve más?\n"
        f"{answer}{separator}Abriremos las compuertas. No hay otra manera."
    )
    assert spoken(text) == [
        ["¿Cuánta agua cabe todavía?"],
        ["Ninguna. Está a rebosar desde el martes."],
        ["¿Y si llueve más?"],
        ["Abriremos las compuertas. No hay otra manera."],
    ]
    labels = [text[slice(*each.label)] for each in utterances(text) if each.label]
    assert labels == [question.strip("*"), answer.strip("*")] * 2


@pytest.mark.parametrize(
    ("text", "form", "label"),
    [
        ("“This budget is a house of cards.” —Commissioner Laura Bennett", "signature", "Commissioner Laura Bennett"),
        (
            "“This budget is a house of cards.”\n— Laura Bennett, commissioner",
            "signature",
            "Laura Bennett, commissioner",
        ),
        (
            "“The accounts were balanced to the penny” (Helen Carter, treasurer).",
            "signature",
            "Helen Carter, treasurer",
        ),
        (
            "And from Treasurer Helen Carter:\n“The accounts were balanced to the penny.”",
            "label",
            "Treasurer Helen Carter",
        ),
        ("From engineer Tom Hill: “Please do not bring microwaves.”", "label", "engineer Tom Hill"),
    ],
)
def test_a_name_by_the_words_is_their_label(text: str, form: str, label: str) -> None:
    (utterance,) = utterances(text, "en")
    assert utterance.form == form
    assert utterance.label is not None
    assert text[slice(*utterance.label)] == label


def test_a_quotation_within_a_quotation_is_an_utterance_of_its_own() -> None:
    text = "“She told us ‘don’t sign anything’ and then she left,” said Mark Evans."
    assert spoken(text, "en") == [
        ["She told us ‘don’t sign anything’ and then she left,"],
        ["don’t sign anything"],
    ]


def test_words_without_a_closing_mark_end_with_their_paragraph() -> None:
    assert spoken("Ana Ruiz dijo: “Hoy ha llovido todo el día.") == [["Hoy ha llovido todo el día."]]


def test_words_without_a_closing_mark_end_where_they_are_attributed() -> None:
    assert spoken("“Hemos esperado demasiado, dijo Inés Roca, bióloga del parque.") == [["Hemos esperado demasiado"]]
    assert spoken('"La frontera no es una cuerda. declaró la ministra Nino Lomtadze el lunes.') == [
        ["La frontera no es una cuerda."]
    ]


def test_a_remark_in_brackets_after_a_turn_is_nobody_s() -> None:
    text = "Chair: Is Mrs Prosser here? (The witness nodded.)\nProsser: I am.\nChair: Then sit down.\nProsser: No."
    assert spoken(text, "en")[0] == ["Is Mrs Prosser here?"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("La novela «Los ríos callados» vendió mil ejemplares y la película “Sal” se estrena hoy.", "es"),
        ("Los vecinos llaman «la sartén» a la rotonda nueva.", "es"),
        ("La palabra «sostenible» aparece cuarenta veces en el informe.", "es"),
        ("Wilhelmina “Billie” Ross sold her house to the town.", "en"),
        ("The so-called “rebound effect” explains why savings vanish.", "en"),
        ("Its show, titled “Hands That Sew,” opens on Friday.", "en"),
        ("11:20 — The doors of the hall are open and people come in.", "en"),
        ("Contact: the press office of the port, Monday to Friday.", "en"),
        ("El puerto —el mayor de la costa— cerró dos días.", "es"),
    ],
)
def test_titles_terms_and_nicknames_are_no_speech(text: str, language: Language) -> None:
    assert spoken(text, language) == []


def test_a_clause_that_a_verb_reports_is_no_direct_speech() -> None:
    text = "La ministra Ana Ruiz dijo que mañana lloverá."
    (utterance,) = utterances(text)
    assert (utterance.form, utterance.direct) == ("clause", False)
    assert text[slice(*utterance.parts[0])] == "mañana lloverá"


CLAUSES = [
    ("La edil asegura que se enteró por la prensa.", "es", "se enteró por la prensa"),
    (
        "Su entrenador, el cubano Osmany Despaigne, apuntó que el viento había cambiado.",
        "es",
        "el viento había cambiado",
    ),
    ("Según ella, su padre no ha dormido desde el martes.", "es", "su padre no ha dormido desde el martes"),
    ("Meta anunció el 7 de mayo que abriría el modelo.", "es", "abriría el modelo"),
    (
        "Executives met on Monday, and aides warned that the talks would last for weeks.",
        "en",
        "the talks would last for weeks",
    ),
    ("Phil Abruzzo, hoarse from two days of wind, said the course had run slow.", "en", "the course had run slow"),
    ("Greig Soutar said crews had found several detectors covered.", "en", "crews had found several detectors covered"),
    ("The defendant told the court she had never met Mr. Gopal.", "en", "she had never met Mr. Gopal"),
    # What is no reported clause, though a verb of saying and "que" or "said" stand in the sentence.
    ("Meta mantuvo los 60.000 millones de dólares que había anunciado para este año.", "es", None),
    ("«Tenemos edad», le respondió Delia Roca, de 91 años, que busca a un hijo desde 1977.", "es", None),
    ("Mena repite la misma frase cada vez que le preguntan por la final.", "es", None),
    ("Se dice que el puente es de la época romana.", "es", None),
    ("It was said that the bridge is of the Roman age.", "en", None),
    ("The midfielder, told of it, shook his head.", "en", None),
]


@pytest.mark.parametrize(("text", "language", "clause"), CLAUSES)
def test_a_clause_is_reported_by_whatever_its_main_verb_has_for_a_subject(
    text: str, language: Language, clause: str | None
) -> None:
    reported = [text[slice(*each.parts[0])] for each in utterances(text, language) if not each.direct]
    assert reported == ([clause] if clause else [])


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("The Ledger reported that the bank had set up two “war rooms” to study its rival.", ["clause", "marks"]),
        ("Ann Ross said that it “remains open to a deal on sensible terms”.", ["marks"]),
    ],
)
def test_a_term_in_marks_leaves_a_reported_clause_what_it_is(text: str, forms: list[str]) -> None:
    listed = [each.form for each in utterances(text, "en")]
    assert listed[:1] == forms[:1]
    assert set(listed) <= set(forms)


def test_code_and_tables_hold_no_speech() -> None:
    text = "“Llueve mucho”, dijo Ana Ruiz."
    for role in ("code", "table"):
        assert utterances(text, "es", [Paragraph(0, len(text), role)]) == []


def test_two_hundred_quotations_are_found_each() -> None:
    text = "\n".join(f"“Vuelta {number} de la carrera larga”, dijo Ana Ruiz." for number in range(200))
    assert len(spoken(text)) == 200


def test_a_text_that_is_a_quotation_is_found_whole() -> None:
    words = "Nunca prometimos agua a nadie y ahora nos la piden todos. " * 40
    assert spoken(f"“{words.strip()}”") == [[words.strip()]]


HOSTILE = [
    "“", "”", "«a ", "»", '"', "'a ", "‘a’a ", "—a —dijo Ana ", "— ", "—", "a: ", "dijo: a. ", "P: a\n", "R. a\n",
    "> a\n", "**a**\n", "Ana Ruiz: «a».\n", "(a) ", "“a” (Ana Ruiz) ", "“a” —Ana\n", "“a, dijo ", "Ana Ruiz, ",
    "[a] ", "“a “b ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_length_and_not_with_its_square(piece: str) -> None:
    text = (piece * (30_000 // len(piece) + 1))[:30_000].strip()
    paragraphs = paragraphs_of(text)
    sentences = [
        (start, min(start + 100, each.end), number)
        for number, each in enumerate(paragraphs, 1)
        for start in range(each.start, each.end, 100)
    ]
    reading = read_names(text, language="und", sentence_starts=frozenset(start for start, *_ in sentences))
    began = time.process_time()
    find_utterances(reading, paragraphs, sentences)
    assert time.process_time() - began < 5  # many times what it takes; a square takes minutes


def test_fifty_people_in_a_paragraph_change_nothing() -> None:
    people = ", ".join(f"{first} {last}" for first in ("Ana", "Luis", "Eva", "Tom", "Olga") for last in
                       ("Ruiz", "Mena", "Soler", "Cano", "Vals", "Roca", "Peña", "Lago", "Ferrer", "Mora"))  # fmt: skip
    assert spoken(f"Acudieron {people}. «Hemos llegado todos», dijo la última.") == [["Hemos llegado todos"]]


@settings(derandomize=True, deadline=None, max_examples=200)
@given(TEXTS | st.text(max_size=120), st.sampled_from(["es", "en", "und"]))
def test_utterances_fit_in_order_and_stand_apart_or_within_each_other(text: str, language: Language) -> None:
    listed = utterances(text, language)
    assert listed == utterances(text, language)
    parts = []
    for each in listed:
        edges = [edge for part in each.parts for edge in part]
        assert edges == sorted(edges)
        assert each.left <= edges[0] < edges[-1] <= each.right <= len(text)
        assert all(text[start:end] == text[start:end].strip() != "" for start, end in each.parts)
        parts.extend(each.parts)
    assert all(
        first[1] <= second[0] or second[1] <= first[0] or first[0] <= second[0] < second[1] <= first[1] or
        second[0] <= first[0] < first[1] <= second[1]
        for place, first in enumerate(parts) for second in parts[place + 1 :]
    )  # fmt: skip
