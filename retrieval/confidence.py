"""How likely the first citation answers the question, and why there is silence when it does not.

The probability is a logistic function of a few features of the best evidence (Platt 1999, "Probabilistic Outputs for
Support Vector Machines"), with coefficients fitted on development questions, answerable and not, and kept as data.
"""

import json
import math
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources

from knowledge.model import Language
from retrieval.model import Reason


@dataclass(frozen=True, slots=True)
class Features:
    """What tells an answer from a near miss. Every field lies in [-1, 1].

    `dense`: cosine of the question with the best unit; `margin`: how far it stands above the fifth passage's;
    `coverage`: share of the question's content words in the best passage; `sentence_coverage`: in the excerpt.
    """

    dense: float
    margin: float
    coverage: float
    sentence_coverage: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """The calibrated probability and, below the threshold, the reason for silence."""

    confidence: float
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """Coefficients of the logistic function, and the bound below which nothing counts as near."""

    intercept: float
    weights: dict[str, float]
    nothing_near: float


def judge(features: Features, *, threshold: float, asked: Language, told: Language) -> Judgement:
    """The probability that the first citation answers, and whether to be silent at this threshold.

    `asked` and `told` are the languages of question and passage: across languages fewer words match by chance and by
    right alike.
    """
    calibration = _calibrations()[_pair(asked, told)]
    confidence = probability(features, calibration)
    if confidence >= threshold:
        return Judgement(confidence, None)
    near = confidence >= calibration.nothing_near
    return Judgement(confidence, Reason.NEAR_BUT_NOT_ANSWERING if near else Reason.NOTHING_NEAR)


def probability(features: Features, calibration: Calibration) -> float:
    """The logistic function of the weighted features."""
    values = asdict(features)
    score = calibration.intercept + sum(weight * values[name] for name, weight in calibration.weights.items())
    return 1 / (1 + math.exp(-score))


def _pair(asked: Language, told: Language) -> str:
    # An undetermined language is taken for the other side's: names and figures look alike everywhere.
    known = told if asked == "und" else asked
    other = known if told == "und" else told
    return "en-en" if known == "und" else f"{known}-{other}"


@cache
def _calibrations() -> dict[str, Calibration]:
    stored = json.loads(resources.files("retrieval").joinpath("data/confidence.json").read_text("utf-8"))
    return {pair: Calibration(**values) for pair, values in stored["calibrations"].items()}
