"""Is this form one of ours: a page elsewhere must not make somebody's browser act here.

Two checks, each enough: the door refuses what a browser says comes from elsewhere (`Sec-Fetch-Site`, `Origin`), and
every form carries a token that only pages of the same browser cookie know. An expired sign-in leaves the cookie as it
is, so that a form filled in meanwhile is still ours.
"""

import hashlib
import hmac
import secrets
from typing import Final

from fastapi import Request

from duban.base.language import say
from duban.web.pages.visiting import COOKIE, PageRefused

FIELD: Final = "form_token"
HEADER: Final = "x-form-token"
_NEVER_KEPT: Final = frozenset({FIELD, "password", "again", "old"})
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def token_for(cookie: str) -> str:
    """The token of every form shown to the browser with this cookie; empty without one."""
    return hmac.new(cookie.encode(), b"duban form", hashlib.sha256).hexdigest() if cookie else ""


def new_cookie() -> str:
    """A cookie for a browser nobody is signed in with yet."""
    return secrets.token_urlsafe(32)


class ForeignForm(PageRefused):
    """A form that does not carry the token of this browser's cookie: the cookie is lost, or somebody signed in anew."""

    def __init__(self) -> None:
        super().__init__(
            403,
            say(zh="没有办理", en="Not carried out"),
            say(
                zh="这个表单已经失效（登录变了，或浏览器不保存 Cookie）；请返回、刷新页面后再交一次",
                en="this form is no longer good (the sign-in changed, or cookies are off); go back, reload and send it again",
            ),
        )


async def form_is_ours(request: Request) -> None:
    """Let a form of ours pass, and remember what it held until it is answered. Raises ForeignForm for one of another browser, another cookie, or another page."""
    if request.method in SAFE:
        return
    sent = await request.form()
    request.state.sent = [
        (name, value)
        for name, value in sent.multi_items()
        if isinstance(value, str) and name not in _NEVER_KEPT
    ]
    given = request.headers.get(HEADER) or sent.get(FIELD)
    expected = token_for(request.cookies.get(COOKIE, ""))
    if not (isinstance(given, str) and expected and hmac.compare_digest(given.encode(), expected.encode())):
        raise ForeignForm


def comes_from_here(request: Request) -> bool:
    """Whether the browser itself says that the form was sent by a page of this address.

    What came from here is worth showing again though its cookie is lost; what only does not say whence it comes is not.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin") or ""
    return site == "same-origin" or origin == f"{request.url.scheme}://{request.url.netloc}"


def comes_from_elsewhere(method: str, host: str, origin: str | None, site: str | None) -> bool:
    """Whether the browser says that a request that changes something was caused by a page of another address.

    Programs that are no browser say neither, and have no cookie of somebody else's.
    """
    if method in SAFE:
        return False
    if site is not None and site not in {"same-origin", "none"}:
        return True
    return origin is not None and origin.partition("://")[2].lower() != host.lower()
