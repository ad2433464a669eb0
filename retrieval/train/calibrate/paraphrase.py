"""What tells that two texts say the same: the coefficients of a logistic function of how like they are.

Each labelled quotation that is a paraphrase, or nothing that anybody said, is compared with every quote that it might
be; the likest stands for all. Beside the fit stands what each bound on the probability lets through.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from knowledge.errors import BadLabels
from retrieval.check.factcheck import prepare_statement
from retrieval.check.paraphrase import Likeness, likeness
from retrieval.check.quotation import spoken_by
from retrieval.check.wordings import PASSAGES, wordings
from retrieval.evaluation.labels import LabelledQuotation
from retrieval.search.base import Base
from retrieval.search.fusion import Weights
from retrieval.search.rank import rank
from retrieval.train.calibrate.step import Bases, Fit, LabelFile, Table, listed
from retrieval.train.command import say

NAMES = [field.name for field in fields(Likeness)]
RESULTS = ("paraphrase", "not found")
# Parts that are held out in turn, fewer where there are fewer quotations; the inverse of the penalty.
FOLDS, SEED, INVERSE_PENALTY = 8, 3, 0.3
BOUNDS = np.arange(0.3, 0.91, 0.05)


@dataclass(frozen=True, slots=True)
class Example:
    """A quotation: whether it is a paraphrase, and how like it the likest quote is; all 0 where there is none."""

    is_paraphrase: bool
    features: tuple[float, ...]


def fit_paraphrase(bases: Bases, files: Sequence[LabelFile[LabelledQuotation]], weights: Weights) -> Fit:
    """Fit the coefficients, for evidence ranked with these weights. Raises BadLabels for too few quotations."""
    examples = [example for file in files for example in _compare(bases, file, weights)]
    features = np.array([example.features for example in examples])
    right = np.array([example.is_paraphrase for example in examples], bool)
    fewest = int(min(right.sum(), (~right).sum()))
    if fewest < 2:
        raise BadLabels("Fewer than two quotations are a paraphrase, or not found.", hint="Give more of both kinds.")
    folds = StratifiedKFold(min(FOLDS, fewest), shuffle=True, random_state=SEED)
    shares = cross_val_predict(_model(), features, right, cv=folds, method="predict_proba")[:, 1]
    counts = [f"{sum(label.result in RESULTS for label in file.labels)} quotations of {file.name}" for file in files]
    return Fit(coefficients(features, right), listed(counts), _table(right, shares))


def _compare(bases: Bases, file: LabelFile[LabelledQuotation], weights: Weights) -> Iterator[Example]:
    with bases.open(file.home) as engine:
        say(f"paraphrase: {file.name}")
        base = engine.base
        for label in file.labels:
            if label.result in RESULTS:
                yield Example(label.result == "paraphrase", _features(bases, base, label, weights))


def _features(bases: Bases, base: Base, label: LabelledQuotation, weights: Weights) -> tuple[float, ...]:
    asked = prepare_statement(base, label.text, "und")
    compared = wordings(base, asked, rank(base, asked, limit=PASSAGES, weights=weights))
    alike = [
        likeness(asked, wording.text, base.encoder, bases.reader) for wording, _ in spoken_by(compared, label.speaker)
    ]
    likest = max(alike, key=lambda each: each.cosine + each.forth, default=None)
    return tuple(asdict(likest).values()) if likest is not None else (0.0,) * len(NAMES)


def coefficients(features: NDArray[np.float64], right: NDArray[np.bool_]) -> dict[str, float]:
    """The intercept and the weights, for features as they are."""
    scaler, model = _model().fit(features, right).named_steps.values()
    weights = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - weights @ scaler.mean_)
    values = {"intercept": intercept} | dict(zip(NAMES, weights.tolist(), strict=True))
    return {name: round(value, 4) for name, value in values.items()}


def _model() -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(C=INVERSE_PENALTY))


def _table(right: NDArray[np.bool_], shares: NDArray[np.float64]) -> Table:
    heads = ("bound", f"paraphrases, of {right.sum()}", f"others, of {(~right).sum()}")
    rows = [(f"{least:.2f}", *(str(int((shares[own] >= least).sum())) for own in (right, ~right))) for least in BOUNDS]
    return Table("Held out, by the bound on the probability", heads, tuple(rows))
