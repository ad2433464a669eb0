"""A home with the bundled base: loaded at first use, brought up to date alone, and read in the reader's language."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge import bundled
from knowledge.ingest import segmented
from knowledge.model import Document
from retrieval.answer.cite import cite_span
from retrieval.engine import Engine, open_engine
from retrieval.settings import Settings
from retrieval.words.phrases import is_disputed

MILL, LIGHT = "tide-mill-en", "lighthouse-en"
WHEAT = "The tide mill of the old harbour grinds wheat from the plain twice a day when the water falls [1]."
SALT = "The tide mill of the old harbour grinds salt from the pans twice a day when the water falls [1]."
FRONT = """---
id: {id}
title: "{id}"
language: en
kind: brief
author: Citabot
publisher: Citabot
published: 2026-11-23
references:
  - {{number: 1, publisher: Harbour office, title: Report, url: "https://example.org/{reference}", type: primary}}
---

{text}
"""


def document(name: str, text: str, reference: str = "report") -> Document:
    from knowledge.readers import ReadingLimits, read_bytes

    content = FRONT.format(id=name, text=text, reference=reference).encode()
    place = f"bundled:briefs/en/{name}.md"
    return read_bytes(content, name=f"{name}.md", content_type=None, location=place, limits=ReadingLimits())


class Shipped:
    """What ships with the program, as a test wants it."""

    def __init__(self) -> None:
        self.documents = [
            document(MILL, WHEAT),
            document(LIGHT, "The lighthouse of Punta Brava burnt oil until an engine came in 1950 [1]."),
        ]

    def change(self, *documents: Document) -> None:
        self.documents = list(documents)

    def digest(self) -> str:
        return "".join(map(bundled.document_digest, self.documents))


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> Shipped:
    found = Shipped()
    monkeypatch.setattr(bundled, "documents", lambda: iter(found.documents))
    monkeypatch.setattr(bundled, "shipped", found.digest)
    return found


def opened(home: Path, told: list[str]) -> Iterator[Engine]:
    def progress(stage: str, done: int, total: int) -> None:
        if done == total:
            told.append(f"{stage} {total}")

    with open_engine(Settings(home=home), notice=told.append, progress=progress) as engine:
        yield engine


def state(home: Path) -> tuple[list[str], str, list[str]]:
    """The ids of the sources, the fingerprint, and what was told on the way."""
    told: list[str] = []
    for engine in opened(home, told):
        fingerprint = engine.state().fingerprint
        return [source.id for source in engine.sources()], fingerprint, told
    raise AssertionError


def snapshots(home: Path) -> dict[str, str]:
    with open_engine(Settings(home=home, bundled=False)) as engine:
        return {source.id: source.added for source in engine.sources()}


def test_nothing_is_done_where_nothing_has_changed(shipped: Shipped, empty_home: Path) -> None:
    ids, fingerprint, told = state(empty_home)
    assert ids == [LIGHT, MILL]
    assert told[0] == "First use: loading the bundled knowledge."
    assert state(empty_home) == (ids, fingerprint, [])


def test_a_changed_brief_is_taken_in_alone_and_changes_the_fingerprint(shipped: Shipped, empty_home: Path) -> None:
    _, before, _ = state(empty_home)
    shipped.change(document(MILL, SALT), shipped.documents[1])
    ids, after, told = state(empty_home)
    assert (ids, after != before) == ([LIGHT, MILL], True)
    assert told[0] == "The bundled knowledge has changed: taking the changes in."
    # Its passage and its sentence are one text: nothing else is encoded.
    assert [one for one in told if one.startswith("encoding")] == ["encoding 1"]
    with open_engine(Settings(home=empty_home)) as engine:
        (first, *_) = engine.ask("What does the tide mill grind?").citations
        assert "salt" in first.exact


def test_a_corrected_reference_is_taken_in_although_the_words_are_the_same(shipped: Shipped, empty_home: Path) -> None:
    _, before, _ = state(empty_home)
    shipped.change(document(MILL, WHEAT, "corrected"), shipped.documents[1])
    _, after, told = state(empty_home)
    assert after != before
    assert [one for one in told if one.startswith("encoding")] == []
    with open_engine(Settings(home=empty_home)) as engine:
        (first, *_) = engine.ask("What does the tide mill grind?").citations
        assert [one.url for one in first.references] == ["https://example.org/corrected"]
        assert engine.verify().differences == ()


def test_what_does_not_ship_any_more_goes_and_what_is_new_comes(shipped: Shipped, empty_home: Path) -> None:
    state(empty_home)
    new = document("salt-pans-en", "The salt pans of the old harbour were dug in 1790 by the monks [1].")
    shipped.change(shipped.documents[1], new)
    assert state(empty_home)[0] == [LIGHT, "salt-pans-en"]


def test_what_its_owner_removed_stays_removed(shipped: Shipped, empty_home: Path) -> None:
    state(empty_home)
    with open_engine(Settings(home=empty_home)) as engine:
        engine.remove(MILL)
    shipped.change(document(MILL, SALT), shipped.documents[1])
    assert state(empty_home)[0] == [LIGHT]


def test_a_home_begun_without_the_base_stays_without_it(shipped: Shipped, home: Path) -> None:
    before = snapshots(home)
    assert set(state(home)[0]) == set(before)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How many H800 hours did the full training of DeepSeek-V3 take?", "en"),
        ("¿Cuántas horas de H800 requirió el entrenamiento completo de DeepSeek-V3?", "es"),
        ("Why did the OSI reject Llama's licence?", "en"),
        ("¿Por qué rechazó la OSI la licencia de Llama?", "es"),
    ],
)
def test_of_a_briefs_two_languages_the_readers_is_shown_and_once(
    bundled_engine: Engine, question: str, language: str
) -> None:
    citations = [one for one in bundled_engine.ask(question).citations if one.source.kind == "brief"]
    assert {one.source.language for one in citations} == {language}
    places = [(one.source.id[:-3], one.paragraph, one.start) for one in citations]
    assert len(set(places)) == len(places)


def test_each_citation_of_a_brief_names_what_its_words_rest_on(bundled_engine: Engine) -> None:
    cited = bundled_engine.ask("How much did DeepSeek-V3's official training cost?").citations
    briefs = [one for one in cited if one.source.kind == "brief"]
    assert briefs
    for one in briefs:
        assert one.references
        assert all(f"[{reference.number}]" in one.exact and reference.url for reference in one.references)


def test_what_is_nearest_to_the_fact_is_named_first(bundled_engine: Engine) -> None:
    base, reordered = bundled_engine.base, 0
    passages = base.store.read_passages(base.index.postings.passages())
    for passage in passages.values():
        for sentence in passage.sentences if base.sources[passage.source].kind == "brief" else ():
            cited = cite_span(base, passage, (sentence.span.start, sentence.span.end), n=1, score=1.0)
            kinds = [one.kind for one in cited.references]
            assert kinds == sorted(kinds, key=["primary", "news", "commentary"].index)
            numbers = [one.number for one in cited.references]
            reordered += numbers != sorted(numbers)
    assert reordered


@pytest.mark.parametrize(
    ("question", "standing"),
    [
        ("Who broke the story of Meta's war rooms in the newspaper with two anonymous people?", "one source"),
        ("Is it disputed that DeepSeek-V4 was trained without any Nvidia chip?", "disputed"),
        ("¿Se discute que DeepSeek-V4 se entrenó sin ningún chip de Nvidia?", "disputed"),
    ],
)
def test_what_is_not_firm_is_said_to_be_so(bundled_engine: Engine, question: str, standing: str) -> None:
    assert standing in {mark for one in bundled_engine.ask(question, k=2).citations for mark in one.standing}


def disputed(brief: Document) -> list[bool]:
    spans = segmented(brief, brief.metadata.language or "und").sentences
    return [is_disputed(brief.text[start:end]) for start, end, _ in spans]


def test_both_languages_tell_the_same_as_disputed() -> None:
    briefs = {str(one.metadata.id): one for one in bundled.documents() if one.metadata.kind == "brief"}
    english = {name.removesuffix("-en"): disputed(one) for name, one in briefs.items() if name.endswith("-en")}
    spanish = {name.removesuffix("-es"): disputed(one) for name, one in briefs.items() if name.endswith("-es")}
    assert english == spanish
    assert any(map(any, english.values()))


def test_what_is_firm_bears_no_such_mark(bundled_engine: Engine) -> None:
    cited = bundled_engine.ask("How many parameters does DeepSeek-V3 have?").citations[0]
    assert cited.source.kind == "brief"
    assert cited.standing == ()


def test_documents_that_differ_in_anything_have_other_digests() -> None:
    one = document(MILL, WHEAT)
    assert bundled.document_digest(one) == bundled.document_digest(document(MILL, WHEAT))
    assert bundled.document_digest(one) != bundled.document_digest(document(MILL, WHEAT, "corrected"))
    assert bundled.document_digest(one) != bundled.document_digest(replace(one, text=SALT))
