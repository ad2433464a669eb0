"""Homes that nobody may write."""

from pathlib import Path

import pytest

from knowledge import store
from knowledge.errors import CitabotError


def refuse_writing(monkeypatch: pytest.MonkeyPatch, error: CitabotError) -> None:
    """Open databases as where the operating system lets nobody write."""
    opened = store.open_database

    def refused(path: Path, *, read_only: bool = False) -> object:
        if not read_only:
            raise error
        return opened(path, read_only=True)

    monkeypatch.setattr(store, "open_database", refused)
