"""Where comparing with every vector stops being fast enough: flat against HNSW, by number of vectors.

usage: python tests/benchmarks/indexing.py [MOST]

MOST is the largest number of vectors (200,000 unless given). HNSW takes minutes to build there.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from encoding import machine
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from retrieval.index.vectors import Kind, VectorIndex, build_index

SIZES = (10_000, 25_000, 50_000, 100_000, 200_000)
DIMENSION, K, QUERIES = 384, 50, 60


def vectors(n: int) -> NDArray[np.float32]:
    """Unit vectors around a few hundred centres, as texts gather around subjects."""
    random = np.random.default_rng(7)
    centres = random.standard_normal((500, DIMENSION)).astype(np.float32)
    made = centres[random.integers(0, len(centres), n)] + random.standard_normal((n, DIMENSION)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


def median_ms(index: VectorIndex, queries: NDArray[np.float32], only: NDArray[np.int64] | None = None) -> float:
    """The median time of one search."""
    times = []
    for query in queries:
        start = time.perf_counter()
        index.search(query, K, only=only)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def main(most: int) -> None:
    """Print a row for each size and kind."""
    console = Console(width=110)
    console.print(machine())
    table = Table("vectors", "kind", "built", "file", "search", "among 100 ids", "among half", "found of nearest 50",
                  title=f"{DIMENSION} dimensions, k = {K}, medians of {QUERIES} searches")  # fmt: skip
    kinds: tuple[Kind, ...] = ("flat", "hnsw")
    for n in (size for size in SIZES if size <= most):
        made, ids = vectors(n + QUERIES), np.arange(n, dtype=np.int64)
        queries = made[n:]
        nearest: list[set[int]] = []
        for kind in kinds:
            start = time.perf_counter()
            index = build_index(ids, made[:n], kind=kind)
            built = time.perf_counter() - start
            found = [{hit.id for hit in index.search(query, K)} for query in queries]
            nearest = nearest or found
            with tempfile.TemporaryDirectory() as folder:
                index.save(Path(folder) / "index")
                size = (Path(folder) / "index").stat().st_size / 1e6
            table.add_row(
                f"{n:,}", kind, f"{built:.1f} s", f"{size:.0f} MB", f"{median_ms(index, queries):.1f} ms",
                f"{median_ms(index, queries, ids[:100]):.1f} ms", f"{median_ms(index, queries, ids[::2]):.1f} ms",
                f"{np.mean([len(one & other) / K for one, other in zip(found, nearest, strict=True)]):.3f}",
            )  # fmt: skip
    console.print(table)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else SIZES[-1])
