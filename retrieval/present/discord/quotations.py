"""Quotation checks as Discord messages: what became of the words, the differences word by word, the original."""

import discord

from retrieval.model import Answer, Citation, QuoteResult, QuoteResultKind
from retrieval.present.discord.answers import closed, headed, reader
from retrieval.present.discord.buttons import buttons, pages
from retrieval.present.discord.citation import SEPARATOR, citation_link, citation_text, source_line
from retrieval.present.discord.layout import Layout
from retrieval.present.discord.limits import line_within, plain_within
from retrieval.present.discord.markdown import plain_line, quoted
from retrieval.present.inert import inert_line
from retrieval.present.request import MessageOrigin, QuoteList, SourceList
from retrieval.present.signs import RESULT_SIGNS
from retrieval.present.texts import Interface, note_text, say, say_for

_ASKED, _NOTE, _DIFFERENCES = 500, 200, 900
_FOOTER, _MOST_NOTES = 300, 5
# On one page of a list: what fits with room to spare, whatever the titles.
QUOTES_A_PAGE, SOURCES_A_PAGE = 4, 8
_LIST_EXCERPT = 400


def quote_view(
    result: QuoteResult, key: str, *, sharing: bool = False, heading: str | None = None, stale: bool = False
) -> discord.ui.LayoutView:
    """The message for one quotation."""
    language = reader(result.language)
    layout = Layout(footer=_FOOTER)
    headed(layout, heading)
    _card(layout, result, language)
    closed(layout, result, result.index.encoder, language, stale=stale)
    _buttons(layout, key, language, sharing=sharing, cited=result.match is not None)
    return layout.view()


def found_view(
    origin: MessageOrigin, key: str, *, sharing: bool = False, heading: str | None = None, stale: bool = False
) -> discord.ui.LayoutView:
    """Where the words of a message come from, or what comes nearest."""
    first = origin.results[0] if origin.results else None
    near = origin.near
    shown = first or near
    language = reader(shown.language if shown else "und")
    layout = Layout(footer=_FOOTER)
    headed(layout, heading)
    for result in origin.results:
        _card(layout, result, language)
    if near is not None:
        _near(layout, near, language)
    if shown is not None:
        closed(layout, shown, shown.index.encoder, language, stale=stale)
    _buttons(layout, key, language, sharing=sharing, cited=bool(cited(origin)))
    return layout.view()


def quotes_view(listed: QuoteList, key: str, page: int, language: Interface) -> discord.ui.LayoutView:
    """A page of who said what."""
    layout = Layout()
    layout.card()
    total = len(listed.quotes)
    if not total:
        layout.text(say(language, "quotes-none"))
        return layout.view()
    page, last = _page(page, total, QUOTES_A_PAGE)
    shown = listed.quotes[page * QUOTES_A_PAGE : (page + 1) * QUOTES_A_PAGE]
    title = say(language, "quotes-title")
    layout.text(f"### {title}{SEPARATOR}{_span(page, len(shown), total, QUOTES_A_PAGE, language)}")
    for quote in shown:
        layout.rule()
        layout.text(citation_text(quote, language, most=_LIST_EXCERPT), citation_link(quote, language))
    layout.row(*pages(key, language, page, last))
    return layout.view()


def sources_view(listed: SourceList, key: str, page: int, language: Interface) -> discord.ui.LayoutView:
    """A page of the sources with their ids."""
    layout = Layout()
    layout.card()
    total = len(listed.sources)
    if not total:
        layout.text(say(language, "sources-none"))
        return layout.view()
    page, last = _page(page, total, SOURCES_A_PAGE)
    shown = listed.sources[page * SOURCES_A_PAGE : (page + 1) * SOURCES_A_PAGE]
    title = say(language, "sources-title")
    layout.text(f"### {title}{SEPARATOR}{_span(page, len(shown), total, SOURCES_A_PAGE, language)}")
    layout.text("\n".join(f"{source_line(source)}\n-# {plain_line(source.id)}" for source in shown))
    layout.row(*pages(key, language, page, last))
    return layout.view()


def cited(outcome: QuoteResult | MessageOrigin) -> list[Citation]:
    """The citations that are shown."""
    if isinstance(outcome, QuoteResult):
        return [outcome.match] if outcome.match else []
    matches = [result.match for result in outcome.results if result.match]
    near = outcome.near
    return matches or list(near.citations or near.nearest if near else ())


def _card(layout: Layout, result: QuoteResult, language: Interface) -> None:
    sign, tone = RESULT_SIGNS[result.kind]
    lines = [quoted(plain_within(result.text, _ASKED))]
    if result.speaker:
        lines.append(f"-# {say(language, 'asked-about')}: {plain_line(result.speaker)}")
    lines.append(f"### {sign} {say_for(language, 'quotation', result.kind)}")
    lines.append(say_for(language, "quotation-reason", result.kind))
    if result.match is not None and result.kind is not QuoteResultKind.VERBATIM:
        lines.append(f"-# {say(language, 'similarity', percent=str(round(100 * result.similarity)))}")
    text = "\n".join(lines)
    if not layout.fits(text):
        return
    layout.card(tone)
    layout.text(text)
    if len(result.differences) > 1:
        layout.text(f"**{say(language, 'differences')}**\n> {_differences(result.differences)}")
    if result.match is not None:
        layout.text(citation_text(result.match, language), citation_link(result.match, language))
    notes = [f"-# {line_within(note_text(note, language), _NOTE)}" for note in result.notes[:_MOST_NOTES]]
    layout.text("\n".join(notes))


def _near(layout: Layout, near: Answer, language: Interface) -> None:
    layout.card("open")
    layout.text(f"### ? {say(language, 'find-none')}")
    citations = near.citations or near.nearest
    if citations:
        layout.text(f"**{say(language, 'find-near')}**")
    for citation in citations:
        layout.text(citation_text(citation, language, most=_LIST_EXCERPT), citation_link(citation, language))


def _buttons(layout: Layout, key: str, language: Interface, *, sharing: bool, cited: bool) -> None:
    row = buttons(key, language, *(("context", "copy", "wrong") if cited else ("wrong",)))
    layout.row(*([*buttons(key, language, "share"), *row] if sharing else row))


def _differences(differences: tuple[tuple[str, str], ...]) -> str:
    """Both wordings in one line: words only asked about struck through, those only in the source bold."""
    marks = {"=": "{}", "-": "~~{}~~", "+": "**{}**"}
    parts: list[str] = []
    room = _DIFFERENCES
    for operation, words in differences:
        shown = plain_within(inert_line(words.strip()), max(1, room))
        room -= len(shown)
        if room <= 0:
            return " ".join([*parts, "[…]"])
        if shown:
            parts.append(marks[operation].format(shown))
    return " ".join(parts)


def _page(page: int, total: int, size: int) -> tuple[int, int]:
    """The page that there is, and the last one."""
    last = (total - 1) // size
    return min(page, last), last


def _span(page: int, shown: int, total: int, size: int, language: Interface) -> str:
    first = page * size + 1
    return say(language, "page", **{"from": first, "to": first + shown - 1, "total": total})
