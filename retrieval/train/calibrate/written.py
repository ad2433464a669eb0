"""The written development texts of a data folder: one base of articles and passages, with questions and claims.

The questions of an article are asked of its own passages, as by somebody who has it before them, those on a passage of
the whole base. What a text does not answer is near and no answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from knowledge.errors import MissingFile
from knowledge.model import Language, Metadata
from retrieval.engine import Engine
from retrieval.evaluation.labels import LabelledClaim
from retrieval.search.base import Base
from retrieval.search.question import prepare
from retrieval.train.calibrate.questions import Asked, add_texts, holds, passages_by_source
from retrieval.train.data_folder import (
    ARTICLE_CLAIMS,
    ARTICLES,
    PASSAGES,
    ArticleClaimsRow,
    ArticleRow,
    Decision,
    PassageRow,
    read_rows,
)

_VERDICTS: dict[Decision, Literal["supported", "contradicted", "not enough evidence"]] = {
    "S": "supported",
    "C": "contradicted",
    "N": "not enough evidence",
}


@dataclass(frozen=True, slots=True)
class WrittenText:
    """A text with questions, each with the place of the paragraph that answers it, if any does, and claims.

    `title` is None for a passage, which stands by itself.
    """

    name: str
    title: str | None
    paragraphs: tuple[str, ...]
    questions: tuple[tuple[Language, str, int | None], ...]
    claims: tuple[LabelledClaim, ...]


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """A question with the name of its kind; `passages` are those that it is asked of, None for all of the base."""

    group: str
    asked: Asked
    passages: frozenset[int] | None


def read_written(data: Path) -> tuple[WrittenText, ...]:
    """Read the development texts of a data folder. Raises MissingFile where there are none, and as `read_rows` does."""
    claims = {(row.part, row.number): row for row in read_rows(data / ARTICLE_CLAIMS, ArticleClaimsRow)}
    texts = [
        _article(row, claims.get((row.part, row.number)))
        for row in read_rows(data / ARTICLES, ArticleRow)
        if row.split == "dev"
    ]
    rows = [row for name in PASSAGES for row in read_rows(data / name, PassageRow) if row.split == "dev"]
    texts += [_passage(number, row) for number, row in enumerate(rows)]
    if not texts:
        raise MissingFile(f"{data} holds no written texts for development.", hint="Name the data folder.")
    return tuple(texts)


def add_written(engine: Engine, texts: Sequence[WrittenText]) -> None:
    """Store the texts in a new base, and index them."""
    add_texts(engine, {text.name: (text.paragraphs, Metadata(title=text.title)) for text in texts})


def ask_written(base: Base, texts: Sequence[WrittenText]) -> Iterator[WrittenQuestion]:
    """Yield every question of the texts, for a base that was made of them."""
    by_source = passages_by_source(base)
    for text in texts:
        own = by_source[text.name]
        whole = frozenset(passage.id for passage in own)
        kind = "passages" if text.title is None else "articles"
        for language, question, place in text.questions:
            gold = [passage.id for passage in own if place is not None and holds(passage, place + 1)]
            ready = prepare(question, language, base.encoder.encode_questions([question]))
            asked = Asked(ready, "", frozenset(gold), whole)
            yield WrittenQuestion(f"{kind}, {language}", asked, None if text.title is None else whole)


def _article(row: ArticleRow, claimed: ArticleClaimsRow | None) -> WrittenText:
    name = f"{row.part}-{row.number:03}"
    given = (
        [] if claimed is None else [(decision, language, claim) for decision, language, claim, _, _ in claimed.claims]
    )
    return WrittenText(name, row.title, tuple(row.paragraphs), tuple(row.questions), _claims(name, given))


def _passage(number: int, row: PassageRow) -> WrittenText:
    name = f"passage-{number:03}"
    questions = tuple((language, question, 0 if answer else None) for language, question, answer in row.questions)
    given = [(decision, language, claim) for decision, language, claim, _ in row.claims]
    return WrittenText(name, None, (row.passage,), questions, _claims(name, given))


def _claims(name: str, given: Sequence[tuple[Decision, Language, str]]) -> tuple[LabelledClaim, ...]:
    return tuple(
        LabelledClaim(f"{name}-{number}", claim, language, _VERDICTS[decision])
        for number, (decision, language, claim) in enumerate(given)
    )
