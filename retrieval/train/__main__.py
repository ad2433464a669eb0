"""The whole making of the packaged encoder in one command.

It reads sentence pairs, teaches the tokenizer Spanish, trains the student, learns the lexicon and writes the weights
folder. A run that is cut off goes on from its last checkpoint with `--continue`.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import AutoModel

from retrieval.models.hub_encoder import quietly, teacher_folder
from retrieval.models.packaged import LEXICON, WEIGHTS
from retrieval.train.command import TrainingCommand, require_extra
from retrieval.train.distill import Recipe, distil
from retrieval.train.lexicon import learn_lexicon, save_lexicon
from retrieval.train.pack import pack
from retrieval.train.pairs import LONG, Pair, joined, read_pairs, read_prose, translated
from retrieval.train.vocabulary import bilingual, starting_vectors

# Sources of English prose whose licences allow commercial use: FEVER CC BY-SA 3.0, ConjNLI MIT, FM2 Apache 2.0.
_PROSE = ("fever_dev_gold", "conjnli_adv", "fm2")
# Of prose for the translator, what is longer is a list and what is shorter a title.
_FEWEST_WORDS, _MOST_WORDS = 6, 90
_VECTORS = "embeddings.word_embeddings.weight"
_CHECKPOINT, _TOKENIZER = "student.safetensors", "tokenizer.json"


@click.command(help=__doc__, cls=TrainingCommand)
@click.argument("pairs", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--prose", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="English prose, JSON lines")
@click.option(
    "--start", type=click.Path(exists=True, path_type=Path), help="weights to begin with; default: the teacher's"
)
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), required=True, help="folder for checkpoints")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=WEIGHTS, help="folder to write")
@click.option("--minutes", type=float, default=45, show_default=True, help="length of the training")
@click.option("--rate", type=float, default=1.5e-4, show_default=True, help="learning rate at the beginning")
@click.option("--last-rate", type=float, default=0.0, show_default=True, help="learning rate at the end")
@click.option("--average", type=float, default=0.5, show_default=True, help="share of the first weights in the last")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--continue", "go_on", is_flag=True, help="go on from the checkpoint in the work folder")
def main(
    pairs: tuple[Path, ...],
    prose: Path | None,
    start: Path | None,
    work: Path,
    out: Path,
    minutes: float,
    rate: float,
    last_rate: float,
    average: float,
    seed: int,
    *,
    go_on: bool,
) -> None:
    """Make the encoder (the module's docstring is what --help shows)."""
    require_extra()
    gathered_pairs = gathered(pairs, prose, random.Random(seed))
    work.mkdir(parents=True, exist_ok=True)
    english = _english_tokenizer()
    if not go_on:
        begin(work, english, gathered_pairs, start or teacher_folder() / "model.safetensors")
    spanish = Tokenizer.from_file(str(work / _TOKENIZER))
    student, teacher = load_student(work / _CHECKPOINT), _load_teacher()
    before = {name: value.clone() for name, value in student.state_dict().items()}

    def report(step: int, distance: float) -> None:
        click.echo(f"step {step}: distance {distance:.4f}", err=True)
        if step % 100 == 0:
            save_student(student, work / _CHECKPOINT)

    recipe = Recipe(seconds=60 * minutes, rate=rate, last_rate=last_rate, seed=seed)
    steps = distil(student, teacher, (spanish, english), gathered_pairs, recipe, report=report)
    student.load_state_dict(_mixed(before, student.state_dict(), average))
    save_student(student, work / _CHECKPOINT)
    click.echo(f"{steps} steps done; learning the lexicon and packing", err=True)
    save_lexicon(learn_lexicon(gathered_pairs), work / LEXICON)
    pack(student, spanish, work / LEXICON, out)


def _mixed(before: dict[str, Any], after: dict[str, Any], share: float) -> dict[str, Any]:
    """The mean of where training began and ended keeps what both find (Wortsman et al. 2022, "Model soups").

    https://arxiv.org/abs/2203.05482
    """
    return {
        name: share * before[name] + (1 - share) * value if name in before and value.is_floating_point() else value
        for name, value in after.items()
    }


def gathered(files: Sequence[Path], prose: Path | None, chance: random.Random) -> list[Pair]:
    """Every pair to learn from, in an order of chance: those of the files, translated prose, and short ones joined."""
    real = [pair for file in files for pair in read_pairs(file)]
    texts = [] if prose is None else read_prose(prose, _PROSE)
    made = translated([text for text in texts if _FEWEST_WORDS <= text.count(" ") + 1 <= _MOST_WORDS]) if texts else []
    long = joined([pair for pair in real if pair.words < LONG], chance)
    pairs = list(dict.fromkeys([*real, *made, *long]))
    chance.shuffle(pairs)
    return pairs


def begin(work: Path, english: Tokenizer, pairs: Sequence[Pair], weights: Path) -> None:
    """Write the first checkpoint: these weights with a tokenizer that reads Spanish."""
    spanish, numbers = bilingual(english, pairs)
    stored = {name: value.float() for name, value in load_file(weights).items()}
    vectors = starting_vectors(english, spanish, numbers, stored[_VECTORS].numpy(), pairs)
    spanish.save(str(work / _TOKENIZER))
    save_file(stored | {_VECTORS: torch.from_numpy(vectors)}, work / _CHECKPOINT)


def load_student(path: Path) -> Any:
    """A model of the teacher's shape with the weights of a checkpoint, whose vocabulary may be another."""
    student, stored = _load_teacher(), load_file(path)
    vectors = stored[_VECTORS]
    student.embeddings.word_embeddings = torch.nn.Embedding(vectors.shape[0], vectors.shape[1], padding_idx=0)
    student.load_state_dict(stored, strict=False)
    return student


def save_student(student: Any, path: Path) -> None:
    """Write a checkpoint, whole or not at all."""
    aside = path.with_suffix(".new")
    save_file({name: value.contiguous() for name, value in student.state_dict().items()}, aside)
    aside.replace(path)


def _load_teacher() -> Any:
    with quietly():
        return AutoModel.from_pretrained(str(teacher_folder()), local_files_only=True).eval()


def _english_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(teacher_folder() / _TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


if __name__ == "__main__":
    main()
