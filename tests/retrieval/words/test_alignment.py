"""Words beside words: what is no word, where a quotation stands, and how far it differs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.words.alignment import align, find, is_negation_or_limit, lacks_few_words, parts, read_words

SAID = "The bridge was never meant to carry lorries, and it cost 5.6 million euros. We shall not widen it."
WORDS = read_words(SAID)
LETTERS = st.text(st.sampled_from("abc áñ.,;'’“” \n…"), max_size=60)


def found(quotation: str) -> str | None:
    """The words of SAID from the first to the last that the quotation is found at."""
    place = find(quotation, WORDS)
    return None if place is None else SAID[WORDS[place.first].start : WORDS[place.last - 1].end]


@pytest.mark.parametrize(
    "quotation",
    [
        "The bridge was never meant to carry lorries",
        "THE BRIDGE WAS NEVER MEANT TO CARRY LORRIES",
        "«the bridge   was never\nmeant to carry lorries»",
        "the bridge, was never meant; to carry lorries!",
        "the brid ge was never meant to carry lor ries",
        "thebridge was never meantto carry lorries",
    ],
)
def test_case_spacing_and_marks_are_no_words(quotation: str) -> None:
    assert found(quotation) == "The bridge was never meant to carry lorries"


@pytest.mark.parametrize(
    "quotation",
    [
        "The bridge was meant to carry lorries",
        "The bridge was always meant to carry lorries",
        "The bridge was never meant to carry lorries and trains",
        "it cost 56 million euros",
        "it cost 5 6 million euros",
        "it cost 5.6 million euro",
        "ridge was never meant",
        "meant never was bridge The",
    ],
)
def test_other_words_are_not_found(quotation: str) -> None:
    assert found(quotation) is None


@pytest.mark.parametrize("apostrophe", "'’‘‛ʼ′＇`´")
def test_every_apostrophe_is_the_same(apostrophe: str) -> None:
    assert find(f"they can{apostrophe}t talk", read_words("what they can’t talk about")) is not None


@pytest.mark.parametrize("unseen", ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u200e"])
def test_what_nobody_sees_is_no_part_of_a_word(unseen: str) -> None:
    assert [word.key for word in read_words(f"no{unseen}t a{unseen}ble, 93{unseen}4.000")] == ["not", "able", "934.000"]
    assert find("not able", read_words(f"a no{unseen}table bridge")) is None


def test_an_accent_that_stands_apart_is_part_of_its_word() -> None:
    (word,) = read_words("cafe\u0301")
    assert (word.key, word.start, word.end) == ("cafe", 0, 5)


def test_accents_are_spelling() -> None:
    assert find("código", read_words("el codigo abierto")) is not None


def test_a_negation_is_a_word_of_its_own() -> None:
    assert find("not able", read_words("a notable bridge")) is None
    assert find("notable", read_words("we are not able")) is None


def test_an_ellipsis_skips_words_in_their_order() -> None:
    place = find("The bridge was never meant … it cost 5.6 million euros", WORDS)
    assert place is not None
    assert [[WORDS[at].key for at in range(*gap)] for gap in place.skipped] == [["to", "carry", "lorries", "and"]]
    assert find("it cost 5.6 million euros … The bridge was never meant", WORDS) is None


@pytest.mark.parametrize("mark", ["…", "...", "[…]", "(...)", ". . ."])
def test_ellipses_are_written_in_many_ways(mark: str) -> None:
    assert parts(f"The bridge {mark} 5.6 million") == ["The bridge", "5.6 million"]


@pytest.mark.parametrize("word", ["no", "not", "never", "nunca", "sin", "only", "solo", "unless", "salvo", "dont"])
def test_some_words_turn_what_is_said(word: str) -> None:
    assert is_negation_or_limit(word)


@pytest.mark.parametrize("word", ["bridge", "note", "now", "nota", "solar"])
def test_most_words_do_not(word: str) -> None:
    assert not is_negation_or_limit(word)


def test_differences_lead_from_the_quotation_to_the_source() -> None:
    text = "open source models are surpassing proprietary ones"
    aligned = align("open source models are crushing proprietary ones", text, read_words(text))
    assert aligned.differences == (
        ("=", "open source models are "),
        ("-", "crushing "),
        ("+", "surpassing "),
        ("=", "proprietary ones"),
    )
    assert aligned.similarity == pytest.approx(6 / 7)


def test_an_invented_ending_is_only_in_the_quotation() -> None:
    aligned = align("We shall not widen it for anybody", SAID, WORDS)
    assert aligned.differences[-1] == ("-", "for anybody")


def test_a_word_lacking_at_the_edge_is_a_slip_and_a_part_is_a_choice() -> None:
    line = read_words("open source models are surpassing proprietary ones")
    for quotation, expected in (
        ("source models are surpassing proprietary ones", True),
        ("open source models are surpassing proprietary", True),
        ("open source models", False),
        ("open source models are surpassing proprietary ones", False),
    ):
        place = find(quotation, line)
        assert place is not None
        assert lacks_few_words(place, line) is expected


@given(LETTERS, LETTERS, LETTERS)
def test_a_whole_run_of_words_is_found_and_aligned_without_difference(before: str, middle: str, after: str) -> None:
    text = f"{before} {middle} {after}"
    words = read_words(text)
    if parts(middle) == [middle.strip()] and read_words(middle):
        assert find(middle, words) is not None


@given(LETTERS, LETTERS)
def test_differences_rebuild_both_sides(quotation: str, text: str) -> None:
    words = read_words(text)
    if not words:
        return
    aligned = align(quotation, text, words)
    said = [word.key for operation, part in aligned.differences if operation != "+" for word in read_words(part)]
    told = [word.key for operation, part in aligned.differences if operation != "-" for word in read_words(part)]
    assert said == [word.key for word in read_words(quotation)]
    assert told == [word.key for word in words[aligned.first : aligned.last]]
    assert 0 <= aligned.similarity <= 1


@given(LETTERS)
def test_words_lie_where_they_say(text: str) -> None:
    places = [(word.start, word.end) for word in read_words(text)]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)
