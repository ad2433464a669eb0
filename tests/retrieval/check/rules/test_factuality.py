"""What a source only tells of, doubts or calls untrue bears nothing out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import Language
from retrieval.check.rules.factuality import compare_factuality, is_plain
from retrieval.check.rules.finding import Outcome, Statement

LANGUAGES = st.sampled_from(["es", "en", "und"])
PIECES = [
    "Meta", "opened", "the model", "whether", "disputed", "se discute", "the claim that", "is false", ",", "because",
    "which contradicts", "lo que desmiente", "no hay pruebas de que", "y que", ":", "that", "İ", "[1]",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=100), st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))


def found(claim: str, language: Language, evidence: str, its: Language) -> list[Outcome]:
    return [one.outcome for one in compare_factuality(Statement(claim, language), Statement(evidence, its))]


@pytest.mark.parametrize(
    ("claim", "own", "evidence", "its"),
    [
        ("The mill belongs to the state.", "en", "No evidence was found that the mill belongs to the state.", "en"),
        ("El molino es del Estado.", "es", "No hay pruebas de que el molino sea del Estado.", "es"),
        ("The mill was sold.", "en", "Whether the mill was sold is disputed.", "en"),
        ("El molino se vendió.", "es", "Se discute si el molino se vendió.", "es"),
        ("The mill was sold.", "en", "Se discute si el molino se vendió.", "es"),
        ("The harbour paid for the mill.", "en", "A rival alleged that the harbour had paid for the mill.", "en"),
        ("El puerto pagó el molino.", "es", "El puerto habría pagado el molino, según un rival.", "es"),
        ("The mill rivals the factory.", "en", "That the mill rivals the factory holds only in part.", "en"),
    ],
)
def test_what_is_doubted_is_left_open(claim: str, own: Language, evidence: str, its: Language) -> None:
    assert found(claim, own, evidence, its) == ["open"]


@pytest.mark.parametrize(
    ("claim", "own", "evidence", "its"),
    [
        ("The mill earns a profit.", "en", "The claim that the mill earns a profit is false.", "en"),
        ("El molino da beneficios.", "es", "La afirmación de que el molino da beneficios es falsa.", "es"),
        ("The mill runs on coal.", "en", "Some say that the mill runs on coal, which its papers contradict.", "en"),
        ("El molino va con carbón.", "es", "Dicen que el molino va con carbón, lo que desmiente el archivo.", "es"),
        ("The mill never ground oats.", "en",
         "Two claims are contradicted by the books: that it ground rye, and that the mill never ground oats.", "en"),
    ],
)  # fmt: skip
def test_what_is_called_untrue_tells_against_the_claim(claim: str, own: Language, evidence: str, its: Language) -> None:
    assert found(claim, own, evidence, its) == ["differs"]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The mill ground wheat.", "The mill ground wheat until 1950."),
        ("The books are lost.", "Whether the mill was sold is disputed, because the books of the mill are lost."),
        ("It is disputed whether the mill was sold.", "Whether the mill was sold is disputed."),
        ("The council claims that the mill is its own.", "The council claims that the mill is its own."),
    ],
)
def test_what_is_asserted_beside_a_doubt_stands(claim: str, evidence: str) -> None:
    assert found(claim, "en", evidence, "en") == []


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Meta released Llama 2 on 18 July 2023.", True),
        ("Meta publicó Llama 2 el 18 de julio de 2023.", True),
        ("Some coverage described the fund as a firm of the city, but its papers name another.", False),
        ("Alemania no prohibió la aplicación con ese paso.", False),
        ("Wang had told the channel that the firm had the chips.", False),
    ],
)
def test_a_plain_statement_neither_doubts_nor_reports_nor_denies(text: str, plain: bool) -> None:
    assert is_plain(Statement(text, "en" if text.isascii() else "es")) is plain


@settings(derandomize=True, deadline=None)
@given(TEXTS, LANGUAGES, TEXTS, LANGUAGES)
def test_no_text_is_an_error(claim: str, own: Language, evidence: str, its: Language) -> None:
    assert len(found(claim, own, evidence, its)) <= 1
