"""A message of Components V2, filled block by block and never beyond what the platform takes.

Containers with an accent colour hold texts, sections with a link button, and rules; rows of buttons stand below.
https://discord.com/developers/docs/components/reference
"""

from typing import Any

import discord

from retrieval.present.discord.limits import COMPONENTS, COMPONENTS_BYTES, COMPONENTS_TEXT, length
from retrieval.present.signs import Tone

# Colours of the platform's own palette (discord.Colour), told apart by lightness as well as by hue.
_COLOURS: dict[Tone, discord.Colour] = {
    "good": discord.Colour.green(),
    "bad": discord.Colour.red(),
    "split": discord.Colour.gold(),
    "open": discord.Colour.greyple(),
}
# A section is itself, its text and its button.
_SECTION, _TEXT, _RULE = 3, 1, 1


class Layout:
    """One message under construction. `reserve` components and `footer` characters are left for what must come last."""

    def __init__(self, *, reserve: int = 8, footer: int = 0) -> None:
        self._components = COMPONENTS - reserve
        self._characters = COMPONENTS_TEXT - footer
        # A character of Spanish or English takes two bytes at most, but for typographic marks and emoji.
        self._bytes = COMPONENTS_BYTES - 2 * footer
        self._footer = footer
        self._items: list[discord.ui.Item[Any]] = []
        self._container: discord.ui.Container[Any] | None = None

    @property
    def characters(self) -> int:
        """How many characters of text still fit."""
        return self._characters

    def card(self, tone: Tone | None = None) -> None:
        """Begin a container; what follows stands in it."""
        self._components -= 1
        self._container = discord.ui.Container(accent_colour=_COLOURS[tone] if tone else None)
        self._items.append(self._container)

    def last(self) -> None:
        """From here on the characters left for the footer may be used, and two of the reserved components."""
        self._characters += self._footer
        self._bytes += 2 * self._footer
        self._components += 2
        self._footer = 0

    def outside(self) -> None:
        """End the container: what follows stands below it."""
        self._container = None

    def fits(self, markdown: str) -> bool:
        """Whether a card that begins with this text still fits."""
        return self._fits(markdown, 1 + _TEXT)

    def text(self, markdown: str, button: "discord.ui.Button[Any] | None" = None) -> bool:
        """Add a text, with a link button at its side; False, and nothing added, where it does not fit."""
        needed = _SECTION if button else _TEXT
        if not markdown.strip() or not self._fits(markdown, needed):
            return False
        self._characters -= length(markdown)
        self._bytes -= len(markdown.encode())
        shown: discord.ui.Item[Any] = discord.ui.TextDisplay(markdown)
        self._add(discord.ui.Section(shown, accessory=button) if button else shown, needed)
        return True

    def rule(self) -> None:
        """A line between blocks, where there is room."""
        if self._fits("", _RULE):
            self._add(discord.ui.Separator(), _RULE)

    def row(self, *buttons: "discord.ui.Item[Any]") -> None:
        """A row of buttons below everything, of what was reserved."""
        if buttons:
            self._items.append(discord.ui.ActionRow(*buttons))

    def view(self) -> discord.ui.LayoutView:
        """The finished message."""
        view = discord.ui.LayoutView(timeout=None)
        for item in self._items:
            view.add_item(item)
        return view

    def _fits(self, markdown: str, components: int) -> bool:
        return (
            length(markdown) <= self._characters
            and len(markdown.encode()) <= self._bytes
            and components <= self._components
        )

    def _add(self, item: "discord.ui.Item[Any]", components: int) -> None:
        self._components -= components
        if self._container is None:
            self._items.append(item)
        else:
            self._container.add_item(item)
