"""The real program beside a loopback Discord: started as people start it, and stopped as systemd stops it."""

import asyncio
import os
import signal
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from loopback_discord import TOKEN, Check, LoopbackDiscord
from openapi_check import openapi_check

ROOT = Path(__file__).parents[2]
Result = TypeVar("Result")


class Program:
    """`citabot serve` in a process of its own; its log lines go into a file."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process, self.log = process, log

    def lines(self) -> str:
        """What it has logged so far."""
        return self.log.read_text("utf-8")

    async def stop(self, timeout: float = 30) -> int:
        """Ask it to stop, and wait until it has."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), timeout)

    async def ended(self, timeout: float = 30) -> int:
        """Wait until it ends by itself."""
        return await asyncio.wait_for(self.process.wait(), timeout)

    def memory_mb(self) -> float:
        """Its resident memory and that of its children, in megabytes."""
        statuses = [_status(path) for path in Path("/proc").glob("[0-9]*/status")]
        own = str(self.process.pid)
        return sum(int(one["VmRSS"].split()[0]) for one in statuses if own in (one.get("Pid"), one.get("PPid"))) / 1000


def _status(path: Path) -> dict[str, str]:
    """What the system says of a process; nothing of one that has ended."""
    try:
        return {name: value.strip() for name, _, value in (line.partition(":") for line in path.open())}
    except OSError:
        return {}


@asynccontextmanager
async def program(discord: LoopbackDiscord, home: Path, **settings: object) -> AsyncIterator[Program]:
    """Run the bot; `settings` are more of its settings, by their names without the prefix and in lower case."""
    addresses = {"discord_api": discord.api, "discord_gateway": discord.gateway_url}
    given = {"home": home, **addresses, "discord_user_rate": 9999, "discord_server_rate": 9999, **settings}
    given.setdefault("discord_threads", 1)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CITABOT_")}
    environment |= {f"CITABOT_{name.upper()}": str(value) for name, value in given.items()} | {"DISCORD_TOKEN": TOKEN}
    with tempfile.NamedTemporaryFile(dir=home, suffix=".log", delete=False) as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "bot.py"), "serve", env=environment, cwd=home, stderr=log, stdout=log
        )
    running = Program(process, Path(log.name))
    try:
        yield running
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


class World:
    """A loopback Discord and the bot, running in an event loop of their own while tests come and go."""

    def __init__(self, loop: asyncio.AbstractEventLoop, discord: LoopbackDiscord, running: Program) -> None:
        self._loop, self.discord, self.program = loop, discord, running

    def __call__(self, scene: Coroutine[Any, Any, Result]) -> Result:
        """Play a scene in that loop."""
        return asyncio.run_coroutine_threadsafe(scene, self._loop).result(120)


@contextmanager
def world(home: Path, **settings: object) -> Iterator[World]:
    """The bot connected and ready."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    made: asyncio.Future[World] = asyncio.run_coroutine_threadsafe(_first(loop), loop).result()
    over = asyncio.run_coroutine_threadsafe(_event(), loop).result()

    async def play() -> None:
        async with LoopbackDiscord(check=openapi_check()) as discord, program(discord, home, **settings) as running:
            await discord.ready()
            made.set_result(World(loop, discord, running))
            await over.wait()

    playing = asyncio.run_coroutine_threadsafe(play(), loop)
    try:
        yield asyncio.run_coroutine_threadsafe(_either(made, playing), loop).result(90)
    finally:
        loop.call_soon_threadsafe(over.set)
        playing.result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _first(loop: asyncio.AbstractEventLoop) -> "asyncio.Future[World]":
    return loop.create_future()


async def _event() -> asyncio.Event:
    return asyncio.Event()


async def _either(made: "asyncio.Future[World]", playing: Any) -> World:
    """The world, or what went wrong in making it."""
    while not made.done():
        if playing.done():
            playing.result()
        await asyncio.sleep(0.05)
    return made.result()


__all__ = ["Check", "Program", "World", "program", "world"]
