"""The encoder and the reader that ship: whole, or refused in one sentence."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.errors import UntrustedModel
from retrieval.model import ENCODER_NAME, READER_NAME, Stance
from retrieval.models.encodings import Prefixes
from retrieval.models.packaged import (
    DIGESTED_FILES,
    LEXICON,
    MANIFEST,
    MODEL,
    READER,
    READER_MANIFEST,
    TOKENIZER,
    WEIGHTS,
    open_packaged,
    packaged_model,
    packaged_reader,
)
from retrieval.models.reader import open_reader


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A weights folder of the test's own, with the encoder alone."""
    place = tmp_path / "weights"
    place.mkdir()
    for name in (MANIFEST, *DIGESTED_FILES):
        shutil.copyfile(WEIGHTS / name, place / name)
    return place


def changed(folder: Path, **values: object) -> None:
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    (folder / MANIFEST).write_text(json.dumps(manifest | values), "utf-8")


@pytest.mark.parametrize(("name", "megabytes"), [(MODEL, 32), (READER, 24)])
def test_the_weights_have_a_bounded_size(name: str, megabytes: int) -> None:
    assert (WEIGHTS / name).stat().st_size <= megabytes * 1_000_000


def test_the_manifest_says_what_the_encoder_reads_and_has_a_digest_of_each_file() -> None:
    model = packaged_model()
    assert (model.name, model.dimension, model.token_dimension) == (ENCODER_NAME, 384, 384)
    assert model.prefixes == Prefixes("query: ", "passage: ")
    manifest = json.loads((WEIGHTS / MANIFEST).read_text("utf-8"))
    assert sorted(manifest["files"]) == [*DIGESTED_FILES] == [LEXICON, MODEL, TOKENIZER]


def test_the_readers_manifest_has_a_digest_of_each_file_and_of_those_it_shares_with_the_encoder() -> None:
    model = packaged_reader()
    assert (model.name, model.pieces) == (READER_NAME, 320)
    own, shared = (json.loads((WEIGHTS / name).read_text("utf-8"))["files"] for name in (READER_MANIFEST, MANIFEST))
    assert sorted(own) == [MODEL, READER, TOKENIZER]
    assert {name: own[name] for name in (MODEL, TOKENIZER)} == {name: shared[name] for name in (MODEL, TOKENIZER)}


@pytest.mark.parametrize(
    ("claim", "stance"),
    [
        ("The bridge was opened in 1958.", "supports"),
        ("El puente se abrió en 1958.", "supports"),
        ("The bridge was opened in 1971.", "contradicts"),
        ("El puente no se abrió en 1958.", "contradicts"),
        ("The bakery on the corner sells bread every morning.", "neutral"),
        ("La panadería de la esquina vende pan.", "neutral"),
    ],
)
def test_the_reader_judges_claims_in_both_languages(claim: str, stance: Stance) -> None:
    passage = "The bridge was opened in 1958 and carries two lanes. It was repaired in 1990."
    (reading,) = open_reader(READER_NAME).read([(claim, passage)])
    assert getattr(reading.stances, stance) > 0.5


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


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"name": "x"}', b"\xff", b"[" * 100_000])
def test_an_unreadable_manifest_is_refused(folder: Path, content: bytes | None) -> None:
    if content is None:
        (folder / MANIFEST).unlink()
    else:
        (folder / MANIFEST).write_bytes(content)
    with pytest.raises(UntrustedModel, match="no readable manifest"):
        packaged_model(folder)


@pytest.mark.parametrize(
    "prefixes", [None, {}, [], {"question": "query: "}, {"question": "", "passage": "", "claim": ""}]
)
def test_a_manifest_without_both_prefixes_is_refused(folder: Path, prefixes: object) -> None:
    changed(folder, prefixes=prefixes)
    with pytest.raises(UntrustedModel, match="no readable manifest"):
        packaged_model(folder)


@pytest.mark.parametrize(
    "values", [{"files": None}, {"files": []}, {"pieces": None}, {"dimension": "long"}, {"name": 3}]
)
def test_a_manifest_whose_values_are_of_another_kind_is_refused(folder: Path, values: dict[str, object]) -> None:
    changed(folder, **values)
    with pytest.raises(UntrustedModel, match="no readable manifest"):
        packaged_model(folder)


@pytest.mark.parametrize("values", [{"pieces": 128}, {"prefixes": {"question": "ask: ", "passage": "passage: "}}])
def test_the_digest_follows_all_that_vectors_depend_on(folder: Path, values: dict[str, Any]) -> None:
    before = packaged_model(folder).digest
    changed(folder, **values)
    assert packaged_model(folder).digest != before


# Six in each of twelve layers: query, key, value, attention's output, and both of the feed-forward block; and the
# reader's heads, two of which have a layer of their own.
PRODUCTS = {MODEL: 72, READER: 77}


@pytest.fixture(scope="module", params=PRODUCTS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def graph(name: str) -> Any:
    import onnx

    return onnx.load(WEIGHTS / name).graph


@pytest.fixture(scope="module")
def weights(graph: Any) -> dict[str, NDArray[Any]]:
    import onnx

    return {weight.name: onnx.numpy_helper.to_array(weight) for weight in graph.initializer}


def test_no_product_of_weights_can_saturate(name: str, graph: Any, weights: dict[str, NDArray[Any]]) -> None:
    """Of unsigned activations and signed weights, sums of two products overflow 16 bits where VNNI is missing."""
    activations = {node.output[0] for node in graph.node if node.op_type == "DynamicQuantizeLinear"}
    # What onnxruntime makes of MatMulInteger; the second quantises what it reads by itself, to unsigned bytes as well:
    # https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md.
    products = [node for node in graph.node if node.op_type in ("MatMulIntegerToFloat", "DynamicQuantizeMatMul")]
    assert len(products) == PRODUCTS[name]
    for node in products:
        # DynamicQuantizeLinear gives unsigned bytes alone (https://onnx.ai/onnx/operators/).
        assert node.op_type == "DynamicQuantizeMatMul" or node.input[0] in activations
        assert weights[node.input[1]].dtype == np.uint8
    # No other product has weights in it, in whatever form.
    others = [node for node in graph.node if "MatMul" in node.op_type and node not in products]
    assert {node.op_type for node in others} == {"MatMul", "FusedMatMul"}
    assert not [node.name for node in others if set(node.input) & weights.keys()]


def test_word_vectors_are_blocks_of_32_in_four_bits_with_a_scale(weights: dict[str, NDArray[Any]]) -> None:
    model = packaged_model()
    pieces = len(json.loads((WEIGHTS / TOKENIZER).read_text("utf-8"))["model"]["vocab"])
    nibbles, scales = weights["word_nibbles"], weights["word_scales"]
    assert nibbles.shape == (pieces, model.dimension // 32, 16)
    assert scales.shape == (pieces, model.dimension // 32)
    assert [str(array.dtype) for array in (nibbles, scales)] == ["uint8", "float16"]
    assert [name for name, weight in weights.items() if weight.dtype == np.float32 and weight.size > 1_000_000] == []
