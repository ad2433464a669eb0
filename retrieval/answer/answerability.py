"""Whether a passage answers a question or only speaks of the same things: a small model over token vectors.

Attention from the question's word pieces to the passage's, compared and pooled, as in decomposable attention (Parikh,
Täckström, Das and Uszkoreit 2016, https://arxiv.org/abs/1606.01933), with the encoder's token vectors in place of word
vectors and several heads. It is taught by unanswerable questions that people wrote to look answerable (Rajpurkar, Jia
and Liang 2018, "Know What You Don't Know", https://arxiv.org/abs/1806.03822); see the model card.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import UntrustedModel
from retrieval.models.packaged import ANSWERABILITY, WEIGHTS

HEADS = 4

_NAMES = ("ask", "tell", "value", "compare", "compare_bias", "decide", "decide_bias")

_Weights = dict[str, NDArray[np.float32]]


def answer_scores(question: NDArray[np.float32], passages: Sequence[NDArray[np.float32]]) -> list[float]:
    """For each passage the log-odds that it answers; both are token vectors (pieces, t) as late interaction reads them.

    Where there are no token vectors, 0. Raises UntrustedModel where the packaged weights cannot be read.
    """
    if not len(question):
        return [0.0] * len(passages)
    weights = _weights()
    asked = question @ weights["ask"]
    return [_score(question, asked, passage, weights) if len(passage) else 0.0 for passage in passages]


def _score(
    question: NDArray[np.float32], asked: NDArray[np.float32], passage: NDArray[np.float32], weights: _Weights
) -> float:
    heads = asked.shape[1] // HEADS
    keys, values = passage @ weights["tell"], passage @ weights["value"]
    found = np.empty_like(asked)
    for head in range(HEADS):
        part = slice(head * heads, (head + 1) * heads)
        likeness = asked[:, part] @ keys[:, part].T
        share = np.exp(likeness - likeness.max(axis=1, keepdims=True))
        found[:, part] = (share / share.sum(axis=1, keepdims=True)) @ values[:, part]
    nearest = (question @ passage.T).max(axis=1, keepdims=True)
    compared = np.concatenate([asked, found, asked * found, nearest], axis=1)
    seen = np.maximum(compared @ weights["compare"] + weights["compare_bias"], 0)
    pooled = np.concatenate([seen.mean(axis=0), seen.max(axis=0)])
    return float(pooled @ weights["decide"] + weights["decide_bias"][0])


@cache
def _weights() -> _Weights:
    from safetensors.numpy import load_file

    try:
        found = load_file(WEIGHTS / ANSWERABILITY)
        return {name: found[name].astype(np.float32) for name in _NAMES}
    except Exception as error:  # The library's own error has no public class.
        raise UntrustedModel("The packaged answerability model cannot be read.") from error
