"""A writer that is killed again and again while two readers ask: what is seen is what was written, whole, and stays.

Half of the kills come at a random moment, the others soon after a step of the writer's work has begun: each in turn.

usage: PYTHONPATH=. python tests/support/kill_loop.py [KILLS [SECONDS [SECONDS_A_WRITER]]]

CITABOT_INDEX may name a collection of Milvus, in which a change takes seconds.
"""

import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import numpy as np
from cheap_home import cheap_engine, stored

from knowledge.errors import HomeBusy
from retrieval.engine import Engine
from retrieval.index import seal
from retrieval.index.seal import SegmentFiles
from retrieval.index.segments import sealed_to
from retrieval.index.vectors import ExactIndex, Hit
from retrieval.search.base import Base
from retrieval.search.question import prepare
from retrieval.search.rank import rank

SOURCES, PASSAGES = 9, 3
STEPS = ("add", "change", "remove", "seal", "merge", "rebuild", "rebuild --full")
# Seconds until a kill: at a random moment, or after the step has begun, of which most take some hundredths.
WHENEVER, INTO_A_STEP = 2.5, 0.05

CONTEXT = multiprocessing.get_context("forkserver")
# What takes long to import, by names that the server finds: it does not know this folder.
CONTEXT.set_forkserver_preload(["retrieval.engine", "retrieval.index.adding", "retrieval.search.rank", "faiss"])


@dataclass
class Counts:
    """What the loop saw.

    `wrong` are questions that showed a source not whole, or in a version that it did not have then, or not at all
    where it was there; `lost` sources that are not as a change left them; `orphans` files that no list names and
    `differences` what a check found, both after the next write. `unanswered` questions waited for a writer too long;
    `failed` says what other questions ended with in place of an answer; `degraded` are those that full text alone
    answered. Nearest vectors that are others than the exact index finds are wrong too.
    """

    kills: int = 0
    changes: int = 0
    questions: int = 0
    unanswered: int = 0
    wrong: int = 0
    degraded: int = 0
    lost: int = 0
    orphans: int = 0
    differences: int = 0
    failed: list[str] = field(default_factory=list)
    steps: dict[str, int] = field(default_factory=dict)
    """How many kills came in each step of the work."""


