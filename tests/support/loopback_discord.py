"""Discord on loopback for tests: REST and gateway as documented, and people who use the bot.

    async with LoopbackDiscord() as discord:
        … start the program with CITABOT_DISCORD_API=discord.api and CITABOT_DISCORD_GATEWAY=discord.gateway_url …
        asked = await discord.slash("ask", question="…")
        await asked.answered()

Requests beyond a documented limit are answered with 400 in Discord's own error shape, and kept in `violations`.
"""

import asyncio
import copy
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import loopback_limits as limits
import loopback_objects as objects
from aiohttp import web
from loopback_gateway import Gateway, Session
from loopback_objects import EVERYTHING, Json

_BODY = web.RequestKey("body", object)
TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"
_MENTIONS = re.compile(r"@everyone|@here|<@!?\d+>|<@&\d+>")
Check = Callable[[str, str, Mapping[str, Any] | None], list[str]]


@dataclass(frozen=True, slots=True)
class Sent:
    """A request of the bot and the status that it was answered with."""

    method: str
    path: str
    body: Any
    status: int
    at: float


@dataclass(slots=True)
class Fault:
    """Something that goes wrong with requests whose path fits."""

    method: str
    path: re.Pattern[str]
    status: int
    left: int
    headers: dict[str, str]
    body: Json
    reset: bool
    delay: float


@dataclass(eq=False)
class Asked:
    """An interaction that somebody began, and what came of it."""

    payload: Json
    born: float = field(default_factory=time.monotonic)
    callback: Json | None = None
    acknowledged_after: float = 0.0
    message: Json | None = None
    """The message behind @original, as it is now."""
    followups: list[Json] = field(default_factory=list)
    edits: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def ephemeral(self) -> bool:
        """Whether only the person who asked sees the answer."""
        return bool(self.message and self.message["flags"] & limits.EPHEMERAL)

    @property
    def choices(self) -> list[str]:
        """What autocompletion suggested."""
        return [one["name"] for one in (self.callback or {})["data"]["choices"]]

    async def until(self, true: Callable[["Asked"], object], timeout: float = 20) -> "Asked":
        """Wait until something is so."""
        async with asyncio.timeout(timeout), self.changed:
            await self.changed.wait_for(lambda: true(self))
        return self

    async def acknowledged(self, timeout: float = 5) -> "Asked":
        """Wait for any answer to the interaction itself."""
        return await self.until(lambda one: one.callback, timeout)

    async def answered(self, timeout: float = 20) -> "Asked":
        """Wait for what a person waits for: a message, a form, or suggestions."""

        def there(one: "Asked") -> bool:
            if one.callback is None:
                return False
            if one.callback["type"] == 6:
                return bool(one.edits or one.followups)
            waiting = one.message is not None and one.message["flags"] & limits.LOADING
            return not waiting

        return await self.until(there, timeout)

    async def note(self) -> None:
        """Wake whoever waits."""
        async with self.changed:
            self.changed.notify_all()


def text_of(message: Mapping[str, Any] | None) -> str:
    """Everything that can be read in a message."""
    held = message or {}
    texts = [one["content"] for one in limits.walk(held.get("components", [])) if one["type"] == 10]
    return "\n".join([held.get("content") or "", *texts])


def buttons_of(message: Mapping[str, Any] | None) -> dict[str, Json]:
    """The buttons of a message that are no links, by label."""
    return {
        one["label"]: dict(one)
        for one in limits.walk((message or {}).get("components", []))
        if one["type"] == 2 and one.get("custom_id")
    }


