"""Which addresses may be connected to: resolved ones are judged, never the way a URL spells them.

Python's own ``is_global`` calls addresses global that carry an internal one inside (NAT64, 6to4,
Teredo), so those are unwrapped first. Ranges: the IANA special-purpose registries for IPv4 and
IPv6.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import BoundedSemaphore, Thread

from pipeline.errors import Permanent, Transient
from pipeline.urls import Target, split_target

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], list[str]]

_NEVER = tuple(
    ip_network(n)
    for n in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "fec0::/10",
        "3fff::/20",
        "5f00::/16",
        "100::/64",
        "2001::/23",
        "64:ff9b:1::/48",
    )
)
_NAT64 = ip_network("64:ff9b::/96")
_ISATAP = frozenset(
    {0x00005EFE, 0x02005EFE}
)  # RFC 5214: the upper half of an interface's part that holds an IPv4 one
_LOOKUPS = BoundedSemaphore(32)
_ANY = 0  # every port
_LAST_PORT = 65_535


class RefusedAddress(Permanent):
    """An address that is not public, and that nobody allowed for this request."""


class Allowed:
    """Hosts and networks that may be private: an intranet's, a test's.

    Each of ``names`` is a host name, an address or a network in CIDR form, as a rule for every
    port, with ``:PORT`` behind it for that one; ValueError names every one that is not.
    """

    def __init__(self, names: Sequence[str] = ()) -> None:
        self._hosts: set[tuple[str, int]] = set()
        self._networks: list[tuple[Network, int]] = []
        bad: list[str] = []
        for name in names:
            if _is_network(name):
                place, port = name, _ANY
            else:
                place, _, written = name.rpartition(":")
                port = int(written) if place and written.isdecimal() else _ANY
                place = place if port != _ANY else name
            if _is_network(place):
                self._networks.append((ip_network(place.strip("[]"), strict=False), port))
            else:
                if not place or any(c in place for c in "/:@ *[]") or port > _LAST_PORT:
                    bad.append(name)
                self._hosts.add((place.lower().rstrip("."), port))
        if bad:
            raise ValueError(
                "not a host, address or network in the allow list: " + ", ".join(map(repr, bad))
            )

    def has_host(self, host: str, port: int) -> bool:
        """Whether a host was named, whatever its addresses are."""
        name = host.rstrip(".").lower()
        return not self._hosts.isdisjoint({(name, port), (name, _ANY)})

    def has_address(self, address: Address, port: int) -> bool:
        """Whether an address was named, or a network that it is in."""
        return any(
            address.version == network.version and address in network and only in {port, _ANY}
            for network, only in self._networks
        )


def _is_network(name: str) -> bool:
    try:
        ip_network(name.strip("[]"), strict=False)
    except ValueError:
        return False
    return True


def literal_place(url: str) -> str:
    """``host:port`` of a URL whose host is written as an address or as localhost, else ''.

    Such an address of a feed is meant, though it is private. A name is not enough: its owner could
    point it anywhere later.
    """
    target = split_target(url)
    return place_of(target.host, target.port) if target else ""


def place_of(host: str, port: int) -> str:
    """The same of a host and a port."""
    name = host.strip("[]").rstrip(".").lower()
    try:
        address = ip_address(name)
    except ValueError:
        return f"localhost:{port}" if name == "localhost" else ""
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def refusal(address: Address) -> str:
    """Why this address may not be connected to, '' where it may."""
    inner = _inside(address)
    if inner is not None:
        why = refusal(inner)
        return f"{why} inside {address}" if why else ""
    if address.is_multicast:
        return "multicast"
    if address.is_loopback or address.is_unspecified:
        return "loopback"
    if address.is_link_local:
        return "link-local"
    if (
        not address.is_global
        or address.is_reserved
        or any(address.version == n.version and address in n for n in _NEVER)
    ):
        return "not a public address"
    return ""


def _inside(address: Address) -> IPv4Address | None:
    """The IPv4 address in an IPv6 one (mapped, 6to4, NAT64, Teredo, ISATAP), else None."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        server, client = address.teredo
        return server if refusal(server) else client
    value = int(address)
    if address in _NAT64 or (value >> 32 == 0 and value > 1) or value >> 32 & 0xFFFFFFFF in _ISATAP:
        return IPv4Address(value & 0xFFFFFFFF)
    return None


def reachable(
    at: Target, allowed: Allowed, resolve: Resolver, *, timeout: float, home: str = ""
) -> list[str]:
    """The addresses of a host that were judged and may be connected to, in the resolver's order.

    ``home`` is the one place (``literal_place``) that may be private beside those ``allowed``.

    Raises RefusedAddress where any of them is internal and not allowed (a mixed answer is how
    rebinding looks), Transient where the name does not resolve within ``timeout`` seconds.
    """
    found = list(dict.fromkeys(_look_up(at.host, at.port, resolve, timeout, at.url)))
    if not found:
        raise Transient("host has no address", url=at.url)
    if allowed.has_host(at.host, at.port) or (home and place_of(at.host, at.port) == home):
        return found
    for text in found:
        address = ip_address(text.partition("%")[0])
        why = refusal(address)
        if why and not allowed.has_address(address, at.port):
            raise RefusedAddress(f"refused address {text}: {why}", url=at.url)
    return found


def system_resolver(host: str, port: int) -> list[str]:
    """Addresses of a host by the operating system."""
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(info[4][0]) for info in infos]


def _look_up(host: str, port: int, resolve: Resolver, timeout: float, url: str) -> Iterable[str]:
    """Resolve in a thread of its own, because getaddrinfo knows no time limit."""
    try:
        return [str(ip_address(host.strip("[]")))]
    except ValueError:
        pass
    if not _LOOKUPS.acquire(timeout=timeout):
        raise Transient("too many host names waiting for an answer", url=url)
    answer: list[list[str] | Exception] = []

    def ask() -> None:
        try:
            answer.append(resolve(host, port))
        except (OSError, UnicodeError) as error:
            answer.append(error)
        finally:
            _LOOKUPS.release()

    thread = Thread(target=ask, name=f"resolve {host}", daemon=True)
    thread.start()
    thread.join(timeout)
    if not answer:
        raise Transient("host name not resolved in time", url=url)
    if isinstance(answer[0], Exception):
        raise Transient(f"host name does not resolve: {answer[0]}", url=url)
    return answer[0]