class Journal:
    """What was begun and done with each source, as far as it was read: the versions that may be there, None for none.

    A source that was begun to be changed may be as before or as after.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "journal"
        self._read = 0
        self.changes = 0
        self.step = ""
        self.possible: dict[str, set[int | None]] = defaultdict(lambda: {None})

    def read_on(self) -> dict[str, set[int | None]]:
        """Read what was written since; return every version that a source may have had meanwhile."""
        seen = {name: set(versions) for name, versions in self.possible.items()}
        with self._path.open("a+") as journal:
            journal.seek(self._read)
            for line in journal.read().splitlines(keepends=True):
                if not line.endswith("\n"):
                    break
                self._read += len(line)
                self._take(*json.loads(line))
                for name, versions in self.possible.items():
                    seen.setdefault(name, {None}).update(versions)
        return seen

    def _take(self, what: str, name: str, version: int | None = None) -> None:
        if what == "step":
            self.step = name
        elif what == "begin":
            self.possible[name] = {*self.possible[name], version}
        else:
            self.possible[name] = {version}
            self.changes += what == "done"


def paragraph(name: str, version: int, number: int) -> str:
    """A paragraph that is a passage of its own, in which its source, version and number stand."""
    words = " ".join(f"The keeper of the lighthouse {name} counted boats in the harbour at dawn." for _ in range(4))
    return f"Version v{version}x of {name} part {number}. {words}"


@contextmanager
def opened(home: Path) -> Iterator[Engine]:
    """An engine with small segments and an encoder that costs nothing."""
    seal.SEALED_ROWS, seal.FAN_OUT, seal._ROWS_TO_WAIT_FOR = 7, 2, 14
    with cheap_engine(home, index=os.environ.get("CITABOT_INDEX", "faiss")) as engine:
        yield engine


@contextmanager
def noting(home: Path) -> Iterator[Callable[..., None]]:
    """A function that writes a line into the journal; the steps of sealing are written by themselves."""
    write_range = seal._write_range
    with (home / "journal").open("a") as journal:

        def note(*what: object) -> None:
            journal.write(json.dumps(what) + "\n")
            journal.flush()

        def noted(files: SegmentFiles, lookup: Any, rows: tuple[int, int]) -> None:
            note("step", "seal" if rows[0] > sealed_to(files.listed()) else "merge")
            write_range(files, lookup, rows)

        seal._write_range = noted
        try:
            yield note
        finally:
            seal._write_range = write_range


def write(home: Path, pipe: Connection, seed: int) -> None:
    """Add, change, remove, seal and rebuild for ever, noting each change before it begins and when it is done."""
    chosen = random.Random(seed)
    with opened(home) as engine, noting(home) as note:
        pipe.send("ready")
        for step in range(10**6):
            name, version = f"source-{chosen.randrange(SOURCES)}", seed * 10**6 + step
            action = chosen.choices(["put", "remove", "rebuild", "rebuild --full"], [8, 3, 1, 1])[0]
            is_there = engine.store.has_source(name)
            if action == "put":
                note("step", "change" if is_there else "add")
                note("begin", name, version)
                stored(engine, name, versioned(name, version))
                note("done", name, version)
                engine.rebuild()
            elif action == "remove" and is_there:
                note("step", action)
                note("begin", name, None)
                engine.remove(name)
                note("done", name, None)
            elif action.startswith("rebuild"):
                note("step", action)
                engine.rebuild(full=action.endswith("full"))


def versioned(name: str, version: int) -> str:
    """The text of a source in this version."""
    return "\n\n".join(paragraph(name, version, number) for number in range(PASSAGES))


def ask(home: Path, pipe: Connection) -> None:
    """Ask until something is sent, and send the numbers of questions, without an answer, wrong, and degraded."""
    questions = unanswered = wrong = degraded = 0
    failed: list[str] = []
    text = "lighthouse keeper harbour boats"
    journal = Journal(home)
    with opened(home) as engine:

        def exact(base: Base) -> list[Hit]:
            assert base.index.encodings is not None
            _, ids, vectors = base.index.encodings.members("passages", base.index.encodings.rows_after(0))
            query = engine.encoder.encode_questions([text]).vectors[0]
            return ExactIndex(np.array(ids, np.int64), vectors).search(query, 9)

        def versions(base: Base) -> tuple[dict[str, list[int]], bool, bool]:
            seen = defaultdict(list)
            question = prepare(text, "en", engine.encoder.encode_questions([text]))
            for item in rank(base, question, limit=200):
                seen[item.passage.source].append(version_of(item.passage.text))
            nearest = base.degraded or base.index.vectors.search(question.vector, 9) == exact(base)
            return seen, nearest, base.degraded

        pipe.send("ready")
        while not pipe.poll():
            journal.read_on()
            questions += 1
            try:
                seen, is_exact, is_degraded = engine._search(versions)
            except HomeBusy:
                unanswered += 1
                continue
            except Exception as error:
                failed.append(repr(error))
                continue
            possible = journal.read_on()
            degraded += is_degraded
            wrong += (
                not is_exact
                or any(len(own) != PASSAGES or len(set(own)) != 1 for own in seen.values())
                or any(seen.get(name, [None])[0] not in allowed for name, allowed in possible.items())
            )
    pipe.send((questions, unanswered, wrong, degraded, failed))


def version_of(text: str) -> int:
    """The version that a text of `paragraph` says it is."""
    return int(text.split()[1].strip("vx"))


def run(work: Callable[..., None], home: Path, *arguments: object) -> tuple[BaseProcess, Connection]:
    """Start work in a process of its own, which has imported everything; return it, and what it sends."""
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=work, args=(home, theirs, *arguments))
    process.start()
    theirs.close()
    return process, ours


def kill_loop(
    home: Path, kills: int, *, seed: int = 1, seconds: float = float("inf"), longest: float = WHENEVER
) -> Counts:
    """Kill a writer so often, or for so long, each after some seconds at most, and return what was seen."""
    started = time.monotonic()
    counts, chosen, steps = Counts(), random.Random(seed), Counter[str]()
    with opened(home) as engine:
        engine.rebuild()
    readers = [run(ask, home) for _ in range(2)]
    for _, pipe in readers:
        pipe.recv()
    for number in range(kills):
        if time.monotonic() - started > seconds:
            break
        writer, pipe = run(write, home, seed + number)
        pipe.recv()
        wait(home, chosen, None if number % 2 else STEPS[number // 2 % len(STEPS)], longest)
        writer.kill()
        writer.join()
        counts.kills += 1
        counts.lost += lost(home, steps)
        # After every other kill the next writer itself meets what was left.
        if number % 4 > 1:
            check(home, counts)
    for reader, pipe in readers:
        pipe.send("end")
        for name, value in zip(("questions", "unanswered", "wrong", "degraded", "failed"), pipe.recv(), strict=True):
            setattr(counts, name, getattr(counts, name) + value)
        reader.join()
    check(home, counts)
    journal = Journal(home)
    journal.read_on()
    counts.changes, counts.steps = journal.changes, dict(sorted(steps.items()))
    return counts


def wait(home: Path, chosen: random.Random, step: str | None, longest: float) -> None:
    """Wait until it is time to kill: at any moment, or soon after a step has begun, for which we wait ten seconds."""
    if step is None:
        time.sleep(chosen.uniform(0, longest))
        return
    journal, began = Journal(home), time.monotonic()
    journal.read_on()
    journal.step = ""
    while journal.step != step and time.monotonic() - began < 10:
        journal.read_on()
        time.sleep(0.001)
    time.sleep(chosen.uniform(0, INTO_A_STEP))


def check(home: Path, counts: Counts) -> None:
    """Write once, and count the files that nobody lists and what is not as it should be."""
    with opened(home) as engine:
        engine.rebuild()
        counts.differences += len(engine.verify().differences)
        listed = {segment.file for segment in SegmentFiles(engine.store, home / "index").listed()}
        counts.orphans += len({path.name for path in (home / "index" / "segments").glob("*")} - listed)


def lost(home: Path, steps: Counter[str]) -> int:
    """The number of sources that are not as the journal says they may be; note as what they are, and the step."""
    journal = Journal(home)
    journal.read_on()
    steps[journal.step] += 1
    with opened(home) as engine, noting(home) as note:
        present: dict[str, int | None] = {
            source.id: version_of(engine.store.snapshot(source.snapshot).text) for source in engine.sources()
        }
        count = sum(present.get(name) not in versions for name, versions in journal.possible.items())
        count += len(present.keys() - journal.possible.keys())
        for name in journal.possible:
            note("seen", name, present.get(name))
    return count


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        kills, most, longest = [*sys.argv[1:], *("100", "inf", str(WHENEVER))[len(sys.argv) - 1 :]]
        print(kill_loop(Path(folder) / "home", int(kills), seconds=float(most), longest=float(longest)))
