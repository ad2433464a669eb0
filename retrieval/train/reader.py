"""Teach the reader: what a passage does with a claim, whether it answers a question, and where.

The loss of stances is smoothed cross-entropy (Szegedy et al. 2016, https://arxiv.org/abs/1512.00567, section 7). That
of answers is of whether there is one, with half the weight of its first and last piece (Devlin et al. 2019,
https://arxiv.org/abs/1810.04805, section 4.2), and of which passages of a group answer (Cao et al. 2007, "Learning to
Rank: From Pairwise Approach to Listwise Approach", section 4, with the top one's probability).
"""

import itertools
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from retrieval.models.onnx_reader import BEFORE_PASSAGE, MARKS, QUESTION_PIECES
from retrieval.models.pieces import cut_pieces
from retrieval.train.pairs import typed
from retrieval.train.reader_model import DROPOUT, ReaderModel, build_reader
from retrieval.train.reader_rows import SHARES, STANCES, ClaimRow, Group, QuestionRow
from retrieval.train.teaching import Checkpoints, Recipe, device, run
from retrieval.train.transformer import Base, freeze

# Where no source is named, numbers are our choice: those that were measured (see the model's card).
PIECES = 320
_FIRST, _PADDING, _END = 0, 1, 2
# Pieces read at a time, padding included, in the order of the pairs' lengths: as many as fit a GPU, and few on
# two cores, which take 19 steps a minute so and 12 with as many as a GPU.
_PIECES_AT_A_TIME = {"cuda": 32_768, "cpu": 2048}
_SMOOTHED_STANCES, _SMOOTHED_ANSWERS, _ENDS_WEIGHT = 0.05, 0.04, 0.5
# The log-odds of a piece that only fills up a batch; the largest probability of support whose rest has a logarithm.
_NEVER, _ALMOST_ONE = -1e4, 0.999
_UNKNOWN = -1
_NOT_S = len(STANCES)


@dataclass(frozen=True, slots=True)
class ReadPair:
    """The pieces of a row, where those of the passage begin, and first and last piece of the answer, if known."""

    pieces: list[int]
    begins: int
    ends: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Step:
    """What a step reads: its rows and their pairs, shortest first, and each group's rows by their number there."""

    rows: Sequence[ClaimRow | QuestionRow]
    pairs: Sequence[ReadPair]
    groups: Sequence[Sequence[int]]


