"""How well an encoder finds the right passage by itself: hit@1 on questions that nothing was taught on.

Words, fusion and calibration come to it only in the product; `retrieval.train.calibrate` measures that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from knowledge.model import Language
from retrieval.train.calibrate.step import ArticleFile
from retrieval.train.data_folder import ARTICLES, PASSAGES, ArticleRow, PassageRow, read_rows
from retrieval.train.reading import PASSAGE, QUESTION, Reading, cut_texts, late_interaction, read

# Pieces read of a text, as in the product, and texts read at a time.
_QUESTION_PIECES, _PASSAGE_PIECES, _BATCH = 64, 256, 32


@dataclass(frozen=True, slots=True)
class Search:
    """Questions, the passages that are searched, and for each question the number of the right one."""

    questions: list[str]
    passages: list[str]
    right: list[int]


@dataclass(frozen=True, slots=True)
class Hits:
    """How many questions there are, and for how many the right passage comes first in either way."""

    questions: int
    pooled: int
    late: int


def development(data: Path, articles: Mapping[Language, ArticleFile]) -> dict[str, list[Search]]:
    """Return the development questions of a data folder, and of articles in SQuAD's format, by name.

    Each article is searched by itself, then all of them; of parallel files, each language in each. Raises as
    `read_rows` does.
    """
    searches = {
        f"{asked} → {searched}": [_squad(articles[asked], articles[searched])]
        for asked in sorted(articles)
        for searched in sorted(articles)
    }
    rows = [row for row in read_rows(data / ARTICLES, ArticleRow) if row.split == "dev"]
    if rows:
        by_article = [_article(row) for row in rows]
        searches |= {"written articles, each": by_article, "written articles, all": [_together(by_article)]}
    written = [_passage(row) for name in PASSAGES for row in read_rows(data / name, PassageRow) if row.split == "dev"]
    if written:
        searches["written passages"] = [_together(written)]
    return searches


def measure(model: Any, tokenizer: Tokenizer, searches: Sequence[Search]) -> Hits:
    """Return how many questions find the right passage first."""
    total = pooled_hits = late_hits = 0
    for search in searches:
        passages = _readings(model, tokenizer, PASSAGE, search.passages, _PASSAGE_PIECES)
        questions = _readings(model, tokenizer, QUESTION, search.questions, _QUESTION_PIECES)
        first: list[int] = []
        first_late: list[int] = []
        for asked in questions:
            first += torch.cat([asked.pooled @ part.pooled.T for part in passages], 1).argmax(1).tolist()
            first_late += torch.cat([late_interaction(asked, part) for part in passages], 1).argmax(1).tolist()
        total += len(search.right)
        pooled_hits += sum(best == right for best, right in zip(first, search.right, strict=True))
        late_hits += sum(best == right for best, right in zip(first_late, search.right, strict=True))
    return Hits(total, pooled_hits, late_hits)


def _readings(model: Any, tokenizer: Tokenizer, prefix: str, texts: Sequence[str], longest: int) -> list[Reading]:
    with torch.no_grad():
        return [
            read(model, cut_texts(tokenizer, prefix, texts[start : start + _BATCH], longest))
            for start in range(0, len(texts), _BATCH)
        ]


def _squad(asked: ArticleFile, searched: ArticleFile) -> Search:
    """The questions of a file, and the paragraphs of its parallel in another language or of itself."""
    questions, right, offset = [], [], 0
    for article in asked.articles:
        questions += [question for question, _, _ in article.questions]
        right += [offset + place for _, place, _ in article.questions]
        offset += len(article.paragraphs)
    return Search(questions, [text for article in searched.articles for text in article.paragraphs], right)


def _article(row: ArticleRow) -> Search:
    asked = [(question, place) for _, question, place in row.questions if place is not None]
    return Search([question for question, _ in asked], row.paragraphs, [place for _, place in asked])


def _passage(row: PassageRow) -> Search:
    asked = [question for _, question, answer in row.questions if answer]
    return Search(asked, [row.passage], [0] * len(asked))


def _together(searches: Sequence[Search]) -> Search:
    """All questions in all passages."""
    whole = Search([], [], [])
    for search in searches:
        whole.right.extend(len(whole.passages) + right for right in search.right)
        whole.questions.extend(search.questions)
        whole.passages.extend(search.passages)
    return whole
