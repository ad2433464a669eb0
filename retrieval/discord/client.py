"""The client: each way of asking acknowledges, asks the service and shows the outcome."""

import asyncio
import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import discord
from discord import app_commands

from knowledge.activity_model import CommunitySettings
from knowledge.errors import CitabotError
from retrieval.discord.administration import ADMINISTRATION
from retrieval.discord.autocompletion import NO_NAMES, offered_names
from retrieval.discord.commands import COMMANDS, sync_commands
from retrieval.discord.contract import Interaction
from retrieval.discord.heartbeats import shard_views
from retrieval.discord.recent_keys import RecentKeys
from retrieval.discord.rights import is_installed
from retrieval.present.discord import sending, views
from retrieval.present.discord.answers import context_view, copy_view, evidence_view
from retrieval.present.discord.buttons import CUSTOM_ID, Action, ReplyButton, WrongForm
from retrieval.present.discord.localised import FluentTranslator, language_of
from retrieval.present.discord.markdown import plain_line
from retrieval.present.discord.reading import addressed_text, request_without_ids, without_ids
from retrieval.present.request import Request
from retrieval.present.texts import Interface, say
from retrieval.serve.budget import Budget
from retrieval.serve.perform import fingerprint, from_stored, request_cost, stored_fingerprint
from retrieval.serve.service import Service
from retrieval.serve.telemetry import ShardView

_LOG = logging.getLogger(__name__)

# Seconds between two times at which what is too old is deleted, and names and settings are read anew, which another
# process may have changed. Our choice: nobody minds a name that is offered ten minutes late.
_MAINTENANCE_SECONDS = 600.0


