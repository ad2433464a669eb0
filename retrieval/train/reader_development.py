"""How well a reader reads by itself: claims and questions of the written development texts, which it was not taught.

Search and calibration come to it only in the product; `retrieval.train.calibrate` measures that.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer

from retrieval.models.readings import best_span
from retrieval.train.reader import Cutter, ReadPair, read_pairs
from retrieval.train.reader_model import ReaderModel
from retrieval.train.reader_rows import STANCES, ClaimRow, QuestionRow

_BATCH = 16
_DECIDED = frozenset({"S", "C"})
# Good questions that may be refused where it is counted how many others are.
REFUSED = 0.05


@dataclass(frozen=True, slots=True)
class ReaderFigures:
    """What a reader does with claims and questions.

    `right` and `reversed_share`: claims whose likeliest stance is theirs, and those taken for the reverse; `auc`: how
    well the probability tells passages that answer; `refused`: the others below what 5 in 100 of these are below;
    `overlap`: mean F1 of the pieces of answers.
    """

    claims: int
    right: float
    reversed_share: float
    questions: int
    auc: float
    refused: float
    overlap: float


def measure_reader(model: ReaderModel, tokenizer: Tokenizer, rows: Sequence[ClaimRow | QuestionRow]) -> ReaderFigures:
    """Return the figures for claims, and questions of which some are answered and others are not.

    Claims count beside the passage that they are about alone: beside others nearly any reader is right.
    `overlap` is NaN where no answer has known ends.
    """
    claims = [
        row
        for row in rows
        if isinstance(row, ClaimRow) and (row.decision in _DECIDED or (row.kind, row.decision) == ("claim", "N"))
    ]
    questions = [row for row in rows if isinstance(row, QuestionRow) and row.answered is not None]
    cutter = Cutter(tokenizer)
    given = np.array([int(stances.argmax()) for stances, _, _ in _readings(model, [*map(cutter.pair, claims)])])
    wanted = np.array([STANCES[row.decision] for row in claims])
    turned = (np.minimum(given, wanted) == STANCES["S"]) & (np.maximum(given, wanted) == STANCES["C"])
    pairs = [*map(cutter.pair, questions)]
    answered, overlaps = [], []
    for pair, (_, score, ends) in zip(pairs, _readings(model, pairs), strict=True):
        answered.append(score)
        if pair.ends is not None:
            first, last, _ = best_span(ends[pair.begins : -1])
            overlaps.append(_overlap((pair.begins + first, pair.begins + last), pair.ends))
    scores, good = np.array(answered), np.array([row.answered for row in questions])
    return ReaderFigures(
        len(claims),
        float((given == wanted).mean()),
        float(turned.mean()),
        len(questions),
        float(roc_auc_score(good, scores)),
        float((scores[~good] < np.quantile(scores[good], REFUSED)).mean()),
        float(np.mean(overlaps)) if overlaps else math.nan,
    )


def _readings(
    model: ReaderModel, pairs: Sequence[ReadPair]
) -> list[tuple[NDArray[np.float32], float, NDArray[np.float32]]]:
    """Return the log-odds of the stances (3,), of an answer, and of its ends (pieces, 2), of each pair in its order."""
    order = sorted(range(len(pairs)), key=lambda number: len(pairs[number].pieces))
    readings = {}
    for start in range(0, len(order), _BATCH):
        group = order[start : start + _BATCH]
        with torch.no_grad():
            stances, answered, ends, _ = read_pairs(model, [pairs[number] for number in group])
        for place, number in enumerate(group):
            own = ends[place, : len(pairs[number].pieces)]
            readings[number] = stances[place].cpu().numpy(), float(answered[place]), own.cpu().numpy()
    return [readings[number] for number in range(len(pairs))]


def _overlap(given: tuple[int, int], wanted: tuple[int, int]) -> float:
    """Return the F1 of two ranges of pieces, each by its first and last."""
    shared = max(0, min(given[1], wanted[1]) - max(given[0], wanted[0]) + 1)
    return 2 * shared / (given[1] - given[0] + 1 + wanted[1] - wanted[0] + 1)
