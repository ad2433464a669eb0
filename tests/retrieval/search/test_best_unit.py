"""The excerpt that is shown: the sentence or quote that tells what was asked."""

import pytest

from knowledge.model import Language, Passage
from retrieval.engine import Engine
from retrieval.search.best_unit import telling_units
from retrieval.search.question import prepare
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
    passages = engine.store.passages(engine.generation.postings.ids.tolist())
    ready = prepare(question, language, engine.encoder.encode_questions([question]))
    units = telling_units(engine.store, engine.generation.index, ready, passages)
    assert set(units) == set(passages)
    for key, unit in units.items():
        assert unit.id == key if isinstance(unit, Passage) else unit.passage == key
        assert passages[key].span.start <= unit.span.start < unit.span.end <= passages[key].span.end
    return {
        key: engine.store.snapshot(unit.span.snapshot).text[unit.span.start : unit.span.end]
        for key, unit in units.items()
    }


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


def test_no_passages_have_no_units(engine: Engine) -> None:
    ready = prepare("mill", "en", engine.encoder.encode_questions(["mill"]))
    assert telling_units(engine.store, engine.generation.index, ready, {}) == {}
