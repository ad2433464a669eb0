"""Reading of web pages: the article without what surrounds it."""

import logging
import re
from collections.abc import Iterator

from lxml import html
from trafilatura import bare_extraction
from trafilatura.settings import Document as Extract

from knowledge.errors import NoText, TooCostly
from knowledge.formats.described import own_address
from knowledge.formats.fragments import check_depth, table_text
from knowledge.formats.frontmatter import known_language
from knowledge.formats.limits import USUAL_LIMITS, ReadingLimits, translated
from knowledge.formats.paragraphs import Block, assemble, clean
from knowledge.formats.plaintext import decode
from knowledge.model import Document, Metadata, ParagraphRole

# trafilatura warns of pages without an article; the error raised here says it once.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())

# Bytes from the beginning of a page within which its encoding is declared: https://html.spec.whatwg.org/multipage/semantics.html#charset
_DECLARATION_BYTES = 1024
_DECLARED_CHARSET = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I)
# A date is taken only where the page states one, not from any year in it that looks like a date.
_DATES = {"original_date": True, "extensive_search": False}

_ROLES: dict[str, ParagraphRole] = {"head": "heading", "item": "item", "code": "code"}
_CONTAINERS = frozenset({"body", "list", "quote", "div", "item"})


def read_page(content: bytes, *, charset: str | None, location: str, limits: ReadingLimits = USUAL_LIMITS) -> Document:
    """Read the article that trafilatura finds in a page, with the title, author, date and site that the page states.

    Raises NoText when nothing is left without menus, scripts and notices, TooCostly for a page with more elements, or
    deeper ones, than any page to be read has, and DamagedDocument where trafilatura fails.
    """
    source = decode(content, charset=charset or _declared_charset(content), location=location)
    tree = _parse(source, location=location)
    if sum(1 for _ in tree.iter()) > limits.max_elements:
        raise TooCostly(f"{location} is a page of more than {limits.max_elements:,} elements.")
    with translated(f"{location} is a page that cannot be read as one."):
        # The tree goes in, not the text: trafilatura silently returns nothing for text beyond a size of its own.
        extract = bare_extraction(tree, with_metadata=True, include_comments=False, date_extraction_params=_DATES)
        text, paragraphs = assemble(_blocks(extract.body)) if isinstance(extract, Extract) else ("", ())
        if not isinstance(extract, Extract) or not paragraphs:
            raise NoText(
                f"{location} is a page without any text to quote.", hint="Save the page as a browser shows it."
            )
        return Document(text, paragraphs, _metadata(extract, tree, location), location)


def _declared_charset(content: bytes) -> str | None:
    declared = _DECLARED_CHARSET.search(content[:_DECLARATION_BYTES])
    return declared[1].decode("ascii", "replace") if declared else None


def _parse(source: str, *, location: str) -> html.HtmlElement:
    parser = html.HTMLParser(encoding="utf-8")
    with translated(f"{location} is a page without any text to quote.", NoText):
        # As bytes, because lxml refuses a str that declares an encoding, and this one was settled above.
        tree = html.document_fromstring(source.encode(), parser=parser)
    check_depth(parser, location)
    return tree


def _metadata(extract: Extract, tree: html.HtmlElement, location: str) -> Metadata:
    language = known_language(tree.get("lang"))
    return Metadata(
        title=_line(extract.title),
        author=_line(extract.author and extract.author.replace("; ", ", ")),
        publisher=_line(extract.sitename),
        url=own_address(extract.url, location),
        published=extract.date,
        language=None if language == "und" else language,
        licence=_line(extract.license),
    )


def _line(words: str | None) -> str | None:
    return " ".join(clean(words).split()) or None if words else None


def _blocks(element: html.HtmlElement, role: ParagraphRole = "text") -> Iterator[Block]:
    """Yield the blocks of the tree that trafilatura makes, whose elements are mostly those of TEI."""
    running = element.text or ""
    for child in element:
        if child.tag == "table":
            rows = [[_text(cell) for cell in row.iter("cell")] for row in child.iter("row")]
            part = [Block(table_text(rows), "table")]
        elif child.tag in _CONTAINERS:
            part = list(_blocks(child, _ROLES.get(child.tag, role)))
        elif child.tag in ("p", "head", "code"):
            part = [Block(_text(child), _ROLES.get(child.tag, role))]
        else:
            running += _text(child) + (child.tail or "")
            continue
        yield Block(running, role)
        yield from part
        running = child.tail or ""
    yield Block(running, role)


def _text(element: html.HtmlElement) -> str:
    if element.tag == "lb":
        return "\n"
    return (element.text or "") + "".join(_text(child) + (child.tail or "") for child in element)
