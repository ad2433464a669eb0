"""The model that tells answers from near misses: what ships computes what was trained."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from knowledge.errors import UntrustedModel
from retrieval.answer import answerability
from retrieval.answer.answerability import answer_scores
from retrieval.models.packaged import ANSWERABILITY
from retrieval.train.answerability import Answerability, read, write

DIMENSION = 384


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A weights folder of the test's own, read anew."""
    monkeypatch.setattr(answerability, "WEIGHTS", tmp_path)
    monkeypatch.setattr(answerability, "_weights", answerability._weights.__wrapped__)
    return tmp_path / ANSWERABILITY


def vectors(pieces: int, seed: int) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal((pieces, DIMENSION)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def test_numpy_computes_what_torch_trained(place: Path) -> None:
    torch.manual_seed(3)
    model = Answerability(DIMENSION).eval()
    write(model, place)
    question, passages = vectors(7, 1), [vectors(30, 2), vectors(12, 3)]
    with torch.inference_mode():
        trained = [
            float(
                model(
                    torch.from_numpy(question)[None],
                    torch.ones(1, 7, dtype=torch.bool),
                    torch.from_numpy(passage)[None],
                    torch.ones(1, len(passage), dtype=torch.bool),
                )
            )
            for passage in passages
        ]
    # Weights are kept in float16, which has three decimal digits.
    assert answer_scores(question, passages) == pytest.approx(trained, abs=0.01)


def test_padding_changes_no_score() -> None:
    torch.manual_seed(3)
    model = Answerability(DIMENSION).eval()
    question, passage = torch.from_numpy(vectors(5, 1))[None], torch.from_numpy(vectors(9, 2))[None]
    wide = torch.cat([passage, torch.ones(1, 4, DIMENSION)], 1)
    told = torch.tensor([[True] * 9 + [False] * 4])
    asked = torch.ones(1, 5, dtype=torch.bool)
    with torch.inference_mode():
        assert torch.allclose(model(question, asked, passage, told[:, :9]), model(question, asked, wide, told))


def test_without_token_vectors_nothing_is_said() -> None:
    none = np.zeros((0, DIMENSION), dtype=np.float32)
    assert answer_scores(none, [vectors(3, 1)]) == [0.0]
    assert answer_scores(vectors(3, 1), [none]) == [0.0]


def test_unreadable_weights_are_refused(place: Path) -> None:
    place.write_bytes(b"no weights")
    with pytest.raises(UntrustedModel, match="answerability"):
        answer_scores(vectors(3, 1), [vectors(3, 2)])


def test_the_packaged_model_is_whole() -> None:
    (score,) = answer_scores(vectors(4, 1), [vectors(20, 2)])
    assert np.isfinite(score)


def test_each_question_gets_its_passage_and_the_likest_one_without_the_answer(tmp_path: Path) -> None:
    import gzip
    import json

    rows = [
        {"article": "a", "question": "¿Cuánto mide la torre?", "passage": "La torre mide 38 metros.",
         "answerable": True, "answer": "38 metros"},
        {"article": "a", "question": "¿Quién hizo la torre?", "passage": "La torre es de piedra.", "answerable": False,
         "answer": ""},
        {"article": "b", "question": "¿Qué come la garza?", "passage": "La garza come peces.", "answerable": True,
         "answer": "peces"},
    ]  # fmt: skip
    path = tmp_path / "questions.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    questions, passages, examples = read(path)
    assert len(questions) == len(passages) == 3
    found = {(one.question, one.passage): one.answers for one in examples}
    assert found == {(0, 0): True, (0, 1): False, (1, 1): False, (1, 0): False, (2, 2): True}


def test_weights_of_another_kind_are_refused(place: Path) -> None:
    save_file({"ask": np.zeros((2, 2), np.float16)}, place)
    with pytest.raises(UntrustedModel, match="answerability"):
        answer_scores(vectors(3, 1), [vectors(3, 2)])
