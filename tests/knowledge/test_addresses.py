"""Which addresses are the public internet: what IANA's registries leave of it, whatever the Python version knows."""

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.addresses import IPAddress, is_public
from knowledge.networks import GLOBAL_UNICAST, MAPPED, NAT64, SIX_TO_FOUR, SPECIAL_IPV4, SPECIAL_IPV6

SPECIAL = [one.network for one in (*SPECIAL_IPV4, *SPECIAL_IPV6)]
# The networks within 2000::/3 or IPv4 that Python 3.14's `ipaddress` counts as private, reserved or multicast.
PYTHON_IPV4 = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.0.170/31",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "255.255.255.255/32",
    "100.64.0.0/10",
]
PYTHON_IPV6 = [
    "::1/128",
    "::/128",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "3fff::/20",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
    "100::/8",
    "200::/7",
    "400::/6",
    "800::/5",
    "1000::/4",
    "4000::/3",
    "6000::/3",
    "8000::/3",
    "a000::/3",
    "c000::/3",
    "e000::/4",
    "f000::/5",
    "f800::/6",
    "fe00::/9",
]
# Refused with the rest of what is not global unicast.
OTHER_IPV6 = [
    "100:0:0:1::/64",
    "5f00::/16",
    "::/96",
    "::ffff:0:0:0/96",
    "2001::/32",
    "2001:1::1/128",
    "2001:2::/48",
    "2001:10::/28",
    "2001:20::/28",
    "2001:30::/28",
]


def public(address: str) -> bool:
    return is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("network", SPECIAL, ids=str)
def test_a_special_network_is_refused_from_its_first_address_to_its_last(network: IPv4Network | IPv6Network) -> None:
    middle = network[network.num_addresses // 2]
    assert [is_public(one) for one in (network[0], middle, network[-1])] == [False] * 3


@pytest.mark.parametrize("network", SPECIAL, ids=str)
def test_the_neighbours_of_a_special_network_are_public_where_no_other_network_has_them(
    network: IPv4Network | IPv6Network,
) -> None:
    for number in (int(network[0]) - 1, int(network[-1]) + 1):
        if not 0 <= number < 1 << network.max_prefixlen:
            continue
        neighbour = type(network[0])(number)
        taken = any(neighbour in one for one in SPECIAL if one.version == neighbour.version)
        within = neighbour.version == 4 or neighbour in GLOBAL_UNICAST
        assert is_public(neighbour) == (within and not taken), neighbour


@pytest.mark.parametrize("network", [*PYTHON_IPV4, *PYTHON_IPV6, *OTHER_IPV6])
def test_what_the_newest_python_and_the_registries_call_special_is_refused_whole(network: str) -> None:
    whole = ipaddress.ip_network(network)
    assert not any(is_public(one) for one in (whole[0], whole[whole.num_addresses // 2], whole[-1]))


def judged_by_what_it_carries(address: IPAddress) -> bool:
    return isinstance(address, IPv6Address) and any(address in one for one in (MAPPED, NAT64, SIX_TO_FOUR))


@settings(derandomize=True, max_examples=120)
@given(st.ip_addresses().filter(lambda address: not judged_by_what_it_carries(address)))
def test_nothing_that_the_standard_library_doubts_is_public(address: IPAddress) -> None:
    doubts = (
        address.is_private,
        address.is_loopback,
        address.is_link_local,
        address.is_multicast,
        address.is_reserved,
        address.is_unspecified,
        not address.is_global,
        isinstance(address, IPv6Address) and address.is_site_local,
    )
    assert not (is_public(address) and any(doubts))


@settings(derandomize=True, max_examples=150)
@given(st.ip_addresses(v=4))
@example(IPv4Address("93.184.215.14"))
def test_an_ipv6_address_is_judged_by_the_ipv4_address_that_it_carries(address: IPv4Address) -> None:
    carried, expected = int(address), is_public(address)
    assert is_public(IPv6Address(int(MAPPED[0]) + carried)) == expected
    assert is_public(IPv6Address(int(NAT64[0]) + carried)) == expected
    assert is_public(IPv6Address(int(SIX_TO_FOUR[0]) + (carried << 80) + 1)) == expected
    for network in ("2606:2800:21f:cb07:0:5efe::", "2606:2800:21f:cb07:200:5efe::"):
        assert is_public(IPv6Address(int(IPv6Address(network)) + carried)) == expected
    # IPv4-compatible, translated as of RFC 2765 and RFC 8215: refused whatever they carry.
    for network in ("::", "::ffff:0:0:0", "64:ff9b:1::", "2001:0:4136:e378:8000:63bf::"):
        assert not is_public(IPv6Address(int(IPv6Address(network)) + carried))


def test_every_address_that_is_carried_must_be_public() -> None:
    assert public("2002:5db8:d70e::5efe:5db8:d70e")
    assert not public("2002:5db8:d70e::5efe:7f00:1")
    assert not public("2002:7f00:1::5efe:5db8:d70e")


@pytest.mark.parametrize("address", ["2606:2800:21f::1%eth0", "::ffff:93.184.215.14%1", "fe80::1%1"])
def test_an_address_of_one_link_is_refused(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:2800:21f:cb07::1", "2a00:1450:4007::1"])
def test_addresses_of_well_known_hosts_are_public(address: str) -> None:
    assert public(address)
