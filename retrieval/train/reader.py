"""Teach the reader: what a passage does with a claim, whether it answers a question, and where.

A step is of claims or of questions. The loss of stances is smoothed cross-entropy
(Szegedy et al. 2016, https://arxiv.org/abs/1512.00567, section 7), that of answers is of whether there is one and, with
half the weight, of its first and last piece (Devlin et al. 2019, https://arxiv.org/abs/1810.04805, section 4.2).
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor
from torch.nn import functional

from retrieval.models.onnx_reader import BEFORE_PASSAGE, MARKS, QUESTION_PIECES
from retrieval.train.pairs import typed
from retrieval.train.reader_model import DROPOUT, ReaderModel, build_reader
from retrieval.train.reader_rows import SHARES, STANCES, ClaimRow, QuestionRow, Rows
from retrieval.train.teaching import Checkpoints, Recipe, device, run
from retrieval.train.transformer import Base

# Where no source is named, numbers are our choice: those of the reader that ships.
PIECES = 320
_FIRST, _PADDING, _END = 0, 1, 2
# Pairs read at a time, in the order of their lengths, so that little is padded.
_GROUP = 8
_SMOOTHED_STANCES, _SMOOTHED_ANSWERS, _ENDS_WEIGHT = 0.05, 0.04, 0.5
# The log-odds of a piece that only fills up a batch; the largest probability of support whose rest has a logarithm.
_NEVER, _ALMOST_ONE = -1e4, 0.999
_UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class ReadPair:
    """The pieces of a row, where those of the passage begin, and first and last piece of the answer, if known."""

    pieces: list[int]
    begins: int
    ends: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Start:
    """What a run begins with: weights, without any the base's, and how many of the last layers it teaches, or all.

    Fewer layers cost less, as what lies before them is only read; the heads are always taught.
    """

    weights: Mapping[str, Tensor] | None = None
    layers: int | None = None


def teach(
    base: Base,
    start: Start,
    rows: Rows,
    recipe: Recipe,
    checkpoints: Checkpoints,
    *,
    report: Callable[[int, float], None],
) -> ReaderModel:
    """Return the taught reader, ready to read; `report` gets each step, from 1, and its loss. Raises as `run` does."""
    # What the heads begin with.
    torch.manual_seed(recipe.seed)
    model = build_reader(base, start.weights, dropout=DROPOUT).to(device())
    if start.layers is not None:
        model.bert.embeddings.requires_grad_(False)
        model.bert.encoder.layer[: -start.layers].requires_grad_(False)

    def loss(chance: random.Random, _: int) -> Tensor:
        return step_loss(model, base.tokenizer, rows, recipe, chance)

    reader: ReaderModel = run(model, loss, recipe, checkpoints, report=report)
    return reader


def step_loss(model: ReaderModel, tokenizer: Tokenizer, rows: Rows, recipe: Recipe, chance: random.Random) -> Tensor:
    """Return the loss of a step, of the rows that `chance` draws: all of them claims, or all questions."""
    kind = ClaimRow if chance.random() < recipe.claims else QuestionRow
    own = [row for row in rows if isinstance(row, kind)] or rows
    drawn = chance.choices(own, [SHARES[row.kind] for row in own], k=recipe.batch)
    drawn = [replace(row, text=typed(row.text, chance)) if chance.random() < recipe.typed else row for row in drawn]
    pairs = [read_pair(tokenizer, row) for row in drawn]
    order = sorted(range(len(drawn)), key=lambda number: len(pairs[number].pieces))
    losses = []
    for start in range(0, len(order), _GROUP):
        group = order[start : start + _GROUP]
        losses.append(
            _loss(model, [drawn[number] for number in group], [pairs[number] for number in group]) * len(group)
        )
    return torch.stack(losses).sum() / len(drawn)


def read_pair(tokenizer: Tokenizer, row: ClaimRow | QuestionRow) -> ReadPair:
    """Cut a row into the pieces that are read: its question or claim, then what there is room for of the passage."""
    question = tokenizer.encode(row.text, add_special_tokens=False).ids[:QUESTION_PIECES]
    passage = tokenizer.encode(row.passage, add_special_tokens=False)
    own = passage.ids[: PIECES - MARKS - len(question)]
    begins = len(question) + BEFORE_PASSAGE
    ends = _ends(passage, len(own), row.span) if isinstance(row, QuestionRow) and row.span else None
    placed = None if ends is None else (begins + ends[0], begins + ends[1])
    return ReadPair([_FIRST, *question, _END, _END, *own, _END], begins, placed)


def _ends(passage: Encoding, pieces: int, span: tuple[int, int]) -> tuple[int, int] | None:
    """Return the first and last of the pieces that a span of the passage touches, or None where some are not read."""
    start, end = span
    inside = [place for place, (first, last) in enumerate(passage.offsets) if first < end and last > start]
    return (inside[0], inside[-1]) if inside and inside[-1] < pieces else None


def read_pairs(model: ReaderModel, pairs: Sequence[ReadPair]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return the log-odds of the stances (n, 3), of an answer (n,) and of its ends (n, length, 2), and the mask."""
    place = next(model.parameters()).device
    padded = [torch.tensor(pair.pieces) for pair in pairs]
    pieces = torch.nn.utils.rnn.pad_sequence(padded, batch_first=True, padding_value=_PADDING).to(place)
    # Not by the padding's number, which a text that has "<pad>" in it has too.
    mask = torch.nn.utils.rnn.pad_sequence([torch.ones_like(own) for own in padded], batch_first=True).to(place)
    with torch.autocast(place.type, torch.bfloat16, enabled=place.type == "cuda"):
        hidden = model.bert(input_ids=pieces, attention_mask=mask).last_hidden_state
    return *model.heads(hidden.float(), mask), mask


