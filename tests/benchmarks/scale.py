"""What a change, a question, a start and a passage cost as the base grows, beside what was asked of it, as one table.

The text is made here (`scale_texts`). The encoder is a stand-in that sums random vectors of words, as only the rest is
measured; with --encoder it is the packaged one, and the base is made by `citabot add`.

usage: PYTHONPATH=.:tests/support python tests/benchmarks/scale.py [options] [PASSAGES…]
the picture: the same with --figures tests/pictures/growth.json --plot tests/pictures/growth.svg
"""

import argparse
import cProfile
import os
import pstats
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import numpy as np
import scale_figures
from scale_figures import Figure
from scale_texts import Articles, grow, write_articles
from stand_in_encoder import StandInEncoder

from knowledge.language import detect
from knowledge.model import OPERATOR, Metadata
from knowledge.readers import ReadingLimits, read_bytes
from retrieval.answer.answering import LOOKED_AT
from retrieval.engine import Engine, open_engine
from retrieval.index import current
from retrieval.index.adding import _store_document
from retrieval.index.vectors import ExactIndex
from retrieval.models.encoder import Encoder
from retrieval.search.base import Base
from retrieval.search.best_unit import with_best_units
from retrieval.search.question import prepare
from retrieval.search.rank import rank
from retrieval.search.spelling import respelled
from retrieval.settings import Settings
from retrieval.words.lexicon import lexicon

SIZES = (10_000, 100_000)
REPEATED, QUESTIONS, RECALLED = 7, 40, 100
PART = 50
"""Paragraphs of a large change."""


def put(engine: Engine, name: str, text: str) -> None:
    """Store a text as an open bot does, but for the process that reads it, and without asking the reader who speaks."""
    location = f"{name}.txt"
    limits = ReadingLimits(max_bytes=10**9)
    document = read_bytes(text.encode(), name=location, content_type=None, location=location, limits=limits)
    given = Metadata(title=name, language="en", url=f"https://news.example/{name}")
    result = _store_document(engine.store, engine._current, engine._write_lock, document, given, OPERATOR)
    if isinstance(result, Exception):
        raise result
    engine.rebuild()


def ask(engine: Engine, text: str) -> None:
    """Do for a question all that is done without the reader."""

    def searched(base: Base) -> None:
        read_as = respelled(text, base.index.postings, lexicon())
        question = prepare(read_as, detect(read_as), base.encoder.encode_questions([read_as]))
        with_best_units(question, rank(base, question, limit=LOOKED_AT))

    engine._search(searched)


def timed(work: Callable[[], object]) -> Figure:
    """The seconds that pass, and those of processors that work takes, which other programs do not lengthen as much."""
    started = time.perf_counter(), time.process_time(), _of_children()
    work()
    worked = time.process_time() - started[1] + _of_children() - started[2]
    return Figure(time.perf_counter() - started[0], worked)


