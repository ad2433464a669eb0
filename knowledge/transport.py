"""A connection that goes to addresses chosen beforehand and is over at a deadline, under httpx.

The seams used are documented: https://www.python-httpx.org/advanced/transports/ and
https://www.encode.io/httpcore/network-backends/
"""

import ssl
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import httpcore
import httpx


class PinnedTransport(httpx.BaseTransport):
    """Connect to the first of `addresses` that takes the connection, whatever host the request names.

    The host still goes into the Host header and the TLS handshake, and certificates are checked against it.
    No single read, write or handshake lasts beyond `deadline` (by `time.monotonic`).
    """

    def __init__(self, addresses: Sequence[str], *, deadline: float, ssl_context: ssl.SSLContext) -> None:
        backend = _PinnedBackend(addresses, deadline)
        self._pool = httpcore.ConnectionPool(ssl_context=ssl_context, network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. Raises httpcore's exceptions."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        # Timeouts are set by the backend: httpx's own are for each operation, and have no common end.
        response = self._pool.handle_request(httpcore.Request(request.method, url, headers=request.headers.raw))
        stream = _Body(cast("Iterable[bytes]", response.stream))
        return httpx.Response(response.status, headers=response.headers, stream=stream)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks

    def close(self) -> None:
        if hasattr(self._chunks, "close"):
            self._chunks.close()


class _PinnedBackend(httpcore.NetworkBackend):
    def __init__(self, addresses: Sequence[str], deadline: float) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(f"no address for {host}")
        for tried, address in enumerate(self._addresses):
            # An address that never answers takes only its share of the time from the others.
            share = _remaining_seconds(self._deadline) / (len(self._addresses) - tried)
            try:
                stream = self._backend.connect_tcp(address, port, timeout=share)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure


class _TimedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=_remaining_seconds(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=_remaining_seconds(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, timeout=_remaining_seconds(self._deadline))
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 -- httpcore's own signature
        return self._stream.get_extra_info(info)


def _remaining_seconds(deadline: float) -> float:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise httpcore.ReadTimeout("the time for the whole transfer is over")
    return remaining
