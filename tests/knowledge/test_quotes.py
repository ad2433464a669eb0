"""Quotations in a text and their speakers."""

import time
import tomllib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import FoundQuote, Language, Paragraph, part_holding
from knowledge.quotes import find_quotes
from knowledge.segment import segment

ARTICLE = Path(__file__).parents[3] / "shared" / "real" / "meta-deepseek-es.txt"
CASES = tomllib.loads((Path(__file__).parent / "quote_cases.toml").read_text("utf-8"))
TABLE = [(language, case) for language in ("es", "en") for case in CASES[language]]

# Pieces of which quotations, attributions and their damage can be put together.
PIECES = st.lists(
    st.sampled_from(
        [
            *"“”«»‹›„\"'‘’—–-:,.;?!¿¡ \n",
            *("dijo", "said", "que", "that", " según ", " according to ", "El Sr. ", "Mr. ", "Ana Ruiz", "él"),
            *(
                " he ",
                " la empresa ",
                ", directora de X, ",
                "a b c",
                "EE. UU.",
                "6'2\"",
                "[1]",
                "🦙",
                "e\u0301",
                "模型",
            ),
        ]
    ),
    max_size=50,
).map("".join)


def paragraphs_of(text: str) -> list[Paragraph]:
    """Every line that holds something, without the white space around it."""
    found, position = [], 0
    for line in text.split("\n"):
        if line.strip():
            start = position + len(line) - len(line.lstrip())
            found.append(Paragraph(start, start + len(line.strip())))
        position += len(line) + 1
    return found


def quotes(text: str, language: Language = "es") -> tuple[FoundQuote, ...]:
    paragraphs = paragraphs_of(text)
    sentences = segment(text, paragraphs, language=language).sentences
    return find_quotes(text, paragraphs, language=language, sentences=sentences)


def told(text: str, language: Language = "es") -> list[tuple[str, str | None]]:
    return [(text[start:end], quote.speaker) for quote in quotes(text, language) for start, end in quote.parts]


def are_nested(found: Sequence[FoundQuote]) -> bool:
    """Whether any two quotations stand apart, or one within a part of the other, which is given before it."""
    return all(
        right.start >= left.end or part_holding(left.parts, right.start, right.end) is not None
        for place, left in enumerate(found)
        for right in found[place + 1 :]
    )


@pytest.mark.parametrize(("language", "case"), TABLE, ids=[case["text"][:50] for _, case in TABLE])
def test_a_reader_finds_the_same(language: Language, case: dict[str, object]) -> None:
    text = str(case["text"])
    found = [
        [text[start:end], quote.speaker or "", quote.direct]
        for quote in quotes(text, language)
        for start, end in quote.parts
    ]
    assert found == case["quotes"]


def test_there_are_enough_cases_of_each_language() -> None:
    assert all(len(CASES[language]) >= 80 for language in ("es", "en"))
    assert all(sum(not case["quotes"] for case in CASES[language]) >= 10 for language in ("es", "en"))


@pytest.mark.parametrize(("opening", "closing"), ["“”", '""', "«»", "‹›", "„“", "»«", "‘’", "””"])
@pytest.mark.parametrize("language", ["es", "en", "und"])
def test_every_common_mark_encloses_speech(opening: str, closing: str, language: Language) -> None:
    said = ", dijo Ana Ruiz." if language == "es" else ", said Ana Ruiz."
    text = f"{opening}Llueve en todo el norte{closing}{said}"
    assert told(text, language) == [("Llueve en todo el norte", "Ana Ruiz")]


REOPENED = [
    (
        "en",
        "“We started at dawn.\n“By noon it was at the door,” Irena Silva said. “We left.\n“Nobody came back.”",
        ("Irena Silva", ["We started at dawn.", "By noon it was at the door,", "We left.", "Nobody came back."]),
    ),
    (
        "es",
        "«El puerto no se draga —dijo la directora Nuria Casals—. El estudio sigue.\n«Hay amarre.\n«Sin dinero, no».",
        ("Nuria Casals", ["El puerto no se draga", "El estudio sigue.", "Hay amarre.", "Sin dinero, no"]),
    ),
    (
        "es",
        "«No habrá recortes», dijo la ministra Elena Ríos. «Está cerrado.\n»Las becas suben.\n»Nadie pierde».",
        ("Elena Ríos", ["No habrá recortes", "Está cerrado.", "Las becas suben.", "Nadie pierde"]),
    ),
    (
        "en",
        '"We were promised a raise," Marta Doyle said. "Nothing came.\n"In June they promised again.\n"We are done."',
        ("Marta Doyle", ["We were promised a raise,", "Nothing came.", "In June they promised again.", "We are done."]),
    ),
    (
        "en",
        "‘We can’t pay what they ask,’ said Tom Akers. ‘It doubled in a year.\n‘My father opened it.\n‘It’s over.’",
        ("Tom Akers", ["We can’t pay what they ask,", "It doubled in a year.", "My father opened it.", "It’s over."]),
    ),
]


