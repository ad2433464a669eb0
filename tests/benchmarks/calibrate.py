"""Fit the confidence on development questions and write its coefficients.

Two sources of questions. XQuAD's development half, in every pair of languages, each question asked three times: of the
whole base (right where the first passage holds the answer), of the base without that passage (near, no answer) and
without its whole article (far, no answer). And the repository's own development questions on the bundled base, whose
unanswerable ones people might really ask. The threshold is where at most one good question in twenty is refused.

usage: python tests/benchmarks/calibrate.py DEVELOPMENT.en.json DEVELOPMENT.es.json OUTPUT.json
"""

import json
import sys
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from development import Asked, base, labelled, questions
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.preprocessing import StandardScaler

from knowledge.model import Language
from retrieval.answer.confidence import Features, features
from retrieval.engine import LOOKED_AT, Engine, open_engine
from retrieval.search.rank import rank
from retrieval.settings import Settings

NAMES = [field.name for field in fields(Features)]
OWN = Path(__file__).parent.parent / "development" / "questions.jsonl"
# Good questions refused: the share at which the threshold is set.
REFUSED = 0.05
# One XQuAD question in so many is asked: two hundred in each pair of languages.
SAMPLED = 3


@dataclass(frozen=True)
class Row:
    """A question asked once: where and how, whether the first passage answers, and its features."""

    origin: str
    way: str
    right: bool
    features: list[float]


def row(engine: Engine, asked: Asked, origin: str, way: str, passages: frozenset[int] | None) -> Row:
    """Ask once."""
    ranked = rank(engine.store, engine.generation, asked.question, limit=LOOKED_AT, passages=passages)
    found = features(engine.store, engine.generation, asked.question, ranked, most=1)[0]
    right = way == "answerable" and ranked[0].passage in asked.gold
    return Row(origin, way, right, list(asdict(found).values()))


def rows(files: dict[Language, Path]) -> list[Row]:
    """All questions in all ways."""
    found = []
    for told in files:
        with base(files, lambda _, told=told: told) as engine:
            everything = frozenset(engine.generation.postings.ids.tolist())
            for asking, file in files.items():
                for asked in questions(engine, file, asking)[::SAMPLED]:
                    ways = {"answerable": None, "near": everything - asked.gold, "far": everything - asked.article}
                    found += [row(engine, asked, f"{asking} → {told}", way, left) for way, left in ways.items()]
    with TemporaryDirectory() as folder, open_engine(Settings(home=Path(folder))) as engine:
        for asked, way in labelled(engine, OWN):
            found.append(row(engine, asked, f"own, {asked.question.language}", way, None))
    return found


def main(english: Path, spanish: Path, output: Path) -> None:
    """Fit, print the held-out figures and write the coefficients."""
    found = rows({"en": english, "es": spanish})
    measured, right = np.array([one.features for one in found]), np.array([one.right for one in found])
    ways, origins = np.array([one.way for one in found]), np.array([one.origin for one in found])
    own = np.char.startswith(origins, "own")
    # The own questions are of the kind that is asked; XQuAD's unanswerable ones come twice.
    weight = np.where(own, 4.0, np.where(ways == "answerable", 1.0, 0.5))
    scaler = StandardScaler().fit(measured)
    model = LogisticRegression(max_iter=2000, C=1.0)
    groups = np.arange(len(found)) // 6
    held_out = cross_val_predict(
        model, scaler.transform(measured), right, cv=GroupKFold(5), groups=groups, method="predict_proba",
        params={"sample_weight": weight},
    )[:, 1]  # fmt: skip
    threshold = float(np.quantile(held_out[own & right], REFUSED))
    model.fit(scaler.transform(measured), right, sample_weight=weight)
    coefficients = model.coef_[0] / scaler.scale_
    calibration = {
        "intercept": round(float(model.intercept_[0] - coefficients @ scaler.mean_), 4),
        "weights": {name: round(float(value), 4) for name, value in zip(NAMES, coefficients, strict=True)},
        "nothing_near": round(bound(held_out[own], ways[own], threshold), 4),
    }
    show(held_out, right, ways, origins, threshold)
    Console().print(calibration)
    origin = "tests/benchmarks/calibrate.py on XQuAD's development half and tests/development/questions.jsonl"
    output.write_text(json.dumps({"origin": origin, "calibration": calibration}, indent=2) + "\n", "utf-8")


def show(
    held_out: NDArray[np.float64],
    right: NDArray[np.bool_],
    ways: NDArray[np.str_],
    origins: NDArray[np.str_],
    threshold: float,
) -> None:
    """What the fit does to questions it has not seen, by where they come from."""
    table = Table("questions", "right", "AUC near", "AUC far", "good refused", "near refused", "far refused",
                  title=f"held out, threshold {threshold:.3f}")  # fmt: skip
    for origin in dict.fromkeys(origins):
        of = origins == origin
        good = held_out[of & right]
        near, far = held_out[of & (ways == "near")], held_out[of & (ways == "far")]
        table.add_row(
            origin,
            f"{right[of & (ways == 'answerable')].mean():.3f}",
            *(f"{_auc(good, negative):.3f}" for negative in (near, far)),
            f"{np.mean(good < threshold):.3f}",
            *(f"{np.mean(negative < threshold):.3f}" for negative in (near, far)),
        )
    Console(width=100).print(table)


def bound(probabilities: NDArray[np.float64], ways: NDArray[np.str_], threshold: float) -> float:
    """The probability below the threshold that best tells far from near (Youden 1950)."""
    near, far = probabilities[ways == "near"], probabilities[ways == "far"]
    candidates = [value for value in np.unique(probabilities.round(4)) if value <= threshold] or [threshold]
    return float(max(candidates, key=lambda value: np.mean(far < value) - np.mean(near < value)))


def _auc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    labels = np.concatenate([np.ones(len(positive)), np.zeros(len(negative))])
    return float(roc_auc_score(labels, np.concatenate([positive, negative])))


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
