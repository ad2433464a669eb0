"""Reading of PDF: its lines of text with their places on the page, by PDFium.

Chosen by trying on two technical reports of 22 and 53 pages (two cores, seconds to read both, peak memory):
pypdfium2 5.15 0.3 s, 35 MB; pypdf 7.1 3.8 s, 56 MB; pdfminer.six 20260107 7.3 s, 58 MB. Their words agree, but only
PDFium says which hyphens end a line, and pdfminer takes tables of contents apart letter by letter. With the layout
below both reports take 1.0 s. Licences: pypdfium2 Apache-2.0 or BSD-3-Clause, PDFium BSD-3-Clause.
"""

import math
import statistics
import threading
from collections.abc import Iterator
from ctypes import byref, c_double, c_int, create_string_buffer
from itertools import pairwise

import pypdfium2 as pdfium
from pypdfium2 import raw

from knowledge.errors import DamagedDocument, EncryptedDocument, NoText, SourceTooLarge
from knowledge.formats.layout import layout_blocks
from knowledge.formats.limits import USUAL_LIMITS, ReadingLimits, check_characters, translated
from knowledge.formats.lines import Line
from knowledge.formats.paragraphs import assemble
from knowledge.formats.raised import RAISED, SIGNS, SUPERSCRIPTS, settled
from knowledge.formats.rows import WIDE_GAP
from knowledge.model import Document, Metadata

# PDFium may be used by one thread at a time: https://pypdfium2.readthedocs.io/en/stable/python_api.html
_PDFIUM_LOCK = threading.Lock()

# Readers look for the end mark in the last 1024 bytes (ISO 32000-1, note 18 of annex H); twice that for stray bytes.
_TAIL_BYTES = 2048
# Characters of a line of which the type size and weight are looked at; our choice.
_SAMPLES = 8
# Text turned further than this (radians, some 11 degrees) is a stamp in the margin or the label of an axis. Our choice.
_TURNED = 0.2
# Semi-bold, in CSS (https://www.w3.org/TR/css-fonts-4/#font-weight-numeric-values) and in OpenType (usWeightClass).
_BOLD_WEIGHT = 600
# The longest name in a PDF, of 127 bytes (ISO 32000-1, annex C, table C.1), and the NUL that ends it.
_FONT_NAME_BYTES = 128
_HYPHENS = frozenset("-\x02\xad\u2010")
# Titles that programs write without being asked.
_NO_TITLES = ("microsoft word", "microsoft powerpoint", "untitled", "sin título", "(anonymous)", "(unspecified)")
_NO_AUTHORS = frozenset({"anonymous", "(anonymous)"})
_FILE_ENDINGS = (".doc", ".docx", ".pdf", ".tex", ".dvi", ".indd", ".odt")


def read_pdf(content: bytes, *, location: str, limits: ReadingLimits = USUAL_LIMITS) -> Document:
    """Read the running text of a PDF: paragraphs put together again, without running heads and page numbers.

    Raises DamagedDocument, EncryptedDocument, SourceTooLarge, or NoText for scanned pages. PDFium unpacks a stream to
    at most a gigabyte and takes no lower limit: a process of its own must bound the memory (knowledge.reader_process).
    """
    if b"%%EOF" not in content[-_TAIL_BYTES:]:
        # PDFium would mend a file that breaks off in the middle, and pages would be missing without a word.
        raise DamagedDocument(f"{location} is a PDF that breaks off before its end.")
    with _PDFIUM_LOCK:
        document = _open(content, location)
        try:
            if len(document) > limits.max_pages:
                raise SourceTooLarge(f"{location} has {len(document)} pages, more than {limits.max_pages}.")
            with translated(f"{location} is a PDF with a page that cannot be read."):
                pages = _pages(document, location, limits)
                metadata = _metadata(document)
        finally:
            document.close()
    with translated(f"{location} is a PDF whose lines make no text."):
        text, paragraphs = assemble(layout_blocks(pages))
    if not paragraphs:
        raise NoText(f"{location} is a PDF without any text.")
    return Document(text, paragraphs, metadata, location)


def _open(content: bytes, location: str) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise EncryptedDocument(f"{location} is a PDF that asks for a password.") from error
        raise DamagedDocument(f"{location} is damaged or not a PDF at all.") from error


def _metadata(document: pdfium.PdfDocument) -> Metadata:
    """Return title and author; the creation date is left out, because it is that of the file and not of the words."""
    title, author = (_stated(document, key) for key in ("Title", "Author"))
    if title.lower().startswith(_NO_TITLES) or title.lower().endswith(_FILE_ENDINGS):
        title = ""
    return Metadata(title=title or None, author=author if author and author.lower() not in _NO_AUTHORS else None)


def _stated(document: pdfium.PdfDocument, key: str) -> str:
    """Return a value of the information dictionary in one line; pypdfium2 would fail where its UTF-16 is broken."""
    name = key.encode()
    value = create_string_buffer(raw.FPDF_GetMetaText(document, name, None, 0))
    raw.FPDF_GetMetaText(document, name, value, len(value))
    return " ".join(value.raw.decode("utf-16-le", "replace").rstrip("\0").split())


