"""Texts with their quotations in their places, and what is asked of each."""

import random
from pathlib import Path

import pytest
from training_data import write_rows

from knowledge.errors import BadLabels
from retrieval.train.data_folder import SPEAKERS, WRITTEN_SPEAKERS, QuotationRow, SpeakersRow
from retrieval.train.speaker_texts import placed, speaker_questions, speaker_texts

TEXT = [
    "The mayor, Ana Ruiz, met Mr Ortiz on Monday. “We are leaving,” she told him. “We are leaving.”",
    "Ruiz added: “Nobody asked.”",
]


def quotation(words: str, paragraph: int = 0, speaker: str | None = "Ana Ruiz", nearest: str = "she") -> QuotationRow:
    return QuotationRow(words, speaker, nearest, paragraph, "direct")


def row(*quotations: QuotationRow) -> SpeakersRow:
    return SpeakersRow("en", TEXT, list(quotations), "train")


def test_quotations_stand_where_their_words_do_and_the_same_words_in_their_turn() -> None:
    text = placed(row(quotation("We are leaving"), quotation("Nobody asked.", 1), quotation("We are leaving")))
    assert [text.text[each.start : each.end] for each in text.quotations] == [
        "We are leaving", "We are leaving", "Nobody asked.",
    ]  # fmt: skip
    assert len({each.start for each in text.quotations}) == 3
    assert text.text == "\n\n".join(TEXT)


def answers(*quotations: QuotationRow) -> list[str | None]:
    asked = speaker_questions(placed(row(*quotations)), random.Random(1))
    return [each.passage[slice(*each.span)] if each.span else None for each in asked]


def test_a_speaker_is_named_nearest_to_the_words_in_full_by_the_surname_or_otherwise() -> None:
    assert answers(quotation("We are leaving")) == ["Ana Ruiz"]
    assert answers(quotation("Nobody asked.", 1, "Rosa Ruiz")) == ["Ruiz"]
    assert answers(quotation("We are leaving", 0, "Eva Sol", "she")) == ["she"]
    assert answers(quotation("We are leaving", 0, None, "")) == [None]


def test_a_name_within_the_quotation_is_no_answer() -> None:
    inside = SpeakersRow(
        "en", ["“Ana Ruiz lied,” he said."], [quotation("Ana Ruiz lied,", 0, "Ana Ruiz", "he")], "train"
    )
    (asked,) = speaker_questions(placed(inside), random.Random(1))
    assert asked.passage[slice(*asked.span or (0, 0))] == "he"


def test_the_words_asked_for_begin_anywhere_in_the_first_half() -> None:
    long = "We are leaving this town because nobody asked us to stay"
    text = placed(SpeakersRow("en", [f"Ana Ruiz said: “{long}.”"], [quotation(long)], "train"))
    asked = {next(speaker_questions(text, random.Random(seed))).question for seed in range(60)}
    assert len(asked) == len(long.split()) // 2 + 1
    assert f"Who said “{long}”?" in asked


def test_a_quotation_of_a_paragraph_that_is_not_there_is_named() -> None:
    with pytest.raises(BadLabels, match=r"^“We are leaving” names paragraph 2, of 2\.$"):
        placed(row(quotation("We are leaving", 2)))


def test_the_texts_of_both_files_are_read(tmp_path: Path) -> None:
    rows = {"l": "en", "p": TEXT, "q": [{"t": "Nobody asked.", "p": 1, "s": "Ana Ruiz", "n": "Ruiz"}], "split": "train"}
    for name in (SPEAKERS, WRITTEN_SPEAKERS):
        write_rows(tmp_path / name, [rows])
    assert len(list(speaker_texts(tmp_path))) == 2
    assert list(speaker_texts(tmp_path / "elsewhere")) == []
