"""The curve from which the fusion weights were chosen: hit@1 and MRR@10 for each weight of BM25.

usage: python tests/benchmarks/fusion.py DEVELOPMENT.en.json DEVELOPMENT.es.json
"""

import sys
from dataclasses import replace
from pathlib import Path

from development import Asked, base, questions
from rich.console import Console
from rich.table import Table

from knowledge.model import Language
from retrieval.engine import Engine
from retrieval.search import WEIGHTS, rank

STEPS = [0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 0.9]


def measure(engine: Engine, asked: list[Asked], weight: float) -> tuple[float, float]:
    """Hit@1 and MRR@10."""
    places = []
    for one in asked:
        found = rank(
            engine.store, engine.index, one.question, limit=10, weights=replace(WEIGHTS, same=weight, across=weight)
        )
        places.append(next((n for n, item in enumerate(found, 1) if item.passage in one.gold), 0))
    return places.count(1) / len(places), sum(1 / place for place in places if place) / len(places)


def main(english: Path, spanish: Path) -> None:
    """Print a row for each weight and a column for each pair of languages."""
    files: dict[Language, Path] = {"en": english, "es": spanish}
    table = Table("BM25's weight", title="hit@1 / MRR@10 by language of question → passages")
    columns = []
    for told in files:
        with base(files[told], told) as engine:
            for asking in files:
                table.add_column(f"{asking} → {told}")
                asked = questions(engine, files[asking], asking)
                columns.append([measure(engine, asked, weight) for weight in STEPS])
    for weight, row in zip(STEPS, zip(*columns, strict=True), strict=True):
        table.add_row(f"{weight:.1f}", *(f"{hit:.3f} / {mrr:.3f}" for hit, mrr in row))
    Console(width=100).print(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
