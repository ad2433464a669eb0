"""What speaks for a claim and against it: the weights of two linear scores, and the two bounds of the verdict.

Fitted on claims whose verdict is known but not which evidence it rests on. The scores are pooled over a claim's
evidence by a soft maximum. A quadratic penalty pulls them to those that ship, which were fitted on other claims with
another encoder. Penalty and bounds are chosen by cross-validation over claims: those whose worse macro-F1 of both
languages is best, among those that reverse at most three claims in a hundred.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax
from sklearn.model_selection import StratifiedKFold

from knowledge.errors import BadLabels
from knowledge.model import Language
from retrieval.check.claims import split
from retrieval.check.factcheck import prepare_statement, weigh_evidence
from retrieval.check.stance import CALIBRATION, FEATURES, SHARPNESS
from retrieval.engine import Engine
from retrieval.evaluation.labels import LabelledClaim
from retrieval.search.base import Base
from retrieval.search.fusion import Weights
from retrieval.train.calibrate.step import Bases, Fit, LabelFile, Table, listed
from retrieval.train.calibrate.written import WrittenText
from retrieval.train.command import say

CLASSES = ("supported", "contradicted", "not enough evidence")
LANGUAGES: tuple[Language, ...] = ("en", "es")
# Under smaller ones the few claims on the bundled base are judged worse than by the scores that ship: held out, their
# log loss is 0.83 at 1, 0.87 at 0.1, 0.94 at 0.03 and 1.13 at 0.003.
PENALTIES = (0.1, 0.3, 1.0)
# Parts that are held out in turn, fewer where a class has fewer claims.
FOLDS, SEED = 8, 5
# Share of all claims that may be reversed, a quarter less than the four in a hundred that are borne with, as new claims
# fare worse; the others are shown beside it.
MOST_REVERSED, SHARES_REVERSED = 0.03, (0.01, 0.02, 0.03, 0.04, 0.08, 1.0)
SURE, NEAR = np.arange(0.5, 0.99, 0.02), np.arange(0.2, 0.96, 0.05)
MOST_CANDIDATES = 12
# A feature that hardly differs between claims is not made to count more for it.
_LEAST_SCALE = 0.05
# A score that no evidence has, in the place of evidence that a claim lacks; and how exactly the fit is made.
_NEVER = -1e9
_PRECISELY = {"maxiter": 1000, "gtol": 1e-7, "ftol": 1e-12}


@dataclass(frozen=True, slots=True)
class WeighedClaim:
    """A claim: its language, the place of its verdict in `CLASSES`, and the features (n, f) of its evidence."""

    language: Language
    label: int
    features: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scores:
    """Two linear scores of evidence, for a claim and against it: weights (2, f) and intercepts (2,)."""

    weights: NDArray[np.float64]
    intercepts: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Choice:
    """Bounds of the verdict under a penalty, and what they give: macro-F1 by language and the share of reversals."""

    penalty: float
    sure: float
    near: float
    macro_f1: tuple[float, ...]
    reversed_share: float

    @property
    def worse(self) -> float:
        """The macro-F1 of the language that fares worse."""
        return min(self.macro_f1)


def fit_stance(
    bases: Bases, files: Sequence[LabelFile[LabelledClaim]], written: Sequence[WrittenText], weights: Weights
) -> Fit:
    """Fit the weights and bounds, for evidence ranked with these weights.

    Raises BadLabels where a class or a language has too few claims, or all bounds reverse too many.
    """
    by_file = [[*_weigh(bases, file, weights)] for file in files]
    on_written = [*_weigh_written(bases, written, weights)]
    claims = [*(claim for own in by_file for claim in own), *on_written]
    _check(claims)
    rows, chosen = [], []
    for penalty in PENALTIES:
        say(f"stance: penalty {penalty}")
        shares = held_out(claims, penalty)
        loss = -float(np.mean(np.log([shares[place, claim.label] for place, claim in enumerate(claims)])))
        options = [_choice(claims, shares, penalty, sure, near) for sure, near in product(SURE, NEAR)]
        for most in SHARES_REVERSED:
            allowed = [each for each in options if each.reversed_share <= most]
            best = [max(allowed, key=lambda each: each.worse)] if allowed else []
            rows += [_row(each, loss, most) for each in best]
            chosen += best if most == MOST_REVERSED else []
    if not chosen:
        raise BadLabels("No bounds keep the claims that are reversed to three in a hundred.", hint="Give more claims.")
    choice = max(chosen, key=lambda each: each.worse)
    heads = ("penalty", "log loss", "reversed at most", "sure", "near", "macro-F1 en", "macro-F1 es", "reversed")
    parts = [f"{len(own)} claims of {file.name}" for file, own in zip(files, by_file, strict=True)]
    data = listed([*parts, *([f"{len(on_written)} on written texts"] if written else ())])
    table = Table("Held out, the best bounds", heads, tuple(rows))
    return Fit(_values(claims, choice), f"{data}; penalty {choice.penalty}", table)


def _weigh(bases: Bases, file: LabelFile[LabelledClaim], weights: Weights) -> Iterator[WeighedClaim]:
    """The claims of a file, with the evidence of the base that they are about; those in conflict teach nothing."""
    with bases.open(file.home) as engine:
        say(f"stance: {file.name}")
        yield from _weighed(engine, file.labels, weights)


def _weigh_written(bases: Bases, texts: Sequence[WrittenText], weights: Weights) -> Iterator[WeighedClaim]:
    """Yield the claims on written texts, with the evidence of the base of all of them."""
    if not texts:
        return
    with bases.open_written(texts) as engine:
        say("stance: written texts")
        yield from _weighed(engine, [claim for text in texts for claim in text.claims], weights)


def _weighed(engine: Engine, labels: Sequence[LabelledClaim], weights: Weights) -> Iterator[WeighedClaim]:
    base = engine.base
    for label in labels:
        if label.verdict in CLASSES:
            features = _features(engine, base, label, weights)
            if len(features):
                yield WeighedClaim(label.language, CLASSES.index(label.verdict), features)


def _features(engine: Engine, base: Base, label: LabelledClaim, weights: Weights) -> NDArray[np.float64]:
    """The features (n, f) of the evidence that asserts what it says of a claim: other evidence decides nothing."""
    claims = split(label.claim).claims
    text = claims[0].text if claims else label.claim
    claim = prepare_statement(base, text, label.language)
    with engine.store.reading():
        weighed = weigh_evidence(base, engine.entailment, claim, weights=weights)
    return np.array([[item.features[name] for name in FEATURES] for item in weighed if item.asserted])


def _check(claims: Sequence[WeighedClaim]) -> None:
    labels = Counter(claim.label for claim in claims)
    for place, name in enumerate(CLASSES):
        if labels[place] < 2:
            raise BadLabels(f"Fewer than two claims are {name}.", hint="Give more claims of the kind.")
    for language in LANGUAGES:
        if all(claim.language != language for claim in claims):
            raise BadLabels(f"No claim is in the language “{language}”.", hint="Give claims in both languages.")


@dataclass(frozen=True, slots=True)
class Padded:
    """Claims as arrays: features (c, n, f), which of them are evidence (c, n), and their classes as 0 and 1 (c, 3)."""

    features: NDArray[np.float64]
    mask: NDArray[np.bool_]
    right: NDArray[np.float64]


def padded(claims: Sequence[WeighedClaim]) -> Padded:
    """The best evidence of each claim, and nothing in the place of what it lacks."""
    features = np.zeros((len(claims), MOST_CANDIDATES, len(FEATURES)))
    mask = np.zeros((len(claims), MOST_CANDIDATES), bool)
    for place, claim in enumerate(claims):
        best = claim.features[:MOST_CANDIDATES]
        features[place, : len(best)] = best
        mask[place, : len(best)] = True
    return Padded(features, mask, np.eye(len(CLASSES))[[claim.label for claim in claims]])


def probabilities(claims: Padded, scores: Scores) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The probability of each class (c, 3), and what each piece of evidence has in a claim's two scores (c, n, 2)."""
    own = claims.features @ scores.weights.T + scores.intercepts
    own = SHARPNESS * np.where(claims.mask[:, :, None], own, _NEVER)
    pooled = np.column_stack([logsumexp(own, axis=1) / SHARPNESS, np.zeros(len(own))])
    return softmax(pooled, axis=1), softmax(own, axis=1)


