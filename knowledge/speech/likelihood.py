"""How likely a stretch is speech, by a small fitted model: logistic regression over plain features.

`python -m retrieval.train speech` fits it on written texts in which all quotations are marked, and says how well.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

FITTED = "data/speech.json"
"""The file of the fitted model, in the package."""


@dataclass(frozen=True, slots=True)
class SpeechModel:
    """A fitted model: the weight of each feature, and the least likelihood of what is taken for speech."""

    weights: Mapping[str, float]
    least: float

    def likelihood(self, features: Iterable[str]) -> float:
        """Return how likely a stretch with these features is speech, from 0 to 1."""
        return 1 / (1 + math.exp(-sum(self.weights.get(name, 0.0) for name in features)))


@cache
def speech_model() -> SpeechModel:
    """Return the model that ships."""
    data = json.loads(resources.files("knowledge").joinpath(FITTED).read_text("utf-8"))
    return SpeechModel(data["weights"], data["least"])
