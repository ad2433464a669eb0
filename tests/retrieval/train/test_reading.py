"""Texts as training reads them: what is read of each, and how alike two are."""

import pytest
import torch
from torch import Tensor

from retrieval.train.reading import PASSAGE, QUESTION, Reading, cut_texts, late_interaction, read
from retrieval.train.transformer import Base, build


def tokens_of(reading: Reading, row: int) -> Tensor:
    return reading.tokens[row][reading.own[row]]


def test_a_text_is_read_the_same_alone_and_beside_a_longer_one(base: Base) -> None:
    model, texts = build(base), ["the mill", "the fisherman repaired the boat by the bridge"]
    with torch.no_grad():
        both = read(model, cut_texts(base.tokenizer, PASSAGE, texts, 64))
        alone = [read(model, cut_texts(base.tokenizer, PASSAGE, [text], 64)) for text in texts]
    for row, reading in enumerate(alone):
        assert torch.allclose(both.pooled[row], reading.pooled[0], atol=1e-5)
        assert torch.allclose(tokens_of(both, row), tokens_of(reading, 0), atol=1e-5)


@pytest.mark.parametrize(("prefix", "prefixed"), [(QUESTION, 4), (PASSAGE, 3)])
def test_prefix_and_marks_are_read_and_never_matched(base: Base, prefix: str, prefixed: int) -> None:
    texts = cut_texts(base.tokenizer, prefix, ["the mill", "the mill bridge boat church"], 6)
    assert texts.prefixed == prefixed
    # A text that is cut keeps its end mark.
    assert [len(ids) for ids in texts.pieces] == [min(6, prefixed + 3), 6]
    assert {ids[-1] for ids in texts.pieces} == {2}
    with torch.no_grad():
        reading = read(build(base), texts)
    assert reading.own.sum(1).tolist() == [min(2, 5 - prefixed), 5 - prefixed]
    assert not reading.own[:, :prefixed].any()


def test_late_interaction_is_one_for_a_text_and_itself_and_less_for_another(base: Base) -> None:
    with torch.no_grad():
        reading = read(build(base), cut_texts(base.tokenizer, PASSAGE, ["the mill", "el barco de la maestra"], 64))
        likeness = late_interaction(reading, reading)
    assert likeness.diagonal().tolist() == pytest.approx([1, 1], abs=1e-5)
    assert float(likeness[0, 1]) < 0.99
    assert float(likeness[1, 0]) < 0.99


def test_a_text_without_pieces_of_its_own_matches_nothing(base: Base) -> None:
    with torch.no_grad():
        empty, text = (
            read(build(base), cut_texts(base.tokenizer, prefix, [text], 3 if text == "" else 64))
            for prefix, text in ((QUESTION, ""), (PASSAGE, "the mill"))
        )
    assert late_interaction(empty, text).tolist() == [[0.0]]
