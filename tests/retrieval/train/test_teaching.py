"""A run of training: as many steps as its recipe says, each with chances of its own, and the same after a cut."""

import math
import random
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from knowledge.errors import BadInput, DamagedData, MissingFile
from retrieval.train import teaching
from retrieval.train.checkpoint import Progress
from retrieval.train.teaching import Checkpoints, Recipe, report_step, run

RECIPE = Recipe(steps=6, batch=4, rate=0.1)


class Line(torch.nn.Module):
    """A line through points, of which its start is given and its slope learnt."""

    def __init__(self) -> None:
        super().__init__()
        self.start = torch.nn.Parameter(torch.tensor(1.0), requires_grad=False)
        self.slope = torch.nn.Parameter(torch.tensor(0.5))

    def forward(self, places: Tensor) -> Tensor:
        return self.start + self.slope * places


def taught(
    folder: Path,
    recipe: Recipe = RECIPE,
    *,
    every: int = 100,
    go_on: bool = False,
    slow: float = 0.0,
    report: Callable[[int, float], None] = lambda *_: None,
) -> Line:
    """The line after a run on points of another line, drawn at random and shaken; `slow` are seconds of each draw."""
    model = Line()

    def draw(chance: random.Random, _: int) -> list[float]:
        time.sleep(slow)
        return [chance.uniform(-1, 1) for _ in range(recipe.batch)]

    def loss(drawn: list[float]) -> Tensor:
        places = torch.tensor(drawn)
        shaken = 1 + 2 * places + 0.1 * torch.randn(recipe.batch)
        return torch.nn.functional.mse_loss(model(places), shaken)

    done: Line = run(model, draw, loss, recipe, Checkpoints(folder / "checkpoint.pt", every, go_on), report=report)
    assert done is model
    return done


def test_what_is_frozen_stays_and_the_rest_is_learnt(tmp_path: Path) -> None:
    line = taught(tmp_path, replace(RECIPE, steps=300))
    assert float(line.start) == 1.0
    assert float(line.slope.detach()) == pytest.approx(2, abs=0.1)
    assert not line.training


def test_the_same_seed_is_the_same_run_and_another_seed_another(tmp_path: Path) -> None:
    first, again, other = (taught(tmp_path, replace(RECIPE, seed=seed)) for seed in (1, 1, 2))
    assert torch.equal(first.slope, again.slope)
    assert not torch.equal(first.slope, other.slope)


def test_every_step_is_reported(tmp_path: Path) -> None:
    losses: list[float] = []
    steps: list[int] = []

    def report(step: int, loss: float) -> None:
        steps.append(step)
        losses.append(loss)

    taught(tmp_path, report=report)
    assert steps == [1, 2, 3, 4, 5, 6]
    assert all(map(math.isfinite, losses))


def run_of_draws(
    folder: Path, draw: Callable[[random.Random, int], int], loss: Callable[[int], object], *, go_on: bool = False
) -> None:
    """Run the recipe with these draws; `loss` gets what each step learns from."""
    model = Line()

    def slope(drawn: int) -> Tensor:
        loss(drawn)
        return model.slope**2

    run(model, draw, slope, RECIPE, Checkpoints(folder / "checkpoint.pt", 2, go_on), report=lambda *_: None)


def test_each_step_learns_from_its_own_draw(tmp_path: Path) -> None:
    learnt: list[int] = []
    run_of_draws(tmp_path, lambda _, step: 10 * step, learnt.append)
    assert learnt == [0, 10, 20, 30, 40, 50]
    # The last checkpoint is that of the end.
    run_of_draws(tmp_path, lambda _, step: 10 * step, learnt.append, go_on=True)
    assert len(learnt) == 6


def test_every_step_has_chances_of_its_own_in_drawing_and_in_learning(tmp_path: Path) -> None:
    learnt: list[tuple[int, float]] = []
    run_of_draws(
        tmp_path, lambda chance, _: chance.getrandbits(60), lambda drawn: learnt.append((drawn, float(torch.rand(1))))
    )
    assert [len(set(numbers)) for numbers in zip(*learnt, strict=True)] == [6, 6]