class LoopbackDiscord:
    """One guild with two channels and a thread, its people, and the bot's application."""

    def __init__(self, *, window: float = 3.0, life: float = 900.0, check: Check | None = None) -> None:
        self.window, self.life, self.check = window, life, check
        self.application, self.guild_id = objects.snowflake(), objects.snowflake()
        self.channel_id, self.other_channel_id, self.thread_id = (objects.snowflake() for _ in range(3))
        self.bot = objects.user("Citabot", bot=True, id=self.application)
        self.ana = objects.user("ana")
        self.commands: list[Json] = []
        self.interactions: dict[str, Asked] = {}
        self.by_token: dict[str, Asked] = {}
        self.messages: dict[str, Json] = {}
        self.requests: list[Sent] = []
        self.violations: list[str] = []
        self.pings: list[str] = []
        self.files: dict[str, bytes] = {}
        self._faults: list[Fault] = []
        self._started = asyncio.Event()
        self.serving = 0
        """The shard that events of the guild are sent to."""
        self.gateway = Gateway(TOKEN, self._ready, self._guilds)

    async def __aenter__(self) -> "LoopbackDiscord":
        application = web.Application(middlewares=[self._watched], client_max_size=1 << 26)
        interaction, webhook = "/api/v10/interactions/{id}/{token}", "/api/v10/webhooks/{app}/{token}"
        application.add_routes([
            web.get("/gateway", self.gateway.serve),
            web.get("/files/{name}", self._file),
            web.get("/api/v10/users/@me", self._me),
            web.get("/api/v10/oauth2/applications/@me", self._application),
            web.get("/api/v10/gateway/bot", self._gateway_bot),
            web.get("/api/v10/applications/{app}/commands", self._get_commands),
            web.put("/api/v10/applications/{app}/commands", self._put_commands),
            web.post(f"{interaction}/callback", self._callback),
            web.post(webhook, self._followup),
            web.route("*", f"{webhook}/messages/{{message}}", self._followed),
            web.post("/api/v10/channels/{channel}/messages", self._create),
            web.post("/api/v10/channels/{channel}/typing", self._typing),
        ])  # fmt: skip
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.base = f"http://127.0.0.1:{port}"
        self.api, self.gateway_url = f"{self.base}/api/v10", f"ws://127.0.0.1:{port}/gateway"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def ready(self, timeout: float = 60) -> None:
        """Wait until the bot is connected."""
        async with asyncio.timeout(timeout):
            await self._started.wait()

    def fault(
        self, method: str, path: str, status: int = 500, *, times: int = 1, retry_after: float | None = None,
        via: bool = True, everywhere: bool = False, code: int = 0, reset: bool = False, delay: float = 0.0,
    ) -> Fault:  # fmt: skip
        """From now on so many requests that fit go wrong; `left` of the fault tells how many still will."""
        headers = {"Via": "1.1 google"} if via else {}
        body = objects_error = limits.error(code, "fault")
        if retry_after is not None:
            body = {**objects_error, "retry_after": retry_after, "global": everywhere}
            headers |= {"Retry-After": str(retry_after), **({"X-RateLimit-Global": "true"} if everywhere else {})}
        made = Fault(method, re.compile(path), status, times, headers, body, reset, delay)
        self._faults.append(made)
        return made

    # People.

    async def slash(self, name: str, /, *, user: Json | None = None, **given: Any) -> Asked:
        """Somebody runs a command; "source add" runs a subcommand. Names are the English ones."""
        where = {key: given.pop(key) for key in ("where", "locale", "permissions", "channel", "age") if key in given}
        return await self._begin(2, self._command(name, given), user, **where)

    async def autocomplete(self, name: str, /, *, focused: str, user: Json | None = None, **given: Any) -> Asked:
        """Somebody types into an option of a command."""
        return await self._begin(4, self._command(name, given, focused=focused), user)

    async def menu(self, name: str, message: Json, /, *, user: Json | None = None, **where: Any) -> Asked:
        """Somebody right-clicks a message."""
        found = next(one for one in self.commands if one["name"] == name and one["type"] == 3)
        data = {"id": found["id"], "name": name, "type": 3, "target_id": message["id"],
                "resolved": {"messages": {message["id"]: message}}}  # fmt: skip
        return await self._begin(2, data, user, **where)

    async def press(
        self, message: Json | None, label: str = "", *, custom_id: str = "", user: Json | None = None, **where: Any
    ) -> Asked:
        """Somebody presses a button of a message, or one with a custom id of their own making."""
        assert message is not None
        if custom_id:
            message = copy.deepcopy(message)
            next(one for one in limits.walk(message["components"]) if one.get("custom_id"))["custom_id"] = custom_id  # type: ignore[index]
        else:
            custom_id = buttons_of(message)[label]["custom_id"]
        return await self._begin(3, {"component_type": 2, "custom_id": custom_id}, user, message=message, **where)

    async def submit(self, asked: Asked, text: str, *, user: Json | None = None) -> Asked:
        """Somebody fills in the form that an interaction opened."""
        form = (asked.callback or {})["data"]
        field_id = next(one["custom_id"] for one in limits.walk(form["components"]) if one["type"] == 4)
        component = {"type": 4, "id": 2, "custom_id": field_id, "value": text}
        data = {"custom_id": form["custom_id"], "components": [{"type": 18, "id": 1, "component": component}]}
        return await self._begin(5, data, user, message=asked.payload.get("message"))

    async def say(
        self, text: str, *, user: Json | None = None, mention: bool = True, direct: bool = False,
        channel: str | None = None,
    ) -> Json:  # fmt: skip
        """Somebody writes a message; without the privileged intent its content is sent only where it is for the bot."""
        author = user or self.ana
        content = f"<@{self.bot['id']}> {text}" if mention else text
        place = channel or (objects.snowflake() if direct else self.channel_id)
        made = objects.message(author, place, {"content": content if mention or direct else ""})
        made["mentions"] = [self.bot] if mention else []
        if not direct:
            made |= {
                "guild_id": self.guild_id,
                "member": {k: v for k, v in objects.member(author).items() if k != "user"},
            }
        self.messages[made["id"]] = made
        await self.gateway.session(self.serving).dispatch("MESSAGE_CREATE", made)
        return made

    def message(self, text: str, *, user: Json | None = None, **more: Any) -> Json:
        """A message that stands in the channel."""
        made = objects.message(user or self.ana, self.channel_id, {"content": text, **more})
        self.messages[made["id"]] = made
        return made

    def attach(self, name: str, content: bytes) -> Json:
        """A file that somebody attaches to a command."""
        self.files[name] = content
        address = f"{self.base}/files/{name}"
        return {"id": objects.snowflake(), "filename": name, "size": len(content), "url": address, "proxy_url": address,
                "content_type": "application/octet-stream"}  # fmt: skip

    def replies(self) -> list[Json]:
        """What the bot has written into channels."""
        return [one for one in self.messages.values() if one["author"]["id"] == self.bot["id"] and not one.get("of")]

    def _command(self, name: str, given: Mapping[str, Any], focused: str | None = None) -> Json:
        top, _, sub = name.partition(" ")
        found = next(one for one in self.commands if one["name"] == top and one["type"] == 1)
        declared = next((one for one in found["options"] if one["name"] == sub), found) if sub else found
        kinds = {one["name"]: one["type"] for one in declared.get("options", [])}
        resolved: Json = {}
        options = []
        for option, value in given.items():
            if kinds[option] == 11:
                resolved.setdefault("attachments", {})[value["id"]] = value
                value = value["id"]
            elif kinds[option] == 7:
                resolved.setdefault("channels", {})[value] = objects.channel(value, self.guild_id)
            options.append({"name": option, "type": kinds[option], "value": value,
                            **({"focused": True} if option == focused else {})})  # fmt: skip
        if sub:
            options = [{"name": sub, "type": 1, "options": options}]
        return {"id": found["id"], "name": top, "type": 1, "options": options, "resolved": resolved}

    async def _begin(
        self, kind: int, data: Json, user: Json | None, *, where: str = "guild", locale: str = "en-US",
        permissions: int = EVERYTHING, message: Json | None = None, channel: str | None = None, age: float = 0.0,
    ) -> Asked:  # fmt: skip
        person = user or self.ana
        place = channel or self.channel_id
        payload: Json = {
            "id": objects.snowflake(age), "application_id": self.application, "type": kind, "data": data,
            "token": objects.interaction_token(), "version": 1, "app_permissions": str(EVERYTHING), "locale": locale,
            "entitlements": [], "attachment_size_limit": 10_485_760,
        }  # fmt: skip
        if where in ("guild", "foreign guild"):
            guild_id = self.guild_id if where == "guild" else "197038439483310086"
            owners = {"0": guild_id} if where == "guild" else {"1": person["id"]}
            kind_of = {"type": 11, "parent_id": self.channel_id} if place == self.thread_id else {"type": 0}
            payload |= {
                "guild_id": guild_id, "guild_locale": "en-US",
                "guild": {"id": guild_id, "locale": "en-US", "features": []},
                "channel": {"id": place, "name": "general", "position": 0, "permissions": str(permissions), **kind_of},
                "channel_id": place, "member": objects.member(person, permissions), "context": 0,
                "authorizing_integration_owners": owners,
            }  # fmt: skip
        else:
            direct = where == "bot dm"
            place = objects.snowflake()
            payload |= {
                "channel": {"id": place, "type": 1 if direct else 3, "recipients": [person], "name": None},
                "channel_id": place, "user": person, "context": 1 if direct else 2,
                "authorizing_integration_owners": {"1": person["id"]},
            }  # fmt: skip
        if message is not None:
            payload["message"] = message
        asked = Asked(payload)
        self.interactions[payload["id"]] = self.by_token[payload["token"]] = asked
        await self.gateway.session(self.serving).dispatch("INTERACTION_CREATE", payload)
        return asked

    # REST.

    @web.middleware
    async def _watched(self, request: web.Request, handler: Any) -> web.StreamResponse:
        path = request.path.removeprefix("/api/v10")
        if path == request.path:
            return await handler(request)  # type: ignore[no-any-return]
        body = await self._body(request)
        request[_BODY] = body
        response = await self._trouble(request, path)
        if response is None and self.check is not None:
            found = self.check(request.method, path, body)
            self.violations += found
            if found:
                response = self._refuse(limits.error(50035, found[0]))
        response = response or await handler(request)
        self.requests.append(Sent(request.method, path, body, response.status, time.monotonic()))
        if response.status == 400:
            self.violations.append(f"{request.method} {path}: {response.text}")
        # discord.py reads JSON only where the type says so and nothing more.
        if response.content_type == "application/json":
            response.headers["Content-Type"] = "application/json"
        return response  # type: ignore[no-any-return]

    async def _body(self, request: web.Request) -> Any:
        if not request.can_read_body:
            return None
        if request.content_type.startswith("multipart/"):
            form = await request.post()
            return json.loads(str(form["payload_json"])) if "payload_json" in form else {}
        text = await request.text()
        return json.loads(text) if text else None

    async def _trouble(self, request: web.Request, path: str) -> web.Response | None:
        for one in self._faults:
            if one.left and one.method == request.method and one.path.search(path):
                one.left -= 1
                await asyncio.sleep(one.delay)
                if one.reset and request.transport is not None:
                    request.transport.abort()
                if one.delay and not one.reset and one.status == 200:
                    return None
                return web.json_response(one.body, status=one.status, headers=one.headers)
        return None

    def _refuse(self, body: Json, status: int = 400) -> web.Response:
        return web.json_response(body, status=status)

    async def _me(self, _: web.Request) -> web.Response:
        return web.json_response({**self.bot, "verified": True, "mfa_enabled": False, "email": None})

    async def _application(self, _: web.Request) -> web.Response:
        return web.json_response({
            "id": self.application, "name": "Citabot", "icon": None, "description": "", "summary": "", "type": None,
            "bot_public": True, "bot_require_code_grant": False, "verify_key": "0" * 64, "flags": 0, "hook": True,
            "is_monetized": False, "owner": self.ana, "team": None, "approximate_guild_count": 1,
        })  # fmt: skip

    async def _gateway_bot(self, _: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return web.json_response({"url": self.gateway_url, "shards": 1, "session_start_limit": limit})

    async def _get_commands(self, _: web.Request) -> web.Response:
        return web.json_response(self.commands)

    async def _put_commands(self, request: web.Request) -> web.Response:
        problem = limits.commands_problem(request[_BODY])
        if problem:
            return self._refuse(problem)
        self.commands = [
            {"id": objects.snowflake(), "application_id": self.application, "version": objects.snowflake(),
             "default_member_permissions": None, "description": "", "type": 1, **one}
            for one in request[_BODY]
        ]  # fmt: skip
        return web.json_response(self.commands)

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["name"]])

    async def _callback(self, request: web.Request) -> web.Response:
        asked = self.interactions.get(request.match_info["id"])
        late = asked is None or (asked.callback is None and time.monotonic() - asked.born > self.window)
        if asked is None or late or asked.payload["token"] != request.match_info["token"]:
            return self._refuse(limits.error(10062, "Unknown interaction"), 404)
        if asked.callback is not None:
            return self._refuse(limits.error(40060, "Interaction has already been acknowledged."))
        body = request[_BODY]
        kind, data = body["type"], body.get("data") or {}
        problem = self._callback_problem(kind, data, asked)
        if problem:
            return self._refuse(problem)
        asked.acknowledged_after = time.monotonic() - asked.born
        if kind in (4, 5):
            flags = (data.get("flags") or 0) | (limits.LOADING if kind == 5 else 0)
            asked.message = self._own(asked, {**data, "flags": flags})
        elif kind in (6, 7):
            asked.message = asked.payload["message"]
        if kind == 7 and asked.message is not None:
            self._apply(asked.message, data)
        self._count_pings(data)
        asked.callback = body
        await asked.note()
        return web.json_response(self._callback_answer(asked, kind))

    def _callback_problem(self, kind: int, data: Json, asked: Asked) -> Json | None:
        allowed = {2: (4, 5, 9, 12), 3: (4, 5, 6, 7, 9, 12), 4: (8,), 5: (4, 5, 6, 7, 12)}[asked.payload["type"]]
        if kind not in allowed:
            return limits.error(50035, "Invalid Form Body")
        if kind == 8:
            return limits.choices_problem(data.get("choices") or [])
        if kind == 9:
            return limits.modal_problem(data)
        return limits.message_problem(data, editing=kind == 7) if kind in (4, 7) else None

    def _callback_answer(self, asked: Asked, kind: int) -> Json:
        about: Json = {"id": asked.payload["id"], "type": asked.payload["type"]}
        if asked.message is None:
            return {"interaction": about}
        about |= {
            "response_message_id": asked.message["id"],
            "response_message_loading": kind == 5,
            "response_message_ephemeral": asked.ephemeral,
        }
        return {
            "interaction": about,
            **({"resource": {"type": kind, "message": asked.message}} if kind in (4, 7) else {}),
        }

    def _token(self, request: web.Request) -> Asked | web.Response:
        asked = self.by_token.get(request.match_info["token"])
        if asked is None or asked.callback is None:
            return self._refuse(limits.error(10015, "Unknown Webhook"), 404)
        if time.monotonic() - asked.born > self.life:
            return self._refuse(limits.error(50027, "Invalid Webhook Token"), 401)
        return asked

    async def _followup(self, request: web.Request) -> web.Response:
        asked, body = self._token(request), request[_BODY]
        if isinstance(asked, web.Response):
            return asked
        problem = limits.message_problem(body, editing=False)
        if set(asked.payload["authorizing_integration_owners"]) == {"1"} and len(asked.followups) >= 5:
            problem = limits.error(40094, "This interaction has reached the maximum number of follow-up messages")
        if problem:
            return self._refuse(problem)
        self._count_pings(body)
        if asked.message is not None and asked.message["flags"] & limits.LOADING:
            self._apply(asked.message, body)
            made = asked.message
        else:
            made = self._own(asked, body)
            asked.followups.append(made)
        await asked.note()
        return web.json_response(made)

    async def _followed(self, request: web.Request) -> web.Response:
        asked = self._token(request)
        if isinstance(asked, web.Response):
            return asked
        name = request.match_info["message"]
        made = asked.message if name == "@original" else next((m for m in asked.followups if m["id"] == name), None)
        if made is None:
            return self._refuse(limits.error(10008, "Unknown Message"), 404)
        if request.method == "PATCH":
            problem = limits.message_problem(request[_BODY], editing=True, held=made)
            if problem:
                return self._refuse(problem)
            self._count_pings(request[_BODY])
            self._apply(made, request[_BODY])
            asked.edits += 1
            await asked.note()
        return web.json_response(made)

    async def _create(self, request: web.Request) -> web.Response:
        body = request[_BODY]
        problem = limits.message_problem(body, editing=False)
        if problem:
            return self._refuse(problem)
        self._count_pings(body)
        about = body.get("message_reference") or {}
        made = objects.message(self.bot, request.match_info["channel"], body, referenced=about.get("message_id"))
        self.messages[made["id"]] = made
        return web.json_response(made)

    async def _typing(self, _: web.Request) -> web.Response:
        return web.Response(status=204)

    def _own(self, asked: Asked, body: Json) -> Json:
        person = asked.payload.get("user") or asked.payload["member"]["user"]
        meta = {"id": asked.payload["id"], "type": asked.payload["type"], "user": person,
                "authorizing_integration_owners": asked.payload["authorizing_integration_owners"]}  # fmt: skip
        made = objects.message(
            self.bot, asked.payload["channel_id"], body, application_id=self.application, webhook_id=self.application,
            interaction_metadata=meta, of=asked.payload["id"],
        )  # fmt: skip
        made["type"] = 20
        self.messages[made["id"]] = made
        return made

    def _apply(self, made: Json, body: Json) -> None:
        # Whether a message is for one person alone was said with the acknowledgement and stays so.
        flags = (body.get("flags") or 0) & ~limits.EPHEMERAL
        made["flags"] = (made["flags"] | flags) & ~limits.LOADING
        for name in ("content", "embeds"):
            if name in body:
                made[name] = body[name] or ("" if name == "content" else [])
        if "components" in body:
            made["components"] = objects.numbered(body["components"] or [])
        made["edited_timestamp"] = objects.now()

    def _count_pings(self, body: Mapping[str, Any]) -> None:
        allowed = body.get("allowed_mentions")
        if allowed is not None and not allowed.get("parse") and not allowed.get("users") and not allowed.get("roles"):
            return
        self.pings += _MENTIONS.findall(text_of(body))

    def _ready(self, session: Session) -> Json:
        self._started.set()
        own = [{"id": self.guild_id, "unavailable": True}] if self._holds(session.shard) else []
        return {
            "v": 10, "user": {**self.bot, "verified": True, "mfa_enabled": False, "email": None}, "guilds": own,
            "session_id": session.id, "resume_gateway_url": self.gateway_url, "shard": list(session.shard),
            "application": {"id": self.application, "flags": 0},
        }  # fmt: skip

    def _guilds(self, shard: tuple[int, int]) -> list[Mapping[str, Any]]:
        if not self._holds(shard):
            return []
        channels = [objects.channel(one, self.guild_id) for one in (self.channel_id, self.other_channel_id)]
        thread = objects.channel(
            self.thread_id, self.guild_id, "thread", 11, parent_id=self.channel_id, owner_id=self.ana["id"],
            message_count=0, member_count=1,
            thread_metadata={"archived": False, "auto_archive_duration": 60, "archive_timestamp": objects.now(),
                             "locked": False},
        )  # fmt: skip
        members = [objects.member(self.bot), objects.member(self.ana)]
        return [objects.guild(self.guild_id, self.ana, channels, members, [thread])]

    def _holds(self, shard: tuple[int, int]) -> bool:
        return (int(self.guild_id) >> 22) % shard[1] == shard[0]
