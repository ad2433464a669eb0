"""A sentence inside another: what that then does with it, and who is said to have said it."""

import random

import pytest

from knowledge.model import Language
from retrieval.train.embedded_claims import Embedded, corrected, embedded

EN, ES = "The mill at Orvane opened in May 1911.", "El molino de Orvane abrió en mayo de 1911."
SENTENCES: list[tuple[str, Language]] = [(EN, "en"), (ES, "es")]


def made(sentence: str, language: Language) -> set[Embedded]:
    """All that chance makes of a sentence."""
    results = {embedded(sentence, language, random.Random(seed)) for seed in range(1500)}
    return {result for result in results if result is not None}


@pytest.mark.parametrize(("sentence", "language"), SENTENCES)
def test_a_sentence_stands_whole_in_what_is_made_of_it(sentence: str, language: Language) -> None:
    clause = sentence[1:].rstrip(".")
    for claim, text, _ in made(sentence, language):
        assert clause in claim
        assert clause in text
        assert "{" not in claim + text
        assert text[0].isupper()
        assert claim[0].isupper()


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("It is not true that the mill at Orvane opened in May 1911.", "C"),
        ("The claim that the mill at Orvane opened in May 1911 is false.", "C"),
        ("Whether the mill at Orvane opened in May 1911 is disputed.", "N"),
        ("If the mill at Orvane opened in May 1911, there will be trouble.", "N"),
        ("Nobody has shown that the mill at Orvane opened in May 1911.", "not S"),
        ("The report confirms that the mill at Orvane opened in May 1911.", "S"),
        ("Es falso que el molino de Orvane abrió en mayo de 1911.", "C"),
        ("No está claro si el molino de Orvane abrió en mayo de 1911.", "N"),
        ("Aunque el molino de Orvane abrió en mayo de 1911, poco ha cambiado.", "S"),
    ],
)
def test_what_stands_around_a_sentence_decides(text: str, decision: str) -> None:
    sentence, language = SENTENCES["molino" in text]
    assert (sentence, text, decision) in made(sentence, language)


@pytest.mark.parametrize(("sentence", "language"), SENTENCES)
def test_what_somebody_said_is_borne_out_by_that_persons_words_alone(sentence: str, language: Language) -> None:
    said = [(claim, text, decision) for claim, text, decision in made(sentence, language) if claim != sentence]
    people = ["Kenji Morita", "Luis Abarca", "Bruno Castellani"]
    for claim, text, decision in said:
        speakers = [[name for name in people if name in words] for words in (claim, text)]
        denies = [any(verb in words for verb in ("denied", "negó")) for words in (claim, text)]
        if denies[0] != denies[1]:
            assert decision == "C"
        elif speakers[0] != speakers[1] or text == sentence:
            assert decision == "N"
    assert {decision for _, _, decision in said} == {"S", "C", "N"}


@pytest.mark.parametrize(
    ("sentence", "language"),
    [("“It burns,” she said of the mill.", "en"), ("It burns; nobody knows why it does.", "en"), (EN, "und")],
)
def test_a_sentence_of_several_parts_or_of_no_known_language_stands_in_no_other(
    sentence: str, language: Language
) -> None:
    assert made(sentence, language) == set()


def test_a_name_at_the_beginning_keeps_its_capital() -> None:
    texts = {text for _, text, _ in made("Orvane has had a mill since 1911.", "en")}
    assert "It is true that Orvane has had a mill since 1911." in texts


@pytest.mark.parametrize(
    ("sentence", "changed", "language"),
    [
        ("The bridge has 12 arches.", "The bridge has 15 arches.", "en"),
        ("El puente tiene 12 arcos.", "El puente tiene 15 arcos.", "es"),
    ],
)
def test_a_text_that_puts_something_right_bears_out_what_is_so_and_contradicts_what_was_wrong(
    sentence: str, changed: str, language: Language
) -> None:
    results = [corrected(sentence, changed, language, random.Random(seed)) for seed in range(60)]
    assert {result and (result[0], result[2]) for result in results} == {(sentence, "S"), (changed, "C")}
    for result in results:
        assert result is not None
        assert result[1].index(changed[1:-1]) < result[1].index(sentence[1:-1])
        assert result[1].lstrip("¿")[0].isupper()


def test_what_cannot_stand_in_another_sentence_is_not_put_right() -> None:
    assert corrected("“It burns,” she said.", "“It does not burn,” she said.", "en", random.Random(1)) is None