class Tree(app_commands.CommandTree["Citabot"]):
    """The commands; each interaction is performed once, but for autocompletion, which may come any number of times."""

    async def interaction_check(self, interaction: discord.Interaction["Citabot"], /) -> bool:
        """Return whether to go on with an interaction."""
        return interaction.type is discord.InteractionType.autocomplete or await interaction.client.admits(interaction)

    async def on_error(
        self, interaction: discord.Interaction["Citabot"], error: app_commands.AppCommandError, /
    ) -> None:
        """Log an error of a command, and say to the person that something went wrong."""
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
        self.offered_names = NO_NAMES
        self._working_tasks: set[asyncio.Task[Any]] = set()
        # After a lost connection the gateway may send an event again.
        self._seen_events = RecentKeys[int]()
        self._shared_replies = RecentKeys[str]()
        self._user_budget = Budget(service.settings.discord_user_rate)
        self._server_budget = Budget(service.settings.discord_server_rate)
        self.tree = Tree(self)
        for command in (*COMMANDS, *ADMINISTRATION):
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        """Make ready what commands need, and tell Discord of the commands where they have changed."""
        self.add_dynamic_items(ReplyButton)
        await self.tree.set_translator(FluentTranslator())
        await self._read_guild_settings()
        await self.refresh_names()
        await sync_commands(self)

    # What every way of asking has in common.

    def settings_of(self, guild: int | None) -> CommunitySettings:
        """Return what a server has set; the defaults elsewhere."""
        return self.guild_settings.get(guild or 0, CommunitySettings())

    def language(self, interaction: Interaction) -> Interface:
        """Return the language of the person's interface."""
        return language_of(interaction, self.settings_of(interaction.guild_id).language)

    async def admits(self, interaction: Interaction) -> bool:
        """Return whether an interaction is new and may be answered; says where the bot is stopping."""
        if not self._seen_events.add(interaction.id):
            return False
        if self.stopping:
            await sending.tell(interaction, say(self.language(interaction), "stopping"))
        return not self.stopping

    async def reply(
        self, interaction: Interaction, request: Request, *, private: bool | None, author: int | None = None
    ) -> None:
        """Acknowledge, perform a request, and show the outcome; `author` wrote the message that it is about."""
        request = request_without_ids(request)
        if not await self.affords(interaction, request_cost(request)):
            return
        settings, language = self.settings_of(interaction.guild_id), self.language(interaction)
        private = settings.private if private is None else private
        not_here = not private and not _may_be_public(settings, interaction.channel)
        heading = f"-# {say(language, 'channel-private')}" if not_here else None
        with self._working():
            if not await sending.acknowledge(interaction, private=private or not_here):
                return
            self._measure_acknowledgement(interaction)
            try:
                outcome = await self.service.perform(request)
                guild = interaction.guild_id if is_installed(interaction) else None
                key = await self.service.store_reply(
                    request, outcome, user=interaction.user.id, guild=guild, private=private, author=author
                )
                shown: sending.Shown = views.outcome_view(outcome, key, language, sharing=private, heading=heading)
            except CitabotError as error:
                shown = views.error_text(error, language)
            await sending.answer(interaction, shown)

    async def failed(self, interaction: Interaction, error: Exception) -> None:
        """Log an error, without a word of what was asked, and say to the person that something went wrong."""
        self.service.telemetry.error(type(error).__name__)
        _LOG.error("interaction failed", exc_info=error, extra={"interaction": interaction.id})
        await sending.tell(interaction, say(self.language(interaction), "failed"))

    # Buttons and forms.

    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer presses of buttons that no pattern matches: of an older version, or tampered with."""
        is_press = interaction.type is discord.InteractionType.component
        data: Any = interaction.data
        if is_press and not CUSTOM_ID.fullmatch(data["custom_id"]):
            await sending.tell(interaction, say(self.language(interaction), "expired"))

    async def pressed(self, interaction: Interaction, action: Action, key: str, page: int) -> None:
        """Do what a button of the reply stored under `key` says."""
        try:
            if not await self.admits(interaction):
                return
            if action == "wrong":
                await interaction.response.send_modal(WrongForm(key, self.language(interaction)))
            else:
                with self._working():
                    await self._perform_action(interaction, action, key, page)
        except CitabotError as error:
            await sending.tell(interaction, views.error_text(error, self.language(interaction)))
        except Exception as error:
            await self.failed(interaction, error)

    async def _perform_action(self, interaction: Interaction, action: Action, key: str, page: int) -> None:
        in_place = action in ("share", "page")
        if not await sending.acknowledge(interaction, private=True, quiet=in_place):
            return
        self._measure_acknowledgement(interaction)
        language = self.language(interaction)
        reply = await self.service.reply(key)
        if reply is None:
            await (sending.tell if in_place else sending.answer)(interaction, say(language, "expired"))
            return
        request = from_stored(reply.request)
        if not await self.affords(interaction, request_cost(request)):
            return
        outcome = await self.service.perform(request)
        stale = fingerprint(outcome) != stored_fingerprint(reply.result)
        if action == "share":
            heading = say(language, "shared-by", name=plain_line(interaction.user.display_name))
            view = views.outcome_view(outcome, key, language, stale=stale, heading=heading)
            await self._share(interaction, key, reply.owner, view)
        elif action == "page":
            await sending.answer(interaction, views.outcome_view(outcome, key, language, page=page))
        elif action == "context":
            await sending.answer(interaction, context_view(views.cited(outcome), language))
        elif action == "copy":
            await sending.answer(interaction, copy_view(views.cited(outcome), language))
        elif action == "working":
            shown = views.working_view(outcome, language, stale=stale)
            await sending.answer(interaction, shown or say(language, "expired"))
        elif action == "nearest":
            await sending.answer(interaction, evidence_view("find-near", views.nearest(outcome), language))
        else:
            further = await self.service.perform(views.further(request, outcome))
            citations = views.unseen(outcome, further)
            await sending.answer(interaction, evidence_view("more-title", citations, language))

    async def _share(self, interaction: Interaction, key: str, owner: str, view: discord.ui.LayoutView) -> None:
        """Post a private answer for all, once, and only for the person who asked."""
        user = interaction.user.id
        if await self.service.activity_worker.run(lambda activity: activity.person_hash(user)) != owner:
            await sending.tell(interaction, say(self.language(interaction), "not-yours"))
        elif self._shared_replies.add(key) and not await sending.tell(interaction, view, private=False):
            self._shared_replies.discard(key)

    async def noted(self, interaction: Interaction, key: str, text: str) -> None:
        """Store a note on what is wrong with the reply stored under `key`."""
        if not self._seen_events.add(interaction.id) or not await sending.acknowledge(interaction, private=True):
            return
        language, user = self.language(interaction), interaction.user.id
        try:
            reply = await self.service.reply(key)
            if reply is not None:
                note = without_ids(text)
                await self.service.activity_worker.run(lambda activity: activity.add_feedback(key, user, note))
            await sending.answer(interaction, say(language, "wrong-thanks" if reply else "expired"))
        except CitabotError as error:
            await sending.answer(interaction, views.error_text(error, language))

    # Mentions and direct messages.

    async def on_message(self, message: discord.Message) -> None:
        """Answer what is addressed to the bot, and nothing else."""
        mentioned = self.user is not None and self.user in message.mentions
        if message.author.bot or not (mentioned or message.guild is None) or not self._seen_events.add(message.id):
            return
        guild = message.guild.id if message.guild else None
        settings = self.settings_of(guild)
        if self.stopping or not settings.mentions or not _may_be_public(settings, message.channel):
            return
        text = addressed_text(message)
        if self._wait(message.author.id, guild, request_cost(Request("check", text))) is not None:
            return
        language: Interface = settings.language or "en"
        if not text:
            await self._answer_message(message, say(language, "mention-help"))
            return
        with self._working():
            await self._answer_message(message, await self._answer_to(without_ids(text), message, language))

    async def _answer_to(self, text: str, message: discord.Message, language: Interface) -> sending.Shown:
        """Return the answer to the text of a message, or the error in its place."""
        guild = message.guild.id if message.guild else None
        try:
            request = await self.service.request_in(text)
            outcome = await self.service.perform(request)
            key = await self.service.store_reply(
                request, outcome, user=message.author.id, guild=guild, private=False, author=None
            )
            return views.outcome_view(outcome, key, language)
        except CitabotError as error:
            return views.error_text(error, language)

    async def _answer_message(self, message: discord.Message, shown: sending.Shown) -> None:
        content: dict[str, Any] = {"content": shown} if isinstance(shown, str) else {"view": shown}
        try:
            await message.reply(**content, mention_author=False)
        except discord.HTTPException as error:
            _LOG.warning("reply dropped", extra={"status": error.status, "code": error.code})

    async def on_ready(self) -> None:
        """Forget servers that the bot was removed from while it was away."""
        present = [guild.id for guild in self.guilds]
        forgotten = await self.service.activity_worker.run(lambda activity: activity.forget_other_communities(present))
        self.guild_settings = {guild: stored for guild, stored in self.guild_settings.items() if guild in present}
        _LOG.info("ready", extra={"servers": len(present), "forgotten": forgotten})

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget a server that the bot was removed from."""
        self.guild_settings.pop(guild.id, None)
        await self.service.activity_worker.run(lambda activity: activity.forget_community(guild.id))

    async def maintain(self) -> None:
        """Delete what is too old and read names and settings anew, every ten minutes until cancelled."""
        while True:
            try:
                expired = await self.service.expire()
                _LOG.info("expired", extra={"count": expired})
                await self.refresh_names()
                await self._read_guild_settings()
            except CitabotError as error:
                _LOG.warning("housekeeping put off", extra={"code": error.code})
            await asyncio.sleep(_MAINTENANCE_SECONDS)

    async def finish(self, seconds: float) -> None:
        """Take nothing new on, and wait up to so many seconds until what was begun is answered."""
        self.stopping = True
        if self._working_tasks:
            await asyncio.wait(set(self._working_tasks), timeout=seconds)

    def shard_views(self) -> Iterator[ShardView]:
        """Yield the state of each gateway connection."""
        return shard_views(self)

    @contextmanager
    def _working(self) -> Iterator[None]:
        """Have the present task waited for when the bot stops."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("Work is done in tasks.")
        self._working_tasks.add(task)
        try:
            yield
        finally:
            self._working_tasks.discard(task)

    async def refresh_names(self) -> None:
        """Read the names that autocompletion offers, once for each change of the sources."""
        self.offered_names = await offered_names(await self.service.names())

    async def _read_guild_settings(self) -> None:
        self.guild_settings = await self.service.activity_worker.run(lambda activity: activity.all_community_settings())

    async def affords(self, interaction: Interaction, cost: float = 1.0) -> bool:
        """Return whether somebody may have so much work done now, which is then counted; says when, where not."""
        wait = self._wait(interaction.user.id, interaction.guild_id, cost)
        if wait is not None:
            message, seconds = wait
            await sending.tell(interaction, say(self.language(interaction), message, seconds=math.ceil(seconds)))
        return wait is None

    def _wait(self, user: int, guild: int | None, cost: float) -> tuple[str, float] | None:
        """Return what to say and the seconds to wait, where somebody or their server asks for more than their part."""
        seconds = self._user_budget.wait(user, cost)
        if seconds:
            return "user-cooldown", seconds
        seconds = self._server_budget.wait(guild, cost) if guild is not None else 0.0
        return ("server-cooldown", seconds) if seconds else None

    def _measure_acknowledgement(self, interaction: Interaction) -> None:
        self.service.telemetry.acknowledged((discord.utils.utcnow() - interaction.created_at).total_seconds())


def _may_be_public(settings: CommunitySettings, channel: Any) -> bool:  # noqa: ANN401 (the library's channels have no common class)
    """Return whether public answers may stand in a channel; a thread is as its channel."""
    return not settings.channels or bool({channel.id, getattr(channel, "parent_id", None)} & settings.channels)
