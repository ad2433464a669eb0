"""The data folder that training reads: packed JSON lines and sentence pairs, each file checked as it is read.

written_passages.jsonl.gz, written_tricky.jsonl.gz    passages with claims and questions
written_articles.jsonl.gz                             articles with questions
written_article_claims.jsonl.gz                       claims on these articles
written_dossiers.jsonl.gz                             collections of near passages with questions and claims
squad_es_train.jsonl.gz                               questions of SQuAD-es with their passages
nli_train.jsonl.gz                                    evidence and claims
speakers_train.jsonl.gz, written_speakers.jsonl.gz    texts with their quotations and who said them
bitext_es_en.tsv.gz                                   source, English, Spanish

A file that is not there has no rows.
"""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from knowledge.errors import BadLabels
from knowledge.model import Language
from knowledge.storage import read_regular

PASSAGES = ("written_passages.jsonl.gz", "written_tricky.jsonl.gz")
ARTICLES, ARTICLE_CLAIMS = "written_articles.jsonl.gz", "written_article_claims.jsonl.gz"
DOSSIERS = "written_dossiers.jsonl.gz"
SQUAD, NLI, SPEAKERS = "squad_es_train.jsonl.gz", "nli_train.jsonl.gz", "speakers_train.jsonl.gz"
WRITTEN_SPEAKERS = "written_speakers.jsonl.gz"
BITEXT = "bitext_es_en.tsv.gz"
LARGEST = 1_000_000_000
"""Bytes of a file of training that is read: our choice, ten times the largest there is."""
# The first two bytes of a packed file (RFC 1952, section 2.3.1).
_GZIP = b"\x1f\x8b"

