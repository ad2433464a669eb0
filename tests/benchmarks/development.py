"""Development questions in SQuAD's format as a base to search, with everything that a measure needs made ready.

The files are XQuAD's articles held apart for development, one a language, exactly parallel (Artetxe, Ruder and
Yogatama 2020, "On the Cross-lingual Transferability of Monolingual Representations"; CC BY-SA 4.0; not shipped here).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge.model import Language, Metadata
from retrieval.engine import Engine, open_engine
from retrieval.search import Question, prepare
from retrieval.settings import Settings


@dataclass(frozen=True)
class Asked:
    """A question ready for searching, the passages that hold its answer, and all passages of the same article."""

    question: Question
    answer: str
    gold: frozenset[int]
    article: frozenset[int]


def load(file: Path) -> list[tuple[list[str], list[tuple[str, int, str]]]]:
    """For each article its passages, and its questions with the number of the passage that answers and the answer."""
    articles = []
    for article in json.loads(file.read_text("utf-8"))["data"]:
        contexts = [paragraph["context"].replace("\n", " ").strip() for paragraph in article["paragraphs"]]
        questions = [
            (asked["question"], number, asked["answers"][0]["text"])
            for number, paragraph in enumerate(article["paragraphs"])
            for asked in paragraph["qas"]
        ]
        articles.append((contexts, questions))
    return articles


@contextmanager
def base(file: Path, language: Language) -> Iterator[Engine]:
    """A base with each article of the file as a source."""
    with TemporaryDirectory() as folder, open_engine(Settings(home=Path(folder), bundled=False)) as engine:
        for number, (contexts, _) in enumerate(load(file)):
            path = Path(folder) / f"article-{number:03}.txt"
            path.write_text("\n\n".join(contexts) + "\n", encoding="utf-8")
        paths = sorted(str(path) for path in Path(folder).glob("*.txt"))
        for result in engine.add(paths, Metadata(language=language)):
            if isinstance(result, Exception):
                raise result
        yield engine


def questions(engine: Engine, file: Path, language: Language) -> list[Asked]:
    """The questions of a file, asked of a base made from the file or from its parallel in another language."""
    passages = engine.store.passages(unit.id for unit in engine.store.units() if unit.kind == "passage").values()
    asked = []
    for number, (_, found) in enumerate(load(file)):
        own = [passage for passage in passages if passage.source == f"article-{number:03}"]
        vectors = engine.encoder.encode_questions([text for text, *_ in found])
        for (text, paragraph, answer), vector in zip(found, vectors, strict=True):
            gold = frozenset(one.id for one in own if one.paragraph <= paragraph + 1 <= one.last_paragraph)
            asked.append(Asked(prepare(text, language, vector), answer, gold, frozenset(one.id for one in own)))
    return asked
