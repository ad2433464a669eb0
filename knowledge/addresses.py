"""Network addresses: which of them may be opened at all."""

import ipaddress
import socket
import threading
from queue import Empty, SimpleQueue

from knowledge.errors import AddressUnreachable, ForbiddenAddress

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# IPv6-only networks reach IPv4 through this prefix (RFC 6052); what counts is the IPv4 address in the last 32 bits.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: IPAddress) -> bool:
    """Whether an address lies on the public internet, after unwrapping IPv4 addresses carried inside IPv6 ones.

    Not public: private, loopback, link-local, multicast, reserved, unspecified, shared (RFC 6598), documentation.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return False
        carried = _carried(address)
        if carried is not None:
            return is_public(carried)
    refused = (
        address.is_private,
        address.is_loopback,
        address.is_link_local,
        address.is_multicast,
        address.is_reserved,
        address.is_unspecified,
        isinstance(address, ipaddress.IPv6Address) and address.is_site_local,
    )
    return address.is_global and not any(refused)


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside an IPv4-mapped, 6to4 or NAT64 one. Teredo is refused whole: Python counts it private."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def resolve(host: str, port: int, *, timeout_seconds: float) -> tuple[IPAddress, ...]:
    """Every address of a host. Raises AddressUnreachable when there is none or nobody answers in time."""
    answers: SimpleQueue[list[str] | OSError | UnicodeError] = SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([str(entry[4][0]) for entry in found])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    # In a thread, because the system's resolver knows no deadline of ours.
    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=max(timeout_seconds, 0))
    except Empty as error:
        raise AddressUnreachable(f"The name {host} was not resolved in time.") from error
    if isinstance(answer, Exception):
        raise AddressUnreachable(f"No address is known for the name {host}.") from answer
    return tuple(dict.fromkeys(ipaddress.ip_address(text) for text in answer))


def resolve_public(host: str, port: int, *, timeout_seconds: float) -> tuple[IPAddress, ...]:
    """As `resolve`, and raises ForbiddenAddress if any one of the addresses is not public."""
    found = resolve(host, port, timeout_seconds=timeout_seconds)
    if not all(map(is_public, found)):
        raise ForbiddenAddress(f"{host} is not an address on the public internet.")
    return found
