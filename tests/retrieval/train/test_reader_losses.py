"""What a step of the reader's training costs: the losses of claims, of answers, of their ends and of groups."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from reader_data import BOAT, CLAIMS, MILL
from tokenizers import Tokenizer
from torch import Tensor

from retrieval.train import reader
from retrieval.train.reader import Cutter, ReadPair, Step, read_pairs, step_loss, steps
from retrieval.train.reader_model import READER, ReaderModel, build_reader
from retrieval.train.reader_rows import STANCES, ClaimRow, Group, QuestionRow
from retrieval.train.teaching import Recipe, device
from retrieval.train.transformer import Base, read_weights

TEACHER = "the teacher painted"
PASSAGES = (MILL, BOAT, TEACHER, "the boat", "la maestra")


def asked(*answered: bool | None, text: str = "who?", span: tuple[int, int] | None = None) -> tuple[QuestionRow, ...]:
    """A group of one question beside as many passages, the first with this span."""
    return tuple(
        QuestionRow("dossier question", text, passage, answers, span if number == 0 else None)
        for number, (passage, answers) in enumerate(zip(PASSAGES, answered, strict=False))
    )


GROUPS: list[Group] = [
    *((row,) for row in CLAIMS),
    asked(True, False, text="who bought the mill?", span=(0, 11)),
    asked(True, None, None, text="who repaired?", span=(19, 27)),
    asked(True, True, False, None, False, text="what was in the church?", span=(0, 41)),
    asked(False, False, text="who painted the bridge?"),
    asked(True, text="who bought?"),
]


def step_of(tokenizer: Tokenizer, *groups: Group) -> Step:
    """The step of exactly these groups."""
    cutter = Cutter(tokenizer)
    rows = [(number, row, cutter.pair(row)) for number, group in enumerate(groups) for row in group]
    rows.sort(key=lambda entry: len(entry[2].pieces))
    places = [[place for place, (own, _, _) in enumerate(rows) if own == number] for number in range(len(groups))]
    return Step([row for _, row, _ in rows], [pair for _, _, pair in rows], places)


def loss_of(model: ReaderModel, base: Base, *groups: Group, claims: float = 0.5) -> float:
    with torch.no_grad():
        return float(step_loss(model, step_of(base.tokenizer, *groups), claims))


def log_odds(head: torch.nn.Linear, values: Sequence[float]) -> None:
    """Have a head say the same of everything."""
    with torch.no_grad():
        head.weight.zero_()
        head.bias.copy_(torch.tensor(values))


class Known(torch.nn.Module):
    """A reader whose log-odds of an answer are given for each passage; it says nothing else."""

    def __init__(self, tokenizer: Tokenizer, group: Group, values: Sequence[float]) -> None:
        super().__init__()
        self.values = torch.nn.Parameter(torch.tensor(values))
        cutter = Cutter(tokenizer)
        rows: Sequence[ClaimRow | QuestionRow] = group
        self.places = {tuple(cutter.pair(row).pieces): place for place, row in enumerate(rows)}

    def bert(self, input_ids: Tensor, attention_mask: Tensor) -> SimpleNamespace:
        return SimpleNamespace(last_hidden_state=input_ids[..., None])

    def heads(self, hidden: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        rows = zip(hidden[..., 0].long(), mask.bool(), strict=True)
        places = [self.places[tuple(pieces[own].tolist())] for pieces, own in rows]
        return torch.zeros(len(hidden), 3), self.values[torch.tensor(places)], torch.zeros(*mask.shape, 2)


def known_loss(base: Base, group: Group, values: Sequence[float]) -> tuple[float, list[float]]:
    """The loss of a group of which these are the log-odds, and how it rises with each of them."""
    known = Known(base.tokenizer, group, values)
    model: ReaderModel = known  # type: ignore[assignment]
    loss = step_loss(model, step_of(base.tokenizer, group), 0.5)
    loss.backward()  # type: ignore[no-untyped-call]
    assert known.values.grad is not None
    return float(loss.detach()), known.values.grad.tolist()


def whether(log_odds: float, *, answers: bool) -> float:
    """The smoothed cross-entropy of whether a passage answers."""
    share = 0.98 if answers else 0.02
    return share * math.log1p(math.exp(-log_odds)) + (1 - share) * math.log1p(math.exp(log_odds))


def test_the_loss_of_a_group_is_that_of_drawing_a_passage_that_answers(base: Base) -> None:
    values = [1.5, -0.5, 2.0, 0.25, -3.0]
    every = sum(map(math.exp, values))
    for answers, right in (
        ([True, None, None, None, None], math.exp(1.5)),
        ([None, None, True, None, None], math.exp(2.0)),
        # Of several that answer, any will do.
        ([True, None, True, None, None], math.exp(1.5) + math.exp(2.0)),
        ([None, True, True, True, True], every - math.exp(1.5)),
        ([True, False, None, False, False], math.exp(1.5)),
    ):
        loss, _ = known_loss(base, asked(*answers), values)
        sure = [whether(own, answers=own_answers)
                for own, own_answers in zip(values, answers, strict=True) if own_answers is not None]  # fmt: skip
        assert loss == pytest.approx(math.log(every / right) + mean(sure), rel=1e-5)


def test_the_loss_of_a_group_falls_as_the_passage_that_answers_gets_the_higher_log_odds(base: Base) -> None:
    group = asked(True, None, None)
    # Of what is not known whether it answers, only its place in the group counts.
    losses = [known_loss(base, group, [1.0, other, other])[0] for other in (4.0, 2.0, 1.0, 0.0, -4.0)]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] == pytest.approx(whether(1.0, answers=True), abs=0.02)
    _, slopes = known_loss(base, group, [1.0, 1.0, 1.0])
    assert slopes[0] < 0 < slopes[1] == slopes[2]


@pytest.mark.parametrize(
    "answers",
    [[True], [False], [True, True], [False, False, False], [False, None], [None, False, None, None]],
    ids=str,
)
def test_a_group_without_both_kinds_has_no_loss_of_its_own(base: Base, answers: list[bool | None]) -> None:
    values = [2.0, -1.0, 0.5, 3.0, 1.0][: len(answers)]
    loss, slopes = known_loss(base, asked(*answers), values)
    sure = [whether(own, answers=known)
            for own, known in zip(values, answers, strict=True) if known is not None]  # fmt: skip
    assert loss == pytest.approx(mean(sure), rel=1e-5)
    assert [slope == 0 for slope in slopes] == [known is None for known in answers]


def test_the_loss_of_groups_is_their_mean_and_each_is_of_its_own_passages(base: Base) -> None:
    model = build_reader(base)
    log_odds(model.answered, [0.0])
    # Half, a third, and two thirds of equally likely passages answer; two groups do not count.
    wanted = (math.log(2) + math.log(3) + math.log(3 / 2)) / 3
    groups = [asked(True, None, text="who?"), asked(None, True, False, text="what?"), asked(True, False, True),
              asked(False, False, False), asked(True)]  # fmt: skip
    assert loss_of(model, base, *groups) == pytest.approx(math.log(2) + wanted, rel=1e-5)


def test_surely_supported_rows_that_are_not_supported_have_a_finite_loss(base: Base) -> None:
    model = build_reader(base)
    log_odds(model.nli, [200.0, 0.0, 0.0])
    # The largest share of support that is counted is 0.999.
    assert loss_of(model, base, (CLAIMS[3],)) == pytest.approx(math.log(1000), rel=1e-3)


@pytest.mark.parametrize(
    ("row", "values", "wanted"),
    [
        # Of three equal shares, the smoothed target is the same as any.
        (CLAIMS[0], [0.0, 0.0, 0.0], math.log(3)),
        (CLAIMS[3], [0.0, 0.0, 0.0], -math.log(2 / 3)),
        # log(2), of 2 in 4.
        (CLAIMS[1], [0.0, math.log(2), 0.0], 0.95 * math.log(2) + 0.05 * (math.log(2) + 2 * math.log(4)) / 3),
        (CLAIMS[3], [math.log(2), 0.0, 0.0], math.log(2)),
    ],
)
def test_the_loss_of_stances_is_smoothed_cross_entropy(
    base: Base, row: ClaimRow, values: list[float], wanted: float
) -> None:
    model = build_reader(base)
    log_odds(model.nli, values)
    assert loss_of(model, base, (row,)) == pytest.approx(wanted, rel=1e-5)


def test_the_loss_of_answers_is_of_whether_and_half_of_where(base: Base) -> None:
    model, cutter = build_reader(base), Cutter(base.tokenizer)
    log_odds(model.answered, [1.0])
    log_odds(model.span, [0.0, 0.0])
    right, wrong = whether(1.0, answers=True), whether(1.0, answers=False)
    assert loss_of(model, base, asked(True)) == pytest.approx(right, rel=1e-5)
    assert loss_of(model, base, asked(False)) == pytest.approx(wrong, rel=1e-5)
    # Every piece is as likely an end as another.
    answer = asked(True, span=(0, 11))
    where = 0.5 * math.log(len(cutter.pair(answer[0]).pieces))
    assert loss_of(model, base, answer) == pytest.approx(right + where)
    # What fills up a batch is no end: beside a longer row, of which no end is known, nothing changes.
    longer = (replace(answer[0], passage=f"{MILL} and {BOAT}", span=None),)
    assert loss_of(model, base, answer, longer) == pytest.approx(right + where)


def test_claims_have_the_weight_of_their_share_and_questions_the_rest(base: Base) -> None:
    model = build_reader(base)
    log_odds(model.nli, [0.0, 0.0, 0.0])
    log_odds(model.answered, [0.0])
    # Of two passages one answers, so that the group's loss is log(2) as well.
    groups: list[Group] = [(CLAIMS[0],), (CLAIMS[1],), asked(True, None)]
    for share in (0.0, 0.25, 0.5, 1.0):
        wanted = share * math.log(3) + (1 - share) * 2 * math.log(2)
        assert loss_of(model, base, *groups, claims=share) == pytest.approx(wanted, rel=1e-5)


def plain_loss(model: ReaderModel, step: Step, claims: float) -> float:
    """The loss of a step, row by row: each pair is read by itself."""
    stances, answers, ends, weights = [], [], [], []
    for row, pair in zip(step.rows, step.pairs, strict=True):
        with torch.no_grad():
            own, answered, places, _ = read_pairs(model, [pair])
        weights.append(math.exp(float(answered[0])))
        if isinstance(row, ClaimRow):
            stances.append(stance_loss(row, own[0].softmax(-1).tolist()))
        elif row.answered is not None:
            answers.append(whether(float(answered[0]), answers=row.answered))
        if pair.ends is not None:
            ends += [-float(places[0, :, side].log_softmax(-1)[end]) for side, end in enumerate(pair.ends)]
    groups = []
    for group in step.groups:
        right = [weights[place] for place in group if getattr(step.rows[place], "answered", None)]
        if 0 < len(right) < len(group):
            groups.append(math.log(sum(weights[place] for place in group) / sum(right)))
    return claims * mean(stances) + (1 - claims) * (mean(answers) + 0.5 * mean(ends) + mean(groups))


def stance_loss(row: ClaimRow, shares: list[float]) -> float:
    if row.decision == "not S":
        return -math.log(1 - min(shares[0], 0.999))
    return -0.95 * math.log(shares[STANCES[row.decision]]) - 0.05 * mean(list(map(math.log, shares)))


def mean(losses: list[float]) -> float:
    return sum(losses) / len(losses) if losses else 0.0


@pytest.mark.parametrize("claims", [0.0, 0.3, 1.0])
def test_the_loss_of_all_rows_together_is_the_mean_of_each_row_by_itself(base: Base, work: Path, claims: float) -> None:
    model = build_reader(base, read_weights(work / READER))
    draw = steps(base.tokenizer, GROUPS, Recipe(steps=1, batch=10, claims=claims, typed=0.5))
    drawn = [draw(random.Random(seed), 0) for seed in range(6)]
    for step in (step_of(base.tokenizer, *GROUPS), *drawn):
        with torch.no_grad():
            assert float(step_loss(model, step, claims)) == pytest.approx(plain_loss(model, step, claims), rel=1e-4)


@pytest.mark.parametrize("most", [1, 40, 100])
def test_a_step_that_is_read_in_parts_has_the_loss_and_slopes_of_one_that_is_read_at_once(
    base: Base, work: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    model, step = build_reader(base, read_weights(work / READER)), step_of(base.tokenizer, *GROUPS)
    parts: list[Sequence[ReadPair]] = []

    def counted(model: ReaderModel, pairs: Sequence[ReadPair]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        parts.append(pairs)
        return read_pairs(model, pairs)

    def read() -> tuple[float, Tensor]:
        parts.clear()
        model.zero_grad()
        loss = step_loss(model, step, 0.5)
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.detach()), model.bert.embeddings.position_embeddings.weight.grad.clone()

    monkeypatch.setattr(reader, "read_pairs", counted)
    whole, slopes = read()
    assert len(parts) == 1
    monkeypatch.setattr(reader, "_PIECES_AT_A_TIME", {device(): most})
    again, same_slopes = read()
    assert len(parts) > 1
    assert [pair for part in parts for pair in part] == list(step.pairs)
    assert all(len(part) * len(part[-1].pieces) <= most or len(part) == 1 for part in parts)
    assert again == pytest.approx(whole, rel=1e-5)
    assert torch.allclose(slopes, same_slopes, atol=1e-4)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: f"{group[0].text}, {getattr(group[0], 'decision', '')}")
def test_the_loss_of_any_group_is_finite_and_falls_along_its_slopes(base: Base, work: Path, group: Group) -> None:
    model = build_reader(base, read_weights(work / READER))
    before = step_loss(model, step_of(base.tokenizer, group), 0.5)
    before.backward()  # type: ignore[no-untyped-call]
    slopes = {parameter: parameter.grad for parameter in model.parameters() if parameter.grad is not None}
    length = math.hypot(*(float(slope.norm()) for slope in slopes.values()))
    assert 0 < length < math.inf
    with torch.no_grad():
        for parameter, slope in slopes.items():
            parameter.sub_(slope, alpha=1e-2 / length)
    assert loss_of(model, base, group) < float(before.detach())
