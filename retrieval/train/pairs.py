"""What the encoder learns from: questions and claims, each with the passage that answers or decides it."""

import random
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from knowledge.errors import MissingFile
from retrieval.train.bitext import Pair, read_pairs
from retrieval.train.data_folder import (
    ARTICLES,
    BITEXT,
    NLI,
    PASSAGES,
    SQUAD,
    ArticleRow,
    EvidenceRow,
    PassageRow,
    SquadRow,
    claimed_articles,
    paragraphs_at,
    read_rows,
    training_rows,
)

Kind = Literal["question", "article", "article claim", "claim", "squad", "fever"]
# How often a pair of each kind is drawn, against a claim on a single written passage. What is written is few and is how
# people ask; public rows are many and of another style. Our choice: the shares of the encoder that ships.
SHARES: dict[Kind, float] = {
    "question": 4.0,
    "article": 5.0,
    "article claim": 3.0,
    "claim": 1.0,
    "squad": 1.0,
    "fever": 0.4,
}
_DECIDED = frozenset({"S", "C"})
# Labels of FEVER's evidence (Thorne et al. 2018, https://aclanthology.org/N18-1074/) that decides a claim.
_FEVER, _FEVER_DECIDED = "fever", frozenset({"SUPPORTED", "REFUTED"})
# Evidence of fewer words says what it is about by its article's title alone, which is not there. Our choice.
_FEWEST_EVIDENCE_WORDS = 16
# Shorter sentences are said of many things, so that others in a batch would be as right. Our choice.
_FEWEST_ENGLISH_WORDS = 8


@dataclass(frozen=True, slots=True)
class TrainingPair:
    """A question or claim, the passage that answers or decides it, and paragraphs of the same article that do not."""

    kind: Kind
    question: str
    passage: str
    others: tuple[str, ...] = ()


def training_pairs(data: Path) -> list[TrainingPair]:
    """Return every pair of a data folder's training rows, in the files' order.

    Raises MissingFile where there is none, BadLabels or SourceTooLarge.
    """
    pairs = [*_of_passages(data), *_of_articles(data), *_of_public_rows(data)]
    if not pairs:
        raise MissingFile(f"{data} holds no rows to train on.", hint="Name the data folder.")
    return pairs


def sentence_pairs(data: Path) -> list[Pair]:
    """Return the sentence pairs of a data folder that are long enough to be told apart. Raises as `read_pairs` does."""
    path = data / BITEXT
    pairs = read_pairs(path) if path.exists() else []
    return [pair for pair in pairs if pair.words >= _FEWEST_ENGLISH_WORDS]


def _of_passages(data: Path) -> Iterator[TrainingPair]:
    for name in PASSAGES:
        for row in training_rows(data / name, PassageRow):
            yield from (
                TrainingPair("question", question, row.passage) for _, question, answer in row.questions if answer
            )
            yield from (
                TrainingPair("claim", claim, row.passage)
                for decision, _, claim, _ in row.claims
                if decision in _DECIDED
            )


def _of_articles(data: Path) -> Iterator[TrainingPair]:
    for article in training_rows(data / ARTICLES, ArticleRow):
        for _, question, place in article.questions:
            if place is not None:
                yield _beside("article", question, article, [place])
    for row, claimed in claimed_articles(data):
        if row.split == claimed.split == "train":
            for decision, _, claim, places, _ in row.claims:
                if decision in _DECIDED and places:
                    yield _beside("article claim", claim, claimed, places)


def _beside(kind: Kind, question: str, article: ArticleRow, places: Sequence[int]) -> TrainingPair:
    """Return a pair with the first of the places, the paragraphs at none of them being its others."""
    passage = paragraphs_at(article.paragraphs, places, question)[0]
    return TrainingPair(kind, question, passage, _without(article.paragraphs, frozenset(places)))


def _without(paragraphs: Sequence[str], places: Collection[int]) -> tuple[str, ...]:
    return tuple(paragraph for place, paragraph in enumerate(paragraphs) if place not in places)


def _of_public_rows(data: Path) -> Iterator[TrainingPair]:
    for row in read_rows(data / SQUAD, SquadRow):
        if row.answerable:
            yield TrainingPair("squad", row.question, row.passage)
    for evidence in read_rows(data / NLI, EvidenceRow):
        decides = evidence.source.startswith(_FEVER) and evidence.label in _FEVER_DECIDED
        if decides and len(evidence.evidence.split()) >= _FEWEST_EVIDENCE_WORDS:
            yield TrainingPair("fever", evidence.claim, evidence.evidence)


# How often people who type in a chat leave out what they may: capitals, accents, signs; and how often two letters
# change places. Our choice; of a text that is changed at all.
_LOWER, _PLAIN, _SIGNLESS, _SWAPPED = 0.6, 0.5, 0.6, 0.3
_SIGNS = re.compile(r"[¿?¡!.,;:\"“”'’]")
# A text too short to be read with two letters exchanged.
_SHORTEST_SWAPPED = 13


def typed(text: str, chance: random.Random) -> str:
    """Return a question as people type it: some of capitals, accents and signs left out, two letters exchanged."""
    if chance.random() < _LOWER:
        text = text.lower()
    if chance.random() < _PLAIN:
        text = "".join(letter for letter in unicodedata.normalize("NFD", text) if unicodedata.category(letter) != "Mn")
    if chance.random() < _SIGNLESS:
        text = _SIGNS.sub("", text)
    if chance.random() < _SWAPPED and len(text) >= _SHORTEST_SWAPPED:
        place = chance.randrange(len(text) - 1)
        text = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text.strip() or "?"
