"""Acknowledging and answering interactions so that nothing is lost, doubled or said to the wrong people.

An interaction must be acknowledged within 3 seconds and answered within 15 minutes
(https://discord.com/developers/docs/interactions/receiving-and-responding). An answer is an edit of the acknowledged
placeholder, which may be sent twice without harm when a connection breaks.
"""

import logging
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord

from retrieval.present.discord.limits import CONTENT, cut

_LOG = logging.getLogger(__name__)
_NOBODY = discord.AllowedMentions.none()
# Error codes: the interaction is unknown or too old, its token has run out, or it was acknowledged before.
# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
_GONE, _ACKNOWLEDGED = frozenset({10015, 10062, 50027}), 40060
_TRIES = 2
# Seconds that an interaction's token lives, less one for the way.
_TOKEN_SECONDS = 15 * 60 - 1
# Where an interaction keeps the moment at which it was acknowledged, by a clock that nobody sets.
_MOMENT = "acknowledged"

Shown = discord.ui.LayoutView | str


async def acknowledge(interaction: discord.Interaction[Any], *, private: bool, quiet: bool = False) -> bool:
    """Say at once that an answer is being made; False where it is too late for any. `quiet` shows nothing of it."""

    async def deferred() -> None:
        if quiet:
            await interaction.response.defer()
        else:
            await interaction.response.defer(ephemeral=private, thinking=True)

    interaction.extras[_MOMENT] = time.monotonic()
    return await _sent(interaction, deferred, "acknowledgement") is not None


async def answer(interaction: discord.Interaction[Any], shown: Shown) -> bool:
    """Put a message in the place of the acknowledgement; False, and a log line, where that has run out."""

    async def edited() -> None:
        if isinstance(shown, str):
            await interaction.edit_original_response(content=cut(shown, CONTENT), allowed_mentions=_NOBODY)
        else:
            await interaction.edit_original_response(view=shown, allowed_mentions=_NOBODY)

    # Not interaction.is_expired(), which compares Discord's clock with this machine's.
    if time.monotonic() - interaction.extras.get(_MOMENT, math.inf) > _TOKEN_SECONDS:
        _LOG.warning("answer dropped", extra={"reason": "older than 15 minutes", "interaction": interaction.id})
        return False
    return await _sent(interaction, edited, "answer") is not None


async def tell(interaction: discord.Interaction[Any], shown: Shown, *, private: bool = True) -> bool:
    """Send a message of its own: the first reply where nothing was acknowledged yet, else one that follows it."""

    async def sent() -> None:
        given: dict[str, Any] = {"content": cut(shown, CONTENT)} if isinstance(shown, str) else {"view": shown}
        if interaction.response.is_done():
            await interaction.followup.send(**given, ephemeral=private, allowed_mentions=_NOBODY)
        else:
            await interaction.response.send_message(**given, ephemeral=private, allowed_mentions=_NOBODY)

    return await _sent(interaction, sent, "message") is not None


async def _sent(interaction: discord.Interaction[Any], send: Callable[[], Awaitable[None]], what: str) -> bool | None:
    """True when it was sent, None when that is no longer possible. A broken connection is tried again once."""
    for left in reversed(range(_TRIES)):
        try:
            await send()
        except discord.HTTPException as error:
            if error.code == _ACKNOWLEDGED:
                return True if what == "acknowledgement" else None
            reason = "too late" if error.code in _GONE else f"HTTP {error.status}, code {error.code}"
            _LOG.warning("%s dropped", what, extra={"reason": reason, "interaction": interaction.id})
            return None
        except discord.InteractionResponded:
            return True
        except (aiohttp.ClientError, OSError) as error:
            if not left:
                _LOG.warning("%s dropped", what, extra={"reason": type(error).__name__, "interaction": interaction.id})
                return None
        else:
            return True
    return None
