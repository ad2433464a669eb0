"""Data files of fitted numbers, which contain the digests of the models that the numbers were fitted with."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Protocol

from knowledge.storage import write_whole


class Model(Protocol):
    """A model; its digest is the SHA-256 of everything that its results depend on."""

    @property
    def digest(self) -> str:
        """Return the digest in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Fitted numbers: `values` by name, the digests of the `models` they hold for by role, and their `origin`.

    The roles are "encoder" and "reader"; `origin` is the command that fitted them, and its data.
    """

    origin: str
    models: Mapping[str, str]
    values: Mapping[str, Any]

    def holds_for(self, *models: Model) -> bool:
        """Say whether all models that the numbers depend on are among these."""
        return set(self.models.values()) <= {model.digest for model in models}


def linear_score(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the intercept and the weighted sum of values; `weights` has one for each of them, by name."""
    return weights["intercept"] + sum(weights[name] * value for name, value in values.items())


def logistic(score: float) -> float:
    """Return the probability of log-odds."""
    return 1 / (1 + math.exp(-score))


@cache
def read_fitted(package: str, name: str) -> Fitted:
    """Read the data file of this name in the folder of a package."""
    return Fitted(**json.loads(resources.files(package).joinpath(name).read_text("utf-8")))


def write_fitted(path: Path, fitted: Fitted) -> None:
    """Write a data file atomically. Raises BadTarget, HomeNotWritable or StorageFull."""
    write_whole(path, f"{json.dumps(asdict(fitted), indent=1, ensure_ascii=False)}\n".encode())
