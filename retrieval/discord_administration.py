"""What those who run a server may do on Discord: change sources, rebuild the index, and set how the bot behaves."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
from discord import app_commands

from knowledge.errors import CitabotError, SourceTooLarge
from knowledge.model import Metadata
from knowledge.storage import made_folder, write_whole
from retrieval.model import Added
from retrieval.present.discord import sending
from retrieval.present.discord.localised import described, named, options
from retrieval.present.discord.markdown import plain_line
from retrieval.present.discord.settings_view import settings_text
from retrieval.present.discord.views import error_text
from retrieval.present.discord.words import Interface, say
from retrieval.requests import Request

Interaction = discord.Interaction[Any]

_MEGABYTE = 1_000_000
_SHORT = 8
# Seconds between two edits that show progress: a message may be edited about five times in five seconds
# (https://discord.com/developers/docs/topics/rate-limits), and a rebuild is no race.
_BETWEEN_EDITS = 2.0
# What a file's name may hold; the rest becomes a hyphen, so that it is never a path.
_UNSAFE = re.compile(r"[^\w.-]+|^[.-]+")
_LONGEST_NAME = 100

source = app_commands.Group(
    name=named("command-source"),
    description=described("command-source"),
    default_permissions=discord.Permissions(manage_guild=True),
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
)


@source.command(name=named("command-source-add"), description=described("command-source-add"))
@options(file="option-file", address="option-address", title="option-title", publisher="option-publisher")
async def add(
    interaction: Interaction,
    file: discord.Attachment | None = None,
    address: app_commands.Range[str, 1, 2000] | None = None,
    title: app_commands.Range[str, 1, 300] | None = None,
    publisher: app_commands.Range[str, 1, 200] | None = None,
) -> None:
    """Add a document from an attachment or an address."""
    if not await _admitted(interaction):
        return
    client, language = interaction.client, interaction.client.language(interaction)
    limits = client.service.settings
    if (file is None) == (address is None):
        await sending.answer(interaction, say(language, "source-nothing" if file is None else "source-both"))
        return
    try:
        location = address or str(await _stored(limits.home, file, limits.max_source_mb))
        given = Metadata(title=title, publisher=publisher)
        found = await client.service.add(location, given, guild=interaction.guild_id, user=interaction.user.id)
        lines = [_added(one, language) for one in found]
    except CitabotError as error:
        lines = [error_text(error, language)]
    except (discord.HTTPException, OSError):
        lines = [say(language, "error-address-unreachable")]
    await client.refresh_names()
    await sending.answer(interaction, "\n".join(lines))


@source.command(name=named("command-source-remove"), description=described("command-source-remove"))
@options(source_id="option-source")
async def remove(interaction: Interaction, source_id: app_commands.Range[str, 1, 300]) -> None:
    """Remove a source."""
    if not await _admitted(interaction):
        return
    client, language = interaction.client, interaction.client.language(interaction)
    try:
        gone = await client.service.remove(source_id, guild=interaction.guild_id, user=interaction.user.id)
        text = say(language, "source-removed", title=plain_line(gone.title), id=plain_line(gone.id))
    except CitabotError as error:
        text = error_text(error, language)
    await client.refresh_names()
    await sending.answer(interaction, text)


@remove.autocomplete("source_id")
async def offer_sources(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Sources whose titles are like what was typed."""
    return [app_commands.Choice(name=one.label, value=one.value) for one in interaction.client.sources.match(typed)]


@source.command(name=named("command-source-list"), description=described("command-source-list"))
async def list_sources(interaction: Interaction) -> None:
    """List the sources with their ids."""
    await interaction.client.reply(interaction, Request("sources"), private=True)


