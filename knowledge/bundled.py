"""The base that ships: briefs in Markdown and quotations in YAML, as documents ready to be stored.

A quotation document is one paragraph a quotation: who, in what role, where and when, and the words between marks. The
words alone are the quote; the line around them is ours and gives a reader the context.
"""

import hashlib
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.errors import BadBrief
from knowledge.formats.frontmatter import known_language
from knowledge.model import Document, FoundQuote, Metadata, Paragraph, Reference, Translation
from knowledge.yaml_text import read_yaml

# Our choice for a short attributed quotation, such as quotation law allows without asking.
MOST_WORDS_QUOTED = 30
_OPENING, _CLOSING = "“", "”"
_TRANSLATOR = "Citabot"
_READER_LANGUAGES: tuple[Literal["en", "es"], ...] = ("en", "es")

BothLanguages = dict[Literal["en", "es"], str]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class _Publication(_Strict):
    publisher: str
    title: str
    type: Literal["primary", "news", "commentary"]
    author: str | None = None
    published: Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")] | None = None
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None


class _Quotation(_Strict):
    speaker: str
    role: BothLanguages
    venue: BothLanguages
    words: str
    translation: BothLanguages
    said: Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")] | None = None


class _QuotationDocument(_Strict):
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    reference: _Publication
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    quotations: Annotated[list[_Quotation], Field(min_length=1)]


def documents() -> Iterator[Document]:
    """Yield every document of the bundled base, in a fixed order. Raises BadBrief for one that breaks its format."""
    # The readers bring a web client along, which would cost every question a tenth of a second.
    from knowledge.readers import ReadingLimits, read_bytes

    base = resources.files("knowledge")
    for language in ("en", "es"):
        for file in _sorted(base.joinpath("briefs", language), ".md"):
            yield read_bytes(
                file.read_bytes(),
                name=file.name,
                content_type=None,
                location=f"bundled:briefs/{language}/{file.name}",
                limits=ReadingLimits(),
            )
    for file in _sorted(base.joinpath("quotations"), ".yaml"):
        yield from quotation_documents(file.read_text("utf-8"), name=file.name)


def shipped() -> str:
    """Return the hexadecimal SHA-256 over all files of the bundled base, which changes when one of them does."""
    base, content = resources.files("knowledge"), hashlib.sha256()
    for folder, ending in (("briefs/en", ".md"), ("briefs/es", ".md"), ("quotations", ".yaml")):
        for file in _sorted(base.joinpath(folder), ending):
            content.update(f"{folder}/{file.name}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
    return content.hexdigest()


def document_digest(document: Document) -> str:
    """Return the hexadecimal SHA-256 of all that a document says, with its references, quotes and translations."""
    return hashlib.sha256(repr(document).encode()).hexdigest()


def quotation_documents(text: str, *, name: str) -> Iterator[Document]:
    """Read the documents that a quotation file describes, one for each publication quoted. Raises BadBrief."""
    try:
        items = [_QuotationDocument.model_validate(item) for item in read_yaml(text) or []]
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise BadBrief(f"The quotation file {name} breaks its format: {error}.") from error
    return (_document(item) for item in items)


def _sorted(folder: Traversable, ending: str) -> list[Traversable]:
    return sorted((file for file in folder.iterdir() if file.name.endswith(ending)), key=lambda file: file.name)


def _document(item: _QuotationDocument) -> Document:
    text, paragraphs, quotes = "", [], []
    for quotation in item.quotations:
        start = len(text) + 2 if text else 0
        line, words_at = _line(quotation, item.language)
        text += ("\n\n" if text else "") + line
        paragraphs.append(Paragraph(start, len(text)))
        quotes.append(_quote(quotation, item.language, start + words_at))
    publication = item.reference
    metadata = Metadata(
        id=item.id,
        title=publication.title,
        author=publication.author,
        publisher=publication.publisher,
        url=publication.url,
        published=publication.published,
        language=known_language(item.language),
        kind="quotation",
    )
    reference = Reference(
        1, publication.publisher, publication.title, publication.type,
        publication.author, publication.published, publication.url,
    )  # fmt: skip
    location = f"bundled:quotations/{item.id}"
    return Document(text, tuple(paragraphs), metadata, location, references=(reference,), quotes=tuple(quotes))


def _line(quotation: _Quotation, language: str) -> tuple[str, int]:
    """Return a quotation's paragraph and the offset of its words; around words in a third language it is English."""
    key: Literal["en", "es"] = "es" if language == "es" else "en"
    when = f", {quotation.said}" if quotation.said else ""
    opening = f"{quotation.speaker}, {quotation.role[key]} ({quotation.venue[key]}{when}): {_OPENING}"
    return f"{opening}{quotation.words}{_CLOSING}", len(opening)


def _quote(quotation: _Quotation, language: str, start: int) -> FoundQuote:
    if len(quotation.words.split()) > MOST_WORDS_QUOTED:
        raise BadBrief(f"The quotation of {quotation.speaker} is longer than {MOST_WORDS_QUOTED} words.")
    key: Literal["en", "es"] = "es" if language == "es" else "en"
    wanted = [reader for reader in _READER_LANGUAGES if reader != language]
    if set(quotation.translation) != set(wanted):
        raise BadBrief(f"The quotation of {quotation.speaker} is to be translated into: {', '.join(wanted)}.")
    translations = tuple(Translation(quotation.translation[reader], reader, _TRANSLATOR) for reader in wanted)
    end = start + len(quotation.words)
    return FoundQuote(((start, end),), quotation.speaker, quotation.role[key], None, True, translations)
