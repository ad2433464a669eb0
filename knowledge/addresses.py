"""Network addresses: which of them may be opened at all."""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from queue import Empty, SimpleQueue

from knowledge.errors import AddressUnreachable, ForbiddenAddress
from knowledge.networks import (
    GLOBAL_UNICAST,
    ISATAP_INTERFACES,
    MAPPED,
    NAT64,
    SIX_TO_FOUR,
    SPECIAL_IPV4,
    SPECIAL_IPV6,
)

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# RFC 791, section 3.1.
_IPV4_BITS = 32
_LOWEST_32_BITS = (1 << _IPV4_BITS) - 1
# An IPv6 address has 128 bits (RFC 4291, section 2), of which 6to4 has a prefix of 16 and the IPv4 address.
_BELOW_SIX_TO_FOUR = 128 - 16 - _IPV4_BITS


def is_public(address: IPAddress) -> bool:
    """Say whether an address, and every IPv4 address that an IPv6 one carries, lies on the public internet.

    Only what IANA's registries call global unicast and no special network; see `knowledge.networks`.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in special.network for special in SPECIAL_IPV4)
    # An address with a zone is one of a single link.
    if address.scope_id is not None or not all(map(is_public, _carried(address))):
        return False
    if address in MAPPED or address in NAT64:
        return True
    return address in GLOBAL_UNICAST and not any(address in special.network for special in SPECIAL_IPV6)


def _carried(address: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """Yield the IPv4 addresses that a mapped, NAT64, 6to4 or ISATAP address leads to; Teredo's are refused whole."""
    bits = int(address)
    if address in MAPPED or address in NAT64 or bits >> _IPV4_BITS & _LOWEST_32_BITS in ISATAP_INTERFACES:
        yield ipaddress.IPv4Address(bits & _LOWEST_32_BITS)
    if address in SIX_TO_FOUR:
        yield ipaddress.IPv4Address(bits >> _BELOW_SIX_TO_FOUR & _LOWEST_32_BITS)


def resolve(host: str, port: int, *, timeout_seconds: float) -> tuple[IPAddress, ...]:
    """Return every address of a host. Raises AddressUnreachable when there is none or nobody answers in time."""
    answers: SimpleQueue[list[str] | OSError | UnicodeError] = SimpleQueue()

    def ask() -> None:
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([str(socket_address[0]) for *_, socket_address in entries])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    # In a thread, because the system's resolver takes no deadline.
    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=max(timeout_seconds, 0))
    except Empty as error:
        raise AddressUnreachable(f"The name {host} was not resolved in time.") from error
    if isinstance(answer, Exception):
        raise AddressUnreachable(f"No address is known for the name {host}.") from answer
    return tuple(dict.fromkeys(ipaddress.ip_address(text) for text in answer))


def resolve_public(host: str, port: int, *, timeout_seconds: float) -> tuple[IPAddress, ...]:
    """Return every address of a host, as `resolve` does. Raises ForbiddenAddress too, if any of them is not public."""
    addresses = resolve(host, port, timeout_seconds=timeout_seconds)
    if not all(map(is_public, addresses)):
        raise ForbiddenAddress(f"{host} is not an address on the public internet.")
    return addresses
