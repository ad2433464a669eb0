"""Fetching: only public addresses, at every hop, within limits of size, time and type."""

import gzip
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from knowledge import addresses
from knowledge.errors import (
    AddressUnreachable,
    CitabotError,
    ForbiddenAddress,
    SourceTooLarge,
    TooManyRedirects,
    UnsupportedFormat,
)
from knowledge.readers import ReadingLimits, read, read_bytes
from knowledge.web import Fetched, FetchPolicy, WebAddress, check_url
from knowledge.web import fetch as fetch_address

Answer = tuple[int, dict[str, str], bytes] | Callable[[BaseHTTPRequestHandler], None]

OPEN = FetchPolicy(timeout_seconds=5, max_bytes=100_000, max_redirects=3, allow_private=True)
HTML = {"Content-Type": "text/html; charset=utf-8"}


@contextmanager
def serving(pages: dict[str, Answer]) -> Iterator[str]:
    """The address of a server on loopback that answers with these pages."""

    class Requests(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path, (404, {}, b""))
            if callable(page):
                page(self)
                return
            status, headers, content = page
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fetch(url: str, *, policy: FetchPolicy) -> Fetched:
    return fetch_address(WebAddress.parse(url), policy=policy)


def refused(url: str, kind: type[CitabotError], policy: FetchPolicy = OPEN) -> CitabotError:
    """The error that fetching ends in: of this class, and one sentence."""
    with pytest.raises(kind) as caught:
        fetch(url, policy=policy)
    assert type(caught.value) is kind
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message
    return caught.value


def redirect(to: str) -> Answer:
    return 302, {"Location": to}, b""


def test_a_page_is_fetched_with_its_type_charset_and_last_address() -> None:
    pages: dict[str, Answer] = {"/a": redirect("/b?c=1"), "/b?c=1": (200, HTML, b"<p>hello</p>")}
    with serving(pages) as base:
        fetched = fetch(f"{base}/a#part", policy=OPEN)
    assert fetched.content == b"<p>hello</p>"
    assert (fetched.content_type, fetched.charset, fetched.url) == ("text/html", "utf-8", f"{base}/b?c=1")


def test_a_compressed_page_is_unpacked() -> None:
    packed = gzip.compress(b"x" * 1000)
    with serving({"/": (200, {**HTML, "Content-Encoding": "gzip"}, packed)}) as base:
        assert fetch(f"{base}/", policy=OPEN).content == b"x" * 1000


def test_a_page_is_read_into_a_document_with_its_address() -> None:
    page = "<html lang=en><head><title>A page</title></head><body><article><p>Some words.</p></article></body></html>"
    with serving(
        {"/story": (200, HTML, page.encode()), "/notes.md": (200, {"Content-Type": "text/plain"}, b"*W*")}
    ) as base:
        story = read(f"{base}/story", limits=ReadingLimits(), fetch_policy=OPEN, parse=read_bytes)
        notes = read(f"{base}/notes.md", limits=ReadingLimits(), fetch_policy=OPEN, parse=read_bytes)
    assert (story.location, story.metadata.url, story.metadata.language) == (f"{base}/story", f"{base}/story", "en")
    assert (notes.text, notes.metadata.title, notes.metadata.url) == ("W", "notes", f"{base}/notes.md")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "017700000001",
        "0.0.0.0",  # noqa: S104 -- never bound to
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "224.0.0.1",
        "255.255.255.255",
        "localhost",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fec0::1]",
        "[fc00::1]",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::a00:1]",
        "[2002:7f00:1::]",
        "[2002:a9fe:a9fe::1]",
        "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
        "[2001:db8::1]",
    ],
)
def test_an_address_that_is_not_public_is_refused(host: str) -> None:
    refused(f"http://{host}:9/", ForbiddenAddress, FetchPolicy())


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::5db8:d70e", "2002:5db8:d70e::"]
)
def test_a_public_address_may_be_opened(address: str) -> None:
    assert addresses.is_public(ipaddress.ip_address(address))


