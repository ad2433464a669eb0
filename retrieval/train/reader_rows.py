"""What the reader learns from: claims and questions beside passages that decide or answer them, or do not."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from knowledge.errors import MissingFile
from retrieval.models.encoder import Encoder
from retrieval.train.data_folder import (
    ARTICLES,
    NLI,
    PASSAGES,
    SPEAKERS,
    SQUAD,
    ArticleClaimsRow,
    ArticleRow,
    Decision,
    EvidenceRow,
    PassageRow,
    SpeakersRow,
    Split,
    SquadRow,
    claimed_articles,
    first_paragraph,
    read_rows,
)

Kind = Literal[
    "claim", "other claim", "article claim", "public claim",
    "question", "other question", "article question", "public question", "speaker",
]  # fmt: skip
# How often a row of each kind is drawn, against a public one. What is written is few and is how people ask; public rows
# are many and of another style. Our choice: the shares of the reader that ships.
SHARES: dict[Kind, float] = {
    "claim": 4.0,
    "other claim": 2.0,
    "article claim": 4.0,
    "public claim": 1.0,
    "question": 4.0,
    "other question": 2.0,
    "article question": 2.0,
    "public question": 1.5,
    "speaker": 4.0,
}
STANCES: dict[str, int] = {"S": 0, "C": 1, "N": 2}
"""The place of each decision among the reader's log-odds."""
# Labels of public data (see `EvidenceRow`); of those in two classes alone, what does not support is one or the other.
_DECISIONS: dict[str, Decision | Literal["not S"]] = {
    "SUPPORTED": "S",
    "REFUTED": "C",
    "NEI": "N",
    "NOT_SUPPORTED": "not S",
}
# ConjNLI's rows are made by a program and alike (Saha et al. 2020, https://aclanthology.org/2020.emnlp-main.661/): not
# all are taken. Public evidence is cut after so many words. Our choice: those of the reader that ships.
_ALIKE, _MOST_ALIKE, _MOST_WORDS = "conjnli", 5000, 150
# Shares of written claims and questions that are also shown beside another passage, and other paragraphs of an article
# shown with each of its questions. Our choice, as above.
_OTHER_CLAIMS, _OTHER_QUESTIONS, _OTHER_PARAGRAPHS = 0.12, 0.25, 2
# Paragraphs that do not answer, the hardest, of each question: as many as are read at first.
_HARD_PARAGRAPHS = 3
# Questions for the speaker of quoted words, of which one of these numbers are quoted.
_WHO = {
    "es": ("¿Quién dijo «{}»?", "¿De quién son las palabras «{}»?", "¿quién dice que {}?"),
    "en": ("Who said “{}”?", "Whose words are “{}”?", "who says {}?"),
}
_QUOTED_WORDS = (6, 12, 30)


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim beside a passage, and what the passage does with it; "not S": it does not support it."""

    kind: Kind
    text: str
    passage: str
    decision: Decision | Literal["not S"]


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question beside a passage, whether that answers it, and the answer's start and end where they are known."""

    kind: Kind
    text: str
    passage: str
    answered: bool
    span: tuple[int, int] | None


Rows = Sequence[ClaimRow | QuestionRow]


def reader_rows(data: Path, seed: int) -> Rows:
    """Return every row of a data folder's training rows; the seed chooses passages that decide and answer nothing.

    Raises MissingFile where there is none, BadLabels or SourceTooLarge.
    """
    chance = random.Random(seed)
    public: list[ClaimRow | QuestionRow] = [
        *_public_claims(data, chance),
        *_public_questions(data),
        *_of_speakers(data, chance),
    ]
    return _some(data, [*written_rows(data, "train", chance), *public])


def written_rows(data: Path, split: Split, chance: random.Random) -> Rows:
    """Return the rows of the written passages and articles of a split. Raises BadLabels or SourceTooLarge."""
    return [*_of_passages(data, split, chance), *_of_articles(data, split, chance)]


def hard_rows(data: Path, seed: int, encoder: Encoder) -> Rows:
    """Return the training rows that are hardest: of written articles and passages alone.

    With each question on an article stand the paragraphs that the encoder ranks highest of those that do not answer, as
    in the product. Raises as `reader_rows` does.
    """
    rows = [row for row in written_rows(data, "train", random.Random(seed)) if row.kind != "article question"]
    articles = [row for row in read_rows(data / ARTICLES, ArticleRow) if row.split == "train"]
    return _some(data, [*rows, *(row for article in articles for row in _hard_questions(article, encoder))])


