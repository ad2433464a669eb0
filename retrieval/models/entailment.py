"""Whether evidence supports a claim, contradicts it or says nothing of it, as a model reads the two together.

Recognising textual entailment (Dagan, Glickman and Magnini 2006, "The PASCAL Recognising Textual Entailment
Challenge").
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.model import Stances


class Entailment(Protocol):
    """Reads evidence and claims. `name` and `digest` say which model it is and what it depends on."""

    name: str
    digest: str

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Stances]:
        """The stance of each evidence to the claim beside it."""
        ...


def stances(log_odds: NDArray[np.float32]) -> Stances:
    """Probabilities of log-odds (3,) in the order supports, contradicts, neutral."""
    shares = np.exp(log_odds - log_odds.max())
    supports, contradicts, neutral = (shares / shares.sum()).tolist()
    return Stances(supports, contradicts, neutral)


def storable(text: str) -> str:
    """The text as UTF-8 can hold it."""
    # A command line may hand over bytes that are no UTF-8 as lone surrogates, which tokenizers refuse.
    return text.encode("utf-8", "replace").decode()
