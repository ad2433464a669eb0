"""Two writers at once, as threads and as processes: nothing of either is lost, and the index is that of one writer."""

import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from cheap_home import cheap_engine, stored
from kill_loop import opened, run, version_of, versioned

CHANGES = 8
SHARED = "source-shared"


class Quiet:
    """A pipe of which nobody reads the other end."""

    def send(self, _: object) -> None:
        """Send nothing."""


def write(home: Path, pipe: "Connection | Quiet", number: int) -> None:
    """Add, change and remove sources of one's own, and change one that the other writer changes too."""
    with opened(home) as engine:
        for version in range(1, CHANGES + 1):
            own = f"source-{number}-{version % 3}"
            stored(engine, own, versioned(own, version))
            stored(engine, SHARED, versioned(SHARED, 100 * number + version))
            if version % 4 == 0:
                engine.remove(own)
            engine.rebuild(full=version == CHANGES)
    pipe.send("done")


def in_threads(home: Path) -> None:
    threads = [threading.Thread(target=write, args=(home, Quiet(), number)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def in_processes(home: Path) -> None:
    writers = [run(write, home, number) for number in (1, 2)]
    assert [pipe.recv() for _, pipe in writers] == ["done", "done"]
    for process, _ in writers:
        process.join()


@pytest.mark.parametrize("at_once", [in_threads, in_processes])
def test_two_writers_at_once_lose_nothing(empty_home: Path, tmp_path: Path, at_once: Callable[[Path], Any]) -> None:
    with opened(empty_home) as engine:
        engine.rebuild()
    at_once(empty_home)
    with opened(empty_home) as engine:
        texts = {source.id: engine.store.snapshot(source.snapshot).text for source in engine.sources()}
        present = {name: version_of(text) for name, text in texts.items()}
        shared = present.pop(SHARED)
        # Of versions 1 to 8 in turn three sources have the last, unless that was removed: 6, 7, and not 8.
        assert present == {f"source-{number}-{version % 3}": version for number in (1, 2) for version in (6, 7)}
        assert shared in (100 + CHANGES, 200 + CHANGES)
        engine.rebuild()
        assert engine.verify().differences == ()
        fingerprint = engine.state().fingerprint
    with cheap_engine(tmp_path / "one") as engine:
        for name, text in texts.items():
            stored(engine, name, text)
        engine.rebuild()
        assert engine.state().fingerprint == fingerprint
