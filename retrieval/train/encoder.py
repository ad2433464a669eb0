"""Teach the encoder: questions near the passages that answer them, by pooled vectors and by late interaction.

Both are taught by contrast within the batch (van den Oord et al. 2018, https://arxiv.org/abs/1807.03748; Karpukhin et
al. 2020, https://aclanthology.org/2020.emnlp-main.550/), with other paragraphs of the same article as hard negatives.
Every fourth step a sentence and its translation take the places of question and passage. A small pull keeps passages
where the base has them.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from retrieval.train.bitext import Pair
from retrieval.train.pairs import SHARES, TrainingPair, typed
from retrieval.train.reading import PASSAGE, QUESTION, Reading, Texts, cut_texts, late_interaction, read
from retrieval.train.teaching import Checkpoints, Recipe, device, run
from retrieval.train.transformer import Base, build

# Where no source is named, numbers are our choice: those of the encoder that ships.
_POOLED_TEMPERATURE, _LATE_TEMPERATURE = 0.02, 0.03
# Pieces read of a text, prefix and marks included: longer ones cost more than they teach.
_QUESTION_PIECES, _PASSAGE_PIECES, _SENTENCE_PIECES = 64, 200, 96
# Other paragraphs of the article shown with a question.
_MOST_OTHERS = 4
_SENTENCES_EVERY = 4
# Of the prefixes of a sentence and its translation each is drawn as often: both directions, and question by question.
_SENTENCE_PREFIXES = ((QUESTION, PASSAGE), (PASSAGE, QUESTION), (QUESTION, QUESTION))
# Passages read at a time, in the order of their lengths, and those of the shortest that are pulled to the base.
_GROUP, _PULLED = 256, 64
_DROPOUT = 0.05


@dataclass(frozen=True, slots=True)
class Material:
    """What is learnt from; without sentence pairs, every step takes questions."""

    pairs: Sequence[TrainingPair]
    sentences: Sequence[Pair]


@dataclass(frozen=True, slots=True)
class Models:
    """The model that is taught, the base that it is pulled to, and what cuts texts for both."""

    taught: Any
    base: Any
    tokenizer: Any


def teach(
    base: Base, material: Material, recipe: Recipe, checkpoints: Checkpoints, *, report: Callable[[int, float], None]
) -> Any:
    """Return the taught model, ready to read; `report` gets each step, from 1, and its loss. Raises as `run` does."""
    models = Models(build(base, dropout=_DROPOUT).to(device()), build(base).to(device()), base.tokenizer)

    def draw(chance: random.Random, step: int) -> tuple[random.Random, int]:
        return chance, step

    def loss(drawn: tuple[random.Random, int]) -> Tensor:
        return step_loss(models, material, recipe, *drawn)

    return run(models.taught, draw, loss, recipe, checkpoints, report=report)


def step_loss(models: Models, material: Material, recipe: Recipe, chance: random.Random, step: int) -> Tensor:
    """Return the loss of a step, of the batch that `chance` draws."""
    if material.sentences and step % _SENTENCES_EVERY == _SENTENCES_EVERY - 1:
        return _sentences_loss(models, chance.sample(material.sentences, min(recipe.batch, len(material.sentences))),
                               chance)  # fmt: skip
    drawn = chance.choices(material.pairs, [SHARES[pair.kind] for pair in material.pairs], k=recipe.batch)
    return _questions_loss(models, drawn, recipe, chance)


def _questions_loss(models: Models, drawn: Sequence[TrainingPair], recipe: Recipe, chance: random.Random) -> Tensor:
    texts = list(dict.fromkeys(
        [pair.passage for pair in drawn]
        + [other for pair in drawn for other in chance.sample(pair.others, min(_MOST_OTHERS, len(pair.others)))]
    ))  # fmt: skip
    asked = [typed(pair.question, chance) if chance.random() < recipe.typed else pair.question for pair in drawn]
    questions = read(models.taught, cut_texts(models.tokenizer, QUESTION, asked, _QUESTION_PIECES))
    passages = cut_texts(models.tokenizer, PASSAGE, texts, _PASSAGE_PIECES)
    order = sorted(range(len(texts)), key=lambda number: len(passages.pieces[number]))
    columns = {texts[number]: column for column, number in enumerate(order)}
    right = torch.tensor([columns[pair.passage] for pair in drawn], device=questions.pooled.device)
    groups = [passages.some(order[start : start + _GROUP]) for start in range(0, len(order), _GROUP)]
    readings = [read(models.taught, group) for group in groups]
    pooled = torch.cat([questions.pooled @ reading.pooled.T for reading in readings], 1)
    late = torch.cat([late_interaction(questions, reading) for reading in readings], 1)
    contrast = functional.cross_entropy(pooled / _POOLED_TEMPERATURE, right)
    contrast = contrast + functional.cross_entropy(late / _LATE_TEMPERATURE, right)
    return contrast + _pull(models, groups[0], readings[0])


def _pull(models: Models, texts: Texts, reading: Reading) -> Tensor:
    """Return the mean of one less the cosine between a passage's vector and that of the base, for the shortest ones."""
    with torch.no_grad():
        before = read(models.base, texts.some(range(min(_PULLED, len(texts.pieces)))))
    return (1 - (before.pooled * reading.pooled[:_PULLED]).sum(-1)).mean()


def _sentences_loss(models: Models, drawn: Sequence[Pair], chance: random.Random) -> Tensor:
    prefixes = chance.choice(_SENTENCE_PREFIXES)
    english, spanish = (
        read(models.taught, cut_texts(models.tokenizer, prefix, texts, _SENTENCE_PIECES))
        for prefix, texts in zip(
            prefixes, ([pair.english for pair in drawn], [pair.spanish for pair in drawn]), strict=True
        )
    )
    right = torch.arange(len(drawn), device=english.pooled.device)
    pooled = english.pooled @ spanish.pooled.T / _POOLED_TEMPERATURE
    likeness = (
        pooled,
        pooled.T,
        late_interaction(english, spanish) / _LATE_TEMPERATURE,
        late_interaction(spanish, english) / _LATE_TEMPERATURE,
    )
    return torch.stack([functional.cross_entropy(rows, right) for rows in likeness]).mean()
