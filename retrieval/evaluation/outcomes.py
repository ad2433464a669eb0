"""Measures of verdicts and of quotation checks: what was said beside what should have been.

Macro-averaged F1 (Yang and Liu 1999, "A re-examination of text categorization methods") is over the classes that the
labels have, through scikit-learn. A reversal is a supported claim called contradicted, or the other way round.
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
    """A label, what was expected and what came, how sure, and in what time."""

    label: LabelledClaim | LabelledQuotation
    expected: str
    given: str
    confidence: float
    elapsed_ms: float

    @property
    def right(self) -> bool:
        """Whether what came was expected."""
        return self.expected == self.given

    @property
    def reversal(self) -> bool:
        """Whether the opposite of what was expected came."""
        return (self.expected, self.given) in _OPPOSITES


@dataclass(frozen=True, slots=True)
class ClassMeasures:
    """Precision, recall and F1 of one class, and how many labels are of it."""

    name: str
    precision: float
    recall: float
    f1: float
    labels: int


@dataclass(frozen=True, slots=True)
class OutcomeMeasures:
    """The measures of one set of outcomes; `reversals` is the share of reversed ones, of all."""

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
    """All outcomes of one kind of label, overall and by language and kind, in the file's order."""

    overall: OutcomeMeasures
    groups: tuple[OutcomeMeasures, ...]
    outcomes: tuple[Outcome, ...]


def judged(outcomes: Sequence[Outcome], name: str = "all") -> Judged | None:
    """The measures of outcomes; None where there is none."""
    if not outcomes:
        return None
    keys = [outcome.label.language for outcome in outcomes]
    kinds = [outcome.label.kind for outcome in outcomes]
    groups = [
        measure_outcomes([one for one, own in zip(outcomes, names, strict=True) if own == group], group)
        for names in (keys, kinds)
        for group in sorted({own for own in names if own is not None})
    ]
    return Judged(measure_outcomes(outcomes, name), tuple(groups), tuple(outcomes))


def measure_outcomes(outcomes: Sequence[Outcome], name: str) -> OutcomeMeasures:
    """The measures of at least one outcome."""
    expected, given = [one.expected for one in outcomes], [one.given for one in outcomes]
    classes = sorted(set(expected))
    found = precision_recall_fscore_support(expected, given, labels=classes, zero_division=0.0)
    return OutcomeMeasures(
        name=name,
        outcomes=len(outcomes),
        accuracy=float(np.mean([one.right for one in outcomes])),
        macro_f1=float(f1_score(expected, given, labels=classes, average="macro", zero_division=0.0)),
        reversals=float(np.mean([one.reversal for one in outcomes])),
        calibration_error=calibration_error(bins(outcomes)),
        median_ms=float(np.median([one.elapsed_ms for one in outcomes])),
        classes=tuple(
            ClassMeasures(one, float(precision), float(recall), float(f1), int(count))
            for one, precision, recall, f1, count in zip(classes, *found, strict=True)
        ),
    )
