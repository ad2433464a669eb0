"""The bot when many ask at once, when its queue is full, and when sources change while people ask."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import loopback_objects as objects
import pytest
from loopback_discord import Asked, LoopbackDiscord, text_of
from running_bot import program

from knowledge.activity import open_activity
from knowledge.model import Metadata
from retrieval.engine import open_engine
from retrieval.settings import Settings

CURATOR = objects.user("carla", id="80351110224678999")

QUESTIONS = [
    "What did Yann LeCun say about open source models?",
    "¿Cuánto costó entrenar DeepSeek-V3?",
    "Who founded DeepSeek?",
    "¿Qué es Sky-T1?",
    "When was Llama 2 released?",
]


@pytest.fixture
def home(bundled_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(bundled_home, tmp_path / "home"))


def play(scene: Any) -> Any:
    return asyncio.run(asyncio.wait_for(scene, 110))


async def many(discord: LoopbackDiscord, count: int) -> list[Asked]:
    """So many people ask at once."""
    return [
        await discord.slash("ask", question=f"{QUESTIONS[n % 5]} ({n})", user=objects.user(f"person{n}"))
        for n in range(count)
    ]


def test_a_hundred_at_once_are_all_acknowledged_within_a_second_and_answered_once(home: Path) -> None:
    async def scene() -> list[Asked]:
        async with LoopbackDiscord() as discord, program(discord, home) as running:
            await discord.ready()
            asked = await many(discord, 100)
            for one in asked:
                await one.answered(60)
            assert await running.stop() == 0
            return asked

    asked = play(scene())
    assert max(one.acknowledged_after for one in asked) < 1
    assert {one.edits for one in asked} == {1}
    assert not any(one.followups for one in asked)
    for n, one in enumerate(asked):
        assert f"({n})" in text_of(one.message).replace("\\", "")


def test_a_full_queue_says_so_at_once(home: Path) -> None:
    async def scene() -> list[Asked]:
        async with LoopbackDiscord() as discord, program(discord, home, discord_waiting=3) as running:
            await discord.ready()
            asked = await many(discord, 30)
            for one in asked:
                await one.answered(60)
            assert await running.stop() == 0
            return asked

    told = [text_of(one.message) for one in play(scene())]
    busy = [one for one in told if "Many questions are waiting" in one]
    assert 10 <= len(busy) <= 27
    assert all("Question" in one or "Pregunta" in one for one in told if one not in busy)


def test_somebody_who_asks_too_often_is_told_when_to_ask_again(home: Path) -> None:
    async def scene() -> tuple[list[str], str]:
        async with LoopbackDiscord() as discord, program(discord, home, discord_user_rate=3) as running:
            await discord.ready()
            hasty = [await (await discord.slash("ask", question=QUESTIONS[2])).answered() for _ in range(4)]
            other = await (await discord.slash("ask", question=QUESTIONS[2], user=objects.user("bo"))).answered()
            assert hasty[3].ephemeral
            assert await running.stop() == 0
            return [text_of(one.message) for one in hasty], text_of(other.message)

    hasty, other = play(scene())
    assert "Please wait" in hasty[3]
    assert not any("Please wait" in one for one in [*hasty[:3], other])


def test_a_server_that_asks_too_often_is_told_so(home: Path) -> None:
    async def scene() -> list[str]:
        async with LoopbackDiscord() as discord, program(discord, home, discord_server_rate=3) as running:
            await discord.ready()
            asked = await many(discord, 4)
            told = [text_of((await one.answered()).message) for one in asked]
            assert await running.stop() == 0
            return told

    told = play(scene())
    assert sum("This server asks a lot" in one for one in told) == 1


def test_what_is_older_than_the_retention_limit_is_deleted(home: Path) -> None:
    activity = open_activity(home)
    long_ago = datetime.now(UTC) - timedelta(days=3)
    held = {"kind": "ask", "request": {}, "result": {}, "community": None, "person": 1, "private": False}
    old, new = activity.save_reply(**held, now=long_ago), activity.save_reply(**held)
    activity.close()

    async def scene() -> None:
        async with LoopbackDiscord() as discord, program(discord, home, retention_days=2) as running:
            await discord.ready()
            await (await many(discord, 1))[0].answered()
            assert await running.stop() == 0

    play(scene())
    activity = open_activity(home)
    assert activity.reply(old) is None
    assert activity.reply(new) is not None
    activity.close()


def test_questions_are_answered_while_the_index_is_rebuilt(prepared_home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(prepared_home, tmp_path / "rebuilt"))
    filler = "\n\n".join(f"Entry {number} tells of a ferry that left harbour {number} late." for number in range(300))
    (tmp_path / "filler.txt").write_text(filler)
    with open_engine(Settings(home=home, bundled=False)) as engine:
        engine.add([str(tmp_path / "filler.txt")], Metadata())

    async def scene() -> tuple[str, list[Asked], list[str]]:
        small = {"bundled": 0, "discord_curators": CURATOR["id"]}
        async with LoopbackDiscord() as discord, program(discord, home, **small) as running:
            await discord.ready()
            rebuilding = await discord.slash("rebuild", full=True, user=CURATOR)
            seen: list[str] = []
            asked: list[Asked] = []
            while not any(word in text_of(rebuilding.message) for word in ("rebuilt", "wrong")):
                question = f"What does the flour cost{'?' * (len(asked) + 1)}"
                asked.append(await (await discord.slash("ask", question=question)).answered(30))
                seen.append(text_of(rebuilding.message))
            assert await running.stop() == 0
            return text_of(rebuilding.message), asked, seen

    done, asked, seen = play(scene())
    assert "Texts newly encoded" in done
    assert len(asked) > 3
    assert all("three euros" in text_of(one.message) for one in asked)
    assert any("Encoding" in one for one in seen)
