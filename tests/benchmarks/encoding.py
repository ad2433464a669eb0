"""Speed of the packaged encoder, and how far its vectors agree with the float32 ones of sentence-transformers.

usage: python tests/benchmarks/encoding.py

The texts are those of the bundled briefs, cut into passages of 80 words; the questions are a dozen words out of each.
Every time is the median of repeated runs, after one that does not count.
"""

import os
import platform
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from retrieval.export import quietly
from retrieval.exported import packaged_model
from rich.console import Console
from rich.table import Table

from retrieval.encoder import DEFAULT_ENCODER, Encoder, open_encoder
from retrieval.onnx_encoder import OnnxEncoder

WORDS, PASSAGES, QUESTIONS, RUNS = 80, 100, 100, 3
LANGUAGES = ("en", "es")


def machine() -> str:
    """The processor, how many of it, and the libraries that do the work."""
    model = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.exists():
        model = next((line.split(":")[1].strip() for line in described.open() if "model name" in line), model)
    libraries = ", ".join(f"{name} {version(name)}" for name in ("onnxruntime", "tokenizers", "torch"))
    return f"{model}, {os.cpu_count()} processors; Python {platform.python_version()}, {libraries}"


def passages(language: str) -> list[str]:
    """Passages of 80 words, from the briefs of one language without their front matter."""
    briefs = sorted(files("knowledge").joinpath("briefs", language).iterdir(), key=lambda brief: brief.name)
    words = " ".join(brief.read_text("utf-8").split("---", 2)[-1] for brief in briefs).split()
    cut = [" ".join(words[start : start + WORDS]) for start in range(0, len(words) - WORDS, WORDS)]
    return (cut * (PASSAGES // len(cut) + 1))[:PASSAGES]


def questions(texts: Sequence[str]) -> list[str]:
    """About a dozen words out of each passage: as long as a question, and with something to be found."""
    return [" ".join(re.findall(r"\w+", text)[20:32]) for text in texts][:QUESTIONS]


def median_seconds(work: Callable[[], object], runs: int = RUNS) -> float:
    """The median time of repeated runs, after one that does not count."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def speed(table: Table, name: str, encode: Callable[[list[str]], Any], ask: Callable[[str], Any]) -> None:
    """Add a row: passages a second in each language, and the milliseconds of one question."""
    rates = [PASSAGES / median_seconds(partial(encode, passages(language))) for language in LANGUAGES]
    latencies = [median_seconds(partial(ask, question)) for question in questions(passages("en"))[:30]]
    table.add_row(name, *(f"{rate:.0f}" for rate in rates), f"{statistics.median(latencies) * 1000:.1f} ms")


def agreement(table: Table, language: str, encoder: Encoder, original: Any) -> None:
    """Add a row: cosines with the original vectors, and how alike the rankings of the two are."""
    texts = list(dict.fromkeys(passages(language)))
    asked = questions(texts)
    kept, exact = encoder.encode_passages(texts), original(texts)
    cosines = np.sum(kept * exact, axis=1)
    ours, theirs = encoder.encode_questions(asked) @ kept.T, original(asked) @ exact.T
    own = np.arange(len(asked))

    def found_first(scores: NDArray[np.float32]) -> float:
        return float(np.mean(scores.argmax(axis=1) == own))

    best, others = (np.argsort(-scores, axis=1)[:, :10] for scores in (ours, theirs))
    shared = [len({*mine} & {*other}) / 10 for mine, other in zip(best, others, strict=True)]
    table.add_row(
        language,
        str(len(texts)),
        f"{cosines.mean():.4f}",
        f"{cosines.min():.4f}",
        f"{np.mean(ours.argmax(axis=1) == theirs.argmax(axis=1)):.3f}",
        f"{np.mean(shared):.3f}",
        f"{found_first(ours):.3f} / {found_first(theirs):.3f}",
    )


def main() -> None:
    """Print what was measured."""
    console = Console(width=110)
    console.print(machine())
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        first = open_encoder(DEFAULT_ENCODER, exports=Path(folder) / "one")
        made = time.perf_counter() - start
        again = open_encoder(DEFAULT_ENCODER, exports=Path(folder) / "two")
        opened = median_seconds(lambda: open_encoder(DEFAULT_ENCODER, exports=Path(folder) / "one"))
        size = sum(path.stat().st_size for path in (Path(folder) / "one").rglob("*")) / 1e6
        console.print(
            f"export made in {made:.1f} s, {size:.0f} MB, opened in {opened * 1000:.0f} ms; "
            f"made again it is {'the same' if first.digest == again.digest else 'ANOTHER'} byte for byte"
        )
        measure(console, first)


def measure(console: Console, encoder: Encoder) -> None:
    """Print the two tables."""
    from sentence_transformers import SentenceTransformer

    with quietly():
        model = SentenceTransformer(str(packaged_model()), device="cpu", local_files_only=True)

    def original(texts: list[str], batch_size: int = 1) -> NDArray[np.float32]:
        return np.asarray(
            model.encode(texts, batch_size=batch_size, normalize_embeddings=True, show_progress_bar=False)
        )

    table = Table("encoder", title=f"{PASSAGES} passages of {WORDS} words, medians of {RUNS} runs")
    for column in (*(f"passages/s {language}" for language in LANGUAGES), "one question"):
        table.add_column(column, justify="right")
    assert isinstance(encoder, OnnxEncoder)
    speed(table, "ONNX int8, one text a thread", encoder.encode_passages, lambda text: encoder.encode_questions([text]))
    speed(table, "sentence-transformers float32", lambda texts: original(texts, 32), lambda text: original([text]))
    console.print(table)
    table = Table("texts", "passages", "mean cosine", "least", "same first", "same of ten", "own passage first",
                  title="int8 against float32; last: int8 / float32")  # fmt: skip
    for language in LANGUAGES:
        agreement(table, language, encoder, original)
    console.print(table)


if __name__ == "__main__":
    main()
