"""An evaluation as JSON and on a terminal."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from retrieval.evaluation.cases import Case
from retrieval.evaluation.labels import LabelledQuestion, Place
from retrieval.evaluation.run import Evaluation, report
from retrieval.model import Citation, IndexState
from retrieval.present.as_json import dump
from retrieval.present.evaluation import evaluation
from retrieval.present.terminal_evaluation import evaluation as on_terminal
from retrieval.present.texts import say

MEASURES = [
    "questions", "answerable", "answered", "hit@1", "hit@3", "hit@5", "recall@5", "recall@10", "mrr@10", "ndcg@10",
    "false_answers", "false_refusals", "precision", "calibration_error", "auc", "aurc", "median_ms", "p95_ms",
]  # fmt: skip


@pytest.fixture
def made(make_citation: Callable[..., Citation], state: IndexState) -> Evaluation:
    cited = make_citation()
    gold = (Place("tide-mill", 6),)

    def case(name: str, pair: str, found: int | None, confidence: float, **label: Any) -> Case:
        asked = LabelledQuestion(name, "How much?", "en", **{"gold": gold} | label)
        return Case(asked, pair, (found,), cited, confidence, confidence >= 0.5, 12.345)

    cases = [
        case("a", "en→en", 0, 0.91234567),
        case("b", "es→en", None, 0.7),
        case("c", "es→en", 0, 0.3),
        case("d", "en→nothing", None, 0.6, gold=(), kind="n[b]ear\x1b"),
    ]
    found = report(cases, file="q.jsonl", threshold=0.5, index=state)
    return Evaluation("q.jsonl", state, found, None, None)


def shown(made: Evaluation, width: int, **options: Any) -> list[str]:
    console = Console(file=StringIO(), width=width, **options)
    console.print(on_terminal(made))
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


def test_json_names_every_measure_over_all_and_by_group(made: Evaluation) -> None:
    found: Any = json.loads(dump(evaluation(made)))
    assert list(found) == [
        "file", "threshold", "overall", "by_pair", "by_kind", "calibration", "risk_coverage", "rows", "index",
    ]  # fmt: skip
    assert list(found["overall"]) == MEASURES
    assert list(found["by_pair"]) == ["en→en", "en→nothing", "es→en"]
    assert [list(one) for one in found["by_pair"].values()] == [MEASURES] * 3
    assert found["by_pair"]["es→en"]["hit@1"] == {"value": 0.5, "low": 0.0, "high": 1.0}
    assert found["by_pair"]["en→nothing"]["hit@1"] is None
    assert found["overall"]["false_answers"]["value"] == 1.0
    assert found["index"]["fingerprint"] == made.index.fingerprint
    assert found["index"]["encoder_digest"] == made.index.encoder_digest


def test_json_tells_what_came_of_each_question(made: Evaluation) -> None:
    found: Any = json.loads(dump(evaluation(made)))
    assert found["rows"][0] == {
        "id": "a", "pair": "en→en", "kind": None, "confidence": 0.9123, "answered": True, "right": True, "rank": 1,
        "cited": {"source": "tide-mill", "paragraph": 6}, "elapsed_ms": 12.3,
    }  # fmt: skip
    assert [row["rank"] for row in found["rows"]] == [1, None, 1, None]


def test_json_holds_the_curves(made: Evaluation) -> None:
    found: Any = json.loads(dump(evaluation(made)))
    assert [point["threshold"] for point in found["risk_coverage"]] == [0.9123, 0.7, 0.6, 0.3]
    assert list(found["risk_coverage"][0]) == ["threshold", "coverage", "risk", "false_answers", "false_refusals"]
    assert list(found["calibration"][0]) == ["low", "high", "count", "confidence", "right"]


def test_the_tables_fit_80_columns_without_a_figure_cut(made: Evaluation) -> None:
    lines = shown(made, 80, color_system=None)
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert "…" not in text
    for name in ("all", "en→en", "es→en", "en→nothing"):
        assert any(line.startswith(name) for line in lines)
    ranking = text[: text.index(say("en", "evaluation-silence"))]
    assert "en→nothing" not in ranking
    (row,) = [line for line in ranking.splitlines() if line.startswith("es→en")]
    assert row.split()[:3] == ["es→en", "2", "0.50"]


def test_what_strangers_wrote_is_shown_as_text(made: Evaluation) -> None:
    text = "\n".join(shown(made, 100, force_terminal=True, color_system=None))
    assert "n[b]ear�" in text
    assert "\x1b" not in text
