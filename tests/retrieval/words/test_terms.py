"""A question's words: which they are, what stands for them in each language, and which are exact."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import Language
from retrieval.words.lexicon import Lexicon
from retrieval.words.terms import LANGUAGES, MOST_TERMS, Term, marked_words, question_terms, search_terms

LEXICON = Lexicon(
    {
        "es": {"harin": {"flour": 0.8}, "molin": {"mill": 0.6, "grind": 0.2}, "preci": {"price": 0.7}},
        "en": {"flour": {"harin": 0.8}, "mill": {"molin": 0.5}, "price": {"preci": 0.7}, "cost": {"cost": 0.6}},
    }
)


def terms(text: str, language: Language = "en") -> dict[str, Term]:
    return {term.word: term for term in question_terms(text, language, LEXICON)}


def test_function_words_of_both_languages_are_no_subject() -> None:
    assert set(terms("What is the price of the flour?")) == {"price", "flour"}
    assert set(terms("¿Cuál es el precio de the flour?", "es")) == {"precio", "flour"}


def test_a_question_of_function_words_alone_still_asks_for_them() -> None:
    assert set(terms("Who is it?")) == {"who", "is", "it"}
    assert terms("¿?!…") == {}


def test_a_word_stands_for_itself_in_its_language_and_for_its_translations_in_the_other() -> None:
    found = terms("flour").pop("flour").alternatives
    assert found["en"] == {"flour": 1.0}
    assert found["es"] == {"harin": 0.8, "flour": pytest.approx(0.2)}
    assert found["und"] == {"flour": 1.0}


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_probabilities_of_a_plain_word_sum_to_one(language: Language) -> None:
    for term in question_terms("molino harina mill price cosa rara", language, LEXICON):
        for found in term.alternatives.values():
            assert sum(found.values()) == pytest.approx(1.0)


def test_a_word_that_only_the_other_language_knows_is_of_that_language() -> None:
    found = terms("¿A qué precio vende el mill su harina?", "es")
    assert found["mill"].alternatives["en"] == {"mill": 1.0}
    assert found["mill"].alternatives["es"]["molin"] == 0.5
    assert found["harina"].alternatives["en"]["flour"] == 0.8


def test_of_an_undetermined_language_each_word_is_of_the_one_that_knows_it() -> None:
    found = terms("harina flour wheat", "und")
    assert found["harina"].alternatives["en"]["flour"] == 0.8
    assert found["flour"].alternatives["es"]["harin"] == 0.8
    assert found["wheat"].alternatives == {"es": {"wheat": 1.0}, "en": {"wheat": 1.0}, "und": {"wheat": 1.0}}


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("What did Yann say about flour?", {"yann"}),
        ("Flour is what?", set()),
        ("Is iPhone or DeepSeek flour?", {"iphone", "deepseek"}),
        ("Did the R1 mill “run dry” then?", {"r1", "run", "dry"}),
        ('Did the mill "run dry" then?', {"run", "dry"}),
        ("¿El molino «seco» es de Ana?", {"seco", "ana"}),
    ],
)
def test_names_figures_and_quoted_words_are_exact(text: str, exact: set[str]) -> None:
    assert {word for word, term in terms(text).items() if term.exact and not word.startswith("#")} == exact


def test_a_name_stands_for_itself_even_where_it_has_translations() -> None:
    assert terms("Did Miss Mill come?")["mill"].alternatives["es"] == {"molin": 0.5, "mill": 1.0}


def test_a_word_that_is_exact_once_is_exact() -> None:
    assert terms("Meta? Did they say that Meta grinds?")["meta"].exact


def test_in_a_shouted_question_capitals_tell_nothing() -> None:
    assert not any(term.exact for term in question_terms("WHAT DID YANN SAY ABOUT FLOUR?", "en", LEXICON))
    assert not any(term.exact for term in question_terms("WHAT DID DeepSeek SAY ABOUT FLOUR?", "en", LEXICON))


@pytest.mark.parametrize(
    ("text", "word"),
    [("What's the price?", "price"), ("Whose is O'Brien’s?", "brien"), ("l’harina", "harina")],
)
def test_an_apostrophe_sets_what_is_told_apart_from_what_is_not(text: str, word: str) -> None:
    assert set(terms(text)) == {word}


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKD"])
def test_accents_may_be_written_in_any_way(form: str) -> None:
    assert set(terms(unicodedata.normalize(form, "la compañía árabe"), "es")) == {"compania", "arabe"}


@pytest.mark.parametrize(
    ("one", "own", "other", "its"),
    [
        ("1,5 millones", "es", "1.5 million", "en"),
        ("cinco mil millones", "es", "5 billion", "en"),
        ("cinco mil millones", "es", "$5bn", "en"),
        ("5.000 millones", "es", "five billion", "en"),
        ("1.500", "es", "1,500", "en"),
        ("un billón", "es", "one trillion", "en"),
        ("30 %", "es", "thirty percent", "en"),
        ("dos tercios del 3,2", "es", "3.2", "en"),
        ("a dozen", "en", "12", "es"),
    ],
)
def test_numbers_meet_however_they_are_written(one: str, own: Language, other: str, its: Language) -> None:
    for asked, language, told, held in ((one, own, other, its), (other, its, one, own)):
        figures = {word for word in terms(asked, language) if word.startswith("#")}
        assert figures & set(search_terms(told, held))


@pytest.mark.parametrize(
    ("asked", "language", "told", "held"),
    [
        ("un billón", "es", "a billion", "en"),
        ("one billion", "en", "un billón", "es"),
        ("1.5 million", "en", "15 millones", "es"),
        ("1,500", "en", "1,5", "es"),
    ],
)
def test_numbers_of_other_values_do_not_meet(asked: str, language: Language, told: str, held: Language) -> None:
    numbers = [
        word for term in question_terms(asked, language, LEXICON) for word in term.alternatives[held] if word[:1] == "#"
    ]
    assert numbers
    assert not set(numbers) & set(search_terms(told, held))


def test_the_words_that_write_a_number_are_told_by_its_value_alone() -> None:
    assert set(terms("cinco mil millones de harina", "es")) == {"#5e9", "harina"}
    assert set(terms("$5.6 million of flour")) == {"#5.6e6", "flour"}
    assert set(terms("¿Quién molió en 1943?", "es")) == {"#1943", "molio"}


def test_the_digits_of_a_name_stay_a_word_beside_their_value() -> None:
    assert set(terms("the Llama 2 price")) == {"llama", "2", "#2", "price"}
    assert "01.ai" in terms("the 01.AI price")


def test_digits_that_are_part_of_a_name_there_still_count_for_something() -> None:
    found = terms("lama 3,1", "es")["#3.1"].alternatives["en"]
    assert found == {"#3.1": 1.0, "3,1": 0.5}


def test_of_very_many_words_the_exact_ones_are_kept() -> None:
    text = " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(300)) + " by Nicholson in 1,943.5 days"
    found = question_terms(text, "en", LEXICON)
    assert len(found) == MOST_TERMS
    assert {"nicholson", "#1943.5"} <= {term.word for term in found}


def test_a_repeated_word_is_one_term() -> None:
    assert [term.word for term in question_terms("flour Flour FLOUR", "en", LEXICON)] == ["flour"]


def test_marked_words_are_names_and_lower_case_words() -> None:
    assert list(marked_words("The mill of Ana. Then “Bread” came; GPT-4 too.")) == [
        "mill", "of", "Ana", "Bread", "came", "GPT", "4", "too",
    ]  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=120)
@given(st.text(max_size=120), st.sampled_from(LANGUAGES))
def test_no_text_is_an_error(text: str, language: Language) -> None:
    found = question_terms(text, language, LEXICON)
    assert len({term.word for term in found}) == len(found) <= MOST_TERMS
    for term in found:
        assert set(term.alternatives) == set(LANGUAGES)
        assert all(0 < probability <= 1 for held in term.alternatives.values() for probability in held.values()), term
    list(marked_words(text))
    search_terms(text, language)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.text(alphabet=st.characters(categories=("Ll", "Nd", "Zs", "Po")), min_size=1, max_size=60))
def test_a_text_asks_for_nothing_that_it_does_not_hold(text: str) -> None:
    held = set(search_terms(unicodedata.normalize("NFC", text), "und"))
    for term in question_terms(text, "und", LEXICON):
        assert held & set(term.alternatives["und"]), term
