"""A few steps of training, and what is packed of the model: from words to a folder that answers."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from retrieval.models.hub_encoder import teacher_folder
from retrieval.models.onnx_encoder import OnnxEncoder
from retrieval.models.packaged import ANSWERABILITY, MODEL, packaged_model
from retrieval.train.__main__ import begin, gathered, load_student, save_student
from retrieval.train.distill import Recipe, distil, read
from retrieval.train.lexicon import learn_lexicon, save_lexicon
from retrieval.train.pack import export_float, pack
from retrieval.train.pairs import Pair

SENTENCES = (
    "The council repaired the old bridge in spring.",
    "The fisherman sold his boat to a museum.",
    "A storm destroyed the roof of the church.",
    "Flour from the mill costs three euros a kilogram.",
    "El ayuntamiento reparó el puente en primavera.",
    "El pescador vendió su barco a un museo.",
)
QUESTIONS = (
    "Who repaired the bridge?",
    "What happened to the church?",
    "What does flour cost?",
    "¿Quién vendió el barco?",
)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory, english: Tokenizer, corpus: list[Pair]) -> Path:
    folder = tmp_path_factory.mktemp("work")
    begin(folder, english, corpus, teacher_folder() / "model.safetensors")
    return folder


def test_pairs_are_gathered_in_the_same_order_for_the_same_seed(tmp_path: Path) -> None:
    import random

    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"x\tthing {n}\tcosa {n}\n" for n in range(40)), "utf-8")
    one, other = (gathered([path], None, random.Random(5)) for _ in range(2))
    assert one == other
    assert len(one) > 40


def test_training_moves_the_student_towards_the_teacher(work: Path, english: Tokenizer, corpus: list[Pair]) -> None:
    spanish = Tokenizer.from_file(str(work / "tokenizer.json"))
    student, teacher = load_student(work / "student.safetensors"), load_student(teacher_folder() / "model.safetensors")
    some = corpus[:12]

    def distance() -> float:
        with torch.inference_mode():
            seen = read(student, spanish, [pair.spanish for pair in some]).pooled
            target = read(teacher, english, [pair.english for pair in some]).pooled
        return float((1 - (seen * target).sum(1)).mean())

    before = distance()
    # The rate begins at a hundredth.
    recipe = Recipe(seconds=600, rate=0.03, most_steps=2)
    steps = distil(student, teacher, (spanish, english), [*some, *corpus[52:56]], recipe, report=lambda *_: None)
    assert steps == 2
    assert distance() < before


def test_a_checkpoint_is_what_was_saved(work: Path, tmp_path: Path) -> None:
    student = load_student(work / "student.safetensors")
    save_student(student, tmp_path / "again.safetensors")
    stored, again = load_file(work / "student.safetensors"), load_file(tmp_path / "again.safetensors")
    assert {name for name, value in stored.items() if name in again and torch.equal(value, again[name])} == set(again)


def test_int8_ranks_as_float32_does(work: Path, tmp_path: Path, corpus: list[Pair]) -> None:
    import onnxruntime

    spanish = Tokenizer.from_file(str(work / "tokenizer.json"))
    save_lexicon(learn_lexicon(corpus), tmp_path / "lexicon.tsv.gz")
    student = load_student(work / "student.safetensors")
    pack(student, spanish, tmp_path / "lexicon.tsv.gz", tmp_path / "weights")
    export_float(student, tmp_path / "float32.onnx")
    small = OnnxEncoder(packaged_model(tmp_path / "weights", without=ANSWERABILITY))
    session = onnxruntime.InferenceSession(tmp_path / "float32.onnx", providers=["CPUExecutionProvider"])

    def exact(texts: tuple[str, ...]) -> np.ndarray:
        pieces = [np.array([spanish.encode(text).ids], dtype=np.int64) for text in texts]
        return np.concatenate([session.run(["vector"], {"pieces": one})[0] for one in pieces])

    ours, theirs = small.encode_passages(SENTENCES).vectors, exact(SENTENCES)
    assert float((ours * theirs).sum(axis=1).mean()) > 0.98
    asked, asked_exactly = small.encode_questions(QUESTIONS).vectors, exact(QUESTIONS)
    assert (ours @ asked.T).argmax(axis=0).tolist() == (theirs @ asked_exactly.T).argmax(axis=0).tolist()
    assert (tmp_path / "weights" / MODEL).stat().st_size < (tmp_path / "float32.onnx").stat().st_size / 3
