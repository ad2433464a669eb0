"""The text of a Discord message as a person reads it: content, embeds, forwarded messages and component texts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import discord

from retrieval.answer.cite import LONGEST_QUESTION
from retrieval.present.discord.limits import cut
from retrieval.present.request import Request

_MENTION = re.compile(r"<(?:@[!&]?|#)\d+>")
# Ids of people, roles, channels, emoji and commands as a message holds them, and of the places in links to messages.
# https://discord.com/developers/docs/reference#message-formatting
_IDS = re.compile(
    r"<(?P<kind>@[!&]?|#)\d+>|<a?(?P<emoji>:\w{1,32}:)\d+>|<(?P<command>/[^<>:\n]{1,100}):\d+>"
    r"|(?<=/channels/)\d+(?:/\d+)*"
)


def message_text(message: discord.Message) -> str:
    """Everything that can be read in a message, cut at what can be asked at once; "" where nothing can."""
    parts = [*_parts(message)]
    for forwarded in message.message_snapshots:
        parts += _parts(forwarded)
    return cut("\n".join(part.strip() for part in parts if part.strip()), LONGEST_QUESTION)


def addressed_text(message: discord.Message) -> str:
    """What was written to the bot, without mentions."""
    return cut(" ".join(_MENTION.sub(" ", message.content).split()), LONGEST_QUESTION)


def without_ids(text: str) -> str:
    """The text without the numbers that Discord knows people and places by."""

    def shown(match: re.Match[str]) -> str:
        return match["emoji"] or match["command"] or f"{(match['kind'] or '')[:1]}…"

    return _IDS.sub(shown, text)


def request_without_ids(request: Request) -> Request:
    """The request as it is asked and kept: whom a text mentions is nobody's business."""
    speaker, about = (value and without_ids(value) for value in (request.speaker, request.about))
    return replace(request, text=without_ids(request.text), speaker=speaker, about=about)


def _parts(message: discord.Message | discord.MessageSnapshot) -> Iterator[str]:
    yield message.content
    for embed in message.embeds:
        yield embed.title or ""
        yield embed.description or ""
        for field in embed.fields:
            yield f"{field.name or ''}\n{field.value or ''}"
    yield from _component_texts(message.components)


def _component_texts(components: Iterable[Any]) -> Iterator[str]:
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        yield from _component_texts(getattr(component, "children", ()))
