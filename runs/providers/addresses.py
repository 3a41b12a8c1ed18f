"""Which addresses a request may go to. Names are never judged: every look-up ends in addresses, and those are judged."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import httpx

from editor.graph.faults import Fault, NodeFailure

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

DEFAULT_PORTS = {"http": 80, "https": 443}
FIRST_FREE_PORT = 1024
LONGEST_HOST = 253
_USER = re.compile(r"(?<=//)[^?#]*@|^[^/]*@")

CLOSED: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "240.0.0.0/4",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/32",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)
"""Ranges that lead inside, or embed an address that may, though `ipaddress` calls some of them global."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The operator's list: pairs of host and port, and networks."""

    hosts: frozenset[tuple[str, int]]
    networks: tuple[Network, ...]

    def covers(self, host: str, port: int, address: Address) -> bool:
        """Whether the operator opened this place."""
        return (host, port) in self.hosts or any(_within(address, network) for network in self.networks)


@lru_cache(maxsize=64)
def allowed(entries: tuple[str, ...]) -> Allowed:
    """Read the operator's list; raises ValueError for an entry that is neither host:port nor a network."""
    hosts: set[tuple[str, int]] = set()
    networks: list[Network] = []
    for entry in entries:
        if "/" in entry:
            networks.append(ipaddress.ip_network(entry.strip()))
            continue
        parts = urlsplit(f"//{entry.strip()}")
        if parts.hostname is None or parts.port is None:
            raise ValueError(f"{entry!r} is neither host:port nor a network such as 10.1.0.0/16")
        hosts.add((parts.hostname, parts.port))
    return Allowed(frozenset(hosts), tuple(networks))


def refused(place: str, reason: str) -> NodeFailure:
    """A request that may not be sent, with what the operator can do about it."""
    return NodeFailure(
        Fault(
            "address_refused",
            f"The request to {place[:200]} was not sent: {reason}.",
            hint="Whoever runs this installation can open a private address by listing it as host:port in GRAPHAPP_HTTP_ALLOW.",
        )
    )


def check_url(text: str) -> httpx.URL:
    """Read a URL with the one parser that is also used to send, and refuse what only exists to confuse."""
    try:
        url = httpx.URL(text.strip())
        host = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError, ValueError, TypeError):
        raise refused(shown(text), "it is no address of the form https://host/path") from None
    if url.scheme not in DEFAULT_PORTS:
        raise refused(shown(text), "only http and https are sent")
    if url.userinfo:
        raise refused(host, "an address must not hold a user name or password; use headers")
    if not host or len(host) > LONGEST_HOST or "%" in host:
        raise refused(host or shown(text), "its host is not a plain name or address")
    port = port_of(url)
    if port not in DEFAULT_PORTS.values() and port < FIRST_FREE_PORT:
        raise refused(host, f"port {port} belongs to another service")
    return url


def shown(text: str) -> str:
    """An address as an error may show it: without the user name, password and query, which may be keys.

    >>> shown("ftp://me:hunter2@host/a?key=b")
    'ftp://[hidden]@host/a'
    """
    return _USER.sub("[hidden]@", str(text)).partition("?")[0]


def port_of(url: httpx.URL) -> int:
    """The port that a request to this URL goes to."""
    return DEFAULT_PORTS[url.scheme] if url.port is None else url.port


def check_addresses(host: str, port: int, addresses: Iterable[str], *, permitted: Allowed, own: frozenset[Address]) -> list[str]:
    """Refuse unless every address is public or opened by the operator; the addresses to connect to, in order."""
    found = [ipaddress.ip_address(text.partition("%")[0]) for text in addresses]
    if not found:
        raise refused(host, "the name has no address")
    for address in found:
        if permitted.covers(host.rstrip(".").lower(), port, address):
            continue
        if not is_public(address) or unwrapped(address) in own:
            raise refused(host, "it leads to an address that is not public")
    return [str(address) for address in found]


def unwrapped(address: Address) -> Address:
    """The IPv4 address inside an IPv4-mapped one, else the address itself."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_public(address: Address) -> bool:
    """Whether an address is somewhere on the public internet and nothing else."""
    address = unwrapped(address)
    if not address.is_global or address.is_multicast or address.is_reserved or address.is_link_local:
        return False
    if address.is_loopback or address.is_unspecified or address.is_private:
        return False
    return not any(_within(address, network) for network in CLOSED)


def _within(address: Address, network: Network) -> bool:
    plain = unwrapped(address)
    return plain.version == network.version and plain in network