def test_a_step_is_drawn_while_the_step_before_is_learnt_from(tmp_path: Path) -> None:
    drawn = [threading.Event() for _ in range(7)]

    def draw(_: random.Random, step: int) -> int:
        drawn[step].set()
        return step

    waited: list[bool] = []
    run_of_draws(tmp_path, draw, lambda step: waited.append(drawn[step + 1].wait(timeout=5)))
    assert waited == [True] * 6


def test_how_long_it_takes_to_draw_does_not_change_a_run(tmp_path: Path) -> None:
    losses: list[list[float]] = [[], []]
    quick, slow = (
        taught(tmp_path, slow=seconds, report=lambda _, loss, own=own: own.append(loss))  # type: ignore[misc]
        for seconds, own in zip((0.0, 0.01), losses, strict=True)
    )
    assert torch.equal(quick.slope, slow.slope)
    assert losses[0] == losses[1]


class CutOff(Exception):
    """What ends a run from outside."""


def test_a_fault_in_drawing_ends_the_run_at_its_step(tmp_path: Path) -> None:
    def draw(_: random.Random, step: int) -> int:
        if step == 3:
            raise CutOff
        return step

    learnt: list[int] = []
    threads = set(threading.enumerate())
    with pytest.raises(CutOff):
        run_of_draws(tmp_path, draw, learnt.append)
    assert learnt == [0, 1, 2]
    assert set(threading.enumerate()) <= threads
    # It goes on from the checkpoint after two steps.
    run_of_draws(tmp_path, lambda _, step: step, learnt.append, go_on=True)
    assert learnt == [0, 1, 2, 2, 3, 4, 5]


def test_what_would_follow_the_last_step_cannot_fail_a_run(tmp_path: Path) -> None:
    def draw(_: random.Random, step: int) -> int:
        if step >= 6:
            raise CutOff
        return step

    learnt: list[int] = []
    run_of_draws(tmp_path, draw, learnt.append)
    assert learnt == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("last", [2, 3, 5])
def test_a_run_that_goes_on_is_the_run_that_was_not_cut_off(tmp_path: Path, last: int) -> None:
    whole: list[float] = []
    rest: list[float] = []

    def interrupt(step: int, loss: float) -> None:
        if step > last:
            raise CutOff

    uncut = taught(tmp_path / "none", report=lambda _, loss: whole.append(loss))
    with pytest.raises(CutOff):
        taught(tmp_path, every=2, report=interrupt)
    line = taught(tmp_path, go_on=True, report=lambda _, loss: rest.append(loss))
    assert torch.equal(line.slope, uncut.slope)
    assert rest == whole[last // 2 * 2 :]


def test_a_checkpoint_is_written_every_so_many_steps(tmp_path: Path) -> None:
    path, there = tmp_path / "checkpoint.pt", []
    taught(tmp_path, every=4, report=lambda *_: there.append(path.exists()))
    # The fifth report is the first after the fourth step's checkpoint.
    assert there == [False, False, False, False, True, True]
    path.unlink()
    taught(tmp_path, every=7)
    assert not path.exists()


def test_a_run_goes_on_only_from_a_checkpoint_of_its_own_recipe(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="There is no checkpoint"):
        taught(tmp_path, go_on=True)
    taught(tmp_path, every=2)
    with pytest.raises(BadInput, match=r"is of a run with another batch, seed\.$"):
        taught(tmp_path, replace(RECIPE, batch=3, seed=5), go_on=True)
    (tmp_path / "checkpoint.pt").write_bytes((tmp_path / "checkpoint.pt").read_bytes()[:999])
    with pytest.raises(DamagedData, match=r"checkpoint\.pt cannot be read\.$"):
        taught(tmp_path, go_on=True)


OTHER = {"steps": 7, "seconds": 9.0, "batch": 3, "rate": 0.2, "seed": 2, "typed": 0.4, "claims": 0.4, "start": "a"}


@pytest.mark.parametrize(("name", "value"), OTHER.items())
def test_a_checkpoint_holds_its_recipe_and_every_part_of_it_must_be_the_same(
    tmp_path: Path, name: str, value: float | str
) -> None:
    taught(tmp_path, every=6)
    stored = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert stored["recipe"] == asdict(RECIPE)
    other = Recipe(**asdict(RECIPE) | {name: value})
    with pytest.raises(BadInput, match=rf"is of a run with another {name}\.$"):
        taught(tmp_path, other, go_on=True)
    # Of an earlier program, whose recipes had no such part.
    del stored["recipe"][name]
    torch.save(stored, tmp_path / "checkpoint.pt")
    with pytest.raises(DamagedData, match=r"checkpoint\.pt cannot be read\.$"):
        taught(tmp_path, go_on=True)


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"cos\nsystem\n(S'true'\ntR."])
def test_a_checkpoint_is_read_without_running_anything(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(content)
    with pytest.raises(DamagedData):
        taught(tmp_path, go_on=True)


def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path) -> None:
    taught(tmp_path, every=2)
    other = torch.nn.Linear(2, 2)
    with pytest.raises(DamagedData, match="cannot be read"):
        run(other, lambda *_: None, lambda _: other.weight.sum(), RECIPE,
            Checkpoints(tmp_path / "checkpoint.pt", 2, go_on=True), report=lambda *_: None)  # fmt: skip


