"""How many passages the reader should read: right passage first, near questions told apart, and the time it takes.

The development questions of the bundled base, every `EVERY`th pair, with the first so many passages read, and as the
product reads. The area under the curve is of the reader's log-odds of the first passage, for questions that it answers
beside near ones.

usage: python tests/benchmarks/reading.py
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.metrics import roc_auc_score

from retrieval.answer.reading import WEIGHT, log_odds, read_evidence, with_reading
from retrieval.engine import open_engine
from retrieval.evaluation.labels import LabelledQuestion, read_labels
from retrieval.model import Evidence
from retrieval.models.onnx_reader import OnnxReader
from retrieval.models.reader import Reader
from retrieval.search.question import Question
from retrieval.search.rank import rank
from retrieval.settings import Settings
from retrieval.train.calibrate.questions import LARGEST, ask_labelled

QUESTIONS = Path(__file__).parent.parent / "development" / "questions.jsonl"
EVERY, COUNTS, LIMIT = 10, (0, 1, 2, 3, 4, 6, 8), 16


@dataclass(frozen=True, slots=True)
class Row:
    """A question: whether it has an answer, whether the first passage holds it, its log-odds, and the seconds."""

    answerable: bool
    right: bool
    log_odds: float
    seconds: float


def read_first(reader: Reader, question: Question, evidence: Sequence[Evidence], count: int) -> list[Evidence]:
    """Return evidence with the first `count` passages read and ranked."""
    read = [with_reading(reader, question, item) for item in evidence[:count]]
    ranked = [replace(item, score=item.score + WEIGHT * log_odds(item)) for item in read]
    return [*sorted(ranked, key=lambda item: -item.score), *evidence[count:]]


def main() -> None:
    """Print a row for each number of passages."""
    labels = [label for label in read_labels(QUESTIONS, max_bytes=LARGEST) if isinstance(label, LabelledQuestion)]
    chosen = [label for place, label in enumerate(labels) if place // 2 % EVERY == 0 and label.kind != "far"]
    table = Table("passages read", "right passage first", "near told apart (AUC)", "milliseconds (median)")
    with TemporaryDirectory() as folder, open_engine(Settings(home=Path(folder))) as engine:
        base, rows = engine.base, dict[str, list[Row]]()
        # One for each, as a reader remembers what it has read.
        readers = {name: OnnxReader() for name in (*map(str, COUNTS), "as the product")}
        for label, asked in zip(chosen, ask_labelled(base, chosen), strict=True):
            ranked = rank(base, asked.question, limit=LIMIT)
            for name, reader in readers.items():
                started = time.perf_counter()
                if name.isdigit():
                    evidence = read_first(reader, asked.question, ranked, int(name))
                else:
                    evidence = read_evidence(reader, asked.question, ranked)
                seconds = time.perf_counter() - started
                right = evidence[0].passage.id in asked.gold
                rows.setdefault(name, []).append(Row(bool(label.gold), right, log_odds(evidence[0]), seconds))
    for name, own in rows.items():
        answerable = np.array([row.answerable for row in own])
        judged = np.array([row.right or not row.answerable for row in own])
        area = roc_auc_score(answerable[judged], np.array([row.log_odds for row in own])[judged])
        right = np.mean([row.right for row in own if row.answerable])
        table.add_row(name, f"{right:.3f}", f"{area:.3f}", f"{1000 * np.median([row.seconds for row in own]):.0f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
