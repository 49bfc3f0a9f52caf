"""Who really calls where a proxy stands in front: only what a proxy the operator named says is believed.

From every other caller the headers a proxy would write are taken away, so that nothing behind can be made to read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

Network = IPv4Network | IPv6Network
_FOR: Final = b"x-forwarded-for"
_PROTOCOL: Final = b"x-forwarded-proto"
_TOLD: Final = frozenset(
    {_FOR, _PROTOCOL, b"x-forwarded-host", b"x-forwarded-port", b"x-real-ip", b"forwarded"}
)


class Proxies:
    """The ASGI application in front of all others: the caller's address and scheme, and whom the proxy signed in.

    `networks` are the proxies' addresses, `user_header` the header in which they name who is signed in; empty: none. The
    name stands in the state of the request as `proxy_user`, empty where nobody is named.
    """

    def __init__(self, app: ASGIApp, *, networks: Sequence[Network], user_header: str) -> None:
        self._app = app
        self._networks = tuple(networks)
        self._user = user_header.lower().encode("latin-1")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand one request on as it really is."""
        if scope["type"] == "http":
            scope = self._as_it_is(scope)
        await self._app(scope, receive, send)

    def _as_it_is(self, scope: Scope) -> Scope:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        told = {*_TOLD, self._user} - {b""}
        real = {**scope, "headers": [each for each in headers if each[0].lower() not in told]}
        state = real["state"] = dict(scope.get("state") or {})
        state["proxy_user"] = ""
        if not self._trusted((scope.get("client") or ("",))[0]):
            return real
        for address in reversed(_listed(headers, _FOR)):
            if not _is_address(address):
                break
            real["client"] = (address, 0)
            if not self._trusted(address):
                break
        if _listed(headers, _PROTOCOL)[-1:] == ["https"]:
            real["scheme"] = "https"
        named = [value for name, value in headers if self._user and name.lower() == self._user]
        if len(named) == 1:
            state["proxy_user"] = named[0].decode("utf-8", "replace").strip()
        return real

    def _trusted(self, address: str) -> bool:
        if not _is_address(address):
            return False
        return any(ip_address(address) in network for network in self._networks)


def _listed(headers: Sequence[tuple[bytes, bytes]], wanted: bytes) -> list[str]:
    """What a header lists, in all its lines, in order."""
    lines = [value.decode("latin-1") for name, value in headers if name.lower() == wanted]
    return [each.strip() for line in lines for each in line.split(",") if each.strip()]


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
