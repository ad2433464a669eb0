"""Networks that are not the public internet, from IANA's registries rather than from the lists of a Python version.

https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry,
https://www.iana.org/assignments/multicast-addresses, https://www.iana.org/assignments/ipv6-address-space and
https://www.iana.org/assignments/ipv6-multicast-addresses. A block stands here whole even where a part of
it can be reached from everywhere: such parts serve protocols (relays, name servers), and no page is read there.
"""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network


@dataclass(frozen=True, slots=True)
class SpecialNetwork:
    """One entry of a registry: the addresses, IANA's name for them and the document that reserves them."""

    network: IPv4Network | IPv6Network
    name: str
    source: str


def _entries(kind: type[IPv4Network] | type[IPv6Network], *rows: tuple[str, str, str]) -> tuple[SpecialNetwork, ...]:
    return tuple(SpecialNetwork(kind(network), name, source) for network, name, source in rows)


SPECIAL_IPV4 = _entries(
    IPv4Network,
    ("0.0.0.0/8", "“This network”", "RFC 791, section 3.2"),
    ("10.0.0.0/8", "Private-Use", "RFC 1918"),
    ("100.64.0.0/10", "Shared Address Space", "RFC 6598"),
    ("127.0.0.0/8", "Loopback", "RFC 1122, section 3.2.1.3"),
    ("169.254.0.0/16", "Link Local", "RFC 3927"),
    ("172.16.0.0/12", "Private-Use", "RFC 1918"),
    # With 192.0.0.0/29 (RFC 7335), .8 (RFC 7600), .9 (RFC 7723), .10 (RFC 8155), .170 and .171 (RFC 8880).
    ("192.0.0.0/24", "IETF Protocol Assignments", "RFC 6890, section 2.1"),
    ("192.0.2.0/24", "Documentation (TEST-NET-1)", "RFC 5737"),
    ("192.31.196.0/24", "AS112-v4", "RFC 7535"),
    ("192.52.193.0/24", "AMT", "RFC 7450"),
    ("192.88.99.0/24", "Deprecated (6to4 Relay Anycast)", "RFC 7526"),
    ("192.168.0.0/16", "Private-Use", "RFC 1918"),
    ("192.175.48.0/24", "Direct Delegation AS112 Service", "RFC 7534"),
    ("198.18.0.0/15", "Benchmarking", "RFC 2544"),
    ("198.51.100.0/24", "Documentation (TEST-NET-2)", "RFC 5737"),
    ("203.0.113.0/24", "Documentation (TEST-NET-3)", "RFC 5737"),
    ("224.0.0.0/4", "Multicast", "RFC 5771"),
    # With 255.255.255.255, Limited Broadcast (RFC 8190).
    ("240.0.0.0/4", "Reserved", "RFC 1112, section 4"),
)

GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that is allocated as global unicast (RFC 4291, section 2.4; IANA's IPv6 address space): the rest is refused.

That is ::/8 with loopback, unspecified and IPv4-compatible addresses and the translated ones of RFC 2765 and RFC 8215
(64:ff9b:1::/48), 100::/64 (RFC 6666), 100:0:0:1::/64 (RFC 9780), 5f00::/16 (RFC 9602), fc00::/7 (RFC 4193), fe80::/10
(RFC 4291), fec0::/10 (RFC 3879), ff00::/8 (RFC 4291) and whatever is not allocated yet.
"""

SPECIAL_IPV6 = _entries(
    IPv6Network,
    # With Teredo 2001::/32 (RFC 4380), 2001:1::1 to 3 (RFC 7723, 8155, 9665), 2001:2::/48 (RFC 5180), 2001:3::/32
    # (RFC 7450), 2001:4:112::/48 (RFC 7535), 2001:10::/28 (RFC 4843), 2001:20::/28 (RFC 7343), 2001:30::/28 (RFC 9374).
    ("2001::/23", "IETF Protocol Assignments", "RFC 2928"),
    ("2001:db8::/32", "Documentation", "RFC 3849"),
    ("2620:4f:8000::/48", "Direct Delegation AS112 Service", "RFC 7534"),
    # Returned by the 6bone, and not assigned since.
    ("3ffe::/16", "Returned to IANA", "RFC 3701"),
    ("3fff::/20", "Documentation", "RFC 9637"),
)

MAPPED = IPv6Network("::ffff:0:0/96")
"""IPv4-mapped addresses (RFC 4291, section 2.5.5.2); a system connects to the IPv4 address in the last 32 bits."""

NAT64 = IPv6Network("64:ff9b::/96")
"""Addresses by which IPv6 networks reach IPv4 (RFC 6052, section 2.1); the IPv4 address stands in the last 32 bits."""

SIX_TO_FOUR = IPv6Network("2002::/16")
"""6to4 (RFC 3056, section 2); the IPv4 address stands in the 32 bits after the prefix."""

ISATAP_INTERFACES = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""The 32 bits before the IPv4 address that ends an ISATAP address in any network (RFC 5214, section 6.1)."""
