"""A refusal as a page: what happened, in the reader's language, and what to do next."""

from __future__ import annotations

import json
from urllib.parse import quote

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from duban.base.language import say
from duban.web.pages.rendering import bureau_of, render
from duban.web.pages.visiting import NotSignedIn, PageRefused
from duban.web.problems import KINDS, problem_of

SIGN_IN = "/sign-in"


def is_page(path: str) -> bool:
    """Whether people read what is at this address; the rest is for programs."""
    return not (path == "/api" or path.startswith(("/api/", "/healthz", "/readyz")))


def as_page(request: Request, error: Exception) -> Response | None:
    """What an exception of a page, the engine or the framework amounts to, as a page; None for a defect."""
    if isinstance(error, NotSignedIn):
        return _sign_in_again(request) if getattr(request.state, "sent", None) else _to_sign_in(request)
    if isinstance(error, PageRefused):
        return told(request, error.status, error.title, str(error))
    problem = problem_of(error)
    if problem is None:
        return None
    _, zh, en = KINDS[problem.kind]
    answer = told(request, problem.status, say(zh=zh, en=en), problem.detail)
    answer.headers.update(problem.headers)
    return answer


def told(request: Request, status: int, title: str, detail: str) -> Response:
    """A page that says what is refused, why, and what to do."""
    return render(
        request, "problem.html.j2", status=status, bureau=bureau_of(request), title=title, detail=detail
    )


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
        resume=(request.url.path, json.dumps(request.state.sent, ensure_ascii=False)),
    )
