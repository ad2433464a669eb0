"""Names in a text: words in capitals, several in a row as one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.check.names import names

PIECES = [
    "Google",
    "01.AI",
    "iPhone",
    "O'Brien",
    "Mérida",
    "The",
    "El",
    "sold",
    ".",
    "“",
    "”",
    "\n",
    "January",
    "İ",
    "ﬁ",
]
TEXTS = st.one_of(st.text(max_size=100), st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("In Paris, Sam Altman founded a firm.", ["Paris", "Sam Altman"]),
        ("En París, Liang Wenfeng fundó DeepSeek.", ["París", "Liang Wenfeng", "DeepSeek"]),
        ("It was published in January, on a Monday.", []),
        ("Se publicó en enero, un Martes.", []),
        ("Company profits rose.", []),
        ("they bought an iPhone from 01.AI.", ["iPhone", "01.AI"]),
        ("", []),
    ],
)
def test_words_in_capitals_are_names_but_for_months_days_and_a_sentences_first_word(
    text: str, named: list[str]
) -> None:
    assert [name.text for name in names(text)] == named


def test_a_first_word_that_is_known_for_a_name_is_one() -> None:
    assert [name.text for name in names("Company profits rose.", frozenset({"company"}))] == ["Company"]


@settings(derandomize=True, deadline=None, max_examples=120)
@given(TEXTS)
def test_names_lie_inside_the_text_in_order(text: str) -> None:
    end = 0
    for name in names(text):
        assert end <= name.start < name.end <= len(text)
        assert text[name.start : name.end] == name.text
        end = name.end
