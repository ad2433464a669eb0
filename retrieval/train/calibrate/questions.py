"""Development questions beside the bases that they are asked of: articles in SQuAD's format, and labelled files.

The articles are those of XQuAD that are set apart for development, a file a language, exactly parallel (Artetxe, Ruder
and Yogatama 2020, "On the Cross-lingual Transferability of Monolingual Representations"; CC BY-SA 4.0; not shipped).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from knowledge.errors import BadLabels, UnknownSource
from knowledge.ingest import ingest
from knowledge.model import Language, Metadata, Passage
from knowledge.readers import ReadingLimits, read_bytes
from knowledge.storage import read_regular
from retrieval.engine import Engine, open_engine
from retrieval.evaluation.labels import LabelledQuestion
from retrieval.search.base import Base
from retrieval.search.question import Question, prepare
from retrieval.settings import Settings

LARGEST = int(Settings().max_source_mb * 1_000_000)
"""Bytes of a file that is read: as many as of a source."""
_LIMITS = ReadingLimits(max_bytes=LARGEST)


# As SQuAD's files are (Rajpurkar et al. 2016, https://rajpurkar.github.io/SQuAD-explorer/): other fields are left out.
@dataclass(frozen=True, slots=True)
class _Answer:
    text: str


@dataclass(frozen=True, slots=True)
class _Asked:
    question: str
    answers: Annotated[list[_Answer], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class _Paragraph:
    context: str
    qas: list[_Asked]


@dataclass(frozen=True, slots=True)
class _Article:
    title: str
    paragraphs: Annotated[list[_Paragraph], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class _File:
    # Of a base without the article that answers a question, another is left.
    data: Annotated[list[_Article], Field(min_length=2)]


_SQUAD = TypeAdapter(_File)


@dataclass(frozen=True, slots=True)
class Article:
    """The title and paragraphs of an article, and its questions with the places of their paragraphs and answers."""

    title: str
    paragraphs: tuple[str, ...]
    questions: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question ready for searching, its answer, the passages that hold it, and all passages of the same article."""

    question: Question
    answer: str
    gold: frozenset[int]
    article: frozenset[int]


def read_articles(path: Path) -> tuple[Article, ...]:
    """The articles of a file in SQuAD's format. Raises MissingFile, SourceTooLarge or BadLabels."""
    try:
        articles = _SQUAD.validate_json(read_regular(path, LARGEST)).data
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "its beginning"
        raise BadLabels(
            f"{path.name} is not in SQuAD's format, at {place}: {first['msg']}.",
            hint="It is JSON with data, paragraphs, context, qas, question and answers, of two articles at least.",
        ) from error
    return tuple(_article(article) for article in articles)


def _article(article: _Article) -> Article:
    return Article(
        article.title.replace("_", " "),
        tuple(" ".join(paragraph.context.splitlines()).strip() for paragraph in article.paragraphs),
        tuple(
            (asked.question, place, asked.answers[0].text)
            for place, paragraph in enumerate(article.paragraphs)
            for asked in paragraph.qas
        ),
    )


@contextmanager
def open_articles(
    articles: Mapping[Language, Sequence[Article]], language_of: Callable[[int], Language], settings: Settings
) -> Iterator[Engine]:
    """Open a base with each article as a source, in the language of its number; made at the first opening."""
    is_new = not settings.home.exists()
    with open_engine(settings) as engine:
        if is_new:
            chosen = {
                _source(number): (article.paragraphs, Metadata(title=article.title, language=language))
                for language, own in articles.items()
                for number, article in enumerate(own)
                if language_of(number) == language
            }
            add_texts(engine, chosen)
        yield engine


def add_texts(engine: Engine, texts: Mapping[str, tuple[Sequence[str], Metadata]]) -> None:
    """Store texts under names, each given with its paragraphs and what is known of it, then index them."""
    for name, (paragraphs, given) in texts.items():
        content, file = "\n\n".join(paragraphs).encode(), f"{name}.txt"
        document = read_bytes(content, name=file, content_type="text/plain", location=file, limits=_LIMITS)
        ingest(engine.store, document, given, ask=engine.ask_speakers)
    engine.rebuild()


def _source(number: int) -> str:
    return f"article-{number:03}"


def ask_articles(base: Base, articles: Sequence[Article], language: Language) -> list[Asked]:
    """The questions of articles in one language, for a base made of them or of their parallels in the other."""
    by_source = passages_by_source(base)
    asked = []
    for number, article in enumerate(articles):
        own = by_source[_source(number)]
        whole = frozenset(passage.id for passage in own)
        for text, place, answer in article.questions:
            gold = frozenset(passage.id for passage in own if holds(passage, place + 1))
            ready = prepare(text, language, base.encoder.encode_questions([text]))
            asked.append(Asked(ready, answer, gold, whole))
    return asked


def ask_labelled(base: Base, labels: Sequence[LabelledQuestion]) -> list[Asked]:
    """The questions of a labelled file, in its order, for the base that it names sources of. Raises UnknownSource."""
    by_source = passages_by_source(base)
    asked = []
    for label in labels:
        for place in label.gold:
            if place.source not in by_source:
                raise UnknownSource(
                    f"The base has no source “{place.source}”, which question “{label.id}” names as gold."
                )
        gold = frozenset(
            passage.id for place in label.gold for passage in by_source[place.source] if holds(passage, place.paragraph)
        )
        ready = prepare(label.question, label.language, base.encoder.encode_questions([label.question]))
        asked.append(Asked(ready, "", gold, frozenset()))
    return asked


def passages_by_source(base: Base) -> dict[str, list[Passage]]:
    """Return every passage, by its source."""
    by_source = defaultdict(list)
    for passage in base.store.passages(base.index.postings.passages()).values():
        by_source[passage.source].append(passage)
    return dict(by_source)


def holds(passage: Passage, paragraph: int) -> bool:
    """Say whether a passage holds the paragraph of this number."""
    return passage.paragraph <= paragraph <= passage.last_paragraph
