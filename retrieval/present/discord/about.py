"""What the bot is, what it stores of whom, and what it is made of."""

from importlib.metadata import version

import discord

from retrieval.model import IndexState
from retrieval.present.discord.layout import Layout
from retrieval.present.discord.markdown import plain_line
from retrieval.present.texts import Interface, say, short_digest


def about_view(index: IndexState, reader: str, retention_days: int, language: Interface) -> discord.ui.LayoutView:
    """The message of the about command."""
    layout = Layout()
    layout.card()
    layout.text(f"### {say(language, 'about-title')}\n{say(language, 'about-text', sources=index.sources)}")
    layout.rule()
    layout.text(say(language, "about-stored", days=retention_days))
    layout.rule()
    made = say(
        language,
        "about-licence",
        version=version("citabot"),
        discord=version("discord.py"),
        index=short_digest(index.fingerprint),
        encoder=plain_line(index.encoder),
        reader=plain_line(reader),
    )
    layout.text(f"-# {made}")
    return layout.view()
