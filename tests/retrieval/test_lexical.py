"""A question as a full-text expression: never an operator, never an error."""

import sqlite3
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.lexical import MOST_TERMS, expression


@pytest.fixture(scope="module")
def table() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5 (es, en, und, tokenize = 'unicode61 remove_diacritics 2')")
    connection.execute("INSERT INTO t (en) VALUES ('flour mill')")
    return connection


def test_each_language_is_asked_in_its_own_stems() -> None:
    found = expression("the licences of Meta") or ""
    assert 'en : ("licenc" OR "meta")' in found
    assert "es : (" in found


def test_words_of_most_passages_are_left_out_while_others_remain() -> None:
    def common(terms: Iterable[str]) -> set[str]:
        return {"meta"} & set(terms)

    assert '"meta"' not in (expression("licences of Meta", common=common) or "")
    assert '"meta"' in (expression("Meta?", common=common) or "")


def test_a_question_of_stopwords_alone_still_asks_for_them() -> None:
    assert expression("who is it?") is not None


def test_a_question_without_a_word_asks_nothing() -> None:
    assert expression("¿?!… 🦊") is None


def test_a_long_question_is_cut_to_its_first_terms() -> None:
    found = expression(" ".join(f"word{n}" for n in range(500))) or ""
    assert found.count(" OR ") == 3 * (MOST_TERMS - 1) + 2


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=200))
def test_no_text_is_a_syntax_error(table: sqlite3.Connection, text: str) -> None:
    found = expression(text)
    if found is not None:
        table.execute("SELECT rowid FROM t WHERE t MATCH ?", [found]).fetchall()


@pytest.mark.parametrize("question", ['"flour', "flour AND (", "NEAR(flour, mill)", "-flour", "flour*", "es: flour ^"])
def test_operators_are_words(table: sqlite3.Connection, question: str) -> None:
    assert table.execute("SELECT count(*) FROM t WHERE t MATCH ?", [expression(question)]).fetchone() == (1,)
