"""A writer that is killed at random moments, again and again, while two readers ask: what is seen is whole, and stays.

usage: PYTHONPATH=. python tests/support/kill_loop.py [KILLS [SECONDS [SECONDS_A_WRITER]]]

CITABOT_INDEX may name a collection of Milvus, in which a change takes seconds.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from stand_in_encoder import StandInEncoder

from knowledge.errors import HomeBusy
from knowledge.model import Metadata
from knowledge.readers import ReadingLimits, read_bytes
from retrieval.engine import Engine, open_engine
from retrieval.index import current, seal
from retrieval.index.adding import _store_document
from retrieval.index.seal import SegmentFiles
from retrieval.index.vectors import ExactIndex, Hit
from retrieval.models.encoder import Encoder
from retrieval.search.base import Base
from retrieval.search.question import prepare
from retrieval.search.rank import rank
from retrieval.settings import Settings

SUPPORT = Path(__file__).parent
SOURCES, PASSAGES = 9, 3


@dataclass
class Counts:
    """What the loop saw.

    `wrong` are questions to which a source was not whole, or the nearest vectors were others than the exact index
    finds; `degraded` those that full text alone answered; `lost` changes that are gone.
    """

    kills: int = 0
    changes: int = 0
    questions: int = 0
    wrong: int = 0
    degraded: int = 0
    lost: int = 0
    orphans: int = 0
    differences: int = 0


def paragraph(name: str, version: int, number: int) -> str:
    """A paragraph that is a passage of its own, in which its source, version and number stand."""
    words = " ".join(f"The keeper of the lighthouse {name} counted boats in the harbour at dawn." for _ in range(4))
    return f"Version v{version}x of {name} part {number}. {words}"


@contextmanager
def opened(home: Path) -> Iterator[Engine]:
    """An engine with small segments and an encoder that costs nothing."""
    seal.SEALED_ROWS, seal.FAN_OUT, seal._ROWS_TO_WAIT_FOR = 7, 2, 14
    current.open_encoder = lambda name: cast(Encoder, StandInEncoder())  # type: ignore[assignment]
    index = os.environ.get("CITABOT_INDEX", "faiss")
    with open_engine(Settings(home=home, bundled=False, index=index)) as engine:
        yield engine


def write(home: Path, seed: int) -> None:
    """Add, change, remove, seal and rebuild for ever, noting each change before it begins and when it is done."""
    chosen = random.Random(seed)
    with opened(home) as engine, (home / "journal").open("a") as journal:

        def note(*what: object) -> None:
            journal.write(json.dumps(what) + "\n")
            journal.flush()

        print("ready", flush=True)
        for step in range(10**6):
            name, version = f"source-{chosen.randrange(SOURCES)}", seed * 10**6 + step
            action = chosen.choices(["put", "remove", "rebuild", "full"], [8, 3, 1, 1])[0]
            if action == "put":
                note("begin", name, version)
                text = "\n\n".join(paragraph(name, version, number) for number in range(PASSAGES))
                document = read_bytes(
                    text.encode(), name=f"{name}.txt", content_type=None, location=f"{name}.txt", limits=ReadingLimits()
                )
                result = _store_document(
                    engine.store, engine._current, engine._write_lock, document, Metadata(), "operator"
                )
                assert not isinstance(result, Exception), result
                note("done", name, version)
                engine.rebuild()
            elif action == "remove" and engine.store.has_source(name):
                note("begin", name, None)
                engine.remove(name)
                note("done", name, None)
            elif action in ("rebuild", "full"):
                engine.rebuild(full=action == "full")


def ask(home: Path) -> None:
    """Ask until the input ends, and print the numbers of questions, of wrong ones and of degraded ones."""
    questions = wrong = degraded = 0
    text = "lighthouse keeper harbour boats"
    end = home / "end"
    with opened(home) as engine:
        print("ready", flush=True)
        while not end.exists():

            def exact(base: Base) -> list[Hit]:
                assert base.index.encodings is not None
                _, ids, vectors = base.index.encodings.members("passages", base.index.encodings.rows_after(0))
                query = engine.encoder.encode_questions([text]).vectors[0]
                return ExactIndex(np.array(ids, np.int64), vectors).search(query, 9)

            def versions(base: Base) -> tuple[dict[str, list[str]], bool, bool]:
                seen = defaultdict(list)
                question = prepare(text, "en", engine.encoder.encode_questions([text]))
                for item in rank(base, question, limit=200):
                    seen[item.passage.source].append(item.passage.text.split()[1])
                return (
                    seen,
                    base.degraded or base.index.vectors.search(question.vector, 9) == exact(base),
                    base.degraded,
                )

            questions += 1
            try:
                seen, is_exact, is_degraded = engine._search(versions)
            except HomeBusy:
                continue
            wrong += sum(len(own) != PASSAGES or len(set(own)) != 1 for own in seen.values()) + (not is_exact)
            degraded += is_degraded
    print(questions, wrong, degraded)


def run(home: Path, what: str, *arguments: object) -> "subprocess.Popen[str]":
    """Start this file in a process of its own."""
    command = [sys.executable, __file__, what, str(home), *map(str, arguments)]
    paths = os.pathsep.join([str(SUPPORT), str(SUPPORT.parent.parent), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths})


def kill_loop(home: Path, kills: int, *, seed: int = 1, seconds: float = float("inf"), longest: float = 2.5) -> Counts:
    """Kill a writer so often, or for so long, each after some seconds at most, and return what was seen."""
    started = time.monotonic()
    counts, chosen = Counts(), random.Random(seed)
    with opened(home) as engine:
        engine.rebuild()
    readers = [run(home, "ask") for _ in range(2)]
    for number in range(kills):
        if time.monotonic() - started > seconds:
            break
        writer = run(home, "write", seed + number)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(chosen.uniform(0.05, longest))
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        counts.kills += 1
        counts.lost += lost(home)
    (home / "end").touch()
    for reader in readers:
        out, _ = reader.communicate(timeout=60)
        questions, wrong, degraded = map(int, out.split()[1:])
        counts.questions += questions
        counts.wrong += wrong
        counts.degraded += degraded
    counts.changes = sum(json.loads(line)[0] == "done" for line in (home / "journal").read_text().splitlines())
    with opened(home) as engine:
        engine.rebuild()
        counts.differences = len(engine.verify().differences)
        listed = {segment.file for segment in SegmentFiles(engine.store, home / "index").listed()}
        counts.orphans = len({path.name for path in (home / "index" / "segments").glob("*")} - listed)
    return counts


def lost(home: Path) -> int:
    """The number of sources that are neither as the last change that was done left them nor as the one after it."""
    possible: dict[str, list[int | None]] = defaultdict(lambda: [None])
    for line in (home / "journal").read_text().splitlines():
        what, name, version = json.loads(line)
        possible[name] = [version] if what == "done" else [possible[name][0], version]
    with opened(home) as engine:
        stored = {
            source.id: int(engine.store.snapshot(source.snapshot).text.split()[1].strip("vx"))
            for source in engine.sources()
        }
        for source in engine.sources():
            possible[source.id].append(None) if source.id not in possible else None
    return sum(stored.get(name) not in versions for name, versions in possible.items())


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["ask"]:
        ask(Path(sys.argv[2]))
    else:
        kills, most, longest = [*sys.argv[1:], *("100", "inf", "2.5")[len(sys.argv) - 1 :]]
        with tempfile.TemporaryDirectory() as folder:
            print(kill_loop(Path(folder) / "home", int(kills), seconds=float(most), longest=float(longest)))
