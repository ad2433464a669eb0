"""Measures of ranking, refusals and confidence over a set of cases.

The measures of ranking are trec_eval's, through ir-measures (MacAvaney, Macdonald and Ounis 2022, "Streamlining
Evaluation with ir-measures"). Means come with a 95 % interval: of the percentile bootstrap (Efron and Tibshirani 1993,
"An Introduction to the Bootstrap", chapter 13), or Wilson's (1927) where all values are the same, and so all resamples.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, bootstrap
from sklearn.metrics import roc_auc_score

from knowledge.extras import from_extra
from retrieval.evaluation.calibration import area_under_risk, bins, calibration_error
from retrieval.evaluation.cases import Case

with from_extra("eval", "ir-measures", purpose="Measuring answers"):
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

# Citations of each question: the depth of the deepest measures of ranking, which are customary at 10.
DEPTH = 10
# Customary.
_CONFIDENCE_LEVEL = 0.95
# Efron and Tibshirani 1993, section 14.3, ask for a thousand or two for intervals. The seed, any number, makes them
# repeatable.
_RESAMPLES, _SEED = 2000, 20240511
# Values drawn at a time. Our choice: 16 MB.
_DRAWN_VALUES = 2_000_000
_RANKING = {
    "hit_1": Success @ 1,
    "hit_3": Success @ 3,
    "hit_5": Success @ 5,
    "recall_5": R @ 5,
    "recall_10": R @ DEPTH,
    "mrr_10": RR @ DEPTH,
    "ndcg_10": nDCG @ DEPTH,
}

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean of values from 0 to 1 and its 95 % interval, which is the mean where all are the same value in between."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of a set of cases; None where it has no case that a measure applies to.

    From `hit_1` to `ndcg_10`: over the answerable questions. `false_answers`: share answered of the others.
    `false_refusals`: share refused of the answerable. `precision`: share of the answered whose first citation is right.
    `calibration_error`: expected, of the confidence as the probability that the first citation is right; `auc`:
    probability that a right one has more confidence than a wrong one; `risk_area`: area under the risk–coverage curve.
    `median_ms`, `p95_ms`: median and 95th percentile of the milliseconds a question.
    """

    questions: int
    answerable: int
    answered: int
    hit_1: Estimate | None
    hit_3: Estimate | None
    hit_5: Estimate | None
    recall_5: Estimate | None
    recall_10: Estimate | None
    mrr_10: Estimate | None
    ndcg_10: Estimate | None
    false_answers: Estimate | None
    false_refusals: Estimate | None
    precision: Estimate | None
    calibration_error: float
    auc: float | None
    risk_area: float
    median_ms: float
    p95_ms: float


def measure(cases: Sequence[Case]) -> Measures:
    """Compute all measures of at least one case."""
    right = [case.right for case in cases]
    confidences = [case.confidence for case in cases]
    answerable = [case for case in cases if case.answerable]
    answered = [case for case in cases if case.answered]
    median, p95 = np.percentile([case.elapsed_ms for case in cases], [50, 95])
    return Measures(
        questions=len(cases),
        answerable=len(answerable),
        answered=len(answered),
        **_ranking(answerable),
        false_answers=estimate([case.answered for case in cases if not case.answerable]),
        false_refusals=estimate([not case.answered for case in answerable]),
        precision=estimate([case.right for case in answered]),
        calibration_error=calibration_error(bins(cases)),
        auc=float(roc_auc_score(right, confidences)) if len(set(right)) > 1 else None,
        risk_area=area_under_risk(cases),
        median_ms=float(median),
        p95_ms=float(p95),
    )


def estimate(values: Sequence[float]) -> Estimate | None:
    """Return the mean of values from 0 to 1 and its interval; None for no values."""
    sample: Values = np.asarray(values, dtype=np.float64)
    if not sample.size:
        return None
    mean = float(sample.mean())
    if sample.min() == sample.max():
        low, high = _wilson(mean, sample.size)
        return Estimate(mean, low, high)
    interval = bootstrap(
        (sample,),
        np.mean,
        n_resamples=_RESAMPLES,
        batch=max(1, _DRAWN_VALUES // sample.size),
        confidence_level=_CONFIDENCE_LEVEL,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    return Estimate(mean, float(interval.low), float(interval.high))


def _wilson(share: float, size: int) -> tuple[float, float]:
    """Return Wilson's interval of a share of 0 or 1; that of any other is the share itself."""
    if 0 < share < 1:
        return share, share
    interval = binomtest(round(share * size), size).proportion_ci(_CONFIDENCE_LEVEL, method="wilson")
    return float(interval.low), float(interval.high)


def _ranking(cases: Sequence[Case]) -> dict[str, Estimate | None]:
    """Return the measures of ranking by field name, each the mean over the cases; None for no cases."""
    if not cases:
        return dict.fromkeys(_RANKING)
    # Ids are our own numbers, so that trec_eval's code in C reads no text of users.
    gold = {str(n): {f"gold {place}": 1 for place in range(len(case.label.gold))} for n, case in enumerate(cases)}
    ranked = {str(n): _scored(case) for n, case in enumerate(cases)}
    values: defaultdict[str, list[float]] = defaultdict(list)
    for metric in ir_measures.iter_calc(list(_RANKING.values()), gold, ranked):
        values[str(metric.measure)].append(metric.value)
    return {field: estimate(values[str(measure)]) for field, measure in _RANKING.items()}


def _scored(case: Case) -> dict[str, float]:
    """Return a score for each citation by its id, falling with the rank, as trec_eval sorts by score."""
    return {
        f"other {rank}" if number is None else f"gold {number}": float(DEPTH - rank)
        for rank, number in enumerate(case.gold_numbers)
    }
