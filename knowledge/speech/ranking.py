"""How likely each person is to have spoken an utterance: a conditional logit in two steps, fitted on marked texts.

First which mention names the speaker, p(m), then whom that mention means, p(who | m); a person's probability is the sum
over the mentions (McFadden 1974, Conditional logit analysis of qualitative choice behavior; the mixture as in latent
antecedent models of coreference, Durrett and Klein 2013). `python -m retrieval.train speakers` fits the weights.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp

from knowledge.speech.reference import referent_features
from knowledge.speech.scene import Scene, candidates, referents
from knowledge.speech.sites import mention_features

_LEAST_MENTION = 0.002
"""Probability of a mention below which it is not asked whom it means; our choice."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Fitted weights by feature, and the probability from which a speaker is named."""

    mention: Mapping[str, float]
    referent: Mapping[str, float]
    threshold: float


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate mention of an utterance (-1 for none), its features, and whom it may mean with their features."""

    mention: int
    features: Sequence[str]
    people: Sequence[int]
    people_features: Sequence[Sequence[str]]


@cache
def weights() -> Weights:
    """Return the fitted weights."""
    data = json.loads(resources.files("knowledge").joinpath("data/speaker_weights.json").read_text("utf-8"))
    return Weights(data["mention"], data["referent"], data["threshold"])


def choices(scene: Scene, number: int) -> list[Choice]:
    """Return every candidate mention of an utterance with all features, for fitting."""
    chosen = candidates(scene, number)
    features = mention_features(scene, number, chosen)
    people = [referents(scene, number, at) for at in chosen]
    return [
        Choice(at, own, who, referent_features(scene, number, at, who))
        for at, own, who in zip(chosen, features, people, strict=True)
    ]


def probabilities(scene: Scene, number: int, fitted: Weights) -> tuple[dict[int, float], int]:
    """Return each person's probability to have spoken an utterance, NOBODY included, and the likeliest mention."""
    chosen = candidates(scene, number)
    mentioned = _shares([_score(own, fitted.mention) for own in mention_features(scene, number, chosen)])
    totals: dict[int, float] = {}
    for at, share in zip(chosen, mentioned, strict=True):
        if share < _LEAST_MENTION:
            continue
        people = referents(scene, number, at)
        meant = _shares([_score(own, fitted.referent) for own in referent_features(scene, number, at, people)])
        for who, part in zip(people, meant, strict=True):
            totals[who] = totals.get(who, 0.0) + share * part
    return totals, chosen[max(range(len(chosen)), key=mentioned.__getitem__)]


def _score(features: Sequence[str], fitted: Mapping[str, float]) -> float:
    return sum(fitted.get(feature, 0.0) for feature in features)


def _shares(scores: Sequence[float]) -> list[float]:
    """Return scores as probabilities (softmax)."""
    highest = max(scores)
    raised = [exp(score - highest) for score in scores]
    total = sum(raised)
    return [value / total for value in raised]
