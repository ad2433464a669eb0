"""What servers answer, rightly, wrongly and maliciously: a whole page comes of it, or an error of the tree."""

import gzip
import socket
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.errors import (
    AddressUnreachable,
    CitabotError,
    ForbiddenAddress,
    SourceTooLarge,
    TooManyRedirects,
    UnsupportedFormat,
)
from knowledge.responses import stated_type
from knowledge.web import Fetched, FetchPolicy, WebAddress, fetch

OPEN = FetchPolicy(timeout_seconds=5, max_bytes=20_000, allow_private=True)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
WORDS = b"some words " * 1_000
GZIP, ZLIB = gzip.compress(WORDS, mtime=0), zlib.compress(WORDS)
BARE = ZLIB[2:-4]  # without zlib's header and checksum
END = b"\r\n\r\n"


@contextmanager
def answering(answer: bytes) -> Iterator[WebAddress]:
    """The address of a server that sends these very bytes to whoever asks, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection, suppress(OSError):
                        connection.recv(65_536)
                        connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield WebAddress(f"http://127.0.0.1:{server.getsockname()[1]}/")
        server.shutdown(socket.SHUT_RDWR)


def fetched(answer: bytes) -> Fetched:
    with answering(answer) as address:
        return fetch(address, policy=OPEN)


def refused(answer: bytes, kind: type[CitabotError]) -> str:
    with pytest.raises(CitabotError) as caught:
        fetched(answer)
    assert type(caught.value) is kind
    assert caught.value.message.endswith(".")
    assert caught.value.message.isprintable()
    return caught.value.message


def packed(coding: bytes, body: bytes, version: bytes = b"1.1") -> bytes:
    length = b"" if version == b"1.0" else b"\r\nContent-Length: %d" % len(body)
    head = b"HTTP/%s 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: %s" % (version, coding)
    return head + length + END + body


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(OK + b"Content-Length: 100" + END + b"abc", id="shorter than its length"),
        pytest.param(OK + b"Transfer-Encoding: chunked" + END + b"3\r\nabc\r\n", id="no last chunk"),
        pytest.param(OK + b"Transfer-Encoding: chunked" + END + b"30\r\nabc", id="half a chunk"),
        pytest.param(OK + b"Transfer-Encoding: chunked" + END + b"3\r\nabc\r\n0\r\n", id="half the last chunk"),
        pytest.param(packed(b"gzip", GZIP[:-9]), id="gzip without its end"),
        pytest.param(packed(b"gzip", GZIP[:-4]), id="gzip without its length"),
        pytest.param(packed(b"gzip", GZIP[: len(GZIP) // 2]), id="half of gzip"),
        pytest.param(packed(b"gzip", GZIP[:5]), id="half of gzip's header"),
        pytest.param(packed(b"gzip", b""), id="nothing of gzip"),
        pytest.param(packed(b"gzip", GZIP[:-9], b"1.0"), id="gzip that ends with its connection"),
        pytest.param(packed(b"deflate", ZLIB[:-2]), id="deflate without its checksum"),
        pytest.param(packed(b"deflate", ZLIB[:1]), id="one byte of deflate"),
        pytest.param(packed(b"deflate", BARE[:-1]), id="bare deflate without its end"),
        pytest.param(packed(b"gzip", GZIP + b"xx"), id="garbage after gzip"),
        pytest.param(packed(b"gzip", GZIP + GZIP), id="gzip twice"),
        pytest.param(packed(b"gzip", GZIP[:-6] + b"\1\2" + GZIP[-4:]), id="gzip with a wrong checksum"),
        pytest.param(packed(b"gzip", ZLIB), id="deflate called gzip"),
    ],
)
def test_a_body_that_is_not_whole_is_refused(answer: bytes) -> None:
    refused(answer, AddressUnreachable)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(packed(b"gzip", GZIP), id="gzip"),
        pytest.param(packed(b"X-GZIP", GZIP), id="gzip by its old name"),
        pytest.param(packed(b"gzip", GZIP + b"\0" * 8), id="gzip with padding"),
        pytest.param(packed(b"gzip", GZIP, b"1.0"), id="gzip that ends with its connection"),
        pytest.param(packed(b"deflate", ZLIB), id="deflate"),
        pytest.param(packed(b"deflate", BARE), id="bare deflate"),
        pytest.param(packed(b"identity", WORDS), id="not compressed"),
        pytest.param(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain" + END + WORDS, id="no length in HTTP/1.0"),
        pytest.param(OK + b"Content-Length: 11000\r\nContent-Length: 11000" + END + WORDS, id="its length twice"),
        pytest.param(OK + b"Content-Length: 11000" + END + WORDS + b"xx", id="more than its length"),
        pytest.param(OK + b"Refresh: 0; url=file:///etc/passwd" + END + WORDS, id="with a refresh"),
        pytest.param(OK + b"".join(b"X-%d: x\r\n" % n for n in range(9_000)) + b"\r\n" + WORDS, id="9,000 headers"),
        pytest.param(OK + b"X-Name: \xff\xfe\xf1" + END + WORDS, id="a header of other bytes"),
        pytest.param(OK + b"Set-Cookie: a=b; expires=99999999999999; path=\x81" + END + WORDS, id="a strange cookie"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000 + OK + b"\r\n" + WORDS, id="1,000 times on its way"),
    ],
)
def test_a_whole_body_is_read(answer: bytes) -> None:
    assert fetched(answer).content == WORDS


@settings(derandomize=True, max_examples=25, deadline=None)
@given(st.integers(0, len(GZIP) - 1))
def test_no_beginning_of_a_compressed_page_passes_for_the_page(length: int) -> None:
    refused(packed(b"gzip", GZIP[:length]), AddressUnreachable)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (b"Content-Length: 3\r\nContent-Length: 4", AddressUnreachable),
        (b"Content-Length: -3", AddressUnreachable),
        (b"Content-Length: +3", AddressUnreachable),
        (b"Content-Length: " + b"9" * 5_000, AddressUnreachable),
        (b"Content-Length: " + b"9" * 19, SourceTooLarge),
        (b"Transfer-Encoding: gzip, chunked", AddressUnreachable),
        (b"X-Name: a\0b", AddressUnreachable),
        (b"X-Name: " + b"x" * 300_000, AddressUnreachable),
        (b"Content-Encoding: gzip\r\nContent-Encoding: gzip", UnsupportedFormat),
        (b"Content-Encoding: \xff", UnsupportedFormat),
    ],
    ids=lambda value: value[:40].decode("latin-1") if isinstance(value, bytes) else value.__name__,
)
def test_headers_that_contradict_themselves_are_refused(headers: bytes, kind: type[CitabotError]) -> None:
    refused(OK + headers + END + b"abc", kind)


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 101 Switching Protocols", b"HTTP/1.1 206 Partial Content", b"HTTP/1.1 999 X", b"HTTP/2 200 OK"]
)
def test_an_answer_that_is_no_whole_page_is_refused(head: bytes) -> None:
    refused(
        head + b"\r\nContent-Type: text/plain\r\nUpgrade: x\r\nConnection: upgrade" + END + b"abc", AddressUnreachable
    )


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("file:///etc/passwd", ForbiddenAddress),
        ("ftp://127.0.0.1/", ForbiddenAddress),
        ("gopher://127.0.0.1/", ForbiddenAddress),
        ("data:text/plain,words", ForbiddenAddress),
        ("javascript:alert(1)", ForbiddenAddress),
        ("http://user:word@127.0.0.1/", ForbiddenAddress),
        ("//user@127.0.0.1/", ForbiddenAddress),
        ("http://127.0.0.1:0/", ForbiddenAddress),
        ("http://127.0.0.1:65536/", ForbiddenAddress),
        ("http://%31%32%37.0.0.1/", ForbiddenAddress),
        ("http://[::1%25lo]/", ForbiddenAddress),
        ("http://127.0.0.1\\@example.org/", ForbiddenAddress),
        ("/\\example.org", ForbiddenAddress),
        ("http://exa mple.org/", ForbiddenAddress),
        ("https://xn--/", ForbiddenAddress),
        ("http://127.0.0.1/" + "a" * 5_000, ForbiddenAddress),
        ("http://127.0.0.1/" + "a" * 100_000, AddressUnreachable),
        ("http://[::1", AddressUnreachable),
        ("http://\x7f/", AddressUnreachable),
        ("http://a..b/", AddressUnreachable),
        ("http://" + "a" * 300 + ".org/", AddressUnreachable),
        # "ⓛocalhost" and "１２７.0.0.1": look-alikes that some resolvers would take for this machine.
        ("http://\u24dbocalhost/", AddressUnreachable),
        ("http://\uff11\uff12\uff17.0.0.1/", AddressUnreachable),
        ("", TooManyRedirects),
        ("#part", TooManyRedirects),
        ("http:///", TooManyRedirects),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else value.__name__,
)
def test_a_redirect_to_what_is_no_public_page_is_refused(location: str, kind: type[CitabotError]) -> None:
    refused(b"HTTP/1.1 302 Found\r\nLocation: " + location.encode() + END, kind)


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "0x7f.1",
        "017700000001",
        "2130706433",
        "127.0.0.1.",
        "localhost.",
        "LOCALHOST",
        "127\u30020\u30020\u30021",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        "[::]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::1]",
        "0",
    ],
)
def test_no_way_of_writing_this_machine_is_public(host: str) -> None:
    with pytest.raises(CitabotError) as caught:
        fetch(WebAddress.parse(f"http://{host}:9/"), policy=FetchPolicy(timeout_seconds=5))
    # Some systems' resolvers refuse the shorter ways themselves.
    assert isinstance(caught.value, ForbiddenAddress) or "No address is known" in caught.value.message


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["text/html"], ("text/html", None)),
        (["Text/HTML; Charset=UTF-8"], ("text/html", "utf-8")),
        (['text/html;charset="utf-8"'], ("text/html", "utf-8")),
        (["text/html ; boundary=x ; charset = latin-1 ; q=1"], ("text/html", "latin-1")),
        (["text/html; charset="], ("text/html", None)),
        (['text/html; charset=""'], ("text/html", None)),
        (["text/html; charset*=x; charset*0*=y"], ("text/html", None)),
        (["text/html; charset*0=a; charset*=utf-8''b"], ("text/html", None)),
        ([f"text/html; charset*{'9' * 5_000}*=x"], ("text/html", None)),
        ([f"text/html; charset={'x' * 41}"], ("text/html", None)),
        (["text/html; charset=\u00ff\u00fe"], ("text/html", None)),
        (["text/plain", "text/html; charset=utf-8"], ("text/html", "utf-8")),
        (["text/html, text/html"], ("text/html", None)),
        (["text/html", "nonsense"], ("text/html", None)),
        (["html"], ("application/octet-stream", None)),
        (["text/html/x"], ("application/octet-stream", None)),
        (["te xt/html"], ("application/octet-stream", None)),
        ([""], ("application/octet-stream", None)),
        ([], ("application/octet-stream", None)),
    ],
    ids=lambda value: str(value)[:50],
)
def test_a_stated_type_is_read_by_its_last_right_form(headers: list[str], expected: tuple[str, str | None]) -> None:
    assert stated_type(headers) == expected


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.text(), st.from_regex(r"text/html(; ?charset[*0-9]*=[ -~]{0,9}){0,3}", fullmatch=True))))
@example(["text/html" + "; " * 100_000])
@example(["text/html; charset=" + " " * 100_000])
def test_any_header_states_a_type_and_at_most_a_charset_of_plain_characters(headers: list[str]) -> None:
    kind, charset = stated_type(headers)
    assert kind.isascii()
    assert charset is None or (charset.isascii() and charset.isprintable() and 0 < len(charset) <= 40)