@pytest.mark.parametrize(("language", "text", "expected"), REOPENED)
def test_a_quotation_opened_again_at_each_paragraph_is_one(
    language: Language, text: str, expected: tuple[str, list[str]]
) -> None:
    spanish = "Hubo pleno.\n{}\nPablo Sanz se fue."
    frame = "The council met.\n{}\nMayor Paul Okoro left." if language == "en" else spanish
    whole = frame.format(text)
    assert [(q.speaker, [whole[start:end] for start, end in q.parts]) for q in quotes(whole, language)] == [expected]


def test_a_paragraph_that_only_begins_with_a_mark_goes_on_with_nobodys_words() -> None:
    text = "“We waited,” said Tom Akers.\nMayor Paul Okoro left at noon.\n“Nobody opened the gate.”"
    assert [quote.speaker for quote in quotes(text, "en") if "gate" in text[quote.start : quote.end]] != ["Tom Akers"]


def test_a_lone_single_mark_opens_nothing_where_the_next_paragraph_does_not() -> None:
    text = "The ‘winter road was closed, said the paper.\nIt opened in May."
    assert quotes(text, "en") == ()


NESTED = [
    ("en", "“My editor, Tomas Keller, told me, ‘Keep shooting until dawn,’” {} said on Monday.", "Tomas Keller"),
    (
        "es",
        "«Mi editor, Tomás Quiroga, me dijo: “Sigue disparando hasta que se vaya la luz”», contó {}.",
        "Tomás Quiroga",
    ),
    ("en", "“Somebody shouted, ‘Your ship is sinking,’” {} said on Monday.", None),
    ("es", "«Alguien gritó: “Se hunde el barco ahora mismo”», contó {}.", None),
]


@pytest.mark.parametrize(("language", "text", "speaker"), NESTED)
def test_a_quotation_within_another_is_never_the_outer_speakers(
    language: Language, text: str, speaker: str | None
) -> None:
    name = "Laura Bennett" if language == "en" else "Laura Benítez"
    before = "Photographer {} remembered that night. " if language == "en" else "La fotógrafa {} recordó esa noche. "
    outer, inner = quotes((before + text).format(name, name), language)
    assert outer.start < inner.start < inner.end <= outer.end
    assert (outer.speaker, inner.speaker) == (name, speaker)


@pytest.mark.parametrize("verb", ["dice", "dijo", "decía", "ha dicho", "había dicho", "dirá", "diría", "habría dicho"])
def test_every_tense_of_news_reports(verb: str) -> None:
    text = f"“Llueve mucho en el norte”, {verb} Ana Ruiz."
    assert [(quote.speaker, quote.verb) for quote in quotes(text)] == [("Ana Ruiz", verb)]


@pytest.mark.parametrize(
    "verb", ["says", "said", "has said", "had said", "writes", "wrote", "has written", "pointed out"]
)
def test_every_english_tense_reports(verb: str) -> None:
    text = f"“It rains in the north,” Ann Ross {verb}."
    assert [(quote.speaker, quote.verb) for quote in quotes(text, "en")] == [("Ann Ross", verb)]


def test_a_gerund_introduces_speech() -> None:
    assert told("Ana Ruiz respondió al alcalde diciendo: “Aquí no llueve nunca”.") == [
        ("Aquí no llueve nunca", "Ana Ruiz")
    ]


