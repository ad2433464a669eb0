"""Confidence: the probability that the first citation answers the question, and the reason where it is too low.

The probability is a logistic function of a few features of the best evidence (Platt 1999, "Probabilistic Outputs for
Support Vector Machines"). Its coefficients are fitted on development questions, answerable and not, and stored in
confidence.json.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from knowledge.terms import stopwords
from retrieval.model import Evidence, Reason
from retrieval.models.fitted import logistic, read_fitted
from retrieval.search.base import Base
from retrieval.search.fusion import is_calibrated
from retrieval.search.question import Question
from retrieval.words.coverage import coverage

# The rank among the other passages whose score is taken for that of a passage on another subject. Our choice: beyond
# the two or three passages that may be on the question's subject.
CHANCE_PLACE = 5
# The least share of a question's words in a passage that answers it, where no probability was fitted. On the bundled
# base, with full text alone, it refuses one answerable development question in twenty, and 0.86 of those that are far
# from the base.
_LEAST_WORDS = 0.31


@dataclass(frozen=True, slots=True)
class Features:
    """The features of evidence from which its confidence is computed.

    `late`, `weakest`, `sentence`: its scores (see `Scores`); `margin`: the difference of its fused score from that
    of the fifth other passage in its language; `lead`: from that of the first; `exact`: the share of the question's
    names, numbers and quoted words in the passage, 1 where it has none. The share of other words, the answer types and
    whether the languages differ were features too: without them the held-out log loss is 0.573 in place of 0.576.
    """

    late: float
    weakest: float
    sentence: float
    margin: float
    lead: float
    exact: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """The confidence in evidence and, where it is too low for an answer, the reason."""

    confidence: float
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """The coefficients of the logistic function, and the confidence below which evidence does not count as near."""

    intercept: float
    weights: dict[str, float]
    nothing_near: float


FITTED = read_fitted("retrieval.answer", "confidence.json")
CALIBRATION = Calibration(**FITTED.values)


def judgements(
    base: Base, question: Question, evidence: Sequence[Evidence], *, most: int, threshold: float
) -> list[Judgement]:
    """Judge the `most` best pieces of evidence, in the same order, by `judge` or, uncalibrated, by `judge_by_words`.

    A question of function words alone ("What is it?") asks for nothing that evidence could tell.
    """
    if all(term.word in stopwords("und") for term in question.terms):
        return [Judgement(0.0, Reason.NOTHING_NEAR) for _ in evidence[:most]]
    if is_calibrated(base, FITTED):
        return [judge(item, threshold=threshold) for item in features(question, evidence, most=most)]
    return [judge_by_words(item.scores.words) for item in evidence[:most]]


def features(question: Question, evidence: Sequence[Evidence], *, most: int) -> list[Features]:
    """Return the features of the `most` best pieces of evidence, in the same order."""
    exact_terms = [term for term in question.terms if term.exact]
    measured = []
    for item in evidence[:most]:
        passage = item.passage
        # A base may have the same in both languages, so that only passages in the same language are compared.
        others = [other.score for other in evidence if other is not item and other.scores.across == item.scores.across]
        best_others = sorted(others, reverse=True)[:CHANCE_PLACE] or [0.0]
        measured.append(
            Features(
                late=item.scores.late,
                weakest=item.scores.weakest,
                sentence=item.scores.sentence,
                margin=item.score - best_others[-1],
                lead=item.score - best_others[0],
                exact=coverage(exact_terms, passage.text, passage.language) if exact_terms else 1.0,
            )
        )
    return measured


def judge(features: Features, *, threshold: float) -> Judgement:
    """Judge evidence by the fitted probability that it answers; below the threshold the judgement has a reason."""
    confidence = probability(features, CALIBRATION)
    if confidence >= threshold:
        return Judgement(confidence, None)
    near = confidence >= CALIBRATION.nothing_near
    return Judgement(confidence, Reason.NEAR_BUT_NOT_ANSWERING if near else Reason.NOTHING_NEAR)


def judge_by_words(share: float) -> Judgement:
    """Judge evidence by its share of the question's words, where no probability was fitted for the models in use."""
    within = min(share, 1.0)
    return Judgement(within, None if within >= _LEAST_WORDS else Reason.NOTHING_NEAR)


def probability(features: Features, calibration: Calibration) -> float:
    """Return the logistic function of the weighted features."""
    values = asdict(features)
    score = calibration.intercept + sum(weight * values[name] for name, weight in calibration.weights.items())
    return logistic(score)
