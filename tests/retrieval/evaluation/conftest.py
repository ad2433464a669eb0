"""Labelled questions, and cases as though they had been asked."""

from collections.abc import Callable
from typing import Any

import pytest

from retrieval.evaluation.cases import Case
from retrieval.evaluation.labels import LabelledQuestion, Place


@pytest.fixture
def make_case() -> Callable[..., Case]:
    """A case by the gold place that each citation names and its confidence; `gold` is the number of gold places."""

    def make(*gold_numbers: int | None, gold: int = 1, confidence: float = 0.9, **changed: Any) -> Case:
        places = tuple(Place("mill", number) for number in range(1, gold + 1))
        label = LabelledQuestion(changed.pop("id", "q"), "How?", "en", places, kind=changed.pop("kind", None))
        known: dict[str, Any] = {
            "label": label, "pair": "en→en" if gold else "en→nothing", "gold_numbers": gold_numbers, "first": None,
            "confidence": confidence, "answered": confidence >= 0.5, "elapsed_ms": 10.0,
        }  # fmt: skip
        return Case(**known | changed)

    return make
