"""Quotation checks as Discord messages: what became of the words, the differences word by word, the original."""

import discord

from retrieval.model import Answer, Citation, Found, QuoteList, QuoteResult, QuoteResultKind, SourceList
from retrieval.present.discord.answers import closed, headed, reader
from retrieval.present.discord.buttons import buttons, pages
from retrieval.present.discord.citation import SEPARATOR, citation_link, citation_text, source_line
from retrieval.present.discord.limits import line_within, plain_within
from retrieval.present.discord.markdown import plain_line, quoted
from retrieval.present.discord.sheet import Sheet
from retrieval.present.discord.words import Interface, say
from retrieval.present.inert import inert_line
from retrieval.present.signs import RESULT_SIGNS
from retrieval.present.verdict_texts import note_text, verdict_texts

_ASKED, _NOTE, _DIFFERENCES = 500, 200, 900
_FOOTER, _MOST_NOTES = 300, 5
# On one page of a list: what fits with room to spare, whatever the titles.
QUOTES_A_PAGE, SOURCES_A_PAGE = 4, 8
_LIST_EXCERPT = 400


def quote_view(
    found: QuoteResult, key: str, *, sharing: bool = False, heading: str | None = None, stale: bool = False
) -> discord.ui.LayoutView:
    """The message for one quotation."""
    language = reader(found.language)
    sheet = Sheet(kept=_FOOTER)
    headed(sheet, heading)
    _card(sheet, found, language)
    closed(sheet, found.index, found.index.encoder, language, stale=stale)
    _buttons(sheet, key, language, sharing=sharing, found=found.match is not None)
    return sheet.view()


def found_view(
    found: Found, key: str, *, sharing: bool = False, heading: str | None = None, stale: bool = False
) -> discord.ui.LayoutView:
    """Where the words of a message come from, or what comes nearest."""
    first = found.results[0] if found.results else None
    near = found.near
    index = first.index if first else near.index if near else None
    language = reader(first.language if first else near.language if near else "und")
    sheet = Sheet(kept=_FOOTER)
    headed(sheet, heading)
    for one in found.results:
        _card(sheet, one, language)
    if near is not None:
        _near(sheet, near, language)
    if index is not None:
        closed(sheet, index, index.encoder, language, stale=stale)
    _buttons(sheet, key, language, sharing=sharing, found=bool(cited(found)))
    return sheet.view()


def quotes_view(found: QuoteList, key: str, page: int, language: Interface) -> discord.ui.LayoutView:
    """A page of who said what."""
    sheet = Sheet()
    sheet.card()
    total = len(found.quotes)
    if not total:
        sheet.text(say(language, "quotes-none"))
        return sheet.view()
    page, last = _page(page, total, QUOTES_A_PAGE)
    shown = found.quotes[page * QUOTES_A_PAGE : (page + 1) * QUOTES_A_PAGE]
    sheet.text(
        f"### {say(language, 'quotes-title')}{SEPARATOR}{_span(page, len(shown), total, QUOTES_A_PAGE, language)}"
    )
    for one in shown:
        sheet.rule()
        sheet.text(citation_text(one, language, most=_LIST_EXCERPT), citation_link(one, language))
    sheet.row(*pages(key, language, page, last))
    return sheet.view()


def sources_view(found: SourceList, key: str, page: int, language: Interface) -> discord.ui.LayoutView:
    """A page of the sources with their ids."""
    sheet = Sheet()
    sheet.card()
    total = len(found.sources)
    if not total:
        sheet.text(say(language, "sources-none"))
        return sheet.view()
    page, last = _page(page, total, SOURCES_A_PAGE)
    shown = found.sources[page * SOURCES_A_PAGE : (page + 1) * SOURCES_A_PAGE]
    title = say(language, "sources-title")
    sheet.text(f"### {title}{SEPARATOR}{_span(page, len(shown), total, SOURCES_A_PAGE, language)}")
    sheet.text("\n".join(f"{source_line(one)}\n-# {plain_line(one.id)}" for one in shown))
    sheet.row(*pages(key, language, page, last))
    return sheet.view()


def cited(found: QuoteResult | Found) -> list[Citation]:
    """The citations that are shown."""
    if isinstance(found, QuoteResult):
        return [found.match] if found.match else []
    own = [one.match for one in found.results if one.match]
    return own or list(found.near.citations or found.near.nearest if found.near else ())


def _card(sheet: Sheet, found: QuoteResult, language: Interface) -> None:
    words = verdict_texts(language)
    sign, tone = RESULT_SIGNS[found.kind]
    lines = [quoted(plain_within(found.text, _ASKED))]
    if found.speaker:
        lines.append(f"-# {words.asked_words}: {plain_line(found.speaker)}")
    lines += [f"### {sign} {words.results[found.kind]}", words.result_reasons[found.kind]]
    if found.match is not None and found.kind is not QuoteResultKind.VERBATIM:
        lines.append(f"-# {words.similarity.format(percent=round(100 * found.similarity))}")
    text = "\n".join(lines)
    if not sheet.fits(text):
        return
    sheet.card(tone)
    sheet.text(text)
    if len(found.differences) > 1:
        sheet.text(f"**{words.differences}**\n> {_differences(found.differences)}")
    if found.match is not None:
        sheet.text(citation_text(found.match, language), citation_link(found.match, language))
    notes = [f"-# {line_within(note_text(note, language), _NOTE)}" for note in found.notes[:_MOST_NOTES]]
    sheet.text("\n".join(notes))


def _near(sheet: Sheet, near: Answer, language: Interface) -> None:
    sheet.card("open")
    sheet.text(f"### ? {say(language, 'find-none')}")
    shown = near.citations or near.nearest
    if shown:
        sheet.text(f"**{say(language, 'find-near')}**")
    for one in shown:
        sheet.text(citation_text(one, language, most=_LIST_EXCERPT), citation_link(one, language))


def _buttons(sheet: Sheet, key: str, language: Interface, *, sharing: bool, found: bool) -> None:
    shown = buttons(key, language, *(("context", "copy", "wrong") if found else ("wrong",)))
    sheet.row(*([*buttons(key, language, "share"), *shown] if sharing else shown))


def _differences(found: tuple[tuple[str, str], ...]) -> str:
    """Both wordings in one line: words only asked about struck through, those only in the source bold."""
    marks = {"=": "{}", "-": "~~{}~~", "+": "**{}**"}
    parts: list[str] = []
    room = _DIFFERENCES
    for operation, words in found:
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
