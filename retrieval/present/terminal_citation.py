"""A citation on a terminal: words set apart, their paragraph, who said them and where they stand.

Everything a source says becomes inert `Text`; no string of its is ever read as rich markup.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

from knowledge.model import Language, Reference, Source
from retrieval.answer.link import web_address
from retrieval.model import Citation
from retrieval.present.highlight import answering_words, split_at_highlight
from retrieval.present.inert import inert, inert_line
from retrieval.present.place import also_at, place
from retrieval.present.surroundings import cut_marks, surroundings
from retrieval.present.texts import say, say_for, speaker_text

ACCENT = "cyan"
QUIET = "dim"
SEPARATOR = " · "
_BAR = "▌ "
# Around an excerpt, or the words that answer, where a terminal shows no styles that would tell them from what stands
# beside them.
_OPENING, _CLOSING = "▸", "◂"
NUMBER_WIDTH = 4


@dataclass(frozen=True, slots=True)
class SetApart:
    """Content behind a bar at the left, which needs no colour to be seen."""

    content: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        bar = Segment(_BAR, console.get_style(ACCENT))
        inner = options.update(width=max(1, options.max_width - len(_BAR)))
        for line in console.render_lines(self.content, inner, pad=False):
            yield bar
            yield from line
            yield Segment.line()


@dataclass(frozen=True, slots=True)
class InParagraph:
    """An excerpt inside its paragraph: bold between dimmed words, or between marks where styles are not shown.

    The words of it that answer are underlined.
    """

    citation: Citation

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        around = surroundings(self.citation)
        before, after = map(inert, around) if any(around) else cut_marks(self.citation)
        unmarked, words, rest = split_at_highlight(self.citation) or (inert(self.citation.exact), "", "")
        excerpt = Text().append(unmarked, "not dim bold").append(words, "not dim bold underline")
        yield _marked(console, before, excerpt.append(rest, "not dim bold"), after, around=QUIET)


@dataclass(frozen=True, slots=True)
class WithAnswer:
    """An excerpt with the words that answer in bold, or between marks where styles are not shown; else all bold."""

    citation: Citation

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        before, words, after = split_at_highlight(self.citation) or ("", inert(self.citation.exact), "")
        opening, closing = cut_marks(self.citation)
        yield _marked(console, opening + before, Text(words, "bold"), after + closing)


def lead(citation: Citation, language: Language) -> RenderableType:
    """The words that answer, where they are known, then the exact words, set apart, and whose they are."""
    whose = Padding.indent(Group(*_whose(citation, language)), len(_BAR))
    words = answering_words(citation)
    answering = [Text(words, "bold")] if words else []
    return Group(SetApart(Group(*answering, WithAnswer(citation))), whose)


def numbered(citation: Citation, language: Language, *, led: bool = False) -> RenderableType:
    """A citation by its number. `led`: the lead has shown the words and whose they are, so only the rest follows."""
    parts: list[RenderableType] = []
    if not led or citation.context.strip() != citation.exact.strip():
        parts.append(InParagraph(citation))
    if not led:
        parts += _whose(citation, language)
    parts += _where(citation, language)
    parts += _references(citation, language)
    grid = Table.grid(expand=True)
    grid.add_column(width=NUMBER_WIDTH)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(Text(f"{citation.n}.", f"bold {ACCENT}"), Group(*parts))
    return grid


def speaker_line(citation: Citation, language: Language) -> Text:
    """The speaker with the role, and whether the words are the speaker's own."""
    speaker = speaker_text(citation, language)
    if not speaker:
        return Text(say(language, "unnamed-speaker"), QUIET)
    line = Text().append(inert_line(speaker), "bold")
    if citation.role:
        line.append(f", {inert_line(citation.role)}")
    if citation.direct is False:
        line.append(f" ({say(language, 'reported-speech')})", QUIET)
    return line


def described(source: Source, *more: str) -> Text:
    """Author, publisher and date of a source, as far as they are known, and what else is to stand beside them."""
    known = [source.author, source.publisher, source.published]
    shown = dict.fromkeys(inert_line(part) for part in (*known, *more) if part)
    return Text(SEPARATOR.join(part for part in shown if part), QUIET)


def linked(url: str | None) -> Text | None:
    """An address to read and to click, or None where it is not one. A text fragment works but is not shown."""
    address = web_address(url)
    if address is None:
        return None
    shown = address.partition(":~:")[0].removesuffix("#")
    return Text(shown, Style(color=ACCENT, link=address))


def _marked(console: Console, before: str, words: Text, after: str, *, around: str = "") -> Text:
    """Words between what stands beside them in the style `around`, and between marks where styles are not shown."""
    plain = console.color_system is None and bool(before or after)
    shown = Text(before, around)
    shown.append(_OPENING if plain else "", ACCENT)
    shown.append_text(words)
    shown.append(_CLOSING if plain else "", ACCENT)
    return shown.append(after, around)


def _whose(citation: Citation, language: Language) -> Iterator[Text]:
    if citation.kind == "quote":
        label = f"{say(language, 'spoken-by')} " if speaker_text(citation, language) else ""
        yield Text(label, QUIET).append_text(Text("", "not dim").append_text(speaker_line(citation, language)))
    elif citation.source.kind == "brief":
        standing = [say_for(language, "standing", value) for value in citation.standing]
        yield Text(SEPARATOR.join([say(language, "our-words", references=len(citation.references)), *standing]), QUIET)
    translation = citation.translation(language)
    if translation is not None:
        name = say_for(language, "language", translation.language)
        label = say(language, "translation", by=inert_line(translation.by), language=name)
        yield Text(f"{label}: ", QUIET).append(inert(translation.text), "not dim italic")


def _where(citation: Citation, language: Language) -> Iterator[Text]:
    yield Text(f"{say(language, 'source')}: ", QUIET).append(inert_line(citation.source.title), "not dim")
    yield described(citation.source, *place(citation, language))
    others = also_at(citation, language)
    if others is not None:
        yield Text(inert_line(others), QUIET)
    address = linked(citation.link or citation.source.url)
    if address is not None:
        yield address


def _references(citation: Citation, language: Language) -> Iterator[RenderableType]:
    """What a brief rests on; a gathered quotation's one reference is its source, which has been shown."""
    if citation.source.kind != "brief" or not citation.references:
        return
    yield Text(f"{say(language, 'references')}:", QUIET)
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right")
    grid.add_column(ratio=1, overflow="fold")
    for reference in citation.references:
        grid.add_row(Text(f"[{reference.number}]", QUIET), Group(*_reference(reference, language)))
    yield grid


def _reference(r: Reference, language: Language) -> Iterator[Text]:
    parts = dict.fromkeys(inert_line(part) for part in (r.author, r.publisher, r.published) if part)
    line = Text(inert_line(r.title))
    line.append(SEPARATOR + SEPARATOR.join([*parts, say_for(language, "reference-kind", r.kind)]), QUIET)
    yield line
    address = linked(r.url)
    if address is not None:
        yield address
