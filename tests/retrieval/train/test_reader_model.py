"""The reader's model: three heads over what the transformer makes of a pair, and whose weights it takes."""

from pathlib import Path

import pytest
import tiny_base
import tiny_models
import torch
from safetensors.numpy import load_file, save_file

from knowledge.errors import BadInput
from retrieval.train.reader_model import READER, build_reader
from retrieval.train.transformer import ENCODER, Base, open_base, read_weights, write_weights


def test_heads_say_what_a_passage_does_of_every_pair(base: Base) -> None:
    model = build_reader(base)
    hidden = torch.randn(3, 7, tiny_base.WIDTH)
    stances, answered, ends = model.heads(hidden, torch.ones(3, 7))
    assert (stances.shape, answered.shape, ends.shape) == ((3, 3), (3,), (3, 7, 2))


@pytest.mark.parametrize("own", [1, 4, 7])
def test_what_fills_up_a_batch_says_nothing(base: Base, own: int) -> None:
    model = build_reader(base)
    hidden, mask = torch.randn(1, 7, tiny_base.WIDTH), torch.zeros(1, 7)
    mask[:, :own] = 1
    alone = model.heads(hidden[:, :own], torch.ones(1, own))
    filled = model.heads(hidden, mask)
    for before, after in zip(alone[:2], filled[:2], strict=True):
        assert torch.allclose(before, after, atol=1e-5)
    assert torch.allclose(alone[2], filled[2][:, :own], atol=1e-5)


def test_every_head_reads_its_own_layer(base: Base) -> None:
    """Whether a passage answers is not read off what it does with a claim."""
    model, hidden, mask = build_reader(base), torch.randn(1, 5, tiny_base.WIDTH), torch.ones(1, 5)
    before = model.heads(hidden, mask)
    with torch.no_grad():
        model.pool.weight.zero_()
    after = model.heads(hidden, mask)
    assert [torch.equal(first, second) for first, second in zip(before, after, strict=True)] == [False, True, True]


def test_a_new_reader_begins_with_the_base_and_only_its_word_vectors_are_frozen(base: Base) -> None:
    model = build_reader(base)
    for name, value in model.bert.state_dict().items():
        assert torch.equal(value, base.weights[name]), name
    frozen = {name for name, parameter in model.named_parameters() if not parameter.requires_grad}
    assert frozen == {"bert.embeddings.word_embeddings.weight"}
    assert not model.training


def test_a_file_of_weights_holds_heads_and_layers_in_half_precision_without_word_vectors(
    base: Base, tmp_path: Path
) -> None:
    model = build_reader(base)
    write_weights(model, tmp_path / READER)
    stored = load_file(tmp_path / READER)
    assert set(stored) == set(model.state_dict()) - {"bert.embeddings.word_embeddings.weight"}
    assert {name.split(".")[0] for name in stored} == {"bert", "pool", "nli", "pool_qa", "answered", "span"}
    assert {str(array.dtype) for array in stored.values()} == {"float16"}
    again = build_reader(base, read_weights(tmp_path / READER)).state_dict()
    for name, value in model.state_dict().items():
        assert torch.allclose(again[name], value, atol=1e-3), name


def test_weights_of_something_else_are_refused(base: Base, work: Path, tmp_path: Path) -> None:
    whole = load_file(work / READER)
    shorter = whole | {"bert.embeddings.LayerNorm.bias": whole["bert.embeddings.LayerNorm.bias"][:9]}
    without = {name: array for name, array in whole.items() if name != "span.bias"}
    for number, arrays in enumerate((shorter, without, whole | {"more.weight": whole["span.bias"]}, {})):
        save_file(arrays, tmp_path / str(number))
        with pytest.raises(BadInput, match=r"^The weights are not those of a reader of this base\.$"):
            build_reader(base, read_weights(tmp_path / str(number)))
    # An encoder has the same layers, but no heads.
    with pytest.raises(BadInput, match="not those of a reader"):
        build_reader(base, read_weights(work / ENCODER))


def test_weights_taught_from_a_base_with_other_layers_are_refused(
    base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiny_base, "LAYERS", 1)
    other = tiny_models.write_work(tmp_path / "other")
    assert build_reader(open_base(other), read_weights(other / READER))
    with pytest.raises(BadInput, match="not those of a reader of this base"):
        build_reader(base, read_weights(other / READER))
