"""Where messages may go (`hosts` in `notifications/channels.yaml`): names and networks, held at the moment of connecting.

What an address says is not asked: it may name a server that is on the list and be answered by another, by a redirect, by a
name that is moved between looking and connecting, by an address in one of its many spellings. So the list is held where
this process looks a name up and where it connects, whatever library does so, by Python's own audit events:

| event | is let through |
|---|---|
| a name is looked up | it is on the list, is an address that is, or is this machine's own (smtplib greets with it) |
| a connection is made | the address is in a network of the list, or is public: a listed name may lead to no private address that is not listed itself |

A proxy that the environment names is not used meanwhile: what it is asked for is looked up elsewhere.

An address is one number, however it is written: IPv4 within IPv6, 6to4 and NAT64 are what they lead to. Of IPv6 only what
is handed out to the world's servers is public.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache, partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, Self

from duban.base.language import say

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
_NAT64: Final = ip_network("64:ff9b::/96")
_PUBLIC_IPV6: Final = ip_network("2000::/3")
"""What IPv6 hands out to the world's servers; the rest leads within (site-local, translations to IPv4) or to nobody."""
_EVENTS: Final = frozenset(
    ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg")
)


class HostRefused(OSError):
    """A message was about to go to a server that is not on the list; the text says which."""


@dataclass(frozen=True)
class AllowedHosts:
    """The servers messages may go to."""

    names: frozenset[str]  #: `smtp.example.cn`, in small letters
    below: frozenset[str]  #: `example.cn` for `*.example.cn`: any name that ends with it
    networks: tuple[Network, ...]  #: addresses and networks

    @classmethod
    def of(cls, written: Sequence[str]) -> Self | None:
        """The list as the file writes it; None when it is empty: everything is allowed. Raises ValueError for what is neither."""
        names: set[str] = set()
        below: set[str] = set()
        networks: list[Network] = []
        for each in written:
            text = each.strip()
            try:
                networks.append(ip_network(text.strip("[]"), strict=False))
            except ValueError:
                name = host_name(text.removeprefix("*."))
                (below if text.startswith("*.") else names).add(name)
        return cls(frozenset(names), frozenset(below), tuple(networks)) if written else None

    def may_look_up(self, host: str) -> bool:
        """Whether this name, or address, may be asked for."""
        address = _address(host)
        if address is not None:
            return self.may_connect(address) and self.lists(address)
        try:
            name = host_name(host)
        except ValueError:
            return False
        return name in self.names or any(name.endswith(f".{each}") for each in self.below)

    def may_connect(self, address: Address) -> bool:
        """Whether a connection to this address may be made, whichever name led to it."""
        return self.lists(address) or (
            address.is_global
            and not address.is_multicast
            and (isinstance(address, IPv4Address) or address in _PUBLIC_IPV6)
        )

    def lists(self, address: Address) -> bool:
        """Whether the address stands on the list itself."""
        return any(address in network for network in self.networks if network.version == address.version)


def host_name(text: str) -> str:
    """A host's name as names are compared: in small letters, in ASCII, without the dot at its end. Raises ValueError."""
    name = text.strip().lower().rstrip(".")
    try:
        name = name.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    labels = name.split(".")
    if not name or any(not each or not each.replace("-", "").replace("_", "").isalnum() for each in labels):
        raise ValueError(
            say(
                zh=f"“{text}”不是主机名、IP 地址或网段，写成 smtp.example.cn、*.example.cn、10.1.2.3、10.1.0.0/16",
                en=f"“{text}” is no host, address or network: smtp.example.cn, *.example.cn, 10.1.2.3, 10.1.0.0/16",
            )
        )
    return name


@contextmanager
def only_to(hosts: AllowedHosts | None) -> Iterator[None]:
    """What is sent in this block goes to these servers alone; None: to any. Whatever else is tried raises HostRefused."""
    if hosts is None:
        yield
        return
    _listen()
    token = _HELD.set(hosts)
    try:
        yield
    finally:
        _HELD.reset(token)


def held_hosts() -> AllowedHosts | None:
    """The servers that what is sent now may go to; None: any."""
    return _HELD.get()


_HELD: ContextVar[AllowedHosts | None] = ContextVar("duban_allowed_hosts", default=None)


@lru_cache(maxsize=1)
def _listen() -> None:
    from requests import sessions, utils  # only whoever sends pays for it

    sys.addaudithook(_look)
    # A proxy of the environment would look names up out of our sight; services of Apprise's own ask `requests` for it.
    asking = partial(_proxies, utils.get_environ_proxies)
    for place in (sessions, utils):
        vars(place)["get_environ_proxies"] = asking


def _proxies(known: Callable[..., dict[str, str]], url: str, no_proxy: str | None = None) -> dict[str, str]:
    """The environment's proxies for an address: none where the servers that messages may go to are listed."""
    return known(url, no_proxy=no_proxy) if _HELD.get() is None else {}


def _look(event: str, given: tuple[object, ...]) -> None:
    if event not in _EVENTS:
        return
    hosts = _HELD.get()
    if hosts is None:
        return
    if event.startswith("socket.get"):
        host = _text(given[0])
        if host and host != socket.gethostname() and not hosts.may_look_up(host):
            raise HostRefused(_refusal(host))
        return
    place = given[1]
    if not isinstance(place, tuple):  # a socket of this machine's own, such as the resolver's
        return
    host = _text(place[0])
    address = _address(host)
    if address is None or not hosts.may_connect(address):
        raise HostRefused(_refusal(host))


def _text(host: object) -> str:
    if isinstance(host, bytes | bytearray):
        return bytes(host).decode("ascii", "replace")
    return host if isinstance(host, str) else ""


def _address(host: str) -> Address | None:
    """The address that is written, as what it leads to; None for a name, and for spellings no address is kept in."""
    try:
        address = ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is None and address.teredo is not None:
            inner = address.teredo[1]
        return inner or address
    return address


def _refusal(host: str) -> str:
    return say(
        zh=f"{host} 不在 notifications/channels.yaml 的 hosts 里，没有发",
        en=f"{host} is not among the hosts of notifications/channels.yaml: not sent",
    )
