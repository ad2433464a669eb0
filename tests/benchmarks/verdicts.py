"""Fit the weights of stances on labelled claims and write them; print what verdicts they give.

Each claim's evidence is found and read once. The weights are those of two linear scores, pooled over a claim's
evidence by a soft maximum, under a quadratic penalty chosen by cross-validation over claims; so are the two bounds of
the verdict, where the worse macro-F1 of both languages is best among those that reverse at most one claim in
twenty-five.

usage: python tests/benchmarks/verdicts.py OUTPUT.json HOME CLAIMS.jsonl [HOME CLAIMS.jsonl …]
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from torch.nn import functional

from knowledge.language import detect
from retrieval.check.claims import split
from retrieval.check.factcheck import weigh_evidence
from retrieval.check.stance import FEATURES, SHARPNESS
from retrieval.engine import open_engine
from retrieval.search.question import prepare
from retrieval.settings import Settings

CLASSES = ("supported", "contradicted", "not enough evidence")
PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
FOLDS, SEED = 8, 5
# Share of all claims that may be reversed, a quarter less than the four in a hundred that are borne with, as new claims
# fare worse; the others are printed beside it.
MOST_REVERSED, BOUNDS = 0.03, (0.01, 0.02, 0.03, 0.04, 0.08, 1.0)
SURE, NEAR = np.arange(0.5, 0.99, 0.02), np.arange(0.2, 0.96, 0.05)
MOST_CANDIDATES = 12


@dataclass(frozen=True)
class Row:
    """A claim: its language, the number of its class, and the features (n, f) of its evidence."""

    language: str
    label: int
    features: NDArray[np.float64]


def rows(home: Path, labels: Path) -> list[Row]:
    """The labelled claims of a file, read with the evidence of a home."""
    found = []
    with open_engine(Settings(home=home)) as engine:
        desk = engine.desk()
        for line in labels.read_text("utf-8").splitlines():
            held = json.loads(line)
            claims = split(held["claim"]).claims
            text = claims[0].text if claims else held["claim"]
            language = detect(text)
            language = held["language"] if language == "und" else language
            with engine.store.reading():
                question = prepare(text, language, engine.encoder.encode_questions([text]))
                weighed = weigh_evidence(desk, question)
            # What evidence only tells of decides nothing; a claim with none that asserts it teaches nothing.
            features = np.array([[one.features[name] for name in FEATURES] for one in weighed if one.asserted])
            if not len(features):
                continue
            found.append(Row(held["language"], CLASSES.index(held["verdict"]), features))
    return found


def padded(some: list[Row]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Features (c, n, f), their mask (c, n) and the classes (c,)."""
    features = torch.zeros(len(some), MOST_CANDIDATES, len(FEATURES), dtype=torch.float64)
    mask = torch.zeros(len(some), MOST_CANDIDATES, dtype=torch.bool)
    for place, row in enumerate(some):
        kept = row.features[:MOST_CANDIDATES]
        features[place, : len(kept)] = torch.from_numpy(kept)
        mask[place, : len(kept)] = True
    return features, mask, torch.tensor([row.label for row in some])


