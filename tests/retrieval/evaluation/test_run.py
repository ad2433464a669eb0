"""The whole way: labelled questions asked of a real base with the real encoder."""

import json
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import BadLabels, UnknownSource
from retrieval.engine import open_engine
from retrieval.evaluation.cases import cited_gold
from retrieval.evaluation.labels import LabelledQuestion, Place
from retrieval.evaluation.run import Evaluation, Report, evaluate
from retrieval.settings import Settings


def line(name: str, question: str, language: str, *gold: tuple[str, int], **more: Any) -> dict[str, Any]:
    return {
        "id": name, "question": question, "language": language,
        "gold": [{"source": source, "paragraph": paragraph} for source, paragraph in gold], **more,
    }  # fmt: skip


PRICE = line("price", "How much does a kilogram of flour cost?", "en", ("tide-mill", 5), answers=["THREE euros"])
LINES = [
    PRICE,
    line("cost", "¿Cuánto costará la obra del faro?", "es", ("faro", 2), answers=["1,7 millones"]),
    line("both", "What costs euros?", "en", ("faro", 2), ("tide-mill", 2)),
    line("cup", "Who won the football world cup in 1998?", "en", kind="far"),
]


def measured(
    home: Path, lines: list[dict[str, Any]], *, threshold: float = 0.5, said: list[Any] | None = None
) -> Report:
    found = evaluated(home, lines, threshold=threshold, said=said)
    assert found.questions is not None
    assert (found.claims, found.quotations) == (None, None)
    return found.questions


def evaluated(
    home: Path, lines: list[dict[str, Any]], *, threshold: float = 0.5, said: list[Any] | None = None
) -> Evaluation:
    file = home.parent / "labels.jsonl"
    file.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines), "utf-8")
    told = [] if said is None else said
    return evaluate(
        Settings(home=home, bundled=False, threshold=threshold),
        file,
        notice=told.append,
        progress=lambda stage, done, total: told.append((stage, done, total)),
    )


def test_each_question_is_asked_and_measured_by_its_languages(home: Path) -> None:
    said: list[Any] = []
    found = measured(home, LINES, said=said)
    assert [case.label.id for case in found.cases] == ["price", "cost", "both", "cup"]
    assert [case.pair for case in found.cases] == ["en→en", "es→es", "en→en+es", "en→nothing"]
    assert [group.name for group in found.pairs] == ["en→en", "en→en+es", "en→nothing", "es→es"]
    assert [group.name for group in found.kinds] == ["far"]
    assert found.cases[0].right
    assert found.cases[1].right
    assert not found.cases[3].right
    assert found.overall.questions == 4
    assert ("asking", 4, 4) in said
    assert found.file == "labels.jsonl"


def test_the_threshold_decides_what_is_answered_and_changes_nothing_else(home: Path) -> None:
    eager, shy = measured(home, LINES, threshold=0.0), measured(home, LINES, threshold=1.0)
    assert [case.answered for case in eager.cases] == [True] * 4
    assert [case.answered for case in shy.cases] == [False] * 4
    assert [case.gold_numbers for case in eager.cases] == [case.gold_numbers for case in shy.cases]
    assert eager.curve == shy.curve
    assert (eager.threshold, shy.threshold) == (0.0, 1.0)


def test_it_answers_where_asking_does(home: Path) -> None:
    found = measured(home, LINES)
    with open_engine(Settings(home=home, bundled=False)) as engine:
        assert [case.answered for case in found.cases] == [engine.ask(one["question"]).answered for one in LINES]
        assert found.index == engine.state()


def test_the_paragraph_must_hold_one_of_the_answers(home: Path) -> None:
    (case,) = measured(home, [PRICE | {"answers": ["four euros"]}]).cases
    assert not case.right
    (case,) = measured(home, [PRICE | {"answers": ["four euros", "thrée  EUROS"]}]).cases
    assert case.right


def test_a_source_that_is_not_in_the_base_stops_it_before_anything_is_asked(home: Path) -> None:
    said: list[Any] = []
    with pytest.raises(UnknownSource, match="no source “windmill”, which question “w” names"):
        measured(home, [PRICE, line("w", "Where is it?", "en", ("windmill", 1))], said=said)
    assert said == []


def test_a_paragraph_that_the_source_does_not_have_is_named(home: Path) -> None:
    with pytest.raises(BadLabels, match="“w” names paragraph 99 of “tide-mill”, which has 5"):
        measured(home, [line("w", "Where is it?", "en", ("tide-mill", 99))])


def test_an_empty_base_answers_nothing(empty_home: Path) -> None:
    found = measured(empty_home, [line("cup", "Who won the football world cup?", "en")], threshold=0.0)
    assert not found.cases[0].answered
    assert found.cases[0].first is None
    assert found.overall.auc is None


def test_a_place_cited_again_finds_nothing_new(home: Path) -> None:
    label = LabelledQuestion("q", "What costs euros?", "en", (Place("tide-mill", 5), Place("faro", 2)))
    with open_engine(Settings(home=home, bundled=False, threshold=0.0)) as engine:
        citations = {
            one.paragraph: one for one in engine.ask(PRICE["question"], k=10).citations if one.source.id == "tide-mill"
        }
    assert cited_gold(label, [citations[5], citations[3], citations[5]]) == (0, None, None)


CLAIMS = [
    {"id": "c1", "claim": "The restoration cost 9.4 million euros.", "language": "en", "verdict": "contradicted"},
    {"id": "c2", "claim": "La torre mide 38 metros.", "language": "es", "verdict": "supported", "kind": "number"},
    {"id": "c3", "claim": "Penguins live in Antarctica.", "language": "en", "verdict": "not enough evidence"},
    {"id": "q1", "text": "We wanted a mill that grinds.", "speaker": "Helena Duarte", "result": "verbatim"},
    {"id": "q2", "text": "We wanted a mill that grinds.", "speaker": "Inés Cabrera", "result": "other speaker"},
]


def test_claims_and_quotations_are_measured_beside_questions(home: Path) -> None:
    found = evaluated(home, [*LINES, *CLAIMS])
    assert found.questions is not None and found.claims is not None and found.quotations is not None
    assert [one.label.id for one in found.claims.outcomes] == ["c1", "c2", "c3"]
    assert [one.name for one in found.claims.groups] == ["en", "es", "number"]
    assert [(one.expected, one.given) for one in found.quotations.outcomes] == [
        ("verbatim", "verbatim"),
        ("other speaker", "other speaker"),
    ]
    assert (found.quotations.overall.accuracy, found.quotations.overall.macro_f1) == (1.0, 1.0)


def test_a_file_may_hold_claims_alone(home: Path) -> None:
    found = evaluated(home, CLAIMS[:3])
    assert (found.questions, found.quotations) == (None, None)
    assert found.claims is not None
    assert found.claims.overall.outcomes == 3
