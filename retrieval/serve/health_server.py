"""A small HTTP server for health and metrics: on this machine alone or behind a token, with few and short connections.

Whoever can open its port could otherwise read how the bot stands, and use up the files that it may have open.
"""

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Protocol, cast

from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler, Middleware
from prometheus_client.aiohttp import make_aiohttp_handler

from knowledge.errors import BadSettings
from retrieval.serve.telemetry import Health, Telemetry, as_json

_LOG = logging.getLogger(__name__)
_REQUESTS = _LOG.getChild("requests")
# Else aiohttp writes a traceback, and what was sent, for every head that is no HTTP.
_REQUESTS.addFilter(lambda record: not isinstance((record.exc_info or (None, None))[1], HttpProcessingError))

# Seconds that a request has to end when the server closes: each takes milliseconds.
_CLOSING_SECONDS = 1.0
# Seconds after which a connection is ended, whatever it does: aiohttp bounds the time of no request as a whole. Twice
# the ten that Prometheus gives a scrape (https://prometheus.io/docs/prometheus/latest/configuration/configuration/).
CONNECTION_SECONDS = 20.0
# Far more than scrapers and health checks need, and far fewer than the 1,024 files that a process may usually have open
# (getrlimit(2), RLIMIT_NOFILE; systemd.exec, LimitNOFILE).
MOST_CONNECTIONS = 64
# That the process lives says no more than its open port, and who restarts containers can often send no header.
_OPEN_PATHS = frozenset({"/live"})
_SCHEME = "bearer"


class _Server(Protocol):
    """What is used of aiohttp's server."""

    @property
    def connections(self) -> list[web.RequestHandler]: ...

    def __call__(self) -> web.RequestHandler: ...


@asynccontextmanager
async def serving(
    telemetry: Telemetry,
    current_health: Callable[[], Health],
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    token: str | None = None,
) -> AsyncIterator[int]:
    """Serve `/metrics`, `/health` (200, or 503 when failing) and `/live`; yield the port, which for 0 is any free one.

    With a token, all but `/live` ask for it as `Authorization: Bearer` (RFC 6750). Raises BadSettings where the port
    cannot be opened.
    """
    application = web.Application(middlewares=[_authorization(token)] if token else [])
    application.add_routes(_routes(telemetry, current_health))
    runner = web.AppRunner(application, access_log=None, logger=_REQUESTS, shutdown_timeout=_CLOSING_SECONDS)
    await runner.setup()
    try:
        loop = asyncio.get_running_loop()
        try:
            server = await loop.create_server(_bounded(cast("_Server", runner.server), loop), host, port)
        except OSError as error:
            raise BadSettings(
                f"Port {port} of {host} cannot be opened for health and metrics: {error.strerror}.",
                hint="Set another with CITABOT_HEALTH_PORT.",
            ) from error
        try:
            addresses = [socket.getsockname() for socket in server.sockets]
            opened_port = addresses[0][1]
            if not token and not all(ip_address(address[0]).is_loopback for address in addresses):
                _LOG.warning(_OPEN_WARNING, opened_port, host)
            yield opened_port
        finally:
            server.close()
    finally:
        await runner.cleanup()


_OPEN_WARNING = (
    "/health and /metrics on port %d of %s are open to whoever reaches this machine: set CITABOT_HEALTH_TOKEN, "
    "or CITABOT_HEALTH_HOST to 127.0.0.1"
)


def _routes(telemetry: Telemetry, current_health: Callable[[], Health]) -> list[web.RouteDef]:
    exposition = make_aiohttp_handler(telemetry.registry)

    async def metrics(request: web.Request) -> web.StreamResponse:
        telemetry.observe(current_health())
        return await exposition(request)

    async def health(_: web.Request) -> web.Response:
        state = current_health()
        status = 200 if state.status == "ok" else 503
        return web.json_response(as_json(state), status=status, headers={"Cache-Control": "no-store"})

    async def live(_: web.Request) -> web.Response:
        return web.Response(text="live\n")

    return [web.get("/metrics", metrics), web.get("/health", health), web.get("/live", live)]


def _authorization(token: str) -> Middleware:
    """Answer 401 where the token is missing or wrong (RFC 6750, section 3), in a time that says nothing about it."""
    expected = token.encode()

    @web.middleware
    async def authorized(request: web.Request, handler: Handler) -> web.StreamResponse:
        scheme, _, credentials = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        # aiohttp keeps bytes that are not UTF-8 as surrogates.
        same = hmac.compare_digest(credentials.strip().encode("utf-8", "surrogateescape"), expected)
        if request.path in _OPEN_PATHS or (same and scheme.lower() == _SCHEME):
            return await handler(request)
        return web.Response(status=401, text="A token is needed.\n", headers={hdrs.WWW_AUTHENTICATE: "Bearer"})

    return authorized


def _bounded(server: _Server, loop: asyncio.AbstractEventLoop) -> Callable[[], asyncio.BaseProtocol]:
    """Return what makes a server's connections: MOST_CONNECTIONS at a time, each ended after CONNECTION_SECONDS."""

    def connect() -> asyncio.BaseProtocol:
        if len(server.connections) >= MOST_CONNECTIONS:
            return _Refusal()
        connection = server()
        loop.call_later(CONNECTION_SECONDS, connection.force_close)
        return connection

    return connect


class _Refusal(asyncio.Protocol):
    """A connection that is ended as soon as it is made."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()
