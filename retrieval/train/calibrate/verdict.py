"""What decides a claim: how strong the case for a side has to be, and how likely such a verdict is right.

Fitted on claims whose verdict is known but not which evidence it rests on. The bound is the one with the best macro-F1
of the language that fares worse, among those that reverse at most two claims in a hundred, all in the mean over groups
of claims, so that the largest does not decide alone. Confidence is logistic regression on that strength over all claims
alike, as of groups of sixty no error of calibration below .05 can be measured.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from knowledge.errors import BadLabels
from knowledge.model import Language
from retrieval.check.claims import split
from retrieval.check.evidence import judge_claim
from retrieval.check.factcheck import prepare_statement
from retrieval.check.verdict import strength, surest
from retrieval.engine import Engine
from retrieval.evaluation.calibration import bins, calibration_error
from retrieval.evaluation.labels import LabelledClaim
from retrieval.search.fusion import Weights
from retrieval.train.calibrate.step import Bases, Fit, LabelFile, Table, listed
from retrieval.train.calibrate.written import WrittenText
from retrieval.train.command import say

CLASSES = ("supported", "contradicted", "not enough evidence")
LANGUAGES: tuple[Language, ...] = ("en", "es")
# Parts that are held out in turn, fewer where fewer claims are judged right.
FOLDS, SEED = 8, 5
# Share of all claims that may be reversed, half of the four in a hundred that are borne with, as new claims fare worse;
# the others are shown beside it.
MOST_REVERSED, SHARES_REVERSED = 0.02, (0.01, 0.02, 0.03, 0.04, 0.08, 1.0)
# The bounds that are tried: those that a side can reach, as beyond them all claims are left open.
LEAST = np.arange(0.0, strength(1.0), 0.1)
# One claim on written passages in so many is read.
_SAMPLED = 2


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim: its group and language, its verdict's place in `CLASSES`, and the surest passage for and against it."""

    group: str
    language: Language
    label: int
    surest: tuple[float, float]

    @property
    def side(self) -> int:
        """The place of the side that the surest passage is on."""
        return int(np.argmax(self.surest))

    @property
    def strength(self) -> float:
        """How strong the case for that side is."""
        return strength(max(self.surest))


@dataclass(frozen=True, slots=True)
class Choice:
    """A bound, and what it gives in the mean of the groups: macro-F1 by language and the share of reversals.

    `reversed_decided` is the share of reversals among the claims that are decided.
    """

    least: float
    macro_f1: tuple[float, ...]
    reversed_share: float
    reversed_decided: float

    @property
    def worse(self) -> float:
        """The macro-F1 of the language that fares worse."""
        return min(self.macro_f1)


def fit_verdict(
    bases: Bases, files: Sequence[LabelFile[LabelledClaim]], written: Sequence[WrittenText], weights: Weights
) -> Fit:
    """Fit bound and confidence, for evidence ranked with these weights of fusion.

    Raises BadLabels where a class or a language has too few claims, where the reader is right on too few, or where all
    bounds reverse too many.
    """
    claims = [claim for file in files for claim in _judge(bases, file, weights)]
    claims += _judge_written(bases, written, weights)
    _check(claims)
    options = [_choice(claims, least) for least in LEAST.tolist()]
    error = held_out_error(claims)
    rows, chosen = [], None
    for most in SHARES_REVERSED:
        allowed = [each for each in options if each.reversed_share <= most]
        best = max(allowed, key=lambda each: each.worse, default=None)
        if best is not None:
            shares = (best.reversed_share, best.reversed_decided, error)
            rows.append(tuple(f"{value:.3f}" for value in (most, best.least, *best.macro_f1, *shares)))
            chosen = best if most == MOST_REVERSED else chosen
    if chosen is None:
        raise BadLabels("No bound keeps the claims that are reversed to two in a hundred.", hint="Give more claims.")
    model = _model().fit(*_arrays(claims))
    intercept, weight = round(float(model.intercept_[0]), 4), round(float(model.coef_[0, 0]), 4)
    values = {"least": round(chosen.least, 2), "intercept": intercept, "weight": weight}
    heads = ("reversed at most", "least", "macro-F1 en", "macro-F1 es", "reversed", "of decided", "calibration error")
    parts = [f"{number} claims of {group}" for group, number in Counter(claim.group for claim in claims).items()]
    return Fit(values, listed(parts), Table("The best bounds, mean of the groups", heads, tuple(rows)))


