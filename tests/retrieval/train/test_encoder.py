"""The encoder is taught on a tiny base: the same run every time, also when it was cut off."""

import itertools
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from retrieval.train.bitext import Pair
from retrieval.train.development import Search, measure
from retrieval.train.encoder import Material, teach
from retrieval.train.pairs import TrainingPair
from retrieval.train.teaching import Checkpoints, Recipe
from retrieval.train.transformer import Base

SUBJECTS = {"company": "la empresa", "council": "el ayuntamiento", "teacher": "la maestra", "fisherman": "el pescador"}
OBJECTS = {"bridge": "el puente", "boat": "el barco", "church": "la iglesia", "mill": "el molino"}
PAIRS = [
    TrainingPair(
        "article", f"Who sold the {what}?", f"the {who} sold the {what}", ("the teacher painted the mill", "el barco")
    )
    for who, what in zip(SUBJECTS, OBJECTS, strict=True)
]
SENTENCES = [
    Pair(f"the {who} bought the {what}", f"{SUBJECTS[who]} compró {OBJECTS[what]}")
    for who, what in itertools.product(SUBJECTS, OBJECTS)
]
MATERIAL = Material(PAIRS, SENTENCES)
# The fourth step is of sentence pairs.
RECIPE = Recipe(steps=4, batch=4, rate=1e-3)


def run(base: Base, folder: Path, recipe: Recipe = RECIPE, **more: Any) -> tuple[dict[str, Tensor], list[float]]:
    """The weights after a run, and the loss of each of its steps."""
    losses: list[float] = []
    checkpoints = Checkpoints(folder / "checkpoint.pt", more.get("every", 100), more.get("go_on", False))
    model = teach(base, more.get("material", MATERIAL), recipe, checkpoints, report=lambda _, loss: losses.append(loss))
    return model.state_dict(), losses


def same(first: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return first.keys() == other.keys() and all(torch.equal(value, other[name]) for name, value in first.items())


@pytest.fixture(scope="module")
def whole(base: Base, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Tensor], list[float]]:
    return run(base, tmp_path_factory.mktemp("whole"))


def test_a_few_steps_change_everything_but_the_word_vectors(
    base: Base, whole: tuple[dict[str, Tensor], list[float]]
) -> None:
    after, losses = whole
    assert len(losses) == 4
    assert all(map(math.isfinite, losses))
    unchanged = {name for name, value in after.items() if torch.equal(value, base.weights[name])}
    assert unchanged == {"embeddings.word_embeddings.weight"}


def test_the_same_seed_gives_the_same_weights(
    base: Base, tmp_path: Path, whole: tuple[dict[str, Tensor], list[float]]
) -> None:
    again, losses = run(base, tmp_path)
    assert same(again, whole[0])
    assert losses == whole[1]
    assert not same(run(base, tmp_path, replace(RECIPE, seed=2))[0], again)


class CutOff(Exception):
    """What ends a run from outside."""


@pytest.mark.parametrize("last", [2, 3])
def test_a_run_that_goes_on_is_the_run_that_was_not_cut_off(
    base: Base, tmp_path: Path, whole: tuple[dict[str, Tensor], list[float]], last: int
) -> None:
    def interrupt(step: int, loss: float) -> None:
        if step > last:
            raise CutOff

    path = tmp_path / "checkpoint.pt"
    with pytest.raises(CutOff):
        teach(base, MATERIAL, RECIPE, Checkpoints(path, 2), report=interrupt)
    weights, losses = run(base, tmp_path, go_on=True)
    assert same(weights, whole[0])
    assert losses == whole[1][2:]


def test_without_sentence_pairs_every_step_asks_questions(base: Base, tmp_path: Path) -> None:
    weights, losses = run(base, tmp_path, material=Material(PAIRS, []))
    assert all(map(math.isfinite, losses))
    assert weights


def test_questions_find_their_passages_after_some_steps(base: Base, tmp_path: Path) -> None:
    search = Search([pair.question for pair in PAIRS], [pair.passage for pair in PAIRS], list(range(len(PAIRS))))
    recipe = Recipe(steps=60, batch=4, rate=2e-3, typed=0.0)
    checkpoints = Checkpoints(tmp_path / "none", 1000)
    taught = teach(base, Material(PAIRS, []), recipe, checkpoints, report=lambda *_: None)
    hits = measure(taught, base.tokenizer, [search, search])
    assert (hits.questions, hits.late) == (8, 8)
    assert hits.pooled >= 6
