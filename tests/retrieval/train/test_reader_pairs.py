"""What is read of a row: both texts between marks, cut to what there is room for, and where the answer stands."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_data import BOAT, MILL

from retrieval.models.onnx_reader import QUESTION_PIECES
from retrieval.train.reader import PIECES, Cutter, read_pairs
from retrieval.train.reader_model import READER, build_reader
from retrieval.train.reader_rows import ClaimRow, QuestionRow
from retrieval.train.transformer import Base, read_weights

CLAIM = ClaimRow("claim", "the mill was bought", MILL, "S")
QUESTION = QuestionRow("question", "who bought the mill?", MILL, answered=True, span=(0, 11))


class Counting:
    """A tokenizer that counts how often each text is cut."""

    def __init__(self, base: Base) -> None:
        self.own, self.cut = base.tokenizer, Counter[str]()

    def encode(self, text: str, *, add_special_tokens: bool) -> object:
        self.cut[text] += 1
        return self.own.encode(text, add_special_tokens=add_special_tokens)


def test_a_passage_is_cut_once_however_often_it_is_drawn(base: Base) -> None:
    counting = Counting(base)
    cutter = Cutter(counting)  # type: ignore[arg-type]
    rows: list[ClaimRow | QuestionRow] = [
        CLAIM,
        QUESTION,
        replace(QUESTION, passage=BOAT),
        replace(CLAIM, passage=BOAT),
    ]
    first = [cutter.pair(row) for row in rows]
    assert [cutter.pair(row) for row in rows] == first == [Cutter(base.tokenizer).pair(row) for row in rows]
    assert {counting.cut[row.passage] for row in rows} == {1}


def test_a_pair_is_read_the_same_alone_and_beside_a_longer_one(base: Base, work: Path) -> None:
    model, cutter = build_reader(base, read_weights(work / READER)), Cutter(base.tokenizer)
    pairs = [cutter.pair(row) for row in (CLAIM, replace(CLAIM, passage=f"{BOAT} {MILL}"))]
    # A piece with the number of the padding is none where it stands within.
    pairs = [replace(pair, pieces=[*pair.pieces[:-1], 1, 2]) for pair in pairs]
    with torch.no_grad():
        together = read_pairs(model, pairs)
        alone = [read_pairs(model, [pair]) for pair in pairs]
    for row, (pair, own) in enumerate(zip(pairs, alone, strict=True)):
        stances, answered, ends, mask = own
        assert torch.allclose(together[0][row], stances[0], atol=1e-4)
        assert torch.allclose(together[1][row], answered[0], atol=1e-4)
        assert torch.allclose(together[2][row, : len(pair.pieces)], ends[0], atol=1e-4)
        assert mask.sum() == together[3][row].sum() == len(pair.pieces)


@pytest.mark.parametrize("name", ["<s>", "</s>", "<pad>", "<unk>", "<mask>"])
def test_the_name_of_a_special_piece_in_a_text_is_text(base: Base, name: str) -> None:
    pair = Cutter(base.tokenizer).pair(replace(QUESTION, text=f"who {name}?", passage=f"the {name} mill", span=None))
    first, *question, last = pair.pieces[: pair.begins - 1]
    special = {base.tokenizer.token_to_id(name), 0, 2}
    assert (first, last) == (0, 2)
    # What its brackets become is no piece of this base.
    assert not special - {3} & {*question, *pair.pieces[pair.begins : -1]}
    # The offsets are those of the text as it is.
    start = len(f"the {name} ")
    placed = Cutter(base.tokenizer).pair(replace(QUESTION, passage=f"the {name} mill", span=(start, start + 4)))
    assert placed.ends == (len(placed.pieces) - 2, len(placed.pieces) - 2)


def test_a_pair_is_both_texts_between_marks(base: Base) -> None:
    tokenizer, cutter = base.tokenizer, Cutter(base.tokenizer)
    pair = cutter.pair(QUESTION)
    assert [tokenizer.id_to_token(piece) for piece in pair.pieces] == [
        "<s>", "▁who", "▁bought", "▁the", "▁mill", "?", "</s>", "</s>",
        "▁the", "▁council", "▁bought", "▁the", "▁mill", "▁in", "▁the", "▁church", "</s>",
    ]  # fmt: skip
    assert (pair.begins, pair.ends) == (8, (8, 9))
    assert cutter.pair(CLAIM).ends is None


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        ("the council", (0, 1)),
        ("mill", (4, 4)),
        # Within a piece, over the space between two, and the whole.
        ("ounc", (1, 1)),
        ("l b", (1, 2)),
        ("church", (7, 7)),
        (MILL, (0, 7)),
    ],
)
def test_the_ends_of_an_answer_are_the_pieces_that_its_words_touch(
    base: Base, words: str, pieces: tuple[int, int]
) -> None:
    start = MILL.index(words)
    pair = Cutter(base.tokenizer).pair(replace(QUESTION, span=(start, start + len(words))))
    assert pair.ends == (pair.begins + pieces[0], pair.begins + pieces[1])


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.data(), st.text("abñé日 ?.", min_size=1, max_size=40))
def test_every_piece_that_an_answer_touches_is_in_it_and_no_other(base: Base, data: st.DataObject, text: str) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    pair = Cutter(base.tokenizer).pair(QuestionRow("question", "who?", text, answered=True, span=(start, end)))
    offsets = base.tokenizer.encode(text, add_special_tokens=False).offsets
    touched = [number for number, (first, last) in enumerate(offsets) if set(range(first, last)) & {*range(start, end)}]
    assert pair.ends == ((pair.begins + touched[0], pair.begins + touched[-1]) if touched else None)


def test_long_texts_are_cut_and_an_answer_that_is_cut_off_has_no_ends(base: Base) -> None:
    question, passage = "who " * 200, "the " * 400
    room = PIECES - 4 - QUESTION_PIECES
    for last, is_read in ((room, True), (room + 1, False), (400, False)):
        # Of each four letters, a piece begins with the space before its word.
        row = QuestionRow("question", question, passage, answered=True, span=(0, 4 * last - 1))
        pair = Cutter(base.tokenizer).pair(row)
        assert len(pair.pieces) == PIECES
        assert pair.begins == QUESTION_PIECES + 3
        assert pair.ends == ((pair.begins, pair.begins + last - 1) if is_read else None)
    # A short question leaves its room to the passage.
    pair = Cutter(base.tokenizer).pair(replace(row, text="who?", span=(0, 4 * 314 - 1)))
    assert (len(pair.pieces), pair.ends) == (PIECES, (5, 5 + 313))


@pytest.mark.parametrize(("text", "passage"), [("", ""), ("who?", ""), ("", MILL)])
def test_empty_texts_are_read_between_the_same_marks(base: Base, text: str, passage: str) -> None:
    pair = Cutter(base.tokenizer).pair(QuestionRow("question", text, passage, answered=False, span=None))
    assert [pair.pieces[0], *pair.pieces[pair.begins - 2 : pair.begins], pair.pieces[-1]] == [0, 2, 2, 2]
    with torch.no_grad():
        readings = read_pairs(build_reader(base), [pair])
    assert all(torch.isfinite(part).all() for part in readings[:3])
