"""What those who run a server may do on Discord: change its sources and set how the bot behaves; curators, any."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import discord
from discord import app_commands

from knowledge.errors import CitabotError, SourceTooLarge
from knowledge.model import Metadata
from knowledge.readers import Attachment, Contribution
from knowledge.web import MAX_ADDRESS_CHARACTERS, WebAddress
from retrieval.discord import rights
from retrieval.discord.contract import Interaction, client_of
from retrieval.present.discord import sending
from retrieval.present.discord.localised import described, named, options
from retrieval.present.discord.markdown import plain_line
from retrieval.present.discord.settings_view import settings_text
from retrieval.present.discord.views import error_text
from retrieval.present.request import Request
from retrieval.present.texts import Interface, interface, say, short_digest
from retrieval.upkeep_model import Added

_MEGABYTE = 1_000_000
# A change of sources counts as so many questions: a short document takes a second to read, encode and index.
_CHANGE_COST = 5.0
# Seconds between two edits that show progress: a message may be edited about five times in five seconds
# (https://discord.com/developers/docs/topics/rate-limits), and a rebuild is no race.
_EDIT_SECONDS = 2.0
# Titles of scholarly articles hardly pass 300 characters, and names of publishers are shorter. Our choice.
_LONGEST_TITLE, _LONGEST_PUBLISHER = 300, 200
# Far more than ids have, which end after 60 characters and a number (knowledge.ingest). Our choice.
_LONGEST_ID = 300

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
    address: app_commands.Range[str, 1, MAX_ADDRESS_CHARACTERS] | None = None,
    title: app_commands.Range[str, 1, _LONGEST_TITLE] | None = None,
    publisher: app_commands.Range[str, 1, _LONGEST_PUBLISHER] | None = None,
) -> None:
    """Add a document from an attachment or an address."""
    client, owner, guild = client_of(interaction), rights.server_owner(interaction), interaction.guild_id
    if not await _acknowledge_change(interaction) or owner is None or guild is None:
        return
    language = client.language(interaction)
    if (file is None) == (address is None):
        await sending.answer(interaction, say(language, "source-nothing" if file is None else "source-both"))
        return
    try:
        document = await _contribution(address, file, client.service.settings.max_source_mb)
        metadata = Metadata(title=title, publisher=publisher)
        added = await client.service.add(document, metadata, owner=owner, guild=guild, user=interaction.user.id)
        text = _added_text(added, language)
    except CitabotError as error:
        text = error_text(error, language)
    except (discord.HTTPException, OSError):
        text = say(language, "error-address-unreachable")
    await client.refresh_names()
    await sending.answer(interaction, text)


@source.command(name=named("command-source-remove"), description=described("command-source-remove"))
@options(source_id="option-source")
async def remove(interaction: Interaction, source_id: app_commands.Range[str, 1, _LONGEST_ID]) -> None:
    """Remove a source: one of the server's own, or for curators any."""
    client, guild = client_of(interaction), interaction.guild_id
    if not await _acknowledge_change(interaction) or guild is None:
        return
    language = client.language(interaction)
    try:
        owner = None if rights.is_curator(interaction) else rights.server_owner(interaction)
        removed = await client.service.remove(source_id, by=owner, guild=guild, user=interaction.user.id)
        text = say(language, "source-removed", title=plain_line(removed.title), id=plain_line(removed.id))
    except CitabotError as error:
        text = error_text(error, language)
    await client.refresh_names()
    await sending.answer(interaction, text)


