"""A packed reader says nearly what the taught one says, and reads its word vectors out of the encoder's file."""

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
import tiny_base
import tiny_models
import torch
from numpy.typing import NDArray
from onnxruntime import InferenceSession

from knowledge.errors import BadInput, MissingFile, UntrustedModel
from knowledge.storage import file_sha256
from retrieval.model import READER_NAME
from retrieval.models.onnx_reader import OnnxReader
from retrieval.models.packaged import DIGESTED_FILES, MANIFEST, MODEL, TOKENIZER, packaged_model, packaged_reader
from retrieval.models.packaged import READER as PACKED
from retrieval.models.packaged import READER_MANIFEST as PACKED_MANIFEST
from retrieval.train.pack_encoder import pack
from retrieval.train.pack_reader import pack_reader
from retrieval.train.packing import WORD_ARRAYS, read_blocks
from retrieval.train.reader import PIECES, Cutter, read_pairs
from retrieval.train.reader_model import READER, build_reader
from retrieval.train.reader_rows import ClaimRow
from retrieval.train.transformer import ENCODER, Base, open_base, read_weights

WORDS = [*range(5, 60)]
PAIRS = [
    [0, 5, 6, 2, 2, 7, 30, 40, 50, 2],
    [0, *WORDS, 2, 2, *WORDS[::-1], 2],
    [0, 2, 2, 2],
    [0, *WORDS, 2, 2, *WORDS * 4, 2],
    [0, *[40] * (PIECES - 2), 2],
]


