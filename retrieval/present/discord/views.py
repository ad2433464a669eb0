"""Which message shows which result, and what is said when there is none."""

from dataclasses import replace

import discord

from knowledge.errors import CitabotError
from retrieval.model import (
    Answer,
    CheckedMessage,
    Citation,
    Found,
    Outcome,
    QuoteList,
    QuoteResult,
    Request,
    SourceList,
)
from retrieval.present.discord import answers, quotations, verdicts
from retrieval.present.discord.limits import CONTENT, cut
from retrieval.present.discord.markdown import plain
from retrieval.present.discord.words import Interface, messages, say


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
        case Found():
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
        case QuoteResult() | Found():
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


# How many citations more evidence is looked for among: three messages' worth.
_LOOKED_AMONG = 9


def further(request: Request, outcome: Outcome) -> Request:
    """What finds more evidence than a result shows: as many candidates for its question, or for its claims."""
    if isinstance(outcome, CheckedMessage):
        return Request("ask", " ".join(one.claim for one in outcome.verdicts), most=_LOOKED_AMONG)
    return replace(request, kind="ask", most=_LOOKED_AMONG)


def unseen(outcome: Outcome, found: Outcome) -> list[Citation]:
    """What a result cites without showing it, then what else was found; numbered after what is shown."""
    shown = displayed(outcome)
    seen = [(one.source.id, one.start, one.end) for one in shown]
    new: list[Citation] = []
    for one in [*cited(outcome), *(cited(found) or nearest(found))]:
        if not any(one.source.id == name and one.start < end and start < one.end for name, start, end in seen):
            seen.append((one.source.id, one.start, one.end))
            new.append(replace(one, n=len(shown) + len(new) + 1))
    return new


def error_text(error: CitabotError, language: Interface) -> str:
    """An error in the reader's language where it can be met on Discord, else the program's own sentence."""
    name = f"error-{error.code}"
    if messages(language).has_message(name):
        return say(language, name)
    return cut(plain(f"{error.message} {error.hint}".strip()), CONTENT)
