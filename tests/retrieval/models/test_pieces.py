"""One tokenizer for encoder and reader: a text's own pieces, at their places, and nothing that a text can say to it."""

import pytest

from retrieval.models.packaged import TOKENIZER, WEIGHTS
from retrieval.models.pieces import FIRST, LAST, SPECIAL_PIECES, cut_pieces, open_tokenizer


@pytest.mark.parametrize("name", sorted(SPECIAL_PIECES))
def test_the_name_of_a_special_piece_in_a_text_is_text(name: str) -> None:
    tokenizer = open_tokenizer(WEIGHTS / TOKENIZER)
    pieces = cut_pieces(tokenizer, f"The mill {name} is old.")
    special = {tokenizer.get_vocab()[each] for each in (FIRST, LAST, "<pad>", "<mask>")}
    assert not special & set(pieces.ids)


def test_pieces_have_their_places_in_the_text() -> None:
    text = "¿Quién dirigió la obra del molino?"
    pieces = cut_pieces(open_tokenizer(WEIGHTS / TOKENIZER), text)
    assert "".join(text[start:end] for start, end in pieces.offsets) == text
    assert len(pieces.ids) == len(pieces.offsets)


def test_only_the_first_pieces_are_taken_where_a_number_is_given() -> None:
    tokenizer = open_tokenizer(WEIGHTS / TOKENIZER)
    whole = cut_pieces(tokenizer, "The mill is old and the bridge is new.")
    cut = cut_pieces(tokenizer, "The mill is old and the bridge is new.", 3)
    assert (cut.ids, cut.offsets) == (whole.ids[:3], whole.offsets[:3])
    assert cut_pieces(tokenizer, "", 3).ids == []


def test_what_utf8_cannot_hold_is_read_as_a_question_mark() -> None:
    tokenizer = open_tokenizer(WEIGHTS / TOKENIZER)
    assert cut_pieces(tokenizer, "caf\udce9").ids == cut_pieces(tokenizer, "caf?").ids


def test_a_tokenizer_is_read_once() -> None:
    assert open_tokenizer(WEIGHTS / TOKENIZER) is open_tokenizer(WEIGHTS / TOKENIZER)
