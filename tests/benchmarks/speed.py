"""How long a person waits: a cold question in a new process; then the development questions, claims and quotations,
warm, on the bundled base and with ten thousand passages more.

Most of a warm question is the reader, who reads three to six passages.

usage: python tests/benchmarks/speed.py [PASSAGES]
"""

import json
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from knowledge import bundled
from knowledge.model import Metadata
from retrieval.engine import Engine, open_engine
from retrieval.settings import Settings

ROOT = Path(__file__).parent.parent.parent
DEVELOPMENT = ROOT / "tests" / "development"
COLD_RUNS, WARM_RUNS = 7, 200
PASSAGES_AN_ARTICLE, SENTENCES_A_PASSAGE, WORDS_A_SENTENCE = 100, 4, 20
QUESTIONS = (
    "What did Yann LeCun say about open source models?",
    "How much did it cost to train DeepSeek-V3?",
    "Why does the Open Source Initiative object to the Llama licence?",
    "¿Quién fundó DeepSeek?",
    "¿Cuánto perdió Nvidia en un día?",
    "¿Qué países prohibieron DeepSeek?",
)


def cold(home: Path) -> tuple[list[float], float]:
    """Seconds of `citabot ask` in new processes, and the largest memory of one in megabytes."""
    seconds, largest = [], 0
    script = (
        "import re, sys; from pathlib import Path; from retrieval.cli.main import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1], file=sys.stderr)"
    )
    for run in range(COLD_RUNS + 1):
        started = time.perf_counter()
        command = [sys.executable, "-c", script, "--home", str(home), "ask", QUESTIONS[run % len(QUESTIONS)]]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
        seconds.append(time.perf_counter() - started)
        # getrusage() would count the parent's memory, which a child holds until it has started its own program.
        largest = max(largest, int(done.stderr.split()[-1]))
    return seconds[1:], largest / 1000


def articles(passages: int) -> Iterator[str]:
    """Invented articles of a hundred paragraphs of 80 words, drawn at random, always alike, from the bundled base.

    The words keep their frequencies, and no two sentences are the same, as in a real base.
    """
    chosen = random.Random(7)
    words = [word for document in bundled.documents() for word in re.findall(r"[^\W_]+", document.text)]

    def sentence() -> str:
        return " ".join(chosen.choices(words, k=WORDS_A_SENTENCE)).capitalize() + "."

    for _ in range(passages // PASSAGES_AN_ARTICLE):
        yield "\n\n".join(" ".join(sentence() for _ in range(SENTENCES_A_PASSAGE)) for _ in range(PASSAGES_AN_ARTICLE))


def grow(engine: Engine, home: Path, passages: int) -> float:
    """The seconds to add invented articles of so many passages."""
    paths = []
    for number, text in enumerate(articles(passages)):
        paths.append(home / f"article-{number}.txt")
        paths[-1].write_text(text, encoding="utf-8")
    started = time.perf_counter()
    for result in engine.add([str(path) for path in paths], Metadata()):
        if isinstance(result, Exception):
            raise result
    return time.perf_counter() - started


def lines(name: str) -> list[dict[str, str]]:
    """Every so many lines of a development file, so that all kinds are among the `WARM_RUNS` at most."""
    found = [json.loads(line) for line in (DEVELOPMENT / name).read_text("utf-8").splitlines()]
    return found[:: -(-len(found) // WARM_RUNS)]


def warm(engine: Engine) -> Iterator[tuple[str, list[float]]]:
    """The milliseconds of each question, claim and quotation, after one of the kind."""
    kinds: dict[str, tuple[str, Callable[[dict[str, str]], object]]] = {
        "question": ("questions.jsonl", lambda line: engine.ask(line["question"])),
        "claim": ("claims.jsonl", lambda line: engine.check(line["claim"])),
        "quotation": ("quotations.jsonl", lambda line: engine.quote(line["text"], speaker=line["speaker"])),
    }
    for kind, (name, run) in kinds.items():
        milliseconds = []
        labelled = lines(name)
        for line in [labelled[0], *labelled]:
            started = time.perf_counter()
            run(line)
            milliseconds.append((time.perf_counter() - started) * 1000)
        yield kind, milliseconds[1:]


def add_warm(table: Table, engine: Engine) -> None:
    """Add the rows of what is asked of an engine that is open."""
    size = engine.state().passages
    for kind, found in warm(engine):
        middle, ends = f"{statistics.median(found):.1f} ms", f"{min(found):.1f} – {max(found):.1f} ms"
        table.add_row(f"warm {kind} on {size} passages, {len(found)} runs", middle, ends)


def main(passages: int) -> None:
    """Print the table."""
    os.environ.pop("CITABOT_HOME", None)
    table = Table(
        "measure", "median", "min – max", title=f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    )
    with TemporaryDirectory() as folder:
        home = Path(folder)
        started = time.perf_counter()
        with open_engine(Settings(home=home)) as engine:
            engine.ask(QUESTIONS[0])
            size = engine.state().passages
        table.add_row(
            f"first question in an empty home ({size} passages)", f"{time.perf_counter() - started:.1f} s", ""
        )
        seconds, megabytes = cold(home)
        row = f"{min(seconds):.2f} – {max(seconds):.2f} s"
        table.add_row(f"cold `citabot ask`, {COLD_RUNS} runs", f"{statistics.median(seconds):.2f} s", row)
        table.add_row("memory of a cold `citabot ask`", f"{megabytes:.0f} MB", "")
        with open_engine(Settings(home=home)) as engine:
            add_warm(table, engine)
            table.add_row(f"adding {passages} passages", f"{grow(engine, home, passages):.0f} s", "")
            add_warm(table, engine)
    Console(width=110).print(table)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
