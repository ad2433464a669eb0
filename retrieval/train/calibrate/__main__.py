"""Fit everything that ships as fitted numbers.

STEP is fusion, reading, confidence, verdict or paraphrase. Without any, all are fitted, in this order, as the later
ones rank with the weights that fusion and reading have fitted. These two and confidence take development articles and
questions, verdict claims, paraphrase quotations; the written texts of a data folder have questions and claims besides.
Labelled files are those that `citabot eval` reads, about the bundled base or, given as HOME=FILE, about the base of a
home. Nothing is written before all steps are done.
"""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from threadpoolctl import threadpool_limits

from knowledge.model import Language
from knowledge.storage import made_folder
from retrieval.answer.reading import WEIGHT
from retrieval.evaluation.labels import LabelledClaim, LabelledQuestion, LabelledQuotation
from retrieval.model import ENCODER_NAME, READER_NAME
from retrieval.models.fitted import write_fitted
from retrieval.models.reader import RememberingReader, open_reader
from retrieval.present.terminal_table import figures
from retrieval.present.terminal_writer import show
from retrieval.search.fusion import WEIGHTS
from retrieval.train.calibrate.run import FILES, Given, as_fitted, beside_shipped, fit_steps, model_digests, target
from retrieval.train.calibrate.step import Bases, Ranking, read_label_file, read_parallel
from retrieval.train.calibrate.written import read_written
from retrieval.train.command import TrainingCommand, say

_NEEDED = {
    "fusion": ("development_en", "development_es", "questions"),
    "reading": ("development_en", "development_es", "questions"),
    "confidence": ("development_en", "development_es", "questions"),
    "verdict": ("claims",),
    "paraphrase": ("quotations",),
}

# What ships is for everybody to read.
_MODE = 0o644

Labelled = tuple[tuple[Path, Path | None], ...]
"""Files, each with the home whose base it is about; None for the bundled base."""


def label_path(value: str) -> tuple[Path, Path | None]:
    """The file and the home of FILE or HOME=FILE; what is itself the name of a file is just that."""
    home, _, file = ("", "", value) if Path(value).is_file() else value.rpartition("=")
    return Path(file), Path(home) if home else None


_PATH, _FOLDER = click.Path(path_type=Path), click.Path(file_okay=False, path_type=Path)
_LABELLED: dict[str, Any] = {"type": label_path, "multiple": True, "metavar": "[HOME=]FILE"}


@click.command(help=__doc__, cls=TrainingCommand)
@click.argument("steps", nargs=-1, metavar="[STEP]...", type=click.Choice([*FILES]))
@click.option("--development-en", type=_PATH, metavar="FILE", help="XQuAD's English articles for development")
@click.option("--development-es", type=_PATH, metavar="FILE", help="the same in Spanish")
@click.option("--questions", **_LABELLED, help="labelled questions, JSON lines; repeatable")
@click.option("--claims", **_LABELLED, help="labelled claims, JSON lines; repeatable")
@click.option("--written", type=_FOLDER, metavar="FOLDER", help="data folder of written texts for development")
@click.option("--quotations", **_LABELLED, help="labelled quotations, JSON lines; repeatable")
@click.option(
    "--exact",
    type=click.FloatRange(min=0),
    metavar="NUMBER",
    default=WEIGHTS.exact,
    show_default=True,
    help="what a name or a figure counts",
)
@click.option("--encoder", default=ENCODER_NAME, show_default=True, help="name or folder")
@click.option("--reader", default=READER_NAME, show_default=True, help="name or folder")
@click.option("--out", type=_FOLDER, metavar="FOLDER", help="folder to write; default: over the files that ship")
@click.pass_context
def main(
    ctx: click.Context,
    steps: tuple[str, ...],
    development_en: Path | None,
    development_es: Path | None,
    questions: Labelled,
    claims: Labelled,
    quotations: Labelled,
    written: Path | None,
    exact: float,
    encoder: str,
    reader: str,
    out: Path | None,
) -> None:
    """Fit and write the numbers (the module's docstring is what --help shows)."""
    for step in steps or FILES:
        lacking = [f"--{name.replace('_', '-')}" for name in _NEEDED[step] if not ctx.params[name]]
        if lacking:
            raise click.UsageError(f"The step {step} needs {', '.join(lacking)}.")
    articles: dict[Language, Path | None] = {"en": development_en, "es": development_es}
    given = Given(
        read_parallel({language: path for language, path in articles.items() if path is not None}),
        [read_label_file(path, home, LabelledQuestion, "question") for path, home in questions],
        [read_label_file(path, home, LabelledClaim, "claim") for path, home in claims],
        [read_label_file(path, home, LabelledQuotation, "quotation") for path, home in quotations],
        read_written(written) if written is not None else (),
    )
    if out is not None:
        made_folder(out)
    with TemporaryDirectory() as folder:
        bases = Bases(Path(folder), encoder, RememberingReader(open_reader(reader)))
        fit_and_write(steps or tuple(FILES), given, bases, exact, out)


def fit_and_write(steps: tuple[str, ...], given: Given, bases: Bases, exact: float, out: Path | None) -> None:
    """Fit these steps, show how they do, and write their files."""
    models = model_digests(steps, bases)
    fitted = {}
    # BLAS threads that wait for each other cost more than they save in products as small as these.
    with threadpool_limits(limits=1, user_api="blas"):
        for step, fit in fit_steps(steps, given, bases, Ranking(replace(WEIGHTS, exact=exact), WEIGHT)):
            fitted[target(step, out)] = as_fitted(step, fit, models[step])
            for table in (fit.table, beside_shipped(step, fit)):
                show(figures(table.title, table.heads, table.rows))
    for path, numbers in fitted.items():
        write_fitted(path, numbers)
        path.chmod(_MODE)
        say(f"Written: {path}")


if __name__ == "__main__":
    main()
