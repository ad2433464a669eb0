"""Speed of the packaged encoder: passages a second, and the time of a question.

usage: python tests/benchmarks/encoding.py

The texts are those of the bundled briefs, cut into passages of 80 words; the questions are a dozen words out of each.
Every time but a question's is the median of repeated runs, after one that does not count.
"""

import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from rich.console import Console
from rich.table import Table

from retrieval.model import ENCODER_NAME
from retrieval.models.encoder import open_encoder

WORDS, PASSAGES, RUNS = 80, 100, 3
LANGUAGES = ("en", "es")


def machine() -> str:
    """The processor, how many of it, and the libraries that do the work."""
    model = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.exists():
        model = next((line.split(":")[1].strip() for line in described.open() if "model name" in line), model)
    libraries = ", ".join(f"{name} {version(name)}" for name in ("onnxruntime", "tokenizers"))
    return f"{model}, {os.cpu_count()} processors; Python {platform.python_version()}, {libraries}"


def passages(language: str) -> list[str]:
    """Passages of 80 words, from the briefs of one language without their front matter."""
    briefs = sorted(files("knowledge").joinpath("briefs", language).iterdir(), key=lambda brief: brief.name)
    words = " ".join(brief.read_text("utf-8").split("---", 2)[-1] for brief in briefs).split()
    cut = [" ".join(words[start : start + WORDS]) for start in range(0, len(words) - WORDS, WORDS)]
    return (cut * (PASSAGES // len(cut) + 1))[:PASSAGES]


def questions(texts: Sequence[str]) -> list[str]:
    """About a dozen words out of each passage: as long as a question, and with something to be found."""
    return [" ".join(re.findall(r"\w+", text)[20:32]) for text in texts]


def seconds(work: Callable[[], object]) -> float:
    """The time of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median_seconds(work: Callable[[], object]) -> float:
    """The median time of repeated runs, after one that does not count."""
    work()
    return statistics.median(seconds(work) for _ in range(RUNS))


def main() -> None:
    """Print what was measured."""
    console = Console(width=110)
    console.print(machine())
    opened = median_seconds(lambda: open_encoder(ENCODER_NAME))
    console.print(f"the packaged encoder is checked and opened in {opened * 1000:.0f} ms")
    encoder = open_encoder(ENCODER_NAME)
    rates = [PASSAGES / median_seconds(partial(encoder.encode_passages, passages(language))) for language in LANGUAGES]
    # Each is asked once, as the encoder remembers questions.
    latencies = [seconds(partial(encoder.encode_questions, [question])) for question in questions(passages("en"))]
    table = Table("encoder", *(f"passages a second, {language}" for language in LANGUAGES), "a question")
    figures = (*(f"{rate:.0f}" for rate in rates), f"{statistics.median(latencies) * 1000:.1f} ms")
    table.add_row(encoder.name, *figures)
    console.print(table)


if __name__ == "__main__":
    main()
