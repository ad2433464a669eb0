"""What those who run a server may do on Discord: change its sources and set how the bot behaves; curators, any."""

import asyncio
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from knowledge.errors import CitabotError, SourceTooLarge
from knowledge.model import Metadata
from knowledge.readers import Attachment, Contribution
from knowledge.web import WebAddress
from retrieval.discord import rights
from retrieval.model import Added, Request
from retrieval.present.discord import sending
from retrieval.present.discord.localised import described, named, options
from retrieval.present.discord.markdown import plain_line
from retrieval.present.discord.settings_view import settings_text
from retrieval.present.discord.views import error_text
from retrieval.present.discord.words import Interface, say

Interaction = discord.Interaction[Any]

_MEGABYTE = 1_000_000
# A change of sources counts as so many questions: a short document takes a second to read, encode and index.
_WORK = 5.0
_SHORT = 8
# Seconds between two edits that show progress: a message may be edited about five times in five seconds
# (https://discord.com/developers/docs/topics/rate-limits), and a rebuild is no race.
_BETWEEN_EDITS = 2.0

source = app_commands.Group(
    name=named("command-source"),
    description=described("command-source"),
    default_permissions=discord.Permissions(manage_guild=True),
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
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
    owner = rights.server(interaction)
    if not await _may_change(interaction) or owner is None:
        return
    client, language = interaction.client, interaction.client.language(interaction)
    if (file is None) == (address is None):
        await sending.answer(interaction, say(language, "source-nothing" if file is None else "source-both"))
        return
    try:
        document = await _contribution(address, file, client.service.settings.max_source_mb)
        given = Metadata(title=title, publisher=publisher)
        who = {"guild": interaction.guild_id, "user": interaction.user.id}
        text = _added(await client.service.add(document, given, owner=owner, **who), language)
    except CitabotError as error:
        text = error_text(error, language)
    except (discord.HTTPException, OSError):
        text = say(language, "error-address-unreachable")
    await client.refresh_names()
    await sending.answer(interaction, text)


@source.command(name=named("command-source-remove"), description=described("command-source-remove"))
@options(source_id="option-source")
async def remove(interaction: Interaction, source_id: app_commands.Range[str, 1, 300]) -> None:
    """Remove a source: one of the server's own, or for curators any."""
    if not await _may_change(interaction):
        return
    client, language = interaction.client, interaction.client.language(interaction)
    try:
        by = None if rights.is_curator(interaction) else rights.server(interaction)
        gone = await client.service.remove(source_id, by=by, guild=interaction.guild_id, user=interaction.user.id)
        text = say(language, "source-removed", title=plain_line(gone.title), id=plain_line(gone.id))
    except CitabotError as error:
        text = error_text(error, language)
    await client.refresh_names()
    await sending.answer(interaction, text)


@remove.autocomplete("source_id")
async def offer_sources(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Sources that the person may remove, and whose titles are like what was typed."""
    if not rights.may_add(interaction):
        return []
    by = None if rights.is_curator(interaction) else rights.server(interaction)
    found = interaction.client.offered.sources(by).match(typed)
    return [app_commands.Choice(name=one.label, value=one.value) for one in found]


@source.command(name=named("command-source-list"), description=described("command-source-list"))
async def list_sources(interaction: Interaction) -> None:
    """List the sources with their ids."""
    await interaction.client.reply(interaction, Request("sources"), private=True)


@app_commands.command(name=named("command-rebuild"), description=described("command-rebuild"))
@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
@options(full="option-full")
async def rebuild(interaction: Interaction, full: bool = False) -> None:
    """Bring the index of all sources up to date, with progress."""
    if not await _admitted(interaction, allowed=rights.is_curator(interaction), otherwise="curators-only"):
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
    if not await _admitted(interaction, allowed=rights.manages(interaction), otherwise="not-allowed") or guild is None:
        return
    before = client.settings_of(guild)
    channels = before.channels | {channel.id for channel in [allow] if channel}
    after = replace(
        before,
        channels=frozenset(channels - {channel.id for channel in [disallow] if channel}),
        language=before.language if language is None else language.value,
        mentions=before.mentions if mentions is None else mentions,
        private=before.private if private is None else private,
    )
    if after != before:
        by = interaction.user.id
        await client.service.clerk.run(lambda activity: activity.set_community_settings(guild, after, by=by))
        client.guild_settings[guild] = after
    await sending.answer(interaction, settings_text(after, client.language(interaction)))


async def _admitted(interaction: Interaction, *, allowed: bool, otherwise: str) -> bool:
    """Acknowledge what the person may do; say who may, where they may not."""
    if allowed:
        if not await interaction.client.affords(interaction, _WORK):
            return False
        return await sending.acknowledge(interaction, private=True)
    await sending.tell(interaction, say(interaction.client.language(interaction), otherwise))
    return False


async def _may_change(interaction: Interaction) -> bool:
    """Whether the person may change sources, acknowledged if so."""
    otherwise = "not-allowed" if interaction.client.service.settings.discord_managers else "curators-only"
    return await _admitted(interaction, allowed=rights.may_add(interaction), otherwise=otherwise)


async def _contribution(address: str | None, file: discord.Attachment | None, most: float) -> Contribution:
    """What was given, by a type that holds no path. Raises ForbiddenAddress and SourceTooLarge."""
    if file is None:
        return WebAddress.parse(address or "")
    if file.size > most * _MEGABYTE:
        raise SourceTooLarge(f"The file has {file.size / _MEGABYTE:.1f} MB; at most {most:g} MB are read.")
    return Attachment(file.filename, await file.read())


def _added(added: Added, language: Interface) -> str:
    title, name = plain_line(added.source.title), plain_line(added.source.id)
    return say(language, "source-added", change=added.change, title=title, id=name)


async def _show_progress(interaction: Interaction, latest: dict[str, str]) -> None:
    shown = ""
    while True:
        await asyncio.sleep(_BETWEEN_EDITS)
        if latest.get("text", "") != shown:
            shown = latest["text"]
            await sending.answer(interaction, shown)


ADMINISTRATION: tuple[app_commands.Command[Any, ..., Any] | app_commands.Group, ...] = (source, rebuild, settings)
