"""How the entailment model is taught: does evidence support a claim, contradict it, or say nothing of it.

The packaged encoder is fine-tuned to read evidence and claim together (Bowman et al. 2015,
https://aclanthology.org/D15-1075/; the form is BERT's for sentence pairs). Its word vectors stay as they are, so that
the two models share them.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from retrieval.train.entailment_examples import MADE, NOT_SUPPORTS, Example

# Word pieces of evidence and claim together: what is longer than the product's passages and claims is cut.
LONGEST = 200
# Which side is read in English (0) or Spanish (1), evidence first, and how often.
_LANGUAGES, _SHARES = [(0, 0), (1, 1), (1, 0), (0, 1)], [0.4, 0.24, 0.18, 0.18]
# Share of made pairs whose sides are in different languages.
_ACROSS = 0.8
_BATCH_PIECES, _LARGEST_BATCH, _STRETCH = 3072, 64, 60
_LETTERS_PER_PIECE = 4
_WARM_UP_STEPS = 150
_DROPOUT = 0.1


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of. `seconds` is its length; the rate rises over 150 steps and falls to nothing."""

    seconds: float
    rate: float = 1e-4
    seed: int = 1
    most_steps: int | None = None


class Entailment(nn.Module):
    """A transformer and, on the vector of its first piece, log-odds of supports, contradicts and neutral."""

    def __init__(self, transformer: Any) -> None:
        super().__init__()
        self.transformer = transformer
        transformer.embeddings.word_embeddings.weight.requires_grad_(False)
        self.dropout = nn.Dropout(_DROPOUT)
        self.decide = nn.Linear(transformer.config.hidden_size, 3)

    def forward(self, pieces: Tensor, parts: Tensor, mask: Tensor) -> Tensor:
        """Log-odds (n, 3) of pieces (n, length), which are of the first part (0) or the second (1)."""
        seen = self.transformer(input_ids=pieces, token_type_ids=parts, attention_mask=mask).last_hidden_state
        scores: Tensor = self.decide(self.dropout(seen[:, 0]))
        return scores


def teach(
    model: Entailment,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    recipe: Recipe,
    *,
    report: Callable[[int, float], None],
) -> int:
    """Train the model in place and return the number of steps; `report` is told the step and the running loss."""
    chance = random.Random(recipe.seed)
    torch.manual_seed(recipe.seed)
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=recipe.rate, weight_decay=0.01, fused=True)
    model.train()
    began, step, running = time.monotonic(), 0, 1.1
    for texts, labels in _batches(examples, chance):
        spent = (time.monotonic() - began) / recipe.seconds
        if spent >= 1 or step == recipe.most_steps:
            break
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * (1 - spent) * min(1.0, (step + 1) / _WARM_UP_STEPS)
        loss = _loss(model(*collated(tokenizer, texts)), torch.tensor(labels))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        running = 0.99 * running + 0.01 * float(loss.detach())
        step += 1
        if step % 50 == 0:
            report(step, running)
    return step


def _loss(scores: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy; of rows that are only known not to be supported, that of the two ways together."""
    log_shares = functional.log_softmax(scores, dim=1)
    against = torch.logsumexp(log_shares[:, 1:], dim=1)
    known = log_shares.gather(1, labels.clamp(max=2).unsqueeze(1)).squeeze(1)
    return -torch.where(labels == NOT_SUPPORTS, against, known).mean()


def _batches(examples: Sequence[Example], chance: random.Random) -> Iterator[tuple[list[tuple[str, str]], list[int]]]:
    """Batches without end of texts and labels, each of texts of like length, in languages drawn anew each time."""
    order = list(examples)
    while True:
        chance.shuffle(order)
        for begin in range(0, len(order), _STRETCH * _LARGEST_BATCH):
            drawn = [
                (_texts(example, chance), example.label) for example in order[begin : begin + _STRETCH * _LARGEST_BATCH]
            ]
            drawn.sort(key=lambda one: len(one[0][0]) + len(one[0][1]))
            batches: list[tuple[list[tuple[str, str]], list[int]]] = [([], [])]
            for texts, label in drawn:
                held, labels = batches[-1]
                letters = min(len(texts[0]) + len(texts[1]), _LETTERS_PER_PIECE * LONGEST)
                if (len(labels) + 1) * letters > _LETTERS_PER_PIECE * _BATCH_PIECES or len(labels) == _LARGEST_BATCH:
                    held, labels = [], []
                    batches.append((held, labels))
                held.append(texts)
                labels.append(label)
            batches = [batch for batch in batches if batch[0]]
            chance.shuffle(batches)
            yield from batches


def _texts(example: Example, chance: random.Random) -> tuple[str, str]:
    # A text beside itself teaches little: what is the same on both sides is mostly shown across the languages.
    first = 2 if example.source in MADE and chance.random() < _ACROSS else 0
    told, said = chance.choices(_LANGUAGES[first:], _SHARES[first:])[0]
    return example.evidence[told], example.claim[said]


def collated(tokenizer: Tokenizer, texts: Sequence[tuple[str, str]]) -> tuple[Tensor, Tensor, Tensor]:
    """Pieces, parts and mask, each (n, length), of evidence and claim, padded to the longest."""
    encodings = tokenizer.encode_batch(list(texts))
    width = max(len(encoding.ids) for encoding in encodings)
    found = torch.zeros(3, len(texts), width, dtype=torch.long)
    for row, one in enumerate(encodings):
        for part, numbers in enumerate((one.ids, one.type_ids, one.attention_mask)):
            found[part, row, : len(numbers)] = torch.tensor(numbers)
    return found[0], found[1], found[2]
