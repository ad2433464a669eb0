"""Encodings as browsers read them: by the labels of the web, within a page's first kilobyte, and by the bytes."""

import pytest

from knowledge.errors import DamagedDocument, UnsupportedFormat
from knowledge.formats.encodings import decode, encoding_of
from knowledge.formats.pages import read_page

TEXT = "“El año pasado costó 5 €”, dijo Ñáñez."


@pytest.mark.parametrize(
    ("label", "encoding"),
    [
        ("ISO-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("latin1", "cp1252"),
        ("x-cp1252", "cp1252"),
        ("iso-8859-9", "cp1254"),
        ("windows-874", "cp874"),
        ("x-mac-roman", "mac-roman"),
        ("unicode-1-1-utf-8", "utf-8"),
        ("gb2312", "gb18030"),
        ("windows-31j", "cp932"),
        ("ks_c_5601-1987", "cp949"),
        ("utf-16", "utf-16-le"),
        (" UTF-8 ", None),
        ("utf-7", None),
        ("x-nothing", None),
        (None, None),
    ],
)
def test_a_label_means_what_browsers_take_it_for(label: str | None, encoding: str | None) -> None:
    assert encoding_of(label) == encoding


@pytest.mark.parametrize("label", ["iso-8859-1", "us-ascii", "iso-8859-15", None])
def test_the_bytes_of_windows_are_text_whatever_the_label(label: str | None) -> None:
    assert decode(TEXT.encode("cp1252"), charset=label, location="a") == TEXT


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_is_known_by_its_mark_or_its_zeros(encoding: str) -> None:
    assert decode(TEXT.encode(encoding), charset=None, location="a") == TEXT


@pytest.mark.parametrize("label", ["utf-16le", "utf-16be", "iso-2022-jp"])
def test_a_stated_encoding_that_is_made_of_ascii_is_believed(label: str) -> None:
    words = "日本" if "jp" in label else "Only plain words"
    assert decode(words.encode(label), charset=label, location="a") == words


@pytest.mark.parametrize(
    "content",
    [
        "El año pasado — bien. ".encode() * 3 + "Y este año también.".encode("cp1252"),
        "Año".encode("cp1252") + " Ya está. Así será “mañana”.".encode(),
        "El año pasado".encode() + b"\xff",
    ],
)
@pytest.mark.parametrize("charset", [None, "iso-8859-1", "utf-8"])
def test_a_text_in_two_encodings_is_refused(content: bytes, charset: str | None) -> None:
    with pytest.raises(DamagedDocument, match="two encodings"):
        decode(content, charset=charset, location="a")


@pytest.mark.parametrize(
    "content", [b"\x00\x01\x02\x03\x04", b"\x89PNG\r\n\x1a\n\x00\x00", b"a\x00\x00\x00b" * 9, b"\x01" * 40]
)
def test_binary_data_is_no_text(content: bytes) -> None:
    with pytest.raises((UnsupportedFormat, DamagedDocument)):
        decode(content, charset=None, location="a")


BODY = "<p>“El año pasado costó 5 €”, dijo Ñáñez en la plaza.</p>"


@pytest.mark.parametrize(
    "head",
    [
        "<meta charset=iso-8859-1>",
        '<META http-equiv="Content-Type" content="text/html; charset=windows-1252">',
        "<meta content='text/html;charset=latin1' http-equiv='content-type'>",
        "<!-- <meta charset=koi8-r> --><meta charset=cp1252>",
        '<meta name=description content="charset=koi8-r"><meta charset="x-cp1252">',
        "<meta charset=nonsense><meta charset=l1>",
    ],
)
def test_a_page_declares_its_encoding_within_its_first_kilobyte(head: str) -> None:
    source = f"<html><head>{head}</head><body>{BODY}</body></html>".encode("cp1252")
    assert "“El año pasado costó 5 €”" in read_page(source, charset=None, location="a").text


def test_what_is_declared_later_or_cannot_be_is_passed_over() -> None:
    late = f"<html><head>{' ' * 1024}<meta charset=koi8-r></head><body>{BODY}</body></html>".encode("cp1252")
    assert "“El año" in read_page(late, charset=None, location="a").text
    wide = f"<meta charset=utf-16><body>{BODY}</body>".encode()
    assert "“El año" in read_page(wide, charset=None, location="a").text


def test_references_by_number_are_those_of_browsers() -> None:
    source = b"<p>He said &#147;it cost &#128;5&#x94; &#8212; and left the room at once.</p>"
    assert read_page(source, charset=None, location="a").text.startswith("He said “it cost €5” — and")
