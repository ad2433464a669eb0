"""Which message shows which result, and what is said when there is none."""

from dataclasses import replace

import discord

from knowledge.errors import CitabotError
from retrieval.model import Answer, CheckedMessage, Citation, QuoteResult
from retrieval.present.discord import answers, quotations, verdicts, working
from retrieval.present.discord.limits import CONTENT, cut
from retrieval.present.discord.markdown import plain
from retrieval.present.request import MessageOrigin, Outcome, QuoteList, Request, SourceList
from retrieval.present.texts import Interface, has_message, key_of, say


def outcome_view(
    outcome: Outcome,
    key: str,
    language: Interface,
    *,
    sharing: bool = False,
    heading: str | None = None,
    stale: bool = False,
    page: int = 0,
) -> discord.ui.LayoutView:
    """The message for a result stored under `key`.

    `language` is the reader's, for what has none of its own; `heading` stands above everything; `stale` says that the
    sources have changed since the result was first shown.
    """
    match outcome:
        case Answer():
            return answers.answer_view(outcome, key, sharing=sharing, heading=heading, stale=stale)
        case CheckedMessage():
            return verdicts.checked_view(outcome, key, sharing=sharing, heading=heading, stale=stale)
        case QuoteResult():
            return quotations.quote_view(outcome, key, sharing=sharing, heading=heading, stale=stale)
        case MessageOrigin():
            return quotations.found_view(outcome, key, sharing=sharing, heading=heading, stale=stale)
        case QuoteList():
            return quotations.quotes_view(outcome, key, page, language)
        case SourceList():
            return quotations.sources_view(outcome, key, page, language)


def cited(outcome: Outcome) -> list[Citation]:
    """The citations that the message for a result shows, or could."""
    match outcome:
        case Answer():
            return list(outcome.citations)
        case CheckedMessage():
            return verdicts.cited(outcome)
        case QuoteResult() | MessageOrigin():
            return quotations.cited(outcome)
        case QuoteList():
            return list(outcome.quotes)
        case SourceList():
            return []


def displayed(outcome: Outcome) -> list[Citation]:
    """The citations that the message for a result has room for: more evidence is what is not among them."""
    match outcome:
        case Answer():
            return answers.displayed(outcome)
        case CheckedMessage():
            return verdicts.displayed(outcome)
        case _:
            return cited(outcome)


def nearest(outcome: Outcome) -> list[Citation]:
    """What came nearest, where nothing was found."""
    match outcome:
        case Answer():
            return list(outcome.nearest)
        case CheckedMessage():
            return verdicts.nearest(outcome)
        case _:
            return []


def working_view(outcome: Outcome, language: Interface, *, stale: bool) -> discord.ui.LayoutView | None:
    """How a verdict was decided; None for a result that is no verdict."""
    return working.working_view(outcome, language, stale=stale) if isinstance(outcome, CheckedMessage) else None


# How many citations more evidence is looked for among: three messages' worth.
_LOOKED_AMONG = 9


def further(request: Request, outcome: Outcome) -> Request:
    """What finds more evidence than a result shows: as many candidates for its question, or for its claims."""
    if isinstance(outcome, CheckedMessage):
        return Request("ask", " ".join(verdict.claim for verdict in outcome.verdicts), most=_LOOKED_AMONG)
    return replace(request, kind="ask", most=_LOOKED_AMONG)


def unseen(outcome: Outcome, more: Outcome) -> list[Citation]:
    """What a result cites without showing it, then what more was found; numbered after what is shown."""
    shown = displayed(outcome)
    new: list[Citation] = []
    for citation in [*cited(outcome), *(cited(more) or nearest(more))]:
        if not any(_overlap(citation, other) for other in [*shown, *new]):
            new.append(replace(citation, n=len(shown) + len(new) + 1))
    return new


def _overlap(a: Citation, b: Citation) -> bool:
    return a.source.id == b.source.id and a.start < b.end and b.start < a.end


def error_text(error: CitabotError, language: Interface) -> str:
    """An error in the reader's language where it can be met on Discord, else the program's own sentence."""
    message = key_of("error", error.code)
    if has_message(message):
        return say(language, message)
    return cut(plain(f"{error.message} {error.hint}".strip()), CONTENT)
