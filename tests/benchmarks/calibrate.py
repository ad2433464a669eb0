"""Fit the confidence on development questions and write its coefficients.

For each pair of languages every question is asked three times: of the whole base (right where the first passage holds
the answer), of the base without that passage (near, no answer) and without its whole article (far, no answer).

usage: python tests/benchmarks/calibrate.py DEVELOPMENT.en.json DEVELOPMENT.es.json OUTPUT.json
"""

import json
import sys
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
from development import base, questions
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from knowledge.model import Language
from retrieval.confidence import Features
from retrieval.engine import LOOKED_AT, Engine
from retrieval.search import features, rank

NAMES = [field.name for field in fields(Features)]


def rows(engine: Engine, file: Path, language: Language) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, whether the first passage answers, and how the question was asked (0 whole, 1 near, 2 far)."""
    everything = frozenset(unit.id for unit in engine.store.units() if unit.kind == "passage")
    measured, right, way = [], [], []
    index = engine.index
    for asked in questions(engine, file, language):
        for number, left in enumerate((None, everything - asked.gold, everything - asked.article)):
            found = rank(engine.store, index, asked.question, limit=LOOKED_AT, passages=left)
            measured.append(list(asdict(features(engine.store, asked.question, found)[0]).values()))
            right.append(number == 0 and found[0].passage in asked.gold)
            way.append(number)
    return np.array(measured), np.array(right), np.array(way)


def bound(probabilities: np.ndarray, way: np.ndarray) -> float:
    """The probability that best tells far from near (Youden 1950, "Index for rating diagnostic tests")."""
    near, far = probabilities[way == 1], probabilities[way == 2]
    candidates = np.unique(probabilities.round(4))
    return float(max(candidates, key=lambda value: np.mean(far < value) - np.mean(near < value)))


def main(english: Path, spanish: Path, output: Path) -> None:
    """Fit, print the held-out figures and write the coefficients."""
    files: dict[Language, Path] = {"en": english, "es": spanish}
    table = Table("asked → told", "right", "AUC near", "AUC far", "answers kept", "near refused", "far refused")
    calibrations = {}
    for told in files:
        with base(files[told], told) as engine:
            for asked in files:
                measured, right, way = rows(engine, files[asked], asked)
                model = LogisticRegression(max_iter=1000)
                # Unanswerable questions come twice, hence half the weight: answerable or not is even odds.
                weight = np.where(way == 0, 1.0, 0.5)
                held_out = cross_val_predict(
                    model, measured, right, cv=5, method="predict_proba", params={"sample_weight": weight}
                )[:, 1]
                model.fit(measured, right, sample_weight=weight)
                answered, negative = held_out[(way == 0) & right], {n: held_out[way == n] for n in (1, 2)}
                table.add_row(
                    f"{asked} → {told}",
                    f"{right[way == 0].mean():.3f}",
                    *(f"{_auc(answered, negative[n]):.3f}" for n in (1, 2)),
                    f"{np.mean(answered >= 0.5):.3f}",
                    *(f"{np.mean(negative[n] < 0.5):.3f}" for n in (1, 2)),
                )
                calibrations[f"{asked}-{told}"] = {
                    "intercept": round(float(model.intercept_[0]), 4),
                    "weights": {
                        name: round(float(value), 4) for name, value in zip(NAMES, model.coef_[0], strict=True)
                    },
                    "nothing_near": round(bound(held_out, way), 4),
                }
    origin = "tests/benchmarks/calibrate.py on the development half of XQuAD; pairs are question-passage languages"
    output.write_text(json.dumps({"origin": origin, "calibrations": calibrations}, indent=2) + "\n", "utf-8")
    Console(width=100).print(table)


def _auc(positive: np.ndarray, negative: np.ndarray) -> float:
    labels = np.concatenate([np.ones(len(positive)), np.zeros(len(negative))])
    return float(roc_auc_score(labels, np.concatenate([positive, negative])))


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
