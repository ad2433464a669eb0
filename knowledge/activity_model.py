"""The records of activity: settings of communities, replies, notes on them, and changes."""

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class CommunitySettings:
    """The settings of the bot in one community. No channel chosen means that all are."""

    channels: frozenset[int] = frozenset()
    language: Literal["es", "en"] | None = None
    mentions: bool = True
    private: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it was asked for and given; `created` is UTC, ISO 8601.

    `owner` is the hash of whoever asked, `author` of whoever wrote the message that was asked about, if another did.
    """

    key: str
    kind: str
    request: dict[str, Any]
    result: dict[str, Any]
    community: int | None
    owner: str
    private: bool
    created: str
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """A note on a reply that somebody thinks wrong."""

    reply: Reply
    text: str
    created: str


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A change, with the hash of who made it; None for somebody who wanted to be forgotten."""

    community: int | None
    author: str | None
    action: str
    subject: str
    created: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The numbers of replies and notes that were deleted."""

    replies: int
    feedback: int
