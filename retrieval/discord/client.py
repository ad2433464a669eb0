"""The client: each way of asking acknowledges, asks the service and shows the result."""

import asyncio
import logging
import math
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import discord
from discord import app_commands

from knowledge.activity_model import CommunitySettings
from knowledge.errors import CitabotError
from retrieval.discord.administration import ADMINISTRATION
from retrieval.discord.commands import COMMANDS, sync_commands
from retrieval.discord.heartbeats import shard_views
from retrieval.discord.offered import NO_NAMES, offered_names
from retrieval.discord.rights import is_installed
from retrieval.model import Request
from retrieval.present.discord import sending, views
from retrieval.present.discord.answers import context_view, copy_view, evidence_view
from retrieval.present.discord.buttons import CUSTOM_ID, Action, ReplyButton, WrongForm
from retrieval.present.discord.localised import FluentTranslator, language_of
from retrieval.present.discord.markdown import plain_line
from retrieval.present.discord.reading import addressed_text, request_without_ids, without_ids
from retrieval.present.discord.words import Interface, say
from retrieval.serve.budget import Budget
from retrieval.serve.perform import fingerprint, from_stored, stored_fingerprint, work
from retrieval.serve.service import Service
from retrieval.serve.telemetry import ShardView

_LOG = logging.getLogger(__name__)

Interaction = discord.Interaction["Citabot"]

# Events seen lately: after a lost connection the gateway may send one again.
_REMEMBERED = 4096
# How often what is too old is deleted, and names are read anew where another process has changed the sources.
_HOUSEKEEPING = 600.0


