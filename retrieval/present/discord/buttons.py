"""Buttons that work after a restart: what they do and for which stored reply is written in their custom id.

The client finds them by their pattern (discord.py's DynamicItem), so nothing needs to be kept in memory.
"""

import re
from typing import Any, Literal, Protocol, cast, get_args

import discord

from retrieval.present.discord.limits import BUTTON_LABEL, MODAL_INPUT, MODAL_LABEL, MODAL_PLACEHOLDER, MODAL_TITLE, cut
from retrieval.present.texts import Interface, say, say_for

Action = Literal["more", "context", "working", "copy", "wrong", "nearest", "share", "page"]
# What this version's buttons are called; anything else is of another version, or tampered with.
CUSTOM_ID = re.compile(
    rf"citabot:(?P<action>{'|'.join(get_args(Action))}):(?P<key>[\w-]{{1,32}})(?::(?P<page>\d{{1,4}}))?"
)


class Presses(Protocol):
    """A client that does what buttons and forms ask for."""

    async def pressed(
        self, interaction: discord.Interaction[discord.Client], action: Action, key: str, page: int
    ) -> None:
        """A button of the reply stored under `key` was pressed."""

    async def noted(self, interaction: discord.Interaction[discord.Client], key: str, text: str) -> None:
        """Somebody wrote what is wrong with the reply stored under `key`."""


class ReplyButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=CUSTOM_ID,
):
    """A button that belongs to a stored reply."""

    def __init__(self, action: Action, key: str, *, label: str = "…", page: int = 0, primary: bool = False) -> None:
        self.action, self.key, self.page = action, key, page
        custom_id = f"citabot:{action}:{key}" + (f":{page}" if action == "page" else "")
        style = discord.ButtonStyle.primary if primary else discord.ButtonStyle.secondary
        super().__init__(discord.ui.Button(label=cut(label, BUTTON_LABEL), custom_id=custom_id, style=style))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> "ReplyButton":
        """The button that a press speaks of."""
        action: Action = match["action"]  # type: ignore[assignment]  # the pattern lets nothing else through
        return cls(action, match["key"], page=int(match["page"] or 0))

    async def callback(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Hand the press to the client."""
        await cast("Presses", interaction.client).pressed(interaction, self.action, self.key, self.page)


class WrongForm(discord.ui.Modal):
    """Asks what is wrong with a reply."""

    def __init__(self, key: str, language: Interface) -> None:
        super().__init__(title=cut(say(language, "wrong-title"), MODAL_TITLE), custom_id=f"citabot:form:{key}")
        self.key = key
        self.text: discord.ui.TextInput[Any] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph,
            placeholder=cut(say(language, "wrong-placeholder"), MODAL_PLACEHOLDER),
            max_length=MODAL_INPUT,
        )
        label = cut(say(language, "wrong-label"), MODAL_LABEL)
        self.add_item(discord.ui.Label(text=label, component=self.text))

    async def on_submit(self, interaction: discord.Interaction[discord.Client], /) -> None:
        """Hand the note to the client."""
        await cast("Presses", interaction.client).noted(interaction, self.key, self.text.value)


def buttons(key: str, language: Interface, *actions: Action) -> list[ReplyButton]:
    """A row of buttons for a stored reply, the sharing one standing out."""
    return [
        ReplyButton(action, key, label=say_for(language, "button", action), primary=action == "share")
        for action in actions
    ]


def pages(key: str, language: Interface, page: int, last: int) -> list[ReplyButton]:
    """Buttons to the pages before and after this one, where there are any."""
    buttons_shown = []
    if page > 0:
        buttons_shown.append(ReplyButton("page", key, label=say(language, "button-previous"), page=page - 1))
    if page < last:
        buttons_shown.append(ReplyButton("page", key, label=say(language, "button-next"), page=page + 1))
    return buttons_shown
