"""Running a Discord client for months: connected anew after failures, watched, and stopped without losing an answer."""

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, suppress
from typing import Protocol

import discord
import discord.gateway
import discord.http

from knowledge.errors import BadSettings, CitabotError
from retrieval.serve.health_server import serving
from retrieval.serve.logs import configure_logs
from retrieval.serve.service import Service
from retrieval.serve.supervisor import supervise
from retrieval.serve.telemetry import HealthView, ShardView, Telemetry, health
from retrieval.settings import Settings

# Seconds that answers which were begun have to be finished when the bot is asked to stop: less than the ninety that
# systemd waits before it ends a service by force (systemd.service, TimeoutStopSec).
DRAIN_SECONDS = 20.0
# Close codes after which a new connection would be refused again: a wrong token, shards, version or intents.
# https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway
_BAD_TOKEN, _REFUSALS = 4004, frozenset({4010, 4011, 4012, 4013, 4014})


class Client(Protocol):
    """A client as the program runs it."""

    async def start(self, token: str) -> None:
        """Connect, and stay connected."""

    async def close(self) -> None:
        """End the connection."""

    async def finish(self, seconds: float) -> None:
        """Take nothing new on, and wait up to so many seconds until what was begun is answered."""

    async def maintain(self) -> None:
        """Do what is to be done now and then, until cancelled."""

    def shard_views(self) -> Iterator[ShardView]:
        """Yield the state of each gateway connection."""


class Runner:
    """One client after another, as long as nobody asks to stop; what is asked of any of them is finished."""

    def __init__(
        self, service: Service, make_client: Callable[[Service], Client], token: str, stop: asyncio.Event
    ) -> None:
        self._service, self._make_client, self._token, self._stop = service, make_client, token, stop
        self._client: Client | None = None
        self._connection: asyncio.Task[None] | None = None

    async def run_once(self) -> None:
        """Connect and stay connected; returns when asked to stop, raises what ends a connection for good."""
        client = self._client = self._make_client(self._service)
        connection = self._connection = asyncio.create_task(client.start(self._token))
        stopping, maintenance = asyncio.create_task(self._stop.wait()), asyncio.create_task(client.maintain())
        try:
            await asyncio.wait({connection, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if connection.done():
                connection.result()
            await client.finish(DRAIN_SECONDS)
        finally:
            for task in (connection, stopping, maintenance):
                task.cancel()
            await client.close()
            await asyncio.gather(connection, stopping, maintenance, return_exceptions=True)

    def view(self) -> HealthView:
        """Return the facts that health is judged by."""
        alive = self._connection is not None and not self._connection.done()
        return HealthView(
            client_alive=alive,
            shards=tuple(self._client.shard_views()) if self._client and alive else (),
            queue_depth=self._service.readers.depth,
            queue_bound=self._service.settings.discord_waiting,
            workers_alive=self._service.alive,
            index=self._service.index,
        )


def fatal(error: BaseException) -> CitabotError | None:
    """Return the error that ends the program, for what no new connection would mend."""
    if isinstance(error, discord.LoginFailure) or getattr(error, "code", None) == _BAD_TOKEN:
        return BadSettings("Discord refuses the token.", hint="Set DISCORD_TOKEN to the bot's token.")
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return BadSettings("Discord refuses the intents.", hint="The bot needs none that is privileged; report this.")
    if isinstance(error, discord.ConnectionClosed) and error.code in _REFUSALS:
        return BadSettings(f"Discord refuses the connection (code {error.code}).", hint="Check CITABOT_DISCORD_SHARDS.")
    return error if isinstance(error, CitabotError) else None


async def run(settings: Settings, make_client: Callable[[Service], Client]) -> None:
    """Run clients that `make_client` makes until the program is asked to stop. Raises CitabotError."""
    if settings.discord_token is None:
        raise BadSettings(
            "There is no Discord token.",
            hint="Set DISCORD_TOKEN; https://discord.com/developers/applications gives one.",
        )
    token = settings.discord_token.get_secret_value()
    health_token = settings.health_token.get_secret_value() if settings.health_token else None
    configure_logs(logging.INFO, form=settings.log_format, secrets=[token, health_token or ""])
    discord.http.Route.BASE = settings.discord_api.rstrip("/")
    websocket = discord.gateway.DiscordWebSocket
    # The library's own type of address.
    websocket.DEFAULT_GATEWAY = type(websocket.DEFAULT_GATEWAY)(settings.discord_gateway)
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nothing is ever said aloud
    logging.getLogger("faiss").setLevel(logging.WARNING)  # it logs at INFO which processor it has found
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows has no such handlers; an interruption ends the program there.
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    telemetry = Telemetry()
    service = Service(settings, telemetry)
    await service.start()
    runner = Runner(service, make_client, token, stop)
    try:
        async with AsyncExitStack() as contexts:
            if settings.health_port is not None:
                host, port = settings.health_host, settings.health_port
                server = serving(telemetry, lambda: health(runner.view()), host, port, token=health_token)
                await contexts.enter_async_context(server)
            await supervise(runner.run_once, fatal=fatal, stop=stop)
    finally:
        await service.stop(drain=DRAIN_SECONDS)