class Tree(app_commands.CommandTree["Citabot"]):
    """The commands; each interaction is looked at once, and only where its sender may ask again."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Whether to go on with an interaction."""
        return interaction.type is discord.InteractionType.autocomplete or await interaction.client.admits(interaction)

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Tell the person, and the log what it was."""
        await interaction.client.failed(interaction, error)


class Citabot(discord.AutoShardedClient):
    """The client: it needs no privileged intent, and reads only what is addressed to it."""

    def __init__(self, service: Service) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            shard_count=service.settings.discord_shards,
        )
        self.service = service
        self.stopping = False
        self.guild_settings: dict[int, CommunitySettings] = {}
        self.offered = NO_NAMES
        self._busy: set[asyncio.Task[Any]] = set()
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._shared: OrderedDict[str, None] = OrderedDict()
        self._users, self._servers = (
            Budget(service.settings.discord_user_rate),
            Budget(service.settings.discord_server_rate),
        )
        self.tree = Tree(self)
        for command in (*COMMANDS, *ADMINISTRATION):
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        """Make ready what commands need, and tell Discord of the commands where they have changed."""
        self.add_dynamic_items(ReplyButton)
        await self.tree.set_translator(FluentTranslator())
        self.guild_settings = await self.service.clerk.run(lambda activity: activity.all_community_settings())
        await self.refresh_names()
        await sync_commands(self, self.service.clerk)

    # What every way of asking has in common.

    def settings_of(self, guild: int | None) -> CommunitySettings:
        """What a server has set; the defaults elsewhere."""
        return self.guild_settings.get(guild or 0, CommunitySettings())

    def language(self, interaction: Interaction) -> Interface:
        """The language of the person's interface."""
        return language_of(interaction, self.settings_of(interaction.guild_id).language)

    async def admits(self, interaction: Interaction) -> bool:
        """Whether an interaction is new and may be answered; says so where not."""
        if not self._new(interaction.id):
            return False
        if self.stopping:
            await sending.tell(interaction, say(self.language(interaction), "stopping"))
        return not self.stopping

    async def reply(
        self, interaction: Interaction, request: Request, *, private: bool | None, author: int | None = None
    ) -> None:
        """Acknowledge, perform a request, and show what came of it; `author` wrote the message that it is about."""
        request = request_without_ids(request)
        if not await self.affords(interaction, work(request)):
            return
        settings, language = self.settings_of(interaction.guild_id), self.language(interaction)
        hidden = settings.private if private is None else private
        elsewhere = not hidden and not _allowed(settings, interaction.channel)
        heading = f"-# {say(language, 'channel-private')}" if elsewhere else None
        with self._working():
            if not await sending.acknowledge(interaction, private=hidden or elsewhere):
                return
            self._acknowledged(interaction)
            try:
                outcome = await self.service.perform(request)
                guild = interaction.guild_id if is_installed(interaction) else None
                key = await self.service.keep(
                    request, outcome, user=interaction.user.id, guild=guild, private=hidden, author=author
                )
                shown: sending.Shown = views.outcome_view(outcome, key, language, sharing=hidden, heading=heading)
            except CitabotError as error:
                shown = views.error_text(error, language)
            await sending.answer(interaction, shown)

    async def failed(self, interaction: Interaction, error: Exception) -> None:
        """Write down what went wrong, without a word of what was asked, and say that something did."""
        self.service.telemetry.error(type(error).__name__)
        _LOG.error("interaction failed", exc_info=error, extra={"interaction": interaction.id})
        await sending.tell(interaction, say(self.language(interaction), "failed"))

    # Buttons and forms.

    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer presses of buttons that no pattern knows: of an older version, or tampered with."""
        pressed = interaction.type is discord.InteractionType.component
        data: Any = interaction.data
        if pressed and not CUSTOM_ID.fullmatch(data["custom_id"]):
            await sending.tell(interaction, say(self.language(interaction), "expired"))

    async def pressed(self, interaction: Interaction, action: Action, key: str, page: int) -> None:
        """Do what a button says."""
        try:
            if not await self.admits(interaction):
                return
            if action == "wrong":
                await interaction.response.send_modal(WrongForm(key, self.language(interaction)))
            else:
                with self._working():
                    await self._act(interaction, action, key, page)
        except CitabotError as error:
            await sending.tell(interaction, views.error_text(error, self.language(interaction)))
        except Exception as error:
            await self.failed(interaction, error)

    async def _act(self, interaction: Interaction, action: Action, key: str, page: int) -> None:
        in_place = action in ("share", "page")
        if not await sending.acknowledge(interaction, private=True, quiet=in_place):
            return
        self._acknowledged(interaction)
        language = self.language(interaction)
        kept = await self.service.reply(key)
        if kept is None:
            await (sending.tell if in_place else sending.answer)(interaction, say(language, "expired"))
            return
        request = from_stored(kept.request)
        if not await self.affords(interaction, work(request)):
            return
        outcome = await self.service.perform(request)
        stale = fingerprint(outcome) != stored_fingerprint(kept.result)
        if action == "share":
            await self._share(interaction, key, kept.owner, views.outcome_view(
                outcome, key, language, stale=stale, heading=say(language, "shared-by", name=_name(interaction.user))
            ))  # fmt: skip
        elif action == "page":
            await sending.answer(interaction, views.outcome_view(outcome, key, language, page=page))
        elif action == "context":
            await sending.answer(interaction, context_view(views.cited(outcome), language))
        elif action == "copy":
            await sending.answer(interaction, copy_view(views.cited(outcome), language))
        elif action == "nearest":
            await sending.answer(interaction, evidence_view("find-near", views.nearest(outcome), language))
        else:
            more = await self.service.perform(views.further(request, outcome))
            new = views.unseen(outcome, more)
            await sending.answer(interaction, evidence_view("more-title", new, language))

    async def _share(self, interaction: Interaction, key: str, owner: str, view: discord.ui.LayoutView) -> None:
        """Post a private answer for all, once, and only for the person who asked."""
        user = interaction.user.id
        if await self.service.clerk.run(lambda activity: activity.person_hash(user)) != owner:
            await sending.tell(interaction, say(self.language(interaction), "not-yours"))
        elif key not in self._shared:
            _remember(self._shared, key)
            if not await sending.tell(interaction, view, private=False):
                self._shared.pop(key, None)

    async def noted(self, interaction: Interaction, key: str, text: str) -> None:
        """Keep a note on what is wrong with a reply."""
        if not self._new(interaction.id) or not await sending.acknowledge(interaction, private=True):
            return
        language, user = self.language(interaction), interaction.user.id
        try:
            kept = await self.service.reply(key)
            if kept is not None:
                note = without_ids(text)
                await self.service.clerk.run(lambda activity: activity.add_feedback(key, user, note))
            await sending.answer(interaction, say(language, "wrong-thanks" if kept else "expired"))
        except CitabotError as error:
            await sending.answer(interaction, views.error_text(error, language))

    # Mentions and direct messages.

    async def on_message(self, message: discord.Message) -> None:
        """Answer what is addressed to the bot, and nothing else."""
        mentioned = self.user is not None and self.user in message.mentions
        if message.author.bot or not (mentioned or message.guild is None) or not self._new(message.id):
            return
        guild = message.guild.id if message.guild else None
        settings = self.settings_of(guild)
        if self.stopping or not settings.mentions or not _allowed(settings, message.channel):
            return
        text = addressed_text(message)
        if self._wait(message.author.id, guild, work(Request("check", text))) is not None:
            return
        language: Interface = settings.language or "en"
        if not text:
            await self._answer_message(message, say(language, "mention-help"))
            return
        with self._working():
            await self._answer_message(message, await self._outcome(without_ids(text), message, language))

    async def _outcome(self, text: str, message: discord.Message, language: Interface) -> sending.Shown:
        guild = message.guild.id if message.guild else None
        try:
            request = await self.service.meant(text)
            outcome = await self.service.perform(request)
            key = await self.service.keep(
                request, outcome, user=message.author.id, guild=guild, private=False, author=None
            )
            return views.outcome_view(outcome, key, language)
        except CitabotError as error:
            return views.error_text(error, language)

    async def _answer_message(self, message: discord.Message, shown: sending.Shown) -> None:
        given: dict[str, Any] = {"content": shown} if isinstance(shown, str) else {"view": shown}
        try:
            await message.reply(**given, mention_author=False)
        except discord.HTTPException as error:
            _LOG.warning("reply dropped", extra={"status": error.status, "code": error.code})

    async def on_ready(self) -> None:
        """Forget servers that the bot was removed from while it was away."""
        present = [guild.id for guild in self.guilds]
        gone = await self.service.clerk.run(lambda activity: activity.forget_other_communities(present))
        self.guild_settings = {guild: kept for guild, kept in self.guild_settings.items() if guild in present}
        _LOG.info("ready", extra={"servers": len(present), "forgotten": gone})

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget a server that the bot was removed from."""
        self.guild_settings.pop(guild.id, None)
        await self.service.clerk.run(lambda activity: activity.forget_community(guild.id))

    async def keep_house(self) -> None:
        """Now and then delete what is too old, and read names and settings anew; other processes may change them."""
        while True:
            try:
                gone = await self.service.expire()
                _LOG.info("expired", extra={"count": gone})
                await self.refresh_names()
                self.guild_settings = await self.service.clerk.run(lambda activity: activity.all_community_settings())
            except CitabotError as error:
                _LOG.warning("housekeeping put off", extra={"code": error.code})
            await asyncio.sleep(_HOUSEKEEPING)

    async def finish(self, seconds: float) -> None:
        """Take nothing new on, and wait until what was begun is answered."""
        self.stopping = True
        if self._busy:
            await asyncio.wait(set(self._busy), timeout=seconds)

    def beats(self) -> Iterator[ShardView]:
        """How each connection stands."""
        return shard_views(self)

    @contextmanager
    def _working(self) -> Iterator[None]:
        """What is done within is waited for when the bot stops."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("Work is done in tasks.")
        self._busy.add(task)
        try:
            yield
        finally:
            self._busy.discard(task)

    async def refresh_names(self) -> None:
        """Read the names that autocompletion offers, once for each change of the sources."""
        self.offered = await offered_names(await self.service.names())

    def _new(self, event: int) -> bool:
        if event in self._seen:
            return False
        _remember(self._seen, event)
        return True

    async def affords(self, interaction: Interaction, cost: float = 1.0) -> bool:
        """Whether somebody may have so much work done now, which is then counted; says when, where not."""
        wait = self._wait(interaction.user.id, interaction.guild_id, cost)
        if wait is not None:
            message, seconds = wait
            await sending.tell(interaction, say(self.language(interaction), message, seconds=math.ceil(seconds)))
        return wait is None

    def _wait(self, user: int, guild: int | None, cost: float) -> tuple[str, float] | None:
        """What is to be said, and the seconds to wait, where somebody or their server asks for more than their part."""
        seconds = self._users.wait(user, cost)
        if seconds:
            return "cooldown", seconds
        seconds = self._servers.wait(guild, cost) if guild is not None else 0.0
        return ("server-cooldown", seconds) if seconds else None

    def _acknowledged(self, interaction: Interaction) -> None:
        self.service.telemetry.acknowledged((discord.utils.utcnow() - interaction.created_at).total_seconds())


def _allowed(settings: CommunitySettings, channel: Any) -> bool:  # noqa: ANN401 (the library's channels have no common class)
    """Whether public answers may stand in a channel; a thread is as its channel."""
    return not settings.channels or bool({channel.id, getattr(channel, "parent_id", None)} & settings.channels)


def _name(user: discord.abc.User) -> str:
    return plain_line(user.display_name)


def _remember(known: "OrderedDict[Any, None]", one: int | str) -> None:
    known[one] = None
    if len(known) > _REMEMBERED:
        known.popitem(last=False)
