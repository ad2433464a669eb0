"""Names beside names: one that the evidence has otherwise, and two that have changed places."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import Language
from retrieval.check.rules.finding import Finding, Outcome, Statement
from retrieval.check.rules.names import compare_names, compare_roles

LANGUAGES = st.sampled_from(["es", "en", "und"])
PIECES = [
    "Google", "DeepMind", "Meta", "Sam Altman", "01.AI", "iPhone", "O'Brien", "Mérida", "bought", "compró", "sold",
    "was bought by", "fue comprada por", "criticó a", "lo", "and", "y", "la empresa de", "the firm of", ".", ",", "“",
    "”", "\n", "January", "martes", "not", "no", "İ", "ﬁ", "e\u0301", "5.6M",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=100), st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))


def named(claim: str, language: Language, evidence: str, its: Language, context: str = "") -> list[Finding]:
    return compare_names(Statement(claim, language), Statement(evidence, its), context)


def roles(claim: str, language: Language, evidence: str, its: Language) -> list[Outcome]:
    return [one.outcome for one in compare_roles(Statement(claim, language), Statement(evidence, its))]


@pytest.mark.parametrize(
    ("claim", "language", "evidence", "its", "said", "told"),
    [
        ("DeepSeek published a free model in January.", "en",
         "Alibaba published a free model in January.", "en", "DeepSeek", "Alibaba"),
        ("DeepSeek publicó un modelo gratuito en enero.", "es",
         "Alibaba publicó un modelo gratuito en enero.", "es", "DeepSeek", "Alibaba"),
        ("DeepSeek publicó un modelo gratuito en enero.", "es",
         "Alibaba published a free model in January.", "en", "DeepSeek", "Alibaba"),
        ("DeepSeek published a free model in January.", "en",
         "Alibaba publicó un modelo gratuito en enero.", "es", "DeepSeek", "Alibaba"),
        ("The company was founded by Sam Altman in Paris.", "en",
         "The company was founded by Elon Musk in Paris.", "en", "Sam Altman", "Elon Musk"),
        ("La empresa fue fundada por Liang Wenfeng en Hangzhou.", "es",
         "The company was founded by Jack Ma in Hangzhou.", "en", "Liang Wenfeng", "Jack Ma"),
    ],
)  # fmt: skip
def test_another_name_in_an_otherwise_matching_sentence_differs(
    claim: str, language: Language, evidence: str, its: Language, said: str, told: str
) -> None:
    assert named(claim, language, evidence, its) == [Finding("name", "differs", said, told)]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("DeepSeek published a free model.", "DeepSeek published a free model."),
        ("Altman founded a company of robots.", "Sam Altman founded a company of robots."),
        ("Sam Altman founded a company of robots.", "Altman founded a company of robots in Paris."),
        ("The firm published a free model.", "DeepSeek published a free model."),  # no name in the claim
        ("It was published in January, on a Monday.", "Meta published it in March, on a Friday."),  # months and days
    ],
)
def test_where_no_name_is_missing_nothing_is_said(claim: str, evidence: str) -> None:
    assert named(claim, "en", evidence, "en") == []


@pytest.mark.parametrize(
    "evidence",
    [
        "The firm published a free model.",  # no other name
        "In Paris the mill of Ana was closed.",  # about something else
    ],
)
def test_a_missing_name_without_another_for_the_same_stays_open(evidence: str) -> None:
    claim = "DeepSeek published a free model."
    assert named(claim, "en", evidence, "en") == [Finding("name", "open", "DeepSeek", "")]


def test_a_name_that_stands_around_the_evidence_is_not_missing() -> None:
    claim = "DeepSeek published a free model in January."
    evidence = "The rival of Alibaba published a free model in January."
    assert named(claim, "en", evidence, "en", "A year of DeepSeek.") == []
    assert [one.claim for one in named(claim, "en", evidence, "en", "A year of models.")] == ["DeepSeek"]


def test_a_word_that_is_known_for_a_name_is_one_at_the_beginning_too() -> None:
    claim, evidence = Statement("Hill founded the school.", "en"), Statement("Ana Ibáñez founded the school.", "en")
    assert compare_names(claim, evidence, "") == []
    assert [one.claim for one in compare_names(claim, evidence, "", frozenset(["hill"]))] == ["Hill"]


@pytest.mark.parametrize(
    ("one", "own", "other", "its"),
    [
        ("Google bought DeepMind.", "en", "Google bought DeepMind.", "en"),
        ("Google bought DeepMind.", "en", "DeepMind was bought by Google.", "en"),
        ("DeepMind was bought by Google.", "en", "DeepMind fue comprada por Google.", "es"),
        ("Google compró DeepMind.", "es", "DeepMind fue comprada por Google.", "es"),
        ("Google compró DeepMind.", "es", "Google bought DeepMind.", "en"),
        ("Google compró DeepMind.", "es", "DeepMind was bought by Google.", "en"),
        ("Google bought DeepMind.", "en", "DeepMind fue comprada por Google.", "es"),
        ("Altman ataca a Musk.", "es", "Musk es atacado por Altman.", "es"),
        ("Altman ataca a Musk.", "es", "Musk was attacked by Altman.", "en"),
        ("OpenAI sued Meta.", "en", "Meta has been sued by OpenAI.", "en"),
        ("Hinton taught LeCun.", "en", "LeCun was taught by Hinton.", "en"),
        ("Google bought DeepMind.", "en", "DeepMind, bought by Google, is in London.", "en"),
        ("Meta paid LeCun.", "en", "LeCun got paid by Meta.", "en"),
        ("Alibaba copió a OpenAI.", "es", "OpenAI, copiada por Alibaba, protestó.", "es"),
        ("LeCun criticó a Altman.", "es", "A Altman lo criticó LeCun.", "es"),
        ("LeCun criticized Altman.", "en", "A Altman lo criticó LeCun.", "es"),
        ("Google copies Meta.", "en", "Google criticised and copies Meta.", "en"),
    ],
)
def test_who_did_it_to_whom_agrees_in_active_and_passive(one: str, own: Language, other: str, its: Language) -> None:
    assert roles(one, own, other, its) == roles(other, its, one, own) == ["agrees"]


@pytest.mark.parametrize(
    ("one", "own", "other", "its"),
    [
        ("Google bought DeepMind.", "en", "DeepMind bought Google.", "en"),
        ("Google bought DeepMind.", "en", "Google was bought by DeepMind.", "en"),
        ("DeepMind was bought by Google.", "en", "Google was bought by DeepMind.", "en"),
        ("Google compró DeepMind.", "es", "DeepMind compró Google.", "es"),
        ("Google compró DeepMind.", "es", "Google fue comprada por DeepMind.", "es"),
        ("Google compró DeepMind.", "es", "DeepMind bought Google.", "en"),
        ("Google bought DeepMind.", "en", "Google fue comprada por DeepMind.", "es"),
        ("LeCun criticó a Altman.", "es", "Altman criticó a LeCun.", "es"),
        ("Altman ataca a Musk.", "es", "Altman was attacked by Musk.", "en"),
        ("Sam Altman hired Mira Murati.", "en", "Mira Murati contrató a Sam Altman.", "es"),
        ("Hinton taught LeCun.", "en", "Hinton was taught by LeCun.", "en"),
        ("DeepMind bought Google.", "en", "DeepMind, bought by Google, is in London.", "en"),
        ("LeCun paid Meta.", "en", "LeCun got paid by Meta.", "en"),
        ("OpenAI copió a Alibaba.", "es", "OpenAI, copiada por Alibaba, protestó.", "es"),
        ("Altman criticó a LeCun.", "es", "A Altman lo criticó LeCun.", "es"),
    ],
)
def test_two_names_that_have_changed_places_differ(one: str, own: Language, other: str, its: Language) -> None:
    assert roles(one, own, other, its) == roles(other, its, one, own) == ["differs"]


@pytest.mark.parametrize(
    "evidence",
    [
        "DeepMind praised Google.",  # another verb
        "DeepMind bought a school.",  # one name only
        "DeepMind and Google are in London.",
        "They bought it.",
        "",
    ],
)
def test_without_both_names_and_the_verb_nothing_is_said_of_roles(evidence: str) -> None:
    assert roles("Google bought DeepMind.", "en", evidence, "en") == []


def test_a_finding_of_roles_shows_both_names_with_what_is_between() -> None:
    claim = Statement("In 2014 Google bought DeepMind for a lot.", "en")
    evidence = Statement("Then DeepMind was bought by Google in London.", "en")
    (finding,) = compare_roles(claim, evidence)
    assert finding == Finding("roles", "agrees", "Google bought DeepMind", "DeepMind was bought by Google")


@settings(derandomize=True, deadline=None, max_examples=120)
@given(TEXTS, LANGUAGES)
def test_a_statement_never_differs_from_itself(text: str, language: Language) -> None:
    assert named(text, language, text, language) == []
    assert "differs" not in roles(text, language, text, language)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(TEXTS, LANGUAGES, TEXTS, LANGUAGES, st.text(max_size=40))
def test_no_text_is_an_error(claim: str, language: Language, evidence: str, its: Language, context: str) -> None:
    named(claim, language, evidence, its, context)
    roles(claim, language, evidence, its)
