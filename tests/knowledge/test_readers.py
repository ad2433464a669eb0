"""Reading files, streams and bytes: what comes out, and the one sentence for everything that cannot be read."""

import io
import os
from pathlib import Path

import pytest

from knowledge.errors import (
    CitabotError,
    DamagedDocument,
    EncryptedDocument,
    ForbiddenAddress,
    MissingFile,
    NoText,
    SourceTooLarge,
    UnsupportedFormat,
)
from knowledge.model import Document
from knowledge.readers import ReadingLimits, read, read_bytes
from knowledge.web import FetchPolicy

LIMITS = ReadingLimits()
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def read_file(path: Path | str, *, limits: ReadingLimits = LIMITS) -> Document:
    return read(str(path), limits=limits, fetch_policy=FetchPolicy(), parse=read_bytes)


def from_bytes(data: bytes, name: str, content_type: str | None = None) -> Document:
    return read_bytes(data, name=name, content_type=content_type, location=name, limits=LIMITS)


def exacts(document: Document) -> list[str]:
    return [document.text[part.start : part.end] for part in document.paragraphs]


def is_one_sentence(error: CitabotError) -> bool:
    return error.message.endswith(".") and "\n" not in error.message and len(error.message) < 300


def test_a_text_file_is_kept_exactly_but_for_line_ends_and_composition(tmp_path: Path) -> None:
    path = tmp_path / "nota breve.txt"
    path.write_bytes("\ufeff  Un cafe\u0301  solo.\r\n\r\nDos\u00ad guiones \ufb01nos.\r\n".encode())
    document = read_file(path)
    assert document.text == "  Un café  solo.\n\nDos\u00ad guiones \ufb01nos.\n"
    assert exacts(document) == ["Un café  solo.", "Dos\u00ad guiones \ufb01nos."]
    assert document.location == str(path)
    assert document.metadata.title == "nota breve"


def test_a_relative_path_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("Something to read.")
    monkeypatch.chdir(tmp_path)
    assert read_file("a.txt").location == str(tmp_path / "a.txt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1", "cp850"])
def test_the_encoding_of_a_text_file_is_found(encoding: str) -> None:
    text = "El señor Núñez dijo que la compañía «no aceptará» más pérdidas este año, según el informe."
    assert from_bytes(text.encode(encoding), "a.txt").text == text


def test_a_stated_charset_is_believed_unless_the_bytes_are_utf_8() -> None:
    assert from_bytes("año".encode("mac_roman"), "a", "text/plain; charset=macintosh").text == "año"
    assert from_bytes("año".encode(), "a", "text/plain; charset=iso-8859-1").text == "año"
    assert from_bytes("El año nuevo.".encode("cp1252"), "a", "text/plain; charset=nonsense").text == "El año nuevo."


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"", "empty.txt", NoText),
        (b"", "empty.pdf", NoText),
        (b" \n\t\r\n ", "blank.txt", NoText),
        ("\ufeff".encode(), "mark.txt", NoText),
        (b"---\ntitle: Only a title\n---\n", "bare.md", NoText),
        (b"![only](a.png)\n", "picture.md", NoText),
        (b"<html><body><script>let a = 1;</script></body></html>", "script.html", NoText),
        (b"<!-- nothing -->", "comment.html", NoText),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00", "program.txt", UnsupportedFormat),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "picture.md", UnsupportedFormat),
        (b"\x1b[31mred\x1b[0m", "terminal.txt", UnsupportedFormat),
        (b"caf\x81\xe9 \x8d\x90", "undecodable.txt", DamagedDocument),
        (b"text", "sheet.xlsx", UnsupportedFormat),
        (b"%PDF-1.4 and then nothing", "short.pdf", DamagedDocument),
        (b"no pdf at all %%EOF", "fake.pdf", DamagedDocument),
        (b"PK\x03\x04 and then nothing", "short.docx", DamagedDocument),
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"WordDocument", "old.docx", UnsupportedFormat),
        (
            bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le"),
            "locked.docx",
            EncryptedDocument,
        ),
    ],
)
def test_bad_content_is_refused_in_one_sentence(data: bytes, name: str, kind: type[CitabotError]) -> None:
    with pytest.raises(kind) as caught:
        from_bytes(data, name)
    assert type(caught.value) is kind
    assert is_one_sentence(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("content_type", "kind"), [("application/rss+xml", UnsupportedFormat), ("image/png", UnsupportedFormat)]
)
def test_a_stated_type_that_is_no_document_is_refused(content_type: str, kind: type[CitabotError]) -> None:
    with pytest.raises(kind) as caught:
        from_bytes(b"<x/>", "x", content_type)
    assert is_one_sentence(caught.value)


def test_a_missing_path_a_folder_and_an_impossible_name_are_told_apart(tmp_path: Path) -> None:
    for path, words in [(tmp_path / "none.txt", "cannot be opened"), (tmp_path, "folder"), ("a\0b.txt", "opened")]:
        with pytest.raises(MissingFile, match=words) as caught:
            read_file(path)
        assert is_one_sentence(caught.value)


