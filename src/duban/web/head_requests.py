"""HEAD: what GET would answer, without its body (RFC 9110, 9.3.2); asked by link checkers, monitors and mail scanners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEAD: Final = "HEAD"


class HeadRequests:
    """The ASGI application in front of all others: whoever may GET an address may ask for its head, with the same checks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; of a HEAD the head."""
        if scope["type"] != "http" or scope["method"] != HEAD:
            await self._app(scope, receive, send)
            return

        async def head_only(message: Message) -> None:
            body = message["type"] == "http.response.body"
            await send({**message, "body": b""} if body else message)

        await self._app({**scope, "method": "GET"}, receive, head_only)
