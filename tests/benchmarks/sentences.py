"""How often the sentence shown holds the answer, given the right passage, for several weights of words and kinds.

The answer's text is known only in the passages' language, so that is the language asked in as well as told in.

usage: python tests/benchmarks/sentences.py DEVELOPMENT.en.json DEVELOPMENT.es.json
"""

import sys
from pathlib import Path

from development import Asked, base, questions
from rich.console import Console
from rich.table import Table

from knowledge.model import Language
from retrieval.engine import Engine
from retrieval.search.best_unit import telling_units

GRID = [(overlap, kind) for overlap in (0.0, 0.2, 0.4, 0.8, 1.6) for kind in (0.0, 0.1, 0.2, 0.3)]


def measure(engine: Engine, asked: list[Asked], overlap: float, kind: float) -> float:
    """The share of questions whose answer stands in the best sentence of the passage that holds it."""
    held = 0
    for one in asked:
        passages = engine.store.passages(one.gold)
        found = telling_units(engine.store, engine.generation.index, one.question, passages, overlap=overlap, kind=kind)
        held += any(
            one.answer in engine.store.snapshot(unit.span.snapshot).text[unit.span.start : unit.span.end]
            for unit in found.values()
        )
    return held / len(asked)


def main(english: Path, spanish: Path) -> None:
    """Print a row for each pair of weights."""
    table = Table("words", "kind", "en", "es", title="share of answers in the sentence shown")
    columns = []
    files: dict[Language, Path] = {"en": english, "es": spanish}
    for language, file in files.items():
        with base({language: file}, lambda _, language=language: language) as engine:
            asked = questions(engine, file, language)
            columns.append([measure(engine, asked, *weights) for weights in GRID])
    for (overlap, kind), row in zip(GRID, zip(*columns, strict=True), strict=True):
        table.add_row(f"{overlap:.1f}", f"{kind:.1f}", *(f"{value:.3f}" for value in row))
    Console(width=80).print(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