def _judge(bases: Bases, file: LabelFile[LabelledClaim], weights: Weights) -> Iterator[JudgedClaim]:
    """The claims of a file, with the evidence of the base that they are about; those in conflict teach nothing."""
    with bases.open(file.home) as engine:
        say(f"verdict: {file.name}")
        yield from _judged(bases, engine, file.labels, file.name, weights)


def _judge_written(bases: Bases, texts: Sequence[WrittenText], weights: Weights) -> Iterator[JudgedClaim]:
    """Yield the claims on written texts, with the evidence of the base of all of them."""
    if not texts:
        return
    with bases.open_written(texts) as engine:
        say("verdict: written texts")
        articles = [claim for text in texts if text.title is not None for claim in text.claims]
        passages = [claim for text in texts if text.title is None for claim in text.claims]
        yield from _judged(bases, engine, articles, "written articles", weights)
        yield from _judged(bases, engine, passages[::_SAMPLED], "written passages", weights)


def _judged(
    bases: Bases, engine: Engine, labels: Sequence[LabelledClaim], group: str, weights: Weights
) -> Iterator[JudgedClaim]:
    base = engine.base
    for label in labels:
        if label.verdict in CLASSES:
            claims = split(label.claim).claims
            claim = prepare_statement(base, claims[0].text if claims else label.claim, label.language)
            with engine.store.reading():
                passages, _ = judge_claim(base, bases.reader, claim, weights=weights)
            if passages:
                yield JudgedClaim(group, label.language, CLASSES.index(label.verdict), surest(passages))


def _check(claims: Sequence[JudgedClaim]) -> None:
    labels = Counter(claim.label for claim in claims)
    for place, name in enumerate(CLASSES):
        if labels[place] < 2:
            raise BadLabels(f"Fewer than two claims are {name}.", hint="Give more claims of the kind.")
    for language in LANGUAGES:
        if all(claim.language != language for claim in claims):
            raise BadLabels(f"No claim is in the language “{language}”.", hint="Give claims in both languages.")
    if sum(claim.side == claim.label for claim in claims) < 2:
        raise BadLabels("The reader is right on fewer than two claims.", hint="Give more claims, or another reader.")


def verdicts(claims: Sequence[JudgedClaim], least: float) -> NDArray[np.int64]:
    """The verdict of each claim: the side that the surest passage is on, where its case is as strong as the bound."""
    return np.array([claim.side if claim.strength >= least else 2 for claim in claims])


@dataclass(frozen=True, slots=True)
class _Prediction:
    """The probability that the surest side is right, and whether it is."""

    confidence: float
    right: bool


def held_out_error(claims: Sequence[JudgedClaim]) -> float:
    """Return the expected calibration error of the probability of the surest side, each fitted on other claims."""
    strengths, right = _arrays(claims)
    folds = StratifiedKFold(min(FOLDS, *np.bincount(right).tolist()), shuffle=True, random_state=SEED)
    fits = cross_val_predict(_model(), strengths, right, cv=folds, method="predict_proba")
    return calibration_error(bins([_Prediction(*pair) for pair in zip(fits[:, 1], right, strict=True)]))


def macro_f1(labels: NDArray[np.int64], given: NDArray[np.int64]) -> float:
    """The mean F1 of the classes, 0 for one that neither has; scikit-learn's takes a hundred times as long."""
    right, own, other = (np.bincount(some, minlength=len(CLASSES)) for some in (labels[labels == given], labels, given))
    return float(np.mean(2 * right / np.maximum(own + other, 1)))


def _choice(claims: Sequence[JudgedClaim], least: float) -> Choice:
    labels, given = np.array([claim.label for claim in claims]), verdicts(claims, least)
    groups, languages = (np.array([getattr(claim, name) for claim in claims]) for name in ("group", "language"))
    is_reversed = ((labels == 0) & (given == 1)) | ((labels == 1) & (given == 0))
    own = [groups == group for group in dict.fromkeys(groups.tolist())]
    scores = tuple(
        float(np.mean([macro_f1(labels[group & (languages == each)], given[group & (languages == each)])
                       for group in own if (group & (languages == each)).any()]))
        for each in LANGUAGES
    )  # fmt: skip
    shares = [(is_reversed[group].mean(), is_reversed[group].sum() / max((given[group] < 2).sum(), 1)) for group in own]
    return Choice(least, scores, *map(float, np.mean(shares, axis=0)))


def _model() -> LogisticRegression:
    return LogisticRegression(max_iter=1000)


def _arrays(claims: Sequence[JudgedClaim]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The strength (c, 1) of the case for each claim's surest side, and whether that is its verdict (c,)."""
    right = [int(claim.side == claim.label) for claim in claims]
    return np.array([[claim.strength] for claim in claims]), np.array(right)
