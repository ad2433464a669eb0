"""Stretches between quotation marks: what a pattern finds, in time that grows with the text alone."""

import re
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.quoted import quoted_spans, quoted_words, replace_quoted

PATTERN = re.compile(r"“([^”]+)”|«([^»]+)»|\"([^\"]+)\"")
TURNED = re.compile(r"“([^”]+)”|«([^»]+)»")


@settings(derandomize=True, max_examples=120)
@given(st.text(alphabet='“”«»"a \n', max_size=40))
def test_the_stretches_are_those_of_the_pattern(text: str) -> None:
    assert list(quoted_spans(text)) == [match.span() for match in PATTERN.finditer(text)]
    assert list(quoted_spans(text, straight=False)) == [match.span() for match in TURNED.finditer(text)]
    assert replace_quoted(text, lambda _: "-") == PATTERN.sub("-", text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Dijo “sí” y «no».", ["sí", "no"]),
        ('"one" "two"', ["one", "two"]),
        ("“” «a»", ["a"]),
        ("“open «closed»", ["closed"]),
        ("“outer «inner» words”", ["outer «inner» words"]),
        ("none", []),
    ],
)
def test_words_between_marks(text: str, words: list[str]) -> None:
    assert quoted_words(text) == words


@pytest.mark.parametrize("unit", ["“", "«", '"', '“«"', "””", "«“a "])
def test_marks_without_a_closing_one_cost_little(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    begin = process_time()
    list(quoted_spans(text))
    assert process_time() - begin < 1
