"""The steps that make a reader: near, reader, pack-reader; and how well one reads."""

import random
from pathlib import Path

import click

from knowledge.extras import from_extra
from knowledge.storage import file_sha256, made_folder
from retrieval.models.packaged import WEIGHTS, open_packaged
from retrieval.present.terminal_table import figures
from retrieval.present.terminal_writer import show
from retrieval.train.checkpoint import READER_CHECKPOINT
from retrieval.train.command import FOLDER, PATH, WORK, TrainingCommand, say
from retrieval.train.near import NEAR, Near, read_near, write_near
from retrieval.train.reader import teach
from retrieval.train.reader_development import measure_reader
from retrieval.train.reader_model import READER, ReaderModel, build_reader
from retrieval.train.reader_rows import ClaimRow, QuestionRow, reader_rows, written_rows
from retrieval.train.teaching import Checkpoints, Recipe, device, report_step
from retrieval.train.transformer import Base, open_base, read_weights, write_weights

# As many pairs as a processor can take in a minute, and as were measured on a GPU (see the model's card).
_BATCHES = {"cuda": 256, "cpu": 16}
# Those that torch takes (https://docs.pytorch.org/docs/stable/generated/torch.manual_seed.html).
_SEEDS = click.IntRange(-(2**63), 2**64 - 1)


@click.command("near", cls=TrainingCommand)
@click.argument("data", type=FOLDER, metavar="DATA")
@WORK
def near_command(data: Path, work: Path) -> None:
    """Find the written passages nearest to each written question and claim, with the encoder that ships."""
    made_folder(work)
    number = write_near(data, open_packaged(), work / NEAR)
    say(f"Written: {work / NEAR}, the passages nearest to {number} questions and claims")


@click.command("reader", cls=TrainingCommand)
@click.argument("data", type=FOLDER, metavar="DATA")
@WORK
@click.option("--start", type=PATH, metavar="FILE", help="reader to begin with; default: the base")
@click.option("--steps", type=click.IntRange(min=1), help="length of the training in steps")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="its length in minutes")
@click.option("--batch", type=click.IntRange(min=1), help="pairs in a step; default: 256 on a GPU, 16 without")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), default=2e-4, show_default=True,
              help="highest learning rate")  # fmt: skip
@click.option("--typed", type=click.FloatRange(0, 1), default=0.3, show_default=True,
              help="share of claims and questions written as people type them")  # fmt: skip
@click.option("--claims", type=click.FloatRange(0, 1), default=0.5, show_default=True,
              help="share of pairs that are of claims")  # fmt: skip
@click.option("--layers", type=click.IntRange(min=1), help="how many layers learn, the last; default: all")
@click.option("--seed", type=_SEEDS, default=1, show_default=True)
@click.option("--every", type=click.IntRange(min=1), default=250, show_default=True, help="steps between checkpoints")
@click.option("--go-on", is_flag=True, help="go on from the checkpoint in the work folder")
def reader_command(
    data: Path,
    work: Path,
    start: Path | None,
    steps: int | None,
    minutes: float | None,
    batch: int | None,
    rate: float,
    typed: float,
    claims: float,
    layers: int | None,
    seed: int,
    every: int,
    *,
    go_on: bool,
) -> None:
    """Teach the reader on a data folder, and show how well it then reads."""
    if (steps is None) == (minutes is None):
        raise click.UsageError("Give either --steps or --minutes.")
    seconds = None if minutes is None else 60 * minutes
    opened = open_base(work)
    begin = None if start is None else read_weights(start)
    digest = None if start is None else file_sha256(start)
    recipe = Recipe(steps, seconds, batch or _BATCHES[device()], rate, seed, typed, claims, layers, digest)
    groups = reader_rows(data, seed, read_near(data, work / NEAR))
    say(f"{sum(map(len, groups))} claims and questions beside passages, on {device()}")
    checkpoint = work / READER_CHECKPOINT
    model = teach(opened, begin, groups, recipe, Checkpoints(checkpoint, every, go_on), report=report_step)
    write_weights(model, work / READER)
    checkpoint.unlink(missing_ok=True)
    say(f"Written: {work / READER}")
    _show(model, opened, data)


@click.command("measure-reader", cls=TrainingCommand)
@click.argument("data", type=FOLDER, metavar="DATA")
@WORK
@click.option("--reader", "path", type=PATH, metavar="FILE", required=True, help="reader to measure")
def measure_command(data: Path, work: Path, path: Path) -> None:
    """Show what a reader does with written development claims and questions."""
    opened = open_base(work)
    _show(build_reader(opened, read_weights(path)).to(device()), opened, data)


@click.command("pack-reader", cls=TrainingCommand)
@WORK
@click.option("--reader", "path", type=PATH, metavar="FILE", help="reader to pack; default: the one in the folder")
@click.option("--out", type=FOLDER, metavar="FOLDER", default=WEIGHTS,
              help="folder of the encoder to put it beside; default: what ships")  # fmt: skip
def pack_command(work: Path, path: Path | None, out: Path) -> None:
    """Write a reader of a work folder as it ships, beside the encoder of the same base."""
    with from_extra("train", "onnx", purpose="Writing a model"):
        import onnx  # noqa: F401 (used at the end, by what packs the model)
    from retrieval.train.pack_reader import pack_reader

    pack_reader(work, path or work / READER, out)
    say(f"Written: {out}")


def _show(model: ReaderModel, opened: Base, data: Path) -> None:
    """Show the figures on the development rows of a data folder that has some of every kind."""
    rows = [row for group in written_rows(data, "dev", random.Random(1), Near((), {})) for row in group]
    answered = {row.answered for row in rows if isinstance(row, QuestionRow)}
    if not answered >= {False, True} or not any(isinstance(row, ClaimRow) for row in rows):
        say("Too few development rows to measure on.")
        return
    say("Measuring.")
    own = measure_reader(model, opened.tokenizer, rows)
    claims = [str(own.claims), f"{own.right:.3f}", f"{own.reversed_share:.3f}"]
    questions = [str(own.questions), f"{own.auc:.3f}", f"{own.refused:.3f}", f"{own.overlap:.3f}"]
    show(figures("Claims beside a passage", ["claims", "right", "reversed"], [claims]))
    show(figures("Questions beside a passage", ["questions", "AUC", "refused at 5 %", "answer's F1"], [questions]))