@remove.autocomplete("source_id")
async def offer_sources(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Offer sources that the person may remove, and whose titles are like what was typed."""
    if not rights.may_change_sources(interaction):
        return []
    owner = None if rights.is_curator(interaction) else rights.server_owner(interaction)
    names = client_of(interaction).offered_names.sources(owner).match(typed)
    return [app_commands.Choice(name=name.label, value=name.value) for name in names]


@source.command(name=named("command-source-list"), description=described("command-source-list"))
async def list_sources(interaction: Interaction) -> None:
    """List the sources with their ids."""
    await client_of(interaction).reply(interaction, Request("sources"), private=True)


@app_commands.command(name=named("command-rebuild"), description=described("command-rebuild"))
@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
@options(full="option-full")
async def rebuild(interaction: Interaction, full: bool = False) -> None:
    """Bring the index of all sources up to date, with progress."""
    if not await _acknowledge(interaction, allowed=rights.is_curator(interaction), refusal="curators-only"):
        return
    client = client_of(interaction)
    language = client.language(interaction)
    loop = asyncio.get_running_loop()
    progress = _Progress()

    def show_stage(stage: str, done: int, total: int) -> None:
        text = say(language, "rebuild-working", stage=stage, done=done, total=total)
        loop.call_soon_threadsafe(setattr, progress, "text", text)

    editing = asyncio.create_task(_show_progress(interaction, progress))
    try:
        rebuilt = await client.service.rebuild(
            full=full, guild=interaction.guild_id, user=interaction.user.id, listener=show_stage
        )
        message = "rebuild-done" if rebuilt.changed else "rebuild-same"
        index = short_digest(rebuilt.state.fingerprint)
        text = say(language, message, encoded=rebuilt.encoded, index=index)
    except CitabotError as error:
        text = error_text(error, language)
    finally:
        editing.cancel()
        await asyncio.gather(editing, return_exceptions=True)
    await client.refresh_names()
    await sending.answer(interaction, text)


@app_commands.command(name=named("command-settings"), description=described("command-settings"))
@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.choices(
    language=[
        app_commands.Choice(name=named("language-es"), value="es"),
        app_commands.Choice(name=named("language-en"), value="en"),
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
    """Change the settings that are given, and show all of them."""
    client, guild, allowed = client_of(interaction), interaction.guild_id, rights.manages_server(interaction)
    if not await _acknowledge(interaction, allowed=allowed, refusal="not-allowed") or guild is None:
        return
    before = client.settings_of(guild)
    channels = before.channels | {channel.id for channel in [allow] if channel}
    after = replace(
        before,
        channels=frozenset(channels - {channel.id for channel in [disallow] if channel}),
        language=before.language if language is None else interface(language.value),
        mentions=before.mentions if mentions is None else mentions,
        private=before.private if private is None else private,
    )
    if after != before:
        user = interaction.user.id
        await client.service.activity_worker.run(
            lambda activity: activity.set_community_settings(guild, after, by=user)
        )
        client.guild_settings[guild] = after
    await sending.answer(interaction, settings_text(after, client.language(interaction)))


async def _acknowledge(interaction: Interaction, *, allowed: bool, refusal: str) -> bool:
    """Acknowledge a change by somebody who may make it, else say the message `refusal`; whether to go on."""
    client = client_of(interaction)
    if allowed:
        return await client.affords(interaction, _CHANGE_COST) and await sending.acknowledge(interaction, private=True)
    await sending.tell(interaction, say(client.language(interaction), refusal))
    return False


async def _acknowledge_change(interaction: Interaction) -> bool:
    """Acknowledge a change of sources by somebody who may make it, else say who may; whether to go on."""
    managers_may = client_of(interaction).service.settings.discord_managers
    refusal = "not-allowed" if managers_may else "curators-only"
    return await _acknowledge(interaction, allowed=rights.may_change_sources(interaction), refusal=refusal)


async def _contribution(address: str | None, file: discord.Attachment | None, most_mb: float) -> Contribution:
    """Return the document that was given, in a type that holds no path. Raises ForbiddenAddress and SourceTooLarge."""
    if file is None:
        return WebAddress.parse(address or "")
    if file.size > most_mb * _MEGABYTE:
        raise SourceTooLarge(f"The file has {file.size / _MEGABYTE:.1f} MB; at most {most_mb:g} MB are read.")
    return Attachment(file.filename, await file.read())


def _added_text(added: Added, language: Interface) -> str:
    title, source_id = plain_line(added.source.title), plain_line(added.source.id)
    return say(language, "source-added", change=added.change, title=title, id=source_id)


@dataclass(slots=True)
class _Progress:
    """The latest text about a rebuild, "" before the first; written and read in the event loop alone."""

    text: str = ""


async def _show_progress(interaction: Interaction, progress: _Progress) -> None:
    """Show each new text in the place of the last, until cancelled."""
    shown = ""
    while True:
        await asyncio.sleep(_EDIT_SECONDS)
        if progress.text != shown:
            shown = progress.text
            await sending.answer(interaction, shown)


ADMINISTRATION: tuple[app_commands.Command[Any, ..., Any] | app_commands.Group, ...] = (source, rebuild, settings)
