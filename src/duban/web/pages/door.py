"""The door before the pages: the reader's language, forms from elsewhere, headers, and an answer whatever goes wrong."""

import logging
from typing import Final, cast

from anyio import to_thread
from fastapi import Request
from secure import (
    CacheControl,
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    XContentTypeOptions,
    XFrameOptions,
)
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from duban.base.entrance import read_on_a_page
from duban.base.language import Language, current, say, use
from duban.web.pages.forms import comes_from_elsewhere
from duban.web.pages.refusals import as_page, is_page
from duban.web.pages.visiting import PageRefused
from duban.web.problems import defect

LANGUAGE_COOKIE: Final = "duban_lang"
_LOG = logging.getLogger("duban.web")
_POLICY = (
    ContentSecurityPolicy()
    .default_src("'self'")
    .base_uri("'none'")
    .object_src("'none'")
    .form_action("'self'")
    .frame_ancestors("'none'")
)
HEADERS: Final = dict(
    Secure(
        csp=_POLICY,
        cache=CacheControl().no_store(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=PermissionsPolicy().camera().geolocation().microphone().payment().usb(),
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
    ).header_items()
)
"""What every page is sent with; an answer that says otherwise wins (a file that may be kept)."""


class PageDoor:
    """The ASGI application in front of the pages; what programs ask for passes untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        if scope["type"] != "http" or not is_page(scope["path"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                given = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    given.setdefault(name, value)
            await send(message)

        with use(_language(request)), read_on_a_page():
            try:
                _only_from_here(request)
                await self._app(scope, receive, answer)
            except Exception as error:
                if begun:
                    raise
                refusal = await to_thread.run_sync(as_page, request, error)
                if refusal is None:
                    _LOG.exception("%s %s", scope["method"], scope["path"])
                    refusal = await to_thread.run_sync(as_page, request, defect())
                await cast("Response", refusal)(scope, receive, answer)


def _only_from_here(request: Request) -> None:
    headers = request.headers
    if comes_from_elsewhere(
        request.method, headers.get("host", ""), headers.get("origin"), headers.get("sec-fetch-site")
    ):
        raise PageRefused(
            403,
            say(zh="没有办理", en="Not carried out"),
            say(
                zh="这个请求来自别的网站，没有办理；请从本系统的页面上操作",
                en="this request came from another site and was not carried out",
            ),
        )


def _language(request: Request) -> Language:
    """What the reader chose with the switch, else what the browser asks for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return cast("Language", chosen) if chosen in {"zh-CN", "en"} else current()
