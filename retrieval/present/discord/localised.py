"""Commands in the reader's language: names, descriptions, options and choices from the Fluent files.

https://discord.com/developers/docs/interactions/application-commands#localization
"""

from collections.abc import Callable
from typing import Any, TypeVar

import discord
from discord import app_commands

from retrieval.present.texts import Interface, describe, interface, say

_LOCALES = {
    discord.Locale.american_english,
    discord.Locale.british_english,
    discord.Locale.spain_spanish,
    discord.Locale.latin_american_spanish,
}
_Command = TypeVar("_Command")


class FluentTranslator(app_commands.Translator):
    """Looks up what `named` and `described` have marked."""

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """The text in a locale that the interface speaks; None leaves the English one."""
        if locale not in _LOCALES:
            return None
        spoken = interface(locale.value)
        message = string.extras["message"]
        return describe(spoken, message) if string.extras["described"] else say(spoken, message)


def named(message: str) -> app_commands.locale_str:
    """The name of a command, option or choice."""
    return app_commands.locale_str(say("en", message), message=message, described=False)


def described(message: str) -> app_commands.locale_str:
    """The description of a command or an option."""
    return app_commands.locale_str(describe("en", message), message=message, described=True)


def options(**messages: str) -> Callable[[_Command], _Command]:
    """Names and descriptions of a command's parameters, by parameter."""

    def marked(command: _Command) -> _Command:
        renamed = app_commands.rename(**{name: named(message) for name, message in messages.items()})
        explained = app_commands.describe(**{name: described(message) for name, message in messages.items()})
        return renamed(explained(command))

    return marked


def everywhere(command: _Command) -> _Command:
    """For servers, the bot's direct messages and other ones, installed by a server or by a person."""
    contexts = app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    return contexts(app_commands.allowed_installs(guilds=True, users=True)(command))


def language_of(interaction: discord.Interaction[Any], otherwise: Interface | None) -> Interface:
    """The interface for the person who asks; what the server has set for people of other languages."""
    return interface(interaction.locale.value, otherwise or "en")
