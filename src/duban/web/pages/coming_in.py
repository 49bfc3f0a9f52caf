"""Signing in and out, choosing a password by a link that works once, and the language of the pages."""

import json
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from duban.access.accounts import Hand
from duban.access.links import LinkRefused, account_of_link, choose_by_link
from duban.access.passwords import LONGEST, SHORTEST, PasswordRefused
from duban.access.sign_ins import KEPT_FOR, Arrival, SignInRefused, begin, sign_in, sign_in_known, sign_out
from duban.base.language import say
from duban.ledger.sessions import changing
from duban.ledger.tables import Account
from duban.web.pages.door import LANGUAGE_COOKIE
from duban.web.pages.forms import token_for
from duban.web.pages.refusals import SIGN_IN, resumed, told
from duban.web.pages.rendering import bureau_of, render, set_cookie
from duban.web.pages.visiting import COOKIE, proxy_user, site_of, visit_of

_YEAR: Final = 365 * 24 * 3600
Text = Annotated[str, Form(max_length=1000)]


router = APIRouter()


@router.get(SIGN_IN)
def show_sign_in(request: Request, next: str = "", out: str = "") -> Response:  # noqa: A002 - it is the address's word
    """The form; whoever is signed in already, here or by a trusted proxy, goes on unless they went `out` just now."""
    if visit_of(request) is not None:
        return RedirectResponse(here(next), 303)
    named = proxy_user(request)
    if not named or out:
        return sign_in_page(request, next)
    try:
        _, secret = sign_in_known(
            site_of(request).workspace().ledger, named, arrival_of(request), "signed in by proxy"
        )
    except SignInRefused as why:
        return sign_in_page(request, next, refused=str(why), status=403)
    return let_in(request, secret, here(next), kept=False)


@router.post(SIGN_IN)
def take_sign_in(
    request: Request,
    name: Text = "",
    password: Text = "",
    kept: Text = "",
    next: Text = "",  # noqa: A002 - as above
    resume_at: Text = "",
    resume: Annotated[str, Form(max_length=200_000)] = "",
) -> Response:
    """Let somebody in, and go where they wanted to; or show what they had written, to be sent now."""
    kept_form = (here(resume_at), resume) if resume_at and resume else None
    place = site_of(request)
    arrival = arrival_of(request, kept=bool(kept))
    try:
        _, secret = sign_in(place.workspace().ledger, name, password, arrival)
    except SignInRefused as why:
        status = 429 if why.wait else 422
        answer = sign_in_page(request, next, name=name, refused=str(why), status=status, resume=kept_form)
        if why.wait:
            answer.headers["Retry-After"] = str(why.wait)
        return answer
    if kept_form is not None:
        return _resumed(request, secret, *kept_form, kept=arrival.kept)
    return let_in(request, secret, here(next), kept=arrival.kept)


@router.post("/sign-out")
def take_sign_out(request: Request) -> Response:
    """End the sign-in of this browser."""
    visit = visit_of(request)
    if visit is not None:
        sign_out(visit.ws.ledger, visit.sign_in.account_id, visit.sign_in.id, visit.now)
    answer = RedirectResponse(f"{SIGN_IN}?out=1" if proxy_user(request) else SIGN_IN, 303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@router.get("/welcome/{secret}")
def show_welcome(request: Request, secret: str) -> Response:
    """The form of a link that works once. Opening it changes nothing."""
    return _welcome_page(request, secret)


@router.post("/welcome/{secret}")
def take_welcome(request: Request, secret: str, password: Text = "", again: Text = "") -> Response:
    """Choose the password and come in."""
    place = site_of(request)
    ledger = place.workspace().ledger
    if password != again:
        return _welcome_page(
            request, secret, say(zh="两次输入的口令不一样", en="the two passwords are not the same")
        )
    arrival = arrival_of(request)
    try:
        account = choose_by_link(ledger, secret, password, Hand("", arrival.now, arrival.address))
    except PasswordRefused as why:
        return _welcome_page(request, secret, str(why))
    except LinkRefused as why:
        return _link_refused(request, why)
    with changing(ledger) as session:
        _, cookie = begin(session, session.get_one(Account, account.id), arrival, "signed in")
    return let_in(request, cookie, "/", kept=False)


@router.post("/language")
def take_language(request: Request, lang: Text = "", next: Text = "") -> Response:  # noqa: A002 - as above
    """Speak the reader's language from now on in this browser."""
    answer = RedirectResponse(here(next), 303)
    if lang in {"zh-CN", "en"}:
        answer.set_cookie(LANGUAGE_COOKIE, lang, max_age=_YEAR, path="/", httponly=True, samesite="lax")
    return answer


def arrival_of(request: Request, *, kept: bool = False) -> Arrival:
    """Who stands at the door: when, where from, with which browser."""
    address = request.client.host if request.client else ""
    browser = "".join(sign for sign in request.headers.get("user-agent", "") if sign.isprintable())
    return Arrival(site_of(request).clock.now(), address, browser, kept)


def let_in(request: Request, secret: str, where: str, *, kept: bool) -> Response:
    """Go on as whoever the secret is of: for a month, or until the browser is closed."""
    answer = RedirectResponse(where, 303)
    set_cookie(request, answer, secret, seconds=int(KEPT_FOR.total_seconds()) if kept else None)
    return answer


def _resumed(request: Request, secret: str, where: str, sent: str, *, kept: bool) -> Response:
    """What was written before the sign-in ended, to be looked at and sent by whoever has come in."""
    try:
        fields = [(str(name), str(value)) for name, value in json.loads(sent)]
    except (ValueError, TypeError):
        return let_in(request, secret, where, kept=kept)
    answer = resumed(request, where, fields, token_for(secret))
    set_cookie(request, answer, secret, seconds=int(KEPT_FOR.total_seconds()) if kept else None)
    return answer


def here(path: str) -> str:
    """Where to go on: a page of ours, never an address somebody else put into a link."""
    plain = (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and path.isprintable()
        and "\\" not in path
    )
    return path if plain and path.isascii() else "/"


def sign_in_page(
    request: Request,
    following: str,
    *,
    name: str = "",
    refused: str = "",
    status: int = 200,
    resume: tuple[str, str] | None = None,
) -> Response:
    """The form, with why nobody was let in."""
    return render(
        request,
        "sign_in.html.j2",
        status=status,
        bureau=bureau_of(request),
        name=name,
        next=following,
        refused=refused,
        single_sign_on=site_of(request).settings.sign_on is not None and resume is None,
        resume=resume,
    )


def _welcome_page(request: Request, secret: str, refused: str = "") -> Response:
    place = site_of(request)
    try:
        account = account_of_link(place.workspace().ledger, secret, place.clock.now())
    except LinkRefused as why:
        return _link_refused(request, why)
    return render(
        request,
        "welcome.html.j2",
        status=422 if refused else 200,
        bureau=bureau_of(request),
        account=account,
        refused=refused,
        shortest=SHORTEST,
        longest=LONGEST,
    )


def _link_refused(request: Request, why: LinkRefused) -> Response:
    return told(request, 404, say(zh="链接不能用", en="This link does not work"), str(why))
