"""The same passages and the same vectors in txtai, with its words and vectors together, for `scale.py --peer`.

It runs in a process of its own, so that its memory is told apart, and is no dependency of ours. What it is given is in
its hands when it is saved: as with ours, another process then sees it.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from scale_figures import Figure
from scale_texts import PARAGRAPHS, Articles
from stand_in_encoder import StandInEncoder

REPEATED, QUESTIONS, SHOWN = 5, 40, 16
# The passages that it is given together at most. Our choice.
TOGETHER = 10_000
MISSING = "txtai is not installed. Install it in an environment of its own: pip install txtai"


def transform(texts: Sequence[str]) -> NDArray[np.float32]:
    """The vectors of texts, for txtai to call by name."""
    return StandInEncoder().encode_passages(list(texts)).vectors


def measured(size: int) -> dict[str, Figure]:
    """The figures of txtai with so many passages. Exits with a sentence where it is not installed."""
    if find_spec("txtai") is None:
        raise SystemExit(MISSING)
    with TemporaryDirectory() as folder:
        figures: dict[str, Figure] = {}
        for step in ("grow", "ask"):
            words = [sys.executable, __file__, step, folder, str(size)]
            # It calls nothing by name without being told that it may.
            environment = os.environ | {"ALLOW_RESOLVE_TRANSFORM": "True"}
            done = subprocess.run(words, check=True, capture_output=True, text=True, env=environment)
            figures |= {key: Figure(*value) for key, value in json.loads(done.stdout.splitlines()[-1]).items()}
    return figures


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """The seconds that pass, and those of processors."""
    started = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started[0], time.process_time() - started[1]


def middle(every: Sequence[tuple[float, float]]) -> list[float]:
    """The medians of both."""
    return [statistics.median(column) for column in zip(*every, strict=True)]


def grow(folder: Path, size: int) -> dict[str, list[float | None]]:
    """Index so many passages, then add one and fifty more; the figures."""
    from txtai import Embeddings

    articles, number = Articles(), 0
    embeddings = Embeddings(
        {"method": "external", "transform": "scale_peer.transform", "content": True, "hybrid": True}
    )

    def passages(name: str, count: int) -> list[tuple[str, str, None]]:
        paragraphs = articles.text(count, seed=name).split("\n\n")
        return [(f"{name}-{place}", paragraph, None) for place, paragraph in enumerate(paragraphs)]

    def add(new: list[tuple[str, str, None]]) -> None:
        embeddings.upsert(new)
        embeddings.save(str(folder / "index"))

    every: list[tuple[float, float]] = []
    while number * PARAGRAPHS < size:
        batch = []
        while len(batch) < min(TOGETHER, size) and number * PARAGRAPHS < size:
            batch += passages(f"article-{number}", PARAGRAPHS)
            number += 1
        every.append(timed(lambda batch=batch: add(batch)))
    whole = [sum(column) / size for column in zip(*every, strict=True)]
    small = [passages(f"small-{one}", 1) for one in range(REPEATED)]
    large = [passages(f"large-{one}", 50) for one in range(REPEATED)]
    return {
        "growing": [*whole, None],
        "add one": [*middle([timed(lambda new=new: add(new)) for new in small]), None],
        "add fifty": [*middle([timed(lambda new=new: add(new)) for new in large]), None],
    }


def ask(folder: Path, size: int) -> dict[str, list[float | None]]:
    """Open what was saved and ask; the figures."""
    from txtai import Embeddings

    articles, embeddings = Articles(), Embeddings()
    embeddings.load(str(folder / "index"))
    questions = [articles.question(seed=f"question {number}") for number in range(QUESTIONS + 1)]
    embeddings.search(questions[-1], SHOWN)
    every = [timed(lambda text=text: embeddings.search(text, SHOWN)) for text in questions[:-1]]
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    kilobytes = sum(path.stat().st_size for path in (folder / "index").rglob("*") if path.is_file()) / 1000
    return {
        "question": [*middle(every), None],
        "memory": [0, 0, int(peak[1]) / 1000 if peak else 0],
        "disk": [0, 0, kilobytes / (size + REPEATED * 51)],
    }


if __name__ == "__main__":
    step, folder, size = sys.argv[1:]
    print(json.dumps({"grow": grow, "ask": ask}[step](Path(folder), int(size))))
