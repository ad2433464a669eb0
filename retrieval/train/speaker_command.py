"""The step that fits who said it: speakers."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from knowledge.errors import BadLabels
from knowledge.speech.asking import Ask
from knowledge.speech.ranking import Asking, Weights
from retrieval.models.onnx_reader import OnnxReader
from retrieval.present.terminal_table import figures
from retrieval.present.terminal_writer import show
from retrieval.train.command import FOLDER, PATH, TrainingCommand, say
from retrieval.train.data_folder import SPEAKERS, WRITTEN_SPEAKERS
from retrieval.train.speaker_doubt import (
    choose_asked_threshold,
    cross_validate_asking,
    doubted,
    fit_asking,
    remembered,
    unfitted,
    untaught,
)
from retrieval.train.speaker_examples import MarkedText, Prediction, examples, marked_text, predictions
from retrieval.train.speakers import (
    Measured,
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
    """Fit who said a quotation on the marked texts of a data folder, and show how well by cross-validation.

    The packaged reader is asked where the features leave it in doubt; its word is weighed on texts new to it.
    """
    rows, kept = fitting_rows(data)
    if not rows:
        raise BadLabels(f"{data} has no marked texts.", hint=f"It needs {SPEAKERS} and {WRITTEN_SPEAKERS}.")
    texts = [marked_text(row) for row in rows]
    say(
        f"{len(texts)} texts with {sum(map(bool, (own for text in texts for own in text.quotations)))} quotations found"
    )
    easy = easy_examples()
    without = cross_validate(texts, easy)
    predicted = [each for text, own in zip(texts, without, strict=True) for each in predictions(text, own)]
    threshold = choose_threshold(predicted)
    _show("Cross-validated by text", measure(predicted, threshold))
    reader = OnnxReader()
    ask = remembered(reader.read_spans)
    asking = _fit_asking(texts, without, predicted, unfitted(reader.digest, threshold), ask)
    fitted = replace(fit([*(example for text in texts for example in examples(text)), *easy], threshold), asking=asking)
    if held_out:
        marked = [marked_text(row) for row in kept]
        alone = [each for text in marked for each in predictions(text, fitted)]
        _show("Held out", measure(alone, threshold))
        asked = [each for text in marked for each in predictions(text, fitted, ask)]
        _show("Held out, with the reader", measure(asked, threshold, asking.threshold))
    write_weights(fitted, out)
    say(
        f"Written: {out}, {len(fitted.mention) + len(fitted.referent)} weights, names from {threshold:.2f}, "
        f"or where a reader was asked from {asking.threshold:.2f}"
    )


def _fit_asking(
    texts: Sequence[MarkedText], without: Sequence[Weights], predicted: Sequence[Prediction], base: Asking, ask: Ask
) -> Asking:
    """Return when a reader is asked and what its word weighs, and show what it adds on texts it was not taught on."""
    new = untaught(texts)
    chosen, weights = [texts[number] for number in new], [without[number] for number in new]
    alone = [each for text, own in zip(chosen, weights, strict=True) for each in predictions(text, own)]
    asked = cross_validate_asking(chosen, weights, base, ask)
    threshold = choose_asked_threshold(asked, predicted, base)
    share = sum(each.asked for each in asked) / len(asked)
    _show("Of these the texts new to the reader", measure(alone, choose_threshold(predicted)))
    _show(f"The same with the reader, asked of {share:.2f}", measure(asked, base.most, threshold))
    given = [own for text, fitted in zip(chosen, weights, strict=True) for own in doubted(text, fitted, base, ask)]
    return replace(fit_asking(given, base), threshold=threshold)


def _show(title: str, measured: Sequence[Measured]) -> None:
    rows = [
        [row.language, str(row.quotations), f"{row.likeliest:.3f}", f"{row.named:.3f}", f"{row.wrong:.3f}"]
        for row in measured
    ]
    show(figures(title, ["language", "quotations", "likeliest right", "named right", "named wrong"], rows))
