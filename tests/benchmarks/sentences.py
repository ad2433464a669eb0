"""How often the sentence shown holds the answer, given the right passage, for several weights of words and kinds.

The answer's text is known only in the passages' language, so that is the language asked in as well as told in.

usage: python tests/benchmarks/sentences.py DEVELOPMENT.en.json DEVELOPMENT.es.json
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from knowledge.model import Language
from retrieval.model import Evidence
from retrieval.search.best_unit import with_best_units
from retrieval.search.rank import rank
from retrieval.settings import Settings
from retrieval.train.calibrate.questions import Asked, ask_articles, open_articles, read_articles

GRID = [(overlap, kind) for overlap in (0.0, 0.2, 0.4, 0.8, 1.6) for kind in (0.0, 0.1, 0.2, 0.3)]


def measure(questions: Sequence[tuple[Asked, list[Evidence]]], overlap: float, kind: float) -> float:
    """The share of questions whose answer stands in the best sentence of the passage that holds it."""
    hits = 0
    for asked, evidence in questions:
        best = with_best_units(asked.question, evidence, overlap=overlap, kind=kind)
        spans = [(item.passage.snapshot.text, item.unit.span) for item in best]
        hits += any(asked.answer in text[span.start : span.end] for text, span in spans)
    return hits / len(questions)


def main(english: Path, spanish: Path) -> None:
    """Print a row for each pair of weights."""
    table = Table("words", "kind", "en", "es", title="share of answers in the sentence shown")
    columns = []
    files: dict[Language, Path] = {"en": english, "es": spanish}
    for language, file in files.items():
        articles = read_articles(file)
        with TemporaryDirectory() as folder:
            settings = Settings(home=Path(folder) / "home", bundled=False)
            with open_articles({language: articles}, lambda _, language=language: language, settings) as engine:
                base = engine.base
                questions = [
                    (asked, rank(base, asked.question, limit=len(asked.gold), passages=asked.gold))
                    for asked in ask_articles(base, articles, language)
                ]
                columns.append([measure(questions, *weights) for weights in GRID])
    for (overlap, kind), row in zip(GRID, zip(*columns, strict=True), strict=True):
        table.add_row(f"{overlap:.1f}", f"{kind:.1f}", *(f"{value:.3f}" for value in row))
    Console(width=80).print(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
