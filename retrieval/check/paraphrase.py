"""Whether two texts say the same in other words or in another language.

A logistic function of how like their vectors are, how well each one's word pieces are met by the other's (late
interaction both ways), and what the entailment model reads in either direction; fitted on labelled quotations, kept as
data. No rule that finds a difference is overruled.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from retrieval.models.encoder import Encoder
from retrieval.models.entailment import Entailment
from retrieval.search.question import Question

# Probabilities are kept this far from 0 before their logarithm is taken.
_LEAST = 0.005


@dataclass(frozen=True, slots=True)
class Likeness:
    """What tells that two texts say the same: each between 0 and 1, but for logarithms of probabilities.

    `cosine` of the two vectors; `forth`: how well the first one's pieces are met, `back` the second one's, `weakest`
    the worse-met half of the first one's; `follows`, `denied`: log-probabilities that the first follows from the
    second, is denied by it; `implies`: that the second follows from the first; `lengths`: the shorter one's share of
    the longer.
    """

    cosine: float
    forth: float
    back: float
    weakest: float
    follows: float
    denied: float
    implies: float
    lengths: float


def likeness(asked: Question, text: str, encoder: Encoder, model: Entailment) -> Likeness:
    """How a text that is asked about and another one compare."""
    found = encoder.encode_questions([text])
    tokens = found.tokens[0] if found.tokens else np.zeros((0, 0), dtype=np.float32)
    forth, back = _met(asked.tokens, tokens), _met(tokens, asked.tokens)
    one, other = model.judge([(text, asked.text), (asked.text, text)])
    sizes = sorted((len(asked.text.split()), len(text.split())))
    return Likeness(
        cosine=float(found.vectors[0] @ asked.vector),
        forth=float(forth.mean()) if len(forth) else 0.0,
        back=float(back.mean()) if len(back) else 0.0,
        weakest=float(np.sort(forth)[: max(1, len(forth) // 2)].mean()) if len(forth) else 0.0,
        follows=math.log(max(one.supports, _LEAST)),
        denied=math.log(max(one.contradicts, _LEAST)),
        implies=math.log(max(other.supports, _LEAST)),
        lengths=sizes[0] / sizes[1],
    )


def probability(found: Likeness) -> float:
    """How likely the two say the same."""
    weights = _weights()
    score = weights["intercept"] + sum(weights[name] * value for name, value in asdict(found).items())
    return 1 / (1 + math.exp(-score))


def _met(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """For each piece of one text the best cosine with a piece of the other; nothing where either has none."""
    if not len(one) or not len(other):
        return np.zeros(0, dtype=np.float32)
    return np.asarray((one @ other.T).max(axis=1), dtype=np.float32)


@cache
def _weights() -> Mapping[str, float]:
    stored = json.loads(resources.files("retrieval.check").joinpath("paraphrase.json").read_text("utf-8"))
    found: Mapping[str, float] = stored["weights"]
    return found
