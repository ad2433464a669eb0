"""Commands, options and buttons are named in both languages as the platform takes them."""

import asyncio
import re
from pathlib import Path

import discord
import pytest
from discord import app_commands

from retrieval.present.discord.localised import FluentTranslator, described, named
from retrieval.present.texts import INTERFACES, Interface, describe, say

MESSAGES = Path(__file__).parents[4] / "retrieval" / "present" / "messages" / "en"
KEYS = [key for path in MESSAGES.glob("*.ftl") for key in re.findall(r"(?m)^([a-z][a-z-]*) =", path.read_text("utf-8"))]


def keys(*beginnings: str) -> list[str]:
    chosen = [key for key in KEYS if key.startswith(beginnings)]
    assert chosen
    return chosen


@pytest.mark.parametrize("language", INTERFACES)
def test_names_and_descriptions_keep_to_the_platforms_limits(language: Interface) -> None:
    for key in keys("command-", "option-"):
        assert re.fullmatch(r"[-_'\w]{1,32}", say(language, key)), key
        assert say(language, key) == say(language, key).lower()
        assert 1 <= len(describe(language, key)) <= 100
    for key in keys("menu-"):
        assert 1 <= len(say(language, key)) <= 32
    for key in keys("button-"):
        assert len(say(language, key)) <= 34  # what fits on a phone without being cut


@pytest.mark.parametrize(
    ("locale", "name", "description"),
    [
        (discord.Locale.latin_american_spanish, "preguntar", "Haz una pregunta"),
        (discord.Locale.british_english, "ask", "Ask a question"),
        (discord.Locale.german, None, None),
    ],
)
def test_a_locale_reads_names_and_descriptions_in_its_language(
    locale: discord.Locale, name: str | None, description: str | None
) -> None:
    translator = FluentTranslator()
    place = app_commands.TranslationContextLocation.command_name
    context: app_commands.TranslationContextTypes = app_commands.TranslationContext(place, data=None)  # type: ignore[arg-type]
    shown = [
        asyncio.run(translator.translate(marked, locale, context))
        for marked in (named("command-ask"), described("command-ask"))
    ]
    assert shown[0] == name
    assert shown[1] is None if description is None else str(shown[1]).startswith(description)
