"""Fitted numbers hold for the models that they were fitted with, and for no others."""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from retrieval.answer import confidence, reading
from retrieval.check import paraphrase, verdict
from retrieval.engine import Engine
from retrieval.models.fitted import Fitted, read_fitted, write_fitted
from retrieval.search import fusion

SHIPPED = {
    "fusion": fusion.FITTED, "reading": reading.FITTED, "confidence": confidence.FITTED, "verdict": verdict.FITTED,
    "paraphrase": paraphrase.FITTED,
}  # fmt: skip


def numbers(values: Any) -> Iterator[float]:
    if isinstance(values, dict):
        for value in values.values():
            yield from numbers(value)
    else:
        yield values


@pytest.mark.parametrize("fitted", SHIPPED.values(), ids=SHIPPED)
def test_what_ships_was_fitted_with_the_models_that_ship(fitted: Fitted, bundled_engine: Engine) -> None:
    encoder = bundled_engine.encoder
    assert fitted.holds_for(encoder, bundled_engine.reader)
    assert fitted.models["encoder"] == encoder.digest
    assert set(fitted.models) <= {"encoder", "reader"}
    assert all(math.isfinite(number) for number in numbers(dict(fitted.values)))
    assert fitted.origin.startswith("python -m retrieval.train.calibrate ")


@pytest.mark.parametrize("role", ["encoder", "reader"])
def test_no_number_holds_for_a_model_of_another_digest(role: str) -> None:
    fitted = Fitted("here", {"encoder": "e", "reader": "t"}, {"weight": 1.0})
    models: dict[str, Any] = {"encoder": SimpleNamespace(digest="e"), "reader": SimpleNamespace(digest="t")}
    assert fitted.holds_for(*models.values())
    assert not fitted.holds_for(*(models | {role: SimpleNamespace(digest="other")}).values())
    assert not fitted.holds_for(models["encoder"])
    assert replace(fitted, models={"encoder": "e"}).holds_for(models["encoder"])


def test_what_is_written_is_read_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = Fitted("here", {"encoder": "e"}, {"weights": {"words": 0.25}, "bound": 0.5})
    write_fitted(tmp_path / "numbers.json", fitted)
    monkeypatch.setattr("importlib.resources.files", lambda package: tmp_path)
    assert read_fitted("of.this.test", "numbers.json") == fitted
