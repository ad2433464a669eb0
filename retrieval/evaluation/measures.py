"""Measures of ranking, of silence and of confidence, over any set of cases.

The measures of ranking are trec_eval's, through ir-measures (MacAvaney, Macdonald and Ounis 2022, "Streamlining
Evaluation with ir-measures"). Means come with a 95 % interval: of the percentile bootstrap (Efron and Tibshirani 1993,
"An Introduction to the Bootstrap", chapter 13), or Wilson's (1927) where all or none succeed and resampling is blind.
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

# As many citations as the deepest measure of ranking looks at.
DEPTH = 10
_CONFIDENCE_LEVEL = 0.95
# A thousand or two are asked for intervals (Efron and Tibshirani 1993, section 14.3); the seed makes them repeatable.
_RESAMPLES, _SEED = 2000, 20240511
# Values drawn at once: 16 MB of them.
_DRAWN = 2_000_000
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
    """A mean of values from 0 to 1, and its 95 % interval: the mean alone where all are the same value in between."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of one set of cases; None where it has no case that the measure is about.

    From `hit_1` to `ndcg_10`: over the answerable questions. `false_answers`: share answered of those to be silent at.
    `false_refusals`: share refused of the answerable. `precision`: share of the answered whose first citation is right.
    `calibration_error`: expected, of the confidence as the probability that the first citation is right; `auc`: chance
    that a right one has more confidence than one that is not; `risk_area`: area under the risk–coverage curve.
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
    """All measures of one or more cases."""
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
    """The mean of values from 0 to 1 and its interval; None of no values."""
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
        batch=max(1, _DRAWN // sample.size),
        confidence_level=_CONFIDENCE_LEVEL,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    return Estimate(mean, float(interval.low), float(interval.high))


def _wilson(share: float, size: int) -> tuple[float, float]:
    if 0 < share < 1:
        return share, share
    interval = binomtest(round(share * size), size).proportion_ci(_CONFIDENCE_LEVEL, method="wilson")
    return float(interval.low), float(interval.high)


def _ranking(cases: Sequence[Case]) -> dict[str, Estimate | None]:
    """The measures of ranking by their fields, each the mean over the cases."""
    if not cases:
        return dict.fromkeys(_RANKING)
    # Numbers of ours as names: trec_eval's code in C need not read what strangers wrote.
    gold = {str(n): {f"gold {place}": 1 for place in range(len(case.label.gold))} for n, case in enumerate(cases)}
    ranked = {str(n): _scored(case) for n, case in enumerate(cases)}
    values: defaultdict[str, list[float]] = defaultdict(list)
    for one in ir_measures.iter_calc(list(_RANKING.values()), gold, ranked):
        values[str(one.measure)].append(one.value)
    return {field: estimate(values[str(measured)]) for field, measured in _RANKING.items()}


def _scored(case: Case) -> dict[str, float]:
    """What was cited, by name, with a score that falls from place to place: equal scores would be ordered anew."""
    return {
        f"other {rank}" if place is None else f"gold {place}": float(DEPTH - rank)
        for rank, place in enumerate(case.found)
    }