@app_commands.command(name=named("command-rebuild"), description=described("command-rebuild"))
@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=True)
@options(full="option-full")
async def rebuild(interaction: Interaction, full: bool = False) -> None:
    """Bring the index up to date, with progress."""
    if not await _admitted(interaction):
        return
    client, language = interaction.client, interaction.client.language(interaction)
    loop = asyncio.get_running_loop()
    latest: dict[str, str] = {}

    def listener(stage: str, done: int, total: int) -> None:
        text = say(language, "rebuild-working", stage=stage, done=done, total=total)
        loop.call_soon_threadsafe(latest.__setitem__, "text", text)

    showing = asyncio.create_task(_show_progress(interaction, latest))
    try:
        done = await client.service.rebuild(
            full=full, guild=interaction.guild_id, user=interaction.user.id, listener=listener
        )
        index = done.state.fingerprint[:_SHORT]
        text = say(language, "rebuild-done" if done.changed else "rebuild-same", encoded=done.encoded, index=index)
    except CitabotError as error:
        text = error_text(error, language)
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)
    await client.refresh_names()
    await sending.answer(interaction, text)


@app_commands.command(name=named("command-settings"), description=described("command-settings"))
@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.choices(
    language=[
        app_commands.Choice(name=named("choice-spanish"), value="es"),
        app_commands.Choice(name=named("choice-english"), value="en"),
    ]
)
@options(
    language="option-language",
    mentions="option-mentions",
    private="option-default-private",
    allow="option-allow",
    disallow="option-disallow",
)
async def settings(
    interaction: Interaction,
    language: app_commands.Choice[str] | None = None,
    mentions: bool | None = None,
    private: bool | None = None,
    allow: discord.TextChannel | None = None,
    disallow: discord.TextChannel | None = None,
) -> None:
    """Change what is given, and show how everything stands."""
    client, guild = interaction.client, interaction.guild_id
    if guild is None or not interaction.permissions.manage_guild:
        await sending.tell(interaction, say(client.language(interaction), "not-allowed"))
        return
    if not await sending.acknowledge(interaction, private=True):
        return
    before = client.settings_of(guild)
    channels = before.channels | {one.id for one in [allow] if one} - {one.id for one in [disallow] if one}
    after = replace(
        before,
        channels=frozenset(channels - {one.id for one in [disallow] if one}),
        language=before.language if language is None else language.value,
        mentions=before.mentions if mentions is None else mentions,
        private=before.private if private is None else private,
    )
    if after != before:
        by = interaction.user.id
        await client.service.clerk.run(lambda activity: activity.set_guild_settings(guild, after, by=by))
        client.guild_settings[guild] = after
    await sending.answer(interaction, settings_text(after, client.language(interaction)))


async def _admitted(interaction: Interaction) -> bool:
    """Whether the person may change sources; acknowledged if so, told so if not."""
    client = interaction.client
    language: Interface = client.language(interaction)
    managers = client.service.settings.discord_curators == "managers"
    manages = interaction.guild_id is not None and interaction.permissions.manage_guild
    if client.is_owner(interaction.user) or (managers and manages):
        return await sending.acknowledge(interaction, private=True)
    await sending.tell(interaction, say(language, "not-allowed" if managers else "owner-only"))
    return False


async def _stored(home: Path, file: discord.Attachment | None, most: float) -> Path:
    """An attachment as a file of the home folder, where the next one of its name replaces it. Raises SourceTooLarge."""
    assert file is not None  # noqa: S101 (the caller has looked)
    if file.size > most * _MEGABYTE:
        raise SourceTooLarge(f"The file has {file.size / _MEGABYTE:.1f} MB; at most {most:g} MB are read.")
    place = home / "uploads" / (_UNSAFE.sub("-", file.filename)[-_LONGEST_NAME:].lstrip(".-") or "file.txt")
    made_folder(place.parent)
    content = await file.read()
    await asyncio.to_thread(write_whole, place, content)
    return place


def _added(one: Added | CitabotError, language: Interface) -> str:
    if isinstance(one, CitabotError):
        return error_text(one, language)
    title, name = plain_line(one.source.title), plain_line(one.source.id)
    return say(language, "source-added", change=one.change, title=title, id=name)


async def _show_progress(interaction: Interaction, latest: dict[str, str]) -> None:
    shown = ""
    while True:
        await asyncio.sleep(_BETWEEN_EDITS)
        if latest.get("text", "") != shown:
            shown = latest["text"]
            await sending.answer(interaction, shown)


ADMINISTRATION: tuple[app_commands.Command[Any, ..., Any] | app_commands.Group, ...] = (source, rebuild, settings)
