"""Discord's objects as it sends them: users, members, guilds, channels, messages and interactions."""

import base64
import itertools
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

# https://discord.com/developers/docs/reference#snowflakes
_EPOCH_MS = 1_420_070_400_000
_numbers = itertools.count()
MANAGE_GUILD = 1 << 5
EVERYTHING = (1 << 50) - 1
_NO_EXTRAS = ("avatar", "banner", "avatar_decoration_data", "collectibles", "primary_guild")

Json = dict[str, Any]


def snowflake(age: float = 0.0) -> str:
    """A new id that carries the present time, or one so many seconds ago."""
    return str(int((time.time() - age) * 1000) - _EPOCH_MS << 22 | next(_numbers) & 0xFFF)


def now() -> str:
    """The present time as Discord writes it."""
    return datetime.now(UTC).isoformat()


def user(name: str, *, bot: bool = False, id: str | None = None) -> Json:  # noqa: A002
    """A user."""
    return {
        "id": id or snowflake(),
        "username": name,
        "global_name": None if bot else name.title(),
        "discriminator": "0000" if bot else "0",
        "public_flags": 0,
        "flags": 0,
        "bot": bot,
        "accent_color": None,
        **dict.fromkeys(_NO_EXTRAS),
    }


def member(of: Json, permissions: int = EVERYTHING) -> Json:
    """A user as a member of a guild."""
    return {
        "user": of, "nick": None, "avatar": None, "banner": None, "roles": [], "joined_at": "2020-01-01T00:00:00+00:00",
        "premium_since": None, "deaf": False, "mute": False, "flags": 0, "pending": False,
        "communication_disabled_until": None, "permissions": str(permissions),
    }  # fmt: skip


def channel(id: str, guild: str, name: str = "general", kind: int = 0, **more: Any) -> Json:  # noqa: A002
    """A channel of a guild; `kind` 11 is a thread."""
    return {
        "id": id, "type": kind, "guild_id": guild, "name": name, "position": 0, "permission_overwrites": [],
        "nsfw": False, "parent_id": None, "topic": None, "rate_limit_per_user": 0, "last_message_id": None,
        "flags": 0, "permissions": str(EVERYTHING), **more,
    }  # fmt: skip


def guild(
    id: str,  # noqa: A002
    owner: Json,
    channels: Sequence[Json],
    members: Sequence[Json],
    threads: Sequence[Json] = (),
) -> Json:
    """A guild as GUILD_CREATE has it."""
    everyone = {
        "id": id, "name": "@everyone", "color": 0, "hoist": False, "icon": None, "unicode_emoji": None, "position": 0,
        "permissions": str(EVERYTHING), "managed": False, "mentionable": False, "flags": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
    }  # fmt: skip
    return {
        "id": id, "name": "Test", "icon": None, "splash": None, "discovery_splash": None, "owner_id": owner["id"],
        "afk_channel_id": None, "afk_timeout": 300, "verification_level": 0, "default_message_notifications": 0,
        "explicit_content_filter": 0, "roles": [everyone], "emojis": [], "features": [], "mfa_level": 0,
        "application_id": None, "system_channel_id": None, "system_channel_flags": 0, "rules_channel_id": None,
        "vanity_url_code": None, "description": None, "banner": None, "premium_tier": 0, "preferred_locale": "en-US",
        "public_updates_channel_id": None, "nsfw_level": 0, "premium_progress_bar_enabled": False,
        "safety_alerts_channel_id": None, "stickers": [], "joined_at": now(), "large": False, "unavailable": False,
        "member_count": len(members), "voice_states": [], "threads": list(threads), "presences": [],
        "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [], "channels": list(channels),
        "members": list(members),
    }  # fmt: skip


def message(author: Json, channel_id: str, body: Mapping[str, Any], **more: Any) -> Json:
    """A message; its components are numbered as Discord numbers them."""
    return {
        "id": snowflake(), "channel_id": channel_id, "author": author, "content": body.get("content") or "",
        "timestamp": now(), "edited_timestamp": None, "tts": False, "mention_everyone": False, "mentions": [],
        "mention_roles": [], "attachments": body.get("attachments") or [], "embeds": body.get("embeds") or [],
        "pinned": False, "type": 0, "flags": body.get("flags") or 0,
        "components": numbered(body.get("components") or []), **more,
    }  # fmt: skip


def numbered(components: Sequence[Mapping[str, Any]], numbers: Iterator[int] | None = None) -> list[Json]:
    """Components with an id each, at any depth."""
    numbers = itertools.count(1) if numbers is None else numbers
    made = []
    for one in components:
        shown: Json = {"id": next(numbers), **one}
        if "components" in one:
            shown["components"] = numbered(one["components"], numbers)
        for name in ("accessory", "component"):
            if isinstance(one.get(name), Mapping):
                shown[name] = numbered([one[name]], numbers)[0]
        made.append(shown)
    return made


def interaction_token() -> str:
    """A token that looks like those of interactions: the word and an id in Base64, then chance."""
    head = base64.b64encode(f"interaction:{snowflake()}:".encode()).decode().rstrip("=")
    return head + secrets.token_urlsafe(60)
