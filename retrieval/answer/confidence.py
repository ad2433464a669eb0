"""Confidence: the probability that the first citation answers the question, and the reason where it is too low.

The probability is a logistic function of a few features of the best evidence (Platt 1999, "Probabilistic Outputs for
Support Vector Machines"). Its coefficients are fitted on development questions, answerable and not, and stored in
confidence.json.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from knowledge.terms import stopwords
from retrieval.answer.reading import FIRST_READ, log_odds
from retrieval.model import Evidence, Reason
from retrieval.models.fitted import logistic, read_fitted
from retrieval.models.reader import Reader
from retrieval.search.base import Base
from retrieval.search.fusion import WEIGHTS, Weights, fuse, is_calibrated
from retrieval.search.question import Question
from retrieval.words.coverage import coverage

# The rank among the other passages whose score is taken for that of a passage on another subject. Our choice: beyond
# the two or three passages that may be on the question's subject.
CHANCE_PLACE = 5
# The least share of a question's words in a passage that answers it, where no probability was fitted. On the bundled
# base, with full text alone, it refuses one answerable development question in twenty, and 0.86 of those that are far
# from the base.
_LEAST_WORDS = 0.31
# The least probability of the reader's with which a passage answers, where none was fitted: likelier than not.
_LEAST_ANSWERED = 0.5


@dataclass(frozen=True, slots=True)
class Features:
    """The features of evidence from which its confidence is computed.

    `answered`: the log-odds that the reader gives; `span`: the probability of the words that answer; `late`, `weakest`,
    `sentence`: its scores (see `Scores`); `margin`: the difference of its fused score, unread, from that of the fifth
    other passage in its language; `lead`: from that of the first; `exact`: the share of the question's names, numbers
    and quoted words in the passage, 1 where it has none.
    """

    answered: float
    span: float
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
    base: Base, reader: Reader, question: Question, evidence: Sequence[Evidence], *, threshold: float
) -> list[Judgement]:
    """Judge the evidence that was read, the best, in the same order, or where the reader reads no questions the best.

    Where no probability was fitted for the models in use, the reader's own decides, or the share of the question's
    words. A question of function words alone ("What is it?") asks for nothing that evidence could tell.
    """
    read = [item for item in evidence if item.reading is not None]
    judged = read or evidence[:FIRST_READ]
    if all(term.word in stopwords("und") for term in question.terms):
        return [Judgement(0.0, Reason.NOTHING_NEAR) for _ in judged]
    if read and is_calibrated(base, FITTED, reader):
        return [judge(item, threshold=threshold) for item in features(question, evidence)]
    return [judge_uncalibrated(item) for item in judged]


def features(question: Question, evidence: Sequence[Evidence], *, weights: Weights = WEIGHTS) -> list[Features]:
    """Return the features of the evidence that was read, in the same order; `weights` are those of fusion."""
    exact_terms = [term for term in question.terms if term.exact]
    measured = []
    for item in (item for item in evidence if item.reading is not None):
        passage = item.passage
        # A base may have the same in both languages, so that only passages in the same language are compared.
        others = [other.scores for other in evidence if other is not item and other.scores.across == item.scores.across]
        best_others = sorted((fuse(scores, weights) for scores in others), reverse=True)[:CHANCE_PLACE] or [0.0]
        own = fuse(item.scores, weights)
        measured.append(
            Features(
                answered=log_odds(item),
                span=item.reading.span_probability if item.reading else 0.0,
                late=item.scores.late,
                weakest=item.scores.weakest,
                sentence=item.scores.sentence,
                margin=own - best_others[-1],
                lead=own - best_others[0],
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


def judge_uncalibrated(item: Evidence) -> Judgement:
    """Judge evidence by the reader's probability that it answers or, unread, by its share of the question's words."""
    words = min(item.scores.words, 1.0)
    near = words >= _LEAST_WORDS
    if item.reading is None or item.reading.answered is None:
        return Judgement(words, None if near else Reason.NOTHING_NEAR)
    if item.reading.answered >= _LEAST_ANSWERED:
        return Judgement(item.reading.answered, None)
    return Judgement(item.reading.answered, Reason.NEAR_BUT_NOT_ANSWERING if near else Reason.NOTHING_NEAR)


def probability(features: Features, calibration: Calibration) -> float:
    """Return the logistic function of the weighted features."""
    values = asdict(features)
    score = calibration.intercept + sum(weight * values[name] for name, weight in calibration.weights.items())
    return logistic(score)
