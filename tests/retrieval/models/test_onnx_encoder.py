"""The packaged encoder at work: vectors that depend on the text alone."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import UntrustedModel
from retrieval.model import ENCODER_NAME
from retrieval.models.encoder import Encoder, open_encoder
from retrieval.models.encodings import Encodings
from retrieval.models.onnx_encoder import OnnxEncoder
from retrieval.models.packaged import packaged_model

ROOT = Path(__file__).parent.parents[2]
TEXTS = (
    "The ferry stopped running when the bridge was opened in 1931.",
    "El transbordador dejó de funcionar cuando se abrió el puente.",
    "Onions.",
    "",
    "🙂🙂🙂",
    "هل يمكنك قراءة هذا؟",
    "A long report. " * 400,
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder(ENCODER_NAME)


def same(one: Encodings, other: Encodings) -> bool:
    vectors = one.vectors.tobytes() == other.vectors.tobytes()
    return vectors and all(a.tobytes() == b.tobytes() for a, b in zip(one.tokens, other.tokens, strict=True))


def test_vectors_are_unit_length_and_as_many_as_the_texts(encoder: Encoder) -> None:
    for found in (encoder.encode_passages(TEXTS), encoder.encode_questions(TEXTS)):
        assert found.vectors.shape == (len(TEXTS), encoder.dimension)
        assert np.linalg.norm(found.vectors, axis=1) == pytest.approx(1, abs=1e-5)
        assert len(found.tokens) == len(TEXTS)
        assert all(tokens.shape[1] == encoder.token_dimension for tokens in found.tokens)
        assert all(np.linalg.norm(tokens, axis=1) == pytest.approx(1, abs=1e-4) for tokens in found.tokens)


def test_no_text_gives_no_vector(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).vectors.shape == encoder.encode_questions([]).vectors.shape == (0, 384)


@given(st.permutations(range(len(TEXTS))), st.integers(1, len(TEXTS)))
@settings(derandomize=True, deadline=None, max_examples=15)
def test_a_vector_depends_on_its_text_alone(encoder: Encoder, order: list[int], n: int) -> None:
    together = encoder.encode_passages([TEXTS[place] for place in order[:n]])
    for row, place in enumerate(order[:n]):
        alone = encoder.encode_passages([TEXTS[place]])
        assert same(alone, Encodings(together.vectors[row : row + 1], together.tokens[row : row + 1]))


def test_the_number_of_threads_changes_no_bit() -> None:
    one, many = (OnnxEncoder(packaged_model(), threads=threads).encode_passages(TEXTS * 2) for threads in (1, 4))
    assert same(one, many)


def test_every_piece_of_a_question_has_a_weight_and_function_words_the_least(encoder: Encoder) -> None:
    found = encoder.encode_questions(["Who built the bridge?", "¿Quién lo construyó?", ""])
    assert [len(weights) for weights in found.weights] == [len(tokens) for tokens in found.tokens]
    assert found.weights[0].tolist() == [0.5, 1.0, 0.5, 1.0]


def test_punctuation_says_nothing(encoder: Encoder) -> None:
    plain, marked = encoder.encode_passages(["old bridge", "“old”, bridge!"]).tokens
    assert len(plain) == len(marked) == 2


def test_both_languages_say_the_same(encoder: Encoder) -> None:
    english, spanish, other = encoder.encode_passages([TEXTS[0], TEXTS[1], "The soup is too salty."]).vectors
    assert english @ spanish > 0.6 > 0.3 > english @ other


def test_bytes_that_are_no_text_are_read_all_the_same(encoder: Encoder) -> None:
    assert encoder.encode_questions(["caf\udce9"]).vectors.shape == (1, 384)


def test_progress_is_told(encoder: Encoder) -> None:
    told: list[int] = []
    encoder.encode_passages(["Onions."] * 40, progress=told.append)
    assert told == [32, 40]


def test_files_that_onnxruntime_cannot_read_are_refused(tmp_path: Path) -> None:
    from dataclasses import replace

    (tmp_path / "model.onnx").write_bytes(b"no model")
    with pytest.raises(UntrustedModel, match="cannot be run"):
        OnnxEncoder(replace(packaged_model(), model=tmp_path / "model.onnx"))


def test_answering_loads_neither_torch_nor_sentence_transformers() -> None:
    code = f"""
import sys
from retrieval.models.encoder import open_encoder
heavy = {{"onnxruntime", "tokenizers", "torch", "transformers", "sentence_transformers", "faiss", "scipy", "sklearn"}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
open_encoder({ENCODER_NAME!r}).encode_questions(["Who?"])
assert heavy & set(sys.modules) == {{"onnxruntime", "tokenizers"}}, heavy & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
