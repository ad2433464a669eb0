"""The base that ships: whole, referenced, the same in both languages, and never quoting more than it may."""

import re
from collections import Counter
from pathlib import Path

import pytest

from knowledge.bundled import MOST_WORDS_QUOTED, documents, quotation_documents
from knowledge.errors import BadBrief
from knowledge.ingest import segmented
from knowledge.model import Document
from knowledge.readers import ReadingLimits, read_bytes
from knowledge.reviews import reviewed_claims
from knowledge.terms import words

DOCUMENTS = list(documents())
BRIEFS = {str(one.metadata.id): one for one in DOCUMENTS if one.metadata.kind == "brief"}
QUOTATIONS = [one for one in DOCUMENTS if one.metadata.kind == "quotation"]
MARK = re.compile(r"\[(\d+)\]")
READ = Path(__file__).parents[2].parent / "shared" / "real"
MOST_SHARED = 8


def sentences(brief: Document) -> list[str]:
    language = brief.metadata.language or "und"
    return [brief.text[start:end] for start, end, _ in segmented(brief, language).sentences]


def test_there_are_enough_of_them() -> None:
    languages = Counter(brief.metadata.language for brief in BRIEFS.values())
    assert languages["en"] == languages["es"] >= 40
    assert sum(len(one.quotes or ()) for one in QUOTATIONS) >= 40


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


def test_no_text_is_shared_with_what_it_was_written_from() -> None:
    """Facts carry over and sentences do not: quotations apart, no longer run of words than chance would bring."""
    if not READ.is_dir():
        pytest.skip("the documents that the base was written from are not beside this checkout")
    theirs = {run for path in READ.iterdir() for run in runs(read(path), MOST_SHARED + 1)}
    assert theirs
    ours = {one.location: own_words(one) for one in DOCUMENTS}
    for claim in reviewed_claims():
        said = [*claim.reasons.values(), *claim.would_change.values()]
        ours[claim.id] = " | ".join([*said, *(one for own in claim.wordings.values() for one in own)])
    shared = {(name, " ".join(run)) for name, text in ours.items() for run in runs(text, MOST_SHARED + 1) & theirs}
    assert shared == set()


def own_words(document: Document) -> str:
    """A document without reference marks and without the words of others."""
    text = document.text
    for quote in sorted(document.quotes or (), key=lambda one: -one.start):
        text = f"{text[: quote.start]} | {text[quote.end :]}"
    return re.sub(r"“[^”]*”|\[\d+\]", " | ", text)


def read(path: Path) -> str:
    document = read_bytes(
        path.read_bytes(), name=path.name, content_type=None, location=str(path), limits=ReadingLimits()
    )
    return document.text


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    return {
        tuple(found[at : at + length])
        for part in text.split("|")
        for found in [words(part)]
        for at in range(len(found) - length + 1)
    }


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


def test_a_quotation_in_a_third_language_is_translated_into_both() -> None:
    text = GOOD.replace("language: en", "language: it").replace(
        '{es: "compartimos"}', '{es: "compartimos", en: "we share"}'
    )
    (found,) = quotation_documents(text, name="good.yaml")
    assert found.metadata.language == "und"
    assert [one.language for quote in found.quotes or () for one in quote.translations] == ["en", "es"]


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
        GOOD.replace("language: en", "language: it"),
    ],
)
def test_a_quotation_file_that_breaks_its_format_is_refused(text: str) -> None:
    assert len(list(quotation_documents(GOOD, name="good.yaml"))) == 1
    with pytest.raises(BadBrief, match=r"quotation"):
        list(quotation_documents(text, name="bad.yaml"))
