"""A run of training: its recipe, its steps, and the checkpoints from which it goes on after it was cut off.

Each step draws from a seed of its own, so that a run that goes on from a checkpoint is the run that was not cut off: to
the bit on a processor, where its length is given in steps.
"""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor

from retrieval.train.checkpoint import Progress, read_checkpoint, write_checkpoint
from retrieval.train.command import say

# Where no source is named, numbers are our choice: those of the models that ship.
_WARM_UP_STEPS = 50
# AdamW (Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101); the second moment's decay is RoBERTa's (Liu et
# al. 2019, https://arxiv.org/abs/1907.11692, table 9).
_WEIGHT_DECAY, _BETAS, _LARGEST_GRADIENT = 0.01, (0.9, 0.98), 1.0
_SEED_BITS = 63
# A step takes a third of a second on a GPU and many seconds on a processor.
_STEPS_PER_REPORT = {"cuda": 50, "cpu": 1}

Drawn = TypeVar("Drawn")


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of: its length in steps or seconds, pairs in a batch, the highest rate, and its seed.

    The rate rises over 50 steps and falls evenly to nothing. `typed` is the share of texts that are written as people
    type them, `claims` that of the reader's pairs that are of claims, `layers` how many of its layers learn, the last
    ones, if not all and what is before them, `start` the digest of what it begins with, if not the base.
    """

    steps: int | None = None
    seconds: float | None = None
    batch: int = 384
    rate: float = 4e-5
    seed: int = 1
    typed: float = 0.5
    claims: float = 0.5
    layers: int | None = None
    start: str | None = None

    def done(self, progress: Progress) -> float:
        """Return the share of the run that is done; 1 or more ends it."""
        shares = [
            done / whole
            for done, whole in ((progress.step, self.steps), (progress.seconds, self.seconds))
            if whole is not None
        ]
        return max(shares)


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """Where and every how many steps the state of a run is written, and whether to go on from the one there."""

    path: Path
    every: int
    go_on: bool = False


def device() -> str:
    """Return where models run: "cuda" where there is a GPU, else "cpu"."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def run(
    model: Any,
    draw: Callable[[random.Random, int], Drawn],
    loss: Callable[[Drawn], Tensor],
    recipe: Recipe,
    checkpoints: Checkpoints,
    *,
    report: Callable[[int, float], None],
) -> Any:
    """Teach a model, and return it ready to read; `report` gets each step, from 1, and its loss.

    `draw` gets what a step draws from and the step's number, from 0, while the step before is learnt from; `loss` gets
    what it returned. Raises MissingFile, DamagedData or BadInput where a run cannot go on, and as `write_whole` does.
    """
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    fused = device() == "cuda"
    optimiser = torch.optim.AdamW(parameters, lr=recipe.rate, weight_decay=_WEIGHT_DECAY, betas=_BETAS, fused=fused)
    progress = Progress(0, 0.0)
    if checkpoints.go_on:
        progress = read_checkpoint(checkpoints.path, model, optimiser, asdict(recipe))
    began = time.monotonic() - progress.seconds
    model.train()
    with ThreadPoolExecutor(1) as ahead:
        following = ahead.submit(_drawn, draw, recipe, progress.step)
        while (done := recipe.done(progress)) < 1:
            seed, drawn = following.result()
            following = ahead.submit(_drawn, draw, recipe, progress.step + 1)
            for group in optimiser.param_groups:
                group["lr"] = recipe.rate * min(1.0, (progress.step + 1) / _WARM_UP_STEPS) * (1 - done)
            torch.manual_seed(seed)
            value = loss(drawn)
            optimiser.zero_grad(set_to_none=True)
            value.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(parameters, _LARGEST_GRADIENT)
            optimiser.step()
            report(progress.step + 1, float(value.detach()))
            progress = Progress(progress.step + 1, time.monotonic() - began)
            if progress.step % checkpoints.every == 0:
                write_checkpoint(checkpoints.path, model, optimiser, asdict(recipe), progress)
    return model.eval()


def _drawn(draw: Callable[[random.Random, int], Drawn], recipe: Recipe, step: int) -> tuple[int, Drawn]:
    """Return the seed of a step for torch, and what the step draws."""
    chance = random.Random(f"{recipe.seed} {step}")
    return chance.getrandbits(_SEED_BITS), draw(chance, step)


def report_step(step: int, loss: float) -> None:
    """Tell a person how far a run is, as often as suits the machine."""
    if step % _STEPS_PER_REPORT[device()] == 0:
        say(f"step {step}: loss {loss:.4f}")
