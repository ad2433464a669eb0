"""Pairs of quotation marks, whole and damaged."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.speech.marks import marked_stretches


def stretches(text: str) -> list[str]:
    return [text[item.start : item.end] for item in marked_stretches(text, 0, len(text), paragraph=1)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("“A b”, dijo X. “C”.", ["A b", "C"]),
        ('He said "no way" and "yes".', ["no way", "yes"]),
        ("«Hola», dijo. « Salut ! » dit. „Guten Tag“, sagte. »Ja«.", ["Hola", "Salut !", "Guten Tag", "Ja"]),
        ("“He said “no” to me,” she said", ["He said “no” to me,"]),
        ('“The ‘best’ of "all" is,” yes', ['The ‘best’ of "all" is,']),
        ("‘We won,’ she said. ‘The workers’ rights won.’", ["We won,", "The workers’ rights won."]),
        ('("yes") and -"no"-', ["yes", "no"]),
        ('"...and then it rained," he said', ["...and then it rained,"]),
    ],
)
def test_marks_pair(text: str, found: list[str]) -> None:
    assert stretches(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("que “Debido a que. Ese es “.", ["Debido a que. Ese es"]),
        ("”Hola a todos”, dijo", ["Hola a todos"]),
        ("más defendible ”, dijo", []),
        ("“más defendible ”, dijo", ["más defendible"]),
        ("“La lectura correcta es:” Los modelos ganan “”, dijo.", ["Los modelos ganan"]),
        ("“A b. Dijo X. “C d”.", ["A b. Dijo X.", "C d"]),
        ("“a “b” c", ["a “b"]),
        ('"""" x', []),
        ("“”", []),
    ],
)
def test_damaged_marks_pair_as_far_as_can_be_told(text: str, found: list[str]) -> None:
    assert stretches(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "He is 6'2\" tall",
        'The 27" and 32" screens',
        "Meta's 'open' it's don't",
        "'90s rock 'n' roll",
        "’twas the dogs’",
    ],
)
def test_apostrophes_and_inches_are_no_marks(text: str) -> None:
    assert stretches(text) == []


def test_an_inch_within_a_quotation_does_not_close_it() -> None:
    assert stretches('"It is a 27" monitor," he said.') == ['It is a 27" monitor,']


def test_a_stretch_without_a_closing_mark_runs_on() -> None:
    (item,) = marked_stretches("“Uno y dos.", 0, 11, paragraph=3)
    assert (item.closed, item.runs_on, item.paragraph) == (False, True, 3)


@settings(derandomize=True, deadline=None)
@given(st.text(alphabet="“”\"«»‹›„‘’'ab .,:1\n", max_size=60))
def test_stretches_fit_and_never_overlap(text: str) -> None:
    edge = 0
    for item in marked_stretches(text, 0, len(text), paragraph=1):
        assert edge <= item.left <= item.start < item.end <= item.right <= len(text)
        assert text[item.start : item.end] == text[item.start : item.end].strip()
        edge = item.right
