"""The bot when Discord or the network does what it should not, and when it is stopped, killed or started again."""

import asyncio
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import loopback_gateway as gateway
import loopback_objects as objects
import pytest
from loopback_discord import Asked, LoopbackDiscord, text_of
from openapi_check import openapi_check
from running_bot import World, program, world

QUESTION = "What did Yann LeCun say about open source models?"
TOLD = "surpassing proprietary"


@pytest.fixture(scope="module")
def home(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(bundled_home, tmp_path_factory.mktemp("bot") / "home"))


@pytest.fixture(scope="module")
def bot(home: Path) -> Iterator[World]:
    with world(home) as opened:
        yield opened


async def ask(discord: LoopbackDiscord, question: str = QUESTION, **given: Any) -> Asked:
    return await discord.slash("ask", question=question, **given)


async def answered(discord: LoopbackDiscord, **given: Any) -> str:
    return text_of((await (await ask(discord, **given)).answered()).message)


# Requests that go wrong.


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_rate_limit_is_waited_out(bot: World, everywhere: bool) -> None:
    fault = bot.discord.fault("PATCH", r"@original$", 429, retry_after=0.3, everywhere=everywhere)
    assert TOLD in bot(answered(bot.discord))
    assert not fault.left


def test_a_rate_limit_on_the_acknowledgement_is_waited_out(bot: World) -> None:
    bot.discord.fault("POST", r"/callback$", 429, retry_after=0.2)
    assert TOLD in bot(answered(bot.discord))


def test_a_ban_is_not_answered_with_more_requests(bot: World) -> None:
    fault = bot.discord.fault("PATCH", r"@original$", 429, retry_after=0.1, via=False, times=50)

    async def scene() -> None:
        await (await ask(bot.discord)).acknowledged()
        await asyncio.sleep(1.5)

    bot(scene())
    assert 50 - fault.left <= 2
    fault.left = 0
    assert TOLD in bot(answered(bot.discord))


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_server_is_asked_again(bot: World, status: int) -> None:
    bot.discord.fault("PATCH", r"@original$", status)
    assert TOLD in bot(answered(bot.discord))


def test_a_failing_server_at_the_acknowledgement_is_asked_again(bot: World) -> None:
    bot.discord.fault("POST", r"/callback$", 502)
    assert TOLD in bot(answered(bot.discord))


@pytest.mark.parametrize(("method", "path"), [("POST", r"/callback$"), ("PATCH", r"@original$")])
def test_a_broken_connection_loses_and_doubles_nothing(bot: World, method: str, path: str) -> None:
    fault = bot.discord.fault(method, path, reset=True)

    async def scene() -> Asked:
        return await (await ask(bot.discord)).answered()

    asked = bot(scene())
    assert not fault.left
    assert TOLD in text_of(asked.message)
    assert asked.followups == []


@pytest.mark.parametrize("code", [10062, 40060, 50013, 50001, 10008])
def test_what_discord_refuses_is_a_line_in_the_log_and_nothing_more(bot: World, code: int) -> None:
    bot.discord.fault("POST", r"/callback$", 404 if code < 20000 else 400, code=code)

    async def scene() -> None:
        await ask(bot.discord)
        await asyncio.sleep(0.5)

    bot(scene())
    assert TOLD in bot(answered(bot.discord))


def test_an_answer_that_comes_too_late_is_dropped_with_a_line_in_the_log(bot: World) -> None:
    bot.discord.fault("PATCH", r"@original$", 401, code=50027)

    async def scene() -> None:
        await (await ask(bot.discord)).acknowledged()
        await asyncio.sleep(0.7)

    bot(scene())
    assert "answer dropped" in bot.program.lines()
    assert TOLD in bot(answered(bot.discord))


def test_an_interaction_that_comes_twice_is_answered_once(bot: World) -> None:
    async def scene() -> int:
        asked = await ask(bot.discord)
        await bot.discord.gateway.session().dispatch("INTERACTION_CREATE", asked.payload)
        await asked.answered()
        await asyncio.sleep(0.3)
        return sum(asked.payload["id"] in sent.path for sent in bot.discord.requests)

    assert bot(scene()) == 1


# The gateway.


@pytest.mark.parametrize("trouble", ["close 4000", "close 1001", "close 4009", "reconnect", "resumable", "cut"])
def test_what_was_asked_while_the_connection_was_lost_is_answered(bot: World, trouble: str) -> None:
    line = bot.discord.gateway

    async def scene() -> str:
        resumed, identified = line.resumed, line.identified
        match trouble.split():
            case ["close", code]:
                await line.close(int(code))
            case ["reconnect"]:
                await line.order(gateway.RECONNECT)
            case ["resumable"]:
                await line.order(gateway.INVALID_SESSION, True)
            case _:
                line.cut()
        asked = await ask(bot.discord)
        found = text_of((await asked.answered(25)).message)
        assert (line.resumed, line.identified) == (resumed + 1, identified)
        return found

    bot.discord.window = 25
    assert TOLD in bot(scene())
    bot.discord.window = 3.0


def test_a_session_that_cannot_be_resumed_is_begun_anew(bot: World) -> None:
    line = bot.discord.gateway

    async def scene() -> str:
        identified = line.identified
        line.forget()
        await line.close(4000)
        async with asyncio.timeout(30):
            while line.identified == identified:
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.2)
        return await answered(bot.discord)

    assert TOLD in bot(scene())


