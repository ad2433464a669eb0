"""The encoder that ships: whole, or refused in one sentence."""

import json
import shutil
from pathlib import Path

import pytest

from knowledge.errors import UntrustedModel
from retrieval.models.packaged import DIGESTED_FILES, MANIFEST, WEIGHTS, open_packaged, packaged_model

# Seven bits: 2 products of at most 255 × 64 stay below 2^15, where processors without VNNI saturate.
MOST = 64


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WEIGHTS, tmp_path / "weights"))


def test_the_weights_are_at_most_25_megabytes() -> None:
    assert (WEIGHTS / "model.onnx").stat().st_size < 25_000_000


def test_a_whole_folder_opens(folder: Path) -> None:
    encoder = open_packaged(folder)
    assert encoder.encode_questions(["¿Quién?"]).vectors.shape == (1, encoder.dimension)
    assert encoder.digest == open_packaged().digest


@pytest.mark.parametrize("name", DIGESTED_FILES)
def test_a_changed_file_is_refused(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(UntrustedModel, match=f"{name} of the packaged models is not the one published"):
        packaged_model(folder)


@pytest.mark.parametrize("name", DIGESTED_FILES)
def test_a_missing_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(UntrustedModel, match=f"{name} of the packaged models is missing"):
        packaged_model(folder)


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"name": "x"}', b"\xff"])
def test_an_unreadable_manifest_is_refused(folder: Path, content: bytes | None) -> None:
    if content is None:
        (folder / MANIFEST).unlink()
    else:
        (folder / MANIFEST).write_bytes(content)
    with pytest.raises(UntrustedModel, match="no readable manifest"):
        packaged_model(folder)


def test_the_digest_follows_every_file(folder: Path) -> None:
    before = packaged_model(folder).digest
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    manifest["pieces"] = 128
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    assert packaged_model(folder).digest != before


def test_weights_take_seven_bits() -> None:
    import onnx

    graph = onnx.load(WEIGHTS / "model.onnx").graph
    multiplied = {name for node in graph.node if node.op_type == "MatMulInteger" for name in node.input}
    weights = [
        onnx.numpy_helper.to_array(one)
        for one in graph.initializer
        if one.name in multiplied and one.data_type == onnx.TensorProto.INT8 and len(one.dims) == 2
    ]
    assert len(weights) > 30
    assert all(one.min() >= -MOST and one.max() <= MOST for one in weights)
