"""Reading of plain text: its words are left exactly as they are."""

from knowledge.formats.encodings import decode
from knowledge.formats.limits import USUAL_LIMITS, ReadingLimits, check_characters
from knowledge.formats.paragraphs import plain_paragraphs
from knowledge.model import Document, Metadata


def read_plain(content: bytes, *, charset: str | None, location: str, limits: ReadingLimits = USUAL_LIMITS) -> Document:
    """Read a file's own text in NFC with line feeds as line ends, and nothing else changed.

    Raises UnsupportedFormat for binary content, DamagedDocument for text that no encoding explains, and
    SourceTooLarge.
    """
    text = decode(content, charset=charset, location=location)
    check_characters(len(text), location, limits)
    return Document(text, plain_paragraphs(text), Metadata(), location)
