"""Updates of one document on both sides of a claim: the newer is heard."""

from dataclasses import replace
from pathlib import Path

import pytest
from cases import PARAGRAPH, judged

from knowledge.model import Metadata
from retrieval.check.evidence import JudgedPassage
from retrieval.check.updates import outdated
from retrieval.engine import Engine
from retrieval.model import Note, Stances, VerdictKind

FOR, AGAINST = Stances(0.98, 0.01, 0.01), Stances(0.01, 0.98, 0.01)
NEITHER = Stances(0.02, 0.03, 0.95)


def update(number: int, time: str | None, stances: Stances, source: str = "live") -> JudgedPassage:
    item = judged(source, stances, number)
    passage = replace(item.evidence.passage, paragraphs=(replace(PARAGRAPH, time=time),))
    return replace(item, evidence=replace(item.evidence, passage=passage))


@pytest.mark.parametrize("sides", [(FOR, AGAINST), (AGAINST, FOR)])
def test_the_older_of_two_that_differ_is_outdated(sides: tuple[Stances, Stances]) -> None:
    older, newer = update(1, "2025-02-01T11:05", sides[0]), update(2, "2025-02-01T12:40", sides[1])
    note = Note("newer update", "2025-02-01 11:05", "2025-02-01 12:40")
    assert outdated([newer, older]) == outdated([older, newer]) == [(older, note)]


@pytest.mark.parametrize(
    "passages",
    [
        [update(1, "11:05", FOR), update(2, "12:40", FOR)],
        [update(1, "11:05", FOR), update(2, "12:40", NEITHER)],
        [update(1, "11:05", FOR), update(2, "11:05", AGAINST)],
        [update(1, "11:05", FOR), update(2, None, AGAINST)],
        [update(1, "11:05", FOR), update(2, "12:40", AGAINST, "another")],
    ],
)
def test_others_stand(passages: list[JudgedPassage]) -> None:
    assert outdated(passages) == []


def test_a_figure_that_a_newer_update_replaces_supports_nothing(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "live.md"
    text = (
        "# Storm live\n\n## 12:40 Nine missing\n\nNine people are now missing in Vika, the police said at midday.\n\n"
        "## 11:05 Four missing\n\nFour people are missing in Vika, the police said this morning.\n"
    )
    path.write_text(f"---\nlanguage: en\n---\n\n{text}", "utf-8")
    engine.add([str(path)], Metadata())
    (verdict,) = engine.check("Four people are missing in Vika.").verdicts
    assert verdict.kind is not VerdictKind.SUPPORTED
    assert all("Four people" not in item.citation.exact for item in verdict.evidence)


INTERVIEW = """Q: Mr Lund, the police did nothing for nine hours. Did you order the boats out?

A: No. I never ordered any boat out. The harbour office did.

Q: So the mayor sold the plot below its price?

A: That is not true. The plot still belongs to the town.
"""


@pytest.mark.parametrize(
    "claim", ["The police did nothing for nine hours.", "The mayor sold the plot below its price."]
)
def test_what_is_asked_in_an_interview_supports_nothing(engine: Engine, tmp_path: Path, claim: str) -> None:
    (tmp_path / "interview.txt").write_text(INTERVIEW, "utf-8")
    engine.add([str(tmp_path / "interview.txt")], Metadata(language="en"))
    (verdict,) = engine.check(claim).verdicts
    assert verdict.kind is not VerdictKind.SUPPORTED
    shown = [item.citation.exact for item in (*verdict.evidence, *verdict.nearest)]
    assert not [words for words in shown if words.startswith("Q:")]


def test_a_corrected_article_supports_what_it_says_now(engine: Engine, tmp_path: Path) -> None:
    head = "---\ntitle: Fire at the mill\nurl: https://example.org/fire\nlanguage: en\n---\n\n"
    first = "The fire at the mill killed three people, the fire service said.\n\nThe mill employed eighty people.\n"
    second = (
        "Correction: an earlier version of this article said that three people had died. "
        "The fire at the mill killed two people, the fire service said.\n\nThe mill employed eighty people.\n"
    )
    for name, text in (("v1.md", first), ("v2.md", second)):
        (tmp_path / name).write_text(head + text, "utf-8")
        engine.add([str(tmp_path / name)], Metadata())
    kinds = [engine.check(f"The fire at the mill killed {n} people.").verdicts[0].kind for n in ("two", "three")]
    assert kinds[0] is VerdictKind.SUPPORTED
    assert kinds[1] is not VerdictKind.SUPPORTED
