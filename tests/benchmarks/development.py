"""Development questions in SQuAD's format as a base to search, with everything that a measure needs made ready.

The files are XQuAD's articles held apart for development, one a language, exactly parallel (Artetxe, Ruder and
Yogatama 2020, "On the Cross-lingual Transferability of Monolingual Representations"; CC BY-SA 4.0; not shipped here).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge.model import Language, Metadata, Passage
from retrieval.engine import Engine, open_engine
from retrieval.search.question import Question, prepare
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
def base(files: Mapping[Language, Path], told: Callable[[int], Language]) -> Iterator[Engine]:
    """A base with each article as a source, in the language that `told` gives its number."""
    with TemporaryDirectory() as folder, open_engine(Settings(home=Path(folder), bundled=False)) as engine:
        for language, file in files.items():
            paths = []
            for number, (contexts, _) in enumerate(load(file)):
                if told(number) == language:
                    path = Path(folder) / f"article-{number:03}.txt"
                    path.write_text("\n\n".join(contexts) + "\n", encoding="utf-8")
                    paths.append(str(path))
            for result in engine.add(paths, Metadata(language=language)) if paths else []:
                if isinstance(result, Exception):
                    raise result
        yield engine


def questions(engine: Engine, file: Path, language: Language) -> list[Asked]:
    """The questions of a file, asked of a base made from it and its parallel in the other language."""
    found = []
    for number, (_, asked) in enumerate(load(file)):
        own = [one for one in _passages(engine) if one.source == f"article-{number:03}"]
        article = frozenset(one.id for one in own)
        for text, paragraph, answer in asked:
            gold = frozenset(one.id for one in own if one.paragraph <= paragraph + 1 <= one.last_paragraph)
            ready = prepare(text, language, engine.encoder.encode_questions([text]))
            found.append(Asked(ready, answer, gold, article))
    return found


def labelled(engine: Engine, file: Path) -> list[tuple[Asked, str]]:
    """The questions of a labelled file as `citabot eval` reads it, with their language; without gold, none answers."""
    found = []
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        gold = {
            one.id
            for place in row["gold"]
            for one in _passages(engine)
            if one.source == place["source"] and one.paragraph <= place["paragraph"] <= one.last_paragraph
        }
        ready = prepare(row["question"], row["language"], engine.encoder.encode_questions([row["question"]]))
        found.append((Asked(ready, "", frozenset(gold), frozenset()), row["kind"]))
    return found


def _passages(engine: Engine) -> Iterable[Passage]:
    return engine.store.passages(engine.generation.postings.ids.tolist()).values()
