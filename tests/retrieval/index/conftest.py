"""A base of a test's own, to which texts are added under a title."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from knowledge.model import Metadata
from retrieval.engine import Engine, open_engine
from retrieval.settings import Settings


@pytest.fixture
def own(empty_home: Path) -> Iterator[Engine]:
    """An engine on a base without any source."""
    with open_engine(Settings(home=empty_home, bundled=False)) as engine:
        yield engine


@pytest.fixture
def add(own: Engine, tmp_path: Path) -> Callable[..., None]:
    """Add texts of a title to this base, each as a file of the name given: `mill_txt` is mill.txt."""

    def added(title: str = "Mills", **texts: str) -> None:
        for name, text in texts.items():
            path = tmp_path / name.replace("_", ".")
            path.write_text(text, "utf-8")
            own.add([str(path)], Metadata(title=title))

    return added
