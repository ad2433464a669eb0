"""What a claim says of when or how much something was, and what a text says of it, as ranges that can be compared."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from retrieval.train.data_folder import Decision

# A day or an amount.
Bound = TypeVar("Bound", bound=Any)
# Draws until a pair makes the decision that is wanted. Our choice.
_DRAWS = 40


@dataclass(frozen=True, slots=True)
class Range(Generic[Bound]):
    """Words that say when or how much, and the first and the last that they may mean."""

    words: str
    first: Bound
    last: Bound


Way = Callable[[Bound, random.Random], Range[Bound] | None]
"""Writes a day or an amount in one way; None where that way has no words for it."""


def relation(claimed: Range[Bound], stated: Range[Bound]) -> Decision:
    """Return what a text does with a claim: all that it may mean is claimed, none of it is, or it is left open."""
    if claimed.first <= stated.first and stated.last <= claimed.last:
        return "S"
    return "C" if claimed.last < stated.first or stated.last < claimed.first else "N"


def draw_pair(
    decision: Decision,
    value: Bound,
    other: Callable[[Bound, random.Random], Bound],
    ways: Sequence[Way[Bound]],
    chance: random.Random,
) -> tuple[str, str] | None:
    """Return the words of a claim and of a text that says `value`, so that the text makes a decision on the claim.

    `other` returns another value for what the claim says. None where no draw makes the decision.
    """
    for _ in range(_DRAWS):
        value_claimed = other(value, chance) if decision == "C" or chance.random() < 1 / 2 else value
        claimed, stated = chance.choice(ways)(value_claimed, chance), chance.choice(ways)(value, chance)
        if claimed and stated and relation(claimed, stated) == decision:
            return claimed.words, stated.words
    return None


def as_sentence(text: str) -> str:
    """Return a text with single spaces and a capital, after words were put into it or taken out."""
    words = " ".join(text.split())
    for mark in ",.;:":
        words = words.replace(f" {mark}", mark)
    return words[:1].upper() + words[1:]
