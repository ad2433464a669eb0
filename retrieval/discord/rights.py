"""Who may change what on Discord.

Administration is for servers where the bot is installed: somebody who brings the bot along (a user install) is nobody's
manager by that, whatever the server they made themselves says. There, who manages the server changes what was added
from it. Everything else is for curators, whom the operator names.
"""

from typing import Any

import discord

from knowledge.model import Owner, community

Interaction = discord.Interaction[Any]

# Stands for the account that the application belongs to.
OWNER = "owner"


def is_installed(interaction: Interaction) -> bool:
    """Whether an interaction comes from a server that the bot itself was added to, and is still in.

    https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-authorizing-integration-owners-object
    """
    guild = interaction.guild_id
    return guild is not None and interaction.is_guild_integration() and interaction.client.get_guild(guild) is not None


def manages(interaction: Interaction) -> bool:
    """Whether somebody manages the server, which has the bot installed."""
    return is_installed(interaction) and interaction.permissions.manage_guild


def is_curator(interaction: Interaction) -> bool:
    """Whether the operator lets somebody change every source, from a server where the bot is installed."""
    named = interaction.client.service.settings.discord_curators
    return is_installed(interaction) and (
        str(interaction.user.id) in named or (OWNER in named and _owns(interaction.client, interaction.user))
    )


def may_add(interaction: Interaction) -> bool:
    """Whether somebody may add documents of the server's own."""
    return is_curator(interaction) or (interaction.client.service.settings.discord_managers and manages(interaction))


def server(interaction: Interaction) -> Owner | None:
    """Whose the documents are that are added from here; None elsewhere than in a server that has the bot installed."""
    guild = interaction.guild_id
    return community(guild) if guild is not None and is_installed(interaction) else None


def _owns(client: Any, user: discord.abc.User) -> bool:  # noqa: ANN401 (the bot's own client, which imports this)
    """Whether the application is somebody's own; of a team's, its owner's alone, since others may only look on."""
    application = client.application
    if application is None:
        return False
    owner = application.team.owner_id if application.team else application.owner.id
    return bool(user.id == owner)
