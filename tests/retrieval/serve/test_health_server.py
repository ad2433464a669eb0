"""The local server for health and metrics: what it tells, to whom, and that strangers cannot use it up."""

import asyncio
import json
import logging
import math
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from knowledge.errors import BadSettings
from retrieval.serve import health_server as telemetry_server
from retrieval.serve.health_server import serving
from retrieval.serve.telemetry import Health, HealthView, ShardView, Telemetry, health
from retrieval.settings import read_settings, setting_rows

WELL = ShardView(number=0, connected=True, silent_seconds=10, interval_seconds=41.25, latency_seconds=0.05)
FINE = HealthView(
    client_alive=True, shards=(WELL,), queue_depth=3, queue_bound=160, workers_alive=True, index="0123abcd"
)
UNHEARD = ShardView(0, connected=False, silent_seconds=math.inf, interval_seconds=0, latency_seconds=math.inf)
TOKEN = "0123456789abcdef0123456789abcdef"

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]
Get = Callable[..., Awaitable[tuple[int, Any, str]]]


def samples(text: str) -> Samples:
    families = text_string_to_metric_families(text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def value(found: Samples, name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


def served(
    view: HealthView,
    scene: Callable[[Get], Awaitable[None]],
    telemetry: Telemetry | None = None,
    *,
    host: str = "127.0.0.1",
    token: str | None = None,
) -> None:
    async def run() -> None:
        async with (
            serving(telemetry or Telemetry(), lambda: health(view), host, token=token) as port,
            aiohttp.ClientSession() as session,
        ):

            async def get(path: str, **headers: str) -> tuple[int, Any, str]:
                async with session.get(f"http://127.0.0.1:{port}{path}", headers=headers) as response:
                    return response.status, response.headers, await response.text()

            await scene(get)

    asyncio.run(run())


def test_metrics_are_served_in_prometheus_own_form() -> None:
    telemetry = Telemetry()
    telemetry.question("ask", "done", 0.1)

    async def scene(get: Get) -> None:
        status, headers, text = await get("/metrics")
        assert status == 200
        assert headers["Content-Type"].startswith("text/plain; version=")
        found = samples(text)
        assert value(found, "citabot_questions_total", command="ask", outcome="done") == 1
        assert value(found, "citabot_shard_connected", shard="0") == 1
        assert value(found, "process_resident_memory_bytes") > 0
        _, headers, text = await get("/metrics", Accept="application/openmetrics-text; version=1.0.0")
        assert headers["Content-Type"].startswith("application/openmetrics-text")
        assert text.endswith("# EOF\n")

    served(FINE, scene, telemetry)


def test_health_is_200_with_the_facts_while_well() -> None:
    async def scene(get: Get) -> None:
        status, headers, text = await get("/health")
        assert (status, headers["Content-Type"]) == (200, "application/json; charset=utf-8")
        assert json.loads(text) == {
            "status": "ok",
            "reasons": [],
            "shards": [
                {
                    "number": 0,
                    "connected": True,
                    "silent_seconds": 10,
                    "interval_seconds": 41.25,
                    "latency_seconds": 0.05,
                }
            ],
            "queue": 3,
            "index": "0123abcd",
        }

    served(FINE, scene)


def test_health_is_503_with_reasons_while_failing_and_the_process_lives() -> None:
    async def scene(get: Get) -> None:
        status, _, text = await get("/health")
        assert (status, json.loads(text)["reasons"]) == (503, ["shard 0 has had no heartbeat acknowledged"])
        assert (await get("/live"))[0] == 200
        assert value(samples((await get("/metrics"))[2]), "citabot_healthy") == 0

    served(replace(FINE, shards=(UNHEARD,)), scene)


def test_health_is_judged_at_each_request() -> None:
    views = iter([FINE, replace(FINE, client_alive=False)])

    def judge() -> Health:
        return health(next(views))

    async def run() -> None:
        async with serving(Telemetry(), judge) as port, aiohttp.ClientSession() as session:
            for status in (200, 503):
                async with session.get(f"http://127.0.0.1:{port}/health") as response:
                    assert response.status == status

    asyncio.run(run())


def test_it_is_opened_on_this_machine_alone_and_closed_at_the_end() -> None:
    async def run() -> int:
        async with serving(Telemetry(), lambda: health(FINE)) as port:
            with socket.socket() as outside, pytest.raises(OSError):
                outside.settimeout(1)
                # Another loopback address stands for an address of another network card.
                outside.connect(("127.0.0.2", port))
        return port

    port = asyncio.run(run())
    with socket.socket() as after, pytest.raises(ConnectionRefusedError):
        after.connect(("127.0.0.1", port))


def test_a_port_that_is_taken_is_told() -> None:
    async def run() -> None:
        async with serving(Telemetry(), lambda: health(FINE)) as port:
            with pytest.raises(BadSettings, match=f"Port {port} of 127.0.0.1 cannot be opened"):
                async with serving(Telemetry(), lambda: health(FINE), "127.0.0.1", port):
                    raise AssertionError("opened twice")

    asyncio.run(run())


# Who may ask


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        TOKEN,
        "Bearer",
        "Bearer ",
        f"Basic {TOKEN}",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN.upper()}",
        f"Bearer {TOKEN} {TOKEN}",
        "Bearer \u00ff\u20ac",
    ],
)
def test_without_the_token_only_life_is_told(authorization: str | None) -> None:
    async def scene(get: Get) -> None:
        headers = {} if authorization is None else {"Authorization": authorization}
        for path in ("/health", "/metrics", "/", "/live/../health", "//live"):
            status, answered, text = await get(path, **headers)
            assert (status, answered["WWW-Authenticate"], text) == (401, "Bearer", "A token is needed.\n")
        assert (await get("/live", **headers))[::2] == (200, "live\n")

    served(FINE, scene, token=TOKEN)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_with_the_token_everything_is_told(scheme: str) -> None:
    async def scene(get: Get) -> None:
        for path in ("/health", "/metrics", "/live"):
            assert (await get(path, Authorization=f"{scheme} {TOKEN}"))[0] == 200
        assert (await get("/", Authorization=f"{scheme} {TOKEN}"))[0] == 404

    served(FINE, scene, token=TOKEN)


