"""How the answerability model is taught: questions and passages, some of which answer and some only seem to.

`python -m retrieval.train.answerability QUESTIONS` reads JSON lines (question, passage, answerable, answer; packed) in
Spanish, has Apertium put them into English, and shows the model every combination of languages. Besides the
unanswerable questions of the file, each question is paired with the passage most like it that lacks the answer.
"""

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from torch import Tensor, nn

from knowledge.terms import fold
from retrieval.answer.answerability import HEADS
from retrieval.models.encodings import compress, expand
from retrieval.models.onnx_encoder import OnnxEncoder
from retrieval.models.packaged import ANSWERABILITY, WEIGHTS, packaged_model
from retrieval.train.command import TrainingCommand
from retrieval.train.pack import seal
from retrieval.train.pairs import to_english

_INNER, _COMPARED = 128, 64
_EPOCHS, _BATCH, _RATE, _DROPOUT = 8, 48, 1e-3, 0.3
# Passages looked at for one that is like the question and lacks its answer.
_LOOKED_AT = 8

Tokens = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    """A question beside a passage (as numbers of each), and whether the passage answers it."""

    question: int
    passage: int
    answers: bool


class Answerability(nn.Module):
    """The model in its trainable form; `retrieval.answer.answerability` computes the same with numpy."""

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.ask = nn.Linear(dimension, _INNER, bias=False)
        self.tell = nn.Linear(dimension, _INNER, bias=False)
        self.value = nn.Linear(dimension, _INNER, bias=False)
        self.compare = nn.Linear(3 * _INNER + 1, _COMPARED)
        self.decide = nn.Linear(2 * _COMPARED, 1)
        self.dropout = nn.Dropout(_DROPOUT)
        with torch.no_grad():
            # Unit vectors of 384 dimensions are small: attention begins near late interaction's own likeness.
            for layer in (self.ask, self.tell):
                layer.weight.mul_(4)

    def forward(self, question: Tensor, asked: Tensor, passage: Tensor, told: Tensor) -> Tensor:
        """Log-odds (b,) for questions (b, m, t) and passages (b, n, t) with their masks (b, m) and (b, n)."""
        query, key, value = self.ask(question), self.tell(passage), self.value(passage)

        def heads(tensor: Tensor) -> Tensor:
            return tensor.reshape(*tensor.shape[:2], HEADS, -1).transpose(1, 2)

        likeness = (heads(query) @ heads(key).transpose(2, 3)).masked_fill(~told[:, None, None, :], -1e4)
        found = (likeness.softmax(3) @ heads(value)).transpose(1, 2).flatten(2)
        near = (question @ passage.transpose(1, 2)).masked_fill(~told[:, None, :], -1.0).amax(2, keepdim=True)
        seen = self.compare(self.dropout(torch.cat([query, found, query * found, near], 2))).relu() * asked[:, :, None]
        pooled = torch.cat([seen.sum(1) / asked.sum(1, keepdim=True), seen.amax(1)], 1)
        scores: Tensor = self.decide(self.dropout(pooled)).squeeze(1)
        return scores


