"""How long it takes to read documents of growing length, and to find their quotations.

The words are those of the bundled briefs, over and over. Text and Markdown are read and segmented, as `citabot add`
does before anything is encoded; quotations, and other formats, are shown apart. Times are of this process alone, so
that what else the machine does is left out. Further files, such as PDFs, are read once each.

usage: python tests/benchmarks/documents.py [FILE...]
"""

import gc
import io
import sys
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path

import docx
from rich.console import Console
from rich.table import Table

from knowledge.bundled import documents
from knowledge.language import detect
from knowledge.quotes import find_quotes
from knowledge.readers import ReadingLimits, read_bytes
from knowledge.segment import segment

LENGTHS = (70_000, 140_000, 280_000, 560_000, 1_120_000, 2_240_000)
"""Characters, each twice the one before: time that grows with the length alone doubles from row to row."""
MOST_QUOTED = 300_000
"""Characters up to which quotations are looked for."""


def html_page(paragraphs: Sequence[str]) -> bytes:
    """A page of these paragraphs."""
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return f"<html><body><article>{body}</article></body></html>".encode()


def word_document(paragraphs: Sequence[str]) -> bytes:
    """A Word document of these paragraphs."""
    document, stream = docx.Document(), io.BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(stream)
    return stream.getvalue()


FORMATS: dict[str, tuple[str, Callable[[Sequence[str]], bytes]]] = {
    "text of one line": ("a.txt", lambda paragraphs: " ".join(paragraphs).encode()),
    "text": ("a.txt", lambda paragraphs: "\n\n".join(paragraphs).encode()),
    "Markdown": ("a.md", lambda paragraphs: "\n\n".join(paragraphs).encode()),
    "HTML": ("a.html", html_page),
    "DOCX": ("a.docx", word_document),
}


def measured(name: str, content: bytes, *, quoted: bool) -> list[str]:
    """Return the cells of a row: characters, seconds of reading, segmenting and both by megabyte, and of quotations."""
    gc.collect()  # so that none is charged with what the one before has left
    start = time.process_time()
    document = read_bytes(content, name=name, content_type=None, location=name, limits=ReadingLimits())
    read = time.process_time()
    language = document.metadata.language or detect(document.text)
    found = time.process_time()
    segments = segment(document.text, document.paragraphs, language=language)
    segmented = time.process_time()
    if quoted:
        find_quotes(document.text, document.paragraphs, language=language, sentences=segments.sentences)
    last = time.process_time()
    seconds = read - start + segmented - found
    return [
        f"{len(document.text):,}",
        f"{len(document.paragraphs):,}",
        f"{read - start:.3f}",
        f"{segmented - found:.3f}",
        f"{len(document.text.encode()) / 1e6 / seconds:.2f}",
        f"{last - segmented:.2f}" if quoted else "",
    ]


def main(files: Sequence[Path]) -> None:
    """Print a row for each format and length, then one for each file."""
    columns = ("format", "characters", "paragraphs", "reading", "segmenting", "MB/s", "quotations")
    table = Table(*columns, title="seconds of this process")
    parts = [document.text[part.start : part.end] for document in documents() for part in document.paragraphs]
    for kind, (name, made) in FORMATS.items():
        measured(name, made(parts[:3]), quoted=True)  # what is imported and opened once
        for length in LENGTHS:
            count = length * len(parts) // sum(map(len, parts))
            content = made(list(islice(cycle(parts), count)))
            table.add_row(kind, *measured(name, content, quoted=length <= MOST_QUOTED))
    for file in files:
        table.add_row(file.name, *measured(file.name, file.read_bytes(), quoted=file.stat().st_size <= MOST_QUOTED))
    Console(width=120).print(table)


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
