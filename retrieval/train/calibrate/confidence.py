"""What tells an answer from a near miss: the coefficients of a logistic function of a few features.

Three sources of questions. Those of the development articles, in every pair of languages, are asked three times: of the
whole base (right where the first passage holds the answer), of the base without that passage (near, no answer) and
without its whole article (far, no answer). And the labelled questions, and those
on written texts, whose unanswerable ones people might really ask.
The threshold is where at most one good labelled question in twenty is refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.preprocessing import StandardScaler

from knowledge.errors import BadLabels
from knowledge.model import Language
from retrieval.answer.answering import LOOKED_AT
from retrieval.answer.confidence import Features, features
from retrieval.answer.reading import read_evidence
from retrieval.evaluation.labels import LabelledQuestion
from retrieval.models.reader import Reader
from retrieval.search.base import Base
from retrieval.search.rank import rank
from retrieval.train.calibrate.questions import Asked, ask_articles, ask_labelled
from retrieval.train.calibrate.step import SAMPLED, ArticleFile, Bases, Fit, LabelFile, Ranking, Table, listed
from retrieval.train.calibrate.written import WrittenText
from retrieval.train.command import say

Way = Literal["answerable", "near", "far"]
NAMES = [field.name for field in fields(Features)]
# Good questions refused: the share at which the threshold is set.
REFUSED = 0.05
# Labelled questions and those on written texts are of the kind that is asked; unanswerable ones of the articles come
# twice.
_AS_ASKED, _ANSWERABLE, _UNANSWERABLE = 4.0, 1.0, 0.5
# Rows that stay together when rows are held out: two questions asked in three ways. Parts that are held out in turn.
_TOGETHER, _FOLDS = 6, 5
# How the groups of labelled questions begin, and what stands in those of the articles.
_OWN, _OF_ARTICLES = "own, ", " → "


@dataclass(frozen=True, slots=True)
class Example:
    """A question asked once: its group of languages, in which way, whether the first passage answers, its features."""

    group: str
    way: Way
    right: bool
    features: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """Examples as arrays, a row each."""

    features: NDArray[np.float64]
    right: NDArray[np.bool_]
    ways: NDArray[np.str_]
    groups: NDArray[np.str_]

    @property
    def labelled(self) -> NDArray[np.bool_]:
        """Which rows are of labelled questions."""
        return np.char.startswith(self.groups, _OWN)

    @property
    def parts(self) -> NDArray[np.int64]:
        """Which rows are held out together."""
        return np.arange(len(self.right)) // _TOGETHER

    @property
    def counts(self) -> NDArray[np.float64]:
        """What each row counts."""
        of_articles = np.where(self.ways == "answerable", _ANSWERABLE, _UNANSWERABLE)
        return np.where(np.char.find(self.groups, _OF_ARTICLES) < 0, _AS_ASKED, of_articles)


def fit_confidence(
    bases: Bases,
    articles: Mapping[Language, ArticleFile],
    questions: Sequence[LabelFile[LabelledQuestion]],
    written: Sequence[WrittenText],
    ranking: Ranking,
) -> Fit:
    """Fit the coefficients, and the bound below which nothing counts as near, for evidence ranked so.


    Raises BadLabels where labelled questions of a kind are missing, or there are too few to hold any out.
    """
    examples = [
        *_of_articles(bases, articles, ranking),
        *_labelled(bases, questions, ranking),
        *_written(bases, written, ranking),
    ]
    measured = Measured(
        np.array([example.features for example in examples]),
        np.array([example.right for example in examples]),
        np.array([example.way for example in examples]),
        np.array([example.group for example in examples]),
    )
    _check(measured)
    shares = held_out(measured)
    own = measured.labelled
    threshold = float(np.quantile(shares[own & measured.right], REFUSED))
    values = coefficients(measured) | {"nothing_near": round(bound(shares[own], measured.ways[own], threshold), 4)}
    sampled = [f"every third of {file}" for file in articles.values()]
    asked = [f"{len(file.labels)} questions of {file.name}" for file in questions]
    if written:
        asked.append(f"{sum(len(text.questions) for text in written)} on written texts")
    data = listed([*sampled, *asked])
    return Fit(values, data, _table(measured, shares, threshold))


def _check(measured: Measured) -> None:
    own = measured.labelled
    for way in get_args(Way):
        if not np.any(own & (measured.ways == way)):
            raise BadLabels(f"None of the labelled questions is {way}.", hint="Give some of the kind.")
    if not np.any(own & measured.right):
        raise BadLabels("No labelled question is answered by the first passage.", hint="Give more questions.")
    parts = {which: set(measured.parts[measured.right == which].tolist()) for which in (True, False)}
    if min(map(len, parts.values())) < 2 or len(parts[True] | parts[False]) < _FOLDS:
        raise BadLabels("The questions are too few to hold some of them out.", hint="Give more questions.")


def _of_articles(bases: Bases, files: Mapping[Language, ArticleFile], ranking: Ranking) -> Iterator[Example]:
    for written in files:
        with bases.open_arrangement(written, files) as engine:
            base = engine.base
            everything = frozenset(base.index.postings.passages())
            for language, file in files.items():
                group = f"{language} → {written}"
                say(f"confidence: {group}")
                for asked in ask_articles(base, file.articles, language)[::SAMPLED]:
                    yield _example(bases.reader, base, asked, ranking, group, "answerable")
                    yield _example(bases.reader, base, asked, ranking, group, "near", everything - asked.gold)
                    yield _example(bases.reader, base, asked, ranking, group, "far", everything - asked.article)


def _labelled(bases: Bases, files: Sequence[LabelFile[LabelledQuestion]], ranking: Ranking) -> Iterator[Example]:
    for file in files:
        with bases.open(file.home) as engine:
            say(f"confidence: {file.name}")
            base = engine.base
            for label, asked in zip(file.labels, ask_labelled(base, file.labels), strict=True):
                yield _example(bases.reader, base, asked, ranking, f"{_OWN}{label.language}", _way(label))


def _written(bases: Bases, texts: Sequence[WrittenText], ranking: Ranking) -> Iterator[Example]:
    for base, each in bases.ask_written(texts, "confidence"):
        way: Way = "answerable" if each.asked.gold else "near"
        yield _example(bases.reader, base, each.asked, ranking, each.group, way, each.passages)


def _way(label: LabelledQuestion) -> Way:
    if label.gold:
        return "answerable"
    if label.kind == "near":
        return "near"
    if label.kind == "far":
        return "far"
    raise BadLabels(
        f"The question “{label.id}” has no gold and its kind is neither near nor far.", hint="Name its kind."
    )


def _example(
    reader: Reader,
    base: Base,
    asked: Asked,
    ranking: Ranking,
    group: str,
    way: Way,
    passages: frozenset[int] | None = None,
) -> Example:
    """Ask a question of a base, or of these passages of it."""
    ranked = rank(base, asked.question, limit=LOOKED_AT, weights=ranking.fusion, passages=passages)
    evidence = read_evidence(reader, asked.question, ranked, weight=ranking.answered)
    measured = features(asked.question, evidence, weights=ranking.fusion)[0]
    right = way == "answerable" and evidence[0].passage.id in asked.gold
    return Example(group, way, right, tuple(asdict(measured).values()))


def held_out(measured: Measured) -> NDArray[np.float64]:
    """The probability of each row, by a fit that has not seen it."""
    scaled = StandardScaler().fit_transform(measured.features)
    shares = cross_val_predict(
        _model(), scaled, measured.right, cv=GroupKFold(_FOLDS), groups=measured.parts, method="predict_proba",
        params={"sample_weight": measured.counts},
    )  # fmt: skip
    return np.asarray(shares[:, 1])


def coefficients(measured: Measured) -> dict[str, object]:
    """The intercept and the weights, for features as they are, fitted on all rows."""
    scaler = StandardScaler().fit(measured.features)
    model = _model().fit(scaler.transform(measured.features), measured.right, sample_weight=measured.counts)
    weights = model.coef_[0] / scaler.scale_
    return {
        "intercept": round(float(model.intercept_[0] - weights @ scaler.mean_), 4),
        "weights": {name: round(float(weight), 4) for name, weight in zip(NAMES, weights, strict=True)},
    }


def _model() -> LogisticRegression:
    return LogisticRegression(max_iter=2000, C=1.0)


def bound(shares: NDArray[np.float64], ways: NDArray[np.str_], threshold: float) -> float:
    """The probability below the threshold that best parts far from near (Youden 1950, "Index for rating tests")."""
    near, far = shares[ways == "near"], shares[ways == "far"]
    candidates = [value for value in np.unique(shares.round(4)) if value <= threshold] or [threshold]
    return float(max(candidates, key=lambda value: np.mean(far < value) - np.mean(near < value)))


def _table(measured: Measured, shares: NDArray[np.float64], threshold: float) -> Table:
    """What the fit does to questions that it has not seen, by the languages they are asked and answered in."""
    rows = []
    for group in dict.fromkeys(measured.groups.tolist()):
        own = measured.groups == group
        good, answerable = own & measured.right, own & (measured.ways == "answerable")
        near, far = own & (measured.ways == "near"), own & (measured.ways == "far")
        rows.append((
            group,
            _mean(measured.right[answerable]),
            *(_auc(shares[good], shares[other]) for other in (near, far)),
            *(_mean(shares[some] < threshold) for some in (good, near, far)),
        ))  # fmt: skip
    heads = ("questions", "right", "AUC near", "AUC far", "good refused", "near refused", "far refused")
    return Table(f"Held out, at the threshold {threshold:.3f}", heads, tuple(rows))


def _mean(values: NDArray[np.bool_]) -> str:
    return f"{values.mean():.3f}" if len(values) else "–"


def _auc(good: NDArray[np.float64], others: NDArray[np.float64]) -> str:
    if not len(good) or not len(others):
        return "–"
    labels = np.concatenate([np.ones(len(good)), np.zeros(len(others))])
    return f"{roc_auc_score(labels, np.concatenate([good, others])):.3f}"
