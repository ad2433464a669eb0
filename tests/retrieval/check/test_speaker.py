"""Who a claim says has said something, and whether a passage names that person."""

from dataclasses import replace

import pytest
from cases import judged

from knowledge.model import FullPassage, Language, Source, Span
from retrieval.check.speaker import is_named, speaker_of
from retrieval.model import Stances

SOURCE = Source(
    "kiln", "The kiln", None, None, None, None, "en", "article", None, None, "kiln.md", 1, "0" * 64, "2026-01-01", 1, 1
)


@pytest.mark.parametrize(
    ("claim", "language", "speaker"),
    [
        ("Karen Douglas said that the council knew.", "en", "Karen Douglas"),
        ("According to Yann LeCun, open models win.", "en", "Yann LeCun"),
        ("The council knew, Karen Douglas said.", "en", "Karen Douglas"),
        ("Zuckerberg dijo que Llama es de código abierto.", "es", "Zuckerberg"),
        ("Según Liang Wenfeng, el dinero nunca fue el problema.", "es", "Liang Wenfeng"),
        ("Un portavoz de Meta aseguró que no usan DeepSeek.", "es", "un portavoz de Meta"),
        ("The council knew of the fire.", "en", None),
        ("Meta publicó Llama 2 en julio de 2023.", "es", None),
    ],
)
def test_whom_a_claim_quotes(claim: str, language: Language, speaker: str | None) -> None:
    assert speaker_of(claim, language) == speaker


def passage(text: str) -> FullPassage:
    """A passage that is the whole of a text."""
    own = judged("kiln", Stances(1.0, 0.0, 0.0)).evidence.passage
    return replace(own, span=Span(1, 0, len(text)), snapshot=replace(own.snapshot, text=text))


@pytest.mark.parametrize(
    ("speaker", "text", "named"),
    [
        ("Karen Douglas", "“It burns,” Douglas said.", True),
        ("Karen Douglas", "“It burns,” Marta Rial said.", False),
        ("portavoz de Meta", "Un portavoz de la empresa lo negó.", False),
        ("portavoz de Meta", "Meta lo negó.", True),
        ("Reme", "Remedios Cano lo negó.", True),
        ("X", "The company denied it.", True),
    ],
)
def test_a_passage_names_a_person_by_a_word_of_the_name(speaker: str, text: str, *, named: bool) -> None:
    assert is_named(speaker, passage(text), SOURCE) is named


def test_whoever_wrote_or_published_a_text_is_named_by_it() -> None:
    text = passage("It burns peat.")
    assert not is_named("The Herald", text, SOURCE)
    assert is_named("The Herald", text, replace(SOURCE, publisher="The Herald"))
    assert is_named("Marta Rial", text, replace(SOURCE, author="Marta Rial"))
    assert is_named("Marta Rial", text, replace(SOURCE, title="An interview with Marta Rial"))