def test_an_address_of_one_network_only_is_refused() -> None:
    assert not addresses.is_public(ipaddress.ip_address("2606:2800:21f::1%eth0"))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "javascript:alert(1)",
        "example.org",
        "http:///path",
        "http://user:word@example.org/",
        "https://user@example.org/",
        "http://example.org:99999/",
        "http://exa mple.org/",
        "http://[::1/",
        "",
    ],
)
def test_what_is_not_a_plain_web_address_is_refused(url: str) -> None:
    refused(url, ForbiddenAddress)
    with pytest.raises(ForbiddenAddress):
        check_url(url)


def test_a_plain_web_address_passes() -> None:
    check_url("https://example.org/a?b=c#d")


@pytest.mark.parametrize("to", ["http://127.0.0.1:{port}/secret", "//2130706433:{port}/secret", "/secret"])
def test_a_redirect_to_a_private_address_is_refused(to: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first host counts as public here; where it leads must be looked at again."""
    asked: list[str] = []

    def secret(_: BaseHTTPRequestHandler) -> None:
        asked.append("secret")

    def lead_on(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", to.format(port=request.server.server_port))  # type: ignore[attr-defined]
        request.end_headers()

    first = [True]
    public = addresses.is_public
    monkeypatch.setattr(addresses, "is_public", lambda address: first.pop() if first else public(address))
    with serving({"/": lead_on, "/secret": secret}) as base:
        refused(f"{base}/", ForbiddenAddress, FetchPolicy(timeout_seconds=5))
    assert first == []
    assert asked == []


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://user:word@127.0.0.1/"])
def test_a_redirect_to_a_forbidden_address_is_refused(to: str) -> None:
    with serving({"/": redirect(to)}) as base:
        refused(f"{base}/", ForbiddenAddress)


def test_a_name_that_changes_its_address_is_connected_where_it_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second answer of the name server would lead elsewhere; it is never asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *rest: object, **named: object) -> object:
        if host != "rebinding.test":
            return real(host, port, *rest, **named)  # type: ignore[arg-type]
        asked.append(host)
        ip = "127.0.0.1" if len(asked) == 1 else "203.0.113.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]

    def host(request: BaseHTTPRequestHandler) -> None:
        content = request.headers["Host"].encode()
        request.send_response(200)
        request.send_header("Content-Type", "text/plain")
        request.end_headers()
        request.wfile.write(content)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with serving({"/": host}) as base:
        port = base.rpartition(":")[2]
        assert fetch(f"http://rebinding.test:{port}/", policy=OPEN).content == f"rebinding.test:{port}".encode()
    assert asked == ["rebinding.test"]


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    refused("http://mixed.test/", ForbiddenAddress, FetchPolicy())


def test_the_second_address_is_tried_when_the_first_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"/": (200, HTML, b"here")}) as base:
        port = int(base.rpartition(":")[2])
        answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("127.0.0.2", "127.0.0.1")]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
        assert fetch(f"http://two.test:{port}/", policy=OPEN).content == b"here"


def test_an_unknown_name_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert refused("http://nowhere.test/", AddressUnreachable).exit_code == 4


def test_a_name_server_that_keeps_silent_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(5) and [])
    started = time.monotonic()
    refused("http://silent.test/", AddressUnreachable, FetchPolicy(timeout_seconds=0.1))
    over.set()
    assert time.monotonic() - started < 2


def test_a_closed_port_is_unreachable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        refused(f"http://127.0.0.1:{unused.getsockname()[1]}/", AddressUnreachable)


@pytest.mark.parametrize("status", [204, 404, 403, 500])
def test_an_answer_that_is_an_error_is_unreachable(status: int) -> None:
    with serving({"/": (status, HTML, b"")}) as base:
        assert str(status) in refused(f"{base}/", AddressUnreachable).message


def test_a_server_that_does_not_speak_http_is_unreachable() -> None:
    with serving({"/": lambda request: request.wfile.write(b"\x00\x01 nonsense\r\n\r\n")}) as base:
        refused(f"{base}/", AddressUnreachable)


def test_an_unencrypted_server_behind_https_is_unreachable() -> None:
    with serving({"/": (200, HTML, b"")}) as base:
        refused(base.replace("http:", "https:"), AddressUnreachable)


def test_a_redirect_loop_is_noticed_at_its_first_turn() -> None:
    visits: list[str] = []

    def turn(request: BaseHTTPRequestHandler) -> None:
        visits.append(request.path)
        request.send_response(301)
        request.send_header("Location", "/b" if request.path == "/a" else "/a")
        request.end_headers()

    with serving({"/a": turn, "/b": turn}) as base:
        assert "circle" in refused(f"{base}/a", TooManyRedirects).message
    assert visits == ["/a", "/b"]


def test_a_chain_of_redirects_ends_at_the_limit() -> None:
    pages: dict[str, Answer] = {f"/{n}": redirect(f"/{n + 1}") for n in range(9)}
    pages["/3"] = (200, HTML, b"three")
    with serving(pages) as base:
        assert fetch(f"{base}/0", policy=OPEN).content == b"three"
        assert "3 times" in refused(f"{base}/4", TooManyRedirects).message


def endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Type", "text/plain")
    request.end_headers()
    try:
        while True:
            request.wfile.write(b"x" * 10_000)
    except OSError:
        pass


@pytest.mark.parametrize(
    "page",
    [
        (200, {**HTML, "Content-Length": "100001"}, b""),
        (200, HTML, b"x" * 100_001),
        (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(b"x" * 10_000_000)),
        endless,
    ],
    ids=["announced", "sent", "unpacked", "endless"],
)
def test_more_than_the_limit_is_refused(page: Answer) -> None:
    with serving({"/": page}) as base:
        refused(f"{base}/", SourceTooLarge)


def drip_body(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Type", "text/plain")
    request.end_headers()
    drip(request)


def drip(request: BaseHTTPRequestHandler) -> None:
    """A byte at a time, each soon enough for a timeout that is counted anew with every read."""
    try:
        for _ in range(100):
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass


@pytest.mark.parametrize("page", [lambda _: time.sleep(1), drip, drip_body], ids=["silent", "slow head", "slow body"])
def test_a_slow_answer_ends_at_the_deadline(page: Answer) -> None:
    with serving({"/": page}) as base:
        started = time.monotonic()
        refused(f"{base}/", AddressUnreachable, FetchPolicy(timeout_seconds=0.3, allow_private=True))
        assert time.monotonic() - started < 0.9


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "image/png"},
        {"Content-Type": "application/octet-stream"},
        {},
        {**HTML, "Content-Encoding": "br"},
        {**HTML, "Content-Encoding": "gzip, gzip"},
    ],
)
def test_what_cannot_be_read_is_refused_before_it_is_received(headers: dict[str, str]) -> None:
    with serving({"/": (200, headers, b"x")}) as base:
        refused(f"{base}/", UnsupportedFormat)


def test_a_body_that_is_not_what_its_encoding_says_is_unreachable() -> None:
    with serving({"/": (200, {**HTML, "Content-Encoding": "gzip"}, b"not gzip")}) as base:
        refused(f"{base}/", AddressUnreachable)


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving({"/": (200, HTML, b"direct")}) as base:
        assert fetch(f"{base}/", policy=OPEN).content == b"direct"


def test_a_feed_given_as_a_page_is_refused_with_advice() -> None:
    pages: dict[str, Answer] = {"/": (200, {"Content-Type": "application/rss+xml"}, b"<rss/>")}
    with serving(pages) as base, pytest.raises(UnsupportedFormat) as caught:
        read(f"{base}/", limits=ReadingLimits(), fetch_policy=OPEN, parse=read_bytes)
    assert "--feed" in caught.value.hint
