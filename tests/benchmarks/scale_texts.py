"""Articles for `scale.py`, made here: as many as are wanted, each always the same, with a quotation in every fourth
paragraph.

Words have the frequencies of the bundled base. As their sentences and quotations are known, growing a base need not
look for them; it stores, encodes and indexes them as any other.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge import bundled
from knowledge.ingest import Plan, ingest
from knowledge.model import OPERATOR, Description, Document, FoundQuote, Language, Metadata, Paragraph, Segments
from retrieval.engine import Engine
from retrieval.index.encoded import planned_passages

PARAGRAPHS, WORDS_A_SENTENCE, SENTENCES_A_PARAGRAPH, PARAGRAPHS_A_QUOTE = 200, 20, 4, 4
WORDS_A_QUESTION = 10
LANGUAGES: tuple[Language, ...] = ("en", "es")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence, and the words in it that are quoted, by start and end, with who said them."""

    text: str
    quoted: tuple[int, int] | None = None
    speaker: str = ""


class Articles:
    """Articles by number, and the texts of others, drawn at random."""

    def __init__(self) -> None:
        self._words = [word for document in bundled.documents() for word in re.findall(r"[^\W_]+", document.text)]
        self._plain_words = [word for word in self._words if word.isalpha()]
        self._capitals = sorted({word for word in self._words if word.istitle() and word.isalpha()})

    def text(self, paragraphs: int, *, seed: str) -> str:
        """Return the text of an article of so many paragraphs, each of which is a passage."""
        made = self._paragraphs(random.Random(seed), paragraphs)
        return "\n\n".join(" ".join(sentence.text for sentence in paragraph) for paragraph in made)

    def question(self, *, seed: str) -> str:
        """Return some words, none of them of digits, as most questions have none."""
        return " ".join(random.Random(seed).choices(self._plain_words, k=WORDS_A_QUESTION))

    def article(self, number: int) -> tuple[Document, Description, Segments]:
        """Return an article, what is said of it, and its sentences and quotations."""
        language, name = LANGUAGES[number % len(LANGUAGES)], f"article-{number}"
        text, paragraphs, passages, sentences, quotes = "", [], [], [], []
        for place, paragraph in enumerate(self._paragraphs(random.Random(name), PARAGRAPHS), 1):
            begin = len(text)
            for sentence in paragraph:
                start = len(text)
                text += sentence.text
                sentences.append((start, len(text), place))
                if sentence.quoted is not None:
                    part = (start + sentence.quoted[0], start + sentence.quoted[1])
                    quotes.append(
                        FoundQuote((part,), sentence.speaker, None, "said", direct=True, speaker_confidence=1.0)
                    )
                text += " "
            paragraphs.append(Paragraph(begin, len(text) - 1))
            passages.append((begin, len(text) - 1, place, place))
            text = f"{text[:-1]}\n\n"
        url = f"https://news.example/{number}"
        document = Document(text.rstrip(), tuple(paragraphs), Metadata(title=name, language=language, url=url), url)
        description = Description(name, language, "article", None, None, url, None, None)
        segments = Segments(tuple(passages), tuple(sentences), tuple(quotes), (language,) * PARAGRAPHS)
        return document, description, segments

    def _paragraphs(self, chance: random.Random, count: int) -> Iterator[list[_Sentence]]:
        for number in range(count):
            sentences = [self._sentence(chance) for _ in range(SENTENCES_A_PARAGRAPH)]
            if number % PARAGRAPHS_A_QUOTE == 0:
                speaker = " ".join(chance.choices(self._capitals, k=2))
                words = sentences[0].text.removesuffix(".")
                sentences[0] = _Sentence(f"“{words},” said {speaker}.", (1, len(words) + 2), speaker)
            yield sentences

    def _sentence(self, chance: random.Random) -> _Sentence:
        words = " ".join(chance.choices(self._words, k=WORDS_A_SENTENCE))
        return _Sentence(f"{words[0].upper()}{words[1:]}.")


def grow(engine: Engine, articles: Articles, passages: int) -> Iterator[int]:
    """Store articles until there are so many passages; yield the number that there are after each article."""
    for number in range(engine.state().passages // PARAGRAPHS, passages // PARAGRAPHS):
        document, description, segments = articles.article(number)
        planned = planned_passages(document.text, description.title, segments)
        engine._current.encode_ahead(planned)
        with engine._write_lock():
            ingest(engine.store, document, Metadata(), owner=OPERATOR, before=Plan(None, description, segments))
        engine.rebuild()
        yield (number + 1) * PARAGRAPHS


def write_articles(articles: Articles, folder: Path, passages: int) -> list[Path]:
    """Write articles of so many passages as text files; return their paths."""
    folder.mkdir()
    paths = [folder / f"article-{number}.txt" for number in range(passages // PARAGRAPHS)]
    for number, path in enumerate(paths):
        path.write_text(articles.text(PARAGRAPHS, seed=f"article-{number}"), "utf-8")
    return paths
