"""The labelled file: what it may hold, and one clear sentence about whatever else it holds."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import BadLabels, CitabotError, MissingFile, SourceTooLarge
from retrieval.evaluation.labels import LabelledQuestion, Place, folded, read_labels

GOOD: dict[str, Any] = {
    "id": "flour", "question": "How much flour?", "language": "en",
    "gold": [{"source": "tide-mill", "paragraph": 3}], "answers": ["300 kilograms"],
}  # fmt: skip
DEVELOPMENT = Path(__file__).parents[2] / "development" / "questions.jsonl"


def read(path: Path, *lines: str | bytes) -> tuple[LabelledQuestion, ...]:
    file = path / "labels.jsonl"
    file.write_bytes(b"\n".join(line.encode() if isinstance(line, str) else line for line in lines))
    return read_labels(file, max_bytes=100_000)


def changed(**fields: Any) -> str:
    return json.dumps({name: value for name, value in (GOOD | fields).items() if value is not ...})


def refusal(path: Path, *lines: str | bytes) -> str:
    with pytest.raises(BadLabels) as caught:
        read(path, *lines)
    assert caught.value.exit_code == 2
    return caught.value.message


def test_a_line_is_a_question_with_its_places_and_answers(tmp_path: Path) -> None:
    assert read(tmp_path, json.dumps(GOOD)) == (
        LabelledQuestion("flour", "How much flour?", "en", (Place("tide-mill", 3),), ("300 kilograms",)),
    )


def test_without_gold_there_is_nothing_to_answer_and_answers_may_be_left_out(tmp_path: Path) -> None:
    (label,) = read(tmp_path, changed(gold=[], answers=..., kind="near"))
    assert (label.gold, label.answers, label.kind) == ((), (), "near")


def test_blank_lines_other_line_ends_a_mark_and_fields_unknown_are_let_pass(tmp_path: Path) -> None:
    first, second = changed(), changed(id="two", style="plain")
    found = read(tmp_path, b"\xef\xbb\xbf" + first.encode(), "", "  \r", second + "\r", "")
    assert [label.id for label in found] == ["flour", "two"]


def test_a_place_named_twice_counts_once(tmp_path: Path) -> None:
    (label,) = read(tmp_path, changed(gold=GOOD["gold"] * 2))
    assert label.gold == (Place("tide-mill", 3),)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "is not JSON"),
        ("[1, 2]", "is not a JSON object"),
        ("3", "is not a JSON object"),
        (b'{"id": "\xff"}', "is not UTF-8 text"),
        ('{"id": "\\ud800"}', "is not JSON"),
        ("[" * 50_000, "is not JSON"),
        ("{}", "has no question, no claim and no text"),
        (changed(id=...), "is not usable: id: Field required"),
        (changed(gold=...), "is not usable: gold: Field required"),
        (changed(id=""), "is not usable: id: String should have at least 1 character"),
        (changed(id="x" * 201), "is not usable: id: String should have at most 200 characters"),
        (changed(id=7), "is not usable: id: Input should be a valid string"),
        (changed(language="fr"), "is not usable: language: Input should be 'es', 'en' or 'und'"),
        (changed(question="  "), "is not usable: The question is empty"),
        (changed(question="…?"), "is not usable: The question has no words in it"),
        (changed(question="x" * 4001), "is not usable: The question has 4,001 characters; at most 4,000 are read"),
        (changed(gold=None), "is not usable: gold: Input should be a valid array"),
        (changed(gold=["tide-mill"]), "is not usable: gold.0: Input should be an object"),
        (changed(gold=[{"source": "a", "paragraph": 0}]), "gold.0.paragraph: Input should be greater than or equal"),
        (changed(gold=[{"source": "a", "paragraph": True}]), "gold.0.paragraph: Input should be a valid integer"),
        (changed(gold=[{"source": "a", "paragraph": "1"}]), "gold.0.paragraph: Input should be a valid integer"),
        (changed(answers="300"), "is not usable: answers: Input should be a valid array"),
        (changed(answers=[" "]), "has an answer without a word in it"),
        (changed(answers=["\u0301"]), "has an answer without a word in it"),
        (
            '{"id": "c", "claim": "It rains.", "language": "en", "verdict": "true"}',
            "verdict: Input should be 'supported'",
        ),
        ('{"id": "c", "claim": " ", "language": "en", "verdict": "supported"}', "is not usable: The claim is empty"),
        ('{"id": "t", "text": "It rains.", "speaker": "X"}', "is not usable: result: Field required"),
        ('{"id": "t", "text": "…", "result": "verbatim"}', "is not usable: The quotation has no words in it"),
    ],
)
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, line: str | bytes, said: str) -> None:
    message = refusal(tmp_path, changed(id="before"), "", line)
    assert message.startswith("Line 3 of labels.jsonl ")
    assert said in message
    assert message.count("\n") == 0
    assert message.endswith(".")
    assert not message.endswith("..")


def test_an_id_comes_once(tmp_path: Path) -> None:
    assert refusal(tmp_path, changed(), changed()) == "Line 2 of labels.jsonl repeats the id “flour” of line 1."


def test_a_file_without_a_question_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "", " ") == "labels.jsonl holds no labelled line."


def test_a_file_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jsonl", tmp_path, Path("a\0b")):
        with pytest.raises(MissingFile):
            read_labels(path, max_bytes=100)


def test_a_file_that_is_too_large_is_not_read_whole() -> None:
    with pytest.raises(SourceTooLarge, match=r"larger than 0\.001 MB"):
        read_labels(DEVELOPMENT, max_bytes=1_000)


def test_only_a_regular_file_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero"), tmp_path, tmp_path / "nothing"):
        with pytest.raises(MissingFile):
            read_labels(path, max_bytes=1_000)


def test_the_development_set_is_readable() -> None:
    assert len(read_labels(DEVELOPMENT, max_bytes=10_000_000)) >= 420


def test_text_is_compared_without_case_marks_and_line_breaks() -> None:
    assert folded("Once  MILLONES\nde  añós") == "once millones de anos"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
LINES = st.one_of(
    st.binary(),
    VALUES.map(json.dumps).map(str.encode),
    st.dictionaries(st.sampled_from([*GOOD, "claim", "text", "kind"]), VALUES).map(
        lambda fields: changed(**fields).encode()
    ),
)


@settings(derandomize=True, deadline=None)
@given(st.lists(LINES, max_size=3))
def test_whatever_a_file_holds_is_read_or_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    try:
        found = read(tmp_path_factory.getbasetemp(), *lines)
    except CitabotError as error:
        assert error.exit_code == 2
    else:
        assert len({label.id for label in found}) == len(found) > 0
