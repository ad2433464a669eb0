"""A model folder is data: neither code beside it nor a pickle in it is ever run."""

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import UntrustedModel
from retrieval.models.encoder import open_encoder
from retrieval.models.hub_encoder import check_weights, quietly
from retrieval.models.reader import open_reader

WIDTH = 16


class Trap:
    """Unpickling it makes a file."""

    def __init__(self, made: Path) -> None:
        self._made = made

    def __reduce__(self) -> Any:
        return Path.touch, (self._made,)


@pytest.fixture(scope="session")
def whole_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A transformer of one small layer in a SentenceTransformer folder, with a tokenizer of a few word pieces."""
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    place = tmp_path_factory.mktemp("whole")
    transformer, folder = place / "transformer", place / "model"
    torch.manual_seed(3)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "bridge", "ferry", "##s", "opened"]
    tokenizer = BertWordPieceTokenizer({piece: number for number, piece in enumerate(pieces)})
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=WIDTH, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=64,
    )  # fmt: skip
    with quietly():
        BertModel(config).save_pretrained(transformer)
        BertTokenizerFast(tokenizer_object=tokenizer, model_max_length=64).save_pretrained(transformer)
        SentenceTransformer(str(transformer), device="cpu").save(str(folder), create_model_card=False)
    return folder


@pytest.fixture
def model(whole_model: Path, tmp_path: Path) -> Path:
    """A copy of the model, to be tampered with."""
    return Path(shutil.copytree(whole_model, tmp_path / "model"))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The file that is there once code of a model has run."""
    return tmp_path / "run"


def with_code(folder: Path, run: Path) -> None:
    code = f"import pathlib\npathlib.Path({str(run)!r}).touch()\n"
    code += "from transformers import BertConfig as Config, BertModel as Model\n"
    code += "from sentence_transformers.models import Pooling as Part\n"
    (folder / "own_code.py").write_text(code)


def changed(file: Path, **values: object) -> None:
    found = json.loads(file.read_text()) if file.is_file() else {}
    file.write_text(json.dumps(found | values))


def test_untouched_it_is_opened(model: Path) -> None:
    vectors = open_encoder(str(model)).encode_passages(["bridge opened", "ferrys"]).vectors
    assert vectors.shape == (2, WIDTH)
    assert vectors[0].tobytes() != vectors[1].tobytes()


@pytest.mark.parametrize("kind", ["own_code.Part", "subprocess.Popen", "os.system"])
def test_a_part_that_is_no_part_of_the_library_is_refused(model: Path, run: Path, kind: str) -> None:
    with_code(model, run)
    modules = json.loads((model / "modules.json").read_text())
    modules[-1]["type"] = kind
    (model / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(UntrustedModel, match="cannot be loaded"):
        open_encoder(str(model))
    assert not run.exists()


@pytest.mark.parametrize("opened", [open_encoder, open_reader])
def test_a_model_whose_configuration_names_code_is_refused(model: Path, run: Path, opened: Any) -> None:
    with_code(model, run)
    kinds = {"AutoConfig": "own_code.Config", "AutoModel": "own_code.Model"}
    kinds["AutoModelForSequenceClassification"] = "own_code.Model"
    changed(model / "config.json", model_type="its-own", auto_map=kinds)
    with pytest.raises(UntrustedModel, match="cannot be loaded"):
        opened(str(model))
    assert not run.exists()


def test_a_configuration_cannot_say_that_its_code_is_trusted(model: Path, run: Path) -> None:
    with_code(model, run)
    changed(model / "config.json", model_type="its-own", auto_map={"AutoConfig": "own_code.Config"})
    trusted = {"trust_remote_code": True}
    changed(model / "sentence_bert_config.json", model_args=trusted, config_args=trusted, model_kwargs=trusted)
    with pytest.raises(UntrustedModel, match="cannot be loaded"):
        open_encoder(str(model))
    assert not run.exists()


@pytest.mark.parametrize("opened", [open_encoder, open_reader])
@pytest.mark.parametrize("name", ["pytorch_model.bin", "pytorch_model-00001-of-00002.bin"])
def test_pickled_weights_are_refused(model: Path, run: Path, name: str, opened: Any) -> None:
    (model / "model.safetensors").unlink()
    (model / name).write_bytes(pickle.dumps(Trap(run)))
    with pytest.raises(UntrustedModel, match=rf"pickled objects \({name}\)") as caught:
        opened(str(model))
    assert ".safetensors" in caught.value.hint
    assert not run.exists()


def test_pickled_weights_of_one_part_are_refused(model: Path) -> None:
    (model / "2_Dense").mkdir()
    (model / "2_Dense/pytorch_model.bin").write_bytes(b"")
    with pytest.raises(UntrustedModel, match=r"2_Dense/pytorch_model\.bin"):
        check_weights("some model", model)


def test_pickled_weights_beside_others_are_not_read(model: Path, run: Path) -> None:
    (model / "pytorch_model.bin").write_bytes(pickle.dumps(Trap(run)))
    assert open_encoder(str(model)).dimension == WIDTH
    assert not run.exists()


def test_a_file_in_a_notation_of_weights_that_is_none_is_refused(model: Path, run: Path) -> None:
    (model / "model.safetensors").unlink()
    (model / "model.safetensors").write_bytes(pickle.dumps(Trap(run)))
    with pytest.raises(UntrustedModel, match="cannot be loaded"):
        open_encoder(str(model))
    assert not run.exists()
