"""The bureau's own sign-on (统一认证, OpenID Connect): whom it recognises comes in with the account of that name.

The code flow with PKCE. Who somebody is, is read from the provider itself over its own connection (OpenID Connect Core
5.3), so that no signature has to be judged here. It makes nobody an account. Needs `duban[oidc]`.
"""

import base64
import binascii
import hmac
import json
import logging
import secrets
import warnings
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from duban.access.sign_ins import SignInRefused, sign_in_known
from duban.base.language import say
from duban.web.pages.coming_in import arrival_of, here, let_in, sign_in_page
from duban.web.pages.refusals import SIGN_IN
from duban.web.pages.rendering import address_of
from duban.web.pages.visiting import site_of
from duban.web.settings import SignOnSettings

START: Final = f"{SIGN_IN}/sso"
BACK: Final = f"{START}/back"
_COOKIE: Final = "duban_sso"
_MINUTES: Final = 10
_SECONDS: Final = 10.0
_LOG = logging.getLogger("duban.web")


class SignOnFailed(Exception):
    """The provider did not say who somebody is; the text says what happened."""


router = APIRouter()


@router.get(START)
def start(request: Request, next: str = "") -> Response:  # noqa: A002 - it is the address's word
    """Send the browser to the provider; what it must bring back is kept in a cookie of its own."""
    given = site_of(request).settings.sign_on
    if given is None:
        return RedirectResponse(SIGN_IN, 303)
    verifier = secrets.token_urlsafe(48)
    try:
        with _client(request, given) as client:
            place = _provider(client, given)["authorization_endpoint"]
            url, state = client.create_authorization_url(place, code_verifier=verifier)
    except SignOnFailed as why:
        return sign_in_page(request, next, refused=str(why), status=503)
    kept = json.dumps({"state": state, "verifier": verifier, "next": here(next)})
    answer = RedirectResponse(url, 303)
    answer.set_cookie(
        _COOKIE,
        base64.urlsafe_b64encode(kept.encode()).decode(),
        max_age=_MINUTES * 60,
        path=START,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@router.get(BACK)
def come_back(request: Request, code: str = "", state: str = "", error: str = "") -> Response:
    """Let in whom the provider names."""
    given, kept = site_of(request).settings.sign_on, _kept(request)
    if given is None:
        return RedirectResponse(SIGN_IN, 303)
    following = here(kept.get("next", ""))
    expected = kept.get("state", "")
    if error or not code or not expected or not hmac.compare_digest(state.encode(), expected.encode()):
        told = say(
            zh="统一认证没有完成（中途退出、超过十分钟，或链接是别人的），请重新登录",
            en="the sign-on was not completed (left, older than ten minutes, or somebody else's link): begin again",
        )
        return sign_in_page(request, following, refused=told, status=422)
    try:
        with _client(request, given) as client:
            name = _who(client, given, code, kept.get("verifier", ""))
        ledger = site_of(request).workspace().ledger
        _, secret = sign_in_known(ledger, name, arrival_of(request), "signed in by oidc")
    except SignOnFailed as why:
        return sign_in_page(request, following, refused=str(why), status=503)
    except SignInRefused as why:
        return sign_in_page(request, following, refused=str(why), status=403)
    answer = let_in(request, secret, following, kept=False)
    answer.delete_cookie(_COOKIE, path=START)
    return answer


def _client(request: Request, given: SignOnSettings) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that httpx has a successor
        from authlib.integrations.httpx_client import OAuth2Client

    return OAuth2Client(
        given.client,
        given.secret,
        scope="openid profile",
        redirect_uri=f"{address_of(request)}{BACK}",
        code_challenge_method="S256",
        timeout=_SECONDS,
        trust_env=False,
    )


def _provider(client: object, given: SignOnSettings) -> dict[str, str]:
    """Where the provider does what."""
    found = _asked(client, f"{given.issuer}/.well-known/openid-configuration", withhold_token=True)
    needed = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")
    if str(found.get("issuer", "")).rstrip("/") != given.issuer or not all(
        isinstance(found.get(key), str) for key in needed
    ):
        _LOG.warning("the sign-on's own description does not fit %s", given.issuer)
        raise SignOnFailed(_unreachable())
    return {key: found[key] for key in needed}


def _who(client: Any, given: SignOnSettings, code: str, verifier: str) -> str:
    """The name of the account, as the provider tells it."""
    provider = _provider(client, given)
    try:
        client.fetch_token(provider["token_endpoint"], code=code, code_verifier=verifier)
    except Exception as error:  # of authlib's and of httpx's own kinds
        _LOG.warning("the sign-on gave no token: %s", type(error).__name__)
        raise SignOnFailed(_unreachable()) from None
    name = _asked(client, provider["userinfo_endpoint"]).get(given.claim)
    if not isinstance(name, str) or not name.strip():
        _LOG.warning("the sign-on says nothing as %s", given.claim)
        raise SignOnFailed(_unreachable())
    return name


def _asked(client: Any, url: str, **how: bool) -> dict[str, Any]:
    try:
        answer = client.request("GET", url, **how)
        answer.raise_for_status()
        told = answer.json()
    except Exception as error:  # as above
        _LOG.warning("the sign-on does not answer: %s", type(error).__name__)
        raise SignOnFailed(_unreachable()) from None
    return told if isinstance(told, dict) else {}


def _kept(request: Request) -> dict[str, str]:
    try:
        kept = json.loads(base64.urlsafe_b64decode(request.cookies.get(_COOKIE, "")))
    except (ValueError, binascii.Error):
        return {}
    return (
        {name: value for name, value in kept.items() if isinstance(value, str)}
        if isinstance(kept, dict)
        else {}
    )


def _unreachable() -> str:
    return say(
        zh="统一认证现在联系不上；可以稍后再试，或用本系统的账号口令登录",
        en="the bureau's sign-on does not answer; try again later, or sign in with name and password",
    )