def test_a_file_without_permission_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("Secret.")
    path.chmod(0)
    if os.access(path, os.R_OK):  # the superuser may read everything, so the refusal has to be played

        def refuse(*_: object) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(MissingFile, match="may not be read") as caught:
        read_file(path)
    assert is_one_sentence(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_and_devices_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    for path in (tmp_path / "pipe.txt", Path("/dev/zero")):
        with pytest.raises(MissingFile, match="not a regular file"):
            read_file(path)


def test_a_large_file_is_refused_by_its_size_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    monkeypatch.delattr(os, "open")
    with pytest.raises(SourceTooLarge, match="larger than 25 MB") as caught:
        read_file(path)
    assert is_one_sentence(caught.value)


def test_the_limit_is_the_last_size_that_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("12345")
    assert read_file(path, limits=ReadingLimits(max_bytes=5)).text == "12345"
    with pytest.raises(SourceTooLarge):
        read_file(path, limits=ReadingLimits(max_bytes=4))


def test_standard_input_is_read_and_named_by_its_first_words() -> None:
    stream = io.BytesIO(b"A first line that says something.\n\nAnd a second paragraph.")
    document = read("-", limits=LIMITS, fetch_policy=FetchPolicy(), parse=read_bytes, stdin=stream)
    assert (document.location, len(document.paragraphs)) == ("-", 2)
    assert document.metadata.title == "A first line that says something."


def test_standard_input_can_be_any_format() -> None:
    page = b"<!DOCTYPE html><html><body><article><p>Words that stand inside a page.</p></article></body></html>"
    for data, text in [(page, "Words that stand inside a page."), (b"---\ntitle: T\n---\n*Words*\n", "Words")]:
        assert (
            read("-", limits=LIMITS, fetch_policy=FetchPolicy(), parse=read_bytes, stdin=io.BytesIO(data)).text == text
        )


@pytest.mark.parametrize(("data", "kind"), [(None, MissingFile), (b"", NoText), (b"123456", SourceTooLarge)])
def test_standard_input_that_cannot_be_read_is_refused(data: bytes | None, kind: type[CitabotError]) -> None:
    stream = None if data is None else io.BytesIO(data)
    with pytest.raises(kind) as caught:
        read("-", limits=ReadingLimits(max_bytes=5), fetch_policy=FetchPolicy(), parse=read_bytes, stdin=stream)
    assert is_one_sentence(caught.value)


@pytest.mark.parametrize("location", ["file:///etc/hostname", "ftp://example.org/a.txt", "gopher://example.org"])
def test_other_schemes_than_http_are_never_opened(location: str) -> None:
    with pytest.raises(ForbiddenAddress) as caught:
        read_file(location)
    assert is_one_sentence(caught.value)


def test_a_file_without_an_ending_is_known_by_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("Plain words.")
    assert read_file(tmp_path / "README").text == "Plain words."


def test_markdown_handed_out_as_plain_text_is_markdown() -> None:
    assert from_bytes(b"Some *words*.", "a.md", "text/plain").text == "Some words."
    assert from_bytes(b"Some *words*.", "a.txt", "text/plain").text == "Some *words*."


def test_the_title_is_the_first_heading_of_the_first_level_or_the_name() -> None:
    assert from_bytes(b"## Part\n\nText.\n\n# Whole\n", "name.md").metadata.title == "Whole"
    assert from_bytes(b"## Part\n\nText.\n", "meta-deepseek-es.md").metadata.title == "meta-deepseek-es"


@pytest.mark.parametrize("stated", ["text/plain", "text/markdown", "application/pdf", "text/html; charset=utf-8"])
def test_a_page_under_another_type_is_read_as_the_page_it_is(stated: str) -> None:
    page = b"<!DOCTYPE html><html><body><p>Some words of a page.</p></body></html>"
    document = read_bytes(page, name="a", content_type=stated, location="a", limits=ReadingLimits())
    assert document.text == "Some words of a page."


@pytest.mark.parametrize("stated", ["text/html", "text/plain", "application/pdf"])
@pytest.mark.parametrize(
    "content", [b"%PDF-1.4 and no more", b"PK\x03\x04 and no more", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"]
)
def test_what_is_none_of_its_type_is_refused_in_one_sentence(content: bytes, stated: str) -> None:
    with pytest.raises(CitabotError) as caught:
        read_bytes(content, name="a", content_type=stated, location="a", limits=ReadingLimits())
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_page_without_a_name_is_known_in_any_encoding(encoding: str) -> None:
    page = "<!DOCTYPE html><html><body><p>“Algo dijo el año”</p></body></html>".encode(encoding)
    assert (
        read_bytes(page, name="", content_type=None, location="-", limits=ReadingLimits()).text == "“Algo dijo el año”"
    )
