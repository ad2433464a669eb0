"""How the fusion weights were chosen: those under which the right passage is the likeliest of the candidates.

Conditional logistic regression (McFadden 1974) over the candidates of every question, in five bases: the development
half of XQuAD in English, in Spanish, and with every other article in one of them, twice; and the bundled base with the
repository's own questions, which count four times, being few and more like what is really asked. Beside the fit,
hit@1 of each ranker alone and of the sum, each half of the questions measured with weights fitted on the other half.

usage: python tests/benchmarks/fusion.py DEVELOPMENT.en.json DEVELOPMENT.es.json
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from development import base, labelled, questions
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.optimize import minimize

from knowledge.model import Language
from retrieval.engine import open_engine
from retrieval.model import Scores
from retrieval.search.rank import rank
from retrieval.settings import Settings

NAMES = ("late", "weakest", "sentence", "same", "across", "offset")
ALONE = {"late interaction": ("late",), "nearest vector": ("sentence",),
         "words": ("same", "across"), "all without late interaction": NAMES[2:], "all": NAMES}  # fmt: skip
CANDIDATES = 30
OWN = Path(__file__).parent.parent / "development" / "questions.jsonl"


@dataclass(frozen=True)
class Choice:
    """One question: its candidates' features (candidates, names), and which of them are right."""

    pair: str
    features: NDArray[np.float64]
    right: NDArray[np.bool_]


def features(scores: Scores) -> list[float]:
    """What the weights multiply."""
    same, across = (0.0, scores.words) if scores.across else (scores.words, 0.0)
    return [scores.late, scores.weakest, scores.sentence, same, across, float(scores.across)]


def choices(files: dict[Language, Path]) -> list[Choice]:
    """Every question of both languages asked of the four bases."""
    found = []
    tellings = {"en": lambda _: "en", "es": lambda _: "es", "both": lambda n: "en" if n % 2 else "es",
                "both, swapped": lambda n: "es" if n % 2 else "en"}  # fmt: skip
    for name, told in tellings.items():
        with base(files, told) as engine:
            for asking, file in files.items():
                for one in questions(engine, file, asking):
                    ranked = rank(engine.store, engine.generation, one.question, limit=CANDIDATES)
                    rows = np.array([features(item.scores) for item in ranked])
                    right = np.array([item.passage in one.gold for item in ranked])
                    found.append(Choice(f"{asking} → {name}", rows, right))
    return found + own_choices()


def own_choices() -> list[Choice]:
    """The repository's own answerable questions, asked of the bundled base."""
    found = []
    with TemporaryDirectory() as folder, open_engine(Settings(home=Path(folder))) as engine:
        for one, kind in labelled(engine, OWN):
            if kind == "answerable":
                ranked = rank(engine.store, engine.generation, one.question, limit=CANDIDATES)
                rows = np.array([features(item.scores) for item in ranked])
                right = np.array([item.passage in one.gold for item in ranked])
                found.append(Choice(f"own, {one.question.language}", rows, right))
    return found


def fit(found: Sequence[Choice], names: Sequence[str]) -> NDArray[np.float64]:
    """The weights of these features that make the right candidates likeliest, with a slight pull towards 0."""
    columns = [NAMES.index(name) for name in names]
    data = [(one.features[:, columns], one.right) for one in found if one.right.any()]
    data += [
        (one.features[:, columns], one.right) for one in found if one.pair.startswith("own") and one.right.any()
    ] * 3

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = 0.0, np.zeros_like(weights)
        for rows, right in data:
            logits = rows @ weights
            chance = np.exp(logits - logits.max())
            chance /= chance.sum()
            likely = chance[right].sum() + 1e-12
            total -= np.log(likely)
            slope += rows.T @ (chance - np.where(right, chance, 0) / likely)
        pull = 1e-4
        return total / len(data) + pull * float(weights @ weights), slope / len(data) + 2 * pull * weights

    return np.asarray(minimize(loss, np.full(len(columns), 5.0), jac=True, method="L-BFGS-B").x)


def hits(found: Sequence[Choice], names: Sequence[str], weights: NDArray[np.float64]) -> dict[str, list[bool]]:
    """Whether the first candidate is right, by language pair."""
    columns = [NAMES.index(name) for name in names]
    by_pair: dict[str, list[bool]] = {}
    for one in found:
        best = int(np.argmax(one.features[:, columns] @ weights)) if len(one.right) else -1
        by_pair.setdefault(one.pair, []).append(best >= 0 and bool(one.right[best]))
    return by_pair


def main(english: Path, spanish: Path) -> None:
    """Print hit@1 by ranker and language pair, and the weights fitted on everything, the first being 1."""
    found = choices({"en": english, "es": spanish})
    halves = np.random.default_rng(1).integers(0, 2, len(found))
    table = Table("ranker", *dict.fromkeys(one.pair for one in found), title="hit@1, weights from the other half")
    for name, names in ALONE.items():
        together: dict[str, list[bool]] = {}
        for half in (0, 1):
            learnt = fit([one for one, which in zip(found, halves, strict=True) if which != half], names)
            held_out = [one for one, which in zip(found, halves, strict=True) if which == half]
            for pair, right in hits(held_out, names, learnt).items():
                together.setdefault(pair, []).extend(right)
        table.add_row(name, *(f"{np.mean(right):.3f}" for right in together.values()))
    weights = fit(found, NAMES)
    console = Console(width=130)
    console.print(table)
    console.print({name: round(float(weight / weights[0]), 3) for name, weight in zip(NAMES, weights, strict=True)})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
