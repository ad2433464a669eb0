"""What the bot is, what it stores of whom, and what it is made of."""

from importlib.metadata import version

import discord

from retrieval.present.discord.markdown import plain_line
from retrieval.present.discord.sheet import Sheet
from retrieval.present.discord.words import Interface, say
from retrieval.service import Facts

_SHORT = 8


def about_view(facts: Facts, language: Interface) -> discord.ui.LayoutView:
    """The message of the about command."""
    sheet = Sheet()
    sheet.card()
    sheet.text(f"### {say(language, 'about-title')}\n{say(language, 'about-text', sources=facts.index.sources)}")
    sheet.rule()
    sheet.text(say(language, "about-stored", days=facts.retention_days))
    sheet.rule()
    made = say(
        language,
        "about-licence",
        version=version("citabot"),
        discord=version("discord.py"),
        index=facts.index.fingerprint[:_SHORT],
        encoder=plain_line(facts.index.encoder),
        entailment=plain_line(facts.entailment),
    )
    sheet.text(f"-# {made}")
    return sheet.view()