def shipped() -> Scores:
    """Return the scores that ship."""
    sides = (CALIBRATION.supports, CALIBRATION.contradicts)
    weights = np.array([[side[name] for name in FEATURES] for side in sides])
    return Scores(weights, np.array([side["intercept"] for side in sides]))


def fit(claims: Sequence[WeighedClaim], penalty: float) -> Scores:
    """Return the scores, for features as they are, under which the right classes are likeliest, near what ships."""
    read = padded(claims)
    seen = read.features[read.mask]
    mean, scale = seen.mean(0), np.maximum(seen.std(0, ddof=1), _LEAST_SCALE)
    scaled = replace(read, features=(read.features - mean) / scale)
    before = shipped()
    begin = Scores(before.weights * scale, before.intercepts + before.weights @ mean)

    def loss(numbers: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = _unpacked(numbers)
        shares, parts = probabilities(scaled, scores)
        slopes = ((shares - scaled.right) / len(claims))[:, None, :2] * parts
        moved = scores.weights - begin.weights
        weights = np.einsum("cns,cnf->sf", slopes, scaled.features) + 2 * penalty * moved
        entropy = -float(np.log(shares[scaled.right > 0]).mean())
        value = entropy + penalty * float((moved**2).sum())
        return value, np.concatenate([weights.ravel(), slopes.sum((0, 1))])

    packed = np.concatenate([begin.weights.ravel(), begin.intercepts])
    scores = _unpacked(minimize(loss, packed, jac=True, method="L-BFGS-B", options=_PRECISELY).x)
    plain = scores.weights / scale
    return Scores(plain, scores.intercepts - plain @ mean)


def _unpacked(numbers: NDArray[np.float64]) -> Scores:
    return Scores(numbers[:-2].reshape(2, len(FEATURES)), numbers[-2:])


def held_out(claims: Sequence[WeighedClaim], penalty: float) -> NDArray[np.float64]:
    """Probabilities (c, 3) of each claim, from weights that have not seen it."""
    shares = np.zeros((len(claims), len(CLASSES)))
    labels = [claim.label for claim in claims]
    folds = StratifiedKFold(min(FOLDS, *Counter(labels).values()), shuffle=True, random_state=SEED)
    for taught, judged in folds.split(labels, labels):
        scores = fit([claims[place] for place in taught], penalty)
        shares[judged], _ = probabilities(padded([claims[place] for place in judged]), scores)
    return shares


def verdicts(shares: NDArray[np.float64], sure: float, near: float) -> NDArray[np.int64]:
    """The verdict of each claim: one side where so much speaks of it at all, and so much of that for one side."""
    both = shares[:, :2].sum(1)
    decided = (both >= near) & (shares[:, :2].max(1) >= sure * both)
    return np.where(decided, shares[:, :2].argmax(1), 2)


def _choice(
    claims: Sequence[WeighedClaim], shares: NDArray[np.float64], penalty: float, sure: float, near: float
) -> Choice:
    labels, given = np.array([claim.label for claim in claims]), verdicts(shares, sure, near)
    languages = np.array([claim.language for claim in claims])
    scores = tuple(macro_f1(labels[languages == each], given[languages == each]) for each in LANGUAGES)
    is_reversed = ((labels == 0) & (given == 1)) | ((labels == 1) & (given == 0))
    return Choice(penalty, float(sure), float(near), scores, float(is_reversed.mean()))


def macro_f1(labels: NDArray[np.int64], given: NDArray[np.int64]) -> float:
    """The mean F1 of the classes, 0 for one that neither has; scikit-learn's takes a hundred times as long."""
    right, own, other = (np.bincount(some, minlength=len(CLASSES)) for some in (labels[labels == given], labels, given))
    return float(np.mean(2 * right / np.maximum(own + other, 1)))


def _row(best: Choice, loss: float, most: float) -> tuple[str, ...]:
    figures = (best.penalty, loss, most, best.sure, best.near, *best.macro_f1, best.reversed_share)
    return tuple(f"{value:.3f}" for value in figures)


def _values(claims: Sequence[WeighedClaim], chosen: Choice) -> dict[str, object]:
    """What ships: the scores by stance, fitted on all claims, and the bounds."""
    fitted = fit(claims, chosen.penalty)
    scores = {
        stance: dict(zip(("intercept", *FEATURES), (intercept, *weights), strict=True))
        for stance, intercept, weights in zip(
            ("supports", "contradicts"), fitted.intercepts.tolist(), fitted.weights.tolist(), strict=True
        )
    }
    rounded = {stance: {name: round(value, 4) for name, value in own.items()} for stance, own in scores.items()}
    return {**rounded, "near": round(chosen.near, 2), "sure": round(chosen.sure, 2)}
