"""May this request come in: whose language, how large, with which token, how often.

It stands before everything else, so that a body is not read for a caller who may not come in, and an answer that goes
wrong anywhere behind it is still an answer.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from duban.access.tokens import (
    WRITE,
    token_of,
)
from duban.base.clock import Clock
from duban.base.language import (
    DEFAULT,
    Language,
    say,
    use,
)
from duban.channels.redaction import redact
from duban.ledger.access_log import note_access
from duban.ledger.database import reading
from duban.ledger.principals import Principal
from duban.ledger.short_ids import PREFIX
from duban.ledger.tables import Token
from duban.ledger.unavailable import LedgerUnavailable
from duban.ledger.units import units_within
from duban.web.problems import ApiProblem, defect, problem_of
from duban.web.rates import Buckets
from duban.workspace.workspace import Workspace

API: Final = "/api/v1"
_LOG = logging.getLogger("duban.web")
MOST_PARTS: Final = 1_000_000
"""Objects, lists and what they hold in one JSON body: 20 MB of nothing but brackets would fill the memory many times."""
_LOOKS: Final = ("GET", "HEAD", "OPTIONS")
"""Such requests write nothing."""
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-cache",
    "Vary": "Authorization, Accept-Language",
}


@dataclass(frozen=True)
class Caller:
    """Who calls, with which token, and when."""

    token: Token  #: the program's token
    by: Principal  #: who acts or looks
    ws: Workspace  #: the project, as it stands at this request
    now: datetime  #: the moment of the request, aware UTC


class TooLarge(HTTPException):
    """The body goes beyond the limit; what follows is not read."""

    def __init__(self, limit: int) -> None:
        megabytes = limit // (1024 * 1024)
        super().__init__(
            413,
            say(
                zh=f"请求超过 {megabytes} MB，请分批发送",
                en=f"the body is larger than {megabytes} MB; send it in parts",
            ),
            {"Connection": "close"},
        )


class TooManyParts(HTTPException):
    """The body is not long, but holds more parts than any batch has."""

    def __init__(self) -> None:
        super().__init__(
            413,
            say(
                zh=f"请求里的内容超过 {MOST_PARTS} 项，请分批发送",
                en=f"the body has more than {MOST_PARTS} parts; send it in several",
            ),
            {"Connection": "close"},
        )


class Gate:
    """The ASGI application in front of the others.

    Whoever writes is noted in the access log; where what was asked changes nothing (a rehearsal, a draft that is looked
    over), the route says so as `only_looked` in the state of the request.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        workspace: Callable[[], Workspace],
        clock: Clock,
        largest_body: int,
        rate: int,
        refusal: Callable[[Scope, ApiProblem], Response],
    ) -> None:
        self._app = app
        self._workspace = workspace
        self._clock = clock
        self._largest = largest_body
        self._buckets = Buckets(rate)
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        begun, status = False, 0

        async def answer(message: Message) -> None:
            nonlocal begun, status
            if message["type"] == "http.response.start":
                begun, status = True, message["status"]
                given = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    given.setdefault(name, value)
            await send(message)

        state = scope.setdefault("state", {})
        with use(_language(headers.get("accept-language", ""))):
            try:
                await self._let_in(scope, headers)
                await self._app(scope, self._measured(receive, headers), answer)
            except ClientDisconnect:
                return  # nobody is there to be answered
            except Exception as error:
                if begun:
                    raise
                problem = problem_of(error)
                if problem is None:
                    _LOG.exception("%s %s", scope["method"], scope["path"])
                    problem = defect()
                elif problem.kind == "unavailable":
                    _LOG.warning("%s %s: %s", scope["method"], scope["path"], error)
                refusal = await to_thread.run_sync(self._refusal, scope, problem)
                await refusal(scope, receive, answer)
            finally:
                if scope["method"] not in _LOOKS and "by" in state and not state.get("only_looked"):
                    await to_thread.run_sync(self._note, scope, status)

    def _note(self, scope: Scope, status: int) -> None:
        """Write into the access log that somebody who is known wrote something, or tried."""
        state, client = scope["state"], scope.get("client")
        number = [part for part in scope["path"].split("/") if part.startswith(PREFIX)]
        try:
            note_access(
                self._workspace().ledger,
                state["by"],
                self._clock.now(),
                act=redact(f"{scope['method']} {scope['path']}"),  # somebody may have written a secret there
                outcome=str(status or "-"),
                address=client[0] if client else "",
                touched=state.get("touched", number),
            )
        except LedgerUnavailable as why:
            _LOG.error("%s %s by %s: %s", scope["method"], scope["path"], state["by"].name, why)

    async def _let_in(self, scope: Scope, headers: Headers) -> None:
        length = headers.get("content-length", "")
        if length and "transfer-encoding" in headers:
            raise ApiProblem(
                "malformed",
                zh="Content-Length 和 Transfer-Encoding 不能同时写",
                en="send either Content-Length or Transfer-Encoding, not both",
                headers={"Connection": "close"},
            )
        if length.isascii() and length.isdigit() and int(length[:20]) > self._largest:
            raise TooLarge(self._largest)
        if scope["path"].startswith(API + "/"):
            secret = headers.get("authorization", "")
            caller = await to_thread.run_sync(self._recognise, secret)
            scope["state"] |= {"caller": caller, "by": caller.by}

    def _recognise(self, authorization: str) -> Caller:
        """The caller with this Authorization header. Raises ApiProblem."""
        scheme, _, secret = authorization.partition(" ")
        ws, now = self._workspace(), self._clock.now()
        known = scheme.lower() == "bearer" and secret.strip()
        token = token_of(ws.ledger, secret.strip(), now) if known else None
        if token is None:
            raise ApiProblem(
                "unauthenticated",
                zh="请在 Authorization 里写 Bearer 和有效的令牌（duban token create 可发）",
                en="send a valid token as Authorization: Bearer … (made by duban token create)",
                headers={"WWW-Authenticate": 'Bearer realm="duban"'},
            )
        wait = self._buckets.take(token.id, now)
        if wait:
            raise ApiProblem(
                "too-many",
                zh=f"请求太多，请 {wait} 秒后再试",
                en=f"too many requests; try again in {wait} s",
                headers={"Retry-After": str(wait)},
            )
        units = None
        if token.stands_for.level != "city":
            with reading(ws.ledger) as connection:
                units = units_within(connection, token.unit)
        return Caller(token, _principal(token, units), ws, now)

    def _measured(self, receive: Receive, headers: Headers) -> Receive:
        """What comes in, as long as it stays below the limits."""
        size = parts = 0
        counted = not headers.get("content-type", "").lower().startswith("multipart/")

        async def measured() -> Message:
            nonlocal size, parts
            message = await receive()
            body = message.get("body", b"")
            size += len(body)
            if size > self._largest:
                raise TooLarge(self._largest)
            if counted:
                parts += body.count(b",") + body.count(b"[") + body.count(b"{")
                if parts > MOST_PARTS:
                    raise TooManyParts
            return message

        return measured


def _principal(token: Token, units: frozenset[str] | None) -> Principal:
    """Who a token is; a station does not see confidential obligations before they are done."""
    return Principal(
        name=token.name,
        unit=token.unit,
        units=units,
        entrance="api",
        may_write=WRITE in token.scopes,
        undisclosed=token.stands_for.level != "station",
        token=token.id,
    )


def _language(accepted: str) -> Language:
    """The language of an Accept-Language header that duban speaks, by preference; Chinese if it names none."""
    best: tuple[float, Language] | None = None
    for part in accepted.split(","):
        name, _, quality = part.strip().partition(";")
        weight = _weight(quality)
        spoken: Language | None = None
        if name.lower().startswith("zh"):
            spoken = "zh-CN"
        elif name.lower().startswith("en"):
            spoken = "en"
        if spoken and weight > 0 and (best is None or weight > best[0]):
            best = (weight, spoken)
    return best[1] if best else DEFAULT


def _weight(quality: str) -> float:
    try:
        return float(quality.partition("=")[2] or 1)
    except ValueError:
        return 0.0
