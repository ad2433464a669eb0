"""Ranking as a whole: candidates of two rankers, read closely, best first."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.language import detect
from retrieval.engine import Engine
from retrieval.model import Evidence
from retrieval.search.base import Base
from retrieval.search.fusion import WEIGHTS, fuse
from retrieval.search.question import Question, prepare
from retrieval.search.rank import mean_matches, rank, weakest_matches


def ready(engine: Engine, text: str) -> Question:
    return prepare(text, detect(text), engine.encoder.encode_questions([text]))


def ranked(engine: Engine, text: str, *, limit: int = 5, base: Base | None = None) -> Sequence[Evidence]:
    return rank(base or engine.base, ready(engine, text), limit=limit)


QUESTIONS = [
    ("How much did the restoration of the tide mill cost?", "2.4 million"),
    ("¿Cuánto costó restaurar el molino de mareas?", "2.4 million"),
    ("¿Cuánto costará la obra del faro?", "1,7 millones"),
    ("How much will the works at the lighthouse cost?", "1,7 millones"),
]


@pytest.mark.parametrize(("question", "words"), QUESTIONS)
def test_the_passage_that_answers_comes_first_in_either_language(engine: Engine, question: str, words: str) -> None:
    assert words in ranked(engine, question)[0].passage.text


def test_passages_come_once_and_best_first(engine: Engine) -> None:
    found = ranked(engine, QUESTIONS[0][0], limit=100)
    assert len({item.passage.id for item in found}) == len(found) == len(engine.base.index.postings.passages())
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
    for item in found:
        assert item.score == pytest.approx(fuse(item.scores, WEIGHTS))
        assert item.unit.span.start < item.unit.span.end


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_a_smaller_limit_gives_the_first_of_a_larger(engine: Engine, limit: int) -> None:
    for question, _ in QUESTIONS:
        assert ranked(engine, question, limit=limit) == ranked(engine, question, limit=8)[:limit]


def test_a_search_can_be_restricted_to_some_passages(engine: Engine) -> None:
    question = ready(engine, QUESTIONS[0][0])
    everything = rank(engine.base, question, limit=100)
    chosen = [everything[-1].passage.id, everything[-2].passage.id]
    found = rank(engine.base, question, limit=5, passages=chosen)
    assert {item.passage.id for item in found} == set(chosen)
    assert rank(engine.base, question, limit=5, passages=[]) == []


def test_a_word_that_the_vectors_overlook_still_proposes_its_passage(engine: Engine) -> None:
    """A name alone says little to an encoder; the passages that hold it are candidates all the same."""
    found = ranked(engine, "Duarte", limit=3)
    assert "Duarte" in found[0].passage.text


def test_an_encoder_without_token_vectors_ranks_by_what_there_is(engine: Engine) -> None:
    bare = dataclasses.replace(engine.base, index=dataclasses.replace(engine.base.index, has_tokens=False))
    for question, words in QUESTIONS:
        found = ranked(engine, question, base=bare)
        assert any(words in item.passage.text for item in found[:3])
        assert all(item.scores.late == item.scores.sentence == item.scores.weakest for item in found)


def test_a_question_without_one_word_is_ranked_by_what_is_left(engine: Engine) -> None:
    question = dataclasses.replace(ready(engine, QUESTIONS[0][0]), terms=())
    found = rank(engine.base, question, limit=3)
    assert all(item.scores.words == 0 for item in found)
    assert "2.4 million" in found[0].passage.text


def test_a_passage_that_is_gone_from_the_base_is_no_evidence(engine: Engine) -> None:
    stale = engine.base
    engine.remove("tide-mill")
    found = ranked(engine, QUESTIONS[0][0], limit=100, base=stale)
    assert found
    assert {item.passage.source for item in found} == {"faro"}


def test_evidence_holds_its_words_and_everything_in_them(engine: Engine) -> None:
    for item in ranked(engine, QUESTIONS[0][0], limit=100):
        passage = item.passage
        assert passage.text == passage.snapshot.text[passage.span.start : passage.span.end] != ""
        assert len(passage.paragraphs) == passage.last_paragraph - passage.paragraph + 1
        assert passage.paragraphs[0].start <= passage.span.start < passage.span.end <= passage.paragraphs[-1].end
        assert passage.sentences
        units = [*passage.sentences, *passage.quotes]
        assert {unit.id for unit in units} == set(item.cosines)
        assert all(passage.span.start <= unit.span.start < unit.span.end <= passage.span.end for unit in units)


def test_without_vectors_full_text_alone_ranks(engine: Engine) -> None:
    """A word that the passages lack finds nothing, and no vector helps it."""
    words = engine.base.full_text_only()
    assert words.degraded
    for question, answer in QUESTIONS:
        found = ranked(engine, question, base=words)
        assert any(answer in item.passage.text for item in found)
        assert all(item.scores.late == item.scores.sentence == 0.0 for item in found)
    assert ranked(engine, "zyzzyva", base=words) == []


def test_scores_are_finite_for_what_is_far_from_everything(engine: Engine) -> None:
    for text in ("ما هي عاصمة أستراليا؟", "🦊 1", "x" * 3000, "of the and"):
        assert [abs(item.score) < 10 for item in ranked(engine, text, limit=3)] == [True] * 3


@given(pieces=st.integers(0, 40), passages=st.integers(0, 6), seed=st.integers(0, 2**32 - 1))
def test_late_interaction_of_a_passage_does_not_depend_on_the_others(pieces: int, passages: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    matches = chance.standard_normal((passages, pieces)).astype(np.float32)
    weights = chance.choice(np.array([0.5, 1], np.float32), pieces)
    for scores in (mean_matches, weakest_matches):
        alone = [scores(own[None], weights)[0] for own in matches]
        assert scores(matches, weights) == alone
    if pieces:
        lowest = [np.sort(own[weights == weights.max()]) for own in matches]
        assert weakest_matches(matches, weights) == [float(own[: max(1, len(own) // 3)].mean()) for own in lowest]
