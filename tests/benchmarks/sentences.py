"""How often the sentence shown holds the answer, given the right passage, for several weights of words and kinds.

The answer's text is known only in the passages' language, so that is the language asked in as well as told in.

usage: python tests/benchmarks/sentences.py DEVELOPMENT.en.json DEVELOPMENT.es.json
"""

import sys
from dataclasses import replace
from pathlib import Path

from development import Asked, base, questions
from rich.console import Console
from rich.table import Table

from knowledge.model import Language
from retrieval.engine import Engine
from retrieval.search import WEIGHTS, Weights, rank

GRID = [
    replace(WEIGHTS, overlap=overlap, kind=kind) for overlap in (0.0, 0.2, 0.4, 0.8) for kind in (0.0, 0.1, 0.2, 0.3)
]


def measure(engine: Engine, asked: list[Asked], weights: Weights) -> float:
    """The share of questions whose answer stands in the best sentence of the passage that holds it."""
    held = 0
    for one in asked:
        found = rank(engine.store, engine.index, one.question, limit=2, weights=weights, passages=one.gold)
        passages = engine.store.passages(item.passage for item in found)
        held += any(
            one.answer in engine.store.snapshot(passages[item.passage].span.snapshot).text[item.start : item.end]
            for item in found[:1]
        )
    return held / len(asked)


def main(english: Path, spanish: Path) -> None:
    """Print a row for each pair of weights."""
    table = Table("words", "kind", "en", "es", title="share of answers in the sentence shown")
    columns = []
    files: dict[Language, Path] = {"en": english, "es": spanish}
    for language, file in files.items():
        with base(file, language) as engine:
            asked = questions(engine, file, language)
            columns.append([measure(engine, asked, weights) for weights in GRID])
    for weights, row in zip(GRID, zip(*columns, strict=True), strict=True):
        table.add_row(f"{weights.overlap:.1f}", f"{weights.kind:.1f}", *(f"{value:.3f}" for value in row))
    Console(width=80).print(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
