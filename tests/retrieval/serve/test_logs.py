import asyncio
import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.serve.logs import cleaner, configure_logs

with warnings.catch_warnings():
    # discord.py asks for a module of sounds that Python 3.13 has dropped.
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord

ROOT = Path(__file__).parent.parent.parent.parent
# Of the right form, and nobody's: the signature is made of one letter.
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GAbCdE." + "x" * 38
OTHER = "OTg3NjU0MzIxMDk4NzY1NDMy.GZyXwV." + "y" * 27
INTERACTION = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5" + "z" * 60
WORDS = "what a stranger wrote in confidence"

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def loggers_as_before() -> Iterator[None]:
    """What a test sets up, the next one does not see."""
    names = ("", "bot", "knowledge", "retrieval", "discord", "discord.http")
    root, levels = logging.getLogger(), {name: logging.getLogger(name).level for name in names}
    handlers = root.handlers[:]
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """What was written since the last look, each line read as JSON."""
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_one_object_with_time_level_logger_event_and_fields(lines: Lines) -> None:
    configure_logs(logging.INFO, form="json")
    logging.getLogger("retrieval.serve.service").warning(
        "answer dropped", extra={"reason": "añejo\u2028", "seconds": 900.5}
    )
    [line] = lines()
    assert list(line) == ["time", "level", "logger", "message", "reason", "seconds"]
    time = datetime.fromisoformat(line.pop("time"))
    assert time.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - time) < timedelta(minutes=1)
    assert line == {
        "level": "WARNING",
        "logger": "retrieval.serve.service",
        "message": "answer dropped",
        "reason": "añejo\u2028",
        "seconds": 900.5,
    }


def test_a_traceback_is_one_field(lines: Lines) -> None:
    configure_logs(logging.INFO, form="json")
    try:
        try:
            raise KeyError("first")
        except KeyError as error:
            raise ValueError("then") from error
    except ValueError as error:
        logging.getLogger("bot").error("interaction failed", exc_info=error)
    [line] = lines()
    assert line["message"] == "interaction failed"
    assert line["traceback"].startswith("Traceback")
    assert "KeyError: 'first'" in line["traceback"]
    assert line["traceback"].endswith("ValueError: then")


def test_people_get_the_same_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(logging.INFO, form="text", secrets=["secret"])
    try:
        raise ValueError("a secret reason\x1b[2J\u202e")
    except ValueError:
        logging.getLogger("bot").exception("failed\nINFO bot: forged", extra={"title": "Año nuevo", "n": 3})
    first, *rest = capsys.readouterr().err.splitlines()
    assert first.split(" ", 1)[1] == r'ERROR    bot: failed\u000aINFO bot: forged title="Año nuevo" n=3'
    assert rest[0].startswith("Traceback")
    assert rest[-1] == r"ValueError: a [removed] reason\u001b[2J\u202e"


def test_objects_of_any_kind_can_be_fields(lines: Lines) -> None:
    class Strange:
        def __repr__(self) -> str:
            return f"<Strange {TOKEN}>"

    configure_logs(logging.INFO, form="json")
    logging.getLogger("bot").info("odd", extra={"it": Strange(), "all": [{"in": Strange()}], "nan": float("nan")})
    [line] = lines()
    assert (line["it"], line["all"], line["nan"]) == ("<Strange [removed]>", [{"in": "<Strange [removed]>"}], "NaN")


def test_a_line_that_cannot_be_written_says_so_and_no_more(lines: Lines) -> None:
    configure_logs(logging.INFO, form="json")
    logging.getLogger("bot").info("%d " + WORDS, "no number")
    logging.getLogger("bot").info("odd key", extra={"map": {(1, 2): WORDS}})
    assert lines() == [
        {"level": "ERROR", "logger": "bot", "message": "log line lost", "kind": "TypeError"},
        {"level": "ERROR", "logger": "bot", "message": "log line lost", "kind": "TypeError"},
    ]


def test_warnings_of_python_are_lines_too(lines: Lines) -> None:
    configure_logs(logging.INFO, form="json")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("soon gone", FutureWarning, stacklevel=1)
    [line] = lines()
    assert line["logger"] == "py.warnings"
    assert "soon gone" in line["message"]


