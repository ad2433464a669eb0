"""How well claims find the review of them, by the likeness asked for.

Each wording of a reviewed claim is asked about with that wording taken out: right where its own review is found. Other
claims, and the wordings with another number or a "not", should find none.

usage: python tests/benchmarks/reviewed.py CLAIMS.jsonl …
"""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from knowledge.language import detect
from knowledge.model import Language, ReviewedClaim
from knowledge.reviews import reviewed_claims
from retrieval.check import reviewed
from retrieval.model import READER_NAME
from retrieval.models.packaged import open_packaged
from retrieval.models.reader import open_reader
from retrieval.search.question import prepare

BOUNDS = np.arange(0.5, 0.96, 0.04)
ENCODER, READER = open_packaged(), open_reader(READER_NAME)


def found(text: str, language: Language, reviews: list[ReviewedClaim]) -> tuple[str | None, float]:
    """The review found at any likeness, and the likeness."""
    match = reviewed.match(prepare(text, language, ENCODER.encode_questions([text])), ENCODER, READER, reviews)
    return (match.review.id, match.likeness) if match else (None, 0.0)


def spoilt(text: str, language: str) -> list[str]:
    """The claim with another number, and denied."""
    numbers = re.findall(r"\d[\d.,]*", text)
    changed = [text.replace(one, str(int(re.sub(r"\D", "", one)) * 3 + 1)) for one in numbers[:1]]
    return [*changed, f"It is not true that {text}" if language == "en" else f"No es verdad que {text}"]


def main() -> None:
    """Print the table."""
    reviewed.LEAST_LIKENESS = 0.0
    reviews = list(reviewed_claims())
    own, wrong, strange = [], [], []
    for review in reviews:
        for language, wordings in review.wordings.items():
            for wording in wordings:
                left = {key: tuple(one for one in held if one != wording) for key, held in review.wordings.items()}
                others = [replace(review, wordings=left) if one is review else one for one in reviews]
                name, likeness = found(wording, language, others)
                own.append(likeness if name == review.id else 0.0)
                wrong += [found(text, language, reviews)[1] for text in spoilt(wording, language)]
    for path in sys.argv[1:]:
        for line in Path(path).read_text("utf-8").splitlines():
            claim = json.loads(line)["claim"]
            name, likeness = found(claim, detect(claim), reviews)
            strange.append(likeness)
            if likeness > 0.6:
                print(round(likeness, 2), name, claim)
    table = Table(
        "likeness", f"own wording found, of {len(own)}", f"spoilt, of {len(wrong)}", f"others, of {len(strange)}"
    )
    for bound in BOUNDS:
        table.add_row(f"{bound:.2f}", *(str(int((np.array(some) >= bound).sum())) for some in (own, wrong, strange)))
    Console().print(table)


if __name__ == "__main__":
    main()