Split = Literal["train", "dev"]
Place = Annotated[int, Field(ge=0)]
"""The number of a paragraph, from 0."""
Decision = Literal["S", "C", "N"]
"""What a passage does with a claim: supports it, contradicts it, or neither."""


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A written passage; claims are (decision, language, claim, kind), questions (language, question, answer or "")."""

    passage: Annotated[str, Field(alias="p")]
    claims: Annotated[list[tuple[Decision, Language, str, str]], Field(alias="c")]
    questions: Annotated[list[tuple[Language, str, str]], Field(alias="q")]
    split: Split


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """A written article; questions are (language, question, number of the paragraph that answers it, if any does)."""

    part: Annotated[str, Field(alias="a")]
    number: Annotated[int, Field(alias="i")]
    title: Annotated[str, Field(alias="t")]
    paragraphs: Annotated[list[str], Field(alias="p", min_length=1)]
    questions: Annotated[list[tuple[Language, str, Place | None]], Field(alias="q")]
    split: Split


@dataclass(frozen=True, slots=True)
class ArticleClaimsRow:
    """Claims on an article: (decision, language, claim, numbers of the paragraphs that decide it, kind)."""

    part: Annotated[str, Field(alias="a")]
    number: Annotated[int, Field(alias="i")]
    claims: Annotated[list[tuple[Decision, Language, str, list[Place], str]], Field(alias="c")]
    split: Split


@dataclass(frozen=True, slots=True)
class DossierRow:
    """Passages about the same few people and organisations, many near to what is asked and few that answer.

    Questions are (language, question, numbers of the passages that answer, the first one's words that answer or ""),
    claims (decision, language, claim, numbers of the passages that each decide it).
    """

    title: Annotated[str, Field(alias="t")]
    paragraphs: Annotated[list[str], Field(alias="p", min_length=1)]
    questions: Annotated[list[tuple[Language, str, list[Place], str]], Field(alias="q")]
    claims: Annotated[list[tuple[Decision, Language, str, list[Place]]], Field(alias="c")]
    split: Split


@dataclass(frozen=True, slots=True)
class SquadRow:
    """A question of SQuAD-es, and the passage that it was asked of, which answers it or does not.

    The answer's words may not stand in the passage just so.
    """

    question: str
    passage: str
    answerable: bool
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """Evidence and a claim of a public data set, and its label there."""

    source: str
    evidence: str
    claim: str
    label: str


@dataclass(frozen=True, slots=True)
class QuotationRow:
    """Quoted or reported words, their paragraph from 0, and the fullest name of their speaker, if there is one.

    `nearest` are the words that name the speaker nearest to them.
    """

    text: Annotated[str, Field(alias="t", pattern=r"\S")]
    speaker: Annotated[str | None, Field(alias="s")]
    nearest: Annotated[str | None, Field(alias="n")]
    paragraph: Annotated[int, Field(alias="p", ge=0)]
    manner: Annotated[Literal["direct", "indirect"], Field(alias="d")] = "direct"


@dataclass(frozen=True, slots=True)
class SpeakersRow:
    """A text with its quotations."""

    language: Annotated[Language, Field(alias="l")]
    paragraphs: Annotated[list[str], Field(alias="p", min_length=1)]
    quotations: Annotated[list[QuotationRow], Field(alias="q")]
    split: Literal["train", "dev", "unseen"]


Row = TypeVar("Row")
SplitRow = TypeVar("SplitRow", PassageRow, ArticleRow, DossierRow)
_ADAPTERS: dict[type, TypeAdapter[Any]] = {
    row: TypeAdapter(row)
    for row in (PassageRow, ArticleRow, ArticleClaimsRow, DossierRow, SquadRow, EvidenceRow, SpeakersRow)
}


def read_rows(path: Path, row: type[Row]) -> list[Row]:
    """Read the rows of a file of JSON lines, none where there is no file. Raises BadLabels or SourceTooLarge."""
    if not path.exists():
        return []
    rows: list[Row] = []
    for number, line in enumerate(read_lines(path), 1):
        try:
            rows.append(_ADAPTERS[row].validate_json(line))
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"])) or "its beginning"
            raise BadLabels(
                f"Line {number} of {path.name} cannot be used, at {place}: {first['msg'].rstrip('.')}.",
                hint="Get a whole copy of the data folder.",
            ) from error
    return rows


def training_rows(path: Path, row: type[SplitRow]) -> list[SplitRow]:
    """Read the training rows of a file of written texts. Raises as `read_rows` does."""
    return [each for each in read_rows(path, row) if each.split == "train"]


def claimed_articles(data: Path) -> Iterator[tuple[ArticleClaimsRow, ArticleRow]]:
    """Yield the claims on articles of a data folder, each row with its article.

    Raises BadLabels where there is no such article, and as `read_rows` does.
    """
    articles = {(row.part, row.number): row for row in read_rows(data / ARTICLES, ArticleRow)}
    for row in read_rows(data / ARTICLE_CLAIMS, ArticleClaimsRow):
        claimed = articles.get((row.part, row.number))
        if claimed is None:
            raise BadLabels(f"{ARTICLE_CLAIMS} has claims on article {row.part} {row.number}, which {ARTICLES} lacks.")
        yield row, claimed


def paragraphs_at(paragraphs: Sequence[Row], places: Sequence[int], asked: str) -> list[Row]:
    """Return the paragraphs that a question, claim or quotation names. Raises BadLabels where one is not there."""
    if missing := [place for place in places if place >= len(paragraphs)]:
        raise BadLabels(f"“{asked}” names paragraph {missing[0]}, of {len(paragraphs)}.")
    return [paragraphs[place] for place in places]


def read_lines(path: Path) -> list[str]:
    """Read the lines of a file, packed or not, that are not empty. Raises MissingFile, SourceTooLarge or BadLabels."""
    content = read_regular(path, LARGEST)
    try:
        text = (gzip.decompress(content) if content.startswith(_GZIP) else content).decode("utf-8")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadLabels(f"{path.name} is not whole: {error}.", hint="Get a whole copy of it.") from error
    except UnicodeDecodeError as error:
        raise BadLabels(f"{path.name} is not UTF-8 text.", hint="Get a whole copy of it.") from error
    return [line for line in text.split("\n") if line]
