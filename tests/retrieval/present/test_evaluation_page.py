"""The page of an evaluation: whole, safe, the same each time, and written at once."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest

from knowledge.errors import BadInput, HomeNotWritable
from knowledge.model import Source
from retrieval.evaluation.cases import Case
from retrieval.evaluation.labels import LabelledClaim, LabelledQuestion, Place
from retrieval.evaluation.outcomes import Outcome, judged
from retrieval.evaluation.run import Evaluation, report
from retrieval.model import Citation, IndexState
from retrieval.present.evaluation_page import page, write_page

HOSTILE = "<script>alert(1)</script>\x1b{{ 7*7 }}&quot;"


@pytest.fixture
def made(make_citation: Callable[..., Citation], make_source: Callable[..., Source], state: IndexState) -> Evaluation:
    hostile = make_citation(source=make_source(title=HOSTILE, language="es"))
    gold = (Place("tide-mill", 6), Place(HOSTILE, 1))

    def case(name: str, gold: tuple[Place, ...], found: int | None, confidence: float) -> Case:
        pair = "en→es" if gold else "en→nothing"
        label = LabelledQuestion(name, f"How {HOSTILE} {name}?", "en", gold, kind=HOSTILE)
        return Case(label, pair, (found, 1) if gold else (), hostile, confidence, confidence >= 0.5, 10.0)

    cases = [
        case("right", gold, 0, 0.9),
        case("wrong", gold, None, 0.8),
        case("refused", gold, 0, 0.1),
        case("false", (), None, 0.7),
        case("silent", (), None, 0.2),
    ]
    found = report(cases, file=f"{HOSTILE}.jsonl", threshold=0.5, index=state)
    return Evaluation(f"{HOSTILE}.jsonl", state, found, None, None)


def section(html: str, title: str) -> str:
    root = lxml.html.fromstring(html)
    (found,) = [one for one in root.iter("section") if title in one.findtext("h2", "")]
    return str(found.text_content())


def test_nothing_is_run_or_fetched(made: Evaluation) -> None:
    html = page(made)
    root = lxml.html.fromstring(html)
    tags = {element.tag for element in root.iter() if isinstance(element.tag, str)}
    assert not tags & {"script", "link", "img", "iframe", "object", "a"}
    assert "//" not in html
    references = [value for element in root.iter() for name, value in element.items() if name.endswith(("href", "src"))]
    assert references
    assert all(value.startswith("#") for value in references)
    assert "default-src 'none'" in html


def test_what_strangers_wrote_is_text(made: Evaluation) -> None:
    html = page(made)
    assert "<script" not in html
    assert "\x1b" not in html
    assert "{{ 7*7 }}" in html
    assert "How <script>alert(1)</script>\N{REPLACEMENT CHARACTER}{{ 7*7 }}&quot; wrong?" in section(
        html, "First citation wrong"
    )


def test_every_id_is_there_once_and_every_reference_leads_somewhere(made: Evaluation) -> None:
    html = page(made)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    references = set(re.findall(r'(?:href="#|url\(#)([^")]+)', html))
    assert references
    assert references <= set(ids)


def test_each_plot_has_a_caption_and_the_same_in_words(made: Evaluation) -> None:
    root = lxml.html.fromstring(page(made))
    figures = list(root.iter("figure"))
    assert len(figures) == 3
    for figure in figures:
        (drawing,) = figure.iter("svg")
        assert drawing.get("role") == "img"
        assert drawing.get("aria-label") == figure.findtext("figcaption")
    assert "hit@1 0.67" in str(figures[2].findtext("figcaption"))


def test_it_lists_what_went_wrong(made: Evaluation) -> None:
    html = page(made)
    wrong = section(html, "First citation wrong")
    assert " wrong?" in wrong
    assert " right?" not in wrong
    assert "first right citation: 2" in wrong
    assert " false?" in section(html, "nothing in the base answers")
    assert " silent?" not in section(html, "nothing in the base answers")
    assert " refused?" in section(html, "Refused")


def test_the_same_report_gives_the_same_page_in_either_language(made: Evaluation) -> None:
    assert page(made) == page(made)
    spanish = lxml.html.fromstring(page(made, language="es"))
    assert spanish.get("lang") == "es"
    assert lxml.html.fromstring(page(made)).get("lang") == "en"
    assert "Primera cita errónea (1)" in spanish.text_content()


def test_it_is_made_of_the_smallest_report(made: Evaluation) -> None:
    assert made.questions is not None
    for case in made.questions.cases:
        alone = report([replace(case, first=None)], file="q", threshold=1.0, index=made.index)
        assert "</html>" in page(replace(made, questions=alone))


def test_verdicts_have_their_figures_and_what_went_wrong(made: Evaluation) -> None:
    claims = [
        Outcome(LabelledClaim("a", f"It {HOSTILE} rains.", "en", "supported"), "supported", "contradicted", 0.6, 20.0),
        Outcome(LabelledClaim("b", "It snows.", "en", "contradicted"), "contradicted", "contradicted", 0.7, 20.0),
    ]
    html = page(replace(made, questions=None, claims=judged(claims)))
    shown = section(html, "Verdicts on claims")
    assert "expected supported, came contradicted" in shown
    assert "It snows" not in shown
    assert "<script" not in html


def test_it_is_written_whole_in_the_place_of_the_old_one(made: Evaluation, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    write_page(made, path)
    assert path.read_text("utf-8") == page(made)
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


def test_a_place_that_cannot_be_written_is_named(made: Evaluation, tmp_path: Path) -> None:
    with pytest.raises(HomeNotWritable) as refused:
        write_page(made, tmp_path / "none" / "report.html")
    assert "--html" in refused.value.hint
    for path in (tmp_path, Path("/dev/null")):
        with pytest.raises(BadInput, match="not a regular file"):
            write_page(made, path)
