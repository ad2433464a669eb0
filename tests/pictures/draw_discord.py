"""Play a story on a loopback Discord with the real bot, print it, and draw the README's two pictures of it.

usage: python tests/pictures/draw_discord.py    (needs Chromium for the pictures)
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import loopback_objects as objects
from discord_page import BROWSERS, picture
from loopback_discord import Asked, LoopbackDiscord, text_of
from running_bot import program

from retrieval.engine import open_engine
from retrieval.settings import Settings

HERE = Path(__file__).parent
ARTICLE = HERE.parent / "articles" / "tide-mill.md"
CLAIMS = "DeepSeek-V3 has 500 billion parameters. Meta released Llama 2 in July 2023. What a time to be alive!"


def told(who: str, what: str, message: Mapping[str, Any] | None) -> None:
    """Print what somebody did and what they saw."""
    print(f"\n── {who}: {what}\n{text_of(message).strip()}")


async def story(home: Path) -> dict[str, list[dict[str, Any]]]:
    """An administrator adds an article, members ask, check and share, one writes a note, one is forgotten."""
    ana, bo, carmen = (objects.user(name) for name in ("ana", "bo", "carmen"))
    async with LoopbackDiscord() as discord, program(discord, home) as running:
        await discord.ready()

        async def seen(begun: Asked) -> Asked:
            return await begun.answered(60)

        file = discord.attach(ARTICLE.name, ARTICLE.read_bytes())
        added = await seen(await discord.slash("source add", file=file, user=ana))
        told("Ana (administrator)", f"/source add {ARTICLE.name}", added.message)
        question = "¿Cuánto costó entrenar DeepSeek-V3?"
        asked = await seen(await discord.slash("ask", question=question, user=carmen, locale="es-ES"))
        told("Carmen", f"/preguntar {question}", asked.message)
        post = discord.message(CLAIMS, user=carmen)
        checked = await seen(await discord.menu("Fact-check", post, user=bo))
        told("Bo", f"right-click → Fact-check on “{CLAIMS}”", checked.message)
        shared = await seen(await discord.press(checked.message, "Share", user=bo))
        told("Bo", "Share", shared.followups[0])
        form = await seen(await discord.press(asked.message, "¿Está mal?", user=carmen, locale="es-ES"))
        noted = await seen(await discord.submit(form, "La cifra es solo del entrenamiento oficial", user=carmen))
        told("Carmen", "¿Está mal? → La cifra es solo del entrenamiento oficial", noted.message)
        forgotten = await seen(await discord.slash("forget-me", user=carmen, locale="es-ES"))
        told("Carmen", "/olvídame", forgotten.message)
        told("", f"the bot is told to stop: exit code {await running.stop()}", None)

    def shown(one: Asked, note: str | None = None) -> list[dict[str, Any]]:
        return [{"components": (one.message or {})["components"], "note": note}]

    return {"discord-ask.png": shown(asked), "discord-check.png": shown(checked, "Only you can see this")}


def main() -> None:
    """Print the story and draw its pictures."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with open_engine(Settings(home=home)) as engine:
            engine.state()
        pictures = asyncio.run(story(home))
    browser = next((one for one in BROWSERS if shutil.which(one)), None)
    if browser is None:
        sys.exit("No Chromium here, so no pictures; install Debian's package chromium.")
    for name, messages in pictures.items():
        picture(messages, HERE / name, browser=browser)


if __name__ == "__main__":
    main()
