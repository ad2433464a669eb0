"""Segments of a few rows, so that small bases have several."""

from pathlib import Path

import pytest

from retrieval.engine import Engine
from retrieval.index import seal


def small_segments(monkeypatch: pytest.MonkeyPatch, rows: int = 3, fan_out: int = 2) -> None:
    """Seal so many rows together, and merge so many segments."""
    monkeypatch.setattr(seal, "SEALED_ROWS", rows)
    monkeypatch.setattr(seal, "FAN_OUT", fan_out)
    monkeypatch.setattr(seal, "_ROWS_TO_WAIT_FOR", rows * fan_out)


def segment_files(home: Path) -> list[Path]:
    """The segments' files, those of passages first."""
    return sorted((home / "index" / "segments").iterdir())


def sealed_home(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Seal what an engine has open; return the segments' files, those of passages first."""
    small_segments(monkeypatch)
    engine.rebuild()
    return segment_files(engine.settings.home)
