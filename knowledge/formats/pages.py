"""Reading of web pages: the article without what surrounds it."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import html
from trafilatura import bare_extraction
from trafilatura.settings import DEFAULT_CONFIG
from trafilatura.settings import Document as Extract

from knowledge.errors import DamagedDocument, NoText, TooCostly
from knowledge.formats.described import own_address
from knowledge.formats.emphasis import emphasised_texts
from knowledge.formats.encodings import decode, encoding_of, with_references_as_browsers
from knowledge.formats.fragments import check_depth, html_blocks, table_text
from knowledge.formats.frontmatter import known_language
from knowledge.formats.furniture import drop_asides, drop_notices
from knowledge.formats.hidden import empty_hidden
from knowledge.formats.html_tables import settle_tables
from knowledge.formats.limits import USUAL_LIMITS, ReadingLimits, translated
from knowledge.formats.live import live_blog, title_of
from knowledge.formats.nesting import part_at_breaks, set_text_apart, unwrapped
from knowledge.formats.notes import note_texts, settle_marks, with_notes
from knowledge.formats.paragraphs import LINE_BREAK, Block, assemble, one_line
from knowledge.model import Document, Metadata, ParagraphRole

# trafilatura warns of pages without an article; the error raised here says it once.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())

# Bytes from the beginning of a page within which its encoding is declared: https://html.spec.whatwg.org/multipage/semantics.html#charset
_DECLARATION_BYTES = 1024
_HTML_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_META = re.compile(rb"<meta[\s/]([^<>]*)", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""(?<![\w-])([\w-]++)\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_CONTENT_CHARSET = re.compile(rb"""charset\s{0,9}=\s{0,9}["']?([\w.:-]+)""", re.IGNORECASE)
_XML_DECLARATION = re.compile(rb"""\s{0,9}<\?xml[^<>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]+)""")
# A date is taken only where the page states one, not from any year in it that looks like a date.
_DATES = {"original_date": True, "extensive_search": False}

# The characters below which trafilatura tries other ways.
_SHORT = DEFAULT_CONFIG.getint("DEFAULT", "MIN_EXTRACTED_SIZE")
# Our choice: a page of links has several, no more text than an index has, and hardly a word beside them.
_FEWEST_LINKS, _LONGEST_MENU, _LINKED_SHARE = 5, 50_000, 0.9
# What a document type declares for itself in square brackets, which no page on the web may:
# https://html.spec.whatwg.org/multipage/syntax.html#the-doctype
_OWN_DECLARATIONS = re.compile(r"\s*+(?:<\?xml[^<>]*>\s*+)?<!DOCTYPE[^<>\[]*+\[", re.IGNORECASE)

_ROLES: dict[str, ParagraphRole] = {"head": "heading", "item": "item", "code": "code"}
_CONTAINERS = frozenset({"body", "list", "quote", "div", "item"})


def read_page(content: bytes, *, charset: str | None, location: str, limits: ReadingLimits = USUAL_LIMITS) -> Document:
    """Read the article that trafilatura finds in a page, with the title, author, date and site that the page states.

    Raises NoText when nothing is left without menus, scripts and notices, TooCostly for a page with more elements, or
    deeper ones, than any page to be read has, and DamagedDocument where trafilatura fails.
    """
    stated = charset if encoding_of(charset) else _declared_charset(content)
    source = with_references_as_browsers(decode(content, charset=stated, location=location))
    if _OWN_DECLARATIONS.match(source):
        raise DamagedDocument(f"{location} is a page with declarations of its own, which no browser reads.")
    tree = _parse(source, location=location, most_elements=limits.max_elements)
    if sum(1 for _ in tree.iter()) > limits.max_elements:
        raise TooCostly(f"{location} is a page of more than {limits.max_elements:,} elements.")
    with translated(f"{location} is a page that cannot be read as one."):
        notes, links, emphasised = _settled(tree)
        live = live_blog(tree)
        updates, title = ([], None) if live is None else (html_blocks(live), title_of(tree))
        # The tree goes in, not the text: trafilatura silently returns nothing for text beyond a size of its own.
        extract = bare_extraction(tree, with_metadata=True, include_comments=False, date_extraction_params=_DATES)
        if not isinstance(extract, Extract):
            raise _without_text(location)
        blocks = [_with_emphasis(block, emphasised) for block in updates or _article(extract, tree)]
        text, paragraphs = assemble(with_notes(blocks, notes))
        if not paragraphs:
            raise _without_text(location)
        if _is_of_links(text, links):
            raise NoText(f"{location} is a page of links alone.", hint="Add the pages that it leads to.")
        metadata = _metadata(extract, tree, location)
        return Document(text, paragraphs, replace(metadata, title=title) if title else metadata, location)