def test_a_malformed_event_does_not_end_the_bot(bot: World) -> None:
    line = bot.discord.gateway

    async def scene() -> str:
        identified = line.identified
        await line.session().dispatch("INTERACTION_CREATE", {"id": objects.snowflake(), "type": 2})
        async with asyncio.timeout(30):
            while line.identified == identified:
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        await line.session().dispatch("SOMETHING_NEW", {"never": "heard of"})
        return await answered(bot.discord)

    assert TOLD in bot(scene())
    assert "starting anew" in bot.program.lines()


def test_the_commands_are_not_sent_again_while_they_are_the_same(bot: World) -> None:
    assert sum(one.method == "PUT" for one in bot.discord.requests) == 1
    assert bot.discord.gateway.identified > 1


# Beginnings and ends.


def play(scene: Any) -> Any:
    return asyncio.run(asyncio.wait_for(scene, 110))


@pytest.mark.parametrize("trouble", [502, "before hello"])
def test_a_first_connection_that_fails_is_tried_again(home: Path, trouble: Any) -> None:
    async def scene() -> str:
        async with LoopbackDiscord() as discord:
            discord.gateway.refuse = [trouble]
            async with program(discord, home) as running:
                await discord.ready()
                found = await answered(discord)
                assert await running.stop() == 0
        return found

    assert TOLD in play(scene())


@pytest.mark.parametrize(("code", "told"), [(4004, "refuses the token"), (4014, "refuses the intents")])
def test_a_refusal_for_good_ends_the_program_with_a_sentence(home: Path, code: int, told: str) -> None:
    async def scene() -> tuple[int, str, int]:
        async with LoopbackDiscord() as discord:
            discord.gateway.close_identify = [code]
            async with program(discord, home) as running:
                return await running.ended(), running.lines(), discord.gateway.identified

    status, lines, tries = play(scene())
    assert (status, tries) == (2, 1)
    assert told in lines
    assert "Traceback" not in lines.splitlines()[-1]


def test_buttons_work_after_a_kill_in_the_middle_of_an_answer_and_a_new_start(home: Path) -> None:
    async def scene() -> list[str]:
        async with LoopbackDiscord(check=openapi_check()) as discord:
            async with program(discord, home) as first:
                await discord.ready()
                asked = await (await ask(discord)).answered()
                checked = await (await discord.slash("check", claim="DeepSeek was founded by Sam Altman.")).answered()
                await (await ask(discord, "¿Cuánto costó entrenar DeepSeek-V3?")).acknowledged()
                first.process.kill()
                await first.ended()
            async with program(discord, home) as second:
                identified = discord.gateway.identified
                async with asyncio.timeout(60):
                    while discord.gateway.identified == identified:
                        await asyncio.sleep(0.05)
                await asyncio.sleep(0.3)
                pressed = [
                    await (await discord.press(message, label)).answered()
                    for message, label in ((asked.message, "Show context"), (checked.message, "Show working"))
                ]
                assert await second.stop() == 0
            assert discord.violations == []
            return [text_of(each.message) for each in pressed]

    context, working = play(scene())
    assert "In their paragraphs" in context
    assert "How this was decided" in working


def test_what_was_begun_is_finished_when_the_bot_is_told_to_stop(home: Path) -> None:
    async def scene() -> list[str]:
        async with LoopbackDiscord() as discord, program(discord, home) as running:
            await discord.ready()
            begun = [await ask(discord, f"{QUESTION} {number}") for number in range(8)]
            for one in begun:
                await one.acknowledged()
            began = time.monotonic()
            assert await running.stop() == 0
            assert time.monotonic() - began < 25
            return [text_of(one.message) for one in begun]

    assert all(TOLD in one for one in play(scene()))


def test_of_two_shards_one_serves_while_the_other_is_lost(home: Path) -> None:
    async def scene() -> str:
        async with LoopbackDiscord() as discord:
            own = (int(discord.guild_id) >> 22) % 2
            async with program(discord, home, discord_shards=2) as running:
                await discord.ready()
                async with asyncio.timeout(40):
                    while {one.shard[0] for one in discord.gateway.sessions} != {0, 1}:
                        await asyncio.sleep(0.05)
                await discord.gateway.close(4000, 1 - own)
                asked = objects.snowflake()
                assert asked
                discord.serving = own
                found = await answered(discord)
                assert await running.stop() == 0
        return found

    assert TOLD in play(scene())


def test_missing_heartbeats_are_noticed_by_health(home: Path) -> None:
    import httpx

    async def scene() -> tuple[dict[str, Any], str, int, dict[str, Any]]:
        async with LoopbackDiscord() as discord:
            discord.gateway.heartbeat_ms = 400
            port = 20000 + int(time.time() * 1000) % 20000
            async with program(discord, home, health_port=port) as running, httpx.AsyncClient(trust_env=False) as http:
                await discord.ready()
                await answered(discord)
                await asyncio.sleep(0.8)
                well = await http.get(f"http://127.0.0.1:{port}/health")
                metrics = (await http.get(f"http://127.0.0.1:{port}/metrics")).text
                discord.gateway.acknowledging = False
                await asyncio.sleep(1.5)
                ill = await http.get(f"http://127.0.0.1:{port}/health")
                assert await running.stop() == 0
                return well.json(), metrics, ill.status_code, ill.json()

    well, metrics, status, ill = play(scene())
    assert well["status"] == "ok"
    assert 'citabot_questions_total{command="ask",outcome="done"} 1.0' in metrics
    assert "citabot_acknowledgement_seconds_count 1.0" in metrics
    assert (status, ill["status"]) == (503, "failing")
    assert "no heartbeat acknowledged" in ill["reasons"][0]
