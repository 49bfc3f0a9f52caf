"""A template, or one block of it, as an answer."""

from functools import lru_cache
from typing import Final

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2_fragments.starlette import Jinja2Blocks
from starlette.responses import Response

from duban.base.language import as_written, current, say, sign
from duban.bureau.page_links import reached_at
from duban.edits.key_words import key_word
from duban.obligations.act_words import act_label, history_word
from duban.obligations.state_words import state_word
from duban.reports.status import delivery_word
from duban.views.lights import light_word
from duban.views.pulse import pulse
from duban.web.pages.account_words import browser_word
from duban.web.pages.assets import assets
from duban.web.pages.forms import new_cookie, token_for
from duban.web.pages.page_words import PageWords, query
from duban.web.pages.visiting import COOKIE, Visit, site_of
from duban.workdays.period_keys import period_beside

_SECURE: Final = "https"


def page(
    visit: Visit, template: str, /, *, block: str | None = None, status: int = 200, **context: object
) -> Response:
    """The page `template` (`home.html.j2`), or one `block` of it, for somebody who is signed in."""
    words = PageWords(visit.ws.definitions.project, visit.now, visit.on)
    return render(
        visit.request,
        template,
        block=block,
        status=status,
        visit=visit,
        principal=visit.principal,
        now=visit.now,
        on=visit.on,
        words=words,
        pulse=pulse(visit.sight) if block is None else None,
        assets=assets(),
        **context,
    )


def render(
    request: Request, template: str, /, *, block: str | None = None, status: int = 200, **context: object
) -> Response:
    """The page `template`, or one `block` of it, for anybody."""
    cookie = request.cookies.get(COOKIE, "")
    fresh = not cookie
    cookie = cookie or new_cookie()
    told = {
        "visit": None,
        "principal": None,
        "pulse": None,
        "assets": assets(),
        "form_token": token_for(cookie),
        "lang": current(),
        **context,
    }
    answer = _templates().TemplateResponse(request, template, told, status_code=status, block_name=block)
    answer.headers["Content-Language"] = current()
    if fresh:
        set_cookie(request, answer, cookie, seconds=None)
    return answer


def set_cookie(request: Request, answer: Response, secret: str, *, seconds: int | None) -> None:
    """Have the browser known by this secret: for so many seconds, or until it is closed."""
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == _SECURE,
    )


def address_of(request: Request) -> str:
    """What links to the pages begin with: what the operator or the project says, else the address the reader is at."""
    said = reached_at(site_of(request).workspace().definitions.project)
    return said or f"{request.url.scheme}://{request.url.netloc}"


def bureau_of(request: Request) -> str:
    """The bureau's name, for who is not signed in; empty while the project cannot be opened."""
    try:
        return site_of(request).workspace().definitions.project.bureau
    except Exception:
        return ""


@lru_cache(1)
def _templates() -> Jinja2Blocks:
    environment = Environment(
        loader=PackageLoader("duban.web.pages", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals |= {
        "say": say,
        "light_word": light_word,
        "state_word": state_word,
        "delivery_word": delivery_word,
        "query": query,
        "act_label": act_label,
        "history_word": history_word,
        "browser_word": browser_word,
        "key_word": key_word,
        "period_beside": period_beside,
        "as_written": as_written,
    }
    environment.filters["sign"] = _sign
    return Jinja2Blocks(env=environment)


@pass_context
def _sign(_: Context, marks: str) -> str:
    """Punctuation in the reader's language. What asks for the context is not worked out while a template is compiled, in the
    language of whoever is the first to look.
    """
    return sign(marks)