def test_a_run_lasts_as_long_as_it_may(tmp_path: Path) -> None:
    losses: list[float] = []
    taught(tmp_path, Recipe(seconds=0.05, batch=2), report=lambda _, loss: losses.append(loss))
    assert losses
    assert Recipe(seconds=60).done(Progress(1, 30)) == 0.5
    # Whichever comes first ends it.
    assert Recipe(steps=4, seconds=60).done(Progress(3, 30)) == 0.75
    assert Recipe(steps=40, seconds=60).done(Progress(3, 60)) == 1


def test_the_rate_rises_and_falls_to_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rates: list[float] = []

    class Watched(torch.optim.AdamW):
        def step(self, closure: Any = None) -> Any:
            rates.extend(group["lr"] for group in self.param_groups)
            return super().step(closure)

    monkeypatch.setattr(torch.optim, "AdamW", Watched)
    taught(tmp_path, replace(RECIPE, steps=100))
    assert len(rates) == 100
    assert rates[0] == pytest.approx(0.1 / 50)
    # After a quarter, half of the way up and a quarter of the way down.
    assert rates[24] == pytest.approx(0.1 * 25 / 50 * 0.76)
    assert max(rates) == rates[49] == pytest.approx(0.1 * 0.51)
    assert rates[99] == pytest.approx(0.1 * 0.01)


def test_a_large_gradient_is_cut(tmp_path: Path) -> None:
    """With one parameter AdamW's step is as long for every gradient, so that the second moment shows it."""
    model = Line()
    run(model, lambda *_: 1e6, lambda drawn: drawn * model.slope, Recipe(steps=1, rate=0.1),
        Checkpoints(tmp_path / "checkpoint.pt", 1), report=lambda *_: None)  # fmt: skip
    stored = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["optimiser"]["state"][0]
    assert float(stored["exp_avg"]) == pytest.approx(0.1, rel=1e-3)


@pytest.mark.parametrize(("device", "written"), [("cpu", 50), ("cuda", 1)])
def test_steps_are_told_as_often_as_suits_the_machine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], device: str, written: int
) -> None:
    monkeypatch.setattr(teaching, "device", lambda: device)
    for step in range(1, 51):
        report_step(step, 0.5)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == written
    assert lines[-1] == "step 50: loss 0.5000"


def test_recipes_say_what_they_are() -> None:
    more = {"typed": 0.5, "claims": 0.5, "layers": None, "start": None}
    assert asdict(RECIPE) == {"steps": 6, "seconds": None, "batch": 4, "rate": 0.1, "seed": 1, **more}
