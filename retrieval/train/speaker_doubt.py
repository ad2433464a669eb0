"""Fit what a reader's word weighs where the features leave it in doubt who spoke (knowledge/speech/doubt.py).

Only texts that the reader was not taught on tell what its word is worth; of those the features' probabilities are by
weights that were fitted without them.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize

from knowledge.speech.asking import Ask, SpanQuestion
from knowledge.speech.doubt import TINY, UNREAD, ask_in_doubt
from knowledge.speech.ranking import Asking, Weights, rank_all
from knowledge.speech.scene import NOBODY
from retrieval.train.speaker_examples import MarkedText, Prediction, predictions
from retrieval.train.speakers import FOLDS, MOST_WRONG, log_sums, measure

LEAST, MOST = 0.6, 0.85
"""Probabilities of the likeliest from and up to which a reader is asked; our choice: with a wider range hardly more are
named rightly at as few wrong ones, and reading takes time (tests/benchmarks/speakers.py)."""
_LEAST_FITTED = 0.3
"""Probability from which quotations are fitted on: those asked of alone are too few."""
_NEVER = 2.0
"""A threshold that no probability reaches."""
_START = (0.25, 0.0)
"""Where the search begins: `reader` and `nobody`."""
_PENALTY = 2.0
"""Weight of the squared distance from there (L2); our choice."""
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Doubted:
    """A quotation of which a reader was asked: each person's probability by features and reader, and who is right."""

    shares: Sequence[float]
    read: Sequence[float]
    nobody: Sequence[bool]
    right: Sequence[bool]


def untaught(texts: Sequence[MarkedText]) -> list[int]:
    """Return the numbers of the texts that the packaged reader was not taught on."""
    return [number for number, text in enumerate(texts) if text.text.row.split != "train"]


def unfitted(model: str, threshold: float) -> Asking:
    """Return when the reader with this digest is asked, before anything is fitted.

    Without it speakers are named from `threshold` on.
    """
    return Asking(model, LEAST, max(MOST, threshold), *_START, threshold=1.0)


def remembered(ask: Ask) -> Ask:
    """Return a reader that is asked no question twice."""
    readings: dict[SpanQuestion, Sequence[float]] = {}

    def ask_once(questions: Sequence[SpanQuestion]) -> Sequence[Sequence[float]] | None:
        new = [question for question in dict.fromkeys(questions) if question not in readings]
        given = ask(new) if new else ()
        if given is None:
            return None
        readings.update(zip(new, given, strict=True))
        return [readings[question] for question in questions]

    return ask_once


def doubted(marked: MarkedText, fitted: Weights, base: Asking, ask: Ask) -> Iterator[Doubted]:
    """Yield the quotations of a text whose speaker is in reach, or that have none, unless that is likeliest by far.

    More are asked of than by the range of `base`, so that there are enough to fit on.
    """
    ranked = rank_all(marked.scene, fitted)
    wide = replace(base, least=_LEAST_FITTED, most=_NEVER)
    read = ask_in_doubt(marked.scene, marked.text.sentences, ranked, wide, ask)
    for number, own in read.items():
        quotation, shares = marked.quotations[number], ranked[number].shares
        if quotation is None:
            continue
        right = marked.speakers[number] if quotation.row.speaker is not None else frozenset((NOBODY,))
        if right & shares.keys():
            yield Doubted(
                list(shares.values()),
                [own.get(who, 0.0) for who in shares],
                [who == NOBODY for who in shares],
                [who in right for who in shares],
            )


def fit_asking(given: Sequence[Doubted], base: Asking) -> Asking:
    """Return a base with the numbers that make the right speakers of quotations likeliest."""
    owner = np.repeat(np.arange(len(given)), [len(own.shares) for own in given])
    shares, read = (np.array([value for own in given for value in getattr(own, name)]) for name in ("shares", "read"))
    nobody, right = (np.array([value for own in given for value in getattr(own, name)]) for name in ("nobody", "right"))
    features, words = np.log(shares + TINY), np.log(read + UNREAD)

    def loss(values: np.ndarray[Any, Any]) -> float:
        scores = features + np.where(nobody, values[1], values[0] * words)
        named = log_sums(np.where(right, scores, -np.inf), owner, len(given))
        likelihood = (named - log_sums(scores, owner, len(given))).sum()
        return float(_PENALTY * ((values - _START) ** 2).sum() - likelihood)

    reader, none = (round(float(value), _DIGITS) for value in minimize(loss, np.array(_START), method="L-BFGS-B").x)
    return replace(base, reader=reader, nobody=none)


def cross_validate_asking(
    texts: Sequence[MarkedText], weights: Sequence[Weights], base: Asking, ask: Ask
) -> list[Prediction]:
    """Return each quotation's prediction with a reader whose word was weighed without its text.

    `weights` are those fitted without each of the texts.
    """
    given = [list(doubted(text, own, base, ask)) for text, own in zip(texts, weights, strict=True)]
    order = list(range(len(texts)))
    random.Random(1).shuffle(order)
    predicted: list[Prediction] = []
    for fold in range(FOLDS):
        out = sorted(order[fold::FOLDS])
        asking = fit_asking([own for number in order if number not in out for own in given[number]], base)
        for number in out:
            predicted += predictions(texts[number], replace(weights[number], asking=asking), ask)
    return predicted


def choose_asked_threshold(
    predicted: Sequence[Prediction], alone: Sequence[Prediction], base: Asking, most_wrong: float = MOST_WRONG
) -> float:
    """Return the least probability from which a speaker is named on a reader's word too, at few wrong names.

    The wrong ones are those `predicted` of which a reader was asked, and those named without it: of these more texts
    tell, by the features `alone`, as a share of their quotations.
    """
    before = {row.language: row.wrong for row in measure(alone, base.most)}

    def wrong(step: float) -> float:
        return max(row.wrong + before[row.language] for row in measure(predicted, _NEVER, step))

    return next((step for step in (number / 100 for number in range(20, 100)) if wrong(step) <= most_wrong), 0.99)