@click.command(help=__doc__, cls=TrainingCommand)
@click.argument("questions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--weights", type=click.Path(file_okay=False, path_type=Path), default=WEIGHTS, help="folder to complete")
@click.option("--seed", type=int, default=1, show_default=True)
def main(questions: Path, weights: Path, seed: int) -> None:
    """Teach the model and write its weights (the module's docstring is what --help shows)."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    asked, told, examples = read(questions)
    encoder = OnnxEncoder(packaged_model(weights, without=ANSWERABILITY))
    texts = {"es": (asked, told), "en": (to_english(asked), to_english(told))}
    read_texts = {name: (_encode(encoder, some, kept=False), _encode(encoder, others, kept=True))
                  for name, (some, others) in texts.items()}  # fmt: skip
    model = teach(read_texts, examples, chance, encoder.token_dimension)
    write(model, weights / ANSWERABILITY)
    seal(weights, encoder.dimension)


def read(path: Path) -> tuple[list[str], list[str], list[Example]]:
    """Questions, passages, and which stands beside which: as in the file, and hard negatives by shared words."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    passages = list(dict.fromkeys(row["passage"] for row in rows))
    numbers = {passage: number for number, passage in enumerate(passages)}
    article = {numbers[row["passage"]]: row["article"] for row in rows}
    words = [frozenset(fold(passage).split()) for passage in passages]
    examples = []
    for number, row in enumerate(rows):
        own = numbers[row["passage"]]
        examples.append(Example(number, own, bool(row["answerable"])))
        wanted = frozenset(fold(row["question"]).split())
        near = sorted(
            (other for other in article if other != own and article[other] == article[own]),
            key=lambda other: (-len(wanted & words[other]), other),
        )[:_LOOKED_AT]
        answer = fold(row["answer"] or "")
        lacking = [other for other in near if not row["answerable"] or answer not in fold(passages[other])]
        examples += [Example(number, other, False) for other in lacking[:1]]
    return [row["question"] for row in rows], passages, examples


def teach(
    texts: dict[str, tuple[list[Tokens], list[Tokens]]],
    examples: Sequence[Example],
    chance: random.Random,
    dimension: int,
) -> Answerability:
    """Train on every example in a combination of languages drawn anew each time."""
    model = Answerability(dimension)
    optimiser = torch.optim.AdamW(model.parameters(), lr=_RATE, weight_decay=0.05)
    steps = _EPOCHS * -(-len(examples) // _BATCH)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, total_iters=steps)
    for epoch in range(_EPOCHS):
        total = 0.0
        for some in _shuffled(examples, chance):
            pairs = [(texts[chance.choice(["es", "en"])][0][one.question],
                      texts[chance.choice(["es", "en"])][1][one.passage]) for one in some]  # fmt: skip
            answers = torch.tensor([float(one.answers) for one in some])
            score = model(*_padded([pair[0] for pair in pairs]), *_padded([pair[1] for pair in pairs]))
            loss = nn.functional.binary_cross_entropy_with_logits(score, answers)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(some)
        click.echo(f"round {epoch + 1}: loss {total / len(examples):.4f}", err=True)
    return model.eval()


def write(model: Answerability, path: Path) -> None:
    """Write the weights in float16, as the numpy form reads them: inputs in rows."""
    weights = {
        "ask": model.ask.weight.T,
        "tell": model.tell.weight.T,
        "value": model.value.weight.T,
        "compare": model.compare.weight.T,
        "compare_bias": model.compare.bias,
        "decide": model.decide.weight[0],
        "decide_bias": model.decide.bias,
    }
    # The numpy form divides the likeness by nothing, as does the model above.
    save_file({name: np.ascontiguousarray(value.detach().numpy(), np.float16) for name, value in weights.items()}, path)


def _encode(encoder: OnnxEncoder, texts: Sequence[str], *, kept: bool) -> list[Tokens]:
    """Token vectors as the product has them: of passages what two bits a component leave."""
    tokens = encoder.encode_passages(texts).tokens
    return [expand(compress(one)) for one in tokens] if kept else list(tokens)


def _shuffled(examples: Sequence[Example], chance: random.Random) -> Iterator[list[Example]]:
    order = list(examples)
    chance.shuffle(order)
    for start in range(0, len(order), _BATCH):
        yield order[start : start + _BATCH]


def _padded(tokens: Sequence[Tokens]) -> tuple[Tensor, Tensor]:
    width = max(1, *(len(one) for one in tokens))
    filled = torch.zeros(len(tokens), width, tokens[0].shape[1])
    mask = torch.zeros(len(tokens), width, dtype=torch.bool)
    for row, one in enumerate(tokens):
        filled[row, : len(one)] = torch.from_numpy(one)
        mask[row, : len(one)] = True
    return filled, mask


if __name__ == "__main__":
    main()
