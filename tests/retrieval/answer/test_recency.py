"""Updates of one document: the newer first, and what its document has put right marked."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from knowledge.model import FullPassage, Metadata, Paragraph, Snapshot, Span
from retrieval.answer.recency import newest_first
from retrieval.engine import Engine
from retrieval.model import Evidence, Reading, Scores, Stances

NEITHER = Stances(0.0, 0.0, 1.0)


def evidence(source: str, time: str | None, score: float, answered: float = 0.99) -> Evidence:
    """A passage of an update of a source, which answers with this probability."""
    place, snapshot = Paragraph(0, 4, "text", time), Snapshot(1, source, "0" * 64, "Text", "2026-01-01")
    passage = FullPassage(1, Span(1, 0, 4), 1, 1, source, "en", snapshot, (place,), (), ())
    return Evidence(passage, passage, score, Scores(0.8, 0.6, 0.7, 0.6, across=False), {}, Reading(NEITHER, answered))


def times(items: list[Evidence]) -> list[tuple[str, str | None, float]]:
    return [(item.passage.source, item.passage.paragraphs[0].time, item.score) for item in items]


def test_of_two_updates_that_answer_the_newer_comes_first_with_the_place_and_score_of_the_older() -> None:
    found = newest_first([evidence("live", "09:30", 3.0), evidence("other", None, 2.0), evidence("live", "12:40", 1.0)])
    assert times(found) == [("live", "12:40", 3.0), ("other", None, 2.0), ("live", "09:30", 1.0)]


def test_an_update_that_does_not_surely_answer_stays_where_it_is() -> None:
    items = [evidence("live", "09:30", 3.0), evidence("live", "12:40", 1.0, answered=0.5)]
    assert newest_first(items) == items
    unread = [items[0], replace(items[1], reading=None)]
    assert newest_first(unread) == unread


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([None, "09:30", "12:40"]), st.floats(0, 1)), max_size=8)
)
def test_nothing_is_lost_and_scores_stay_in_their_places(drawn: list[tuple[str, str | None, float]]) -> None:
    items = [evidence(source, time, score, answered) for score, (source, time, answered) in enumerate(drawn)]
    ordered = newest_first(items)
    assert [item.score for item in ordered] == [item.score for item in items]
    assert [item.passage.source for item in ordered] == [item.passage.source for item in items]
    assert Counter(item.passage.paragraphs for item in ordered) == Counter(item.passage.paragraphs for item in items)


LIVE = """---
title: "Storm live: latest updates"
language: en
published: 2025-02-01
---

## 12:40 Nine missing in Vika

Nine people are now missing in Vika, the police said at midday.

## 11:05 Four missing in Vika

Four people are missing in Vika, the police said this morning.

## 09:30 School closed

The school in Vika is closed for the whole day, said its head, Liv Aasen.

Correction 10:15: the school in Vika is open after all, and was not closed at any time of the day.
"""


def test_the_newest_figure_leads_with_its_time_and_what_was_put_right_is_marked(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "live.md"
    path.write_text(LIVE, "utf-8")
    engine.add([str(path)], Metadata())
    answer = engine.ask("How many people are missing in Vika?")
    assert answer.citations[0].exact.startswith("Nine people")
    assert answer.citations[0].time == "2025-02-01T12:40"
    cited = engine.ask("Is the school in Vika closed?", k=4).citations
    assert [each.superseded for each in cited if "is closed" in each.exact] == [True]
    assert not answer.citations[0].superseded


def test_the_same_text_elsewhere_is_one_voice_and_is_named(engine: Engine, tmp_path: Path) -> None:
    text = "The lake at Holm holds forty times more cadmium than the law allows, the agency said on Friday."
    for name in "ab":
        head = f"---\nurl: https://paper-{name}.example/lake\npublisher: Paper {name}\n---\n\n"
        (tmp_path / f"{name}.md").write_text(head + text, "utf-8")
    engine.add([str(tmp_path / "a.md"), str(tmp_path / "b.md")], Metadata())
    (citation,) = engine.ask("How much cadmium does the lake at Holm hold?").citations
    assert {citation.source.publisher, *(other.publisher for other in citation.also_at)} == {"Paper a", "Paper b"}
    verdict = engine.check("The lake at Holm holds forty times more cadmium than the law allows.").verdicts[0]
    assert len(verdict.evidence) == len(verdict.evidence[0].citation.also_at) == 1