def _loss(model: ReaderModel, rows: Rows, pairs: Sequence[ReadPair]) -> Tensor:
    stances, answered, ends, mask = read_pairs(model, pairs)
    claims = [row for row in rows if isinstance(row, ClaimRow)]
    if claims:
        return _stances_loss(stances, [row.decision for row in claims])
    questions = [row for row in rows if isinstance(row, QuestionRow)]
    return _answers_loss(answered, ends, mask, questions, pairs)


def _stances_loss(log_odds: Tensor, decisions: Sequence[str]) -> Tensor:
    shares = log_odds.log_softmax(-1)
    losses = []
    for own, decision in zip(shares, decisions, strict=True):
        if decision in STANCES:
            right = (1 - _SMOOTHED_STANCES) * own[STANCES[decision]] + _SMOOTHED_STANCES * own.mean()
        else:
            right = torch.log1p(-own[STANCES["S"]].exp().clamp(max=_ALMOST_ONE))
        losses.append(-right)
    return torch.stack(losses).mean()


def _answers_loss(
    answered: Tensor, ends: Tensor, mask: Tensor, rows: Sequence[QuestionRow], pairs: Sequence[ReadPair]
) -> Tensor:
    wanted = torch.tensor([float(row.answered) for row in rows], device=answered.device)
    smoothed = wanted * (1 - _SMOOTHED_ANSWERS) + _SMOOTHED_ANSWERS / 2
    loss = functional.binary_cross_entropy_with_logits(answered, smoothed)
    placed = torch.tensor([pair.ends or (_UNKNOWN, _UNKNOWN) for pair in pairs], device=answered.device)
    known = placed[:, 0] != _UNKNOWN
    if not known.any():
        return loss
    log_odds = ends.masked_fill(mask[..., None] == 0, _NEVER)[known]
    both = [functional.cross_entropy(log_odds[..., side], placed[known, side]) for side in (0, 1)]
    return loss + _ENDS_WEIGHT * torch.stack(both).mean()
