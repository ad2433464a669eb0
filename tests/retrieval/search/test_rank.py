"""Ranking as a whole: candidates of two rankers, read closely, best first."""

import dataclasses
from collections.abc import Sequence

import pytest

from knowledge.language import detect
from retrieval.engine import Engine
from retrieval.index.generation import Generation
from retrieval.model import Evidence
from retrieval.search.fusion import WEIGHTS, fuse
from retrieval.search.question import Question, prepare
from retrieval.search.rank import rank


def ready(engine: Engine, text: str) -> Question:
    return prepare(text, detect(text), engine.encoder.encode_questions([text]))


def ranked(engine: Engine, text: str, *, limit: int = 5, generation: Generation | None = None) -> Sequence[Evidence]:
    return rank(engine.store, generation or engine.generation, ready(engine, text), limit=limit)


def passage_text(engine: Engine, evidence: Evidence) -> str:
    span = engine.store.passages([evidence.passage])[evidence.passage].span
    return engine.store.snapshot(span.snapshot).text[span.start : span.end]


QUESTIONS = [
    ("How much did the restoration of the tide mill cost?", "2.4 million"),
    ("¿Cuánto costó restaurar el molino de mareas?", "2.4 million"),
    ("¿Cuánto costará la obra del faro?", "1,7 millones"),
    ("How much will the works at the lighthouse cost?", "1,7 millones"),
]


@pytest.mark.parametrize(("question", "words"), QUESTIONS)
def test_the_passage_that_answers_comes_first_in_either_language(engine: Engine, question: str, words: str) -> None:
    assert words in passage_text(engine, ranked(engine, question)[0])


def test_passages_come_once_and_best_first(engine: Engine) -> None:
    found = ranked(engine, QUESTIONS[0][0], limit=100)
    assert len({item.passage for item in found}) == len(found) == len(engine.generation.postings.ids)
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
    for item in found:
        assert item.score == pytest.approx(fuse(item.scores, WEIGHTS))
        assert item.start < item.end


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_a_smaller_limit_gives_the_first_of_a_larger(engine: Engine, limit: int) -> None:
    for question, _ in QUESTIONS:
        assert ranked(engine, question, limit=limit) == ranked(engine, question, limit=8)[:limit]


def test_a_search_can_be_restricted_to_some_passages(engine: Engine) -> None:
    question = ready(engine, QUESTIONS[0][0])
    everything = rank(engine.store, engine.generation, question, limit=100)
    chosen = [everything[-1].passage, everything[-2].passage]
    found = rank(engine.store, engine.generation, question, limit=5, passages=chosen)
    assert {item.passage for item in found} == set(chosen)
    assert rank(engine.store, engine.generation, question, limit=5, passages=[]) == []


def test_a_word_that_the_vectors_overlook_still_proposes_its_passage(engine: Engine) -> None:
    """A name alone says little to an encoder; the passages that hold it are candidates all the same."""
    found = ranked(engine, "Duarte", limit=3)
    assert "Duarte" in passage_text(engine, found[0])


def test_an_encoder_without_token_vectors_ranks_by_what_there_is(engine: Engine) -> None:
    bare = dataclasses.replace(engine.generation, tokens=None)
    for question, words in QUESTIONS:
        found = ranked(engine, question, generation=bare)
        assert any(words in passage_text(engine, item) for item in found[:3])
        assert all(item.scores.late == item.scores.sentence == item.scores.weakest for item in found)


def test_a_question_without_one_word_is_ranked_by_what_is_left(engine: Engine) -> None:
    question = dataclasses.replace(ready(engine, QUESTIONS[0][0]), terms=())
    found = rank(engine.store, engine.generation, question, limit=3)
    assert all(item.scores.words == 0 for item in found)
    assert "2.4 million" in passage_text(engine, found[0])


def test_a_passage_that_is_gone_from_the_base_is_no_evidence(engine: Engine) -> None:
    stale = engine.generation
    engine.remove("tide-mill")
    found = ranked(engine, QUESTIONS[0][0], limit=100, generation=stale)
    assert found
    assert {engine.store.passages([item.passage])[item.passage].source for item in found} == {"faro"}


def test_scores_are_finite_for_what_is_far_from_everything(engine: Engine) -> None:
    for text in ("ما هي عاصمة أستراليا؟", "🦊 1", "x" * 3000, "of the and"):
        assert [abs(item.score) < 10 for item in ranked(engine, text, limit=3)] == [True] * 3
