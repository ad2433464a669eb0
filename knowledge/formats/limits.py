"""The limits of reading, and the errors of ours for a library's failure at a document."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from knowledge.errors import CitabotError, DamagedDocument, SourceTooLarge, TooCostly
from knowledge.model import Paragraph

_SPLIT = "Split it and add its parts."


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """The most that is read of a document, of some 4,000 pages: no honest one reaches any of these.

    The numbers are our choice. Ten million characters are 4,000 pages of 2,500; 200,000 paragraphs are 50 to a page,
    one a line. PDF and DOCX are compressed, so that their size as files says little.
    """

    max_bytes: int = 25_000_000
    max_characters: int = 10_000_000
    max_paragraphs: int = 200_000
    max_pages: int = 5_000
    max_unpacked_bytes: int = 64 * 1024 * 1024
    max_parts: int = 5_000
    """Files inside a DOCX: some twenty, and one for every picture."""
    max_tags: int = 2_000_000
    """Tags of a DOCX: Word's take some 30 bytes each, and so are no more in what may be unpacked."""
    max_cells: int = 200_000
    """Cells of the tables of a DOCX: 50 to a page, as of paragraphs."""
    max_elements: int = 50_000
    """Elements of a web page: ten million characters by 200. To find the article takes time by their square,
    some 15 seconds for so many (measured on two cores)."""
    max_depth: int = 100
    """Levels of quotes and lists in Markdown. XML and HTML go no deeper than 256, by libxml2's own limit (parser.h)."""
    max_feed_items: int = 200
    """Items that are read of a feed, from its beginning."""
    max_feed_tags: int = 200_000
    """Tags of a feed: a thousand for every item that is read."""
    max_feed_seconds: float = 600.0
    """Seconds for all pages of a feed together: 200 items at three seconds each."""


USUAL_LIMITS = ReadingLimits()


def check_characters(count: int, location: str, limits: ReadingLimits) -> None:
    """Check a number of characters against the limit. Raises SourceTooLarge."""
    if count > limits.max_characters:
        raise SourceTooLarge(f"{location} has more than {limits.max_characters:,} characters.", hint=_SPLIT)


def check_text(text: str, paragraphs: Sequence[Paragraph], location: str, limits: ReadingLimits) -> None:
    """Check the characters and paragraphs of a text against the limits. Raises SourceTooLarge."""
    check_characters(len(text), location, limits)
    if len(paragraphs) > limits.max_paragraphs:
        raise SourceTooLarge(f"{location} has more than {limits.max_paragraphs:,} paragraphs.", hint=_SPLIT)


@contextmanager
def translated(sentence: str, kind: type[CitabotError] = DamagedDocument) -> Iterator[None]:
    """Translate any error of a library that reads untrusted bytes into ours with this sentence; our own pass.

    Raises `kind`, or TooCostly where nesting or memory was exhausted.
    """
    try:
        yield
    except CitabotError:
        raise
    except (RecursionError, MemoryError) as error:
        raise TooCostly("The document takes more depth or memory to read than any honest one.") from error
    # The libraries promise nothing of what they raise: a damaged file reaches code that nobody wrote it for.
    except Exception as error:
        raise kind(sentence) from error
