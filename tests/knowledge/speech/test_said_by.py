"""Whose words they are: the speaker that a text gives for an utterance, or nobody."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import Language, Paragraph
from knowledge.segment import segment
from knowledge.speech.cues import cue_after, cue_before
from knowledge.speech.ranking import rank, weights
from knowledge.speech.reading import read_names
from knowledge.speech.said_by import Attribution, attribute
from knowledge.speech.scene import NOBODY, make_scene
from knowledge.speech.utterance import Form, Utterance


def attributions(text: str, language: Language, *, form: Form = "marks") -> list[Attribution]:
    """The attribution of each stretch in angle brackets, which are taken out; a line feed ends a paragraph."""
    plain, spans, position = "", [], 0
    for number, piece in enumerate(text.replace("⟧", "⟦").split("⟦")):
        if number % 2:
            spans.append((position, position + len(piece)))
        plain, position = plain + piece, position + len(piece)
    paragraphs, start = [], 0
    for line in plain.split("\n"):
        paragraphs.append(Paragraph(start, start + len(line)))
        start += len(line) + 1
    sentences = segment(plain, paragraphs, language=language).sentences
    reading = read_names(plain, language=language, sentence_starts=frozenset(start for start, _, _ in sentences))
    edges = [0, *(end + 1 for _, end in spans)], [*(start - 1 for start, _ in spans[1:]), len(plain)]
    utterances = []
    for (start, end), floor, ceiling in zip(spans, *edges, strict=False):
        begin = max(floor, max((sentence[0] for sentence in sentences if sentence[0] < start), default=0))
        cue = cue_before(reading, start - 1, floor=begin)
        cue = cue or cue_after(reading, end + 1, ceiling=max(ceiling, end + 1), ended=plain[end - 1] in ".?!,")
        number = plain[:start].count("\n") + 1
        utterances.append(
            Utterance(((start, end),), start - 1, end + 1, number, form, direct=form != "clause", cue=cue)
        )
    return attribute(reading, paragraphs, sentences, utterances)


def speakers(text: str, language: Language) -> list[str | None]:
    return [attribution.speaker for attribution in attributions(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("«⟦No habrá más vino que el de casa⟧», dijo Berta Olmos.", "es", ["Berta Olmos"]),
        ("Berta Olmos, enóloga, avisó: «⟦No habrá más vino que el de casa⟧».", "es", ["Berta Olmos"]),
        ("«⟦Ya está hecho⟧», dijo Berta Olmos. «⟦Y bien hecho⟧».", "es", ["Berta Olmos", "Berta Olmos"]),
        ("«⟦Ya está hecho⟧», dijo Berta Olmos. «⟦Y mal hecho⟧», replicó Raúl Cid.", "es", ["Berta Olmos", "Raúl Cid"]),
        ("“⟦There is no wine left⟧,” said Hilda Moss.", "en", ["Hilda Moss"]),
        ("Hilda Moss, a brewer, warned: “⟦There is no wine left⟧.”", "en", ["Hilda Moss"]),
        ("“⟦It is done⟧,” said Hilda Moss. “⟦And done well⟧,” she added.", "en", ["Hilda Moss", "Hilda Moss"]),
        ("“⟦It is done⟧,” said Hilda Moss. “⟦And badly⟧,” Ralph Boyd replied.", "en", ["Hilda Moss", "Ralph Boyd"]),
        (
            "Ana Prieto y su hermano David Prieto no se hablan.\n«⟦No hay más vino⟧», añadió la señora Prieto.",
            "es",
            ["Ana Prieto"],
        ),
        (
            "Anna Boyd and her brother David Boyd do not speak.\n“⟦There is no wine⟧,” Mr. Boyd answered.",
            "en",
            ["David Boyd"],
        ),
    ],
)
def test_a_speaker_named_beside_the_words_is_certain(text: str, language: Language, expected: list[str]) -> None:
    assert speakers(text, language) == expected


def test_the_fullest_name_in_the_text_is_given_with_its_role() -> None:
    (attribution,) = attributions("“⟦It is done⟧,” said Moss. Hilda Moss, a brewer, left at noon.", "en")
    assert attribution.speaker in ("Hilda Moss", None)  # the name comes only after the words
    (attribution,) = attributions("Hilda Moss, a baker, left at noon. “⟦It is done⟧,” said Moss.", "en")
    assert (attribution.speaker, attribution.role) == ("Hilda Moss", "a baker")


def test_a_text_without_a_person_names_nobody() -> None:
    assert speakers("“⟦Closed for the season⟧.”", "en") == [None]
    assert speakers("«⟦Cerrado por vacaciones⟧».", "es") == [None]


def test_no_utterances_have_no_attributions() -> None:
    assert attributions("Hilda Moss left at noon.", "en") == []


@pytest.mark.parametrize("language", ["es", "en"])
def test_where_namesakes_stay_open_nobody_is_named(language: Language) -> None:
    text = {
        "es": "Ana Prieto y David Prieto salieron juntos. «⟦Nadie ha visto el contrato⟧», dijo Prieto.",
        "en": "Anna Walker and David Walker left together. “⟦Nobody has seen a contract⟧,” said Walker.",
    }[language]
    (attribution,) = attributions(text, language)
    assert attribution.speaker is None
    assert len(attribution.possible) == 2


def test_a_title_tells_namesakes_apart() -> None:
    text = "Mrs. Anna Walker and Mr. David Walker left together. “⟦Nobody has seen a contract⟧,” said Mrs. Walker."
    (attribution,) = attributions(text, "en")
    assert attribution.speaker in ("Anna Walker", None)
    assert "David Walker" not in attribution.possible


@pytest.mark.parametrize("language", ["es", "en"])
def test_probabilities_are_shares(language: Language) -> None:
    text = (
        "«A», dijo Berta Olmos a Raúl Cid. Ella añadió: «B»." if language == "es" else "“A,” said Ann Moss to Al Boyd."
    )
    reading = read_names(text, language=language, sentence_starts=frozenset((0,)))
    start = text.index("A")
    utterance = Utterance(((start, start + 1),), start - 1, start + 2, 1, "marks", direct=True)
    scene = make_scene(reading, [0], [(0, len(text), 1)], [utterance])
    shares = rank(scene, 0, weights()).shares
    assert NOBODY in shares
    assert sum(shares.values()) == pytest.approx(1, abs=0.05)  # hardly likely mentions are not followed
    assert all(0 <= share <= 1.000001 for share in shares.values())


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            [
                "⟦ Que llueva ⟧",
                " dijo ",
                " said ",
                "Ana Ruiz",
                " el alcalde ",
                " she ",
                ", ",
                ". ",
                "\n",
                " de ",
                "su hermana",
                "“",
                "”",
                ": ",
                "Mr. Roe",
                "R: ",
                " según ",
                "—",
                "The Times",
                "'s lawyer ",
                "123 ",
            ]
        ),
        max_size=40,
    ).map("".join),
    st.sampled_from(["es", "en", "und"]),
)
def test_any_text_is_borne(text: str, language: Language) -> None:
    result = attributions("Ana " + text, language)
    assert len(result) == text.count("⟦")
    for attribution in result:
        assert attribution.speaker is None or attribution.speaker.strip() == attribution.speaker != ""
        assert 0 <= attribution.confidence <= 1.000001
        assert not (attribution.speaker and attribution.possible)


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"“⟦It will rain on day {number}⟧,” said Ann Roe{number}. " for number in range(200)),
        ", ".join(f"Ann Roe{chr(97 + number % 26)}{number}" for number in range(50))
        + " came. “⟦It rains⟧,” she said. ",
        "Ann " * 3000 + "said: “⟦It rains⟧.”",
    ],
)
def test_time_grows_with_length_not_with_its_square(text: str) -> None:
    began = time.process_time()
    attributions(text, "en")
    assert time.process_time() - began < 4
