"""Who may change what on Discord.

Administration is for servers where the bot is installed: somebody who brings the bot along (a user install) is nobody's
manager by that, whatever the server they made themselves says. There, who manages the server changes what was added
from it. Everything else is for curators, whom the operator names.
"""

import discord

from knowledge.model import Owner, community
from retrieval.discord.contract import CommandClient, Interaction, client_of

# Stands for the account that the application belongs to.
OWNER = "owner"


def is_installed(interaction: Interaction) -> bool:
    """Return whether an interaction comes from a server that the bot itself was added to, and is still in.

    https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-authorizing-integration-owners-object
    """
    guild = interaction.guild_id
    if guild is None or not interaction.is_guild_integration():
        return False
    return client_of(interaction).get_guild(guild) is not None


def manages_server(interaction: Interaction) -> bool:
    """Return whether somebody manages the server, which has the bot installed."""
    return is_installed(interaction) and interaction.permissions.manage_guild


def is_curator(interaction: Interaction) -> bool:
    """Return whether the operator lets somebody change every source, from a server where the bot is installed."""
    client, user = client_of(interaction), interaction.user
    curators = client.service.settings.discord_curators
    return is_installed(interaction) and (
        str(user.id) in curators or (OWNER in curators and _owns_application(client, user))
    )


def may_change_sources(interaction: Interaction) -> bool:
    """Return whether somebody may add and remove documents of the server's own."""
    return is_curator(interaction) or (
        client_of(interaction).service.settings.discord_managers and manages_server(interaction)
    )


def server_owner(interaction: Interaction) -> Owner | None:
    """Return the owner of documents added from here; None elsewhere than in a server that has the bot installed."""
    guild = interaction.guild_id
    return community(guild) if guild is not None and is_installed(interaction) else None


def _owns_application(client: CommandClient, user: discord.abc.User) -> bool:
    """Return whether the application is somebody's own; of a team's, its owner's alone: others may only look on."""
    application = client.application
    if application is None:
        return False
    owner = application.team.owner_id if application.team else application.owner.id
    return user.id == owner
