"""Web addresses, opened safely: only public ones, at every redirect, within limits of size and time.

A host is resolved once a hop and the connection goes to exactly the addresses that were checked, so that a name
cannot point elsewhere a moment later (DNS rebinding): https://cheatsheetseries.owasp.org, "Server-Side Request
Forgery Prevention".
"""

import ssl
import time
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpcore
import httpx
import truststore

from knowledge.addresses import resolve, resolve_public
from knowledge.errors import (
    AddressUnreachable,
    ForbiddenAddress,
    TooManyRedirects,
    UnsupportedFormat,
)
from knowledge.responses import check_coding, read_body, stated_type
from knowledge.transport import PinnedTransport

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
PLAIN_TYPES = frozenset({"text/plain"})
MARKDOWN_TYPES = frozenset({"text/markdown", "text/x-markdown"})
PDF_TYPES = frozenset({"application/pdf"})
DOCX_TYPES = frozenset({"application/vnd.openxmlformats-officedocument.wordprocessingml.document"})
FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/xml", "text/xml"})
# Not JSON, which may be anything: a chat is read of a file.
FURTHER_TYPES = frozenset(
    (
        "application/vnd.oasis.opendocument.text", "application/epub+zip", "message/rfc822", "multipart/related",
        "text/vtt", "application/x-subrip",
    )
)  # fmt: skip
READ_TYPES = FURTHER_TYPES | HTML_TYPES | PLAIN_TYPES | MARKDOWN_TYPES | PDF_TYPES | DOCX_TYPES | FEED_TYPES

