"""The training itself: a student learns to give Spanish the vectors that the English teacher gives its translation.

Reimers and Gurevych 2020, "Making Monolingual Sentence Embeddings Multilingual using Knowledge Distillation"
(https://aclanthology.org/2020.emnlp-main.365/). To their distance between pooled vectors come a contrast of these
within the batch, and a distance between token vectors, each with the one of the other side that meets it best, as late
interaction (Khattab and Zaharia 2020, ColBERT, https://arxiv.org/abs/2004.12832) will match them.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from retrieval.train.pairs import LONG, Pair

# Similarities are multiplied by this before the softmax, as sentence-transformers' MultipleNegativesRankingLoss does.
_SCALE = 20.0
# Texts are read up to so many word pieces in training: longer ones cost more than they teach.
_LONGEST = 128
# Pieces in a batch, padding included: about two seconds a step on two cores.
_BATCH_PIECES = 3072
_LARGEST_BATCH = 96
# Batches drawn from one sorted stretch of the shuffled pairs, so that each batch holds texts of like length.
_STRETCH = 40
_WARM_UP_STEPS = 100


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of. `seconds` is its length; the rate rises over 100 steps and falls to `last_rate`."""

    seconds: float
    rate: float = 1.5e-4
    last_rate: float = 0.0
    pooled_weight: float = 0.3
    token_weight: float = 0.5
    # The student must go on reading English as the teacher does: one step in so many shows it the English side too.
    english_every: int = 2
    seed: int = 1
    most_steps: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model makes of a batch: unit pooled vectors (n, d), unit token vectors (n, length, d) and their mask."""

    pooled: Tensor
    tokens: Tensor
    mask: Tensor


def distil(
    student: Any,
    teacher: Any,
    tokenizers: tuple[Tokenizer, Tokenizer],
    pairs: Sequence[Pair],
    recipe: Recipe,
    *,
    report: Callable[[int, float], None],
) -> int:
    """Train the student in place; `tokenizers` are the student's and the teacher's. Returns the number of steps.

    `report` is told the step and the running mean of the distance between pooled vectors, now and then.
    """
    chance = random.Random(recipe.seed)
    torch.manual_seed(recipe.seed)
    own, taught = tokenizers
    parameters = [p for p in student.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=recipe.rate, weight_decay=0.01, fused=True)
    student.eval()  # No dropout: the teacher's vectors are exact, and there are more pairs than steps.
    began, step, running = time.monotonic(), 0, 1.0
    for batch in _batches(pairs, own, chance):
        spent = (time.monotonic() - began) / recipe.seconds
        if spent >= 1 or step == recipe.most_steps:
            break
        _set_rate(optimiser, recipe, spent, step)
        english = [pair.english for pair in batch]
        with torch.no_grad():
            target = read(teacher, taught, english)
        seen = read(student, own, [pair.spanish for pair in batch])
        distance, loss = _losses(seen, target, recipe)
        if step % recipe.english_every == 0:
            loss = loss + _losses(read(student, own, english), target, recipe)[1]
        _descend(optimiser, parameters, loss)
        running = 0.98 * running + 0.02 * float(distance.detach()) if step else float(distance.detach())
        step += 1
        if step % 50 == 0:
            report(step, running)
    return step


def _set_rate(optimiser: torch.optim.Optimizer, recipe: Recipe, spent: float, step: int) -> None:
    rate = recipe.last_rate + (recipe.rate - recipe.last_rate) * (1 - spent)
    for group in optimiser.param_groups:
        group["lr"] = rate * min(1.0, (step + 1) / _WARM_UP_STEPS)


def _descend(optimiser: torch.optim.Optimizer, parameters: Sequence[Any], loss: torch.Tensor) -> None:
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimiser.step()


def read(model: Any, tokenizer: Tokenizer, texts: Sequence[str]) -> Reading:
    """Run a model over texts, in bfloat16 where the processor gains by it."""
    encodings = tokenizer.encode_batch_fast(list(texts))
    width = min(_LONGEST, max(len(encoding.ids) for encoding in encodings))
    ids = torch.zeros(len(texts), width, dtype=torch.long)
    mask = torch.zeros(len(texts), width, dtype=torch.long)
    for row, encoding in enumerate(encodings):
        length = min(width, len(encoding.ids))
        ids[row, :length] = torch.tensor(encoding.ids[:length])
        mask[row, :length] = 1
    with torch.autocast("cpu", dtype=torch.bfloat16):
        tokens = model(input_ids=ids, attention_mask=mask).last_hidden_state
    tokens = tokens.float()
    weights = mask.unsqueeze(-1)
    pooled = functional.normalize((tokens * weights).sum(1) / weights.sum(1), dim=-1)
    # The marks at the beginning and the end stand for no word.
    words = mask.clone()
    words[:, 0] = 0
    words[torch.arange(len(texts)), mask.sum(1) - 1] = 0
    return Reading(pooled, functional.normalize(tokens, dim=-1), words.bool())


def _losses(seen: Reading, target: Reading, recipe: Recipe) -> tuple[Tensor, Tensor]:
    distance = (1 - (seen.pooled * target.pooled).sum(1)).mean()
    right = torch.arange(len(seen.pooled))
    pooled = functional.cross_entropy(_SCALE * seen.pooled @ target.pooled.T, right)
    return distance, distance + recipe.pooled_weight * pooled + recipe.token_weight * _token_distance(seen, target)


def _token_distance(seen: Reading, target: Reading) -> Tensor:
    """One less the mean similarity of each token with the best of its translation's, both ways.

    What a token is best met by is found anew at every step, as the alignment is not given.
    """
    with torch.autocast("cpu", dtype=torch.bfloat16):
        alike = torch.einsum("iqd,itd->iqt", seen.tokens, target.tokens).float()
    alike = alike.masked_fill(~target.mask[:, None, :], -1.0).masked_fill(~seen.mask[:, :, None], -1.0)
    forth = alike.amax(2)[seen.mask].mean()
    back = alike.amax(1)[target.mask].mean()
    return 1 - (forth + back) / 2


def _batches(pairs: Sequence[Pair], tokenizer: Tokenizer, chance: random.Random) -> Iterator[list[Pair]]:
    """Batches without end: long and short ones in turn, each of texts of like length."""
    sizes = {
        pair: max(len(encoding.ids), 4)
        for pair, encoding in zip(pairs, tokenizer.encode_batch_fast([p.spanish for p in pairs]), strict=True)
    }
    parts = ([pair for pair in pairs if (pair.words >= LONG) == long] for long in (True, False))
    streams = [_stream(part, sizes, chance) for part in parts if part]
    while True:
        for stream in streams:
            yield next(stream)


def _stream(pairs: Sequence[Pair], sizes: dict[Pair, int], chance: random.Random) -> Iterator[list[Pair]]:
    order = list(pairs)
    while True:
        chance.shuffle(order)
        for begin in range(0, len(order), _STRETCH * _LARGEST_BATCH):
            stretch = sorted(order[begin : begin + _STRETCH * _LARGEST_BATCH], key=sizes.__getitem__)
            batches: list[list[Pair]] = [[]]
            for pair in stretch:
                full = len(batches[-1]) == _LARGEST_BATCH
                if full or (len(batches[-1]) + 1) * min(sizes[pair], _LONGEST) > _BATCH_PIECES:
                    batches.append([])
                batches[-1].append(pair)
            chance.shuffle(batches)
            yield from batches
