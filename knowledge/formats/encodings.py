"""The encoding of a text's bytes: by its mark, as UTF-8, as its server or page states it, or the likeliest one."""

import codecs
import re
import tomllib
from functools import cache
from importlib import resources

from charset_normalizer import from_bytes

from knowledge.errors import DamagedDocument, UnsupportedFormat
from knowledge.formats.limits import translated
from knowledge.formats.paragraphs import composed

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
# A charset's name has 40 characters at most (RFC 2978, section 2.3).
_LABEL = re.compile(r"[A-Za-z0-9_.:-]{1,40}")
# No text holds these; form feed and vertical tab do stand in some. C1 means that the guess of an encoding was wrong.
_BINARY = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")
# What stands at the places of these controls in windows-1252, in which they were typed: browsers read a Latin-1 that
# way (https://encoding.spec.whatwg.org/#names-and-labels), and references by number in any page
# (https://html.spec.whatwg.org/multipage/parsing.html#numeric-character-reference-end-state).
_WINDOWS = {number: bytes([number]).decode("cp1252", "ignore") or chr(number) for number in range(0x80, 0xA0)}
_REFERENCE = re.compile(r"&#(?:0{0,6}(1[2-5]\d)|[xX]0{0,6}([89][0-9a-fA-F]));?")
# Characters of UTF-8 that are no ASCII, and any byte that is none: The Unicode Standard, table 3-7.
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
# Bytes of the beginning of a file by which UTF-16 is known that has no mark: in Spanish and English nearly every other
# byte of it is zero. Our choice: as many as are looked at for its format, and more than half.
_LOOKED_AT, _ZEROS = 1024, 0.5


def decode(content: bytes, *, charset: str | None, location: str) -> str:
    """Decode bytes to NFC with line feeds: by byte order mark, UTF-8, stated charset, or the likeliest old encoding.

    Raises UnsupportedFormat for binary data, and DamagedDocument for text in no encoding that is known, or in two.
    """
    text = _decoded(content, charset, location)
    if _BINARY.search(text):
        text = text.translate(_WINDOWS)
    if _BINARY.search(text):
        raise UnsupportedFormat(f"{location} holds binary data, not text.")
    return composed(text.replace("\r\n", "\n").replace("\r", "\n"))


def with_references_as_browsers(source: str) -> str:
    """Return a page's source with the references that name no character by number as browsers read them, “&#147;”."""
    return _REFERENCE.sub(lambda reference: _referred(reference), source) if "&#" in source else source


def _referred(reference: re.Match[str]) -> str:
    number = int(reference[1]) if reference[1] else int(reference[2], 16)
    return _WINDOWS.get(number, reference[0])


def _decoded(content: bytes, charset: str | None, location: str) -> str:
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    stated = encoding_of(charset)
    wide = _without_mark(content) if marked is None else None
    # UTF-8 before the stated charset: bytes that are valid UTF-8 are UTF-8, whatever a server says of them. But
    # those of the encodings that consist of ASCII's are valid too.
    narrow = (stated, "utf-8") if stated and stated.startswith(("utf-16", "iso2022")) else ("utf-8", stated)
    for encoding in (marked,) if marked else (wide,) if wide else narrow:
        try:
            if encoding:
                return content.decode(encoding)
        except UnicodeDecodeError:
            if encoding == "utf-8":
                _check_mixed(content, location)
    return _by_guess(content, location)


def _without_mark(content: bytes) -> str | None:
    """Return UTF-16 in the order of bytes of a text that is in it without a mark."""
    beginning = content[:_LOOKED_AT]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(beginning) > 1 and beginning[first::2].count(0) > _ZEROS * (len(beginning) // 2) > 0:
            return encoding if beginning[1 - first :: 2].count(0) == 0 else None
    return None


def _check_mixed(content: bytes, location: str) -> None:
    """Check that a text is not UTF-8 with bytes of another encoding in it. Raises DamagedDocument.

    In no old encoding of a western language do letters and signs make up whole characters of UTF-8 but by chance.
    """
    whole = len(_UTF8.findall(content))
    others = len(_HIGH.findall(_UTF8.sub(b"", content)))
    if whole >= max(1, others):
        raise DamagedDocument(
            f"{location} is in two encodings: UTF-8, and bytes that are none.", hint="Save it as UTF-8 and add that."
        )


@cache
def _labels() -> dict[str, str]:
    data = tomllib.loads(resources.files("knowledge").joinpath("data/encodings.toml").read_text("utf-8"))
    return {label: encoding for encoding, labels in data["labels"].items() for label in labels.split()}


def encoding_of(label: str | None) -> str | None:
    """Return Python's name of the encoding that a label means, or None for one that no text on the web is in."""
    return _labels().get(label.strip().lower()) if label and _LABEL.fullmatch(label) else None


def _by_guess(content: bytes, location: str) -> str:
    if b"\0" in content:
        raise UnsupportedFormat(f"{location} holds binary data, not text.")
    with translated(f"{location} is not text in any encoding that citabot knows."):
        best = from_bytes(content, cp_isolation=list(_LIKELY)).best()
    try:
        return content.decode(best.encoding if best else "cp1252")
    except UnicodeDecodeError as error:
        raise DamagedDocument(f"{location} is not text in any encoding that citabot knows.") from error
