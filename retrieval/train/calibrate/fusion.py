"""What each ranker counts: the weights under which the right passage is the likeliest of the candidates.

Conditional logistic regression (McFadden 1974, "Conditional Logit Analysis of Qualitative Choice Behavior") over the
candidates of every question, in six bases: the development articles in English, in Spanish, and with every other
article in one of them, twice; the base of the labelled questions, and that of the written texts. Beside the fit stands
hit@1 of each ranker alone and of the sum, each half of the questions measured with weights fitted on the other half.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from knowledge.errors import BadLabels
from knowledge.model import Language
from retrieval.evaluation.labels import LabelledQuestion
from retrieval.model import Scores
from retrieval.search.base import Base
from retrieval.search.fusion import Weights
from retrieval.search.rank import rank
from retrieval.train.calibrate.questions import Asked, ask_articles, ask_labelled
from retrieval.train.calibrate.step import ARRANGEMENTS, ArticleFile, Bases, Fit, LabelFile, Table, listed
from retrieval.train.calibrate.written import WrittenText
from retrieval.train.command import say

NAMES = ("late", "weakest", "sentence", "same", "across", "offset")
RANKERS = {
    "late interaction": ("late",),
    "nearest vector": ("sentence",),
    "words": ("same", "across"),
    "all without late interaction": NAMES[2:],
    "all": NAMES,
}
# Candidates of a question: the right one is hardly ever beyond.
CANDIDATES = 30
# Labelled questions count so often, being few and more like what is really asked.
TIMES = 4
# Where the search for the weights begins, and what their squares cost: just enough to make the best weights unique.
_BEGIN, _PENALTY = 5.0, 1e-4


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidates of a question: their features (candidates, names) and which of them are right.

    `group` says which languages it is asked and answered in; it counts `times`.
    """

    group: str
    times: int
    features: NDArray[np.float64]
    right: NDArray[np.bool_]


def fit_fusion(
    bases: Bases,
    articles: Mapping[Language, ArticleFile],
    questions: Sequence[LabelFile[LabelledQuestion]],
    written: Sequence[WrittenText],
    start: Weights,
) -> Fit:
    """Fit the weights, `late` being 1. Candidates are proposed by `start`, whose weight for exact words stays."""
    choices = [
        *_of_articles(bases, articles, start),
        *_labelled(bases, questions, start),
        *_written(bases, written, start),
    ]
    weights = fit(choices, NAMES)
    if weights[0] <= 0:
        raise BadLabels("Late interaction does not help to find what answers these questions.", hint="Give more.")
    scaled = {name: round(float(weight / weights[0]), 3) for name, weight in zip(NAMES, weights, strict=True)}
    answerable = [f"{sum(bool(label.gold) for label in file.labels)} questions of {file.name}" for file in questions]
    own = [f"{sum(place is not None for text in written for *_, place in text.questions)} on written texts"]
    data = f"{listed([*map(str, articles.values()), *answerable, *(own if written else ())])}; exact is set, not fitted"
    return Fit(scaled | {"exact": start.exact}, data, _halves(choices))


def _of_articles(bases: Bases, files: Mapping[Language, ArticleFile], start: Weights) -> Iterator[Choice]:
    """Every question of both languages, put to the four bases."""
    for name in ARRANGEMENTS:
        with bases.open_arrangement(name, files) as engine:
            base = engine.base
            for language, file in files.items():
                say(f"fusion: {language} → {name}")
                for asked in ask_articles(base, file.articles, language):
                    yield _choice(base, asked, f"{language} → {name}", 1, start)


def _labelled(bases: Bases, files: Sequence[LabelFile[LabelledQuestion]], start: Weights) -> Iterator[Choice]:
    for file in files:
        with bases.open(file.home) as engine:
            say(f"fusion: {file.name}")
            base = engine.base
            for asked in ask_labelled(base, [label for label in file.labels if label.gold]):
                yield _choice(base, asked, f"own, {asked.question.language}", TIMES, start)


def _written(bases: Bases, texts: Sequence[WrittenText], start: Weights) -> Iterator[Choice]:
    for base, each in bases.ask_written(texts, "fusion"):
        if each.asked.gold:
            yield _choice(base, each.asked, each.group, TIMES, start, each.passages)


def _choice(
    base: Base, asked: Asked, group: str, times: int, start: Weights, passages: frozenset[int] | None = None
) -> Choice:
    ranked = rank(base, asked.question, limit=CANDIDATES, weights=start, passages=passages)
    features = np.array([_features(item.scores) for item in ranked]).reshape(-1, len(NAMES))
    return Choice(group, times, features, np.array([item.passage.id in asked.gold for item in ranked], bool))


def _features(scores: Scores) -> list[float]:
    """What the weights multiply, in the order of their names."""
    same, across = (0.0, scores.words) if scores.across else (scores.words, 0.0)
    return [scores.late, scores.weakest, scores.sentence, same, across, float(scores.across)]


def fit(choices: Iterable[Choice], names: Sequence[str]) -> NDArray[np.float64]:
    """The weights of these features that make the right candidates likeliest. Raises BadLabels where none is right."""
    columns = [NAMES.index(name) for name in names]
    data = [(choice.features[:, columns], choice.right, choice.times) for choice in choices if choice.right.any()]
    if not data:
        raise BadLabels("No question has a right passage among its candidates.", hint="Give more questions.")
    count = sum(times for *_, times in data)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = 0.0, np.zeros_like(weights)
        for features, right, times in data:
            logits = features @ weights
            chance = np.exp(logits - logits.max())
            chance /= chance.sum()
            likely = chance[right].sum() + 1e-12
            total -= times * np.log(likely)
            slope += times * (features.T @ (chance - np.where(right, chance, 0) / likely))
        return total / count + _PENALTY * float(weights @ weights), slope / count + 2 * _PENALTY * weights

    return np.asarray(minimize(loss, np.full(len(columns), _BEGIN), jac=True, method="L-BFGS-B").x)


def _halves(choices: Sequence[Choice]) -> Table:
    """Hit@1 by group and ranker, each half of the questions with weights fitted on the other half."""
    half = np.random.default_rng(1).integers(0, 2, len(choices))
    rows: dict[str, list[str]] = {choice.group: [] for choice in choices}
    for names in RANKERS.values():
        hits: dict[str, list[bool]] = defaultdict(list)
        for number in (0, 1):
            weights = fit([choice for choice, own in zip(choices, half, strict=True) if own != number], names)
            for choice in (choice for choice, own in zip(choices, half, strict=True) if own == number):
                hits[choice.group].append(_is_hit(choice, names, weights))
        for group, row in rows.items():
            row.append(f"{np.mean(hits[group]):.3f}")
    title, heads = "Hit@1, weights from the other half of the questions", ("questions", *RANKERS)
    return Table(title, heads, tuple((group, *row) for group, row in rows.items()))


def _is_hit(choice: Choice, names: Sequence[str], weights: NDArray[np.float64]) -> bool:
    columns = [NAMES.index(name) for name in names]
    return len(choice.right) > 0 and bool(choice.right[np.argmax(choice.features[:, columns] @ weights)])
