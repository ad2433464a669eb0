"""Postings: what they find is what counting finds, whatever was added and removed before."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_index import empty_tables, new, postings_of
from sqlite_utils import Database

from knowledge.errors import DamagedIndex
from knowledge.model import Language
from retrieval.index import postings as module
from retrieval.index.postings import Postings, add_passages, contents, remove_passages
from retrieval.words.terms import LANGUAGES, search_terms

PASSAGES: list[tuple[int, Language, str]] = [
    (3, "en", "The mill grinds flour; flour costs 1.5 euros."),
    (7, "es", "El molino muele harina a 1,5 euros."),
    (8, "en", "Helena Duarte runs the mill."),
    (20, "und", "Meunier, tu dors"),
]
LANGUAGE: st.SearchStrategy[Language] = st.sampled_from(LANGUAGES)
WORDS = st.lists(st.sampled_from(["flour", "Mill", "harina", "1,5", "1.5", "año", "ß", "x" * 60, "x" * 59 + "y"]))
TEXT = st.one_of(st.text(max_size=60), WORDS.map(" ".join))


def holders(postings: Postings, term: str, language: Language) -> dict[int, int]:
    """The passages that have a term, by id, with its count in each."""
    own = postings.find(term, language)
    ids = {passage.row: passage.id for passage in postings.passages_at(own["row"].tolist())}
    return {ids[row]: count for row, count in zip(own["row"].tolist(), own["count"].tolist(), strict=True)}


def names(postings: Postings) -> list[str]:
    return sorted(name for initial in "abcdefghijklmnopqrstuvwxyz4" for name in postings.names(initial))


def test_a_term_is_found_in_the_passages_that_hold_it_with_its_counts() -> None:
    postings = postings_of(PASSAGES)
    assert holders(postings, "flour", "en") == {3: 2}
    assert holders(postings, "mill", "en") == {3: 1, 8: 1}


def test_a_term_means_nothing_outside_its_language() -> None:
    postings = postings_of(PASSAGES)
    assert postings.has("harin", "es")
    assert not postings.has("harin", "en")
    assert not postings.has("flour", "und")
    assert len(postings.find("harin", "en")) == 0


def test_a_number_is_one_term_in_both_languages() -> None:
    postings = postings_of(PASSAGES)
    assert [list(holders(postings, "#1.5", key)) for key in ("en", "es")] == [[3], [7]]


def test_names_are_kept_as_written_and_headline_words_are_not() -> None:
    texts = ["The Power of LeCun: a talk. More power than Nicholson has, by Jo.", "They gave power to DeepSeek and 4K."]
    postings = postings_of([(number, "en", text) for number, text in enumerate(texts, 1)])
    assert names(postings) == ["4K", "DeepSeek", "Jo", "LeCun", "Nicholson"]


def test_a_name_is_one_even_where_an_address_has_it_in_lower_case() -> None:
    postings = postings_of([(1, "en", "We asked DeepSeek, and DeepSeek (deepseek at github) said so.")])
    assert names(postings) == ["DeepSeek"]


def test_a_name_longer_than_any_is_left_out_rather_than_cut() -> None:
    assert names(postings_of([(1, "en", "We met Tom" + "o" * 40 + " and Bo.")])) == ["Bo"]


def test_a_word_that_becomes_a_name_when_a_passage_goes_is_one() -> None:
    database = empty_tables()
    texts = ["They met Power.", "There was power, and power again."]
    add_passages(database, [new(number, "en", text) for number, text in enumerate(texts, 1)])
    assert names(Postings(database)) == []
    remove_passages(database, [2])
    assert names(Postings(database)) == ["Power"]


def test_long_terms_that_are_cut_alike_count_as_one() -> None:
    postings = postings_of([(1, "und", f"{'x' * 60} {'x' * 59}y")])
    assert holders(postings, "x" * 70, "und") == {1: 2}


def test_a_base_without_passages_has_postings_that_find_nothing() -> None:
    empty = postings_of([])
    assert (empty.has("flour", "en"), empty.end(), empty.sizes(), empty.names("f")) == (False, 0, {}, [])


def test_a_count_or_a_length_beyond_sixteen_bits_is_the_largest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_COUNTED", 2)
    (posting,) = postings_of([(1, "und", "mill mill mill mill")]).find("mill", "und").tolist()
    assert posting[1:] == (2, 2)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.tuples(LANGUAGE, TEXT), max_size=6))
def test_finding_agrees_with_counting(texts: list[tuple[Language, str]]) -> None:
    passages = [(number * 3, language, text) for number, (language, text) in enumerate(texts, 1)]
    postings = postings_of(passages)
    terms = [(key, language, Counter(search_terms(text, language))) for key, language, text in passages]
    for language in LANGUAGES:
        lengths = [counted.total() for _, own, counted in terms if own == language]
        assert postings.sizes().get(language, (0, 0)) == (len(lengths), sum(lengths))
    for _, language, counted in terms:
        for term in (term for term in counted if len(term) < 11):
            wanted = {key: own[term] for key, other, own in terms if other == language and term in own}
            assert holders(postings, term, language) == wanted


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(LANGUAGE, WORDS.map(" ".join)), max_size=12),
    st.lists(st.sets(st.integers(1, 12), max_size=6), max_size=5),
)
def test_what_was_added_and_removed_in_any_order_is_as_if_it_had_been_added_at_once(
    texts: list[tuple[Language, str]], steps: list[set[int]]
) -> None:
    """With few postings to a chunk, so that chunks are filled, split and emptied."""
    passages = {number: new(number, *text) for number, text in enumerate(texts, 1)}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "_POSTINGS_A_CHUNK", 3)
        database, present = empty_tables(), set[int]()
        for step in steps:
            numbers = step & passages.keys()
            remove_passages(database, present & numbers)
            add_passages(database, [passages[number] for number in sorted(numbers - present)])
            present ^= numbers
        once = empty_tables()
        add_passages(once, [passages[number] for number in sorted(present)])
    assert contents(database) == contents(once)
    chunks = [len(chunk) for (chunk,) in database.execute("SELECT chunk FROM index_postings")]
    assert all(0 < length <= 3 * 8 for length in chunks)


def test_a_row_is_never_used_again() -> None:
    database = empty_tables()
    (first,) = add_passages(database, [new(1, "en", "The mill.")])
    remove_passages(database, [1])
    assert add_passages(database, [new(2, "en", "The mill.")]) == [first + 1]


def damaged(sql: str) -> Database:
    database = empty_tables()
    add_passages(database, [new(*passage) for passage in PASSAGES])
    database.execute(sql)
    return database


@pytest.mark.parametrize(
    "sql", ["DELETE FROM index_postings", "UPDATE index_postings SET chunk = zeroblob(8)"], ids=["none", "other"]
)
def test_postings_that_lack_what_they_should_have_are_damage(sql: str) -> None:
    with pytest.raises(DamagedIndex, match="lack a passage"):
        remove_passages(damaged(sql), [3])
