"""Any other SentenceTransformer model: its own prompts, known prefixes, and no download."""

import shutil
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sentence_transformers

from knowledge.errors import BadSettings, UntrustedModel
from retrieval.models.encoder import open_encoder
from retrieval.models.encodings import Prefixes
from retrieval.models.hub_encoder import folder_digest, prefixes


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SentenceTransformer model of a few words, with prompts of its own."""
    return saved(tmp_path_factory.mktemp("small") / "model", {"query": "query ", "document": "document "})


def saved(folder: Path, prompts: dict[str, str]) -> Path:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    with warnings.catch_warnings():
        # Its place differs between the library's versions, and the newer ones say so.
        warnings.simplefilter("ignore")
        from sentence_transformers.models import StaticEmbedding

    words = ["[UNK]", "query", "passage", "document", "bridge", "ferry", "onions"]
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    weights = np.random.default_rng(5).standard_normal((len(words), 8)).astype(np.float32)
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], prompts=prompts)
    model.save(str(folder), create_model_card=False)
    return folder


def test_any_other_model_runs_with_its_own_prompts(small_model: Path) -> None:
    other = open_encoder(str(small_model))
    told: list[int] = []
    passages = other.encode_passages(["bridge", "ferry"] * 20, progress=told.append)
    questions = other.encode_questions(["bridge", "caf\udce9"])
    assert (other.name, other.dimension, other.token_dimension, told) == (str(small_model), 8, 0, [32, 40])
    assert np.linalg.norm(passages.vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert passages.vectors[0].tobytes() == passages.vectors[2].tobytes() != questions.vectors[0].tobytes()
    assert other.encode_passages([]).vectors.shape == (0, 8)
    assert passages.tokens == ()


def test_parts_of_passages_are_encoded_each_alone(small_model: Path) -> None:
    other = open_encoder(str(small_model))
    texts, reports = ["bridge ferry", "onions", "ferry bridge"], list[int]()
    encodings = other.encode_passages(
        texts, spans=[[(0, 6), (7, 12), (7, 500)], [], [(0, 12)]], progress=reports.append
    )
    bridge, ferry, whole = other.encode_passages(["bridge", "ferry", "ferry bridge"]).vectors
    assert [parts.shape for parts in encodings.parts] == [(3, 8), (0, 8), (1, 8)]
    assert [part.tobytes() for part in encodings.parts[0]] == [bridge.tobytes(), ferry.tobytes(), ferry.tobytes()]
    assert encodings.parts[2][0].tobytes() == whole.tobytes()
    assert reports == [3]
    assert encodings.vectors.tobytes() == other.encode_passages(texts).vectors.tobytes()
    assert other.encode_passages(texts).parts == other.encode_passages([], spans=[]).parts == ()


def test_a_part_without_words_has_the_vector_of_its_passage(tmp_path: Path) -> None:
    """A sentence that is nothing but a reference mark is an empty part, of which a static model has no vector."""
    other = open_encoder(str(saved(tmp_path / "plain", {})))
    encodings = other.encode_passages(["bridge ferry"], spans=[[(6, 6), (6, 7)]])
    assert [part.tobytes() for part in encodings.parts[0]] == [encodings.vectors[0].tobytes()] * 2


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("intfloat/multilingual-e5-small", Prefixes("query: ", "passage: ")),
        ("/models/E5-Base", Prefixes("query: ", "passage: ")),
        ("BAAI/bge-small-en-v1.5", Prefixes("Represent this sentence for searching relevant passages: ", "")),
        ("BAAI/bge-m3", Prefixes("", "")),
        ("sentence-transformers/all-MiniLM-L12-v2", Prefixes("", "")),
    ],
)
def test_families_that_were_trained_with_prefixes_get_them(name: str, expected: Prefixes) -> None:
    assert prefixes(name, {"query": "", "document": ""}) == expected


def test_a_models_own_prompts_come_before_what_its_name_says() -> None:
    assert prefixes("my-e5-model", {"query": "ask: "}) == Prefixes("", "")


def test_prefixes_reach_the_model(tmp_path: Path) -> None:
    named = open_encoder(str(saved(tmp_path / "tiny-e5-model", {})))
    plain = open_encoder(str(saved(tmp_path / "tiny-model", {})))
    question, passage = named.encode_questions(["bridge"]).vectors, named.encode_passages(["bridge"]).vectors
    alone = plain.encode_questions(["bridge"]).vectors
    assert len({vectors.tobytes() for vectors in (question, passage, alone)}) == 3
    assert named.digest != plain.digest


def test_the_digest_of_a_model_follows_its_content_not_its_place(small_model: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(small_model, tmp_path / "copy"))
    (copy / "README.md").write_text("Words that no vector depends on.")
    assert folder_digest(copy) == folder_digest(small_model)
    (copy / "modules.json").write_text((copy / "modules.json").read_text() + "\n")
    assert folder_digest(copy) != folder_digest(small_model)


@pytest.mark.parametrize("name", ["no-such-organisation/no-such-model", "/no/such/folder", "not a name", ""])
def test_a_model_that_is_not_on_this_machine_is_said_so(name: str) -> None:
    with pytest.raises(UntrustedModel, match="There is no model"):
        open_encoder(name)


def test_a_folder_without_a_model_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(UntrustedModel, match="cannot be loaded"):
        open_encoder(str(tmp_path))


def test_another_model_has_one_digest_wherever_it_runs(small_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_processor = open_encoder(str(small_model), device="cpu")
    moved: list[str] = []

    def move(self: Any, device: str) -> Any:
        moved.append(device)
        return self

    monkeypatch.setattr(sentence_transformers.SentenceTransformer, "to", move)
    monkeypatch.setattr(sentence_transformers.util, "get_device_name", lambda: "cuda")
    by_itself, asked = open_encoder(str(small_model)), open_encoder(str(small_model), device="cuda:1")
    assert [device for device in moved if device != "cpu"] == ["cuda", "cuda:1"]
    assert by_itself.digest == asked.digest == on_processor.digest


def test_a_gpu_that_torch_cannot_use_is_said(small_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Any, device: str) -> Any:
        if device == "cpu":
            return self
        raise AssertionError("Torch not compiled with CUDA enabled")

    monkeypatch.setattr(sentence_transformers.SentenceTransformer, "to", refuse)
    with pytest.raises(BadSettings, match=r"asks for cuda, .* here: Torch not compiled with CUDA enabled\.$"):
        open_encoder(str(small_model), device="cuda")
