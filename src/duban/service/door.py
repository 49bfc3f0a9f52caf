"""The door before Prefect's server: only who asks for it by its own name, and from its own pages, comes in.

The login keeps strangers out; the door keeps out what a browser on this machine can be made to ask: a page of another
origin, or a foreign name that was made to point at 127.0.0.1. A request without an Origin is no browser's cross-site
request. So Prefect's own CSRF tokens, a database read and a write more for each change, add nothing here.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send


class Door:
    """An ASGI application that lets through what names one of `origins` (`http://127.0.0.1:4200`) as its host.

    A foreign or missing Host gets 421, a foreign Origin 403; a WebSocket is closed before it is accepted.
    """

    def __init__(self, inner: ASGIApp, origins: Iterable[str]) -> None:
        self._inner = inner
        self._origins = frozenset(origins)
        self._hosts = frozenset(urlsplit(origin).netloc.lower() for origin in self._origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one connection through, or refuse it."""
        refused = self._why_not(scope) if scope["type"] in {"http", "websocket"} else None
        if refused is None:
            await self._inner(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refused[1]})
        else:
            status, reason = refused
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": f"{reason}\n".encode()})

    def _why_not(self, scope: Scope) -> tuple[int, str] | None:
        hosts = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"]
        origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return 421, "this server answers to its own name only (DUBAN_PREFECT_ORIGINS names others)"
        if any(origin not in self._origins for origin in origins):
            return 403, "this server answers its own pages only (DUBAN_PREFECT_ORIGINS names others)"
        return None
