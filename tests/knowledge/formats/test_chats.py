"""Chats exported from Discord: a paragraph a message, under its day, with who wrote it."""

import json
from typing import Any

import pytest

from knowledge.errors import CitabotError, NoText, SourceTooLarge, UnsupportedFormat
from knowledge.formats.chats import read_chat
from knowledge.model import Document
from knowledge.readers import ReadingLimits, read_bytes


def message(words: str, day: str = "2025-01-29", name: str = "ana", nickname: str | None = None) -> dict[str, Any]:
    return {
        "id": "1",
        "type": "Default",
        "timestamp": f"{day}T23:30:00.123-05:00",
        "content": words,
        "author": {"id": "2", "name": name, "nickname": nickname, "isBot": False},
        "attachments": [],
    }


def export(*messages: dict[str, Any]) -> bytes:
    channel = {"guild": {"name": "The Valley"}, "channel": {"name": "news", "topic": None}}
    return json.dumps({**channel, "messages": messages, "messageCount": len(messages)}).encode()


def read(content: bytes) -> Document:
    return read_bytes(content, name="c.json", content_type=None, location="c.json", limits=ReadingLimits())


def test_every_message_stands_under_its_day_after_the_name_of_who_wrote_it() -> None:
    document = read(
        export(
            message("The mill is **closed**.", nickname="Ana Pérez"),
            message("Why?\nSince when?", name="bo"),
            message("", name="bo"),
            message("It opens ~~today~~ in May, ||they say||.", "2025-01-30"),
        )
    )
    assert [(part.role, document.text[part.start : part.end]) for part in document.paragraphs] == [
        ("heading", "2025-01-29"),
        ("text", "Ana Pérez: The mill is closed."),
        ("text", "bo: Why? Since when?"),
        ("heading", "2025-01-30"),
        ("text", "ana: It opens in May, they say."),
    ]


def test_a_chat_is_named_by_its_server_and_channel_and_dated_by_its_last_message() -> None:
    metadata = read(export(message("Words."), message("More.", "2025-02-03"), message("Old.", "2025-02-01"))).metadata
    assert (metadata.title, metadata.publisher, metadata.published) == (
        "The Valley · #news",
        "The Valley",
        "2025-02-03",
    )


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"a": 1}', UnsupportedFormat),
        (b"[1, 2]", UnsupportedFormat),
        (b"not json", UnsupportedFormat),
        (b"[" * 200_000, UnsupportedFormat),
        (export({**message("Words."), "timestamp": "yesterday"}), UnsupportedFormat),
        (export(), NoText),
        (export(message("~~all taken back~~")), NoText),
    ],
)
def test_other_json_is_refused_in_one_sentence(content: bytes, kind: type[CitabotError]) -> None:
    with pytest.raises(kind) as caught:
        read(content)
    assert type(caught.value) is kind
    assert caught.value.message.endswith(".")


def test_a_chat_is_no_longer_than_the_limit() -> None:
    with pytest.raises(SourceTooLarge):
        read_chat(export(message("x" * 200)), location="c.json", limits=ReadingLimits(max_characters=200))


def test_what_one_repeats_of_another_and_what_the_program_says_are_nobodys_words() -> None:
    joined = {**message("Joined the server.", name="eve"), "type": "GuildMemberJoin"}
    document = read(
        export(message("> The mill is open.\nNo, it closed.", name="bo"), joined, message(">>> All\nof it"))
    )
    assert document.text == "2025-01-29\n\nbo: No, it closed."
