"""What commands, administration, rights and buttons use of the bot's client, which imports them all."""

from typing import Protocol, cast

import discord
from discord import app_commands

from knowledge.activity_model import CommunitySettings
from retrieval.discord.autocompletion import OfferedNames
from retrieval.present.discord.buttons import Presses
from retrieval.present.request import Request
from retrieval.present.texts import Interface
from retrieval.serve.service import Service

# The library's type variable is bound to its own clients, which no Protocol is one of; `client_of` gives ours.
Interaction = discord.Interaction[discord.Client]


class CommandClient(Presses, Protocol):
    """The client that commands run in; `retrieval.discord.client.Citabot` is one."""

    guild_settings: dict[int, CommunitySettings]
    """What each server has set, by its id."""

    @property
    def service(self) -> Service:
        """Everything that answers and remembers."""

    @property
    def offered_names(self) -> OfferedNames:
        """The names that autocompletion offers."""

    @property
    def tree(self) -> app_commands.CommandTree[discord.Client]:
        """The commands that are sent to Discord."""

    @property
    def application_id(self) -> int | None:
        """The id of the application, once Discord has said it (discord.py)."""

    @property
    def application(self) -> discord.AppInfo | None:
        """The application, once the client has logged in (discord.py)."""

    def get_guild(self, id: int, /) -> discord.Guild | None:  # noqa: A002 (the library's name)
        """Return a server that the bot is in, by its id (discord.py)."""

    def language(self, interaction: Interaction) -> Interface:
        """Return the language of the person's interface."""

    def settings_of(self, guild: int | None) -> CommunitySettings:
        """Return what a server has set; the defaults elsewhere."""

    async def affords(self, interaction: Interaction, cost: float = 1.0) -> bool:
        """Return whether somebody may have so much work done now, which is then counted; says when, where not."""

    async def reply(
        self, interaction: Interaction, request: Request, *, private: bool | None, author: int | None = None
    ) -> None:
        """Acknowledge, perform a request, and show the outcome."""

    async def refresh_names(self) -> None:
        """Read the names that autocompletion offers."""


def client_of(interaction: Interaction) -> CommandClient:
    """Return the client that an interaction came to.

    Only Citabot has these commands in its tree, and hands itself to `sync_commands`, where mypy sees that it fits.
    """
    return cast("CommandClient", interaction.client)