def _of_children() -> float:
    """The seconds of processors that processes took which have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def median(work: Callable[[int], object], times: int = REPEATED) -> Figure:
    """The middle of several."""
    every = [timed(lambda number=number: work(number)) for number in range(times)]
    return Figure(statistics.median(one.passed for one in every), statistics.median(one.worked for one in every))


def inside(engine: Engine, articles: Articles, profile: cProfile.Profile | None) -> Iterator[tuple[str, Figure]]:
    """The figures of a process that is open."""
    size = engine.state().passages
    small = [articles.text(1, seed=f"small {size} {number}") for number in range(REPEATED + 1)]
    large = [articles.text(PART, seed=f"large {size} {number}") for number in range(REPEATED)]
    put(engine, "small-first", small[-1])
    with profile or nullcontext():
        put(engine, "small-profiled", small[-1][::-1])
    yield "add one", median(lambda number: put(engine, f"small-{number}", small[number]))
    yield "add fifty", median(lambda number: put(engine, f"large-{number}", large[number]))
    yield "change fifty", median(lambda number: put(engine, f"large-{number}", large[number - 1]))
    yield "remove fifty", median(lambda number: engine.remove(f"large-{number}"))
    questions = [articles.question(seed=f"question {number}") for number in range(QUESTIONS + 1)]
    ask(engine, questions[-1])
    yield "question", median(lambda number: ask(engine, questions[number]), QUESTIONS)
    for name in ("first", "profiled", *range(REPEATED)):
        engine.remove(f"small-{name}")


def from_outside(home: Path, articles: Articles, *, packaged: bool) -> Iterator[tuple[str, Figure]]:
    """The figures of commands, their start included, and the most memory of one that answers questions."""
    path = home.parent / "added.txt"

    def add(number: int) -> None:
        path.write_text(articles.text(1, seed=f"command {home} {number}"), "utf-8")
        command(home, "add", str(path), packaged=packaged)

    yield "add command", median(add)
    command(home, "remove", "added", packaged=packaged)
    questions = [articles.question(seed=f"question {number}") for number in range(REPEATED)]
    yield "first answer", median(lambda number: command(home, "ask", questions[number], packaged=packaged))
    yield "memory", Figure(amount=command(home, "questions", packaged=packaged))


def command(home: Path, *arguments: str, packaged: bool) -> float:
    """Run a command in a process of its own; return its most megabytes."""
    which = "packaged" if packaged else "stand-in"
    words = [sys.executable, __file__, "--command", which, str(home), *arguments]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if "citabot-megabytes" not in done.stderr or "Traceback" in done.stderr:
        raise SystemExit(f"{' '.join(words)}: {done.stdout}{done.stderr}")
    return float(done.stderr.split()[-1])


def run_command(home: str, *arguments: str) -> None:
    """Run what `command` asks for in this process."""
    from retrieval.cli.main import main as citabot

    try:
        if arguments == ("questions",):
            articles = Articles()
            with open_engine(Settings(home=Path(home), bundled=False)) as engine:
                for number in range(QUESTIONS):
                    ask(engine, articles.question(seed=f"question {number}"))
        else:
            citabot(["--home", home, "--no-bundled", *arguments])
    finally:
        # The most memory of the process: getrusage() would count what its parent had when it was started.
        peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
        print("citabot-megabytes", int(peak[1]) / 1000 if peak else 0, file=sys.stderr)


def disk(home: Path, passages: int) -> Iterator[tuple[str, Figure]]:
    """Kilobytes a passage, and of each part of a home."""
    parts = (("base", "knowledge.db*"), ("encodings", "index/vectors.db*"), ("segments", "index/segments/*"))
    sizes = {name: sum(path.stat().st_size for path in home.glob(pattern)) for name, pattern in parts}
    yield "disk", Figure(amount=sum(sizes.values()) / passages / 1000)
    for name, size in sizes.items():
        yield f"disk, {name}", Figure(amount=size / passages / 1000)


def recall(engine: Engine, articles: Articles) -> float:
    """The part of the hundred nearest passages, by the exact index over all, that are among the hundred it returns."""
    questions = [articles.question(seed=f"question {number}") for number in range(QUESTIONS)]
    vectors = engine.encoder.encode_questions(questions).vectors

    def compared(base: Base) -> float:
        lookup = base.index.encodings
        assert lookup is not None
        best: list[list[tuple[float, int]]] = [[] for _ in questions]
        last = base.index.postings.end()
        for first in range(0, last, 4096):
            rows = lookup.rows_between(first, min(first + 4095, last))
            _, ids, stored = lookup.members("passages", rows)
            hits = ExactIndex(np.array(ids, np.int64), stored).search(vectors, RECALLED) if ids else []
            for own, new in zip(best, hits, strict=False):
                own[:] = sorted([*own, *((-hit.score, hit.id) for hit in new)])[:RECALLED]
        returned = base.index.vectors.search(vectors, RECALLED)
        shares = [
            len({number for _, number in own} & {hit.id for hit in hits}) / len(own)
            for own, hits in zip(best, returned, strict=True)
        ]
        return statistics.mean(shares)

    return engine._search(compared)


def grown(homes: Path, size: int, articles: Articles, *, packaged: bool) -> tuple[Path, Iterator[tuple[str, Figure]]]:
    """A home with so many passages, begun from the largest of fewer, and the figures of growing it, where it was."""
    home = homes / str(size)
    if home.is_dir():
        return home, iter(())
    making = homes / "growing"
    smaller = [int(path.name) for path in homes.iterdir() if path.name.isdigit() and int(path.name) < size]
    if not making.is_dir() and smaller and not packaged:
        shutil.copytree(homes / str(max(smaller)), making)
    with open_engine(Settings(home=making, bundled=False)) as engine:
        engine.rebuild()
        begun = engine.state().passages
        if not packaged:
            figure = timed(lambda: [None for _ in grow(engine, articles, size)])
    if packaged:
        paths = write_articles(articles, homes / "articles", size)
        figure = timed(lambda: command(making, "add", *map(str, paths), packaged=True))
    making.rename(home)
    each = Figure(figure.passed / (size - begun), figure.worked / (size - begun))
    return home, iter([("growing", each), *([("indexing", figure)] if packaged else [])])


def measured(
    options: argparse.Namespace, homes: Path, size: int, profile: cProfile.Profile | None
) -> dict[str, Figure]:
    """Every figure of a size."""
    articles = Articles()
    home, growing = grown(homes, size, articles, packaged=options.encoder)
    figures = dict(growing)
    with open_engine(Settings(home=home, bundled=False)) as engine:
        passages = engine.state().passages
        for database in (engine.store.database, engine._current.encodings._database):
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        figures |= disk(home, passages)
        figures |= inside(engine, articles, profile)
        if options.recall:
            figures["recall"] = Figure(amount=recall(engine, articles))
    return figures | dict(from_outside(home, articles, packaged=options.encoder))


def parsed() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", metavar="PASSAGES", nargs="*", type=int, default=SIZES, help="sizes of the base")
    parser.add_argument("--encoder", action="store_true", help="with the packaged encoder")
    parser.add_argument("--recall", action="store_true", help=f"compare the nearest {RECALLED} with the exact index")
    parser.add_argument("--profile", action="store_true", help="print the profile of one addition")
    parser.add_argument("--peer", action="store_true", help="measure txtai on the same passages besides")
    parser.add_argument("--homes", type=Path, metavar="FOLDER", help="keep the homes here, and take up those that are")
    parser.add_argument("--figures", type=Path, metavar="FILE", help="keep the figures here, beside those that are")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the growth from the figures, measuring nothing")
    return parser.parse_args()


def main(options: argparse.Namespace) -> None:
    """Measure each size, and print the table."""
    figures = scale_figures.read(options.figures)
    if options.plot:
        scale_figures.draw(figures, options.plot)
        return
    profile = cProfile.Profile() if options.profile else None
    with TemporaryDirectory() as folder:
        homes = options.homes or Path(folder)
        homes.mkdir(exist_ok=True)
        for size in options.sizes:
            columns: dict[str, Any] = {
                "packaged" if options.encoder else "stand-in": measured(options, homes, size, profile)
            }
            if options.peer:
                import scale_peer

                columns["txtai"] = scale_peer.measured(size)
            figures = scale_figures.kept(figures, size, columns, options.figures)
            scale_figures.show(figures)
    if profile is not None:
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    is_command = sys.argv[1:2] == ["--command"]
    if "packaged" not in sys.argv[2:3] and "--encoder" not in sys.argv:
        current.open_encoder = lambda name, **_: cast(Encoder, StandInEncoder())
    if is_command:
        run_command(*sys.argv[3:])
    else:
        os.environ.pop("CITABOT_HOME", None)
        main(parsed())
