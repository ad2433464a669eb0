"""What a document says of itself, as it is stored: clean, in one line, of a length that is meant."""

import pytest

from knowledge.formats.described import tidied
from knowledge.model import Document, Metadata, Paragraph, Reference
from knowledge.readers import ReadingLimits, read_bytes


def described(**fields: str) -> Metadata:
    return tidied(Document("Text.", (Paragraph(0, 5),), Metadata(**fields), "a")).metadata  # type: ignore[arg-type]


def test_controls_and_half_characters_go_and_lines_are_joined() -> None:
    assert described(title="a\0b\x1b[0m\n c\u202e", author="x\ud800", licence="\x7f") == Metadata(
        title="ab[0m c", author="x\N{REPLACEMENT CHARACTER}"
    )


def test_an_endless_line_is_cut_and_an_endless_address_dropped() -> None:
    metadata = described(title="word " * 200_000, url=f"https://a.test/{'x' * 2_000}")
    assert metadata.title is not None
    assert (len(metadata.title) <= 500, metadata.title.endswith("…"), metadata.url) == (True, True, None)


@pytest.mark.parametrize(
    "url", ["http://[", "http://a:x", "http://a\nb", "http://a b", "http://a/\ud800", "http://[::1"]
)
def test_an_address_whose_host_cannot_be_told_is_dropped(url: str) -> None:
    assert described(url=url).url is None


@pytest.mark.parametrize(("stated", "day"), [("2025-01", "2025-01"), ("yesterday", None), ("2025-01-29T10:00", None)])
def test_a_date_is_one_or_none(stated: str, day: str | None) -> None:
    assert described(published=stated).published == day


def test_references_are_bounded_as_well() -> None:
    reference = Reference(1, "P" * 10_000, "T\ud800", "news", url="x" * 9_999)
    [bounded] = tidied(Document("a", (Paragraph(0, 1),), Metadata(), "a", references=(reference,))).references
    assert (len(bounded.publisher), bounded.title, bounded.url) == (500, "T\N{REPLACEMENT CHARACTER}", None)


def test_a_name_of_undecodable_bytes_becomes_one_that_can_be_stored() -> None:
    document = read_bytes(
        b"Words.", name="a\udcff.txt", content_type=None, location="/a\udcff.txt", limits=ReadingLimits()
    )
    assert (document.location, document.metadata.title) == ("/a\\udcff.txt", "a\N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize("text", ["x" * 500, "word " * 100])
def test_first_words_make_a_title_even_when_they_are_long(text: str) -> None:
    title = read_bytes(text.encode(), name="", content_type=None, location="-", limits=ReadingLimits()).metadata.title
    assert title is not None
    assert 5 < len(title) <= 80
