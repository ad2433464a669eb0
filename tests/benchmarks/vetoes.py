"""How often the reader is wrong about dates and amounts in other notations, and how often the veto on dates is right.

The development claims on notations, each beside its own passage, with the reader and the bound that ship.

usage: python tests/benchmarks/vetoes.py
"""

import json
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from retrieval.check.undated import leaves_date_open
from retrieval.check.verdict import CALIBRATION, strength
from retrieval.model import Stances
from retrieval.models.onnx_reader import OnnxReader

CLAIMS = Path(__file__).parent.parent / "development" / "notations.jsonl"
VERDICTS = ("supported", "contradicted", "not enough evidence")


def verdict(stances: Stances) -> str:
    """Return the verdict that a passage makes by itself."""
    sides = {VERDICTS[0]: strength(stances.supports), VERDICTS[1]: strength(stances.contradicts)}
    side = max(sides, key=sides.__getitem__)
    return side if sides[side] >= CALIBRATION.least else VERDICTS[2]


def main() -> None:
    """Print a row for each verdict by which claims are written, and what the veto undoes."""
    claims = [json.loads(line) for line in CLAIMS.read_text("utf-8").splitlines()]
    reader = OnnxReader()
    readings = reader.read([(claim["claim"], claim["passage"]) for claim in claims])
    counts, undone = Counter[tuple[str, str, str]](), Counter[str]()
    for claim, reading in zip(claims, readings, strict=True):
        given = verdict(reading.stances)
        kind = claim["id"].split("-")[0]
        counts[kind, claim["verdict"], given] += 1
        if given == "contradicted":
            text = claim["passage"]
            undone[claim["verdict"]] += leaves_date_open(reader, claim["claim"], claim["language"], text, text)
    table = Table("claims on", "that are", *(f"read as {name}" for name in VERDICTS))
    for kind in ("date", "quantity"):
        for right in VERDICTS:
            table.add_row(kind, right, *(str(counts[kind, right, given]) for given in VERDICTS))
    Console().print(table)
    Console().print(f"contradictions left open for their date: {dict(undone)}")


if __name__ == "__main__":
    main()
