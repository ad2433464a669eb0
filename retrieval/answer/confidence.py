"""How likely the first citation answers the question, and why there is silence when it does not.

The probability is a logistic function of a few features of the best evidence (Platt 1999, "Probabilistic Outputs for
Support Vector Machines"), with coefficients fitted on development questions, answerable and not, and kept as data.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources

import numpy as np

from knowledge.store import Store
from retrieval.answer.answerability import answer_scores
from retrieval.index.generation import Generation
from retrieval.model import Evidence, Reason
from retrieval.search.question import Question
from retrieval.words.answer_type import fit
from retrieval.words.coverage import coverage

# The place whose score stands for a chance likeness: beyond the two or three passages that may tell of the subject.
CHANCE_PLACE = 5
# Log-odds beyond which the answerability model is only ever sure of itself.
_MOST_ODDS = 6.0


@dataclass(frozen=True, slots=True)
class Features:
    """What tells an answer from a near miss.

    `late`, `weakest`, `sentence` and `words` are the scores of the best evidence (see `fusion`); `margin`: how far its
    fused score stands above that of the fifth other passage in its language; `lead`: above the first's; `coverage`:
    share of the question's words in the passage; `sentence_coverage`: in the excerpt; `exact`: share of its names,
    figures and quoted words in the passage, 1 where it has none; `lacking`: 1 where it asks for a kind of thing that
    the passage does not offer; `across`: 1 where the passage is in another language; `answerable`: the log-odds of the
    answerability model.
    """

    late: float
    weakest: float
    sentence: float
    words: float
    margin: float
    lead: float
    coverage: float
    sentence_coverage: float
    exact: float
    lacking: float
    across: float
    answerable: float


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


def features(
    store: Store, generation: Generation, question: Question, evidence: Sequence[Evidence], *, most: int
) -> list[Features]:
    """What tells whether each of the `most` best pieces of evidence answers the question, in the same order."""
    passages = store.passages(item.passage for item in evidence)
    exact_terms = [term for term in question.terms if term.exact]
    found = []
    for item, answerable in zip(evidence[:most], _answerable(generation, question, evidence[:most]), strict=True):
        passage = passages[item.passage]
        text = store.snapshot(passage.span.snapshot).text
        whole, best = text[passage.span.start : passage.span.end], text[item.start : item.end]
        # A base may tell the same in both languages: only passages in the same one compete.
        others = [one.score for one in evidence if one is not item and one.scores.across == item.scores.across]
        # The fifth best of a handful of passages tells what a chance likeness scores.
        rivals = sorted(others, reverse=True)[:CHANCE_PLACE] or [0.0]
        found.append(
            Features(
                late=item.scores.late,
                weakest=item.scores.weakest,
                sentence=item.scores.sentence,
                words=item.scores.words,
                margin=item.score - rivals[-1],
                lead=item.score - rivals[0],
                coverage=coverage(question.terms, whole, passage.language),
                sentence_coverage=coverage(question.terms, best, passage.language),
                exact=coverage(exact_terms, whole, passage.language) if exact_terms else 1.0,
                lacking=float(bool(question.asked_for) and not fit(question.asked_for, whole)),
                across=float(item.scores.across),
                answerable=answerable,
            )
        )
    return found


def _answerable(generation: Generation, question: Question, evidence: Sequence[Evidence]) -> list[float]:
    if generation.tokens is None:
        return [0.0] * len(evidence)
    rows = np.searchsorted(generation.postings.ids, [item.passage for item in evidence])
    scores = answer_scores(question.tokens, [generation.tokens.of(int(row)) for row in rows])
    return [max(-_MOST_ODDS, min(_MOST_ODDS, score)) for score in scores]


def judge(features: Features, *, threshold: float) -> Judgement:
    """The probability that the evidence answers, and whether to be silent at this threshold."""
    calibration = _calibration()
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


@cache
def _calibration() -> Calibration:
    stored = json.loads(resources.files("retrieval.answer").joinpath("confidence.json").read_text("utf-8"))
    return Calibration(**stored["calibration"])