def _hard_questions(article: ArticleRow, encoder: Encoder) -> Iterator[QuestionRow]:
    """Yield each question of an article beside the paragraph that answers it, and beside the nearest that do not."""
    vectors = encoder.encode_passages([f"{article.title}. {paragraph}" for paragraph in article.paragraphs]).vectors
    questions = encoder.encode_questions([question for _, question, _ in article.questions]).vectors
    for (_, question, answering), likeness in zip(article.questions, questions @ vectors.T, strict=True):
        if answering is not None:
            passage = first_paragraph(article, [answering], question)
            yield QuestionRow("article question", question, passage, answered=True, span=None)
        others = [place for place in (-likeness).argsort().tolist() if place != answering]
        for place in others[:_HARD_PARAGRAPHS]:
            yield QuestionRow("article question", question, article.paragraphs[place], answered=False, span=None)


def _some(data: Path, rows: Rows) -> Rows:
    if not rows:
        raise MissingFile(f"{data} holds no rows to train on.", hint="Name the data folder.")
    return rows


def _of_passages(data: Path, split: Split, chance: random.Random) -> Iterator[ClaimRow | QuestionRow]:
    for name in PASSAGES:
        texts = [row for row in read_rows(data / name, PassageRow) if row.split == split]
        for row in texts:
            other = chance.choice(texts).passage
            for decision, _, claim, _ in row.claims:
                yield ClaimRow("claim", claim, row.passage, decision)
                if other != row.passage and chance.random() < _OTHER_CLAIMS:
                    yield ClaimRow("other claim", claim, other, "N")
            for _, question, answer in row.questions:
                yield QuestionRow("question", question, row.passage, bool(answer), _place(row.passage, answer))
                if answer and other != row.passage and chance.random() < _OTHER_QUESTIONS:
                    yield QuestionRow("other question", question, other, answered=False, span=None)


def _of_articles(data: Path, split: Split, chance: random.Random) -> Iterator[ClaimRow | QuestionRow]:
    for article in read_rows(data / ARTICLES, ArticleRow):
        if article.split != split:
            continue
        for _, question, place in article.questions:
            places = [] if place is None else [place]
            if places:
                passage = first_paragraph(article, places, question)
                yield QuestionRow("article question", question, passage, answered=True, span=None)
            for other in _others(article.paragraphs, places, _OTHER_PARAGRAPHS, chance):
                yield QuestionRow("article question", question, other, answered=False, span=None)
    for row, article in claimed_articles(data):
        if row.split == article.split == split:
            yield from _of_claims(row, article, chance)


def _of_claims(row: ArticleClaimsRow, article: ArticleRow, chance: random.Random) -> Iterator[ClaimRow]:
    for decision, _, claim, places, _ in row.claims:
        # A claim that takes several paragraphs is decided by none of them.
        if decision != "N" and len(places) == 1:
            yield ClaimRow("article claim", claim, first_paragraph(article, places, claim), decision)
        for other in _others(article.paragraphs, places, 1, chance):
            yield ClaimRow("article claim", claim, other, "N")


def _others(paragraphs: Sequence[str], places: Sequence[int], most: int, chance: random.Random) -> list[str]:
    """Return some of the paragraphs that are at none of these places."""
    others = [paragraph for place, paragraph in enumerate(paragraphs) if place not in places]
    return chance.sample(others, min(most, len(others)))


def _public_claims(data: Path, chance: random.Random) -> Iterator[ClaimRow]:
    rows = [row for row in read_rows(data / NLI, EvidenceRow) if row.label in _DECISIONS]
    alike = [row for row in rows if row.source.startswith(_ALIKE)]
    left_out = set(map(id, chance.sample(alike, max(0, len(alike) - _MOST_ALIKE))))
    for row in rows:
        if id(row) not in left_out:
            evidence = " ".join(row.evidence.split()[:_MOST_WORDS])
            yield ClaimRow("public claim", row.claim, evidence, _DECISIONS[row.label])


def _public_questions(data: Path) -> Iterator[QuestionRow]:
    for row in read_rows(data / SQUAD, SquadRow):
        span = _place(row.passage, row.answer) if row.answerable else None
        yield QuestionRow("public question", row.question, row.passage, row.answerable, span)


def _of_speakers(data: Path, chance: random.Random) -> Iterator[QuestionRow]:
    for row in read_rows(data / SPEAKERS, SpeakersRow):
        if row.split != "train":
            continue
        text = " ".join(row.paragraphs)
        for quotation in row.quotations:
            words = " ".join(quotation.text.split()[: chance.choice(_QUOTED_WORDS)])
            question = chance.choice(_WHO[row.language]).format(words)
            names = [name for name in (quotation.speaker, quotation.nearest) if name]
            span = next((match.span() for name in names if (match := _whole(name).search(text))), None)
            if span or not quotation.speaker:
                yield QuestionRow("speaker", question, text, span is not None, span)


def _whole(name: str) -> re.Pattern[str]:
    """Return what matches a name, and not the same letters within another word."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")


def _place(text: str, words: str | None) -> tuple[int, int] | None:
    """Return start and end of words in a text; None for no words, and for words that are not there."""
    if not words or words not in text:
        return None
    start = text.index(words)
    return start, start + len(words)
