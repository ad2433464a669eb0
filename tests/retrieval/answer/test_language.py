"""Of a brief's two languages the reader's is shown, by the same sentence where nothing better was found."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from knowledge.model import Language, Metadata, Sentence
from retrieval.answer.language import in_asker_language
from retrieval.engine import Engine
from retrieval.model import Evidence, Scores

SCORES = Scores(0.5, 0.5, 0.5, 0.5, across=True)
FRONT = """---
id: mill-{language}
title: The mill
language: {language}
kind: brief
references:
  - {{number: 1, publisher: Harbour office, title: Report, type: primary}}
  - {{number: 2, publisher: Diario del Puerto, title: Noticia, type: news}}
---

{text}
"""


def evidence(engine: Engine, sentence: Sentence, score: float = 1.0) -> Evidence:
    passage = engine.store.read_passages([sentence.passage])[sentence.passage]
    return Evidence(passage, sentence, score, SCORES, {})


def sentences(engine: Engine, source: str) -> list[Sentence]:
    return engine.store.sentences_of(engine.store.source(source).snapshot)


def shown(engine: Engine, fit: Sequence[Evidence], language: Language, found: Sequence[Evidence] = ()) -> list[int]:
    return [item.unit.id for item in in_asker_language(engine.base, fit, [*fit, *found], language)]


@pytest.mark.parametrize(
    ("brief", "language", "other"), [("deepseek-r1", "es", "en"), ("qwen-and-downloads", "en", "es")]
)
def test_a_sentence_stands_for_the_one_at_its_place(
    bundled_engine: Engine, brief: str, language: Language, other: Language
) -> None:
    theirs, mine = (sentences(bundled_engine, f"{brief}-{one}") for one in (other, language))
    assert len(theirs) == len(mine) > 5
    for told, read in zip(theirs, mine, strict=True):
        assert shown(bundled_engine, [evidence(bundled_engine, told)], language) == [read.id]


def test_what_was_found_in_the_readers_language_goes_first(bundled_engine: Engine) -> None:
    told, read = (sentences(bundled_engine, f"deepseek-r1-{one}") for one in ("en", "es"))
    assert read[0].paragraph == read[1].paragraph
    assert shown(
        bundled_engine, [evidence(bundled_engine, told[0])], "es", found=[evidence(bundled_engine, read[1], 0.5)]
    ) == [read[1].id]


def test_both_languages_of_a_paragraph_are_shown_once(bundled_engine: Engine) -> None:
    told, read = (sentences(bundled_engine, f"deepseek-r1-{one}") for one in ("en", "es"))
    assert shown(bundled_engine, [evidence(bundled_engine, told[0]), evidence(bundled_engine, read[0])], "es") == [
        read[0].id
    ]


def test_of_a_question_in_no_known_language_nothing_is_exchanged(bundled_engine: Engine) -> None:
    told = sentences(bundled_engine, "deepseek-r1-en")
    assert shown(bundled_engine, [evidence(bundled_engine, told[0])], "und") == [told[0].id]


def test_an_article_stays_as_it_is(engine: Engine) -> None:
    told = sentences(engine, "faro")
    assert shown(engine, [evidence(engine, told[0])], "en") == [told[0].id]


@pytest.mark.parametrize(
    ("spanish", "exchanged"),
    [
        ("El molino muele trigo [1].", True),
        ("El molino muele trigo [2].", False),
        ("El molino muele trigo [1]. El faro alumbra [2].", False),
    ],
)
def test_a_sentence_that_rests_on_something_else_is_no_translation(
    engine: Engine, tmp_path: Path, spanish: str, *, exchanged: bool
) -> None:
    for language, text in (("en", "The mill grinds wheat [1]."), ("es", spanish)):
        path = tmp_path / f"mill-{language}.md"
        path.write_text(FRONT.format(language=language, text=text), "utf-8")
        engine.add([str(path)], Metadata())
    (told,), read = sentences(engine, "mill-en"), sentences(engine, "mill-es")
    assert shown(engine, [evidence(engine, told)], "es") == [read[0].id if exchanged else told.id]