def _pages(document: pdfium.PdfDocument, location: str, limits: ReadingLimits) -> list[list[Line]]:
    pages = []
    characters = 0
    for page in document:
        text_page = page.get_textpage()
        characters += text_page.count_chars()
        check_characters(characters, location, limits)
        pages.append(list(_lines(text_page)))
        text_page.close()
        page.close()
    return pages


def _lines(page: pdfium.PdfTextPage) -> Iterator[Line]:
    """Yield the lines in the order of the page's content. PDFium marks line ends with CR LF, except after a hyphen."""
    codes = [raw.FPDFText_GetUnicode(page, place) for place in range(page.count_chars())]
    start = 0
    for place, code in enumerate(codes):
        hyphen = chr(code) in _HYPHENS and raw.FPDFText_IsHyphen(page, place) == 1
        if hyphen or chr(code) in "\n\r":
            yield from _line(page, codes, start, place, hyphen=hyphen)
            start = place + 1
    yield from _line(page, codes, start, len(codes), hyphen=False)


def _line(page: pdfium.PdfTextPage, codes: list[int], start: int, end: int, *, hyphen: bool) -> Iterator[Line]:
    """Yield the line from `start` to `end` in pieces between wide gaps, if anything can be seen in it."""
    seen = [place for place in range(start, end) if not chr(codes[place]).isspace()]
    if not seen or abs(raw.FPDFText_GetCharAngle(page, seen[0])) > _TURNED:
        return
    pieces = _pieces(page, seen)
    for piece in pieces:
        is_last = piece is pieces[-1]
        yield from _piece(page, codes, piece, end if hyphen and is_last else piece[-1], hyphen=hyphen and is_last)


def _pieces(page: pdfium.PdfTextPage, seen: list[int]) -> list[list[int]]:
    """Return the places of characters, divided where the space between two words is as wide as between cells."""
    pieces = [[seen[0]]]
    widest = WIDE_GAP * _size(page, seen[0])
    for before, place in pairwise(seen):
        if place > before + 1 and _box(page, place)[0] - _box(page, before)[1] >= widest:
            pieces.append([])
        pieces[-1].append(place)
    return pieces


def _piece(page: pdfium.PdfTextPage, codes: list[int], seen: list[int], end: int, *, hyphen: bool) -> Iterator[Line]:
    """Yield the line of these characters, which ends at `end`, where it has type of some size, at some place."""
    samples = seen[:: max(1, len(seen) // _SAMPLES)]
    left, right = _box(page, seen[0])[0], _box(page, end)[1]
    baseline = _baseline(page, seen[0])
    size = statistics.median(_size(page, place) for place in samples)
    if size <= 0 or not all(map(math.isfinite, (left, right, baseline, size))):
        return
    bold = all(_is_bold(page, place) for place in samples)
    yield Line(_text(page, codes, seen[0], seen[-1] + 1, size), left, right, baseline, size, bold, hyphen)


def _text(page: pdfium.PdfTextPage, codes: list[int], start: int, end: int, size: float) -> str:
    """Return the characters from `start` to `end` without raised marks of notes."""
    shown = "".join(map(chr, codes[start:end]))
    text, position = "", 0
    for run in SIGNS.finditer(shown):
        base = run.start() - 1
        while base + 1 < run.end():
            after = base + 1
            while after < run.end() and _is_raised(page, codes, start + after, start + base, size):
                after += 1
            if after > base + 1:
                text += shown[position : base + 1]
                text += settled(text, shown[base + 1 : after], shown[after : after + 1])
                position = after
            base = after
    text += shown[position:]
    # Surrogate pairs, where the platform's characters are 16 bits wide, become what they stand for.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


def _is_raised(page: pdfium.PdfTextPage, codes: list[int], place: int, base: int, size: float) -> bool:
    """Say whether a character stands higher than the one at `base`."""
    return chr(codes[place]) in SUPERSCRIPTS or _baseline(page, place) - _baseline(page, base) >= RAISED * size


def _baseline(page: pdfium.PdfTextPage, place: int) -> float:
    x, y = c_double(), c_double()
    raw.FPDFText_GetCharOrigin(page, place, byref(x), byref(y))
    return y.value


def _box(page: pdfium.PdfTextPage, place: int) -> tuple[float, float]:
    """Return the left and the right edge of a character, in points."""
    left, _, right, _ = page.get_charbox(place)
    return left, right


def _size(page: pdfium.PdfTextPage, place: int) -> float:
    """Return the size of type as it is seen, in points: the font's, stretched by the matrix of the text."""
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(page, place, matrix)
    return round(float(raw.FPDFText_GetFontSize(page, place)) * math.hypot(matrix.b, matrix.d), 1)


def _is_bold(page: pdfium.PdfTextPage, place: int) -> bool:
    name = create_string_buffer(_FONT_NAME_BYTES)
    raw.FPDFText_GetFontInfo(page, place, name, len(name), c_int())
    return b"bold" in name.value.lower() or raw.FPDFText_GetFontWeight(page, place) >= _BOLD_WEIGHT
