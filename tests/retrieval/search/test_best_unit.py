"""The excerpt that is shown: the sentence or quote that tells what was asked."""

from dataclasses import replace

import pytest

from knowledge.model import Language
from retrieval.engine import Engine
from retrieval.search.best_unit import with_best_units
from retrieval.search.question import prepare
from retrieval.search.rank import rank
from retrieval.words.coverage import coverage
from retrieval.words.lexicon import Lexicon
from retrieval.words.terms import question_terms

LEXICON = Lexicon({"en": {"mill": {"molin": 0.5, "fabric": 0.06}, "price": {"preci": 0.7}}})


@pytest.mark.parametrize(
    ("text", "language", "share"),
    [
        ("The mills have a price.", "en", 1.0),
        ("El molino y su precio.", "es", 1.0),
        ("El molino.", "es", 0.5),
        ("La fábrica.", "es", 0.0),
        ("The mill.", "und", 0.5),
        ("", "en", 0.0),
    ],
)
def test_coverage_is_the_share_of_the_questions_words(text: str, language: Language, share: float) -> None:
    assert coverage(question_terms("What price has the mill?", "en", LEXICON), text, language) == share


def test_a_number_is_covered_however_it_is_written() -> None:
    terms = question_terms("¿1,5 millones?", "es", LEXICON)
    assert coverage(terms, "They paid $1.5M.", "en") == 1.0
    assert coverage(terms, "They paid $15M.", "en") == 0.0


def test_nothing_asked_is_nothing_covered() -> None:
    assert coverage([], "The mill.", "en") == 0.0


def told(engine: Engine, question: str, language: Language) -> dict[int, str]:
    """The words of the unit that tells the most in each passage."""
    ready = prepare(question, language, engine.encoder.encode_questions([question]))
    everything = engine.base.index.postings.passages()
    evidence = with_best_units(ready, rank(engine.base, ready, limit=len(everything), passages=everything))
    assert {item.passage.id for item in evidence} == set(everything)
    for item in evidence:
        assert item.unit in (item.passage, *item.passage.sentences, *item.passage.quotes)
    return {item.passage.id: item.passage.snapshot.text[item.unit.span.start : item.unit.span.end] for item in evidence}


@pytest.mark.parametrize(
    ("question", "language", "words"),
    [
        ("How much did the restoration of the tide mill cost?", "en", "2.4 million"),
        ("¿Cuánto costó restaurar el molino de mareas?", "es", "2.4 million"),
        ("¿Qué altura tiene la torre del faro?", "es", "38 metros"),
        ("How tall is the tower of the lighthouse?", "en", "38 metros"),
    ],
)
def test_the_sentence_that_answers_is_the_one_shown(
    engine: Engine, question: str, language: Language, words: str
) -> None:
    assert any(words in text for text in told(engine, question, language).values())


def test_a_passage_without_sentences_stands_for_itself(engine: Engine) -> None:
    ready = prepare("mill", "en", engine.encoder.encode_questions(["mill"]))
    (item,) = rank(engine.base, ready, limit=1)
    bare = replace(item, passage=replace(item.passage, sentences=(), quotes=()))
    assert with_best_units(ready, [bare]) == [replace(bare, unit=bare.passage)]
    assert with_best_units(ready, []) == []
