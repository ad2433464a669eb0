"""Web addresses, opened safely: only public ones, at every redirect, within limits of size and time.

A host is resolved once a hop and the connection goes to exactly the addresses that were checked, so that a name
cannot point elsewhere a moment later (DNS rebinding): https://cheatsheetseries.owasp.org, "Server-Side Request
Forgery Prevention".
"""

import ssl
import time
from dataclasses import dataclass
from email.message import Message

import httpcore
import httpx
import truststore

from knowledge.addresses import resolve, resolve_public
from knowledge.errors import (
    AddressUnreachable,
    CitabotError,
    ForbiddenAddress,
    SourceTooLarge,
    TooManyRedirects,
    UnsupportedFormat,
)
from knowledge.transport import PinnedTransport

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
PLAIN_TYPES = frozenset({"text/plain"})
MARKDOWN_TYPES = frozenset({"text/markdown", "text/x-markdown"})
PDF_TYPES = frozenset({"application/pdf"})
DOCX_TYPES = frozenset({"application/vnd.openxmlformats-officedocument.wordprocessingml.document"})
FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/xml", "text/xml"})
_TYPES = HTML_TYPES | PLAIN_TYPES | MARKDOWN_TYPES | PDF_TYPES | DOCX_TYPES | FEED_TYPES

_LAST_PORT = 65_535
# One layer of these at most: each layer can grow a thousandfold, so two could fill the memory from one packet.
_CODINGS = frozenset({"", "identity", "gzip", "deflate"})
_HEADERS = {"User-Agent": "citabot", "Accept": ", ".join(sorted(_TYPES)), "Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """How far fetching goes: seconds for everything together, bytes after decompression, redirects.

    `allow_private` lifts the rule that only public addresses are opened; it is there for tests and closed networks.
    """

    timeout_seconds: float = 20.0
    max_bytes: int = 10 * 1024 * 1024
    max_redirects: int = 5
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered; `url` is where the last redirect led, `content_type` has no parameters."""

    content: bytes
    content_type: str
    charset: str | None
    url: str


def fetch(url: str, *, policy: FetchPolicy) -> Fetched:
    """The content at a web address.

    Raises ForbiddenAddress, AddressUnreachable, TooManyRedirects, SourceTooLarge or UnsupportedFormat.
    """
    deadline = time.monotonic() + policy.timeout_seconds
    address = _parse(url)
    visited: set[httpx.URL] = set()
    while address not in visited and len(visited) <= policy.max_redirects:
        visited.add(address)
        answer = _open(address, policy=policy, deadline=deadline)
        if isinstance(answer, Fetched):
            return answer
        address = answer
    circle = " in a circle" if address in visited else f" more than {policy.max_redirects} times"
    raise TooManyRedirects(f"{url} redirects{circle}.")


def check_url(url: str) -> None:
    """Raises ForbiddenAddress for what is not a plain http or https address; nothing is opened."""
    _parse(url)


def _parse(url: str) -> httpx.URL:
    """The address without its fragment, once scheme, host and credentials have been found harmless."""
    try:
        address = httpx.URL(url.strip()).copy_with(fragment=None)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ForbiddenAddress(f"“{url[:200]}” is not a web address.") from error
    if address.scheme not in ("http", "https"):
        raise ForbiddenAddress(f"Addresses that begin with “{address.scheme}:” are not opened.")
    # A percent sign in a host is a stray character that httpx has escaped, or the zone of a local IPv6 address.
    if not address.host or "%" in address.host or not 0 < (address.port or 1) <= _LAST_PORT:
        raise ForbiddenAddress(f"“{url[:200]}” names no host on the internet.")
    if address.userinfo:
        raise ForbiddenAddress(f"The address of {address.host} holds a user name or password, which is not sent.")
    return address


def _open(address: httpx.URL, *, policy: FetchPolicy, deadline: float) -> Fetched | httpx.URL:
    """One hop: the content, or where to look instead."""
    port = address.port or (443 if address.scheme == "https" else 80)
    find = resolve if policy.allow_private else resolve_public
    hosts = find(address.host, port, timeout_seconds=deadline - time.monotonic())
    trust = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    transport = PinnedTransport([str(host) for host in hosts], deadline=deadline, ssl_context=trust)
    try:
        # trust_env=False: no proxy, .netrc or certificate file that the environment names.
        with (
            httpx.Client(transport=transport, trust_env=False, follow_redirects=False) as client,
            client.stream("GET", address, headers=_HEADERS) as response,
        ):
            return _receive(response, policy=policy, deadline=deadline)
    except (httpx.TimeoutException, httpcore.TimeoutException) as error:
        raise AddressUnreachable(f"{address} did not answer within {policy.timeout_seconds:g} seconds.") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise AddressUnreachable(f"{address} could not be reached ({_reason(error)}).") from error


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")[:200] or type(error).__name__


def _receive(response: httpx.Response, *, policy: FetchPolicy, deadline: float) -> Fetched | httpx.URL:
    address = response.url
    if response.has_redirect_location:
        return _parse(str(address.join(response.headers["Location"])))
    if response.status_code != httpx.codes.OK:
        raise AddressUnreachable(f"{address} answered with status {response.status_code}.")
    header = Message()
    header["Content-Type"] = response.headers.get("Content-Type", "application/octet-stream")
    content_type = header.get_content_type()
    if content_type not in _TYPES:
        raise UnsupportedFormat(f"{address} is of type {content_type}, which citabot does not read.")
    if response.headers.get("Content-Encoding", "").strip().lower() not in _CODINGS:
        raise UnsupportedFormat(f"{address} is compressed in a way that citabot does not read.")
    content = _read_within(response, max_bytes=policy.max_bytes)
    return Fetched(content, content_type, header.get_content_charset(), str(address))


def _read_within(response: httpx.Response, *, max_bytes: int) -> bytes:
    """The decompressed body. The deadline is kept below, by the connection itself."""
    too_large: CitabotError = SourceTooLarge(f"{response.url} is larger than {max_bytes / 1e6:.3g} MB.")
    stated = response.headers.get("Content-Length", "")
    if stated.isdecimal() and int(stated) > max_bytes:
        raise too_large
    received = bytearray()
    for chunk in response.iter_bytes():
        received += chunk
        if len(received) > max_bytes:
            raise too_large
    return bytes(received)
