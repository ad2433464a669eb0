"""Which quotations are one in several parts."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model import FoundQuote, Language, Paragraph
from knowledge.quotes import find_quotes
from knowledge.segment import segment
from knowledge.speech.parts import join_parts


def parts(text: str, language: Language = "en") -> list[list[str]]:
    """The words of every direct quotation of a text, part by part."""
    paragraphs, position = [], 0
    for paragraph in text.split("\n\n"):
        paragraphs.append(Paragraph(position, position + len(paragraph)))
        position += len(paragraph) + 2
    sentences = segment(text, paragraphs, language=language).sentences
    quotes = find_quotes(text, paragraphs, language=language, sentences=sentences)
    return [[text[start:end] for start, end in quote.parts] for quote in quotes if quote.direct]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("“The dam is old,” she said. “It will not hold.”", "en", [["The dam is old,", "It will not hold."]]),
        ("“The dam is old,” said Ann Ross, an engineer, “and it will not hold.”", "en",
         [["The dam is old,", "and it will not hold."]]),
        ("“The dam is old,” said Ann Ross. “It will not hold.”", "en", [["The dam is old,", "It will not hold."]]),
        ("“La presa es vieja”, dijo Ana Ruiz, “y no va a aguantar”.", "es",
         [["La presa es vieja", "y no va a aguantar"]]),
        ("—La presa es vieja —dijo Ana Ruiz—. No va a aguantar.", "es", [["La presa es vieja", "No va a aguantar."]]),
        ("“The dam is old,” said Ann Ross. “It leaks in May.\n\n“It will not hold.”", "en",
         [["The dam is old,", "It leaks in May.", "It will not hold."]]),
        ("“The dam is old,” said Ann Ross. She left the hall. “It will not hold,” said Ann Ross.", "en",
         [["The dam is old,"], ["It will not hold,"]]),
        ("“The dam is old,” said Ann Ross. “It is as new,” said Luke Case.", "en",
         [["The dam is old,"], ["It is as new,"]]),
        ("Ann Ross called it “a shame for all of us here” and “an insult to every one of you”.", "en", None),
        ("“The dam is old,” said Ann Ross.\n\n“It will not hold,” said Ann Ross.", "en",
         [["The dam is old,"], ["It will not hold,"]]),
    ],
)  # fmt: skip
def test_what_only_its_attribution_interrupts_is_one_quotation(
    text: str, language: Language, expected: list[list[str]] | None
) -> None:
    found = parts(text, language)
    if expected is None:
        assert all(len(one) == 1 for one in found)
    else:
        assert found == expected


def quote(*places: tuple[int, int], speaker: str | None = "Ann Ross", sure: float | None = None) -> FoundQuote:
    return FoundQuote(places, speaker, None, "said", direct=True, speaker_confidence=sure)


TEXT = "“It leaks,” she said, “and it breaks,” she said, “and it falls.” “No,” he said."
PLACES = [
    (TEXT.index(words), TEXT.index(words) + len(words)) for words in ("It leaks,", "and it breaks,", "and it falls.")
]


def joined(*quotes: FoundQuote) -> list[tuple[tuple[int, int], ...]]:
    return [one.parts for one in join_parts(TEXT, quotes, sentence_starts=[0], paragraph_starts=[0])]


def test_parts_that_are_given_as_one_stay_one() -> None:
    first, second, third = PLACES
    assert joined(quote(first), quote(second), quote(third)) == [(first, second, third)]
    assert joined(quote(first, second), quote(third)) == [(first, second, third)]
    assert joined(quote(first, second, third)) == [(first, second, third)]


def test_what_stands_between_two_parts_divides_them() -> None:
    first, second, third = PLACES
    other = quote(second, speaker="Luke Case")
    assert joined(quote(first, third), other) == [(first,), (second,), (third,)]


def test_of_nobody_who_is_named_a_part_goes_on_only_within_its_sentence() -> None:
    first, second, _ = PLACES
    assert joined(quote(first, speaker=None), quote(second, speaker=None)) == [(first, second)]
    text = TEXT.replace("she said, “and it breaks", "one said. “And it breaks")
    places = [(1, 10), (text.index("And"), text.index("And") + 14)]
    found = [quote(place, speaker=None) for place in places]
    assert [one.parts for one in join_parts(text, found, sentence_starts=[0], paragraph_starts=[0])] == [
        (place,) for place in places
    ]


def test_a_joined_quotation_is_as_sure_as_its_least_sure_part() -> None:
    first, second, third = PLACES
    (one,) = join_parts(
        TEXT, [quote(first, sure=0.9), quote(second, sure=0.7), quote(third)], sentence_starts=[0], paragraph_starts=[0]
    )
    assert one.speaker_confidence == 0.7


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=12))
def test_however_quotations_are_given_they_stay_apart_and_whole(drawn: list[tuple[int, int]]) -> None:
    """`drawn` are (number of a quotation, gap before its next part); parts of three letters each."""
    text = "aa, said, " * 30
    places: dict[int, list[tuple[int, int]]] = {}
    position = 0
    for number, gap in drawn:
        places.setdefault(number, []).append((position + gap, position + gap + 3))
        position += gap + 3
    quotes = [quote(*own, speaker="AB"[number % 2]) for number, own in places.items()]
    found = join_parts(text, quotes, sentence_starts=[0], paragraph_starts=[0])
    assert all(left.end <= right.start for left, right in pairwise(found))
    spoken = sorted((part, one.speaker) for one in quotes for part in one.parts)
    assert [(part, one.speaker) for one in found for part in one.parts] == spoken
