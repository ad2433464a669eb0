"""Reporting verbs: their forms, and where a word that looks like one is none."""

import pytest

from knowledge.lexicon import lexicon
from knowledge.model import Language
from knowledge.reporting import forms, reporting_verbs
from knowledge.tokens import tokenize


def verbs(text: str, language: Language) -> list[str]:
    tokens = tokenize(text)
    found = reporting_verbs(tokens, lexicon(language))
    return [" ".join(token.text for token in tokens[verb.first : verb.last + 1]) for verb in found]


@pytest.mark.parametrize("language", ["es", "en"])
def test_there_are_at_least_eighty_lemmas(language: Language) -> None:
    known = {form.lemma for entries in forms(language).values() for form in entries}
    assert len(known) >= 80
    assert len({form.lemma for entries in forms(language).values() for form in entries if form.clause}) >= 80


@pytest.mark.parametrize(
    ("lemma", "written"),
    [
        ("decir", "dice dicen dijo dijeron decía dirá diría diciendo dicho"),
        ("agregar", "agrega agregó agregaron agregaba agregando agregado"),
        ("concluir", "concluye concluyó concluyeron concluyendo concluido"),
        ("leer", "lee leyó leyeron leyendo leído"),
        ("sostener", "sostiene sostuvo sostuvieron sostendrá sosteniendo"),
        ("advertir", "advierte advirtió advirtieron advirtiendo advertido"),
        ("proseguir", "prosigue prosiguió prosiguieron prosiguiendo"),
        ("proponer", "propone propuso propondrá propuesto"),
        ("escribir", "escribe escribió escrito"),
        ("recordar", "recuerda recordó recordaba"),
        ("reír", "ríe rio riendo"),
        ("argüir", "arguye arguyó argüía"),
        ("quejarse", "queja quejó quejaba"),
        ("dejar claro", "deja dejó"),
    ],
)
def test_spanish_verbs_are_conjugated(lemma: str, written: str) -> None:
    known = forms("es")
    assert [word for word in written.split() if lemma not in {form.lemma for form in known.get(word, ())}] == []


@pytest.mark.parametrize(
    ("lemma", "written"),
    [
        ("say", "say says said saying"),
        ("reply", "reply replies replied replying"),
        ("admit", "admits admitted admitting"),
        ("stress", "stresses stressed stressing"),
        ("write", "writes wrote written writing"),
        ("argue", "argues argued arguing"),
        ("convey", ""),
        ("point out", "point points pointed pointing"),
        ("go on", "goes went going"),
    ],
)
def test_english_verbs_are_conjugated(lemma: str, written: str) -> None:
    known = forms("en")
    assert [word for word in written.split() if lemma not in {form.lemma for form in known.get(word, ())}] == []


@pytest.mark.parametrize(
    ("text", "found", "language"),
    [
        ("Ana lo ha dicho ya y no lo había afirmado.", ["ha dicho", "había afirmado"], "es"),
        ("Dicho acuerdo lleva una nota y la cuenta.", [], "es"),
        ("Dejó claro que vendrá.", ["Dejó claro"], "es"),
        ("The report and his claims were a note to say so.", [], "en"),
        ("She has also said and pointed out that it fits.", ["has also said", "pointed out"], "en"),
        ("He was saying so.", ["saying"], "en"),
    ],
)
def test_a_verb_is_told_from_the_noun_of_the_same_form(text: str, found: list[str], language: Language) -> None:
    assert verbs(text, language) == found


def test_an_undetermined_language_knows_the_verbs_of_both() -> None:
    assert verbs("Ana dijo and Bob said.", "und") == ["dijo", "said"]


def test_a_negated_or_modal_verb_is_doubtful() -> None:
    tokens = tokenize("Ana no dijo y Eva dijo; Bob podría decir.")
    assert [verb.doubtful for verb in reporting_verbs(tokens, lexicon("es"))] == [True, False, True]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("An anonymous post alleged that the tests were mixed in.", "en", ["alleged"]),
        ("The report said nothing of it.", "en", ["said"]),
        ("They report that he said so.", "en", ["report", "said"]),
        ("Una cuenta anónima denunció el fraude.", "es", ["denunció"]),
    ],
)
def test_a_noun_right_before_its_verb_is_none(text: str, language: Language, expected: list[str]) -> None:
    assert verbs(text, language) == expected
