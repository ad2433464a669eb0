"""Measures of verdicts and quotation checks: the results compared with the labels.

Macro-averaged F1 (Yang and Liu 1999, "A re-examination of text categorization methods") is over the classes that the
labels have, through scikit-learn. A reversal is a supported claim judged contradicted, or the other way round.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import f1_score, precision_recall_fscore_support

from retrieval.evaluation.calibration import bins, calibration_error
from retrieval.evaluation.labels import LabelledClaim, LabelledQuotation

_OPPOSITES = {("supported", "contradicted"), ("contradicted", "supported")}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A label with the expected and the given result, its confidence (0 to 1) and its time in milliseconds."""

    label: LabelledClaim | LabelledQuotation
    expected: str
    given: str
    confidence: float
    elapsed_ms: float

    @property
    def right(self) -> bool:
        """Say whether the result is the expected one."""
        return self.expected == self.given

    @property
    def reversal(self) -> bool:
        """Say whether the result is the opposite of the expected one."""
        return (self.expected, self.given) in _OPPOSITES


@dataclass(frozen=True, slots=True)
class ClassMeasures:
    """Precision, recall and F1 of a class, and its number of labels."""

    name: str
    precision: float
    recall: float
    f1: float
    labels: int


@dataclass(frozen=True, slots=True)
class OutcomeMeasures:
    """The measures of a set of outcomes; `reversals` is the share of reversals."""

    name: str
    outcomes: int
    accuracy: float
    macro_f1: float
    reversals: float
    calibration_error: float
    median_ms: float
    classes: tuple[ClassMeasures, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcomes of a type of label in the file's order, and their measures, overall and by language and kind."""

    overall: OutcomeMeasures
    groups: tuple[OutcomeMeasures, ...]
    outcomes: tuple[Outcome, ...]


def judged(outcomes: Sequence[Outcome], name: str = "all") -> Judged | None:
    """Compute the measures of outcomes, overall and by language and kind; None for no outcomes."""
    if not outcomes:
        return None
    languages = [outcome.label.language for outcome in outcomes]
    kinds = [outcome.label.kind for outcome in outcomes]
    groups = [
        measure_outcomes([outcome for outcome, key in zip(outcomes, keys, strict=True) if key == group], group)
        for keys in (languages, kinds)
        for group in sorted({key for key in keys if key is not None})
    ]
    return Judged(measure_outcomes(outcomes, name), tuple(groups), tuple(outcomes))


def measure_outcomes(outcomes: Sequence[Outcome], name: str) -> OutcomeMeasures:
    """Compute the measures of at least one outcome."""
    expected, given = [outcome.expected for outcome in outcomes], [outcome.given for outcome in outcomes]
    classes = sorted(set(expected))
    class_scores = precision_recall_fscore_support(expected, given, labels=classes, zero_division=0.0)
    return OutcomeMeasures(
        name=name,
        outcomes=len(outcomes),
        accuracy=float(np.mean([outcome.right for outcome in outcomes])),
        macro_f1=float(f1_score(expected, given, labels=classes, average="macro", zero_division=0.0)),
        reversals=float(np.mean([outcome.reversal for outcome in outcomes])),
        calibration_error=calibration_error(bins(outcomes)),
        median_ms=float(np.median([outcome.elapsed_ms for outcome in outcomes])),
        classes=tuple(
            ClassMeasures(class_name, float(precision), float(recall), float(f1), int(count))
            for class_name, precision, recall, f1, count in zip(classes, *class_scores, strict=True)
        ),
    )
