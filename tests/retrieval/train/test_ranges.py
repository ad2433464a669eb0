"""What a text that says when or how much does with a claim that says so."""

import random

import pytest

from retrieval.train.ranges import Range, as_sentence, draw_pair, relation


@pytest.mark.parametrize(
    ("claimed", "stated", "decision"),
    [
        ((1, 5), (2, 3), "S"),
        ((1, 5), (1, 5), "S"),
        ((2, 3), (1, 5), "N"),
        ((1, 3), (2, 5), "N"),
        ((1, 3), (3, 5), "N"),
        ((1, 2), (3, 5), "C"),
        ((6, 9), (3, 5), "C"),
    ],
)
def test_a_text_supports_what_holds_all_that_it_may_mean(
    claimed: tuple[int, int], stated: tuple[int, int], decision: str
) -> None:
    assert relation(Range("", *claimed), Range("", *stated)) == decision


def test_a_pair_makes_the_decision_that_is_wanted_or_there_is_none() -> None:
    def exactly(value: int, _: random.Random) -> Range[int] | None:
        return Range(str(value), value, value)

    def another(value: int, _: random.Random) -> int:
        return value + 1

    chance = random.Random(1)
    assert draw_pair("S", 4, another, [exactly], chance) == ("4", "4")
    assert draw_pair("C", 4, another, [exactly], chance) == ("5", "4")
    assert draw_pair("N", 4, another, [exactly], chance) is None


def test_a_way_without_words_is_drawn_again() -> None:
    def sometimes(value: int, chance: random.Random) -> Range[int] | None:
        return Range(str(value), value, value) if chance.random() < 1 / 2 else None

    assert draw_pair("S", 4, lambda value, _: value + 1, [sometimes], random.Random(1)) == ("4", "4")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("quill, launched , is free .", "Quill, launched, is free."),
        ("  in 2022 it  opened.", "In 2022 it opened."),
        ("", ""),
    ],
)
def test_words_put_in_and_taken_out_leave_a_sentence(text: str, sentence: str) -> None:
    assert as_sentence(text) == sentence
