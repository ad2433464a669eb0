"""Calibration of confidence, and the effect of the threshold: reliability bins and the risk–coverage curve.

A case counts as right when its first citation is right; a case without gold places is never right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.evaluation.cases import Case

# Of equal width, as in Guo et al. 2017, "On Calibration of Modern Neural Networks", section 2; ten are our choice.
BINS = 10

Array = NDArray[Any]


class Prediction(Protocol):
    """A prediction with a confidence, which was right or wrong."""

    @property
    def confidence(self) -> float:
        """Return the confidence, from 0 to 1."""

    @property
    def right(self) -> bool:
        """Say whether the prediction was right."""


@dataclass(frozen=True, slots=True)
class Bin:
    """The cases with a confidence in [low, high): their number, mean confidence and share of right ones."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The effect of a threshold: `coverage` is the share answered, `risk` the share of wrong ones among the answered.

    `false_answers` and `false_refusals` as in `Measures`; None where there is no such question.
    """

    threshold: float
    coverage: float
    risk: float
    false_answers: float | None
    false_refusals: float | None


def bins(cases: Sequence[Prediction]) -> tuple[Bin, ...]:
    """Return the bins that have a case, by confidence; a confidence of 1 is in the last bin."""
    confidences = np.array([case.confidence for case in cases])
    right = np.array([case.right for case in cases], dtype=float)
    edges = np.linspace(0, 1, BINS + 1)
    count, confidence, correct = (
        np.histogram(confidences, edges, weights=weights)[0] for weights in (np.ones_like(right), confidences, right)
    )
    return tuple(
        Bin(
            float(edges[n]),
            float(edges[n + 1]),
            int(count[n]),
            *map(float, (confidence[n] / count[n], correct[n] / count[n])),
        )
        for n in range(BINS)
        if count[n]
    )


def calibration_error(filled: Sequence[Bin]) -> float:
    """Return the expected calibration error (Naeini et al. 2015): the mean of |confidence - right| over the cases.

    `filled` are the bins that have a case, at least one.
    """
    errors = (filled_bin.count * abs(filled_bin.confidence - filled_bin.right) for filled_bin in filled)
    return sum(errors) / sum(filled_bin.count for filled_bin in filled)


def risk_coverage(cases: Sequence[Case]) -> tuple[CurvePoint, ...]:
    """Return the curve, a point for every confidence in the cases, highest first.

    El-Yaniv and Wiener 2010, "On the Foundations of Noise-free Selective Classification".
    """
    confidences, right, answerable = _by_confidence(cases)
    ends = _ends(confidences)
    answered = ends + 1
    risk = 1 - np.cumsum(right)[ends] / answered
    answered_answerable, answered_others = np.cumsum(answerable)[ends], np.cumsum(~answerable)[ends]
    all_answerable, all_others = int(answerable.sum()), int((~answerable).sum())
    return tuple(
        CurvePoint(
            threshold=float(confidences[end]),
            coverage=float(answered[n] / len(cases)),
            risk=float(risk[n]),
            false_answers=float(answered_others[n] / all_others) if all_others else None,
            false_refusals=float(1 - answered_answerable[n] / all_answerable) if all_answerable else None,
        )
        for n, end in enumerate(ends)
    )


def area_under_risk(cases: Sequence[Case]) -> float:
    """Return the mean risk over all coverages (Geifman, Uziel and El-Yaniv 2019, AURC).

    Cases of equal confidence are answered together.
    """
    confidences, right, _ = _by_confidence(cases)
    ends = _ends(confidences)
    risk = 1 - np.cumsum(right)[ends] / (ends + 1)
    return float(np.average(risk, weights=np.diff(ends, prepend=-1)))


def _by_confidence(cases: Sequence[Case]) -> tuple[Array, Array, Array]:
    """Return confidence, right and answerable of every case, each (cases,), by falling confidence."""
    ordered = sorted(cases, key=lambda case: -case.confidence)
    return (
        np.array([case.confidence for case in ordered]),
        np.array([case.right for case in ordered]),
        np.array([case.answerable for case in ordered]),
    )


def _ends(confidences: Array) -> Array:
    """Return the index of the last of each run of equal confidences, which no threshold separates."""
    return np.flatnonzero(np.diff(confidences, append=-1.0))
