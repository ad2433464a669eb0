"""What the reader learns from: claims and questions beside passages that decide or answer them, or do not.

Rows stand in groups: a question with the passage that answers it and with those that search ranks near, which do not,
so that the reader learns which of them answers; all other rows by themselves.
"""

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from knowledge.errors import MissingFile
from retrieval.train.data_folder import (
    ARTICLES,
    DOSSIERS,
    NLI,
    PASSAGES,
    SQUAD,
    ArticleClaimsRow,
    ArticleRow,
    Decision,
    DossierRow,
    EvidenceRow,
    PassageRow,
    Split,
    SquadRow,
    claimed_articles,
    paragraphs_at,
    read_rows,
    training_rows,
)
from retrieval.train.near import Near
from retrieval.train.pairs import sentence_pairs
from retrieval.train.plain_claims import claiming_sentences, plain_claims, ranged_claims, translated_claims
from retrieval.train.speaker_texts import speaker_questions, speaker_texts

Kind = Literal[
    "claim", "near claim", "article claim", "dossier claim", "plain claim", "ranged claim", "translated claim",
    "public claim", "question", "article question", "dossier question", "public question", "speaker",
]  # fmt: skip
# How often a group of each kind is drawn, against a public one. What is written is few and is how people ask; public
# rows are many and of another style. Our choice: the shares that were measured (see the model's card).
SHARES: dict[Kind, float] = {
    "claim": 4.0,
    "near claim": 2.0,
    "article claim": 4.0,
    "dossier claim": 5.0,
    "plain claim": 8.0,
    "ranged claim": 8.0,
    "translated claim": 1.0,
    "public claim": 1.0,
    "question": 3.0,
    "article question": 4.0,
    "dossier question": 5.0,
    "public question": 1.5,
    "speaker": 20.0,
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
# all are taken. Public evidence is cut after so many words. Our choice, as above.
_ALIKE, _MOST_ALIKE, _MOST_WORDS = "conjnli", 5000, 150
# The share of claims on a passage that are also shown beside another. Passages beside a question that do not answer it:
# the nearest of its own article or dossier, or, of a question on a single passage, of all that are written; with each
# some from anywhere. Our choice, as above.
_OTHER_CLAIMS, _NEAREST, _ANYWHERE = 0.4, 4, 1
# Paragraphs of its article that a claim is shown beside and that do not decide it.
_OTHER_PARAGRAPHS = 3


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim beside a passage, and what the passage does with it; "not S": it does not support it."""

    kind: Kind
    text: str
    passage: str
    decision: Decision | Literal["not S"]


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question beside a passage, whether that answers it, and the answer's start and end where they are known.

    `answered` is None of a passage of which this is not known, but that others of its group answer it better.
    """

    kind: Kind
    text: str
    passage: str
    answered: bool | None
    span: tuple[int, int] | None


Group = tuple[ClaimRow, ...] | tuple[QuestionRow, ...]
"""Rows of one claim or question that are read together."""


def reader_rows(data: Path, seed: int, near: Near) -> list[Group]:
    """Return all groups of a data folder's training rows; the seed chooses passages that decide and answer nothing.

    Raises MissingFile where there is none, BadLabels or SourceTooLarge.
    """
    chance = random.Random(seed)
    groups: list[Group] = [
        *written_rows(data, "train", chance, near),
        *_plain_claims(data, seed),
        *_public_claims(data, chance),
        *_public_questions(data),
        *_of_speakers(data, chance),
    ]
    if not groups:
        raise MissingFile(f"{data} holds no rows to train on.", hint="Name the data folder.")
    return groups


def written_rows(data: Path, split: Split, chance: random.Random, near: Near) -> list[Group]:
    """Return the groups of the written texts of a split; what is near to none of its texts is drawn by chance.

    Raises BadLabels or SourceTooLarge.
    """
    return [
        *_of_passages(data, split, chance, near),
        *_of_articles(data, split, chance, near),
        *_of_dossiers(data, split, chance, near),
    ]


def _of_passages(data: Path, split: Split, chance: random.Random, near: Near) -> Iterator[Group]:
    rows = [row for name in PASSAGES for row in read_rows(data / name, PassageRow) if row.split == split]
    everything = [row.passage for row in rows]
    for row in rows:
        for decision, _, claim, _ in row.claims:
            yield (ClaimRow("claim", claim, row.passage, decision),)
            if chance.random() < _OTHER_CLAIMS:
                for other in _others(claim, everything, [row.passage], near, chance, 1)[:1]:
                    yield (ClaimRow("near claim", claim, other, "N"),)
        for _, question, answer in row.questions:
            if answer:
                others = _others(question, everything, [row.passage], near, chance, _NEAREST)
                yield _beside("question", question, [row.passage], others, answer, others_answer=None)
            else:
                yield _beside("question", question, [], [row.passage])


def _of_articles(data: Path, split: Split, chance: random.Random, near: Near) -> Iterator[Group]:
    articles = [article for article in read_rows(data / ARTICLES, ArticleRow) if article.split == split]
    for article in articles:
        for _, question, place in article.questions:
            right = paragraphs_at(article.paragraphs, [] if place is None else [place], question)
            others = _others(question, article.paragraphs, right, near, chance, _NEAREST)
            yield _beside("article question", question, right, others)
    for row, article in claimed_articles(data):
        if row.split == article.split == split:
            yield from _of_article_claims(row, article, chance, near)


def _of_article_claims(
    row: ArticleClaimsRow, article: ArticleRow, chance: random.Random, near: Near
) -> Iterator[Group]:
    for decision, _, claim, places, _ in row.claims:
        right = paragraphs_at(article.paragraphs, places, claim)
        others = _others(claim, article.paragraphs, right, near, chance, _OTHER_PARAGRAPHS)
        # A claim that takes several paragraphs is decided by none of them.
        deciding = right if decision != "N" and len(right) == 1 else []
        yield from _decided("article claim", claim, decision, deciding, others)


def _of_dossiers(data: Path, split: Split, chance: random.Random, near: Near) -> Iterator[Group]:
    for dossier in read_rows(data / DOSSIERS, DossierRow):
        if dossier.split != split:
            continue
        for _, question, places, answer in dossier.questions:
            right = paragraphs_at(dossier.paragraphs, places, question)
            others = _others(question, dossier.paragraphs, right, near, chance, _NEAREST)
            yield _beside("dossier question", question, right, others, answer)
        for decision, _, claim, places in dossier.claims:
            right = paragraphs_at(dossier.paragraphs, places, claim)
            others = _others(claim, dossier.paragraphs, right, near, chance, _OTHER_PARAGRAPHS)
            yield from _decided("dossier claim", claim, decision, right, others)


def _beside(
    kind: Kind,
    question: str,
    right: Sequence[str],
    others: Sequence[str],
    answer: str = "",
    *,
    others_answer: bool | None = False,
) -> tuple[QuestionRow, ...]:
    """Return a question beside passages that answer it, the first with these words, and others that do not.

    A question on a single passage may be so vague that others answer it too, in their own way.
    """
    return (
        *(
            QuestionRow(kind, question, text, answered=True, span=_place(text, answer) if number == 0 else None)
            for number, text in enumerate(right)
        ),
        *(QuestionRow(kind, question, text, answered=others_answer, span=None) for text in others),
    )


def _decided(
    kind: Kind, claim: str, decision: Decision, deciding: Sequence[str], others: Sequence[str]
) -> Iterator[Group]:
    """Yield a claim beside each passage that decides it, and beside others that do not, each by itself."""
    for passage in deciding:
        yield (ClaimRow(kind, claim, passage, decision),)
    for other in others:
        yield (ClaimRow(kind, claim, other, "N"),)


def _others(
    text: str, among: Sequence[str], right: Collection[str], near: Near, chance: random.Random, most: int
) -> list[str]:
    """Return the passages of some that are nearest to a text, but for the right ones, and then others by chance."""
    inside = set(among)
    nearest = [passage for passage in near.nearest(text, right) if passage in inside][:most]
    rest = [passage for passage in among if passage not in right and passage not in nearest]
    return nearest + chance.sample(rest, min(max(most - len(nearest), _ANYWHERE), len(rest)))


def _plain_claims(data: Path, seed: int) -> Iterator[Group]:
    """Yield claims in the words of written texts, and translated sentences beside each other."""
    # A chance of its own, so that other rows are those that they are without these.
    chance = random.Random(seed)
    texts: list[Sequence[str]] = [[row.passage] for name in PASSAGES for row in training_rows(data / name, PassageRow)]
    texts += [row.paragraphs for row in training_rows(data / ARTICLES, ArticleRow)]
    texts += [row.paragraphs for row in training_rows(data / DOSSIERS, DossierRow)]
    paragraphs = [paragraph for text in texts for paragraph in text]
    claiming = list(claiming_sentences(texts))
    for row in plain_claims(claiming, chance):
        yield (ClaimRow("plain claim", row.claim, row.passage, row.decision),)
    for row in ranged_claims(claiming, chance):
        yield (ClaimRow("ranged claim", row.claim, row.passage, row.decision),)
    for row in translated_claims(sentence_pairs(data), paragraphs, chance):
        yield (ClaimRow("translated claim", row.claim, row.passage, row.decision),)


def _public_claims(data: Path, chance: random.Random) -> Iterator[Group]:
    rows = [row for row in read_rows(data / NLI, EvidenceRow) if row.label in _DECISIONS]
    alike = [row for row in rows if row.source.startswith(_ALIKE)]
    left_out = set(map(id, chance.sample(alike, max(0, len(alike) - _MOST_ALIKE))))
    for row in rows:
        if id(row) not in left_out:
            evidence = " ".join(row.evidence.split()[:_MOST_WORDS])
            yield (ClaimRow("public claim", row.claim, evidence, _DECISIONS[row.label]),)


def _public_questions(data: Path) -> Iterator[Group]:
    for row in read_rows(data / SQUAD, SquadRow):
        span = _place(row.passage, row.answer) if row.answerable else None
        yield (QuestionRow("public question", row.question, row.passage, row.answerable, span),)


def _of_speakers(data: Path, chance: random.Random) -> Iterator[Group]:
    for text in speaker_texts(data):
        if text.row.split == "train":
            for asked in speaker_questions(text, chance):
                if asked.span or not asked.is_known:
                    yield (QuestionRow("speaker", asked.question, asked.passage, asked.is_known, asked.span),)


def _place(text: str, words: str | None) -> tuple[int, int] | None:
    """Return start and end of words in a text; None for no words, and for words that are not there."""
    if not words or words not in text:
        return None
    start = text.index(words)
    return start, start + len(words)
