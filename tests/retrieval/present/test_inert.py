"""Text of strangers, shown: it obeys nothing, hides nothing, turns nothing round."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.present.inert import inert, inert_line

HOSTILE = (
    "a A😀♂\u0301\t\n\r\x1b\x07\x7f\x9b\x00\u200b\u200c\u200d\u200e\u202a\u202e\u2066\u2069\ufe0e\ufe0f\ufeff"
    "\u2028\ud800\u0628\u0915\u00ad\U000e0041\u3164"
)
any_text = st.text(st.one_of(st.sampled_from(HOSTILE), st.characters()), max_size=60)


@given(any_text)
@settings(derandomize=True, deadline=None, max_examples=150)
def test_nothing_shown_is_a_control_or_turns_the_reading_direction(text: str) -> None:
    shown = inert(text)
    assert not [one for one in shown if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") and one != "\n"]
    turning = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    assert not [one for one in shown if unicodedata.bidirectional(one) in turning]


@given(any_text)
@settings(derandomize=True, deadline=None, max_examples=150)
def test_making_inert_twice_changes_nothing_more(text: str) -> None:
    assert inert(inert(text)) == inert(text)


@given(any_text)
@settings(derandomize=True, deadline=None)
def test_a_line_is_one_line(text: str) -> None:
    assert len(inert_line(text).splitlines()) <= 1


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="\u115f\u1160\u3164\uffa0")))
@settings(derandomize=True, deadline=None)
def test_words_stay_as_they_are(text: str) -> None:
    assert inert(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "�[31mred�[0m"),
        ("\x1b]8;;https://evil.example\x07click\x1b]8;;\x07", "�]8;;https://evil.example�click�]8;;�"),
        ("paid\rfree", "paid�free"),
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
        ("a\tb", "a b"),
        ("user\u202egnp.exe", "user�gnp.exe"),
        ("pass\u200bword\u00ad\ufeff", "password"),
        ("hi\U000e0068\U000e0069", "hi"),
        ("pa\u200dss", "pass"),
        ("\udcff", "�"),
    ],
)
def test_what_is_harmful_leaves_a_mark_and_what_is_invisible_goes(text: str, shown: str) -> None:
    assert inert(text) == shown


@pytest.mark.parametrize("text", ["👩‍🔬", "❤️", "می‌خواهم", "क्‍ष", "España «sí» — “no”…", "🏳️‍🌈"])
def test_joiners_stay_where_a_script_needs_them(text: str) -> None:
    assert inert(text) == text
