"""A refusal as a page: what happened, in the reader's language, and what to do next."""

import json
import logging
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import RedirectResponse, Response

from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.web.pages.forms import ForeignForm, comes_from_here
from duban.web.pages.rendering import bureau_of, page, render
from duban.web.pages.visiting import NotSignedIn, PageRefused, site_of, visit_of
from duban.web.problems import KINDS, problem_of

SIGN_IN: Final = "/sign-in"
_AT_THE_DOOR: Final = (SIGN_IN, "/sign-out", "/language", "/welcome/")
"""What is sent from here is nobody's work yet, and is not kept."""
_NOT_WRITTEN: Final = frozenset(
    {
        "act",
        "decision",
        "form",
        "item",
        "kept",
        "key",
        "next",
        "opened",
        "seen",
        "step",
        "told",
        "undisclosed",
    }
)
"""What a form holds that nobody wrote: it goes along unseen."""
_LOG: Final = logging.getLogger("duban.web")


def is_page(path: str) -> bool:
    """Whether people read what is at this address; the rest is for programs."""
    return not (path == "/api" or path.startswith(("/api/", "/healthz", "/readyz")))


def as_page(request: Request, error: Exception) -> Response | None:
    """What an exception of a page, the engine or the framework amounts to, as a page; None for a defect."""
    if isinstance(error, NotSignedIn):
        return _sign_in_again(request) if _sent(request) else _to_sign_in(request)
    if isinstance(error, ForeignForm) and _sent(request) and comes_from_here(request):
        return _kept_form(request)
    if isinstance(error, PageRefused):
        return told(request, error.status, error.title, str(error))
    if isinstance(error, RequestValidationError):
        return told(request, 422, *_not_as_made(request))
    problem = problem_of(error)
    if problem is None:
        return None
    if problem.kind == "unavailable":
        _LOG.warning("%s %s: %s", request.method, request.url.path, error)
    _, zh, en = KINDS[problem.kind]
    answer = told(request, problem.status, *_for_people(problem.kind, say(zh=zh, en=en), problem.detail))
    answer.headers.update(problem.headers)
    return answer


def _not_as_made(request: Request) -> tuple[str, str]:
    """A form, or an address, that is none a page made: nobody can mend its fields, and their names are the program's."""
    if request.method == "GET":
        return (
            say(zh="没有打开", en="Not opened"),
            say(
                zh="这个地址不完整，或者里面有一处不对；请从页面上的链接进来",
                en="this address is incomplete, or something in it is wrong: come by a link on a page",
            ),
        )
    return (
        say(zh="没有办理", en="Not carried out"),
        say(
            zh="交上来的表单不完整，或者有一处不是页面上能填的；请返回、刷新页面后再交一次",
            en="the form was incomplete, or holds what its page does not offer: go back, reload and send it again",
        ),
    )


def _for_people(kind: str, title: str, detail: str) -> tuple[str, str]:
    """What programs are told in a word or two, as a page says it."""
    if kind == "not-found":
        title = say(zh="没有这一页", en="No such page")
        detail = say(
            zh="地址不对，或者这一页已经不在了", en="the address is wrong, or the page is not there any more"
        )
    if kind == "too-large":
        title = say(zh="没有收下", en="Not taken")
        detail += say(
            zh="；照片、扫描件可以压缩，或一次少选几个。按浏览器的“返回”，刚才写的还在",
            en="; make pictures smaller or choose fewer at once. What you wrote is there when you go back",
        )
    return title, detail


def told(request: Request, status: int, title: str, detail: str) -> Response:
    """A page that says what is refused, why, and what to do: with the menu, for whoever is signed in."""
    back = _back(request)
    if status != 503:  # the ledger, which knows who it is, cannot be asked
        try:
            visit = visit_of(request)
            if visit is not None:
                return page(visit, "problem.html.j2", status=status, title=title, detail=detail, back=back)
        except Exception:
            _LOG.warning("%s: who asked cannot be told", request.url.path, exc_info=True)
    name = bureau_of(request)
    return render(
        request, "problem.html.j2", status=status, bureau=name, title=title, detail=detail, back=back
    )


def resumed(request: Request, where: str, sent: Sequence[tuple[str, str]], form_token: str) -> Response:
    """What was written before the sign-in ended, to be looked at and sent by whoever has come in."""
    name, shown = bureau_of(request), _shown(request, sent)
    return render(
        request, "resume.html.j2", bureau=name, where=where, fields=sent, shown=shown, form_token=form_token
    )


def _shown(request: Request, sent: Sequence[tuple[str, str]]) -> list[str]:
    """What somebody wrote or chose, of all that a form held."""
    project = site_of(request).workspace().definitions.project
    posts = {text: UnitPost.parse(text) for name, text in sent if name == "receiver" and "/" in text}
    return [
        f"{project.name_of(posts[text].unit)} {posts[text].post}" if text in posts else text
        for name, text in sent
        if name not in _NOT_WRITTEN and text.strip()
    ]


def _sent(request: Request) -> Sequence[tuple[str, str]]:
    """What the form that is refused held, but for passwords; nothing for one that lets somebody in or out."""
    if request.url.path.startswith(_AT_THE_DOOR):
        return ()
    sent: Sequence[tuple[str, str]] = getattr(request.state, "sent", ())
    return sent


def _kept_form(request: Request) -> Response:
    """The cookie a form was begun with is gone: it is shown again to whoever is signed in, and kept through the sign-in of who is not."""
    visit = visit_of(request)
    if visit is None:
        return _sign_in_again(request)
    sent = _sent(request)
    where = request.url.path
    return page(visit, "resume.html.j2", status=403, where=where, fields=sent, shown=_shown(request, sent))


def _back(request: Request) -> str:
    """The page of ours they came from; empty where the browser does not say, or it is this one."""
    came = urlsplit(request.headers.get("referer", ""))
    path = came.path + (f"?{came.query}" if came.query else "")
    ours = came.netloc == request.url.netloc and not path.startswith("//")
    return path if ours and came.path != request.url.path else ""


def _to_sign_in(request: Request) -> Response:
    """Sign in first, and come back to where this was asked for."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    where = f"{SIGN_IN}?next={quote(here, safe='/')}" if request.method == "GET" and here != "/" else SIGN_IN
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": where})
    return RedirectResponse(where, 303)


def _sign_in_again(request: Request) -> Response:
    """The sign-in ended while a form was filled in: what was written goes along, and is sent after the sign-in."""
    return render(
        request,
        "sign_in.html.j2",
        status=401,
        bureau=bureau_of(request),
        name="",
        next="/",
        refused=say(
            zh="登录已经过期。您写的内容还在，重新登录后确认一下就交上；附的文件要重新选",
            en="the sign-in has ended. What you wrote is kept: sign in again and confirm; files have to be chosen again",
        ),
        single_sign_on=False,
        resume=(request.url.path, json.dumps(_sent(request), ensure_ascii=False)),
    )