def odds(features: torch.Tensor, mask: torch.Tensor, weights: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """Log-odds (c, 3) of supported, contradicted and neither."""
    scores = (features @ weights.T + bias).masked_fill(~mask[:, :, None], -1e9)
    pooled = torch.logsumexp(SHARPNESS * scores, dim=1) / SHARPNESS
    return torch.cat([pooled, torch.zeros(len(features), 1, dtype=pooled.dtype)], dim=1)


def fit(some: list[Row], penalty: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights (2, f) and intercepts (2,) for features as they are."""
    features, mask, labels = padded(some)
    held = features[mask]
    mean, scale = held.mean(0), held.std(0).clamp(min=0.05)
    ready = (features - mean) / scale
    weights = torch.zeros(2, len(FEATURES), dtype=torch.float64, requires_grad=True)
    bias = torch.full((2,), -1.0, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights, bias], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        value = functional.cross_entropy(odds(ready, mask, weights, bias), labels) + penalty * (weights**2).sum()
        value.backward()
        return value

    optimiser.step(loss)
    plain = (weights / scale).detach()
    return plain, (bias - (weights / scale) @ mean).detach()


def predicted(some: list[Row], weights: torch.Tensor, bias: torch.Tensor) -> NDArray[np.float64]:
    """Probabilities (c, 3)."""
    features, mask, _ = padded(some)
    return np.asarray(odds(features, mask, weights, bias).softmax(1))


def verdicts(shares: NDArray[np.float64], sure: float, near: float) -> NDArray[np.int64]:
    """The verdict of each claim: one side where so much speaks of it at all, and so much of that for one side."""
    both = shares[:, :2].sum(1)
    decided = (both >= near) & (shares[:, :2].max(1) >= sure * both)
    return np.where(decided, shares[:, :2].argmax(1), 2)


def quality(some: list[Row], shares: NDArray[np.float64], sure: float, near: float) -> tuple[float, float, float]:
    """Macro-F1 in English and Spanish, and the share of reversals."""
    labels, given = np.array([row.label for row in some]), verdicts(shares, sure, near)
    scores = []
    for language in ("en", "es"):
        own = np.array([row.language == language for row in some])
        scores.append(float(f1_score(labels[own], given[own], average="macro", labels=[0, 1, 2], zero_division=0)))
    reversed_ = ((labels == 0) & (given == 1)) | ((labels == 1) & (given == 0))
    return scores[0], scores[1], float(reversed_.mean())


def crossed(some: list[Row], penalty: float) -> NDArray[np.float64]:
    """Probabilities of each claim from weights that have not seen it."""
    shares = np.zeros((len(some), 3))
    keys = [row.label for row in some]
    for taught, judged in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(keys, keys):
        weights = fit([some[place] for place in taught], penalty)
        shares[judged] = predicted([some[place] for place in judged], *weights)
    return shares


def main() -> None:
    """Fit, print and write."""
    console = Console()
    output, *given = sys.argv[1:]
    some = [row for home, labels in zip(given[::2], given[1::2], strict=True) for row in rows(Path(home), Path(labels))]
    table = Table("penalty", "log loss", "reversed at most", "sure", "near", "macro-F1 en", "macro-F1 es", "reversals")
    best: tuple[float, float, tuple[float, float]] | None = None
    for penalty in PENALTIES:
        shares = crossed(some, penalty)
        loss = -float(np.mean(np.log([shares[place, row.label] for place, row in enumerate(some)])))
        options = [(sure, near, *quality(some, shares, sure, near)) for sure in SURE for near in NEAR]
        for bound in BOUNDS:
            allowed = [one for one in options if one[4] <= bound]
            chosen = max(allowed, key=lambda one: min(one[2], one[3]))
            table.add_row(*(f"{value:.3f}" for value in (penalty, loss, bound, *chosen)))
            worse = min(chosen[2], chosen[3])
            if bound == MOST_REVERSED and (best is None or worse > best[0]):
                best = worse, penalty, (float(chosen[0]), float(chosen[1]))
    console.print(table)
    assert best is not None
    weights, bias = fit(some, best[1])
    found = {
        stance: {"intercept": float(bias[place])} | dict(zip(FEATURES, weights[place].tolist(), strict=True))
        for place, stance in enumerate(("supports", "contradicts"))
    }
    for name in FEATURES:
        console.print(f"{name:>18} {found['supports'][name]:8.2f} {found['contradicts'][name]:8.2f}")
    rounded = {stance: {name: round(value, 4) for name, value in own.items()} for stance, own in found.items()}
    sure, near = (round(value, 2) for value in best[2])
    told = {"claims": len(some), "penalty": best[1], "sure": sure, "near": near, "calibration": rounded}
    Path(output).write_text(json.dumps(told, indent=1) + "\n")
    console.print(f"penalty {best[1]}, sure {best[2][0]:.2f}, near {best[2][1]:.2f}")


if __name__ == "__main__":
    main()
