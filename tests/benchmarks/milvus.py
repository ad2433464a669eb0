"""What a collection of Milvus finds, against the exact index, and how long it takes; vectors drawn at random.

usage: PYTHONPATH=. python tests/benchmarks/milvus.py SETTING [VECTORS…], as milvus+http://127.0.0.1:19530/benchmark

The collection is made for this, and dropped at the end.
"""

import statistics
import sys
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from retrieval.index.milvus import Collection, Mark
from retrieval.index.vectors import ExactIndex, SegmentedIndex
from retrieval.settings import milvus_address

DIMENSION, QUERIES, NEAREST = 384, 40, 100
SIZES = (10_000, 50_000)


@dataclass(frozen=True)
class Family:
    """Passages of a collection, whose places are their ids, as a segmented index searches them."""

    collection: Collection
    vectors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.vectors)

    def candidates(self, query: NDArray[np.float32], count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the nearest of them."""
        return self.collection.nearest("passages", (0, len(self)), query, count)

    def at(self, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the ids and vectors at places."""
        return places, self.vectors[places]

    def of(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the ids and vectors of ids."""
        return self.at(ids)


def measure(collection: Collection, size: int, table: Table) -> None:
    """Fill the collection with so many vectors, and add a line to the table."""
    random = np.random.default_rng(5)
    # Round some thousand centres, so that the nearest are near each other, as passages on one subject are.
    centres = random.standard_normal((size // 20, DIMENSION))
    vectors = centres[random.integers(0, len(centres), size)] + 0.3 * random.standard_normal((size, DIMENSION))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    collection.create(DIMENSION, Mark("benchmark", "none", ""))
    started = time.perf_counter()
    collection.upsert("passages", np.arange(size), vectors)
    collection.settle()
    filled = time.perf_counter() - started
    family, exact = Family(collection, vectors), ExactIndex(np.arange(size), vectors)
    index = SegmentedIndex(DIMENSION, [family], family)
    seconds, recalled, same = [], [], 0
    for query in vectors[random.integers(0, size, QUERIES)]:
        started = time.perf_counter()
        hits = index.search(query, NEAREST)
        seconds.append(time.perf_counter() - started)
        wanted = exact.search(query, NEAREST)
        recalled.append(len({hit.id for hit in hits} & {hit.id for hit in wanted}) / NEAREST)
        same += hits == wanted
    milliseconds = [f"{1000 * value:.0f}" for value in (statistics.median(seconds), max(seconds))]
    table.add_row(
        f"{size:,}", f"{filled:.1f} s", f"{statistics.mean(recalled):.4f}", f"{same} of {QUERIES}", *milliseconds
    )


def main() -> None:
    """Measure the sizes given, or the usual ones."""
    address = milvus_address(sys.argv[1])
    if address is None:
        sys.exit(__doc__)
    collection = Collection(address, None)
    table = Table(
        "vectors", "filled in", f"recall@{NEAREST}", "ids and scores exact", "search, median ms", "longest ms"
    )
    for size in map(int, sys.argv[2:] or SIZES):
        measure(collection, size, table)
    with collection._asked() as client:
        client.drop_collection(address.collection)
    collection.close()
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
