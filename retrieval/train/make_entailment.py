"""The whole making of the packaged entailment model in one command.

It reads labelled rows and sentence pairs, has Apertium put each into the other language, and teaches the packaged
encoder to judge evidence and claims in five parts: on all rows; on those nearest to what the product meets, with
claims written for it; on these with sentences that differ from their evidence in one detail; on everything; and once
more on what is nearest. Then it fits the temperature of its probabilities on rows held out, and writes the model beside
the encoder.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import torch
from safetensors.torch import load_file, save_file
from scipy.optimize import minimize_scalar
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from retrieval.models.packaged import TOKENIZER, WEIGHTS
from retrieval.train.__main__ import load_student
from retrieval.train.command import TrainingCommand, require_extra
from retrieval.train.entailment import LONGEST, Entailment, Recipe, collated, teach
from retrieval.train.entailment_examples import (
    NOT_SUPPORTS,
    Example,
    exchanged,
    paired,
    read_examples,
    read_written,
    reworded,
)
from retrieval.train.pack_entailment import pack_entailment
from retrieval.train.pairs import read_pairs

_WRITTEN = Path(__file__).parent / "written_claims.tsv"
_CHECKPOINT = "entailment.safetensors"
# Sentence pairs made into examples, sentences reworded, examples held out, and how often each written claim is shown.
_PAIRS, _REWORDED, _HELD_OUT, _TIMES = 12_000, 11_000, 1_200, 4


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the training: its length, its learning rate, and the most examples of each source; None takes all rows.

    An `averaged` part ends with the means of its weights and those before it.
    """

    minutes: float
    rate: float
    most: Mapping[str, int] | None
    averaged: bool = False


_PARTS = (
    Part(75, 1e-4, None),
    Part(14, 6e-5, {
        "lingnli": 14_000, "mined": 8_000, "snli_cad": 5_000, "conjnli_adv": 3_000, "translations": 3_000,
        "covidfact": 1_500, "names": 1_500, "reworded": 0,
    }),
    Part(20, 8e-5, {
        "lingnli": 6_000, "mined": 7_000, "snli_cad": 3_000, "conjnli_adv": 1_500, "translations": 500,
        "covidfact": 500, "names": 1_000, "fever_dev_gold": 9_000, "inferes": 3_000, "rte": 1_200,
    }, averaged=True),
    Part(60, 8e-5, {"translations": 4_000}),
    Part(20, 7e-5, {
        "lingnli": 16_000, "mined": 6_000, "conjnli_adv": 1_500, "translations": 500, "covidfact": 500,
        "names": 1_000, "numbers": 600, "fever_dev_gold": 8_000, "inferes": 3_000, "rte": 1_200, "reworded": 7_000,
    }),
)  # fmt: skip
_BATCH = 48


@click.command(help=__doc__, cls=TrainingCommand)
@click.argument("rows", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("pairs", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--start", type=click.Path(exists=True, path_type=Path), required=True, help="weights of the encoder")
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), required=True, help="folder for checkpoints")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=WEIGHTS, help="weights folder")
@click.option("--pace", type=float, default=1.0, show_default=True, help="multiplies the length of every part")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--from", "first", type=click.IntRange(1, len(_PARTS)), default=1, help="go on with this part")
def main(rows: Path, pairs: Path, start: Path, work: Path, out: Path, pace: float, seed: int, first: int) -> None:
    """Make the model (the module's docstring is what --help shows)."""
    require_extra()
    work.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    labelled = read_examples(rows, chance)
    written = read_written(_WRITTEN, {example.evidence[0] for example in labelled})
    examples = [*labelled, *paired(read_pairs(pairs), chance, _PAIRS)]
    chance.shuffle(examples)
    held_out, examples = examples[:_HELD_OUT], examples[_HELD_OUT:]
    nearer = [*examples, *exchanged(examples, chance), *reworded(examples, chance, _REWORDED)]
    tokenizer = Tokenizer.from_file(str(out / TOKENIZER))
    tokenizer.enable_truncation(LONGEST)
    tokenizer.no_padding()
    model, checkpoint = Entailment(load_student(start)), work / _CHECKPOINT
    if first > 1:
        model.load_state_dict(load_file(checkpoint))

    def report(step: int, loss: float) -> None:
        click.echo(f"step {step}: loss {loss:.4f}", err=True)
        if step % 250 == 0:
            save(model, checkpoint)

    for number, part in enumerate(_PARTS[first - 1 :], first):
        shown = examples if part.most is None else chosen(nearer, written, part.most, chance)
        before = {name: value.clone() for name, value in model.state_dict().items()}
        teach(model, tokenizer, shown, Recipe(60 * part.minutes * pace, part.rate, seed + number), report=report)
        if part.averaged:
            average(model, before)
        save(model, checkpoint)
    temperature = fit_temperature(model.eval(), tokenizer, held_out)
    click.echo(f"temperature {temperature:.3f}; packing", err=True)
    pack_entailment(model, out, temperature=temperature)


def chosen(
    examples: Sequence[Example], written: Sequence[Example], most: Mapping[str, int], chance: random.Random
) -> list[Example]:
    """So many examples of each source, those of sources that are not named all, and the written ones several times."""
    by_source: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_source[example.source].append(example)
    made = list(written) * _TIMES
    for source, own in sorted(by_source.items()):
        wanted = most.get(source, len(own))
        made += own if len(own) <= wanted else chance.sample(own, wanted)
    return made


def average(model: Entailment, before: Mapping[str, Tensor]) -> None:
    """Give the model the means of its weights and those before this part (Wortsman et al. 2022, "Model soups")."""
    after = model.state_dict()
    model.load_state_dict(
        {name: (value + before[name]) / 2 if value.is_floating_point() else value for name, value in after.items()}
    )


def fit_temperature(model: Entailment, tokenizer: Tokenizer, examples: Sequence[Example]) -> float:
    """What log-odds are best divided by (Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2)."""
    known = [example for example in examples if example.label != NOT_SUPPORTS]
    labels = torch.tensor([example.label for example in known])
    parts = []
    with torch.no_grad():
        for begin in range(0, len(known), _BATCH):
            texts = [(one.evidence[0], one.claim[0]) for one in known[begin : begin + _BATCH]]
            parts.append(model(*collated(tokenizer, texts)))
    scores = torch.cat(parts)

    def loss(logarithm: float) -> float:
        return float(functional.cross_entropy(scores / np.exp(logarithm), labels))

    return float(np.exp(minimize_scalar(loss, bounds=(-1.5, 1.5), method="bounded").x))


def save(model: Entailment, path: Path) -> None:
    """Write a checkpoint, whole or not at all."""
    aside = path.with_suffix(".new")
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, aside)
    aside.replace(path)


if __name__ == "__main__":
    main()
