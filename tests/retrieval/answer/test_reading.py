"""The reader reads the best evidence; what it says changes the order, and marks words of the source alone."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from retrieval.answer.answering import SURE_OF_WORDS
from retrieval.answer.reading import FIRST_READ, MOST_LOG_ODDS, MOST_READ, answer_span, log_odds, read_evidence
from retrieval.engine import Engine
from retrieval.model import Evidence, Reading, Stances
from retrieval.search.question import Question, prepare
from retrieval.search.rank import rank

NEITHER = Stances(0.0, 0.0, 1.0)


class Answers:
    """A reader whose probabilities are given, in the order in which it is asked; it keeps the pairs."""

    name = digest = "given"

    def __init__(self, *answered: float | None) -> None:
        self.answered, self.pairs = list(answered), list[tuple[str, str]]()

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        begin = len(self.pairs)
        self.pairs += pairs
        return [Reading(NEITHER, answered=answered) for answered in self.answered[begin : len(self.pairs)]]


@pytest.fixture
def question(engine: Engine) -> Question:
    return prepare("Who led the work?", "en", engine.encoder.encode_questions(["Who led the work?"]))


@pytest.fixture
def ranked(engine: Engine, question: Question) -> list[Evidence]:
    return rank(engine.base, question, limit=MOST_READ + 2)


def ids(evidence: Sequence[Evidence]) -> list[int]:
    return [item.passage.id for item in evidence]


def test_where_the_first_answer_no_more_are_read(question: Question, ranked: list[Evidence]) -> None:
    reader = Answers(0.2, 0.95, 0.1)
    evidence = read_evidence(reader, question, ranked, weight=10.0)
    assert len(reader.pairs) == FIRST_READ
    assert ids(evidence) == ids([ranked[1], ranked[0], ranked[2], *ranked[3:]])
    assert [item.reading is not None for item in evidence] == [True] * 3 + [False] * (len(ranked) - 3)


def test_where_none_of_the_first_answers_more_are_read(question: Question, ranked: list[Evidence]) -> None:
    reader = Answers(0.1, 0.1, 0.1, 0.1, 0.1, 0.8)
    evidence = read_evidence(reader, question, ranked, weight=10.0)
    assert len(reader.pairs) == MOST_READ
    assert ids(evidence)[0] == ranked[5].passage.id


def test_what_is_not_read_never_comes_before_what_is(question: Question, ranked: list[Evidence]) -> None:
    evidence = read_evidence(Answers(*[0.0] * MOST_READ), question, ranked, weight=3.0)
    assert ids(evidence) == ids(ranked)
    assert [item.score for item in evidence] == sorted((item.score for item in evidence), reverse=True)


def test_the_order_stays_where_the_reader_counts_nothing(question: Question, ranked: list[Evidence]) -> None:
    evidence = read_evidence(Answers(0.1, 0.2, 0.99), question, ranked, weight=0.0)
    assert [(item.passage.id, item.score) for item in evidence] == [(item.passage.id, item.score) for item in ranked]


def test_a_reader_of_claims_alone_changes_nothing(question: Question, ranked: list[Evidence]) -> None:
    assert read_evidence(Answers(None, None, None), question, ranked) == ranked


def test_copies_of_one_text_are_read_once_and_all_have_its_reading(question: Question, ranked: list[Evidence]) -> None:
    reader = Answers(*[0.1] * MOST_READ)
    copies = [*ranked[:1], *ranked]
    evidence = read_evidence(reader, question, copies)
    assert len(reader.pairs) == len(set(reader.pairs)) == MOST_READ
    assert [item.reading is not None for item in evidence] == [True] * (MOST_READ + 1) + [False] * (
        len(copies) - MOST_READ - 1
    )
    scores = [item.score for item in evidence]
    assert scores == sorted(scores, reverse=True)


def test_nothing_is_read_of_nothing(question: Question) -> None:
    reader = Answers()
    assert read_evidence(reader, question, []) == []
    assert reader.pairs == []


@pytest.mark.parametrize(
    ("answered", "expected"), [(0.0, -MOST_LOG_ODDS), (1.0, MOST_LOG_ODDS), (0.5, 0.0), (1e-9, -MOST_LOG_ODDS)]
)
def test_log_odds_are_never_without_end(ranked: list[Evidence], answered: float, expected: float) -> None:
    item = replace(ranked[0], reading=Reading(NEITHER, answered=answered))
    assert log_odds(item) == pytest.approx(expected)


def test_unread_evidence_has_the_least_log_odds(ranked: list[Evidence]) -> None:
    assert log_odds(ranked[0]) == -MOST_LOG_ODDS


def test_reference_marks_are_not_read_and_offsets_stay(bundled_engine: Engine) -> None:
    text = "Who founded DeepSeek?"
    question = prepare(text, "en", bundled_engine.encoder.encode_questions([text]))
    ranked = rank(bundled_engine.base, question, limit=3)
    reader = Answers(0.99, 0.9, 0.9)
    read_evidence(reader, question, ranked)
    assert any("[1]" in item.passage.text for item in ranked)
    for (asked, passage), item in zip(reader.pairs, ranked, strict=True):
        assert asked == text
        assert "[1]" not in passage
        assert len(passage) == len(item.passage.text)


def test_the_words_that_answer_are_the_sources(bundled_engine: Engine) -> None:
    answer = bundled_engine.ask("Who founded DeepSeek?")
    highlight = answer.citations[0].highlight
    assert highlight is not None
    assert highlight.exact == "Liang Wenfeng"
    snapshot = bundled_engine.store.snapshot(answer.citations[0].source.snapshot)
    assert snapshot.text[highlight.start : highlight.end] == highlight.exact
    assert (answer.reader, answer.reader_digest) == (bundled_engine.reader.name, bundled_engine.reader.digest)


@pytest.mark.parametrize(("span", "probability"), [(None, 0.9), ((3, 8), 0.01)])
def test_words_that_the_reader_is_not_sure_of_are_not_marked(
    ranked: list[Evidence], span: tuple[int, int] | None, probability: float
) -> None:
    assert answer_span(replace(ranked[0], reading=Reading(NEITHER, 0.9, span, probability))) is None


def test_marked_words_are_counted_from_the_beginning_of_the_snapshot(ranked: list[Evidence]) -> None:
    item = replace(ranked[0], reading=Reading(NEITHER, 0.9, (3, 8), 0.99))
    span = answer_span(item)
    assert span is not None
    assert item.passage.snapshot.text[span.start : span.end] == item.passage.text[3:8]


@pytest.mark.parametrize(
    ("question", "leads"),
    [("Who founded DeepSeek?", True), ("What did Yann LeCun say about open source models?", False)],
)
def test_a_part_of_what_somebody_said_never_stands_by_itself(
    bundled_engine: Engine, question: str, *, leads: bool
) -> None:
    citation = bundled_engine.ask(question).citations[0]
    assert (citation.kind == "passage") == leads
    assert citation.highlight is not None
    assert citation.highlight.sure == leads


def test_words_of_an_answer_that_may_be_wrong_are_marked_and_do_not_lead(bundled_engine: Engine) -> None:
    answer = bundled_engine.ask("¿De quién es DeepSeek?")
    assert answer.answered
    assert answer.confidence < SURE_OF_WORDS
    highlights = [citation.highlight for citation in answer.citations if citation.highlight]
    assert highlights
    assert not any(highlight.sure for highlight in highlights)
