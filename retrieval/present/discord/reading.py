"""The text of a Discord message as a person reads it: content, embeds, forwarded messages and component texts."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import discord

from retrieval.answer import LONGEST_QUESTION
from retrieval.present.discord.limits import cut

_MENTION = re.compile(r"<(?:@[!&]?|#)\d+>")


def message_text(message: discord.Message) -> str:
    """Everything that can be read in a message, cut at what can be asked at once; "" where nothing can."""
    parts = [*_parts(message)]
    for forwarded in message.message_snapshots:
        parts += _parts(forwarded)
    return cut("\n".join(part.strip() for part in parts if part.strip()), LONGEST_QUESTION)


def addressed_text(message: discord.Message) -> str:
    """What was written to the bot, without mentions."""
    return cut(" ".join(_MENTION.sub(" ", message.content).split()), LONGEST_QUESTION)


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
