"""Discord's gateway on loopback: sessions with heartbeats, resuming, shards, and whatever can go wrong.

https://discord.com/developers/docs/events/gateway
"""

import json
import secrets
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 0, 1, 2, 6, 7, 9, 10, 11
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
BAD_TOKEN, DISALLOWED_INTENTS, INVALID_SHARD = 4004, 4014, 4010


class Connection:
    """One websocket, compressed as the client asked for."""

    def __init__(self, socket: web.WebSocketResponse, *, compressed: bool) -> None:
        self.socket = socket
        self._stream = zlib.compressobj() if compressed else None

    async def send(self, payload: Mapping[str, Any]) -> None:
        """Send a payload; into a closed socket it is lost, as it would be."""
        text = json.dumps(payload)
        if self.socket.closed:
            return
        try:
            if self._stream is None:
                await self.socket.send_str(text)
            else:
                packed = self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(packed)
        except (ConnectionError, RuntimeError):
            return


@dataclass(eq=False, slots=True)
class Session:
    """What a client may resume: everything that was dispatched to it."""

    id: str
    shard: tuple[int, int]
    intents: int
    connection: Connection
    events: list[dict[str, Any]] = field(default_factory=list)

    async def dispatch(self, name: str, data: Mapping[str, Any]) -> None:
        """Send an event and remember it."""
        event = {"op": DISPATCH, "t": name, "s": len(self.events) + 1, "d": data}
        self.events.append(event)
        await self.connection.send(event)


class Gateway:
    """The sessions of one bot. `ready` and `guilds` give the payloads of READY and of the shard's GUILD_CREATEs."""

    def __init__(
        self,
        token: str,
        ready: Callable[[Session], Mapping[str, Any]],
        guilds: Callable[[tuple[int, int]], list[Mapping[str, Any]]],
    ) -> None:
        self.token, self._ready, self._guilds = token, ready, guilds
        self.heartbeat_ms = 41_250
        self.refuse: list[int | str] = []
        """For each coming connection an HTTP status, "before hello" or "silent"; then all is well."""
        self.close_identify: list[int] = []
        self.acknowledging = True
        self.sessions: list[Session] = []
        self.identified = self.resumed = self.beats = 0
        self.received: list[dict[str, Any]] = []

    def session(self, shard: int = 0) -> Session:
        """The latest session of a shard."""
        return [one for one in self.sessions if one.shard[0] == shard][-1]

    def forget(self) -> None:
        """No session can be resumed any more."""
        for one in self.sessions:
            one.id = f"forgotten {one.id}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A client's connection."""
        trouble = self.refuse.pop(0) if self.refuse else None
        if isinstance(trouble, int):
            return web.Response(status=trouble)
        socket = web.WebSocketResponse(max_msg_size=15_360)
        await socket.prepare(request)
        if trouble == "before hello":
            await socket.close(code=1001)
            return socket
        connection = Connection(socket, compressed=request.query.get("compress") == "zlib-stream")
        await connection.send({"op": HELLO, "s": None, "t": None, "d": {"heartbeat_interval": self.heartbeat_ms}})
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
            await self._receive(json.loads(message.data), connection)
        return socket

    async def _receive(self, payload: dict[str, Any], connection: Connection) -> None:
        self.received.append(payload)
        match payload["op"]:
            case 1:
                self.beats += 1
                if self.acknowledging:
                    await connection.send({"op": HEARTBEAT_ACK, "s": None, "t": None, "d": None})
            case 2:
                await self._identify(payload["d"], connection)
            case 6:
                await self._resume(payload["d"], connection)
            case 3 | 4 | 8:
                pass
            case _:
                await connection.socket.close(code=4001)

    async def _identify(self, data: Mapping[str, Any], connection: Connection) -> None:
        self.identified += 1
        shard = tuple(data.get("shard", (0, 1)))
        code = self.close_identify.pop(0) if self.close_identify else None
        if data["token"] != self.token:
            code = BAD_TOKEN
        elif data["intents"] & PRIVILEGED:
            code = DISALLOWED_INTENTS
        elif not 0 <= shard[0] < shard[1]:
            code = INVALID_SHARD
        if code is not None:
            await connection.socket.close(code=code)
            return
        session = Session(secrets.token_hex(16), (shard[0], shard[1]), data["intents"], connection)
        self.sessions.append(session)
        await session.dispatch("READY", self._ready(session))
        for guild in self._guilds(session.shard):
            await session.dispatch("GUILD_CREATE", guild)

    async def _resume(self, data: Mapping[str, Any], connection: Connection) -> None:
        found = [one for one in self.sessions if one.id == data["session_id"]]
        if not found or data["token"] != self.token:
            await connection.send({"op": INVALID_SESSION, "s": None, "t": None, "d": False})
            return
        self.resumed += 1
        session = found[0]
        session.connection = connection
        for event in session.events[data["seq"] or 0 :]:
            await connection.send(event)
        await session.dispatch("RESUMED", {})

    async def order(self, code: int, data: object = None, shard: int = 0) -> None:
        """Send an operation that is no event, such as RECONNECT."""
        await self.session(shard).connection.send({"op": code, "s": None, "t": None, "d": data})

    async def close(self, code: int, shard: int = 0) -> None:
        """Close a shard's connection with a code."""
        await self.session(shard).connection.socket.close(code=code)

    def cut(self, shard: int = 0) -> None:
        """Pull the cable."""
        transport = self.session(shard).connection.socket._req.transport  # type: ignore[union-attr]
        if transport is not None:
            transport.abort()
