"""Invented sources and citations to show."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from knowledge.model import Reference, Source, Translation
from retrieval.answer.link import text_fragment
from retrieval.model import Answer, Citation, Highlight, IndexState

PARAGRAPH = (
    "The council had argued for ten years. “We wanted a mill that grinds,” said Helena Duarte, the engineer. "
    "The mill produces 300 kilograms of flour a week, but only when the tide is high enough. Nobody objected."
)
FLOUR = "The mill produces 300 kilograms of flour a week, but only when the tide is high enough."


@pytest.fixture
def make_source() -> Callable[..., Source]:
    def make(**changed: Any) -> Source:
        known: dict[str, Any] = {
            "id": "tide-mill", "title": "The tide mill", "author": "Clara Whitfield", "publisher": "The Estuary Post",
            "url": "https://estuary.example/mill", "published": "2024-05-11", "language": "en", "kind": "article",
            "licence": None, "origin": None, "location": "mill.md", "snapshot": 1, "sha256": "ab" * 32,
            "added": "2026-01-01T00:00:00Z", "paragraphs": 9, "passages": 4,
        }  # fmt: skip
        return Source(**known | changed)

    return make


@pytest.fixture
def make_citation(make_source: Callable[..., Source]) -> Callable[..., Citation]:
    def make(exact: str = FLOUR, context: str = PARAGRAPH, **changed: Any) -> Citation:
        source = changed.pop("source", None) or make_source()
        place, base = context.index(exact), 100
        prefix, suffix = context[max(0, place - 32) : place], context[place + len(exact) :][:32]
        known: dict[str, Any] = {
            "n": 1, "kind": "passage", "exact": exact, "prefix": prefix, "suffix": suffix, "start": base + place,
            "end": base + place + len(exact), "paragraph": 6, "score": 0.871234, "speaker": None, "role": None,
            "verb": None, "direct": None, "translations": (), "source": source, "references": (), "context": context,
            "context_start": base, "link": text_fragment(source.url, exact, prefix=prefix, suffix=suffix),
        }  # fmt: skip
        return Citation(**known | changed)

    return make


@pytest.fixture
def quoted(make_citation: Callable[..., Citation]) -> Citation:
    return make_citation(
        "We wanted a mill that grinds,",
        kind="quote", speaker="Helena Duarte", role="the engineer", verb="said", direct=True,
        translations=(Translation("Queríamos un molino que moliera", "es", "Citabot"),),
    )  # fmt: skip


@pytest.fixture
def highlighted(make_citation: Callable[..., Citation]) -> Callable[..., Citation]:
    """A citation with the words that answer, by default those of how much flour is made."""

    def make(words: str = "300 kilograms of flour", exact: str = FLOUR, **changed: Any) -> Citation:
        citation = make_citation(exact, **changed)
        start = citation.start + exact.index(words)
        return replace(citation, highlight=Highlight(start, start + len(words), words))

    return make


@pytest.fixture
def briefed(make_citation: Callable[..., Citation], make_source: Callable[..., Source]) -> Citation:
    reference = Reference(
        1, "Registro", "Acta del molino", "primary", "Ayuntamiento", "2018", "https://registro.example/acta"
    )
    text = "El molino costó 2,4 millones de euros [1]."
    source = make_source(id="mill-es", kind="brief", language="es", url=None, author="Citabot", publisher="Citabot")
    return make_citation(text, text, source=source, references=(reference,), n=2)


@pytest.fixture
def state() -> IndexState:
    return IndexState("3f2a91bc77d0aa11", "citabot-e5-es-en", "dd" * 32, 47, 310)


@pytest.fixture
def make_answer(make_citation: Callable[..., Citation], state: IndexState) -> Callable[..., Answer]:
    def make(*citations: Citation, **changed: Any) -> Answer:
        known: dict[str, Any] = {
            "question": "How much flour?", "language": "en", "answered": bool(citations), "confidence": 0.912345,
            "reason": None, "citations": citations, "nearest": (), "index": state, "elapsed_ms": 12.345,
            "reader": "citabot-reader-es-en", "reader_digest": "ee" * 32,
        }  # fmt: skip
        return Answer(**known | changed)

    return make
