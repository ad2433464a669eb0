"""What tests share: homes that hold two small invented articles."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from knowledge.model import Metadata
from retrieval.engine import Engine, open_engine
from retrieval.settings import Settings

# The same examples in every run, however busy the machine is.
settings.register_profile("steady", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("steady")

ROOT = Path(__file__).parent.parent
ARTICLES = Path(__file__).parent / "articles"
LONGEST = ("test_bot", "test_patterns", "test_hostile_text", "test_quotation", "test_resilience", "test_untrusted")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches them."""
    for name in [*os.environ]:
        if name.startswith("CITABOT_") or name in ("DISCORD_TOKEN", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
            monkeypatch.delenv(name)


Once = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    """Make a folder of a name once for all processes that run tests, as pytest-xdist's documentation advises."""
    root = tmp_path_factory.getbasetemp()
    # Each process has a folder of its own in the one of the whole run.
    root = root if worker_id == "master" else root.parent

    def made(name: str, make: Callable[[Path], None]) -> Path:
        place = root / name
        with FileLock(root / f"{name}.lock"):
            if not place.exists():
                make(root / f"{name}-aside")
                (root / f"{name}-aside").rename(place)
        return place

    return made


@pytest.fixture(scope="session")
def prepared_home(once: Once) -> Path:
    """A home with both articles, indexed. Never changed: tests that change one take a copy."""

    def make(home: Path) -> None:
        with open_engine(Settings(home=home, bundled=False)) as engine:
            engine.add([str(ARTICLES / "tide-mill.md"), str(ARTICLES / "faro.txt")], Metadata())

    return once("prepared", make)


@pytest.fixture(scope="session")
def bundled_home(once: Once) -> Path:
    """A home with the bundled base, indexed. Never changed: tests that change one take a copy."""

    def make(home: Path) -> None:
        with open_engine(Settings(home=home)) as engine:
            engine.state()

    return once("bundled", make)


@pytest.fixture(scope="session")
def bundled_engine(bundled_home: Path) -> Iterator[Engine]:
    """An engine on the bundled base, for questions only."""
    with open_engine(Settings(home=bundled_home)) as opened:
        yield opened


@pytest.fixture
def home(prepared_home: Path, tmp_path: Path) -> Path:
    """A home of the test's own with both articles, indexed."""
    return Path(shutil.copytree(prepared_home, tmp_path / "home"))


@pytest.fixture
def empty_home(tmp_path: Path) -> Path:
    """A home that has never been used."""
    return tmp_path / "empty"


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    """An engine on the test's own home."""
    with open_engine(Settings(home=home, bundled=False)) as opened:
        yield opened


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def citabot(home: Path, tmp_path: Path) -> Run:
    """Run the real command in a new process on the test's own home."""

    def run(
        *arguments: str, stdin: str | bytes = "", place: Path = home, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [sys.executable, str(ROOT / "bot.py"), *arguments],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, "LC_ALL": "C.UTF-8", "CITABOT_HOME": str(place), "CITABOT_BUNDLED": "0", **environment},
            timeout=120,
            check=False,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that at the end no process waits long for another."""
    items.sort(key=lambda item: not item.path.name.startswith(LONGEST))
