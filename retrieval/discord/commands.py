"""The commands and menus of the Discord bot. They hold no logic: each hands a request to the client."""

import hashlib
import json
import logging
from typing import Any

import discord
from discord import app_commands

from knowledge.errors import CitabotError
from retrieval.answer.cite import LONGEST_QUESTION
from retrieval.discord.contract import CommandClient, Interaction, client_of
from retrieval.present.discord import sending
from retrieval.present.discord.about import about_view
from retrieval.present.discord.limits import CHOICE_VALUE
from retrieval.present.discord.localised import FluentTranslator, described, everywhere, named, options
from retrieval.present.discord.reading import message_text
from retrieval.present.discord.views import error_text
from retrieval.present.request import Request, RequestKind
from retrieval.present.texts import say

_LOG = logging.getLogger(__name__)

# Citations that may be asked for. Our choice: about as many as one message has room for.
_MOST_CITATIONS = 5


@everywhere
@app_commands.command(name=named("command-ask"), description=described("command-ask"))
@options(question="option-question", count="option-sources", private="option-private")
async def ask(
    interaction: Interaction,
    question: app_commands.Range[str, 1, LONGEST_QUESTION],
    count: app_commands.Range[int, 1, _MOST_CITATIONS] | None = None,
    private: bool | None = None,
) -> None:
    """Answer a question."""
    await client_of(interaction).reply(interaction, Request("ask", question, most=count), private=private)


@everywhere
@app_commands.command(name=named("command-check"), description=described("command-check"))
@options(claim="option-claim", private="option-private")
async def check(
    interaction: Interaction, claim: app_commands.Range[str, 1, LONGEST_QUESTION], private: bool | None = None
) -> None:
    """Check a claim."""
    await client_of(interaction).reply(interaction, Request("check", claim), private=private)


@everywhere
@app_commands.command(name=named("command-quote"), description=described("command-quote"))
@options(text="option-text", speaker="option-speaker", private="option-private")
async def quote(
    interaction: Interaction,
    text: app_commands.Range[str, 1, LONGEST_QUESTION],
    speaker: app_commands.Range[str, 1, CHOICE_VALUE] | None = None,
    private: bool | None = None,
) -> None:
    """Compare a quotation with the original."""
    await client_of(interaction).reply(interaction, Request("quote", text, speaker=speaker), private=private)


@everywhere
@app_commands.command(name=named("command-quotes"), description=described("command-quotes"))
@options(speaker="option-speaker", about="option-about")
async def quotes(
    interaction: Interaction,
    speaker: app_commands.Range[str, 1, CHOICE_VALUE] | None = None,
    about: app_commands.Range[str, 1, LONGEST_QUESTION] | None = None,
) -> None:
    """List who said what."""
    await client_of(interaction).reply(interaction, Request("quotes", speaker=speaker, about=about), private=None)


@quote.autocomplete("speaker")
@quotes.autocomplete("speaker")
async def offer_speakers(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Offer speakers whose names are like what was typed."""
    names = client_of(interaction).offered_names.speakers.match(typed)
    return [app_commands.Choice(name=name.label, value=name.value) for name in names]


@everywhere
@app_commands.command(name=named("command-sources"), description=described("command-sources"))
async def sources(interaction: Interaction) -> None:
    """List the sources."""
    await client_of(interaction).reply(interaction, Request("sources"), private=None)


@everywhere
@app_commands.command(name=named("command-about"), description=described("command-about"))
async def about(interaction: Interaction) -> None:
    """Say what the bot is and what it stores."""
    client = client_of(interaction)
    if await client.affords(interaction) and await sending.acknowledge(interaction, private=True):
        facts = await client.service.facts()
        days, language = client.service.settings.retention_days, client.language(interaction)
        view = about_view(facts.index, facts.reader, days, language)
        await sending.answer(interaction, view)


@everywhere
@app_commands.command(name=named("command-forget-me"), description=described("command-forget-me"))
async def forget_me(interaction: Interaction) -> None:
    """Delete everything stored about a person."""
    client, user = client_of(interaction), interaction.user.id
    if await client.affords(interaction) and await sending.acknowledge(interaction, private=True):
        try:
            forgotten = await client.service.activity_worker.run(lambda activity: activity.forget(user))
            text = say(
                client.language(interaction), "forgotten", replies=forgotten.replies, feedback=forgotten.feedback
            )
        except CitabotError as error:
            text = error_text(error, client.language(interaction))
        await sending.answer(interaction, text)


@everywhere
@app_commands.context_menu(name=named("menu-check"))
async def check_message(interaction: Interaction, message: discord.Message) -> None:
    """Check the claims of somebody's message."""
    await _reply_about(interaction, message, "check")


@everywhere
@app_commands.context_menu(name=named("menu-find"))
async def find_source(interaction: Interaction, message: discord.Message) -> None:
    """Find where the words of a message come from."""
    await _reply_about(interaction, message, "find")


async def _reply_about(interaction: Interaction, message: discord.Message, kind: RequestKind) -> None:
    """Reply to what can be read in a message."""
    client, text = client_of(interaction), message_text(message)
    if text:
        await client.reply(interaction, Request(kind, text), private=True, author=message.author.id)
    else:
        await sending.tell(interaction, say(client.language(interaction), "nothing-to-check"))


COMMANDS: tuple[app_commands.Command[Any, ..., Any] | app_commands.ContextMenu, ...] = (
    ask, check, quote, quotes, sources, about, forget_me, check_message, find_source,
)  # fmt: skip


async def sync_commands(client: CommandClient) -> None:
    """Send the commands to Discord where they are not those sent last.

    Discord takes two hundred new ones a day
    (https://discord.com/developers/docs/interactions/application-commands#registering-a-command).
    """
    translator, activity_worker = FluentTranslator(), client.service.activity_worker
    commands = [await command.get_translated_payload(client.tree, translator) for command in client.tree.get_commands()]
    digest = hashlib.sha256(json.dumps(commands, sort_keys=True).encode()).hexdigest()
    name = f"commands {client.application_id}"
    if await activity_worker.run(lambda activity: activity.remembered(name)) != digest:
        await client.tree.sync()
        await activity_worker.run(lambda activity: activity.remember(name, digest))
        _LOG.info("commands sent", extra={"count": len(commands)})
