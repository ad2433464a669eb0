"""JSON of strangers, whatever it holds: records, labelled lines and lines of standard input.

Each is used or refused in one sentence; nothing but the tree of errors ever comes out.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.errors import BadLabels, BadQuestion, BadRecord, CitabotError
from retrieval import record
from retrieval.cli import main as cli
from retrieval.cli.checks import _quotation_in
from retrieval.engine import Engine
from retrieval.evaluation.labels import read_labels
from retrieval.present.verdict_json import SHAPES

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", "x", "../../x", "\0", "\ud800", "\x1b[2J", 10**400, -1, "ask", "quote", "1" * 70])
    | st.text(st.characters(exclude_categories=[]), max_size=20)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
DEEP = ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000, '{"text": ' * 900 + "1" + "}" * 900]
QUIET = settings(
    derandomize=True,
    deadline=None,
    max_examples=80,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

RECORD: dict[str, Any] = {
    "citabot": "0.1.0",
    "kind": "ask",
    "request": {"question": "What does the flour cost?", "k": None},
    "sources": {"tide-mill": "0" * 64},
    "result": {"answer": None, "index": {"fingerprint": "x"}},
}
LABELS: list[dict[str, Any]] = [
    {"id": "a", "question": "How high?", "language": "en", "gold": [{"source": "s", "paragraph": 1}], "answers": ["x"]},
    {"id": "b", "claim": "It rains.", "language": "en", "verdict": "supported"},
    {"id": "c", "text": "It rains.", "result": "verbatim", "speaker": None},
]


@st.composite
def damaged(draw: st.DrawFn, whole: dict[str, Any]) -> dict[str, Any]:
    """What was whole, with some values changed, some gone and some too many, at the top or one level below."""
    found = json.loads(json.dumps(whole))
    inner = [one for one in found.values() if isinstance(one, dict)]
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from([found, *inner]))
        name = draw(st.sampled_from([*place, "more"]))
        if draw(st.booleans()):
            place.pop(name, None)
        else:
            place[name] = draw(values)
    return found


def refused(attempt: Callable[[], object], *kinds: type[CitabotError]) -> None:
    """Whatever happens is a result, or an error of these kinds in a sentence of one line or so."""
    try:
        attempt()
    except kinds as error:
        assert error.message.endswith(".")
        assert error.exit_code in (2, 3)


@given(damaged(RECORD) | damaged(RECORD | {"kind": "quote", "request": {"text": "the mill", "speaker": None}}))
@QUIET
def test_a_record_is_asked_again_or_refused(engine: Engine, tmp_path: Path, held: dict[str, Any]) -> None:
    path = tmp_path / "record.json"
    path.write_text(json.dumps(held))
    refused(lambda: record.replay(engine, record.read(path), SHAPES), BadRecord, BadQuestion)


@pytest.mark.parametrize(
    "change",
    [
        {"request": {"question": 7, "k": None}},
        {"request": {"question": ["a"], "k": None}},
        {"request": {"question": "a"}},
        {"request": {"question": "a", "k": "3"}},
        {"request": {"question": "a", "k": 10**9}},
        {"request": {"question": "a", "k": 0}},
        {"request": {"question": "a", "k": True}},
        {"request": {"question": "a", "k": 2.5}},
        {"request": {"question": "a", "k": None, "more": 1}},
        {"kind": "check", "request": {"message": None}},
        {"kind": "quote", "request": {"text": "a", "speaker": 3}},
        {"kind": "__class__"},
        {"sources": {"a": 1}},
        {"sources": ["a"]},
        {"result": {}},
        {"result": {"index": "x"}},
        {"result": [1]},
        {"citabot": 1},
    ],
    ids=str,
)
def test_a_record_with_another_type_anywhere_is_refused(engine: Engine, tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "record.json"
    path.write_text(json.dumps(RECORD | change))
    with pytest.raises(BadRecord):
        record.replay(engine, record.read(path), SHAPES)


@pytest.mark.parametrize("text", DEEP, ids=len)
def test_what_is_nested_beyond_reason_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.json"
    for held in (text, f'{{"result": {text}}}', json.dumps(RECORD)[:-2] + f', "a": {text}}}}}'):
        path.write_text(held)
        with pytest.raises(BadRecord):
            record.read(path)
    path.write_text(text)
    with pytest.raises(BadLabels):
        read_labels(path, max_bytes=10**7)
    with pytest.raises(BadQuestion):
        _quotation_in(text)


def test_a_record_beyond_any_of_ours_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    with path.open("wb") as file:
        file.truncate(10**11)
    with pytest.raises(BadRecord):
        record.read(path)


def test_a_record_asks_for_no_more_than_the_command_line_may() -> None:
    (option,) = [one for one in cli.ask.params if one.name == "k"]
    assert option.type.max == record.MOST_CANDIDATES  # type: ignore[attr-defined]


@given(st.sampled_from(LABELS).flatmap(damaged) | values)
@QUIET
def test_a_labelled_line_is_read_or_refused(tmp_path: Path, held: object) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(held))
    refused(lambda: read_labels(path, max_bytes=100_000), BadLabels)


@given(damaged({"text": "the mill", "speaker": "Anna"}).map(json.dumps) | values.map(json.dumps) | st.text())
@QUIET
def test_a_line_of_standard_input_is_asked_or_refused(line: str) -> None:
    refused(lambda: _quotation_in(line), BadQuestion)