@pytest.mark.parametrize(
    ("text", "role", "language"),
    [
        ("“Llueve mucho”, dijo Ana Ruiz, directora de la red.", "directora de la red", "es"),
        ("“Llueve mucho”, dijo Ana Ruiz, una asesora de Aura, el martes.", "una asesora de Aura", "es"),
        ("“Llueve mucho”, dijo la directora de Aura, Ana Ruiz.", "directora de Aura", "es"),
        ("“Llueve mucho”, dijo la ministra Ana Ruiz.", "ministra", "es"),
        ("Ana Ruiz, de 40 años, llegó tarde. “Llueve mucho”, dijo Ruiz.", None, "es"),
        ("“It rains,” said Ann Ross, founder and CEO of Aura.", "founder and CEO of Aura", "en"),
        ("“It rains,” said Aura vice president Ann Ross.", "Aura vice president", "en"),
        ("“It rains,” said Aura's chief scientist, Ann Ross.", "Aura's chief scientist", "en"),
        ("“It rains,” said the chief executive of Aura, Ann Ross.", "chief executive of Aura", "en"),
        ("“It rains,” Ann Ross, 40, a professor at Leeds, said.", "a professor at Leeds", "en"),
        ("“It rains,” said Scale Up CEO Ann Ross.", "Scale Up CEO", "en"),
    ],
)
def test_a_role_is_told_in_the_words_of_the_text(text: str, role: str | None, language: Language) -> None:
    (quote,) = quotes(text, language)
    assert quote.role == role
    assert quote.speaker in ("Ana Ruiz", "Ann Ross")


def test_a_role_given_once_goes_with_every_quotation_of_the_speaker() -> None:
    text = "Ana Ruiz, jefa de la red, dijo: “Llueve mucho”.\nLa Sra. Ruiz agregó que mañana lloverá más."
    assert [(quote.speaker, quote.role) for quote in quotes(text)] == [("Ana Ruiz", "jefa de la red")] * 2


def test_a_denied_clause_is_never_attributed() -> None:
    assert told("Aura negó que su red fallara en marzo. Aura no dijo que la red fallara.") == []
    assert told("Aura denied that its network failed. Aura never said that it failed.", "en") == []


def test_what_the_writer_adds_is_not_in_the_reported_clause() -> None:
    text = "Aura dijo que pagará a todos, pero los vecinos lo dudan. Ana Ruiz dijo que mañana lloverá, según el diario."
    assert told(text) == [("pagará a todos", "Aura"), ("mañana lloverá", "Ana Ruiz")]
    assert told("Aura said that it will pay, forcing rivals to follow [3].", "en") == [("it will pay", "Aura")]


def test_a_relative_clause_is_no_reported_speech() -> None:
    assert told("“Llueve mucho”, dijo Ana Ruiz, jefa de Aura, una empresa que mide la lluvia.") == [
        ("Llueve mucho", "Ana Ruiz")
    ]


def test_a_paragraph_that_ends_in_a_colon_introduces_the_next() -> None:
    assert told("Ana Ruiz escribió en su diario:\n“Hoy ha llovido todo el día. Mañana, más”.") == [
        ("Hoy ha llovido todo el día. Mañana, más", "Ana Ruiz")
    ]


def test_code_and_tables_hold_no_quotations() -> None:
    text = "“Llueve mucho”, dijo Ana Ruiz."
    for role in ("code", "table"):
        paragraph = Paragraph(0, len(text), role)
        assert find_quotes(text, [paragraph], language="es", sentences=[(0, len(text), 1)]) == ()


def test_a_quotation_without_a_closing_mark_ends_with_its_paragraph() -> None:
    assert told("Ana Ruiz dijo: “Hoy ha llovido todo el día.\nEl alcalde calló.") == [
        ("Hoy ha llovido todo el día.", "Ana Ruiz")
    ]


def test_an_aside_within_a_dialogue_is_the_speaker_s() -> None:
    assert told("—Mañana —si no llueve— salimos —dijo Ana Ruiz.") == [("Mañana —si no llueve— salimos", "Ana Ruiz")]
    assert told("—Mañana salimos.") == [("Mañana salimos.", None)]


@pytest.mark.parametrize("text", ["", "“”", "“ ”, dijo Ana.", '""""', "“Ana", "Ana dijo: “", "según", ", dijo.", "—"])
def test_nearly_nothing_is_no_quotation(text: str) -> None:
    assert told(text) == []


# The article may not be copied: only the first words of each quotation are written here.
FOUND_BY_A_READER = [
    (2, "construyó su nueva", "Deepseek", None, False),
    (6, "Nuestra estrategia", "Ragavan Srinivasan", "un vicepresidente de Meta", True),
    (6, "Cuantas más", "Ragavan Srinivasan", "un vicepresidente de Meta", True),
    (13, "Fueron la única", "Chris V. Nicholson", "un inversor de la firma", True),
    (14, "cualquier riesgo", "Meta", None, False),
    (16, "Estas dinámicas", "Chris V. Nicholson", "un inversor de la firma", True),
    (16, "Pero son muy", "Chris V. Nicholson", "un inversor de la firma", True),
    (17, "las personas que", "Yann Lecun", "un pionero de AI", False),
    (17, "Los modelos de", None, None, True),
    (18, "Debido a que", "Yann Lecun", "un pionero de AI", True),
    (23, "Cuando estás", "Clément Delangue", "director ejecutivo de Hugging Face", True),
]


