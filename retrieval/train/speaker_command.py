"""The step that fits who said it: speakers."""

from pathlib import Path

import click

from knowledge.errors import BadLabels
from retrieval.present.terminal_table import figures
from retrieval.present.terminal_writer import show
from retrieval.train.command import FOLDER, PATH, TrainingCommand, say
from retrieval.train.data_folder import SPEAKERS, WRITTEN_SPEAKERS
from retrieval.train.speaker_examples import Prediction, examples, marked_text, predictions
from retrieval.train.speakers import (
    choose_threshold,
    cross_validate,
    easy_examples,
    fit,
    fitting_rows,
    measure,
    write_weights,
)

WEIGHTS_FILE = Path(__file__).parents[2] / "knowledge" / "data" / "speaker_weights.json"


@click.command("speakers", cls=TrainingCommand)
@click.argument("data", type=FOLDER, metavar="DATA")
@click.option("--out", type=PATH, metavar="FILE", default=WEIGHTS_FILE, help="file to write; default: what ships")
@click.option("--held-out", is_flag=True, help="measure on the texts that are held out, too")
def speakers_command(data: Path, out: Path, *, held_out: bool) -> None:
    """Fit who said a quotation on the marked texts of a data folder, and show how well by cross-validation."""
    rows, kept = fitting_rows(data)
    if not rows:
        raise BadLabels(f"{data} has no marked texts.", hint=f"It needs {SPEAKERS} and {WRITTEN_SPEAKERS}.")
    texts = [marked_text(row) for row in rows]
    say(
        f"{len(texts)} texts with {sum(map(bool, (own for text in texts for own in text.quotations)))} quotations found"
    )
    easy = easy_examples()
    predicted = [each for _, each in cross_validate(texts, easy)]
    threshold = choose_threshold(predicted)
    _show("Cross-validated by text", predicted, threshold)
    fitted = fit([*(example for text in texts for example in examples(text)), *easy], threshold)
    if held_out:
        _show("Held out", [each for row in kept for each in predictions(marked_text(row), fitted)], threshold)
    write_weights(fitted, out)
    say(f"Written: {out}, {len(fitted.mention) + len(fitted.referent)} weights, names from {threshold:.2f}")


def _show(title: str, predicted: list[Prediction], threshold: float) -> None:
    rows = [
        [row.language, str(row.quotations), f"{row.likeliest:.3f}", f"{row.named:.3f}", f"{row.wrong:.3f}"]
        for row in measure(predicted, threshold)
    ]
    show(figures(title, ["language", "quotations", "likeliest right", "named right", "named wrong"], rows))
