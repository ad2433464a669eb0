"""Text made to hurt is read in time: what people send within two seconds, a long article within ten."""

from collections.abc import Callable
from contextlib import suppress
from time import process_time

import pytest

from knowledge.boundaries import ends
from knowledge.errors import TooCostly
from knowledge.formats.hyphens import join_hyphenated, vocabulary
from knowledge.ingest import segmented
from knowledge.language import detect
from knowledge.model import Language
from knowledge.names import matches_name
from knowledge.numbers import numbers
from knowledge.readers import ReadingLimits, read_bytes
from retrieval.answer.cite import LONGEST_QUESTION
from retrieval.check.claims import split
from retrieval.check.dates import dates
from retrieval.check.names import names
from retrieval.present.discord.limits import plain_within
from retrieval.present.inert import inert
from retrieval.words.alignment import align, find, parts, read_words
from retrieval.words.lexicon import lexicon
from retrieval.words.terms import question_terms

LONG = 100_000
"""Characters of a long article."""
LANGUAGES: tuple[Language, ...] = ("es", "en", "und")


def seconds(work: Callable[[str], object], text: str) -> float:
    """The time of this process alone, so that others on the machine do not count."""
    begin = process_time()
    work(text)
    return process_time() - begin


def filled(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def compared(text: str) -> None:
    """A quotation beside a text with the same words, and beside one twice as long."""
    words = read_words(text)
    find(text, words)
    if words:
        align(text, text * 2, read_words(text * 2))


def named(text: str) -> None:
    names(text)
    matches_name(text, text[::-1])


SAID: dict[str, Callable[[str], object]] = {
    "claims": split,
    "language": detect,
    "numbers": lambda text: [numbers(text, language) for language in LANGUAGES],
    "terms": lambda text: question_terms(text, "und", lexicon()),
    "dates": dates,
    "names": named,
    "inert": inert,
    "Discord": lambda text: plain_within(text, 2000),
    "ellipses": parts,
    "wording": compared,
}


@pytest.mark.parametrize("unit", [" ", "“", "“a ", "1", "1 ", "2020-", "A", "a… ", "dijo ", ">", ".'", "\\'", "[("])
def test_what_people_send_is_read_in_time(unit: str) -> None:
    text = filled(unit, LONGEST_QUESTION)
    assert {name: taken for name, work in SAID.items() if (taken := seconds(work, text)) > 2} == {}


def test_spaces_between_the_words_of_a_quotation_cost_nothing() -> None:
    text = (" " * 1000).join(["We", "are", "not", "done"])
    assert seconds(parts, text) < 0.1
    assert parts(text) == ["We are not done"]
    assert parts("one  [ …  ]  two .\t.\n. three") == ["one", "two", "three"]


def read(text: str, *, kind: str = "text/plain") -> None:
    """Read, cut into sentences and searched for quotations, as a document is that is added."""
    document = read_bytes(text.encode(), name="a", content_type=kind, location="a", limits=ReadingLimits())
    segmented(document, "es")


@pytest.mark.parametrize("unit", [" ", "“a ", '"a" ', "'a ", "—dijo ", "a", "a-", "Él dijo que ", "1 ", "a?<"])
def test_a_long_article_is_read_in_time(unit: str) -> None:
    assert seconds(read, "Ana dijo: “Hola”.\n\n" + filled(unit, LONG)) < 10


@pytest.mark.parametrize("unit", ["*a ", "- a\n", "<b>", "[a]: b\n", "`a ", "[", "!["])
def test_long_markdown_is_read_in_time(unit: str) -> None:
    """A tenth of the length in a tenth of the time; brackets, which may begin links, are what costs most.

    Elements within elements without end are refused.
    """

    def read_markdown(text: str) -> None:
        with suppress(TooCostly):
            read(text, kind="text/markdown")

    assert seconds(read_markdown, "Hola.\n\n" + filled(unit, LONG // 10)) < 3


@pytest.mark.parametrize("unit", ["?<", "!A", "?*", "؟-", "۔'"])
def test_stops_glued_to_what_follows_cost_little(unit: str) -> None:
    """The library that proposes where sentences end takes time that grows with the square of their number."""
    assert seconds(lambda text: ends(text, language="es"), filled(unit, LONG)) < 3


def test_a_compound_of_very_many_parts_keeps_no_beginnings() -> None:
    """Each would be kept whole: of half as many hyphens as characters, the square of its length in memory."""
    words = vocabulary([filled("a-", LONG), "state-of-the-art"])
    assert words.heads == {"state", "state-of", "state-of-the"}
    assert join_hyphenated("co", "operate", words=words) == "cooperate"
