"""The base that ships: whole, referenced, the same in both languages, and never quoting more than it may."""

import re
from collections import Counter

import pytest

from knowledge.bundled import MOST_WORDS_QUOTED, documents, quotation_documents
from knowledge.errors import BadBrief
from knowledge.ingest import segmented
from knowledge.model import Document

DOCUMENTS = list(documents())
BRIEFS = {str(one.metadata.id): one for one in DOCUMENTS if one.metadata.kind == "brief"}
QUOTATIONS = [one for one in DOCUMENTS if one.metadata.kind == "quotation"]
MARK = re.compile(r"\[(\d+)\]")


def sentences(brief: Document) -> list[str]:
    language = brief.metadata.language or "und"
    return [brief.text[start:end] for start, end, _ in segmented(brief, language).sentences]


def test_there_are_enough_of_them() -> None:
    languages = Counter(brief.metadata.language for brief in BRIEFS.values())
    assert languages["en"] == languages["es"] >= 15
    assert sum(len(one.quotes or ()) for one in QUOTATIONS) >= 25


@pytest.mark.parametrize("identity", BRIEFS)
def test_every_statement_of_a_brief_has_a_reference_that_is_there(identity: str) -> None:
    brief = BRIEFS[identity]
    numbers = {reference.number for reference in brief.references}
    assert all(reference.publisher and reference.title for reference in brief.references)
    used = set()
    for sentence in sentences(brief):
        found = {int(number) for number in MARK.findall(sentence)}
        assert found, f"no reference: {sentence}"
        used |= found
    assert used == numbers


@pytest.mark.parametrize("identity", [identity for identity in BRIEFS if identity.endswith("-en")])
def test_both_languages_say_the_same_with_the_same_references(identity: str) -> None:
    english, spanish = BRIEFS[identity], BRIEFS[identity.removesuffix("-en") + "-es"]
    assert english.references == spanish.references
    assert len(english.paragraphs) == len(spanish.paragraphs)
    assert [MARK.findall(one) for one in sentences(english)] == [MARK.findall(one) for one in sentences(spanish)]
    years = re.compile(r"\b(?:19\d\d|20[0-3]\d)\b")
    assert Counter(years.findall(english.text)) == Counter(years.findall(spanish.text))


@pytest.mark.parametrize("document", QUOTATIONS, ids=lambda one: one.location)
def test_a_quotation_is_short_attributed_and_stands_between_its_marks(document: Document) -> None:
    assert document.quotes
    for quote in document.quotes:
        words = document.text[quote.start : quote.end]
        assert len(words.split()) <= MOST_WORDS_QUOTED
        assert document.text[quote.start - 1] + document.text[quote.end] == "“”"
        assert quote.speaker
        assert quote.speaker in document.text
        own = {document.metadata.language} & {"en", "es"}
        assert {one.language for one in quote.translations} == {"en", "es"} - own
    assert document.metadata.url
    assert document.references[0].url == document.metadata.url


def test_no_quotation_is_given_twice() -> None:
    words = Counter(one.text[quote.start : quote.end] for one in QUOTATIONS for quote in one.quotes or ())
    assert [text for text, times in words.items() if times > 1] == []


def test_ids_are_unique() -> None:
    ids = Counter(one.metadata.id for one in DOCUMENTS)
    assert None not in ids
    assert set(ids.values()) == {1}


GOOD = """
- id: one
  reference: {publisher: P, title: T, type: news, url: "https://example.org"}
  language: en
  quotations:
    - {speaker: A, role: {en: r, es: r}, venue: {en: v, es: v}, words: "we share", translation: {es: "compartimos"}}
"""


@pytest.mark.parametrize(
    "text",
    [
        "- id: [unfinished",
        "a sentence",
        GOOD.replace("id: one", "id: 'No Slug'"),
        GOOD.replace("type: news", "type: rumour"),
        GOOD.replace("https://example.org", "javascript:alert(1)"),
        GOOD.replace("speaker: A, ", ""),
        GOOD.replace("we share", "word " * (MOST_WORDS_QUOTED + 1)),
        GOOD.replace('translation: {es: "compartimos"}', 'translation: {en: "we share"}'),
    ],
)
def test_a_quotation_file_that_breaks_its_format_is_refused(text: str) -> None:
    assert len(list(quotation_documents(GOOD, name="good.yaml"))) == 1
    with pytest.raises(BadBrief, match=r"quotation"):
        list(quotation_documents(text, name="bad.yaml"))
