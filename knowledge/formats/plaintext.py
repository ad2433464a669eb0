"""Reading of plain text: its encoding is found, and its words are left exactly as they are."""

import codecs
import re

from charset_normalizer import from_bytes

from knowledge.errors import DamagedDocument, UnsupportedFormat
from knowledge.formats.limits import USUAL_LIMITS, ReadingLimits, check_characters, translated
from knowledge.formats.paragraphs import composed, plain_paragraphs
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

# The encodings of https://encoding.spec.whatwg.org/#names-and-labels, by Python's names. Python has others that run
# code of their own, change the words or fail in their own ways (undefined, punycode, unicode_escape, utf-7).
_ENCODINGS = frozenset(
    (
        "utf-8", "utf-16-be", "utf-16-le", "cp866", "koi8-r", "koi8-u", "mac-roman", "cp874", "gbk",
        "gb18030", "big5", "euc_jp", "iso2022_jp", "shift_jis", "euc_kr",
        *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
        *(f"cp{page}" for page in range(1250, 1259)),
    )
)  # fmt: skip
# What the same standard reads these as: servers say the one and mean the other.
_MEANT = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gbk", "utf-16": "utf-16-le",
}  # fmt: skip
# A charset's name has 40 characters at most (RFC 2978, section 2.3).
_LABEL = re.compile(r"[A-Za-z0-9_.:-]{1,40}")

# No text holds these; form feed and vertical tab do stand in some. C1 means that the guess of an encoding was wrong.
_BINARY = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")


def read_plain(content: bytes, *, charset: str | None, location: str, limits: ReadingLimits = USUAL_LIMITS) -> Document:
    """Read a file's own text in NFC with line feeds as line ends, and nothing else changed.

    Raises UnsupportedFormat for binary content, DamagedDocument for text that no encoding explains, and
    SourceTooLarge.
    """
    text = decode(content, charset=charset, location=location)
    check_characters(len(text), location, limits)
    return Document(text, plain_paragraphs(text), Metadata(), location)


def decode(content: bytes, *, charset: str | None, location: str) -> str:
    """Decode bytes: by byte order mark, then UTF-8, then the stated charset, then the likeliest legacy encoding.

    Raises UnsupportedFormat for binary data, and DamagedDocument for text in no encoding that is known.
    """
    text = _decode_exactly(content, charset)
    if text is None:
        text = _decode_by_guess(content, location)
    if _BINARY.search(text):
        raise UnsupportedFormat(f"{location} holds binary data, not text.")
    return composed(text.replace("\r\n", "\n").replace("\r", "\n"))


def _decode_exactly(content: bytes, charset: str | None) -> str | None:
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    # UTF-8 before the stated charset: bytes that are valid UTF-8 are UTF-8, whatever a server says of them.
    for encoding in (marked,) if marked else ("utf-8", _encoding(charset)):
        try:
            return content.decode(encoding) if encoding else None
        except UnicodeDecodeError:
            continue
    return None


def _encoding(label: str | None) -> str | None:
    """Return Python's name of the encoding that a label means, or None for one that no text on the web is in."""
    if label is None or not _LABEL.fullmatch(label):
        return None
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    meant = _MEANT.get(name, name)
    return meant if meant in _ENCODINGS else None


def _decode_by_guess(content: bytes, location: str) -> str:
    if b"\0" in content:
        raise UnsupportedFormat(f"{location} holds binary data, not text.")
    with translated(f"{location} is not text in any encoding that citabot knows."):
        best = from_bytes(content, cp_isolation=list(_LIKELY)).best()
    try:
        return content.decode(best.encoding if best else "cp1252")
    except UnicodeDecodeError as error:
        raise DamagedDocument(f"{location} is not text in any encoding that citabot knows.") from error