def _without_text(location: str) -> NoText:
    return NoText(f"{location} is a page without any text to quote.", hint="Save the page as a browser shows it.")


def _settled(tree: html.HtmlElement) -> tuple[list[str], set[str], set[str]]:
    """Make a tree say what its reader sees; return the texts of its notes, of its links, and of what is emphasised."""
    empty_hidden(tree)
    drop_notices(tree)
    settle_marks(tree)
    links = _links(tree)
    settle_tables(tree)
    set_text_apart(tree)
    part_at_breaks(tree)
    return note_texts(tree), links, emphasised_texts(tree)


def _with_emphasis(block: Block, emphasised: set[str]) -> Block:
    return replace(block, emphasised=True) if one_line(block.text) in emphasised else block


def _article(extract: Extract, tree: html.HtmlElement) -> list[Block]:
    """Return the blocks of the article that was found, else those of the element that the page calls its article.

    Of a text that is too short for it, trafilatura makes a single paragraph, headings and lists included.
    """
    blocks = list(_blocks(extract.body))
    is_one = sum(bool(block.text.strip()) for block in blocks) == 1
    if not is_one and sum(len(block.text) for block in blocks) >= _SHORT:
        return blocks
    named = [element for name in ("article", "main") for element in tree.iter(name)]
    if not named:
        return blocks
    drop_asides(named[0])
    return html_blocks(named[0]) or blocks


def _links(tree: html.HtmlElement) -> set[str]:
    return {one_line(link.text_content()) for link in tree.iter("a")} - {""}


def _is_of_links(text: str, links: set[str]) -> bool:
    """Say whether a page's text is made of its links, as that of a menu or a list of articles is."""
    if len(links) < _FEWEST_LINKS or len(text) > _LONGEST_MENU:
        return False
    # Each with the blank or the bar that sets it apart.
    return sum(len(link) + 1 for link in links if link in text) >= _LINKED_SHARE * len(text)


def _declared_charset(content: bytes) -> str | None:
    """Return the encoding that a page declares itself, of which browsers know the label, by the first that does.

    https://html.spec.whatwg.org/multipage/parsing.html#prescan-a-byte-stream-to-determine-its-encoding
    """
    beginning = content[:_DECLARATION_BYTES]
    labels = [match[1] for match in [_XML_DECLARATION.match(beginning)] if match]
    for meta in _META.finditer(_HTML_COMMENT.sub(b"", beginning)):
        attributes = {name.lower(): b"".join(value) for name, *value in _ATTRIBUTE.findall(meta[1])}
        stated = attributes.get(b"charset", b"")
        if not stated and attributes.get(b"http-equiv", b"").lower() == b"content-type":
            inside = _CONTENT_CHARSET.search(attributes.get(b"content", b""))
            stated = inside[1] if inside else b""
        labels.append(stated)
    declared = (label.decode("ascii", "replace") for label in labels)
    known = next((label for label in declared if encoding_of(label)), None)
    # What a page in UTF-16 says in ASCII cannot be true.
    return "utf-8" if (encoding_of(known) or "").startswith("utf-16") else known


def _parse(source: str, *, location: str, most_elements: int) -> html.HtmlElement:
    """Parse a page; one nested deeper than libxml2 goes without the elements that only wrap others."""
    try:
        return _parse_whole(source, location=location)
    except TooCostly:
        # Each opens with its own sign, so that there are at least as many as could be too many elements.
        if source.count("<") > 2 * most_elements:
            raise
        return _parse_whole(unwrapped(source), location=location)


def _parse_whole(source: str, *, location: str) -> html.HtmlElement:
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
    return one_line(words) or None if words else None


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
        return LINE_BREAK
    return (element.text or "") + "".join(_text(child) + (child.tail or "") for child in element)
