"""The step that fits how likely a stretch of a text is speech (knowledge/speech/likelihood.py).

Logistic regression over the features of every candidate, against texts in which all quotations are marked. A candidate
is speech where its parts are quotations. Every second text of the part that no model has read (`unseen`) is left out of
the fit, for the figures of tests/benchmarks/speakers.py.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from knowledge.errors import BadLabels
from knowledge.speech.candidates import candidates
from knowledge.speech.features import features
from knowledge.speech.likelihood import FITTED
from knowledge.speech.reading import read_names
from knowledge.speech.surroundings import surroundings
from knowledge.storage import write_whole
from retrieval.present.terminal_table import figures
from retrieval.present.terminal_writer import show
from retrieval.train.command import FOLDER, PATH, TrainingCommand, say
from retrieval.train.data_folder import MARKED_WORDS, SPEAKERS, WRITTEN_SPEAKERS, SpeakersRow, read_rows
from retrieval.train.speaker_texts import SpeakersText, placed

SAME = 0.8
"""Share of the characters of two stretches that both have, from which on they are the same, as in Asr et al. 2021
(https://doi.org/10.1371/journal.pone.0245533)."""
_FEWEST = 3
"""Candidates that have a feature which gets a weight; our choice: rarer ones tell nothing."""
_FOLDS, _STRENGTH = 10, 1.0
"""Parts that are held out in turn; C of scikit-learn, as good as twice and half of it when cross-validated."""
_LEAST = (0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.8)
"""Likelihoods that are tried as the least of what is taken for speech."""
CHOSEN = 0.7
"""The least likelihood that is written: a false quotation is worse than a missing one, and F1 hardly differs."""
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """A candidate: the number of its text, its features, how many parts it has, and how many are quotations."""

    text: int
    names: tuple[str, ...]
    parts: int
    quoted: int

    @property
    def is_speech(self) -> bool:
        """Whether most of its parts are quotations."""
        return self.quoted > 0 and 2 * self.quoted >= self.parts


def overlap(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Return the share of the characters of two stretches that both have, from 0 to 1."""
    common = min(first[1], second[1]) - max(first[0], second[0])
    return max(0, common) / (max(first[1], second[1]) - min(first[0], second[0]))


def fitting_texts(data: Path, own: Path) -> list[SpeakersText]:
    """Return the texts that are learned from, of a data folder and of the folder of what was written here.

    Raises BadLabels where there are none, and as `read_rows` does.
    """
    rows = read_rows(data / SPEAKERS, SpeakersRow)
    rows = [row for row in rows if row.split != "unseen"] + [row for row in rows if row.split == "unseen"][::2]
    for name in (WRITTEN_SPEAKERS, MARKED_WORDS):
        folder = data if (data / name).exists() else own
        rows += read_rows(folder / name, SpeakersRow)
    if not rows:
        raise BadLabels(f"{data} holds no texts with their quotations.", hint="Get a whole copy of the data folder.")
    return [placed(row) for row in rows]


def samples(texts: Sequence[SpeakersText]) -> Iterator[Sample]:
    """Yield the candidates of all texts."""
    for number, text in enumerate(texts):
        starts = frozenset(start for start, _ in text.sentences)
        reading = read_names(text.text, language=text.row.language, sentence_starts=starts)
        around = surroundings(reading, text.paragraphs, candidates(reading, text.paragraphs))
        quotations = [(item.start, item.end) for item in text.quotations if item.row.kind == "direct"]
        for place, item in enumerate(around.candidates):
            names = tuple(features(around, place))
            quoted = sum(any(overlap(part, span) >= SAME for span in quotations) for part in item.parts)
            yield Sample(number, names, len(item.parts), quoted)


def fit(rows: Sequence[Sample]) -> dict[str, float]:
    """Return the weight of each feature."""
    vectorizer, matrix = _vectors(rows)
    model = _model().fit(matrix, [row.is_speech for row in rows])
    weights = dict(zip(vectorizer.get_feature_names_out().tolist(), model.coef_[0].tolist(), strict=True))
    return {name: weight for name, value in sorted(weights.items()) if (weight := round(value, _DIGITS))}


def cross_validated(rows: Sequence[Sample]) -> NDArray[np.float64]:
    """Return how likely each candidate is by a model that has not seen its text."""
    _, matrix = _vectors(rows)
    labels, groups = np.array([row.is_speech for row in rows]), np.array([row.text for row in rows])
    likelihoods = np.zeros(len(rows))
    for seen, unseen in GroupKFold(_FOLDS).split(matrix, labels, groups):
        likelihoods[unseen] = _model().fit(matrix[seen], labels[seen]).predict_proba(matrix[unseen])[:, 1]
    return likelihoods


def _model() -> LogisticRegression:
    return LogisticRegression(C=_STRENGTH, max_iter=3000, fit_intercept=False)


def _vectors(rows: Sequence[Sample]) -> tuple[DictVectorizer, Any]:
    counts = Counter(name for row in rows for name in set(row.names))
    vectorizer = DictVectorizer()
    return vectorizer, vectorizer.fit_transform(
        [{name: 1.0 for name in row.names if counts[name] >= _FEWEST} for row in rows]
    )


@click.command("speech", cls=TrainingCommand)
@click.argument("data", type=FOLDER, metavar="DATA")
@click.option("--out", type=PATH, metavar="FILE", default=str(resources.files("knowledge").joinpath(FITTED)),
              help="file to write; default: what ships")  # fmt: skip
def speech_command(data: Path, out: Path) -> None:
    """Fit how likely a stretch of a text is speech, and show how well that is cross-validated."""
    texts = fitting_texts(data, Path(__file__).parent)
    rows = list(samples(texts))
    say(f"{len(rows)} candidates in {len(texts)} texts, {sum(row.is_speech for row in rows)} of them speech")
    _show(texts, rows, cross_validated(rows))
    weights = fit(rows)
    model = {"least": CHOSEN, "weights": weights}
    write_whole(out, f"{json.dumps(model, ensure_ascii=False, indent=0)}\n".encode())
    say(f"Written: {out}, {len(weights)} weights")


def _show(texts: Sequence[SpeakersText], rows: Sequence[Sample], likelihoods: NDArray[np.float64]) -> None:
    table = []
    for language in ("es", "en"):
        own = {number for number, text in enumerate(texts) if text.row.language == language}
        quotations = sum(item.row.kind == "direct" for number in own for item in texts[number].quotations)
        for least in _LEAST:
            taken = [row for row, value in zip(rows, likelihoods, strict=True) if row.text in own and value >= least]
            right, parts = sum(row.quoted for row in taken), sum(row.parts for row in taken)
            precision, recall = right / max(1, parts), right / max(1, quotations)
            f1 = 2 * precision * recall / max(precision + recall, 1e-9)
            falsely = (parts - right) / len(own)
            table.append([language, *(f"{value:.3f}" for value in (least, precision, recall, f1, falsely))])
    heads = ["language", "least", "precision", "recall", "F1", "false a text"]
    show(figures("Direct quotations, cross-validated", heads, table))
