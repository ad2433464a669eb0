"""What finding quotations and their speakers costs, beside encoding the same passages with the packaged encoder.

Both are measured in one process, in processor time, in milliseconds a thousand words; the encoder has one thread, as
the finding has. Passages are encoded as they are when a document is stored: under their title, with their sentences and
quotations as parts. Texts: the bundled briefs; with a folder of data also ordinary news (its written articles) and the
corpus of speakers, which is dense with quotations.

usage: python tests/benchmarks/speakers_cost.py [DATA] [--texts N]
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from knowledge.bundled import documents
from knowledge.language import detect
from knowledge.model import Document, Language, Metadata, Paragraph
from knowledge.quotes import find_quotes
from knowledge.segment import segment
from knowledge.speech.finder import find_utterances
from knowledge.speech.reading import read_names
from knowledge.speech.said_by import attribute
from retrieval.index.encoded import planned_passages
from retrieval.model import ENCODER_NAME
from retrieval.models.encoder import Encoder
from retrieval.models.onnx_encoder import OnnxEncoder
from retrieval.models.packaged import packaged_model
from retrieval.train.data_folder import ARTICLES, SPEAKERS, ArticleRow, SpeakersRow, read_rows
from retrieval.train.speaker_texts import placed

STEPS = ("names", "finding", "attribution", "encoding")


@dataclass(slots=True)
class Cost:
    """The processor seconds of each step over some texts, with their words, passages and quotations."""

    words: int = 0
    passages: int = 0
    quotations: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STEPS, 0.0))

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Count the time of a step."""
        began = time.process_time()
        yield
        self.seconds[step] += time.process_time() - began


def measure(encoder: Encoder, texts: Iterable[Document]) -> Cost:
    """Find, attribute and encode each text."""
    cost = Cost()
    for document in texts:
        text, paragraphs = document.text, document.paragraphs
        language: Language = document.metadata.language or detect(text)
        segments = segment(text, paragraphs, language=language)
        sentences = segments.sentences
        starts = frozenset(start for start, *_ in sentences)
        with cost.timed("names"):
            reading = read_names(text, language=language, sentence_starts=starts)
        with cost.timed("finding"):
            spoken = find_utterances(reading, paragraphs, sentences)
        with cost.timed("attribution"):
            attribute(reading, paragraphs, sentences, spoken)
        quotes = find_quotes(text, paragraphs, language=language, sentences=sentences)
        languages = tuple(language for _ in segments.passages)
        planned = list(planned_passages(text, document.location, replace(segments, quotes=quotes, languages=languages)))
        with cost.timed("encoding"):
            encoder.encode_passages([each.text for each in planned], spans=[each.spans for each in planned])
        cost.words, cost.passages = cost.words + len(text.split()), cost.passages + len(planned)
        cost.quotations += len(quotes)
    return cost


def articles(data: Path) -> Iterator[Document]:
    """Yield the written articles as documents."""
    for row in read_rows(data / ARTICLES, ArticleRow):
        yield as_document(row.title, row.paragraphs)


def corpus(data: Path) -> Iterator[Document]:
    """Yield the texts of the corpus of speakers."""
    for row in read_rows(data / SPEAKERS, SpeakersRow):
        text = placed(row)
        yield Document(text.text, tuple(text.paragraphs), Metadata(language=row.language), row.split)


def as_document(title: str, written: Sequence[str]) -> Document:
    """Return paragraphs as a document."""
    paragraphs: list[Paragraph] = []
    for words in written:
        start = paragraphs[-1].end + 2 if paragraphs else 0
        paragraphs.append(Paragraph(start, start + len(words)))
    return Document("\n\n".join(written), tuple(paragraphs), Metadata(), title)


@click.command(help=__doc__)
@click.argument("data", required=False, type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.option("--texts", default=60, show_default=True, type=click.IntRange(1), help="texts of each kind")
def main(data: Path | None, texts: int) -> None:
    """Measure and print."""
    encoder = OnnxEncoder(packaged_model(), threads=1)
    kinds: dict[str, Iterable[Document]] = {"briefs": (each for each in documents() if each.quotes is None)}
    if data is not None:
        kinds |= {"written articles": articles(data), "corpus of speakers": corpus(data)}
    measure(encoder, [as_document("warm up", ["“It rains,” said Ann Ross."])])
    table = Table("texts", "words", "passages", "quotations", *STEPS, "ratio", title=f"{ENCODER_NAME}, one thread")
    for name, listed in kinds.items():
        cost = measure(encoder, islice(listed, texts))
        each = [1_000_000 * cost.seconds[step] / max(1, cost.words) for step in STEPS]
        figures = (cost.words, cost.passages, cost.quotations, *(f"{value:.1f}" for value in each))
        table.add_row(name, *map(str, figures), f"{sum(each[:-1]) / max(each[-1], 1e-9):.3f}")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
