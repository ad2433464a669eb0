"""The packaged encoder at work: vectors that depend on the text alone."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from knowledge.errors import UntrustedModel
from retrieval.model import ENCODER_NAME
from retrieval.models.encoder import Encoder, open_encoder
from retrieval.models.encodings import Encodings, rotated
from retrieval.models.onnx_encoder import OnnxEncoder
from retrieval.models.packaged import TOKENIZER, WEIGHTS, packaged_model
from retrieval.models.pieces import SPECIAL_PIECES

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
PASSAGE = "The ferry carried salt to the island for a century. It was sold when the bridge was opened in 1931."
# Texts that a tokenizer may stumble over: its own marks, letters that are taken apart, and what joins to others.
ODD = (
    "<s>",
    "</s>",
    "<mask>",
    "▁",
    "½",
    "ﬁ",
    "№",
    "e\u0301",
    "\u200b",
    "\u00a0",
    "\x00",
    "日本",
    "¿Qué",
    "bridge",
    "  ",
    "\n",
)
NEAR = st.integers(0, 110)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder(ENCODER_NAME)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """The tokenizer that ships, which cuts nothing."""
    return Tokenizer.from_file(str(WEIGHTS / TOKENIZER))


def offsets(tokenizer: Tokenizer, text: str) -> list[tuple[int, int]]:
    """Where the pieces of a text lie that have letters or digits; the names of special ones are text."""
    for name in SPECIAL_PIECES:
        text = text.replace(name, f"‹{name[1:-1]}›")
    pieces, special = tokenizer.encode(text, add_special_tokens=False), tokenizer.get_added_tokens_decoder()
    named = zip(pieces.ids, pieces.offsets, strict=True)
    return [
        offset
        for number, offset in named
        if number not in special and any(letter.isalnum() for letter in tokenizer.id_to_token(number))
    ]


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


@pytest.mark.parametrize(
    ("question", "weights"),
    [
        ("¿Quién?", [0.5]),
        ("¿¡Quién construyó…?!", [0.5, 1.0, 1.0]),
        ("(the) «bridge»", [0.5, 1.0]),
        ("THE bridge", [0.5, 1.0]),
        ("the-bridge", [0.5, 1.0]),
        ("¿?", []),
    ],
)
def test_a_function_word_is_known_by_its_letters(encoder: Encoder, question: str, weights: list[float]) -> None:
    assert encoder.encode_questions([question]).weights[0].tolist() == weights


def test_punctuation_and_spaces_say_nothing(encoder: Encoder) -> None:
    plain, marked, spaced = encoder.encode_passages(
        ["old bridge", "“old”, bridge!", "\u00a0 old \t\n  bridge  "]
    ).tokens
    assert len(plain) == len(marked) == len(spaced) == 2


@given(st.text(max_size=40) | st.lists(st.sampled_from(ODD), max_size=8).map("".join))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_the_vectors_of_a_text_are_those_of_its_own_words(encoder: Encoder, tokenizer: Tokenizer, text: str) -> None:
    """Neither prefix nor marks have vectors, and every vector of a question has a weight."""
    asked, stored = encoder.encode_questions([text]), encoder.encode_passages([text])
    assert len(asked.tokens[0]) == len(stored.tokens[0]) == len(asked.weights[0]) == len(offsets(tokenizer, text))
    assert set(asked.weights[0].tolist()) <= {0.5, 1.0}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_read_otherwise_as_a_question_than_as_a_passage(encoder: Encoder, text: str) -> None:
    question, passage = encoder.encode_questions([text]), encoder.encode_passages([text])
    assert 0.5 < question.vectors[0] @ passage.vectors[0] < 0.999


def test_of_a_long_text_as_much_is_read_as_the_longer_prefix_and_both_marks_leave(
    encoder: Encoder, tokenizer: Tokenizer
) -> None:
    text, model = "bridge " * 1000, packaged_model()
    prefixes = (model.prefixes.question, model.prefixes.passage)
    tokenizer.enable_truncation(model.pieces - max(len(tokenizer.encode(prefix.strip()).ids) for prefix in prefixes))
    read = len(offsets(tokenizer, text))
    tokenizer.no_truncation()
    assert [len(encode([text]).tokens[0]) for encode in (encoder.encode_passages, encoder.encode_questions)] == [
        read,
        read,
    ]


def test_a_part_has_the_mean_of_its_pieces_as_they_stand_in_the_passage(encoder: Encoder, tokenizer: Tokenizer) -> None:
    sentences = [PASSAGE[: PASSAGE.index(" It")], PASSAGE[PASSAGE.index("It") :]]
    spans = [(PASSAGE.index(sentence), PASSAGE.index(sentence) + len(sentence)) for sentence in sentences]
    encodings = encoder.encode_passages([PASSAGE], spans=[[(0, len(PASSAGE)), *spans]])
    whole, first, second = rotated(encodings.parts[0])
    first_pieces = sum(end <= len(sentences[0]) for _, end in offsets(tokenizer, PASSAGE))
    for part, tokens in (
        (whole, encodings.tokens[0]),
        (first, encodings.tokens[0][:first_pieces]),
        (second, encodings.tokens[0][first_pieces:]),
    ):
        assert part == pytest.approx(tokens.mean(axis=0) / np.linalg.norm(tokens.mean(axis=0)), abs=1e-5)
    assert encodings.parts[0][0] @ encodings.vectors[0] > 0.95
    # Who "it" is says the sentence before.
    assert encodings.parts[0][2] @ encoder.encode_passages([sentences[1]]).vectors[0] < 0.95


def test_parts_change_nothing_of_their_passage(encoder: Encoder) -> None:
    spans = [[(0, 5)], [], [(0, 6), (0, 7)], [], [], [], [(3, 9)]]
    with_parts, alone = encoder.encode_passages(TEXTS, spans=spans), encoder.encode_passages(TEXTS)
    assert same(with_parts, alone)
    assert [parts.shape for parts in with_parts.parts] == [(len(own), encoder.dimension) for own in spans]
    assert [parts.shape for parts in alone.parts] == [(0, encoder.dimension)] * len(TEXTS)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        (PASSAGE, (PASSAGE.index(" "), PASSAGE.index(" "))),
        (PASSAGE, (9, 2)),
        (PASSAGE, (PASSAGE.index("."), PASSAGE.index(".") + 1)),
        (PASSAGE, (len(PASSAGE), len(PASSAGE) + 50)),
        ("bridge " * 1000, (6000, 7000)),
        ("", (0, 0)),
        ("🙂🙂🙂", (0, 3)),
    ],
)
def test_a_part_without_any_piece_has_the_vector_of_its_passage(
    encoder: Encoder, text: str, span: tuple[int, int]
) -> None:
    encodings = encoder.encode_passages([text], spans=[[span]])
    assert encodings.parts[0].tobytes() == encodings.vectors[0].tobytes()


@given(
    st.sampled_from([PASSAGE, *TEXTS]),
    st.lists(st.tuples(st.integers(-3, 7000), st.integers(-3, 7000)) | st.tuples(NEAR, NEAR), max_size=8),
)
@settings(derandomize=True, deadline=None, max_examples=25)
def test_any_part_has_a_unit_vector_that_depends_on_text_and_span_alone(
    encoder: Encoder, text: str, spans: list[tuple[int, int]]
) -> None:
    encodings = encoder.encode_passages(["Onions.", text], spans=[[(0, 3)], spans])
    assert encodings.parts[1].shape == (len(spans), encoder.dimension)
    assert np.linalg.norm(encodings.parts[1], axis=1) == pytest.approx(1, abs=1e-5)
    otherwise = encoder.encode_passages([text], spans=[[(0, 9), *spans[::-1]]]).parts[0]
    assert encodings.parts[1].tobytes() == otherwise[:0:-1].tobytes()


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
