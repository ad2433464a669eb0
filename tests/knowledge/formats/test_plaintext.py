"""Plain text: every encoding of the web, none of Python's other codecs, and no text that takes for ever."""

import time
import unicodedata

import pytest

from knowledge.errors import CitabotError, SourceTooLarge, UnsupportedFormat
from knowledge.formats.encodings import decode
from knowledge.formats.limits import ReadingLimits
from knowledge.formats.pages import read_page
from knowledge.formats.plaintext import read_plain
from knowledge.readers import read_bytes

# Codecs of Python's that are no encodings of text, or run code of their own, or change what is written.
STRANGE = [
    "undefined", "base64", "rot13", "rot_13", "zlib", "hex", "bz2", "uu", "quopri", "idna", "punycode", "utf-7",
    "unicode_escape", "raw_unicode_escape", "mbcs", "oem", "palmos", "utf-8-sig", "utf-32", "..", "__init__", "aliases",
    "x" * 10_000, "a\0b", "año", "\ud800", "", "utf-8\r\nX: y",
]  # fmt: skip


@pytest.mark.parametrize("charset", STRANGE, ids=lambda name: ascii(name)[:20])
def test_a_charset_that_no_text_on_the_web_is_in_is_passed_over(charset: str) -> None:
    assert decode("El año nuevo.".encode("cp1252"), charset=charset, location="a") == "El año nuevo."
    assert decode(rb"a\u0041+AGE-", charset=charset, location="a") == r"a\u0041+AGE-"
    page = f"<meta charset='{charset.replace(chr(0), '')}'><p>Words of a page.</p>".encode(errors="replace")
    assert read_page(page, charset=charset, location="a").text == "Words of a page."


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("Shift_JIS", "shift_jis", "日本語"),
        ("gb2312", "gbk", "中文"),
        ("EUC-KR", "euc_kr", "한국어"),
        ("KOI8-R", "koi8_r", "Привет"),
        ("iso-8859-2", "iso8859_2", "źródło"),
        ("iso-8859-1", "cp1252", "“words”"),
        ("utf-16le", "utf-16-le", "año"),
    ],
)
def test_the_encodings_of_the_web_are_known_by_their_labels(label: str, encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), charset=label, location="a") == text


@pytest.mark.parametrize(
    "stated",
    [
        "text/plain; charset*=utf-8''x; charset*0*=y",
        "text/plain; charset*0=u; charset*1=tf-8",
        "text/plain; charset=undefined",
        "text/plain; charset=\ud800",
        "text/plain; charset=",
        "text/plain; charset*1*=%%%",
    ],
)
def test_a_content_type_that_is_no_right_one_does_no_harm(stated: str) -> None:
    document = read_bytes(
        "El año.".encode("cp1252"), name="a.txt", content_type=stated, location="a", limits=ReadingLimits()
    )
    assert document.text == "El año."


@pytest.mark.parametrize("stated", ["", "text", "/", "\0", "text/plain/x", "; charset=utf-8"])
def test_a_content_type_without_a_type_is_refused(stated: str) -> None:
    with pytest.raises(UnsupportedFormat):
        read_bytes(b"Words.", name="a.txt", content_type=stated, location="a", limits=ReadingLimits())


def test_marks_without_number_on_one_letter_take_no_time_by_their_square() -> None:
    start = time.process_time()
    text = decode(("a" + "\u0301\u0327" * 200_000).encode(), charset=None, location="a")
    assert time.process_time() - start < 5
    assert unicodedata.is_normalized("NFC", text)


def test_thirty_marks_are_kept_as_they_are() -> None:
    marks = "a" + "\u0327" * 30
    assert decode(marks.encode(), charset=None, location="a") == marks


@pytest.mark.parametrize(
    ("limits", "kind"),
    [(ReadingLimits(max_characters=9), SourceTooLarge), (ReadingLimits(max_paragraphs=1), SourceTooLarge)],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_characters_and_paragraphs_are_bounded_in_every_format(
    name: str, limits: ReadingLimits, kind: type[CitabotError]
) -> None:
    text = "<p>Some words.</p>\n\n<p>Others here.</p>"
    with pytest.raises(kind):
        read_bytes(text.encode(), name=name, content_type=None, location=name, limits=limits)


def test_the_last_number_of_characters_is_read() -> None:
    assert read_plain(b"123456789", charset=None, location="a", limits=ReadingLimits(max_characters=9)).text
