"""The commands and menus of the Discord bot. They hold no logic: each hands a request to the client.

The client is the one of bot.py; its `reply`, `language` and `service` are all that is used of it.
"""

import hashlib
import json
import logging
from typing import Any

import discord
from discord import app_commands

from knowledge.activity import Activity
from knowledge.errors import CitabotError
from retrieval.model import Request, RequestKind
from retrieval.present.discord import sending
from retrieval.present.discord.about import about_view
from retrieval.present.discord.localised import FluentTranslator, described, everywhere, named, options
from retrieval.present.discord.reading import message_text
from retrieval.present.discord.views import error_text
from retrieval.present.discord.words import say
from retrieval.serve.workers import Workers

_LOG = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

# Longest text that an option of a command is asked for, as a question may be (retrieval.answer.cite.LONGEST_QUESTION).
_LONGEST = 4000


@everywhere
@app_commands.command(name=named("command-ask"), description=described("command-ask"))
@options(question="option-question", count="option-sources", private="option-private")
async def ask(
    interaction: Interaction,
    question: app_commands.Range[str, 1, _LONGEST],
    count: app_commands.Range[int, 1, 5] | None = None,
    private: bool | None = None,
) -> None:
    """Answer a question."""
    await interaction.client.reply(interaction, Request("ask", question, most=count), private=private)


@everywhere
@app_commands.command(name=named("command-check"), description=described("command-check"))
@options(claim="option-claim", private="option-private")
async def check(
    interaction: Interaction, claim: app_commands.Range[str, 1, _LONGEST], private: bool | None = None
) -> None:
    """Check a claim."""
    await interaction.client.reply(interaction, Request("check", claim), private=private)


@everywhere
@app_commands.command(name=named("command-quote"), description=described("command-quote"))
@options(text="option-text", speaker="option-speaker", private="option-private")
async def quote(
    interaction: Interaction,
    text: app_commands.Range[str, 1, _LONGEST],
    speaker: app_commands.Range[str, 1, 100] | None = None,
    private: bool | None = None,
) -> None:
    """Compare a quotation with the original."""
    await interaction.client.reply(interaction, Request("quote", text, speaker=speaker), private=private)


@everywhere
@app_commands.command(name=named("command-quotes"), description=described("command-quotes"))
@options(speaker="option-speaker", about="option-about")
async def quotes(
    interaction: Interaction,
    speaker: app_commands.Range[str, 1, 100] | None = None,
    about: app_commands.Range[str, 1, _LONGEST] | None = None,
) -> None:
    """List who said what."""
    await interaction.client.reply(interaction, Request("quotes", speaker=speaker, about=about), private=None)


@quote.autocomplete("speaker")
@quotes.autocomplete("speaker")
async def offer_speakers(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Speakers whose names are like what was typed."""
    return [
        app_commands.Choice(name=one.label, value=one.value) for one in interaction.client.offered.speakers.match(typed)
    ]


@everywhere
@app_commands.command(name=named("command-sources"), description=described("command-sources"))
async def sources(interaction: Interaction) -> None:
    """List the sources."""
    await interaction.client.reply(interaction, Request("sources"), private=None)


@everywhere
@app_commands.command(name=named("command-about"), description=described("command-about"))
async def about(interaction: Interaction) -> None:
    """Tell what the bot is and what it stores."""
    client = interaction.client
    if await client.affords(interaction) and await sending.acknowledge(interaction, private=True):
        facts = await client.service.facts()
        days, language = client.service.settings.retention_days, client.language(interaction)
        view = about_view(facts.index, facts.entailment, days, language)
        await sending.answer(interaction, view)


@everywhere
@app_commands.command(name=named("command-forget-me"), description=described("command-forget-me"))
async def forget_me(interaction: Interaction) -> None:
    """Delete everything stored about a person."""
    client, user = interaction.client, interaction.user.id
    if await client.affords(interaction) and await sending.acknowledge(interaction, private=True):
        try:
            gone = await client.service.clerk.run(lambda activity: activity.forget(user))
            text = say(client.language(interaction), "forgotten", replies=gone.replies, feedback=gone.feedback)
        except CitabotError as error:
            text = error_text(error, client.language(interaction))
        await sending.answer(interaction, text)


@everywhere
@app_commands.context_menu(name=named("menu-check"))
async def check_message(interaction: Interaction, message: discord.Message) -> None:
    """Check the claims of somebody's message."""
    await _read(interaction, message, "check")


@everywhere
@app_commands.context_menu(name=named("menu-find"))
async def find_source(interaction: Interaction, message: discord.Message) -> None:
    """Find where the words of a message come from."""
    await _read(interaction, message, "find")


async def _read(interaction: Interaction, message: discord.Message, kind: RequestKind) -> None:
    client, text = interaction.client, message_text(message)
    if text:
        await client.reply(interaction, Request(kind, text), private=True, author=message.author.id)
    else:
        await sending.tell(interaction, say(client.language(interaction), "nothing-to-check"))


COMMANDS: tuple[app_commands.Command[Any, ..., Any] | app_commands.ContextMenu, ...] = (
    ask, check, quote, quotes, sources, about, forget_me, check_message, find_source,
)  # fmt: skip


async def sync_commands(client: Any, clerk: Workers[Activity]) -> None:  # noqa: ANN401 (the bot, which imports this)
    """Send the commands to Discord where they are not those sent last: two hundred a day is the most it takes."""
    translator = FluentTranslator()
    payload = [await one.get_translated_payload(client.tree, translator) for one in client.tree.get_commands()]
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    name = f"commands {client.application_id}"
    if await clerk.run(lambda activity: activity.remembered(name)) != digest:
        await client.tree.sync()
        await clerk.run(lambda activity: activity.remember(name, digest))
        _LOG.info("commands sent", extra={"count": len(payload)})
