"""The figures of readers whose figures are known: perfect ones, constant ones, and those that say the reverse."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from tokenizers import Tokenizer
from torch import Tensor

from retrieval.train.reader import Cutter, ReadPair
from retrieval.train.reader_development import ReaderFigures, measure_reader
from retrieval.train.reader_model import ReaderModel, build_reader
from retrieval.train.reader_rows import STANCES, ClaimRow, QuestionRow
from retrieval.train.transformer import Base

PASSAGE = "the council bought the mill in the church"
CLAIMS = [
    ClaimRow("claim", "the mill was bought", PASSAGE, "S"),
    ClaimRow("claim", "the mill was sold", PASSAGE, "C"),
    ClaimRow("claim", "the boat was sold", PASSAGE, "N"),
    ClaimRow("claim", "the church was bought", PASSAGE, "C"),
    ClaimRow("claim", "the mill was painted", PASSAGE, "N"),
]
# Left out: which of the other stances it is, nobody says.
OPEN = ClaimRow("public claim", "the mill was repaired", PASSAGE, "not S")
# Left out as well, as the passage is another's.
ELSEWHERE = [
    ClaimRow("near claim", "the boat was painted", PASSAGE, "N"),
    ClaimRow("article claim", "the boat was repaired", PASSAGE, "N"),
    ClaimRow("dossier claim", "the boat was bought", PASSAGE, "N"),
]
QUESTIONS = [
    QuestionRow("question", "who bought the mill?", PASSAGE, answered=True, span=(0, 11)),
    QuestionRow("question", "what was bought by the council?", PASSAGE, answered=True, span=(19, 27)),
    QuestionRow("article question", "who bought?", PASSAGE, answered=True, span=None),
    QuestionRow("dossier question", "who sold the boat?", PASSAGE, answered=False, span=None),
    QuestionRow("question", "who painted the mill?", PASSAGE, answered=False, span=None),
]
# Left out as well: whether it answers, nobody says.
UNKNOWN = QuestionRow("question", "who repaired the mill?", PASSAGE, answered=None, span=None)

Rows = Sequence[ClaimRow | QuestionRow]
ROWS: Rows = [*CLAIMS, OPEN, *ELSEWHERE, *QUESTIONS, UNKNOWN]

Says = Callable[[ClaimRow | QuestionRow, ReadPair], tuple[int, float, tuple[int, int]]]
"""What a reader says of a row: the number of a stance, log-odds of an answer, and its ends among all pieces."""


class Spoken(torch.nn.Module):
    """A reader that says of each row what is wanted, and knows it by its pieces."""

    def __init__(self, tokenizer: Tokenizer, rows: Rows, says: Says) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))
        cutter = Cutter(tokenizer)
        pairs = [cutter.pair(row) for row in rows]
        self.known = {tuple(pair.pieces): says(row, pair) for row, pair in zip(rows, pairs, strict=True)}

    def bert(self, input_ids: Tensor, attention_mask: Tensor) -> SimpleNamespace:
        return SimpleNamespace(last_hidden_state=input_ids[..., None])

    def heads(self, hidden: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        stances, answered, ends = torch.zeros(len(hidden), 3), torch.zeros(len(hidden)), torch.zeros(*mask.shape, 2)
        for row, (pieces, own) in enumerate(zip(hidden[..., 0].long(), mask.bool(), strict=True)):
            stance, log_odds, (first, last) = self.known[tuple(pieces[own].tolist())]
            stances[row, stance], answered[row] = 5.0, log_odds
            ends[row, first, 0] = ends[row, last, 1] = 9.0
            # Far surer ends outside of the passage are none.
            ends[row, 0] = ends[row, int(own.sum()) - 1] = 50.0
        return stances, answered, ends


def measured(base: Base, rows: Rows, says: Says) -> ReaderFigures:
    model: ReaderModel = Spoken(base.tokenizer, rows, says)  # type: ignore[assignment]
    return measure_reader(model, base.tokenizer, rows)


def perfect(row: ClaimRow | QuestionRow, pair: ReadPair) -> tuple[int, float, tuple[int, int]]:
    if isinstance(row, ClaimRow):
        return STANCES.get(row.decision, 1), 0.0, (pair.begins, pair.begins)
    return 2, 3.0 if row.answered else -3.0, pair.ends or (pair.begins, pair.begins)


def test_a_perfect_reader_has_perfect_figures(base: Base) -> None:
    assert measured(base, ROWS, perfect) == ReaderFigures(
        claims=5, right=1.0, reversed_share=0.0, questions=5, auc=1.0, refused=1.0, overlap=1.0
    )


@pytest.mark.parametrize(("stance", "right", "turned"), [("S", 1 / 5, 2 / 5), ("C", 2 / 5, 1 / 5), ("N", 2 / 5, 0.0)])
def test_a_reader_that_always_says_the_same_knows_nothing(base: Base, stance: str, right: float, turned: float) -> None:
    figures = measured(base, ROWS, lambda _, pair: (STANCES[stance], 0.7, (pair.begins, pair.begins + 3)))
    assert [figures.right, figures.reversed_share] == pytest.approx([right, turned])
    assert (figures.auc, figures.refused) == (0.5, 0.0)
    # Of the first four pieces both are the first answer's, and one the second's, which has two.
    assert figures.overlap == pytest.approx((2 * 2 / 6 + 2 * 1 / 6) / 2)


def test_a_reader_that_says_the_reverse_has_the_worst_figures(base: Base) -> None:
    def reverse(row: ClaimRow | QuestionRow, pair: ReadPair) -> tuple[int, float, tuple[int, int]]:
        stance, log_odds, _ = perfect(row, pair)
        return {0: 1, 1: 0, 2: 2}[stance], -log_odds, (pair.begins + 5, pair.begins + 7)

    figures = measured(base, ROWS, reverse)
    assert (figures.right, figures.reversed_share) == (2 / 5, 3 / 5)
    assert (figures.auc, figures.refused, figures.overlap) == (0.0, 0.0, 0.0)


def test_others_are_refused_below_what_five_in_a_hundred_good_ones_are_below(base: Base) -> None:
    good = [QuestionRow("question", f"who {'the ' * n}", PASSAGE, answered=True, span=None) for n in range(101)]
    others = [QuestionRow("question", f"what {'the ' * n}", PASSAGE, answered=False, span=None) for n in range(10)]
    scores = {row.text: float(number) for number, row in enumerate(good)}
    # One is refused just below the fifth of the good ones.
    scores |= {row.text: 4.9 + number for number, row in enumerate(others)}
    figures = measured(base, [*CLAIMS, *good, *others], lambda row, pair: (0, scores.get(row.text, 0.0), (0, 0)))
    assert figures.refused == pytest.approx(1 / 10)


def test_figures_do_not_depend_on_the_order_or_the_length_of_the_rows(base: Base) -> None:
    longer = [replace(CLAIMS[number % 3], passage=f"{PASSAGE} {'the ' * number}") for number in range(40)]

    def says(row: ClaimRow | QuestionRow, pair: ReadPair) -> tuple[int, float, tuple[int, int]]:
        return (len(pair.pieces) % 2, 0.0, (0, 0)) if isinstance(row, ClaimRow) else perfect(row, pair)

    rows = [*longer, *ROWS]
    assert measured(base, rows, says) == measured(base, rows[::-1], says)


def test_without_known_ends_there_is_no_overlap(base: Base) -> None:
    figures = measured(base, [*CLAIMS, *QUESTIONS[2:]], perfect)
    assert math.isnan(figures.overlap)
    assert (figures.right, figures.auc) == (1.0, 1.0)


def test_a_real_reader_is_measured(base: Base) -> None:
    figures = measure_reader(build_reader(base), base.tokenizer, ROWS)
    assert (figures.claims, figures.questions) == (5, 5)
    assert all(0 <= part <= 1 for part in (figures.right, figures.reversed_share, figures.auc, figures.overlap))
