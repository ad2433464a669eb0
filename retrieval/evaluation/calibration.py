"""Whether confidence means what it says, and what silence buys: reliability bins and the risk–coverage curve.

A case counts as right when its first citation is right; a question to be silent at never is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.evaluation.cases import Case

# Ten of equal width, as in Guo et al. 2017, "On Calibration of Modern Neural Networks", section 2.
BINS = 10

Array = NDArray[Any]


class Sure(Protocol):
    """Anything that was said with some confidence and was right or not."""

    @property
    def confidence(self) -> float:
        """From 0 to 1."""

    @property
    def right(self) -> bool:
        """Whether it was right."""


@dataclass(frozen=True, slots=True)
class Bin:
    """The cases whose confidence lies in [low, high): how many, their mean confidence and the share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What a threshold would do: `coverage` is the share answered, `risk` the share of those that is not right.

    `false_answers` and `false_refusals` as among the measures; None where there is no such question.
    """

    threshold: float
    coverage: float
    risk: float
    false_answers: float | None
    false_refusals: float | None


def bins(cases: Sequence[Sure]) -> tuple[Bin, ...]:
    """The bins that hold a case, by confidence; a confidence of 1 belongs to the last."""
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


def calibration_error(found: Sequence[Bin]) -> float:
    """The expected calibration error (Naeini et al. 2015): |confidence - right|, the mean over the bins' cases."""
    return sum(one.count * abs(one.confidence - one.right) for one in found) / sum(one.count for one in found)


def risk_coverage(cases: Sequence[Case]) -> tuple[CurvePoint, ...]:
    """A point for every confidence met, as the threshold falls (El-Yaniv and Wiener 2010, selective classification)."""
    confidences, right, answerable = _by_confidence(cases)
    ends = _ends(confidences)
    answered = ends + 1
    risk = 1 - np.cumsum(right)[ends] / answered
    good, bad = np.cumsum(answerable)[ends], np.cumsum(~answerable)[ends]
    all_good, all_bad = int(answerable.sum()), int((~answerable).sum())
    return tuple(
        CurvePoint(
            threshold=float(confidences[end]),
            coverage=float(answered[n] / len(cases)),
            risk=float(risk[n]),
            false_answers=float(bad[n] / all_bad) if all_bad else None,
            false_refusals=float(1 - good[n] / all_good) if all_good else None,
        )
        for n, end in enumerate(ends)
    )


def area_under_risk(cases: Sequence[Case]) -> float:
    """The mean risk over all coverages (Geifman, Uziel and El-Yaniv 2019, AURC); equal confidences fall together."""
    confidences, right, _ = _by_confidence(cases)
    ends = _ends(confidences)
    risk = 1 - np.cumsum(right)[ends] / (ends + 1)
    return float(np.average(risk, weights=np.diff(ends, prepend=-1)))


def _by_confidence(cases: Sequence[Case]) -> tuple[Array, Array, Array]:
    """Confidence, right and answerable of every case, the surest first."""
    ordered = sorted(cases, key=lambda case: -case.confidence)
    return (
        np.array([case.confidence for case in ordered]),
        np.array([case.right for case in ordered]),
        np.array([case.answerable for case in ordered]),
    )


def _ends(confidences: Array) -> Array:
    """Where each run of equal confidences ends: no threshold parts them."""
    return np.flatnonzero(np.diff(confidences, append=-1.0))
