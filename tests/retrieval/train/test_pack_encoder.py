"""What is packed makes the vectors of what was taught, in files that are the same every time."""

import json
from pathlib import Path

import numpy as np
import pytest
import tiny_base
import torch
from numpy.typing import NDArray
from onnxruntime import InferenceSession

from knowledge.errors import BadTarget, MissingFile
from knowledge.storage import file_sha256
from retrieval.model import ENCODER_NAME
from retrieval.models.packaged import DIGESTED_FILES, LEXICON, MANIFEST, MODEL, TOKENIZER, open_packaged, packaged_model
from retrieval.train.pack_encoder import pack, write_model
from retrieval.train.reading import PASSAGE, QUESTION
from retrieval.train.transformer import ENCODER, build, open_base, read_weights

PIECES = [[0, 5, 6, 7, 30, 40, 50, 2], [0, 8, 7, 20, 21, 2], [0, 2]]


@pytest.fixture(scope="module")
def packed(work: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packed") / "weights"
    pack(work, work / ENCODER, folder)
    return folder


def results(path: Path, pieces: list[int]) -> list[NDArray[np.float32]]:
    session = InferenceSession(path, providers=["CPUExecutionProvider"])
    return list(session.run(["vector", "tokens"], {"pieces": np.array([pieces])}))


def test_a_packed_model_makes_the_vectors_that_float32_makes(work: Path, tmp_path: Path) -> None:
    assert write_model(work, work / ENCODER, tmp_path / MODEL) == tiny_base.WIDTH
    model = build(open_base(work), read_weights(work / ENCODER))
    for pieces in PIECES:
        vector, tokens = results(tmp_path / MODEL, pieces)
        with torch.no_grad():
            exact = model(input_ids=torch.tensor([pieces])).last_hidden_state[0]
        assert vector.shape == (1, tiny_base.WIDTH)
        assert tokens.shape == (1, len(pieces), tiny_base.WIDTH)
        for made, wanted in ((tokens[0], exact), (vector, exact.mean(dim=0, keepdim=True))):
            assert np.allclose(np.linalg.norm(made, axis=-1), 1, atol=1e-5)
            wanted = torch.nn.functional.normalize(wanted, dim=-1).numpy()
            assert ((made * wanted).sum(axis=-1) > 0.998).all()


def test_the_same_encoder_is_the_same_folder(work: Path, packed: Path, tmp_path: Path) -> None:
    pack(work, work / ENCODER, tmp_path / "again")
    names = sorted([MANIFEST, *DIGESTED_FILES])
    assert sorted(path.name for path in packed.iterdir()) == names
    for name in names:
        assert (packed / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_a_packed_folder_is_one_that_the_program_opens(work: Path, packed: Path) -> None:
    manifest = json.loads((packed / MANIFEST).read_text("utf-8"))
    assert manifest == {
        "name": ENCODER_NAME,
        "dimension": tiny_base.WIDTH,
        "token_dimension": tiny_base.WIDTH,
        "pieces": 256,
        "prefixes": {"question": QUESTION, "passage": PASSAGE},
        "files": {name: file_sha256(packed / name) for name in DIGESTED_FILES},
    }
    assert [packaged_model(packed).prefixes.question, packaged_model(packed).prefixes.passage] == [QUESTION, PASSAGE]
    for name in (LEXICON, TOKENIZER):
        assert (packed / name).read_bytes() == (work / name).read_bytes()


def test_an_opened_folder_reads_texts_as_training_does(work: Path, packed: Path) -> None:
    base, text = open_base(work), "the council sold the bridge"
    model = build(base, read_weights(work / ENCODER))
    encoder = open_packaged(packed)
    for prefix, encodings in (
        (QUESTION, encoder.encode_questions([text])),
        (PASSAGE, encoder.encode_passages([text], spans=[[(0, 11)]])),
    ):
        with torch.no_grad():
            exact = model(input_ids=torch.tensor([base.tokenizer.encode(prefix + text).ids])).last_hidden_state[0]
        wanted = torch.nn.functional.normalize(exact.mean(dim=0), dim=-1).numpy()
        assert encodings.vectors[0] @ wanted > 0.998
        assert encodings.tokens[0].shape == (5, tiny_base.WIDTH)
    assert np.linalg.norm(encodings.parts[0], axis=1) == pytest.approx(1, abs=1e-5)


def test_everybody_may_read_what_ships(packed: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in packed.iterdir()} == {0o644}


def test_packing_again_replaces_what_is_there_and_nothing_else(work: Path, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("A model card.")
    (tmp_path / MODEL).write_bytes(b"an earlier model")
    pack(work, work / ENCODER, tmp_path)
    assert packaged_model(tmp_path).dimension == tiny_base.WIDTH
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([MANIFEST, "README.md", *DIGESTED_FILES])


@pytest.mark.parametrize("name", [LEXICON, TOKENIZER, "base.safetensors", ENCODER])
def test_a_work_folder_that_lacks_a_file_is_said_so_before_anything_is_written(
    work: Path, tmp_path: Path, name: str
) -> None:
    for path in work.iterdir():
        if path.name != name:
            (tmp_path / path.name).symlink_to(path)
    with pytest.raises(MissingFile, match=name):
        pack(tmp_path, tmp_path / ENCODER, tmp_path / "weights")
    assert not (tmp_path / "weights").exists()


def test_a_link_in_the_place_of_a_file_is_not_followed(work: Path, tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "other").write_bytes(b"other")
    (tmp_path / "weights" / TOKENIZER).symlink_to(tmp_path / "other")
    with pytest.raises(BadTarget):
        pack(work, work / ENCODER, tmp_path / "weights")
    assert (tmp_path / "other").read_bytes() == b"other"