def test_a_token_with_letters_beyond_ascii_is_compared_as_it_is_sent() -> None:
    token = "contraseña-" * 3

    async def scene(get: Get) -> None:
        assert (await get("/health", Authorization=f"Bearer {token}"))[0] == 200
        assert (await get("/health", Authorization=f"Bearer {token[:-1]}"))[0] == 401

    served(FINE, scene, token=token)


async def nothing(_: Get) -> None:
    pass


@pytest.mark.parametrize(
    ("host", "token", "warned"),
    [
        ("127.0.0.1", None, False),
        ("localhost", None, False),
        ("127.0.0.2", None, False),
        ("0.0.0.0", None, True),  # noqa: S104 -- what is tested
        ("", None, True),
        ("0.0.0.0", TOKEN, False),  # noqa: S104
    ],
)
def test_a_port_open_to_others_without_a_token_is_warned_of(
    host: str, token: str | None, warned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        served(FINE, nothing, host=host, token=token)
    messages = [record.getMessage() for record in caplog.records]
    assert bool(messages) == warned
    for message in messages:
        assert "open to whoever reaches this machine" in message
        assert "CITABOT_HEALTH_TOKEN" in message
        assert "CITABOT_HEALTH_HOST to 127.0.0.1" in message


# Strangers


async def raw(port: int, sent: bytes) -> bytes:
    """What a connection that sends these bytes, and then waits, is sent until it is ended."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        return await asyncio.wait_for(reader.read(), timeout=10)
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /live HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nx",
        b"\x16\x03\x01",
    ],
    ids=["silent", "half a head", "kept alive", "half a body", "TLS"],
)
def test_no_connection_lasts(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry_server, "CONNECTION_SECONDS", 0.2)

    async def run() -> None:
        async with serving(Telemetry(), lambda: health(FINE)) as port:
            started = asyncio.get_running_loop().time()
            await raw(port, sent)
            assert asyncio.get_running_loop().time() - started < 2

    asyncio.run(run())


@pytest.mark.parametrize(
    "head",
    [
        b"GET /live HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 10_000,
        b"GET /live HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 200,
        b"GET /" + b"x" * 10_000 + b" HTTP/1.1\r\nHost: x",
        b"GET /live HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2",
        b"\xff\xfe nonsense",
    ],
    ids=["a long header", "200 headers", "a long path", "two lengths", "nonsense"],
)
def test_a_head_beyond_all_measure_is_refused_and_no_traceback_is_logged(
    head: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        async with serving(Telemetry(), lambda: health(FINE), token=TOKEN) as port:
            assert (await raw(port, head + b"\r\n\r\n")).startswith(b"HTTP/1.0 400 ")

    with caplog.at_level(logging.INFO):
        asyncio.run(run())
    assert [record for record in caplog.records if record.exc_info] == []


def test_so_many_connections_at_a_time_are_taken_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry_server, "MOST_CONNECTIONS", 3)
    # Longer than a busy machine stands still: those that wait must not have been ended before another one asks.
    monkeypatch.setattr(telemetry_server, "CONNECTION_SECONDS", 3.0)
    question = b"GET /live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    async def run() -> None:
        async with serving(Telemetry(), lambda: health(FINE)) as port:
            waiting = [asyncio.create_task(raw(port, b"")) for _ in range(3)]
            await asyncio.sleep(0.1)
            assert await raw(port, question) == b""
            await asyncio.gather(*waiting)
            assert b"200 OK" in await raw(port, question)

    asyncio.run(run())


def test_a_failure_of_our_own_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def judge() -> Health:
        raise KeyError("judge")

    async def run() -> None:
        async with serving(Telemetry(), judge) as port:
            assert b" 500 " in await raw(port, b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    asyncio.run(run())
    assert [type(record.exc_info[1]) for record in caplog.records if record.exc_info] == [KeyError]


@pytest.mark.parametrize("token", ["", "a" * 31])
def test_a_token_that_can_be_guessed_is_refused_and_not_repeated(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITABOT_HEALTH_TOKEN", token)
    with pytest.raises(BadSettings, match="health_token") as caught:
        read_settings()
    assert not token or token not in caught.value.message


def test_a_token_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITABOT_HEALTH_TOKEN", TOKEN)
    settings = read_settings()
    assert TOKEN not in repr(settings) + repr(setting_rows(settings))
