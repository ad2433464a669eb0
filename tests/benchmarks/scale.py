"""What a change, a question, a start and a passage cost as the base grows; the profile of one change with --profile.

The text is made here. The encoder is a stand-in that sums random vectors of words, as only the index is measured: the
packaged one adds some ten milliseconds a passage that is new. Questions are ranked, and not read by the reader.

usage: PYTHONPATH=.:tests/support python tests/benchmarks/scale.py [--profile] [PASSAGES…]
"""

import cProfile
import os
import platform
import pstats
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from rich.console import Console
from rich.table import Table
from stand_in_encoder import StandInEncoder

from knowledge import bundled
from knowledge.model import Metadata
from knowledge.readers import ReadingLimits, read_bytes
from retrieval.engine import Engine, open_engine
from retrieval.index import current
from retrieval.index.adding import _store_document
from retrieval.models.encoder import Encoder
from retrieval.search.base import Base
from retrieval.search.question import prepare
from retrieval.search.rank import rank
from retrieval.settings import Settings

SIZES = (10_000, 100_000)
PASSAGES_AN_ARTICLE, WORDS_A_SENTENCE, SENTENCES_A_PASSAGE = 50, 20, 4
REPEATED, QUESTIONS = 7, 40


class Texts:
    """Articles of paragraphs of 80 words, drawn at random, always alike, with the frequencies of the bundled base."""

    def __init__(self) -> None:
        self._random = random.Random(7)
        self._words = [word for document in bundled.documents() for word in re.findall(r"[^\W_]+", document.text)]

    def sentence(self) -> str:
        """One sentence."""
        return " ".join(self._random.choices(self._words, k=WORDS_A_SENTENCE)).capitalize() + "."

    def article(self, paragraphs: int) -> str:
        """An article of so many paragraphs, of which each is a passage."""
        return "\n\n".join(" ".join(self.sentence() for _ in range(SENTENCES_A_PASSAGE)) for _ in range(paragraphs))


def put(engine: Engine, name: str, text: str) -> None:
    """Store a text as an open bot does, but for the process that reads it."""
    location = f"{name}.txt"
    limits = ReadingLimits(max_bytes=10**9)
    document = read_bytes(text.encode(), name=location, content_type=None, location=location, limits=limits)
    given = Metadata(title=name, language="en")
    result = _store_document(engine.store, engine._current, engine._write_lock, document, given, "operator")
    if isinstance(result, Exception):
        raise result
    engine.rebuild()


def ask(engine: Engine, text: str) -> None:
    """Rank for a question, as it is done before the reader reads."""

    def ranked(base: Base) -> None:
        rank(base, prepare(text, "en", engine.encoder.encode_questions([text])), limit=16)

    engine._search(ranked)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """The seconds that pass, and those of processors that work takes, which other programs do not lengthen."""
    started = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started[0], time.process_time() - started[1]


def measured(home: Path, engine: Engine, texts: Texts, profile: cProfile.Profile | None) -> Iterator[tuple[str, str]]:
    """The rows of one size."""

    def median(name: str, work: Callable[[int], object], times: int = REPEATED) -> tuple[str, str]:
        both = [timed(lambda number=number: work(number)) for number in range(times)]
        passed, worked = (statistics.median(column) * 1000 for column in zip(*both, strict=True))
        return name, f"{passed:.0f} ms ({worked:.0f} of work)"

    paragraphs = [texts.article(1) for _ in range(REPEATED)]
    if profile is not None:
        profile.enable()
        put(engine, "profiled", texts.article(1))
        profile.disable()
    yield median("add one paragraph, inside", lambda number: put(engine, f"small-{number}", paragraphs[number]))
    articles = [texts.article(50) for _ in range(REPEATED)]
    yield median("add 50 paragraphs, inside", lambda number: put(engine, f"large-{number}", articles[number]))
    yield median("change them", lambda number: put(engine, f"large-{number}", articles[number - 1]))
    yield median("remove them", lambda number: engine.remove(f"large-{number}"))
    questions = [texts.sentence() for _ in range(QUESTIONS)]
    yield median("question without the reader", lambda number: ask(engine, questions[number][:60]), QUESTIONS)
    passed, worked, megabytes = new_process(home)
    yield "new process to the first ranking", f"{passed:.2f} s ({worked:.2f} of work), {megabytes:.0f} MB"
    passages = engine.state().passages
    for database in (engine.store.database, engine._current.encodings._database):
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    by_part = {
        name: sum(path.stat().st_size for path in home.glob(pattern) if path.is_file()) / passages
        for name, pattern in (
            ("base", "knowledge.db*"),
            ("encodings", "index/vectors.db*"),
            ("segments", "index/segments/*"),
        )
    }
    parts = ", ".join(f"{name} {size / 1000:.1f}" for name, size in by_part.items())
    yield "disk a passage", f"{sum(by_part.values()) / 1000:.1f} kB ({parts})"


def new_process(home: Path) -> tuple[float, float, float]:
    """The seconds from the start of a process to its first ranking, those of its work, and its most megabytes."""
    started = time.perf_counter()
    command = [sys.executable, __file__, "--first", str(home)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    worked, megabytes = map(float, done.stdout.split())
    return time.perf_counter() - started, worked, megabytes


def first(home: Path) -> None:
    """Rank once, and print the seconds of work and the megabytes that it took."""
    with open_engine(Settings(home=home, bundled=False)) as engine:
        ask(engine, "the price of the first model")
    memory = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    print(time.process_time(), int(memory[1]) / 1000 if memory else 0)


def main(sizes: list[int], *, profiled: bool) -> None:
    """Print a table with a column for each size."""
    console, rows, texts = Console(width=140), dict[str, list[str]](), Texts()
    profile = cProfile.Profile() if profiled else None
    with TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with open_engine(Settings(home=home, bundled=False)) as engine:
            engine.rebuild()
            size = 0
            for wanted in sizes:
                started = time.process_time()
                for number in range(size, wanted, PASSAGES_AN_ARTICLE):
                    put(engine, f"article-{number}", texts.article(PASSAGES_AN_ARTICLE))
                seconds = time.process_time() - started
                rows.setdefault("growing, work a passage", []).append(f"{seconds / (wanted - size) * 1000:.1f} ms")
                size = wanted
                for name, value in measured(home, engine, texts, profile):
                    rows.setdefault(name, []).append(value)
                console.print(f"{wanted}: {[values[-1] for values in rows.values()]}")
    machine = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}"
    table = Table("measure", *(f"{size:,} passages" for size in sizes), title=machine)
    for name, values in rows.items():
        table.add_row(name, *values)
    console.print(table)
    if profile is not None:
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    current.open_encoder = lambda name, **_: cast(Encoder, StandInEncoder())
    if sys.argv[1:2] == ["--first"]:
        first(Path(sys.argv[2]))
    else:
        main([int(size) for size in sys.argv[1:] if size.isdigit()] or list(SIZES), profiled="--profile" in sys.argv)