# Tokens


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("secret", [TOKEN, OTHER, INTERACTION, 'odd "token"\n\\ of ours'])
def test_no_token_gets_out_by_any_way(form: Any, secret: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(logging.DEBUG, form=form, secrets=[TOKEN, 'odd "token"\n\\ of ours'])
    log = logging.getLogger("retrieval.anything")
    log.debug(secret)
    log.info("Bot %s", secret)
    log.info("%s", {"Authorization": f"Bot {secret}"}, extra={"headers": {secret: [secret]}, "raw": secret.encode()})
    try:
        raise discord.LoginFailure(f"Improper token {secret} has been passed.")
    except discord.LoginFailure:
        log.exception("login failed\n%s", secret, stack_info=True)
    written = capsys.readouterr().err
    assert "[removed]" in written
    for kept in {secret, json.dumps(secret)[1:-1], secret.split(".")[-1][-20:]}:
        assert kept not in written


def test_tokens_in_addresses_are_removed_and_the_rest_stays() -> None:
    clean = cleaner([])
    address = f"https://discord.com/api/v10/webhooks/123/{'t' * 40}/messages/@original?wait=1"
    assert clean(f"PATCH {address}").endswith("/api/v10/[removed]/messages/@original?wait=1")
    assert clean(f"POST /interactions/5/{'t' * 40}/callback") == "POST /[removed]/callback"
    assert clean("https://www.python.org/dev/peps/pep-0008/ stays") == "https://www.python.org/dev/peps/pep-0008/ stays"


@given(st.text(), st.text(), st.from_regex(r"\A[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,60}\Z"))
@example("\\n", "", TOKEN)
def test_whatever_looks_like_a_token_is_removed_wherever_it_stands(before: str, after: str, token: str) -> None:
    assert token not in cleaner([])(f"{before}{token}{after}")


@given(st.text(min_size=1), st.text())
def test_a_secret_is_removed_whatever_it_looks_like(secret: str, part: str) -> None:
    assert cleaner([part, secret + part])(secret + part) == "[removed]"


# Payloads


async def echo(request: web.Request) -> web.Response:
    """What discord.py needs to log in, and otherwise what it sent."""
    sent = await request.json() if request.can_read_body else {}
    user = {"id": "1", "username": "bot", "discriminator": "0", "avatar": None, "bio": WORDS}
    text = json.dumps(user | sent)
    # discord.py reads only this very content type as JSON.
    return web.Response(body=text.encode(), headers={"Content-Type": "application/json"})


async def talk_to_discord(monkeypatch: pytest.MonkeyPatch) -> None:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", echo)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{runner.addresses[0][1]}")
    client = discord.Client(intents=discord.Intents.none())
    try:
        await client.http.static_login(TOKEN)
        route = discord.http.Route("POST", "/webhooks/5/{token}", token=INTERACTION)
        answer = await client.http.request(route, json={"content": WORDS})
        assert answer["content"] == WORDS
    finally:
        await client.http.close()
        await runner.cleanup()


@pytest.mark.parametrize("form", ["json", "text"])
def test_nothing_that_discord_py_sends_or_receives_is_written_at_debug(
    form: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs(logging.DEBUG, form=form, secrets=[TOKEN])
    # Somebody who looks for a fault may ask for more than we do; and then debugs asyncio, too.
    for name in ("discord", "discord.http"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    asyncio.run(talk_to_discord(monkeypatch), debug=True)
    logging.getLogger("discord.gateway").debug("For Shard ID %s: WebSocket Event: %s", 0, {"content": WORDS})
    logging.getLogger("bot").debug("we may say more")
    written = capsys.readouterr().err
    assert "we may say more" in written
    for kept in (WORDS, TOKEN, INTERACTION):
        assert kept not in written


@pytest.mark.parametrize(("asked", "admitted"), [(logging.DEBUG, 3), (logging.INFO, 2), (logging.ERROR, 0)])
def test_libraries_speak_from_info_on_and_we_as_asked(asked: int, admitted: int, lines: Lines) -> None:
    configure_logs(asked, form="json")
    logging.getLogger("retrieval.engine").debug("ours")
    logging.getLogger("retrieval.engine").info("ours")
    logging.getLogger("discord.client").debug("theirs")
    logging.getLogger("discord.client").info("theirs")
    assert len(lines()) == admitted


def test_setting_up_again_replaces_what_was(lines: Lines) -> None:
    configure_logs(logging.INFO, form="text")
    configure_logs(logging.INFO, form="json")
    logging.getLogger("bot").info("once")
    assert [line["message"] for line in lines()] == ["once"]


def test_lines_go_to_standard_error_alone() -> None:
    code = "import logging, retrieval.serve.logs as l; l.configure_logs(20, form='json'); logging.info('started')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert json.loads(done.stderr)["message"] == "started"
