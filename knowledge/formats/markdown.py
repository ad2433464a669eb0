"""Reading of Markdown: front matter, and the words without their markup."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from html import escape
from itertools import groupby, pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from knowledge.errors import TooCostly
from knowledge.formats.encodings import decode
from knowledge.formats.fragments import fragment_blocks, table_text
from knowledge.formats.frontmatter import read_metadata, read_references, split_front_matter
from knowledge.formats.hidden import OpenTags
from knowledge.formats.limits import USUAL_LIMITS, ReadingLimits, check_characters, translated
from knowledge.formats.notes import without_glued_marks
from knowledge.formats.paragraphs import LINE_BREAK, Block, assemble, one_line
from knowledge.formats.turns import SENTENCE_END
from knowledge.model import Document, ParagraphRole

_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]")
_EMPHASIS = frozenset({"strong_open", "strong_close", "em_open", "em_close"})
# What begins no inline element, with marks such as "[1]" where no link can begin with one.
_PLAIN = re.compile(r"[^\n!&*<>\[\\\]^_`~]++")
_PLAIN_WITH_MARKS = re.compile(r"(?:[^\n!&*<>\[\\\]^_`~]++|(?:\[\d{1,3}\])++(?![(\[:]))++")


def read_markdown(
    content: bytes, *, charset: str | None, location: str, limits: ReadingLimits = USUAL_LIMITS
) -> Document:
    """Read a document in Markdown: CommonMark (https://spec.commonmark.org/) with tables, footnotes and `~~struck~~`.

    Link texts, code and tables stay, markup and images go, raw HTML leaves its text, what is struck out goes. `[1]`
    stays as it is written where the front matter lists references, and elsewhere where it is glued to no word.
    Raises BadBrief for bad front matter, SourceTooLarge, and TooCostly for quotes and lists nested beyond the limit.
    """
    source = decode(content, charset=charset, location=location)
    check_characters(len(source), location, limits)
    fields, body = split_front_matter(source, location=location)
    metadata, references = read_metadata(fields, location=location), read_references(fields, location=location)
    with translated(f"{location} cannot be read as Markdown."):
        tokens = _tokens(body, location, limits.max_depth)
        marked = bool(references)
        text, paragraphs = assemble(_without_marks(block, marked=marked) for block in _blocks(tokens))
        if metadata.title is None:
            metadata = replace(metadata, title=_title(tokens))
    return Document(text, paragraphs, metadata, location, references=references, described=bool(fields))


@cache
def _markdown(max_depth: int) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": max_depth}).enable(["table", "strikethrough"])
    parser.inline.ruler.before("text", "plain_words", _run_of_text)
    parser.core.ruler.at("inline", _inline)
    return parser.use(footnote_plugin)


def _tokens(source: str, location: str, max_depth: int) -> list[Token]:
    """Parse a text. Raises TooCostly for blocks below the depth, which markdown-it would leave out without an error."""
    tokens = _markdown(max_depth).parse(source)
    if any(token.level >= max_depth - 1 for token in tokens):
        raise TooCostly(f"{location} has quotes or lists nested more than {max_depth} deep.")
    return tokens


def _inline(state: StateCore) -> None:
    """Parse what is in paragraphs and headings; of one without any markup, all of it is a run of text."""
    pattern = _PLAIN if state.env.get("references") else _PLAIN_WITH_MARKS
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = token.children or []
        if pattern.fullmatch(token.content):
            token.children.append(Token("text", "", 0, content=token.content))
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _run_of_text(state: StateInline, silent: bool) -> bool:
    """Take a run of text in one step, in which the library would try every rule at every hyphen and colon."""
    pattern = _PLAIN if state.env.get("references") else _PLAIN_WITH_MARKS
    words = None if silent else pattern.match(state.src, state.pos)
    if words is None:
        return False
    state.pending += words.group()
    state.pos = words.end()
    return True


def _title(tokens: list[Token]) -> str | None:
    """Return the first heading of the first level; the headings below it name parts of the document."""
    for token, inside in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return one_line(_words(inside.children or [])) or None
    return None


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    lists = 0
    rows: list[list[str]] | None = None
    role: ParagraphRole = "text"
    for token in _shown(tokens):
        if token.type in ("list_item_open", "list_item_close"):
            lists += token.nesting
        elif token.type in ("heading_open", "heading_close"):
            role = "heading" if token.nesting > 0 else "text"
        elif token.type in ("footnote_open", "footnote_close"):
            role = "note" if token.nesting > 0 else "text"
        elif token.type == "table_open":
            rows = []
        elif token.type == "table_close":
            yield Block(table_text(rows or []), "table")
            rows = None
        elif token.type == "tr_open" and rows is not None:
            rows.append([])
        elif token.type == "inline" and rows is not None:
            rows[-1].append(_words(token.children or []))
        else:
            yield from _leaf(token, "item" if lists and role == "text" else role)


def _shown(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield the tokens that stand in no element that is struck out or hidden."""
    tags = OpenTags()
    for token in tokens:
        if token.type == "html_block":
            tags.read(token.content)
        if not tags.hidden or token.type not in ("inline", "fence", "code_block", "html_block"):
            yield token


def _leaf(token: Token, role: ParagraphRole) -> Iterator[Block]:
    """Yield the blocks of a token that stands alone; of the rest (rules, brackets of containers) none."""
    if token.type == "inline":
        for children in _paragraphs(token.children or []):
            yield Block(_words(children), role, emphasised=_is_emphasised(children))
    elif token.type in ("fence", "code_block"):
        yield Block(token.content, "code")
    elif token.type == "html_block":
        yield from fragment_blocks(token.content)


def _paragraphs(tokens: list[Token]) -> list[list[Token]]:
    """Return running text as one paragraph, or with each sentence in bold or italics that a break ends as its own."""
    if all(token.type != "hardbreak" for token in tokens):
        return [tokens]
    groups: list[list[Token]] = [[]]
    for is_break, line in groupby(tokens, lambda token: token.type == "hardbreak"):
        part = list(line)
        if not is_break and _is_emphasised(part) and SENTENCE_END.search(_plain_words(part)):
            groups += [part, []]
        else:
            groups[-1] += part
    return [group for group in groups if any(token.content for token in group)]


def _words(children: Sequence[Token]) -> str:
    """Return running text; one with tags in it is read as HTML, so that what these hide, strike out or raise is so."""
    if any(token.type == "html_inline" and not token.content.lower().startswith("<br") for token in children):
        source = "".join(_as_html(token) for token in _visible(children))
        return " ".join(block.text for block in fragment_blocks(source))
    return _plain_words(_visible(children))


def _is_emphasised(tokens: Sequence[Token]) -> bool:
    """Say whether all words of a paragraph are in bold or in italics."""
    depth = 0
    for token in tokens:
        if token.type in _EMPHASIS:
            depth += token.nesting
        elif not depth and _WORD.search(token.content):
            return False
    return any(token.type in _EMPHASIS for token in tokens)


def _as_html(token: Token) -> str:
    if token.type == "html_inline":
        return token.content
    if token.type == "code_inline":
        return f"<code>{escape(token.content)}</code>"
    return escape(_plain_words([token]))


def _visible(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens that are not struck out, without the marks of footnotes."""
    struck = 0
    for token in tokens:
        if token.type in ("s_open", "s_close"):
            struck += token.nesting
        elif not struck:
            yield token


def _plain_words(tokens: Iterable[Token]) -> str:
    """Return running text: a link is its words, except that a link on a bare number is a reference marker, `[1]`."""
    words: list[str] = []
    link_start = 0
    for token in tokens:
        if token.type == "link_open":
            link_start = len(words)
        elif token.type == "link_close" and _NUMBER.fullmatch("".join(words[link_start:])):
            words[link_start:] = [f"[{''.join(words[link_start:])}]"]
        elif token.type in ("text", "code_inline"):
            words.append(token.content)
        elif token.type == "hardbreak" or token.content.lower().startswith("<br"):
            words.append(LINE_BREAK)
        elif token.type == "softbreak":
            words.append(" ")
    return "".join(words)


def _without_marks(block: Block, *, marked: bool) -> Block:
    if marked or block.role == "code" or "[" not in block.text:
        return block
    return replace(block, text=without_glued_marks(block.text))