@pytest.fixture(scope="module")
def packed(work: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.pack_both(work, tmp_path_factory.mktemp("packed") / "weights")


@pytest.fixture
def weights(packed: Path, tmp_path: Path) -> Path:
    """A weights folder of the test's own."""
    return Path(shutil.copytree(packed, tmp_path / "weights"))


def readings(path: Path, pieces: list[int]) -> list[NDArray[np.float32]]:
    session = InferenceSession(path, providers=["CPUExecutionProvider"])
    return list(session.run(["stances", "answered", "ends"], {"pieces": np.array([pieces])}))


@pytest.mark.parametrize("pieces", PAIRS, ids=len)
def test_a_packed_reader_says_nearly_what_float32_says(base: Base, work: Path, packed: Path, pieces: list[int]) -> None:
    model = build_reader(base, read_weights(work / READER))
    stances, answered, ends = readings(packed / PACKED, pieces)
    with torch.no_grad():
        hidden = model.bert(input_ids=torch.tensor([pieces])).last_hidden_state
        wanted = model.heads(hidden, torch.ones(1, len(pieces)))
    assert (stances.shape, answered.shape, ends.shape) == ((1, 3), (1, 1), (1, len(pieces), 2))
    for made, exact in zip((stances[0], answered[0], ends), wanted, strict=True):
        # Log-odds of these heads are some units apart.
        assert made == pytest.approx(exact.numpy().reshape(made.shape), abs=0.4)
    assert np.corrcoef(ends.ravel(), wanted[2].numpy().ravel())[0, 1] > 0.99


def test_the_program_reads_what_training_reads(base: Base, work: Path, packed: Path) -> None:
    model, reader, cutter = build_reader(base, read_weights(work / READER)), OnnxReader(packed), Cutter(base.tokenizer)
    pairs = [
        ("who bought the mill?", "the council bought the mill. the teacher sold the boat."),
        ("who " * 200, "the council bought the mill " * 100),
        ("", "el pescador reparó el barco"),
    ]
    for (asked, passage), reading in zip(pairs, reader.read(pairs), strict=True):
        pair = cutter.pair(ClaimRow("claim", asked, passage, "S"))
        # What the packed model itself says of the pieces that training reads is what comes out.
        stances, answered, _ = readings(packed / PACKED, pair.pieces)
        given = [reading.stances.supports, reading.stances.contradicts, reading.stances.neutral]
        shares = np.exp(stances[0]) / np.exp(stances[0]).sum()
        assert given == pytest.approx(shares.tolist(), abs=1e-4)
        assert reading.answered == pytest.approx(1 / (1 + np.exp(-answered[0, 0])), abs=1e-4)
        with torch.no_grad():
            exact, odds, _, _ = read_pairs(model, [pair])
        assert given == pytest.approx(exact[0].softmax(-1).tolist(), abs=0.1)
        assert reading.answered == pytest.approx(float(odds[0].sigmoid()), abs=0.1)


def test_word_vectors_are_read_from_the_encoders_file_and_stand_nowhere_else(work: Path, packed: Path) -> None:
    arrays = {array.name: array for array in onnx.load(packed / PACKED, load_external_data=False).graph.initializer}
    encoder, reader, blocks = (packed / MODEL).read_bytes(), (packed / PACKED).read_bytes(), read_blocks(work)
    by_block = blocks.reshape(len(blocks), -1, 18)
    for name, values in zip(WORD_ARRAYS, (by_block[..., :2], by_block[..., 2:]), strict=True):
        place = {entry.key: entry.value for entry in arrays[name].external_data}
        assert place.pop("location") == MODEL
        start = int(place.pop("offset"))
        assert encoder[start : start + int(place.pop("length"))] == values.tobytes()
        assert place == {}
        assert values.tobytes() not in reader
    # No other array lies outside.
    outside = {name for name, array in arrays.items() if array.data_location == onnx.TensorProto.EXTERNAL}
    assert outside == set(WORD_ARRAYS)


def test_without_the_encoders_file_it_does_not_open(weights: Path) -> None:
    (weights / MODEL).unlink()
    with pytest.raises(Exception, match=r"model\.onnx"):
        InferenceSession(weights / PACKED, providers=["CPUExecutionProvider"])
    with pytest.raises(UntrustedModel, match=r"model\.onnx of the packaged models is missing"):
        OnnxReader(weights)


def test_the_same_reader_is_the_same_files(work: Path, packed: Path, weights: Path) -> None:
    for name in (PACKED, PACKED_MANIFEST):
        (weights / name).unlink()
    pack_reader(work, work / READER, weights)
    assert sorted(path.name for path in weights.iterdir()) == sorted(path.name for path in packed.iterdir())
    for path in packed.iterdir():
        assert (weights / path.name).read_bytes() == path.read_bytes()


def test_a_packed_folder_is_one_that_the_program_opens_and_everybody_may_read(packed: Path) -> None:
    names = sorted([MANIFEST, *DIGESTED_FILES, PACKED, PACKED_MANIFEST])
    assert sorted(path.name for path in packed.iterdir()) == names
    assert json.loads((packed / PACKED_MANIFEST).read_text("utf-8")) == {
        "name": READER_NAME,
        "pieces": PIECES,
        "files": {name: file_sha256(packed / name) for name in (MODEL, PACKED, TOKENIZER)},
    }
    assert packaged_reader(packed).pieces == PIECES
    # The encoder beside it is as it was.
    assert packaged_model(packed).dimension == tiny_base.WIDTH
    assert {path.stat().st_mode & 0o777 for path in packed.iterdir()} == {0o644}


def test_a_folder_without_an_encoder_is_refused_before_anything_is_written(work: Path, tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    for folder in (tmp_path / "weights", tmp_path / "none"):
        with pytest.raises(UntrustedModel, match="The packaged encoder has no readable manifest"):
            pack_reader(work, work / READER, folder)
    assert list((tmp_path / "weights").iterdir()) == []
    assert not (tmp_path / "none").exists()


def test_a_damaged_encoder_is_refused(work: Path, weights: Path) -> None:
    with (weights / MODEL).open("ab") as file:
        file.write(b"\0")
    before = (weights / PACKED).read_bytes()
    with pytest.raises(UntrustedModel, match=r"model\.onnx of the packaged models is not the one published"):
        pack_reader(work, work / READER, weights)
    assert (weights / PACKED).read_bytes() == before


def test_an_encoder_with_other_word_vectors_is_refused(work: Path, tmp_path: Path) -> None:
    other = tiny_models.write_work(tmp_path / "other", seed=2)
    pack(other, other / ENCODER, tmp_path / "weights")
    with pytest.raises(UntrustedModel, match=r"model\.onnx has other word vectors than the base\.$") as caught:
        pack_reader(work, work / READER, tmp_path / "weights")
    assert caught.value.hint == "Pack the encoder of the same base first."
    assert not (tmp_path / "weights" / PACKED).exists()
    assert open_base(other)


@pytest.mark.parametrize("name", ["base.safetensors", READER])
def test_a_work_folder_that_lacks_a_file_is_said_so_before_anything_is_written(
    work: Path, weights: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "work").mkdir()
    for path in work.iterdir():
        if path.name != name:
            (tmp_path / "work" / path.name).symlink_to(path)
    before = {path.name: path.read_bytes() for path in weights.iterdir()}
    with pytest.raises(MissingFile, match=name):
        pack_reader(tmp_path / "work", tmp_path / "work" / READER, weights)
    assert {path.name: path.read_bytes() for path in weights.iterdir()} == before


def test_an_encoders_weights_are_no_readers(work: Path, weights: Path) -> None:
    with pytest.raises(BadInput, match="not those of a reader"):
        pack_reader(work, work / ENCODER, weights)
