"""The development set: complete in both languages, answered where it says so, and not in the words of the text."""

import json
import re
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from knowledge.bundled import documents

Line = dict[str, Any]

FILE = Path(__file__).parent / "development" / "questions.jsonl"
LINES: list[Line] = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
ANSWERABLE = [line for line in LINES if line["kind"] == "answerable"]
DOCUMENTS = list(documents())
PARAGRAPHS = {
    (str(one.metadata.id), number): one.text[paragraph.start : paragraph.end]
    for one in DOCUMENTS
    for number, paragraph in enumerate(one.paragraphs, start=1)
}
BRIEFS = {str(one.metadata.id) for one in DOCUMENTS if one.metadata.kind == "brief"}
QUOTATIONS = {str(one.metadata.id) for one in DOCUMENTS if one.metadata.kind == "quotation"}
FIELDS = {"id", "question", "language", "gold", "answers", "kind", "style"}
STYLES = {"plain", "paraphrase", "keywords", "misspelt", "mixed", "capitals", "long"}
OTHER = {"en": "es", "es": "en"}
MOST_WORDS_SHARED = 6


def gold_of(line: Line) -> list[tuple[str, int]]:
    return [(place["source"], place["paragraph"]) for place in line["gold"]]


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def test_every_line_has_the_fields_it_should() -> None:
    for line in LINES:
        assert set(line) == FIELDS
        assert line["question"] == line["question"].strip() != ""
        assert line["language"] in ("en", "es")
        assert line["style"] in STYLES
        assert line["kind"] in ("answerable", "near", "far")
        assert bool(line["gold"]) == bool(line["answers"]) == (line["kind"] == "answerable")
        assert len(set(gold_of(line))) == len(line["gold"])


def test_no_id_and_no_question_comes_twice() -> None:
    for field in ("id", "question"):
        times = Counter(line[field].casefold() for line in LINES)
        assert [text for text, count in times.items() if count > 1] == []


def test_every_pair_is_complete_and_expects_the_same_in_both_languages() -> None:
    for english, spanish in zip(LINES[::2], LINES[1::2], strict=True):
        pair = english["id"].removesuffix("-en")
        assert (english["id"], spanish["id"]) == (f"{pair}-en", f"{pair}-es")
        assert (english["language"], spanish["language"]) == ("en", "es")
        assert all(english[field] == spanish[field] for field in ("gold", "answers", "kind"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_there_are_as_many_as_promised(language: str) -> None:
    kinds = Counter(line["kind"] for line in LINES if line["language"] == language)
    assert kinds["answerable"] >= 300
    assert kinds["near"] >= 80
    assert kinds["near"] + kinds["far"] >= 100


def test_all_briefs_and_most_quotations_are_asked_about() -> None:
    asked = Counter(source for line in ANSWERABLE for source in {source for source, _ in gold_of(line)})
    pairs = {source: count // 2 for source, count in asked.items()}
    assert min(pairs.get(source, 0) for source in BRIEFS) >= 7
    assert len(QUOTATIONS & set(pairs)) >= 20
    alone = [line for line in ANSWERABLE if {source for source, _ in gold_of(line)} <= QUOTATIONS]
    assert len(alone) // 2 >= 12


def test_all_ways_of_asking_are_there_in_both_languages() -> None:
    assert {(line["style"], line["language"]) for line in LINES} == set(product(STYLES, ("en", "es")))


def test_each_paragraph_named_is_there_and_holds_an_answer() -> None:
    for line in ANSWERABLE:
        for place in gold_of(line):
            assert any(answer in PARAGRAPHS[place] for answer in line["answers"]), (line["id"], place)


def test_a_brief_is_named_in_both_languages() -> None:
    for line in ANSWERABLE:
        named = {place for place in gold_of(line) if place[0] in BRIEFS}
        assert named == {(source[:-2] + OTHER[source[-2:]], paragraph) for source, paragraph in named}, line["id"]


def test_no_question_is_in_the_words_of_the_text() -> None:
    for line in ANSWERABLE:
        asked = runs(line["question"], MOST_WORDS_SHARED + 1)
        for place in gold_of(line):
            assert asked & runs(PARAGRAPHS[place], MOST_WORDS_SHARED + 1) == set(), (line["id"], place)


def test_no_question_gives_its_answer_away() -> None:
    for line in ANSWERABLE:
        given = [answer for answer in line["answers"] if answer.casefold() in line["question"].casefold()]
        assert given == [], line["id"]