class Cutter:
    """What cuts rows into pieces: a passage once, as it is drawn often."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Take a tokenizer that cuts and pads nothing."""
        self._tokenizer = tokenizer
        self._passages: dict[str, tuple[NDArray[np.int32], NDArray[np.int32]]] = {}

    def pair(self, row: ClaimRow | QuestionRow) -> ReadPair:
        """Cut a row into what is read: its question or claim, then what there is room for of the passage."""
        question = cut_pieces(self._tokenizer, row.text, QUESTION_PIECES).ids
        pieces, offsets = self._passage(row.passage)
        own = pieces[: PIECES - MARKS - len(question)].tolist()
        begins = len(question) + BEFORE_PASSAGE
        ends = _ends(offsets, len(own), row.span) if isinstance(row, QuestionRow) and row.span else None
        placed = None if ends is None else (begins + ends[0], begins + ends[1])
        return ReadPair([_FIRST, *question, _END, _END, *own, _END], begins, placed)

    def _passage(self, text: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        if text not in self._passages:
            cut = cut_pieces(self._tokenizer, text)
            offsets = np.array(cut.offsets, np.int32).reshape(-1, 2)
            self._passages[text] = np.array(cut.ids, np.int32), offsets
        return self._passages[text]


def teach(
    base: Base,
    start: Mapping[str, Tensor] | None,
    groups: Sequence[Group],
    recipe: Recipe,
    checkpoints: Checkpoints,
    *,
    report: Callable[[int, float], None],
) -> ReaderModel:
    """Return the taught reader, ready to read; `report` gets each step, from 1, and its loss. Raises as `run` does.

    It begins with the weights of `start`, or with the base's and new heads.
    """
    # What the heads begin with.
    torch.manual_seed(recipe.seed)
    model = build_reader(base, start, dropout=DROPOUT).to(device())
    if recipe.layers is not None:
        freeze(model.bert, recipe.layers)
    drawn = steps(base.tokenizer, groups, recipe)
    reader: ReaderModel = run(
        model, drawn, lambda step: step_loss(model, step, recipe.claims), recipe, checkpoints, report=report
    )
    return reader


def steps(tokenizer: Tokenizer, groups: Sequence[Group], recipe: Recipe) -> Callable[[random.Random, int], Step]:
    """Return what draws a step: of `recipe.batch` pairs and a few more, the share `recipe.claims` of claims.

    Where the groups are of one sort alone, all pairs are of it.
    """
    cutter = Cutter(tokenizer)
    pools = [[group for group in groups if isinstance(group[0], kind)] for kind in (ClaimRow, QuestionRow)]
    shares = [list(itertools.accumulate(SHARES[group[0].kind] for group in pool)) for pool in pools]
    claims = recipe.claims if all(pools) else float(bool(pools[0]))
    # Rounded up, so that of neither sort none is drawn where its share is small.
    sizes = (math.ceil(recipe.batch * claims), math.ceil(recipe.batch * (1 - claims)))

    def draw(chance: random.Random, _: int) -> Step:
        drawn: list[Sequence[ClaimRow | QuestionRow]] = []
        for pool, own, size in zip(pools, shares, sizes, strict=True):
            pairs = 0
            while pool and pairs < size:
                drawn.append(_typed(chance.choices(pool, cum_weights=own)[0], recipe.typed, chance))
                pairs += len(drawn[-1])
        return _step(drawn, cutter)

    return draw


def _typed(group: Group, share: float, chance: random.Random) -> Sequence[ClaimRow | QuestionRow]:
    """Return a group with, by the share, its claim or question as people type it."""
    if chance.random() >= share:
        return group
    text = typed(group[0].text, chance)
    return [replace(row, text=text) for row in group]


def _step(drawn: Sequence[Sequence[ClaimRow | QuestionRow]], cutter: Cutter) -> Step:
    rows = [(number, row, cutter.pair(row)) for number, group in enumerate(drawn) for row in group]
    rows.sort(key=lambda entry: len(entry[2].pieces))
    places: list[list[int]] = [[] for _ in drawn]
    for place, (number, _, _) in enumerate(rows):
        places[number].append(place)
    return Step([row for _, row, _ in rows], [pair for _, _, pair in rows], places)


def step_loss(model: ReaderModel, step: Step, claims: float) -> Tensor:
    """Return the loss of a step: of its claims with the weight `claims`, and of its questions with the rest.

    That of a step of one sort alone has the whole weight.
    """
    readings = [read_pairs(model, step.pairs[part]) for part in _parts(step.pairs)]
    longest = max(ends.shape[1] for _, _, ends, _ in readings)
    stances = torch.cat([own for own, _, _, _ in readings])
    answered = torch.cat([own for _, own, _, _ in readings])
    ends = torch.cat([
        functional.pad(own.masked_fill(mask[..., None] == 0, _NEVER), (0, 0, 0, longest - own.shape[1]), value=_NEVER)
        for _, _, own, mask in readings
    ])  # fmt: skip
    decided = [place for place, row in enumerate(step.rows) if isinstance(row, ClaimRow)]
    if len(decided) == len(step.rows):
        return _stances_loss(stances, step.rows, decided)
    of_questions = _answers_loss(answered, ends, step) + _groups_loss(answered, step)
    if not decided:
        return of_questions
    return claims * _stances_loss(stances, step.rows, decided) + (1 - claims) * of_questions


def _parts(pairs: Sequence[ReadPair]) -> list[slice]:
    """Return slices of pairs, shortest first, that are read at a time."""
    parts, start, most = [], 0, _PIECES_AT_A_TIME[device()]
    for place, pair in enumerate(pairs):
        if (place + 1 - start) * len(pair.pieces) > most and place > start:
            parts.append(slice(start, place))
            start = place
    return [*parts, slice(start, len(pairs))]


def read_pairs(model: ReaderModel, pairs: Sequence[ReadPair]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return the log-odds of the stances (n, 3), of an answer (n,) and of its ends (n, length, 2), and the mask."""
    place = next(model.parameters()).device
    padded = [torch.tensor(pair.pieces) for pair in pairs]
    pieces = pad_sequence(padded, batch_first=True, padding_value=_PADDING).to(place)
    lengths = torch.tensor([len(pair.pieces) for pair in pairs]).to(place)
    mask = (torch.arange(pieces.shape[1], device=place) < lengths[:, None]).long()
    with torch.autocast(place.type, torch.bfloat16, enabled=place.type == "cuda"):
        hidden = model.bert(input_ids=pieces, attention_mask=mask).last_hidden_state
    return *model.heads(hidden.float(), mask), mask


def _ends(offsets: NDArray[np.int32], pieces: int, span: tuple[int, int]) -> tuple[int, int] | None:
    """Return the first and last of the pieces that a span of the passage touches, or None where some are not read."""
    start, end = span
    inside = np.flatnonzero((offsets[:, 0] < end) & (offsets[:, 1] > start)).tolist()
    return (inside[0], inside[-1]) if inside and inside[-1] < pieces else None


def _stances_loss(log_odds: Tensor, rows: Sequence[ClaimRow | QuestionRow], decided: Sequence[int]) -> Tensor:
    wanted = [STANCES.get(row.decision, _NOT_S) for row in rows if isinstance(row, ClaimRow)]
    decisions = torch.tensor(wanted, device=log_odds.device)
    shares = log_odds[torch.tensor(decided, device=log_odds.device)].log_softmax(-1)
    own = shares.gather(1, decisions.clamp(max=_NOT_S - 1)[:, None])[:, 0]
    right = (1 - _SMOOTHED_STANCES) * own + _SMOOTHED_STANCES * shares.mean(-1)
    not_supported = torch.log1p(-shares[:, STANCES["S"]].exp().clamp(max=_ALMOST_ONE))
    return -torch.where(decisions == _NOT_S, not_supported, right).mean()


def _answers_loss(answered: Tensor, ends: Tensor, step: Step) -> Tensor:
    """Return the loss of whether each passage answers its question, and of the ends of answers that are known."""
    asked = [
        (place, float(row.answered))
        for place, row in enumerate(step.rows)
        if isinstance(row, QuestionRow) and row.answered is not None
    ]
    places, wanted = (torch.tensor(values, device=answered.device) for values in zip(*asked, strict=True))
    own = answered[places.long()]
    smoothed = wanted * (1 - _SMOOTHED_ANSWERS) + _SMOOTHED_ANSWERS / 2
    loss = functional.binary_cross_entropy_with_logits(own, smoothed)
    known = [(place, *pair.ends) for place, pair in enumerate(step.pairs) if pair.ends is not None]
    if not known:
        return loss
    places, first, last = torch.tensor(known, device=answered.device).T
    both = functional.cross_entropy(ends[places, :, 0], first) + functional.cross_entropy(ends[places, :, 1], last)
    return loss + _ENDS_WEIGHT * both / 2


def _groups_loss(answered: Tensor, step: Step) -> Tensor:
    """Return the loss of which passages of a group answer, over the groups in which some do and some do not."""
    answers = [isinstance(row, QuestionRow) and row.answered is True for row in step.rows]
    mixed = [group for group in step.groups if len({answers[place] for place in group}) > 1]
    if not mixed:
        return answered.new_zeros(())
    places = pad_sequence([torch.tensor(group) for group in mixed], batch_first=True, padding_value=_UNKNOWN)
    right = torch.tensor([*answers, False])[places].to(answered.device)
    places = places.to(answered.device)
    log_odds = answered[places].masked_fill(places == _UNKNOWN, _NEVER)
    return (log_odds.logsumexp(-1) - log_odds.masked_fill(~right, _NEVER).logsumexp(-1)).mean()
