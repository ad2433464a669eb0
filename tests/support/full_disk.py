"""A disk that is full at each step of a write, or a limit that refuses the same writes: the home stays whole.

The same work is done with more and more room, in a process of its own each time, and looked at afterwards.

Threads of OpenMP do not outlive a fork, so that it runs with one.

usage: OMP_NUM_THREADS=1 PYTHONPATH=. python tests/support/full_disk.py disk|limit RUNS
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cheap_home import stored
from kill_loop import opened, version_of, versioned

from knowledge.errors import CitabotError
from retrieval.engine import Engine
from retrieval.index.seal import SegmentFiles

OLD, NEW, LATER = 1, 2, 3
SOURCES = tuple(f"source-{number}" for number in range(6))
ADDED, CHANGED, REMOVED = "source-new", "source-1", "source-2"
FILES = {"knowledge.db", "write.lock", "index/lock", "index/vectors.db"}
# Bytes of a disk that holds the home and all that the work needs, and what it needs of them, or of a file, at most.
DISK, PEAK = 16_000_000, {"disk": 1_250_000, "limit": 625_000}
# What tells a caller that this user may not mount a disk: EX_NOPERM of sysexits.h.
MAY_NOT = 77


@dataclass
class Outcome:
    """What became of the work with some bytes of room: the step that failed, how, and what was wrong afterwards."""

    room: int
    step: str = ""
    code: int = 0
    message: str = ""
    wrong: list[str] = field(default_factory=list)


def prepare(home: Path) -> None:
    """Make a home of several sealed segments."""
    with opened(home) as engine:
        for name in SOURCES:
            stored(engine, name, versioned(name, OLD))
            engine.rebuild()


def work(engine: Engine) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield the steps of a write by name: add, change, remove, and all that follows them."""
    yield "add", lambda: stored(engine, ADDED, versioned(ADDED, NEW))
    yield "seal", engine.rebuild
    yield "change", lambda: stored(engine, CHANGED, versioned(CHANGED, NEW))
    yield "merge", engine.rebuild
    yield "remove", lambda: engine.remove(REMOVED)
    yield "rebuild --full", lambda: engine.rebuild(full=True)


def attempt(home: Path, limit: int | None) -> tuple[str, int, str]:
    """Do the work in a forked process; return the step that failed, its exit code and message."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        step, code, message = "open", 0, ""
        try:
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            with opened(home) as engine:
                for step, do in work(engine):  # noqa: B007 (told when one fails)
                    do()
            step = ""
        except CitabotError as error:
            code, message = error.exit_code, error.message
        except BaseException as error:
            code, message = 70, repr(error)
        os.write(writing, json.dumps((step, code, message)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        step, code, message = json.loads(pipe.read())
    os.waitpid(child, 0)
    return step, code, message


def wrong_in(home: Path) -> Iterator[str]:
    """Yield what is wrong with a home, once there is room again."""
    allowed = {name: {OLD} for name in SOURCES} | {ADDED: {None, NEW}, CHANGED: {OLD, NEW}, REMOVED: {OLD, None}}
    with opened(home) as engine:
        present: dict[str, int | None] = {
            source.id: version_of(engine.store.snapshot(source.snapshot).text) for source in engine.sources()
        }
        yield from (f"{name} is lost" for name, versions in allowed.items() if present.get(name) not in versions)
        engine.rebuild()
        stored(engine, ADDED, versioned(ADDED, LATER))
        engine.rebuild()
        yield from map(str, engine.verify().differences)
        if version_of(engine.store.snapshot(engine.store.source(ADDED).snapshot).text) != LATER:
            yield "the next write is lost"
        listed = {f"index/segments/{segment.file}" for segment in SegmentFiles(engine.store, home / "index").listed()}
    files = {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}
    yield from (f"{name} is left" for name in sorted(files - listed - FILES - {"journal"}))


@contextmanager
def mounted(place: Path) -> Iterator[None]:
    """Mount a small disk in memory; end the program where this user may not."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "citabot", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        sys.exit(MAY_NOT)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place: Path, room: int) -> None:
    """Leave so many bytes of a disk."""
    free = os.statvfs(place)
    with (place / "filler").open("wb") as filler:
        os.posix_fallocate(filler.fileno(), 0, max(1, free.f_bavail * free.f_frsize - room))


def with_room(folder: Path, whole: Path, kind: str, room: int) -> Outcome:
    """Do the work on a copy of a home that has so much room."""
    place = folder / "disk"
    if kind == "limit":
        shutil.copytree(whole, place / "home")
        outcome = Outcome(room, *attempt(place / "home", room))
        outcome.wrong = list(wrong_in(place / "home"))
        shutil.rmtree(place)
        return outcome
    with mounted(place):
        shutil.copytree(whole, place / "home")
        fill(place, room)
        outcome = Outcome(room, *attempt(place / "home", None))
        (place / "filler").unlink()
        outcome.wrong = list(wrong_in(place / "home"))
    place.rmdir()
    return outcome


def sweep(kind: str, runs: int) -> Iterator[Outcome]:
    """Do the work with no room, with more and more, and with enough."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder / "whole")
        for number in range(runs):
            yield with_room(folder, folder / "whole", kind, PEAK[kind] * number // (runs - 1))


if __name__ == "__main__":
    for outcome in sweep(sys.argv[1], int(sys.argv[2])):
        print(json.dumps(asdict(outcome)), flush=True)
