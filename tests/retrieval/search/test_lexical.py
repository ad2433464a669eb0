"""BM25 held to its formula, and a question's words in the language of the passage."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_index import postings_of

from knowledge.model import Language
from retrieval.search.lexical import lexical_scores
from retrieval.words.lexicon import Lexicon, lexicon
from retrieval.words.terms import Term, question_terms, search_terms

K1, B = 1.2, 0.75
Passages = Sequence[tuple[int, Language, str]]
NO_LEXICON = Lexicon({})


def plain_scores(passages: Passages, terms: Sequence[Term], exact_weight: float) -> list[float]:
    """BM25 with weighted counts, word for word as Robertson and Zaragoza and Darwish and Oard write it."""
    found = []
    for _, language, text in passages:
        of_language = [Counter(search_terms(other, key)) for _, key, other in passages if key == language]
        mean = sum(counted.total() for counted in of_language) / len(of_language) or 1.0
        counts = Counter(search_terms(text, language))
        total = most = 0.0
        for term in terms:
            likely = {one: p for one, p in term.alternatives[language].items() if p >= 0.05}
            holders = sum(p * sum(one in counted for counted in of_language) for one, p in likely.items())
            held = min(holders, sum(any(one in counted for one in likely) for counted in of_language))
            weight = math.log(1 + (len(of_language) - held + 0.5) / (held + 0.5)) * (exact_weight if term.exact else 1)
            often = sum(p * counts[one] for one, p in likely.items())
            most += weight
            total += weight * often * (K1 + 1) / (often + K1 * (1 - B + B * counts.total() / mean))
        found.append(total / most if most else 0.0)
    return found


def by_passage(passages: Passages, terms: Sequence[Term], exact_weight: float) -> list[float]:
    """The scores of the passages, in their order; no passage has the row 0."""
    scores = lexical_scores(postings_of(passages), terms, exact_weight=exact_weight)
    assert scores.dtype == np.float32
    assert scores[:1].tolist() in ([], [0])
    return scores[1:].tolist()


def asked(
    passages: Passages, question: str, language: Language = "en", known: Lexicon = NO_LEXICON, exact_weight: float = 1.0
) -> list[float]:
    """The scores of the passages, in their order."""
    terms = question_terms(question, language, known)
    return by_passage(passages, terms, exact_weight)


def numbered(*texts: str, language: Language = "en") -> list[tuple[int, Language, str]]:
    return [(number, language, text) for number, text in enumerate(texts, 1)]


VOCABULARY = ["mill", "flour", "harina", "molino", "Ana", "1.5", "1,5", "cinco mil millones", "the", "tide"]
TEXTS = st.lists(st.sampled_from(VOCABULARY), max_size=12).map(" ".join)
LANGUAGE: st.SearchStrategy[Language] = st.sampled_from(("es", "en", "und"))
SMALL = Lexicon(
    {
        "es": {"harin": {"flour": 0.7, "mill": 0.2}, "molin": {"mill": 0.9}},
        "en": {"flour": {"harin": 0.6}, "mill": {"mill": 0.5}},
    }
)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.lists(st.tuples(LANGUAGE, TEXTS), max_size=6), TEXTS, LANGUAGE, st.sampled_from((1.0, 1.3, 3.0)))
def test_the_scores_are_those_of_the_formula(
    texts: list[tuple[Language, str]], question: str, language: Language, exact_weight: float
) -> None:
    passages = [(number, key, text) for number, (key, text) in enumerate(texts, 1)]
    terms = question_terms(question, language, SMALL)
    assert by_passage(passages, terms, exact_weight) == pytest.approx(
        plain_scores(passages, terms, exact_weight), abs=1e-5
    )


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    rare, common, neither = asked(numbered("tide here now", "mill here now", "mill mill mill"), "tide mill")[:3]
    assert rare > common > 0
    assert neither < rare


def test_the_same_word_in_a_longer_passage_tells_less() -> None:
    short, long = asked(numbered("the mill", "the mill and many other words that say nothing of it"), "mill")
    assert short > long


def test_a_passage_of_mean_length_with_every_word_once_scores_one() -> None:
    assert asked(numbered("mill tide", "other words"), "tide mill")[0] == pytest.approx(1.0)


def test_a_word_that_no_passage_has_lowers_every_score() -> None:
    passages = numbered("mill tide", "other words")
    assert asked(passages, "tide mill zebra")[0] < asked(passages, "tide mill")[0]


def test_a_word_with_two_translations_counts_as_one_term() -> None:
    known = Lexicon({"en": {"flour": {"harin": 0.6, "polv": 0.4}}})
    passages = numbered("harina", "polvo", "harina polvo", "agua", language="es")
    by_one, by_other, by_both, by_none = asked(passages, "flour", known=known)
    # Expected count 0.6 of a term expected in 0.6 x 2 + 0.4 x 2 passages, not the sum of two terms.
    often = np.array([0.6, 0.4, 1.0])
    lengths = np.array([1.0, 1.0, 2.0]) / 1.25
    wanted = often * (K1 + 1) / (often + K1 * (1 - B + B * lengths))
    assert [by_one, by_other, by_both] == pytest.approx(wanted.tolist(), abs=1e-5)
    assert by_none == 0


def test_the_likelier_translation_scores_higher() -> None:
    known = Lexicon({"en": {"mill": {"molin": 0.7, "fabric": 0.2}}})
    mill, factory, _ = asked(numbered("molino", "fábrica", "agua", language="es"), "mill", known=known)
    assert mill > factory > 0


def test_a_hardly_possible_translation_finds_nothing() -> None:
    known = Lexicon({"en": {"mill": {"molin": 0.96, "agu": 0.04}}})
    assert asked(numbered("agua", "molino", language="es"), "mill", known=known)[0] == 0


def test_the_same_text_in_either_language_scores_the_same() -> None:
    certain = Lexicon(
        {
            "en": {"mill": {"molin": 1.0}, "flour": {"harin": 1.0}},
            "es": {"molin": {"mill": 1.0}, "harin": {"flour": 1.0}},
        }
    )
    passages: Passages = [
        (1, "en", "mill flour"), (2, "en", "water"), (3, "en", "mill"),
        (4, "es", "molino harina"), (5, "es", "agua"), (6, "es", "molino"),
    ]  # fmt: skip
    for question, language in (("flour mill", "en"), ("molino de harina", "es")):
        scores = asked(passages, question, "en" if language == "en" else "es", certain)
        assert scores[:3] == pytest.approx(scores[3:])


def test_how_many_passages_the_other_language_has_changes_nothing() -> None:
    few: Passages = [(1, "en", "mill flour"), (2, "en", "water"), (3, "es", "molino")]
    many = [*few, *((number, "es", "agua") for number in range(4, 40))]
    assert asked(many, "flour mill")[:2] == asked(few, "flour mill")[:2]


def test_names_figures_and_quoted_words_weigh_more() -> None:
    for question in ("why did Nicholson rest", "rest in 1943", "rest by the “lantern”"):
        exact = question.replace("“", "").replace("”", "").split()[-2 if "Nicholson" in question else -1].casefold()
        passages = numbered("rest here", f"{exact} here", "nothing told")
        plain, weighty = (asked(passages, question, exact_weight=weight) for weight in (1.0, 3.0))
        assert weighty[1] > plain[1]
        assert weighty[1] > weighty[0]
        assert weighty[0] < plain[0]


def test_an_exact_word_that_every_passage_holds_in_two_forms_does_no_harm() -> None:
    known = Lexicon({"en": {"meta": {"objetiv": 0.9}, "mill": {"molin": 0.9}}})
    scores = asked(numbered("Meta objetivo", "Meta objetivo molino", language="es"), "Did Meta mill?", known=known)
    assert scores[1] > scores[0] > 0
    assert max(scores) < 2


def test_numbers_meet_across_languages_however_they_are_written() -> None:
    passages: Passages = [
        (1, "en", "They paid $5 billion for it."), (2, "en", "They paid $1.5 million for it."),
        (3, "en", "They paid one trillion for it."), (4, "en", "They paid nothing for it."),
    ]  # fmt: skip
    for question, best in (("¿Quién pagó cinco mil millones?", 0), ("¿Y 1,5 millones?", 1), ("¿Y un billón?", 2)):
        scores = asked(passages, question, "es", lexicon())
        assert int(np.argmax(scores)) == best, question
        assert scores[3] < scores[best] / 2


def test_a_spanish_billion_is_not_an_english_one() -> None:
    assert asked(numbered("a billion dollars", "no money"), "un billón", "es", lexicon()) == [0, 0]
    assert asked(numbered("un billón de dólares", "nada", language="es"), "one billion", "en", lexicon()) == [0, 0]


@pytest.mark.parametrize(
    ("question", "language", "passage", "of"),
    [
        ("¿Cuánto cuesta la harina del molino?", "es", "The flour of the mill has a price.", "en"),
        ("How much flour does the mill sell?", "en", "El molino vende su harina.", "es"),
        ("¿Quién vende the flour del mill?", "es", "El molino vende su harina.", "es"),
        ("¿Quién vende the flour del mill?", "es", "The mill sells its flour.", "en"),
    ],
)
def test_words_meet_their_translations(question: str, language: Language, passage: str, of: Language) -> None:
    other = "Nada de eso aquí." if of == "es" else "Nothing of that here."
    scores = asked([(1, of, passage), (2, of, other)], question, language, lexicon())
    assert scores[0] > 0.3
    assert scores[1] == 0


def test_without_terms_or_passages_there_are_no_scores() -> None:
    assert asked(numbered("mill"), "¿?!…") == [0]
    assert asked([], "mill") == []


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.lists(st.tuples(LANGUAGE, st.text(max_size=40)), max_size=4), st.text(max_size=80), LANGUAGE)
def test_no_text_is_an_error(texts: list[tuple[Language, str]], question: str, language: Language) -> None:
    passages = [(number, key, text) for number, (key, text) in enumerate(texts, 1)]
    scores = asked(passages, question, language, SMALL, exact_weight=1.3)
    assert len(scores) == len(passages)
    assert all(math.isfinite(score) and 0 <= score <= K1 + 1 for score in scores)
