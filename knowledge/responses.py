"""The response of a web server: its type, its charset and its body, which is whole or refused."""

import re
import zlib
from collections.abc import Iterable

import httpx

from knowledge.errors import AddressUnreachable, SourceTooLarge, UnsupportedFormat

UNKNOWN_TYPE = "application/octet-stream"
"""The type of a body without a stated one, as RFC 9110, section 8.3, allows."""

# RFC 9110, section 5.6.2: the characters of a token.
_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_MEDIA_TYPE = re.compile(rf"\s*({_NAME}/{_NAME})\s*(?:;|$)")
# A charset's name has 40 characters at most (RFC 2978, section 2.3). The continued and encoded form of RFC 2231
# ("charset*0*=") is not for HTTP's media types (RFC 9110, section 8.3.1), and is passed over.
_CHARSET = re.compile(r""";\s*charset\s*=\s*"?([0-9A-Za-z!#$%&'+^_`{}~.:-]{1,40})"?\s*(?:;|$)""", re.IGNORECASE)

# One layer of these at most: each layer can grow a thousandfold, so two could fill the memory from one packet.
# RFC 9110, section 8.4.1, where "x-gzip" is said to mean the same.
_PLAIN, _GZIP, _DEFLATE = frozenset({"", "identity"}), frozenset({"gzip", "x-gzip"}), frozenset({"deflate"})
# zlib's way of saying that a stream has gzip's header: https://docs.python.org/3/library/zlib.html#zlib.decompressobj
_GZIP_WBITS = 16 + zlib.MAX_WBITS


def stated_type(headers: Iterable[str]) -> tuple[str, str | None]:
    """Return the media type in lower case, and the charset, that `Content-Type` headers state.

    Of several, the last that has the right form counts (RFC 9110, section 8.3).
    """
    for stated in reversed(",".join(headers).split(",")):
        if media_type := _MEDIA_TYPE.match(stated):
            charset = _CHARSET.search(stated)
            return media_type[1].lower(), charset[1].lower() if charset else None
    return UNKNOWN_TYPE, None


def check_coding(headers: httpx.Headers, address: httpx.URL) -> None:
    """Check that `read_body` can decompress a body. Raises UnsupportedFormat."""
    if _coding(headers) not in _PLAIN | _GZIP | _DEFLATE:
        raise UnsupportedFormat(f"{address} is compressed in a way that citabot does not read.")


def read_body(response: httpx.Response, address: httpx.URL, *, max_bytes: int) -> bytes:
    """Read the whole body and decompress it. Raises SourceTooLarge, or AddressUnreachable where a part is missing.

    That a connection ended before the stated length or the last chunk is noticed below, by httpcore. A body with
    neither ends with its connection (RFC 9112, section 6.3), so that only its compression can tell that it is whole.
    """
    too_large = SourceTooLarge(f"{address} is larger than {max_bytes / 1e6:.3g} MB.")
    stated = response.headers.get("Content-Length", "")
    if stated.isdecimal() and int(stated) > max_bytes:
        raise too_large
    received = bytearray()
    for chunk in response.iter_raw():
        received += chunk
        if len(received) > max_bytes:
            raise too_large
    coding = _coding(response.headers)
    if coding in _PLAIN:
        return bytes(received)
    content = _unpacked(bytes(received), _window(received, coding), address, max_bytes=max_bytes)
    if len(content) > max_bytes:
        raise too_large
    return content


def _coding(headers: httpx.Headers) -> str:
    coding: str = headers.get("Content-Encoding", "")
    return coding.strip().lower()


def _window(packed: bytearray, coding: str) -> int:
    if coding in _GZIP:
        return _GZIP_WBITS
    # Some servers send deflate without zlib's header (RFC 9110, section 8.4.1.2), which RFC 1950, section 2.2, makes
    # known by its first half byte, 8, and by being a multiple of 31.
    has_header = packed[:1] and packed[0] & 0x0F == zlib.DEFLATED and int.from_bytes(packed[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS


def _unpacked(packed: bytes, window: int, address: httpx.URL, *, max_bytes: int) -> bytes:
    """Decompress at most one byte more than `max_bytes`. Raises AddressUnreachable."""
    stream = zlib.decompressobj(window)
    try:
        content = stream.decompress(packed, max_bytes + 1)
    except zlib.error as error:
        raise AddressUnreachable(f"{address} sent content that is damaged or not compressed as it says.") from error
    if len(content) <= max_bytes and not stream.eof:
        raise AddressUnreachable(f"{address} sent only a part of its content.")
    # A second stream, whose words would be missing, or what is no content. Zeros are padding, as gzip(1) has it.
    if stream.unused_data.strip(b"\0"):
        raise AddressUnreachable(f"{address} sent more than its compressed content.")
    return content
