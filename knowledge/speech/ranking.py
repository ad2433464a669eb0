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
class Asking:
    """When a reader is asked for the speaker, and what its word weighs; see knowledge/speech/doubt.py.

    `model` is the digest of the reader that the numbers were fitted with, and hold for.
    It is asked where the likeliest person's probability is from `least` up to `most`; from `threshold` on a speaker is
    named then. The logarithm of the reader's probability is weighed by `reader` and added to that of the features';
    NOBODY has `nobody` in its place.
    """

    model: str
    least: float
    most: float
    reader: float
    nobody: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Weights:
    """Fitted weights by feature, and the probability from which a speaker is named where no reader was asked."""

    mention: Mapping[str, float]
    referent: Mapping[str, float]
    threshold: float
    asking: Asking | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """Who may have spoken an utterance, by probability, NOBODY included; the likeliest mention, or -1.

    `asked` says whether a reader has a part in it.
    """

    shares: Mapping[int, float]
    mention: int
    asked: bool = False

    @property
    def best(self) -> int:
        """Return who is likeliest."""
        return max(self.shares, key=self.shares.__getitem__)


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
    asking = Asking(**data["asking"]) if "asking" in data else None
    return Weights(data["mention"], data["referent"], data["threshold"], asking)


def choices(scene: Scene, number: int) -> list[Choice]:
    """Return every candidate mention of an utterance with all features, for fitting."""
    chosen = candidates(scene, number)
    features = mention_features(scene, number, chosen)
    people = [referents(scene, number, at) for at in chosen]
    return [
        Choice(at, own, who, referent_features(scene, number, at, who))
        for at, own, who in zip(chosen, features, people, strict=True)
    ]


def rank(scene: Scene, number: int, fitted: Weights) -> Ranked:
    """Return how likely each person in reach is to have spoken an utterance, by its features."""
    chosen = candidates(scene, number)
    mentioned = shares_of([_score(own, fitted.mention) for own in mention_features(scene, number, chosen)])
    totals: dict[int, float] = {}
    for at, share in zip(chosen, mentioned, strict=True):
        if share < _LEAST_MENTION:
            continue
        people = referents(scene, number, at)
        meant = shares_of([_score(own, fitted.referent) for own in referent_features(scene, number, at, people)])
        for who, part in zip(people, meant, strict=True):
            totals[who] = totals.get(who, 0.0) + share * part
    return Ranked(totals, chosen[max(range(len(chosen)), key=mentioned.__getitem__)])


def rank_all(scene: Scene, fitted: Weights) -> list[Ranked]:
    """Rank the people of every utterance, in order, each with the likeliest speakers of those before it.

    It sets the likeliest speakers in the scene.
    """
    scene.speakers.clear()
    ranked = []
    for number in range(len(scene.utterances)):
        ranked.append(rank(scene, number, fitted))
        scene.speakers[number] = ranked[-1].best
    return ranked


def _score(features: Sequence[str], fitted: Mapping[str, float]) -> float:
    return sum(fitted.get(feature, 0.0) for feature in features)


def shares_of(scores: Sequence[float]) -> list[float]:
    """Return scores as probabilities (softmax)."""
    highest = max(scores)
    raised = [exp(score - highest) for score in scores]
    total = sum(raised)
    return [value / total for value in raised]
