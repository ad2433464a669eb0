"""Requests as data: performed by an engine, kept as JSON, and read from what somebody writes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.model import Answer, CheckedMessage, QuoteResult, QuoteResultKind
from retrieval.present.request import MessageOrigin, QuoteList, Request, SourceList
from retrieval.serve.perform import as_stored, fingerprint, from_stored, perform, request_cost, request_in

TEXT = st.text(max_size=50) | st.none()


@given(
    st.builds(
        Request,
        kind=st.sampled_from(["ask", "check", "quote", "find", "quotes", "sources"]),
        text=st.text(max_size=50),
        speaker=st.text(min_size=1, max_size=50) | st.none(),
        about=st.text(min_size=1, max_size=50) | st.none(),
        most=st.integers(1, 9) | st.none(),
    )
)
def test_a_request_survives_being_stored(request: Request) -> None:
    assert from_stored(as_stored(request)) == request


def test_what_is_no_request_is_refused() -> None:
    with pytest.raises(TypeError):
        from_stored({"kind": "ask", "words": "x"})


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("is it true that DeepSeek was founded in 2023?", "check"),
        ("¿es verdad que DeepSeek se fundó en 2023?", "check"),
        ("Meta released Llama 2 in July 2023.", "check"),
        ("Who founded DeepSeek?", "ask"),
        ("¿Quién fundó DeepSeek?", "ask"),
        ("what did LeCun say about open source", "ask"),
    ],
)
def test_a_statement_is_checked_and_a_question_answered(text: str, kind: str) -> None:
    assert request_in(text).kind == kind


def test_each_kind_gives_its_own_result(bundled_engine: Any) -> None:
    given: dict[str, type] = {
        "ask": Answer,
        "check": CheckedMessage,
        "quote": QuoteResult,
        "find": MessageOrigin,
        "quotes": QuoteList,
        "sources": SourceList,
    }
    for kind, result in given.items():
        found = perform(bundled_engine, Request(kind, "" if kind in ("quotes", "sources") else "DeepSeek was founded."))  # type: ignore[arg-type]
        assert isinstance(found, result)
        assert fingerprint(found) == (None if kind in ("quotes", "sources") else bundled_engine.state().fingerprint)


def test_words_in_quotation_marks_are_what_is_looked_for(bundled_engine: Any) -> None:
    quote = bundled_engine.quotes(speaker="LeCun")[0].exact
    found = perform(bundled_engine, Request("find", f"lol he really wrote “{quote}”, can you believe it"))
    assert isinstance(found, MessageOrigin)
    assert found.near is None
    assert [one.kind for one in found.results] == [QuoteResultKind.VERBATIM]


def test_words_of_nobody_lead_to_what_is_nearest(bundled_engine: Any) -> None:
    found = perform(bundled_engine, Request("find", "My sourdough starter has died again and nobody can help me"))
    assert isinstance(found, MessageOrigin)
    assert not found.results
    assert found.near is not None
    assert not found.near.answered


@pytest.mark.parametrize(
    ("request_", "least", "most"),
    [
        (Request("ask", "Who founded DeepSeek?"), 1, 1),
        (Request("check", "DeepSeek was founded in 2023."), 1, 1),
        (Request("check", "x" * 3900), 39, 39),
        (Request("check", "It is. " * 100), 100, 100),
        (Request("quote", "Open source models are surpassing proprietary ones"), 2, 2),
        (Request("sources"), 1, 1),
    ],
)
def test_work_grows_with_the_claims_of_a_message(request_: Request, least: float, most: float) -> None:
    assert least <= request_cost(request_) <= most
