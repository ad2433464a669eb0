"""What the steps share: the labelled files that they are given, the bases these are about, and what a step makes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from knowledge.errors import BadLabels, MissingFile
from knowledge.model import Language
from retrieval.engine import Engine, open_engine
from retrieval.evaluation.labels import LabelledClaim, LabelledQuestion, LabelledQuotation, read_labels
from retrieval.models.reader import Reader
from retrieval.search.base import Base
from retrieval.search.fusion import Weights
from retrieval.settings import Settings
from retrieval.train.calibrate.questions import LARGEST, Article, open_articles, read_articles
from retrieval.train.calibrate.written import WrittenQuestion, WrittenText, add_written, ask_written
from retrieval.train.command import say

# One question of the articles in so many is read: two hundred in each pair of languages.
SAMPLED = 3

LabelKind = TypeVar("LabelKind", LabelledQuestion, LabelledClaim, LabelledQuotation)

# Which language each article of a base is in, by its number: one alone, or every other article in each.
ARRANGEMENTS: dict[str, Sequence[Language]] = {
    "en": ("en",),
    "es": ("es",),
    "both": ("es", "en"),
    "both, swapped": ("en", "es"),
}


@dataclass(frozen=True, slots=True)
class LabelFile(Generic[LabelKind]):
    """The labels of one kind in a file, and the home whose base they are about; None for the bundled base."""

    name: str
    home: Path | None
    labels: tuple[LabelKind, ...]


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """The articles of a file in SQuAD's format."""

    name: str
    articles: tuple[Article, ...]

    def __str__(self) -> str:
        """Its name and its number of questions, as an origin gives them."""
        return f"{sum(len(article.questions) for article in self.articles)} questions of {self.name}"


@dataclass(frozen=True, slots=True)
class Ranking:
    """What evidence is ranked with: the weights of fusion, and that of the reader's log-odds."""

    fusion: Weights
    answered: float


@dataclass(frozen=True, slots=True)
class Bases:
    """Opens the bases that are asked; those made for it lie in `folder` and are opened again from there."""

    folder: Path
    encoder: str
    reader: Reader

    @contextmanager
    def open(self, home: Path | None) -> Iterator[Engine]:
        """Open the base of a home as it stands, or the bundled base."""
        with open_engine(self._settings(home, bundled=home is None), notice=say) as engine:
            yield engine

    @contextmanager
    def open_arrangement(self, name: str, files: Mapping[Language, ArticleFile]) -> Iterator[Engine]:
        """Open the base of an arrangement of development articles."""
        languages = ARRANGEMENTS[name]
        articles = {language: file.articles for language, file in files.items()}
        settings = self._settings(self.folder / name, bundled=False)
        with open_articles(articles, lambda number: languages[number % len(languages)], settings) as engine:
            yield engine

    @contextmanager
    def open_written(self, texts: Sequence[WrittenText]) -> Iterator[Engine]:
        """Open the base of the written texts, made at the first opening."""
        settings = self._settings(self.folder / "written", bundled=False)
        is_new = not settings.home.exists()
        with open_engine(settings) as engine:
            if is_new:
                add_written(engine, texts)
            yield engine

    def ask_written(self, texts: Sequence[WrittenText], step: str) -> Iterator[tuple[Base, WrittenQuestion]]:
        """Yield every question of the written texts, for a step, with the base of all of them; none for no texts."""
        if texts:
            with self.open_written(texts) as engine:
                say(f"{step}: written texts")
                base = engine.base
                for question in ask_written(base, texts):
                    yield base, question

    def _settings(self, home: Path | None, *, bundled: bool) -> Settings:
        place = self.folder / "bundled" if home is None else home
        return Settings(home=place, bundled=bundled, encoder=self.encoder)


@dataclass(frozen=True, slots=True)
class Table:
    """Figures for a person: a name and figures in each row."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """The values that a step fitted, what on, and how they do on what they were not fitted on."""

    values: Mapping[str, Any]
    data: str
    table: Table


def read_label_file(path: Path, home: Path | None, kind: type[LabelKind], name: str) -> LabelFile[LabelKind]:
    """The labels of one kind in a file. Raises MissingFile, SourceTooLarge, or BadLabels where it has none.

    Raises MissingFile for a home that is not there, too.
    """
    if home is not None and not (home / "knowledge.db").is_file():
        raise MissingFile(f"{home} is no home of a knowledge base.", hint="Name the folder that --home names.")
    labels = tuple(label for label in read_labels(path, max_bytes=LARGEST) if isinstance(label, kind))
    if not labels:
        raise BadLabels(f"{path.name} holds no {name}.", hint=f"Name a file with {name}s, as `citabot eval` reads it.")
    return LabelFile(path.name, home, labels)


def read_parallel(files: Mapping[Language, Path]) -> dict[Language, ArticleFile]:
    """The same articles in several languages. Raises what `read_articles` raises, and BadLabels where they differ."""
    read = {language: ArticleFile(path.name, read_articles(path)) for language, path in files.items()}
    shapes = {tuple(len(article.paragraphs) for article in file.articles) for file in read.values()}
    if len(shapes) > 1:
        names = " and ".join(file.name for file in read.values())
        raise BadLabels(f"{names} are not parallel: their articles differ in number or in paragraphs.", hint="")
    return read


def listed(parts: Sequence[str]) -> str:
    """Parts of a sentence with commas and an "and"."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