def test_the_real_article_gives_what_a_reader_finds_in_it() -> None:
    if not ARTICLE.exists():
        pytest.skip("the real article is not part of the repository")
    text = ARTICLE.read_text("utf-8")
    paragraphs = paragraphs_of(text)
    found = [(quote, start, end) for quote in quotes(text) for start, end in quote.parts]
    assert len(found) == len(FOUND_BY_A_READER)
    for (quote, start, end), (number, words, speaker, role, direct) in zip(found, FOUND_BY_A_READER, strict=True):
        assert paragraphs[number - 1].start <= start < end <= paragraphs[number - 1].end
        assert text[start:end].startswith(words)
        assert (quote.speaker, quote.direct) == (speaker, direct)
        assert (quote.role or "").startswith(role or "")
        assert not set(text[start:end]) & set("“”")


@settings(derandomize=True, deadline=None)
@given(PIECES | st.text(max_size=200), st.sampled_from(["es", "en", "und"]))
def test_spans_fit_and_stand_apart_or_within_each_other(text: str, language: Language) -> None:
    found = quotes(text, language)
    assert found == quotes(text, language)
    for quote in found:
        assert 0 <= quote.start < quote.end <= len(text)
        assert all(text[start:end] == text[start:end].strip() != "" for start, end in quote.parts)
        assert all(left < right for left, right in pairwise(offset for part in quote.parts for offset in part))
        assert quote.speaker is None or quote.speaker
    assert are_nested(found)


@settings(derandomize=True, deadline=None)
@given(st.data())
def test_any_sentences_are_borne(data: st.DataObject) -> None:
    text = data.draw(PIECES)
    edges = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)) | {0, len(text)})
    paragraphs = paragraphs_of(text)
    sentences = [(start, end, 1) for start, end in pairwise(edges)]
    found = find_quotes(text, paragraphs, language="es", sentences=sentences)
    assert are_nested(found)
    assert all(text[quote.start : quote.end].strip() == text[quote.start : quote.end] != "" for quote in found)


@pytest.mark.parametrize(
    "piece",
    ['"', "“", "“a”, dijo X. ", "'a ", "‘a’a ", "—a —dijo Ana ", "Ana de la ", "A. ", "“a, ", "él dijo, ", "a” "],
)
def test_time_grows_with_length_not_with_its_square(piece: str) -> None:
    text = (piece * (50_000 // len(piece) + 1))[:50_000].strip()
    paragraphs = [Paragraph(0, len(text))]
    sentences = [(start, min(start + 100, len(text)), 1) for start in range(0, len(text), 100)]
    began = time.process_time()
    find_quotes(text, paragraphs, language="und", sentences=sentences)
    assert time.process_time() - began < 4  # twice the promise, for slower machines; a square takes minutes


UNBALANCED = ["“", "”", "«", "»", "‘", '"', "—"]
NEWS = "Ana Ruiz abrió el puente, Luis Mena lo cruzó y el alcalde, Tom Vals, miraba desde la orilla. "


@pytest.mark.parametrize("mark", UNBALANCED)
def test_marks_without_a_partner_over_a_whole_article_attribute_nothing(mark: str) -> None:
    text = "\n".join(mark + NEWS.strip() for _ in range(60))
    assert {name for quote in quotes(text) for name in (quote.speaker, *quote.possible_speakers)} <= {None}


def test_where_nobody_is_named_nobody_speaks() -> None:
    text = "\n".join(f"“La marea {number} fue la peor de todas”, dijo. Después llovió." for number in range(50))
    assert [(quote.speaker, quote.possible_speakers) for quote in quotes(text)] == [(None, ())] * 50


def test_of_fifty_people_in_a_paragraph_none_is_picked() -> None:
    people = ", ".join(f"{first} {last}" for first in ("Ana", "Luis", "Eva", "Tom", "Olga") for last in
                       ("Ruiz", "Mena", "Soler", "Cano", "Vals", "Roca", "Peña", "Lago", "Ferrer", "Mora"))  # fmt: skip
    text = f"Acudieron {people}. «Hemos llegado todos», dijo después alguien."
    assert [(text[quote.start : quote.end], quote.speaker) for quote in quotes(text)] == [("Hemos llegado todos", None)]
