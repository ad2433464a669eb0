"""The whole making of the packaged entailment model in one command.

It reads labelled rows and sentence pairs, has Apertium put each into the other language, teaches the packaged encoder
to judge evidence and claims, first on all rows and then on those nearest to what the product meets, fits the
temperature of its probabilities on rows held out, and writes the model beside the encoder.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import torch
from safetensors.torch import load_file, save_file
from scipy.optimize import minimize_scalar
from tokenizers import Tokenizer
from torch.nn import functional

from retrieval.packaged import TOKENIZER, WEIGHTS
from retrieval.train.__main__ import load_student
from retrieval.train.entailment import LONGEST, Entailment, Recipe, collated, teach
from retrieval.train.entailment_examples import (
    NOT_SUPPORTS,
    Example,
    exchanged,
    paired,
    read_examples,
    read_written,
)
from retrieval.train.pack_entailment import pack_entailment
from retrieval.train.pairs import read_pairs

_WRITTEN = Path(__file__).parent / "written_claims.tsv"
_CHECKPOINT = "entailment.safetensors"
# Sentence pairs made into examples, examples held out, and how often each written one is shown in the second part.
_PAIRS, _HELD_OUT, _TIMES = 12_000, 1_200, 4
# Most examples of a source in the second part: what is written in the product's manner whole, the rest a part.
_SECOND = {
    "lingnli": 14_000, "mined": 8_000, "snli_cad": 5_000, "conjnli_adv": 3_000, "translations": 3_000,
    "covidfact": 1_500, "names": 1_500,
}  # fmt: skip
_BATCH = 48


@click.command(help=__doc__)
@click.argument("rows", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("pairs", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--start", type=click.Path(exists=True, path_type=Path), required=True, help="weights of the encoder")
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), required=True, help="folder for checkpoints")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=WEIGHTS, help="weights folder")
@click.option("--minutes", type=float, default=75, show_default=True, help="length of the first part")
@click.option("--rate", type=float, default=1e-4, show_default=True, help="learning rate of the first part")
@click.option("--more-minutes", type=float, default=30, show_default=True, help="length of the second part")
@click.option("--more-rate", type=float, default=6e-5, show_default=True, help="learning rate of the second part")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--continue", "go_on", is_flag=True, help="go on with the second part from the checkpoint")
def main(
    rows: Path,
    pairs: Path,
    start: Path,
    work: Path,
    out: Path,
    minutes: float,
    rate: float,
    more_minutes: float,
    more_rate: float,
    seed: int,
    *,
    go_on: bool,
) -> None:
    """Make the model (the module's docstring is what --help shows)."""
    work.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    labelled = read_examples(rows, chance)
    examples = [*labelled, *paired(read_pairs(pairs), chance, _PAIRS)]
    chance.shuffle(examples)
    held_out, examples = examples[:_HELD_OUT], examples[_HELD_OUT:]
    tokenizer = Tokenizer.from_file(str(out / TOKENIZER))
    tokenizer.enable_truncation(LONGEST)
    tokenizer.no_padding()
    model = Entailment(load_student(start))
    checkpoint = work / _CHECKPOINT

    def report(step: int, loss: float) -> None:
        click.echo(f"step {step}: loss {loss:.4f}", err=True)
        if step % 250 == 0:
            save(model, checkpoint)

    if go_on:
        model.load_state_dict(load_file(checkpoint))
    else:
        teach(model, tokenizer, examples, Recipe(60 * minutes, rate, seed), report=report)
        save(model, checkpoint)
    written = read_written(_WRITTEN, {example.evidence[0] for example in labelled})
    nearest = second_part(examples, written, chance)
    teach(model, tokenizer, nearest, Recipe(60 * more_minutes, more_rate, seed + 1), report=report)
    save(model, checkpoint)
    temperature = fit_temperature(model.eval(), tokenizer, held_out)
    click.echo(f"temperature {temperature:.3f}; packing", err=True)
    pack_entailment(model, out, temperature=temperature)


def second_part(examples: Sequence[Example], written: Sequence[Example], chance: random.Random) -> list[Example]:
    """The examples of the second part: a part of each source, claims with exchanged names, and the written ones."""
    by_source: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_source[example.source].append(example)
    made = [*exchanged(examples, chance), *(list(written) * _TIMES)]
    for source, own in sorted(by_source.items()):
        most = _SECOND.get(source, len(own))
        made += own if len(own) <= most else chance.sample(own, most)
    return made


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
