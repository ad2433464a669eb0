"""Chats exported from Discord as JSON by DiscordChatExporter: a paragraph a message, with who wrote it before it.

The fields are those of https://github.com/Tyrrrz/DiscordChatExporter, JsonMessageWriter.
"""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.errors import NoText, UnsupportedFormat
from knowledge.formats.encodings import decode
from knowledge.formats.limits import USUAL_LIMITS, ReadingLimits, check_characters, translated
from knowledge.formats.paragraphs import Block, assemble
from knowledge.model import Document, Metadata

_DAY = len("YYYY-MM-DD")
# Struck-out words are taken back: https://support.discord.com/hc/en-us/articles/210298617
_STRUCK = re.compile(r"~~(?:[^~]|~(?!~))*+~~")
# Lines of another's message that one repeats: https://support.discord.com/hc/en-us/articles/210298617
_REPEATED = re.compile(r"^(?:>>> (?s:.*)|> .*\n?)", re.MULTILINE)
# The types of messages that somebody wrote; of the others the program says that a member joined, and so on.
_WRITTEN = frozenset({"Default", "Reply"})
# Marks around words that a chat shows in bold, in italics or hidden until pressed.
_MARKS = re.compile(r"\*\*|__|\|\|")


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Author(_Part):
    name: str
    nickname: str | None = None


class _Message(_Part):
    type: str = "Default"
    content: str
    author: _Author
    timestamp: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T")]


class _Named(_Part):
    name: str


class _Export(_Part):
    guild: _Named
    channel: _Named
    messages: list[_Message]


def read_chat(content: bytes, *, location: str, limits: ReadingLimits = USUAL_LIMITS) -> Document:
    """Read the messages of an exported channel, under a heading for each day, each as `NAME: words`.

    Raises UnsupportedFormat for other JSON, NoText for an export without words, SourceTooLarge, or DamagedDocument.
    """
    source = decode(content, charset=None, location=location)
    check_characters(len(source), location, limits)
    with translated(f"{location} is JSON that cannot be read."):
        try:
            export = _Export.model_validate_json(source)
        except ValidationError as error:
            raise UnsupportedFormat(
                f"{location} is no chat that DiscordChatExporter wrote as JSON.",
                hint="Export the channel with DiscordChatExporter in the format JSON, or save the text as .txt.",
            ) from error
        text, paragraphs = assemble(_blocks(export.messages))
    if not paragraphs:
        raise NoText(f"{location} is a chat without any words.")
    title = f"{export.guild.name} · #{export.channel.name}"
    published = max(message.timestamp[:_DAY] for message in export.messages)
    return Document(text, paragraphs, Metadata(title=title, publisher=export.guild.name, published=published), location)


def _blocks(messages: list[_Message]) -> Iterator[Block]:
    day = ""
    for message in messages:
        words = _MARKS.sub("", _STRUCK.sub("", _REPEATED.sub("", message.content))).strip()
        if not words or message.type not in _WRITTEN:
            continue
        if message.timestamp[:_DAY] != day:
            day = message.timestamp[:_DAY]
            yield Block(day, "heading")
        yield Block(f"{message.author.nickname or message.author.name}: {words}")
