"""What is said is said in the reader's language, with its values put in as they are."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.model import Citation, Note, Stances, VerdictKind
from retrieval.present.texts import (
    confidence_level,
    confidence_text,
    describe,
    has_message,
    interface,
    key_of,
    note_text,
    say,
    say_for,
    speaker_text,
    stances_text,
)

# Far beyond what the library takes of one value by itself (fluent.runtime.resolver.MAX_PART_LENGTH).
LONG = "x" * 100_000


@pytest.mark.parametrize(
    ("group", "value", "key"),
    [
        ("note", "number differs", "note-number-differs"),
        ("measure", "hit@1", "measure-hit-1"),
        ("measure", "median_ms", "measure-median-ms"),
        ("verdict", VerdictKind.NOT_ENOUGH_EVIDENCE, "verdict-not-enough-evidence"),
        ("language", "und", "language-und"),
    ],
)
def test_a_key_is_made_of_a_value(group: str, value: str, key: str) -> None:
    assert key_of(group, value) == key


def test_the_language_of_the_reader_chooses_and_english_is_for_the_undetermined() -> None:
    assert say("es", "sources-none") == "Todavía no hay fuentes."
    assert say("und", "sources-none") == say("en", "sources-none") == "There are no sources yet."


@pytest.mark.parametrize(
    ("count", "english", "spanish"),
    [
        (1, "One more stands under “More evidence”.", "Hay una más en «Más pruebas»."),
        (4, "4 more stand under “More evidence”.", "Hay 4 más en «Más pruebas»."),
        (12345, "12,345 more stand under “More evidence”.", "Hay 12.345 más en «Más pruebas»."),
    ],
)
def test_plurals_and_numbers_are_each_languages_own(count: int, english: str, spanish: str) -> None:
    assert say("en", "left-out", count=count) == english
    assert say("es", "left-out", count=count) == spanish


def test_a_number_given_as_text_stays_as_it_is() -> None:
    assert say("en", "paragraphs", count="12345") == "paragraphs: 12345"
    assert say("es", "similarity", percent="86") == "semejanza 86 %"


@pytest.mark.parametrize(
    "value", [LONG, "{ $question }", "\u2067rtl\u2069", "\ud800", " ", ""], ids=lambda value: ascii(value[:20])
)
def test_a_value_is_put_in_whole(value: str) -> None:
    assert say("en", "read-as", question=value) == f"Read as: {value}"
    assert say("es", "source-removed", title=value, id="i") == f"Retirada: {value} (i). Ya nada la cita."


@given(st.text())
@settings(derandomize=True)
def test_any_text_is_put_in_whole(value: str) -> None:
    assert note_text(Note("name differs", f"a{value}", value or "b"), "en") == (
        f"name differs: claim a{value}, source {value or 'b'}"
    )


@pytest.mark.parametrize(
    ("people", "english", "spanish"),
    [
        (("Ana Ruiz", "Luis Ruiz"), "Ana Ruiz or Luis Ruiz", "Ana Ruiz o Luis Ruiz"),
        (("Ana Ruiz", "Óscar Ruiz"), "Ana Ruiz or Óscar Ruiz", "Ana Ruiz u Óscar Ruiz"),
        (("Ana", "Luis", "Hortensia"), "Ana, Luis, or Hortensia", "Ana, Luis u Hortensia"),
        (("Ana", "Luis", "Eva"), "Ana, Luis, or Eva", "Ana, Luis o Eva"),
    ],
)
def test_those_who_may_be_speaking_are_all_named(
    people: tuple[str, ...], english: str, spanish: str, make_citation: Callable[..., Citation]
) -> None:
    citation = make_citation(kind="quote", possible_speakers=people)
    assert (speaker_text(citation, "en"), speaker_text(citation, "es")) == (english, spanish)


def test_who_is_named_is_named_alone(make_citation: Callable[..., Citation]) -> None:
    assert speaker_text(make_citation(kind="quote", speaker="Ana Ruiz", possible_speakers=("Eva",)), "es") == "Ana Ruiz"
    assert speaker_text(make_citation(kind="quote"), "en") is None


def test_what_was_compared_on_one_side_only_is_a_dash_on_the_other() -> None:
    assert note_text(Note("number differs", "20"), "es") == "el número difiere: afirmación 20, fuente —"


def test_a_message_or_value_that_is_missing_is_a_mistake_of_ours() -> None:
    for mistake in (
        lambda: say("en", "no-such-message"),
        lambda: say("en", "read-as"),
        lambda: say_for("en", "verdict", "no such verdict"),
        lambda: describe("en", "asked"),
        lambda: describe("en", "no-such-message"),
    ):
        with pytest.raises(KeyError):
            mistake()
    assert not has_message("no-such-message")


@pytest.mark.parametrize(
    ("locale", "expected"), [("es-ES", "es"), ("es-419", "es"), ("en-GB", "en"), ("de", "en"), ("", "en")]
)
def test_a_locale_leads_to_its_language_and_others_to_english(locale: str, expected: str) -> None:
    assert interface(locale) == expected


def test_other_locales_read_what_the_server_has_set() -> None:
    assert interface("pt-BR", "es") == "es"


@pytest.mark.parametrize(
    ("value", "level"), [(1.0, "high"), (0.8, "high"), (0.799, "fair"), (0.5, "fair"), (0.499, "low"), (0.0, "low")]
)
def test_confidence_in_words_has_its_bounds(value: float, level: str) -> None:
    assert confidence_level(value) == level


def test_confidence_is_said_in_words_and_per_cent() -> None:
    assert confidence_text(0.876, "en") == "confidence high (88%)"
    assert confidence_text(0.5, "es") == "confianza media (50 %)"


def test_what_a_passage_does_with_a_claim_is_said_in_per_cent() -> None:
    stances = Stances(0.021, 0.93, 0.049)
    assert stances_text(stances, "en") == "supports 2%, contradicts 93%, says neither 5%"
    assert stances_text(stances, "es") == "respalda 2 %, desmiente 93 %, ni lo uno ni lo otro 5 %"
    assert stances_text(Stances(1.0, 0.0, 0.0), "en") == "supports 100%, contradicts 0%, says neither 0%"
