"""Invented cases to decide."""

from knowledge.model import FullPassage, Language, Paragraph, Snapshot, Source, Span
from retrieval.check.evidence import JudgedPassage
from retrieval.check.verdict import Case
from retrieval.model import Citation, ClaimEvidence, Evidence, Scores, Stance, Stances

TEXT = "The kiln burns peat."
SNAPSHOT = Snapshot(1, "kiln", "0" * 64, TEXT, "2026-01-01")
PARAGRAPH = Paragraph(0, len(TEXT))


def judged(source: str, stances: Stances, number: int = 1, language: Language = "en") -> JudgedPassage:
    """A passage of a source that does this with the claim."""
    passage = FullPassage(number, Span(1, 0, len(TEXT)), 1, 1, source, language, SNAPSHOT, (PARAGRAPH,), (), ())
    return JudgedPassage(Evidence(passage, passage, 2.0, Scores(0.8, 0.6, 0.7, 0.6, across=False), {}), stances)


def case(*passages: tuple[str, Stances], copies: bool = False, degraded: bool = False, quoted: str = "") -> Case:
    """A case of passages by source; `copies` are all of one story, `quoted` has a + or - for each quotation."""
    origins = {source: "kiln" if copies else source for source, _ in passages}
    marks: dict[str, Stance] = {"+": "supports", "-": "contradicts"}
    quotations = tuple(quotation(marks[mark], n) for n, mark in enumerate(quoted, 1))
    return Case([judged(*passage) for passage in passages], origins, quotations, degraded)


def quotation(stance: Stance, n: int) -> ClaimEvidence:
    """A quotation of a claim that a source has as it is, or otherwise."""
    source = Source(
        "kiln", "The kiln", None, None, None, None, "en", "article", None, None, "kiln.md", 1, "0" * 64, "2026-01-01",
        1, 1,
    )  # fmt: skip
    citation = Citation(
        n=1, kind="quote", exact=f"words {n}", prefix="", suffix="", start=0, end=7, paragraph=1, score=1.0,
        speaker="Marta Rial", role=None, verb="said", direct=True, translations=(), link=None, source=source,
        references=(), context=f"words {n}", context_start=0,
    )  # fmt: skip
    return ClaimEvidence(citation, stance, Stances(0.5, 0.5, 0.0), "Marta Rial", ())
