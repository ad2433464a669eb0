"""Fit what tells a paraphrase of a quote, and print what the bound on its probability lets through.

usage: python tests/benchmarks/paraphrases.py HOME OUTPUT.json
"""

import json
import sys
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from knowledge.language import detect
from retrieval.check import quotation as quotecheck
from retrieval.check.paraphrase import Likeness, likeness
from retrieval.engine import open_engine
from retrieval.search.question import prepare
from retrieval.search.rank import rank
from retrieval.settings import Settings

LABELLED = Path(__file__).parent.parent / "development" / "quotations.jsonl"
NAMES = [field.name for field in fields(Likeness)]


def main() -> None:
    """Fit, print and write."""
    home, output = sys.argv[1:]
    rows, labels = [], []
    with open_engine(Settings(home=Path(home))) as engine:
        desk = engine.desk()
        for line in LABELLED.read_text("utf-8").splitlines():
            label = json.loads(line)
            if label["result"] not in ("paraphrase", "not found"):
                continue
            text = label["text"]
            asked = prepare(text, detect(text), engine.encoder.encode_questions([text]))
            ranked = rank(engine.store, desk.generation, asked, limit=quotecheck.PASSAGES, told=0)
            found = quotecheck.wordings(engine.store, desk.generation, asked, ranked, desk.sources, desk.quotes)
            alike = [
                list(asdict(likeness(asked, one.text, engine.encoder, desk.entailment)).values())
                for one, _ in quotecheck.spoken_by(found, label["speaker"])
            ]
            rows.append(max(alike, key=lambda row: row[0] + row[1], default=[0.0] * len(NAMES)))
            labels.append(label["result"] == "paraphrase")
    features, right = np.array(rows), np.array(labels)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3))
    folds = StratifiedKFold(8, shuffle=True, random_state=3)
    shares = cross_val_predict(model, features, right, cv=folds, method="predict_proba")[:, 1]
    table = Table("probability", f"paraphrases, of {right.sum()}", f"others, of {(~right).sum()}")
    for bound in np.arange(0.3, 0.91, 0.05):
        table.add_row(
            f"{bound:.2f}", str(int((shares[right] >= bound).sum())), str(int((shares[~right] >= bound).sum()))
        )
    Console().print(table)
    model.fit(features, right)
    scaler, fitted = model.named_steps.values()
    weights = fitted.coef_[0] / scaler.scale_
    intercept = float(fitted.intercept_[0] - weights @ scaler.mean_)
    found_weights = {"intercept": intercept} | dict(zip(NAMES, weights.tolist(), strict=True))
    rounded = {name: round(value, 4) for name, value in found_weights.items()}
    Path(output).write_text(json.dumps({"quotations": len(right), "weights": rounded}, indent=1) + "\n")
    print(rounded)


if __name__ == "__main__":
    main()
