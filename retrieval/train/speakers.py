"""Fit who said it: the weights by which the mentions of a text and whom they mean are ranked.

The likelihood of the right speaker is summed over the mentions that lead to it; its gradient is the difference between
the posterior with and without the label (the mixture is in knowledge/speech/ranking.py).
"""

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from knowledge.speech.ranking import Weights
from knowledge.storage import write_whole
from retrieval.train.data_folder import SPEAKERS, WRITTEN_SPEAKERS, SpeakersRow, read_rows
from retrieval.train.easy_speakers import easy_texts
from retrieval.train.speaker_examples import Example, MarkedText, Prediction, examples, marked_text

# Our choice, by cross-validation on development texts.
_PENALTY = 8.0
"""Half of the weight of the squared length in the objective (L2)."""
_FEWEST = 3
"""Utterances in which a feature must stand to get a weight."""
FOLDS = 5
_EASY = 700
"""Easy texts beside the marked ones: enough that a plain attribution is near certain."""
_LEAST_WEIGHT = 0.01
"""Smaller weights are left out of the file."""
_ROUNDS = 150
"""Steps of L-BFGS at most."""
MOST_WRONG = 0.03
"""Share of quotations that may get a wrong name in cross-validation: under the 4 of 100 that are allowed."""


def fitting_rows(data: Path) -> tuple[list[SpeakersRow], list[SpeakersRow]]:
    """Return the texts to fit on and those held out: every second one of the split that no model has seen."""
    rows = read_rows(data / SPEAKERS, SpeakersRow)
    unseen = [row for row in rows if row.split == "unseen"]
    fit = [row for row in rows if row.split != "unseen"] + read_rows(data / WRITTEN_SPEAKERS, SpeakersRow)
    return fit + unseen[0::2], unseen[1::2]


def easy_examples() -> list[Example]:
    """Return the examples of plain texts."""
    return [example for row in easy_texts(_EASY, seed=1) for example in examples(marked_text(row))]


@dataclass(frozen=True, slots=True)
class _Table:
    """Examples as numbers: features by row, the utterance of each mention, the mention of each person."""

    mentions: Any
    people: Any
    utterance: np.ndarray[Any, Any]
    mention: np.ndarray[Any, Any]
    right: np.ndarray[Any, Any]
    count: int


def fit(given: Sequence[Example], threshold: float = 0.0) -> Weights:
    """Return the weights that make the right speakers of examples likeliest."""
    by_kind = (
        Counter(name for example in given for option in example.choices for name in set(option.features)),
        Counter(
            name for example in given for option in example.choices for own in option.people_features for name in own
        ),
    )
    names = [[name for name, count in counts.items() if count >= _FEWEST] for counts in by_kind]
    columns = [{name: number for number, name in enumerate(own)} for own in names]
    table = _table(given, columns)
    size = len(names[0]) + len(names[1])
    best = minimize(_loss, np.zeros(size), (table, len(names[0])), jac=True, method="L-BFGS-B",
                    options={"maxiter": _ROUNDS}).x  # fmt: skip
    parts = (best[: len(names[0])], best[len(names[0]) :])
    kept = [
        {name: round(float(value), 3) for name, value in zip(own, part, strict=True) if abs(value) >= _LEAST_WEIGHT}
        for own, part in zip(names, parts, strict=True)
    ]
    return Weights(kept[0], kept[1], threshold)


def _table(given: Sequence[Example], columns: Sequence[dict[str, int]]) -> _Table:
    options = [option for example in given for option in example.choices]
    owners = [number for number, example in enumerate(given) for _ in example.choices]
    people = [own for option in options for own in option.people_features]
    mention = [number for number, option in enumerate(options) for _ in option.people]
    right = [value for example in given for row in example.right for value in row]
    return _Table(
        _matrix([option.features for option in options], columns[0]),
        _matrix(people, columns[1]),
        np.array(owners), np.array(mention), np.array(right), len(given),
    )  # fmt: skip


def _matrix(rows: Sequence[Sequence[str]], columns: dict[str, int]) -> Any:
    places = [(number, columns[name]) for number, row in enumerate(rows) for name in row if name in columns]
    first, second = zip(*places, strict=True)
    return csr_matrix((np.ones(len(places)), (first, second)), shape=(len(rows), len(columns)))


