"""Paraphrases: the probability that two texts say the same in other words or in another language.

It is a logistic function of the cosine of their vectors, of late interaction in both directions, and of the reader's
probabilities in both directions. Its coefficients are fitted on labelled quotations and stored in
paraphrase.json.
"""

import math
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.models.encoder import Encoder
from retrieval.models.fitted import linear_score, logistic, read_fitted
from retrieval.models.reader import Reader
from retrieval.search.question import Question

FITTED = read_fitted("retrieval.check", "paraphrase.json")
# Lower probabilities of the reader are raised to this before their logarithm is taken. Our choice, so that a
# probability near 0 does not dominate the score.
_LEAST_PROBABILITY = 0.005


@dataclass(frozen=True, slots=True)
class Likeness:
    """The features of two texts from which the probability that they say the same is computed.

    `cosine`: of the two vectors; `forth`: mean over the first text's word pieces of the highest cosine with a piece of
    the second, `back`: the other way round, `weakest`: mean over the lower half of the first text's pieces; `follows`,
    `denied`: logarithms of the probabilities that the second text entails and contradicts the first; `implies`: that
    the first entails the second; `lengths`: words of the shorter text divided by those of the longer.
    """

    cosine: float
    forth: float
    back: float
    weakest: float
    follows: float
    denied: float
    implies: float
    lengths: float


def likeness(quotation: Question, text: str, encoder: Encoder, model: Reader) -> Likeness:
    """Compute the features of a quotation and a text."""
    encodings = encoder.encode_questions([text])
    tokens = encodings.tokens[0] if encodings.tokens else np.zeros((0, 0), dtype=np.float32)
    forth, back = _highest_cosines(quotation.tokens, tokens), _highest_cosines(tokens, quotation.tokens)
    from_text, from_quotation = (
        reading.stances for reading in model.read([(quotation.text, text), (text, quotation.text)])
    )
    shorter, longer = sorted((len(quotation.text.split()), len(text.split())))
    return Likeness(
        cosine=float(encodings.vectors[0] @ quotation.vector),
        forth=float(forth.mean()) if len(forth) else 0.0,
        back=float(back.mean()) if len(back) else 0.0,
        weakest=float(np.sort(forth)[: max(1, len(forth) // 2)].mean()) if len(forth) else 0.0,
        follows=math.log(max(from_text.supports, _LEAST_PROBABILITY)),
        denied=math.log(max(from_text.contradicts, _LEAST_PROBABILITY)),
        implies=math.log(max(from_quotation.supports, _LEAST_PROBABILITY)),
        lengths=shorter / longer,
    )


def probability(features: Likeness) -> float:
    """Return the probability that the two texts say the same."""
    return logistic(linear_score(asdict(features), FITTED.values))


def _highest_cosines(tokens: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return for each of the token vectors (pieces, t) the highest cosine with one of the others; empty without any."""
    if not len(tokens) or not len(others):
        return np.zeros(0, dtype=np.float32)
    return np.asarray((tokens @ others.T).max(axis=1), dtype=np.float32)