# A message of Discord holds no more (https://discord.com/developers/docs/resources/message#create-message), and every
# source must be linkable there; sitemaps.org allows hardly more (2,048).
MAX_ADDRESS_CHARACTERS = 2_000
_TOO_LONG = f"The address is longer than {MAX_ADDRESS_CHARACTERS:,} characters."
_HINT = "Give an address that begins with https://."
# Characters that a message quotes of what is no address: enough to recognize it by, and still one sentence. Our choice.
_QUOTED_CHARACTERS = 100
# Characters that a message quotes of the reason why a connection failed; our choice, for the same.
_REASON_CHARACTERS = 200
# RFC 9110, sections 4.2.1 and 4.2.2.
_HTTP_PORT, _HTTPS_PORT = 80, 443
# RFC 6335, section 6: ports are numbers of 16 bits, and 0 is reserved.
_PORTS = range(1, 1 << 16)
_HEADERS = {"User-Agent": "citabot", "Accept": ", ".join(sorted(READ_TYPES)), "Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """The limits of fetching: seconds for everything together, bytes after decompression, redirects.

    The numbers are our choice: they bound what a slow, an endless or a circling address costs.

    `allow_private` lifts the rule that only public addresses are opened; it is there for tests and closed networks.
    """

    timeout_seconds: float = 20.0
    max_bytes: int = 10 * 1024 * 1024
    max_redirects: int = 5
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """The content at an address; `url` is the one to which the last redirect led, `content_type` has no parameters."""

    content: bytes
    content_type: str
    charset: str | None
    url: str


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An absolute http or https address with a host, without user name, password or fragment; never a path.

    `parse` makes one of what somebody typed. Raises ForbiddenAddress for any other text.
    """

    url: str

    def __post_init__(self) -> None:
        _parse(self.url)

    @classmethod
    def parse(cls, text: str) -> "WebAddress":
        """Return the web address that a text is, percent-encoded, without its fragment; nothing is opened.

        Raises ForbiddenAddress for a path, any other scheme, and white space or control characters inside.
        """
        return cls(str(_parse(text.strip())))

    def __str__(self) -> str:
        return self.url


def fetch(start: WebAddress, *, policy: FetchPolicy) -> Fetched:
    """Fetch the content at a web address.

    Raises ForbiddenAddress, AddressUnreachable, TooManyRedirects, SourceTooLarge or UnsupportedFormat.
    """
    deadline = time.monotonic() + policy.timeout_seconds
    address = httpx.URL(start.url)
    visited: set[httpx.URL] = set()
    while address not in visited and len(visited) <= policy.max_redirects:
        visited.add(address)
        answer = _open(address, policy=policy, deadline=deadline)
        if isinstance(answer, Fetched):
            return answer
        address = answer
    circle = " in a circle" if address in visited else f" more than {policy.max_redirects} times"
    raise TooManyRedirects(f"{start} redirects{circle}.")


def check_url(url: str) -> None:
    """Check that a text is a plain http or https address; nothing is opened. Raises ForbiddenAddress."""
    WebAddress.parse(url)


def _parse(text: str) -> httpx.URL:
    """Return the address without its fragment. Raises ForbiddenAddress for its form, scheme, host or credentials."""
    if len(text) > MAX_ADDRESS_CHARACTERS:
        raise ForbiddenAddress(_TOO_LONG)
    # A backslash is a slash to browsers and a plain character to others, so that they disagree on which host is meant.
    if "\\" in text or not text.isprintable() or any(map(str.isspace, text)):
        raise _not_an_address(text)
    try:
        address = httpx.URL(text).copy_with(fragment=None)
        host, authority = address.host, urlsplit(text).netloc
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise _not_an_address(text) from error
    if address.scheme not in ("http", "https") or not authority:
        raise _not_an_address(text)
    # A percent sign in a host is a stray character that httpx has escaped, or the zone of a local IPv6 address.
    if not host or "%" in host or (address.port is not None and address.port not in _PORTS):
        raise ForbiddenAddress(f"“{_quotable(text)}” names no host on the internet.", hint=_HINT)
    if "@" in authority:
        raise ForbiddenAddress(f"The address of {host} holds a user name or password, which is not sent.")
    if len(str(address)) > MAX_ADDRESS_CHARACTERS:
        raise ForbiddenAddress(_TOO_LONG)
    return address


def _not_an_address(text: str) -> ForbiddenAddress:
    return ForbiddenAddress(f"“{_quotable(text)}” is not a web address.", hint=_HINT)


def _quotable(text: str) -> str:
    """Return a text's beginning for a message: without line breaks and marks that change the direction of writing."""
    shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return shown if len(shown) <= _QUOTED_CHARACTERS else f"{shown[:_QUOTED_CHARACTERS]}…"


def _open(address: httpx.URL, *, policy: FetchPolicy, deadline: float) -> Fetched | httpx.URL:
    """Open an address. Return its content, or the address to which it redirects."""
    port = address.port or (_HTTPS_PORT if address.scheme == "https" else _HTTP_PORT)
    resolve_host = resolve if policy.allow_private else resolve_public
    hosts = resolve_host(address.host, port, timeout_seconds=deadline - time.monotonic())
    ssl_context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Without httpx's client on top: it would read cookies, follow redirects and use the environment's proxies.
    transport = PinnedTransport([str(host) for host in hosts], deadline=deadline, ssl_context=ssl_context)
    try:
        request = httpx.Request("GET", address, headers=_HEADERS)
        with transport, closing(transport.handle_request(request)) as response:
            return _receive(response, address, policy=policy)
    except httpcore.TimeoutException as error:
        raise AddressUnreachable(f"{address} did not answer within {policy.timeout_seconds:g} seconds.") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise AddressUnreachable(f"{address} could not be reached ({_reason(error)}).") from error


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")[:_REASON_CHARACTERS] or type(error).__name__


def _receive(response: httpx.Response, address: httpx.URL, *, policy: FetchPolicy) -> Fetched | httpx.URL:
    if response.has_redirect_location:
        return _redirected(address, response.headers["Location"])
    if response.status_code != httpx.codes.OK:
        raise AddressUnreachable(f"{address} answered with status {response.status_code}.")
    content_type, charset = stated_type(response.headers.get_list("Content-Type"))
    if content_type not in READ_TYPES:
        raise UnsupportedFormat(
            f"{address} is of type {content_type[:_QUOTED_CHARACTERS]}, which citabot does not read."
        )
    check_coding(response.headers, address)
    return Fetched(read_body(response, address, max_bytes=policy.max_bytes), content_type, charset, str(address))


def _redirected(address: httpx.URL, location: str) -> httpx.URL:
    """Return the address of a `Location`, which may be relative and, as servers often write it, not yet encoded."""
    try:
        return _parse(str(address.join(location)))
    except (httpx.InvalidURL, UnicodeError) as error:
        raise AddressUnreachable(f"{address} redirects to what is no address.") from error
