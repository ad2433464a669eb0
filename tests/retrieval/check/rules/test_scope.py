"""No, not, only, all and some, and words that mean the opposite: when two sentences say otherwise of the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import Language
from retrieval.check.rules.finding import Finding, Outcome, Statement
from retrieval.check.rules.scope import compare_negation, compare_opposites, compare_scope

LANGUAGES = st.sampled_from(["es", "en", "und"])
PIECES = [
    "Meta", "published", "publicó", "the model", "el modelo", "prices", "rose", "fell", "subieron", "bajaron", "not",
    "no", "nada", "nadie", "never", "nunca", "didn't", "false", "falso", "niega", "denied", "que", "that", "all",
    "todas", "some", "algunas", "only", "solo", "also", "también", "no solo", ",", ".", "and", "pero", "open",
    "cerrado", "İ",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=100), st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))


def negation(claim: str, language: Language, evidence: str, its: Language) -> list[Outcome]:
    return [one.outcome for one in compare_negation(Statement(claim, language), Statement(evidence, its))]


def opposites(claim: str, language: Language, evidence: str, its: Language) -> list[Finding]:
    return compare_opposites(Statement(claim, language), Statement(evidence, its))


def scope(claim: str, language: Language, evidence: str, its: Language) -> list[Outcome]:
    return [one.outcome for one in compare_scope(Statement(claim, language), Statement(evidence, its))]


@pytest.mark.parametrize(
    ("one", "own", "other", "its"),
    [
        ("Meta did not publish the model.", "en", "Meta published the model.", "en"),
        ("Meta didn't publish the model.", "en", "Meta published the model.", "en"),
        ("Meta didn’t publish the model.", "en", "Meta published the model.", "en"),
        ("Meta never published the model.", "en", "Meta publicó el modelo.", "es"),
        ("Meta cannot publish the model.", "en", "Meta can publish the model.", "en"),
        ("Meta no publicó el modelo.", "es", "Meta publicó el modelo.", "es"),
        ("Meta no publicó el modelo.", "es", "Meta published the model.", "en"),
        ("Meta nunca publicó el modelo.", "es", "Meta published the model.", "en"),
        ("Nadie publicó el modelo.", "es", "Meta publicó el modelo.", "es"),
        ("El modelo no está disponible en Europa.", "es", "The model is available in Europe.", "en"),
        ("The model isn't available in Europe.", "en", "The model is available in Europe.", "en"),
        ("Es falso que Meta publicó el modelo.", "es", "Meta publicó el modelo.", "es"),
        ("It is false that Meta published the model.", "en", "Meta published the model.", "en"),
        ("Meta negó que publicara el modelo.", "es", "Meta publicó el modelo.", "es"),
        ("Meta refused to publish the model.", "en", "Meta published the model.", "en"),
        ("Not all companies use the model.", "en", "All companies use the model.", "en"),
        ("It is not true that Meta published the model.", "en", "Meta published the model.", "en"),
        ("It isn't correct that Meta published the model.", "en", "Meta publicó el modelo.", "es"),
        ("No es verdad que Meta publicó el modelo.", "es", "Meta publicó el modelo.", "es"),
        ("No es cierto que Meta publicó el modelo.", "es", "Meta published the model.", "en"),
    ],
)
def test_a_negation_on_one_side_differs(one: str, own: Language, other: str, its: Language) -> None:
    assert negation(one, own, other, its) == negation(other, its, one, own) == ["differs"]


@pytest.mark.parametrize(
    ("one", "own", "other", "its"),
    [
        ("Meta did not publish the model.", "en", "Meta didn't publish the model.", "en"),
        ("Meta did not publish the model.", "en", "Meta no publicó el modelo.", "es"),
        ("Meta nunca publicó el modelo.", "es", "Meta no publicó nunca el modelo.", "es"),
        ("LeCun no teme al modelo.", "es", "LeCun is not afraid of the model.", "en"),
        ("Es falso que Meta publicó el modelo.", "es", "Meta no publicó el modelo.", "es"),
        ("Meta published the model and not the data.", "en", "Meta published the model but not the data.", "en"),
    ],
)
def test_a_negation_on_both_sides_agrees(one: str, own: Language, other: str, its: Language) -> None:
    assert negation(one, own, other, its) == negation(other, its, one, own) == ["agrees"]


@pytest.mark.parametrize(
    ("claim", "language", "affirmed", "denied"),
    [
        ("No es falso que Meta publicó el modelo.", "es", "Meta publicó el modelo.", "Meta no publicó el modelo."),
        ("No es mentira que Meta publicó el modelo.", "es", "Meta publicó el modelo.", "Meta no publicó el modelo."),
        ("Nadie niega que Meta publicó el modelo.", "es", "Meta publicó el modelo.", "Meta no publicó el modelo."),
        ("No es verdad que Meta no publicó el modelo.", "es", "Meta publicó el modelo.", "Meta no publicó el modelo."),
        ("It isn't true that Meta didn't publish the model.", "en",
         "Meta published the model.", "Meta did not publish the model."),
        ("It is not false that Meta published the model.", "en",
         "Meta published the model.", "Meta did not publish the model."),
        ("Nobody denies that Meta published the model.", "en",
         "Meta published the model.", "Meta did not publish the model."),
    ],
)  # fmt: skip
def test_two_negations_that_undo_each_other_affirm(claim: str, language: Language, affirmed: str, denied: str) -> None:
    assert negation(claim, language, affirmed, language) == []
    assert negation(claim, language, denied, language) == ["differs"]


def test_a_second_spanish_negation_adds_nothing() -> None:
    claim = "Meta no publicó nada sobre el modelo."
    assert negation(claim, "es", "Meta no publicó sobre el modelo.", "es") == ["agrees"]
    assert negation(claim, "es", "Meta published nothing about the model.", "en") == ["agrees"]
    assert negation(claim, "es", "Meta did not publish anything about the model.", "en") == ["agrees"]
    assert negation(claim, "es", "Meta publicó sobre el modelo.", "es") == ["differs"]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Meta published the model.", "Meta published the model."),
        ("Meta published the model.", "The mill is not closed."),  # about something else
        ("The model is open, not expensive.", "The model is open."),  # of what is denied the other says nothing
        ("Meta published the model, nobody used it.", "Meta published the model."),
        ("Without a doubt Meta published the model.", "Meta published the model."),
        ("Meta not only published the model.", "Meta published the model."),
        ("Meta no solo publicó el modelo.", "Meta publicó el modelo."),
        ("Meta no sólo publicó el modelo.", "Meta publicó el modelo."),
        ("Meta no solamente publicó el modelo.", "Meta publicó el modelo."),
    ],
)
def test_a_negation_of_something_else_tells_nothing(claim: str, evidence: str) -> None:
    assert negation(claim, "en", evidence, "en") == []
    assert negation(evidence, "en", claim, "en") == []


def test_a_finding_shows_the_negation_and_its_first_word_on_its_side() -> None:
    denied, told = Statement("Meta did not publish the model.", "en"), Statement("Meta publicó el modelo.", "es")
    assert compare_negation(denied, told) == [Finding("negation", "differs", "not … publish", "")]
    assert compare_negation(told, denied) == [Finding("negation", "differs", "", "not … publish")]


@pytest.mark.parametrize(
    ("one", "own", "other", "its", "here", "there"),
    [
        ("Prices rose in Europe last year.", "en", "Prices fell in Europe last year.", "en", "rose", "fell"),
        ("Los precios subieron en Europa.", "es", "Los precios bajaron en Europa.", "es", "subieron", "bajaron"),
        ("Los precios subieron en Europa.", "es", "Los precios cayeron en Europa.", "es", "subieron", "cayeron"),
        ("El número de empleos subió en Europa.", "es", "The number of jobs fell in Europe.", "en", "subió", "fell"),
        ("The number of jobs rose in Europe.", "en", "El número de empleos bajó en Europa.", "es", "rose", "bajó"),
        ("El código es abierto en Europa.", "es", "El código es cerrado en Europa.", "es", "abierto", "cerrado"),
        ("The code of the model is open.", "en", "El código del modelo es cerrado.", "es", "open", "cerrado"),
        ("El molino abrió en 1943.", "es", "El molino cerró en 1943.", "es", "abrió", "cerró"),
        ("Google bought the firm.", "en", "Google sold the firm.", "en", "bought", "sold"),
        ("Google compró la empresa.", "es", "Google sold the firm.", "en", "compró", "sold"),
        ("Los precios subieron en Europa.", "es", "Prices fell in Europe.", "en", "subieron", "fell"),
        ("Prices not only rose in Europe.", "en", "Prices fell in Europe.", "en", "rose", "fell"),
        ("The model is cheap to train.", "en", "El modelo es caro de entrenar.", "es", "cheap", "caro"),
        ("Italy banned the chatbot.", "en", "Italia autorizó el chatbot.", "es", "banned", "autorizó"),
        ("La empresa ganó dinero este año.", "es", "La empresa perdió dinero este año.", "es", "ganó", "perdió"),
        ("The firm supports the law.", "en", "The firm opposes the law.", "en", "supports", "opposes"),
    ],
)
def test_a_word_beside_its_opposite_differs_either_way_round(
    one: str, own: Language, other: str, its: Language, here: str, there: str
) -> None:
    assert opposites(one, own, other, its) == [Finding("opposite", "differs", here, there)]
    assert opposites(other, its, one, own) == [Finding("opposite", "differs", there, here)]


@pytest.mark.parametrize(
    ("claim", "language", "evidence", "its"),
    [
        ("Prices rose in Europe.", "en", "Los precios subieron en Europa.", "es"),
        ("The code of the model is open.", "en", "El código del modelo es abierto.", "es"),
        ("Italy banned the chatbot.", "en", "Italia prohibió el chatbot.", "es"),
        ("The code of the model is open.", "en", "The code of the model is open and the data closed.", "en"),  # both
        ("Prices rose in Europe last year.", "en", "Prices rose and then fell in Europe last year.", "en"),
        ("Prices rose in Europe last year.", "en", "The mill of Ana fell.", "en"),  # about something else
        ("Prices did not rise.", "en", "Prices fell.", "en"),
        ("Prices fell.", "en", "Prices didn't rise.", "en"),
        ("Los precios no subieron.", "es", "Los precios bajaron.", "es"),
    ],
)
def test_the_same_words_or_both_of_a_pair_are_no_opposites(
    claim: str, language: Language, evidence: str, its: Language
) -> None:
    assert opposites(claim, language, evidence, its) == []


@pytest.mark.parametrize(
    ("claim", "language", "evidence", "its"),
    [
        ("All companies use the model.", "en", "Some companies use the model.", "en"),
        ("All the companies use the model.", "en", "Most companies use the model.", "en"),
        ("All companies use the model.", "en", "Algunas empresas usan el modelo.", "es"),
        ("Todas las empresas usan el modelo.", "es", "Algunas empresas usan el modelo.", "es"),
        ("Todas las empresas usan el modelo.", "es", "Some companies use the model.", "en"),
        ("The model always fails.", "en", "El modelo falla a veces.", "es"),
        ("El modelo es completamente abierto.", "es", "El modelo es parcialmente abierto.", "es"),
        ("None of the companies uses the model.", "en", "Some companies use the model.", "en"),
        ("Ninguna empresa usa el modelo.", "es", "Algunas empresas usan el modelo.", "es"),
        ("No usa el modelo ninguna empresa.", "es", "Algunas empresas usan el modelo.", "es"),
        ("Only Meta uses the model.", "en", "Meta also uses the model.", "en"),
        ("Only Meta uses the model.", "en", "Meta and others use the model.", "en"),
        ("Solo Meta usa el modelo.", "es", "Meta también usa el modelo.", "es"),
        ("Sólo Meta usa el modelo.", "es", "Meta also uses the model.", "en"),
    ],
)
def test_all_for_some_and_only_for_also_differ(claim: str, language: Language, evidence: str, its: Language) -> None:
    assert scope(claim, language, evidence, its) == ["differs"]
    assert scope(evidence, its, claim, language) == []  # who says less is borne out by who says more


@pytest.mark.parametrize(
    ("claim", "language", "evidence", "its"),
    [
        ("All companies use the model.", "en", "Companies use the model.", "en"),
        ("Todas las empresas usan el modelo.", "es", "Las empresas usan el modelo.", "es"),
        ("Only Meta uses the model.", "en", "Meta uses the model.", "en"),
        ("Solo Meta usa el modelo.", "es", "Meta uses the model.", "en"),
    ],
)
def test_a_wider_claim_than_the_evidence_stays_open(
    claim: str, language: Language, evidence: str, its: Language
) -> None:
    assert scope(claim, language, evidence, its) == ["open"]


@pytest.mark.parametrize(
    ("claim", "language", "evidence", "its"),
    [
        ("Not all companies use the model.", "en", "Some companies use the model.", "en"),
        ("Not every company uses the model.", "en", "Many companies use the model.", "en"),
        ("No todas las empresas usan el modelo.", "es", "Algunas empresas usan el modelo.", "es"),
        ("No todas las empresas usan el modelo.", "es", "Las empresas usan el modelo.", "es"),
        ("No siempre falla el modelo.", "es", "El modelo falla a veces.", "es"),
        ("The model doesn't always fail.", "en", "El modelo falla a veces.", "es"),
        ("The model didn't fail every company.", "en", "The model failed some companies.", "en"),
        ("No lo usan todas las empresas de Europa.", "es", "Lo usan algunas empresas de Europa.", "es"),
        ("Never all companies use the model.", "en", "Some companies use the model.", "en"),
        ("Not only Meta uses the model.", "en", "Meta also uses the model.", "en"),
        ("No solo Meta usa el modelo.", "es", "Meta también usa el modelo.", "es"),
        ("All companies use the model.", "en", "Todas las empresas usan el modelo.", "es"),
        ("Only Meta uses the model.", "en", "Solo Meta usa el modelo.", "es"),
        ("All companies use the model.", "en", "Some mills were closed.", "en"),
    ],
)
def test_not_all_claims_nothing_wide_and_equal_scopes_do_not_differ(
    claim: str, language: Language, evidence: str, its: Language
) -> None:
    assert scope(claim, language, evidence, its) == []


@settings(derandomize=True, deadline=None, max_examples=120)
@given(TEXTS, LANGUAGES)
def test_a_statement_never_differs_from_itself(text: str, language: Language) -> None:
    assert "differs" not in negation(text, language, text, language)
    assert opposites(text, language, text, language) == []
    assert scope(text, language, text, language) == []


@settings(derandomize=True, deadline=None, max_examples=80)
@given(TEXTS, LANGUAGES, TEXTS, LANGUAGES)
def test_no_text_is_an_error(claim: str, language: Language, evidence: str, its: Language) -> None:
    negation(claim, language, evidence, its)
    opposites(claim, language, evidence, its)
    scope(claim, language, evidence, its)