def _loss(weights: np.ndarray[Any, Any], table: _Table, split: int) -> tuple[float, np.ndarray[Any, Any]]:
    """Return the negative penalised log likelihood and its gradient."""
    named = _log_shares(table.mentions @ weights[:split], table.utterance)
    meant = _log_shares(table.people @ weights[split:], table.mention)
    both = np.where(table.right, meant + named[table.mention], -np.inf)
    own = table.utterance[table.mention]
    likelihood = log_sums(both, own, table.count)
    posterior = np.exp(both - likelihood[own])
    through = np.bincount(table.mention, posterior, minlength=len(named))
    gradient = np.concatenate(
        [
            table.mentions.T @ (through - np.exp(named)),
            table.people.T @ (posterior - through[table.mention] * np.exp(meant)),
        ]
    )
    value = likelihood.sum() - _PENALTY / 2 * (weights @ weights)
    return -value, -(gradient - _PENALTY * weights)


def _log_shares(scores: np.ndarray[Any, Any], group: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the logarithm of each score's share of its group (softmax)."""
    shares: np.ndarray[Any, Any] = scores - log_sums(scores, group, int(group[-1]) + 1)[group]
    return shares


def log_sums(scores: np.ndarray[Any, Any], group: np.ndarray[Any, Any], count: int) -> np.ndarray[Any, Any]:
    """Return the logarithm of the sum of each group's scores, which are logarithms."""
    highest = np.full(count, -np.inf)
    np.maximum.at(highest, group, scores)
    return highest + np.log(np.bincount(group, np.exp(scores - highest[group]), minlength=count))


def cross_validate(texts: Sequence[MarkedText], easy: Sequence[Example]) -> list[Weights]:
    """Return for each text weights that were fitted without it."""
    order = list(range(len(texts)))
    random.Random(1).shuffle(order)
    given = [list(examples(text)) for text in texts]
    weights: dict[int, Weights] = {}
    for fold in range(FOLDS):
        out = set(order[fold::FOLDS])
        rest = [example for number, own in enumerate(given) if number not in out for example in own]
        weights |= dict.fromkeys(out, fit([*rest, *easy]))
    return [weights[number] for number in range(len(texts))]


@dataclass(frozen=True, slots=True)
class Measured:
    """Shares by language: the likeliest is right, and from a threshold on named rightly and wrongly."""

    language: str
    quotations: int
    likeliest: float
    named: float
    wrong: float


def measure(predicted: Sequence[Prediction], threshold: float, asked: float = 1.0) -> list[Measured]:
    """Return the figures of each language: the first two of quotations with a speaker, `wrong` of all.

    Speakers are named from `threshold` on, and from `asked` on where a reader has a part in it.
    """
    rows = []
    for language in ("es", "en"):
        own = [each for each in predicted if each.language == language]
        spoken = [each for each in own if each.spoken]
        sure = [each for each in own if each.named and each.probability >= (asked if each.asked else threshold)]
        rows.append(
            Measured(
                language,
                len(own),
                sum(each.right for each in spoken) / len(spoken),
                sum(each.right for each in sure) / len(spoken),
                sum(not each.right for each in sure) / len(own),
            )
        )
    return rows


def choose_threshold(predicted: Sequence[Prediction], most_wrong: float = MOST_WRONG) -> float:
    """Return the least probability at which no language has more quotations wrongly named than `most_wrong`."""
    steps = (number / 100 for number in range(20, 100))
    return next((step for step in steps if max(row.wrong for row in measure(predicted, step)) <= most_wrong), 0.99)


def write_weights(fitted: Weights, path: Path) -> None:
    """Write the weights, replacing the file as a whole."""
    data: dict[str, Any] = {"threshold": fitted.threshold, "mention": fitted.mention, "referent": fitted.referent}
    if fitted.asking is not None:
        data["asking"] = asdict(fitted.asking)
    write_whole(path, (json.dumps(data, ensure_ascii=False, indent=0, sort_keys=True) + "\n").encode("utf-8"))
