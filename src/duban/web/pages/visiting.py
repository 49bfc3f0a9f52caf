"""Who looks: what every page asks for first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from typing import Annotated, Final

from fastapi import Depends, Request
from pydantic import AfterValidator

from duban.access.accounts import sign_in_name
from duban.access.people import principal_of
from duban.access.sign_ins import sign_in_of
from duban.base.clock import Clock, business_date
from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.ledger.database import reading
from duban.ledger.principals import Principal, Role
from duban.ledger.short_ids import parse_short_id
from duban.ledger.tables import SignIn
from duban.obligations.co_handlers import co_handlers
from duban.obligations.listed import ListedObligation
from duban.views.sight import Sight
from duban.web.settings import WebSettings
from duban.workspace.workspace import Workspace

COOKIE: Final = "duban_session"
"""The cookie by which a browser is known; before a sign-in it is good for our forms alone."""


@dataclass(frozen=True)
class Site:
    """What the pages are served from."""

    workspace: Callable[[], Workspace]  #: the project, opened; asked at every request
    clock: Clock  #: the one clock
    settings: WebSettings  #: the address, limits and rates of the service


@dataclass(frozen=True)
class Visit:
    """One look at a page by somebody who is signed in."""

    principal: Principal  #: who looks, and what there is for them
    sign_in: SignIn  #: by which they came in, with their account
    ws: Workspace  #: the project
    now: datetime  #: aware, UTC
    on: date  #: the business date
    request: Request  #: the request as it came

    @cached_property
    def sight(self) -> Sight:
        """What the views are asked with."""
        return Sight(self.ws, self.principal, self.now)

    def signs(self, owed: ListedObligation) -> str:
        """Who acts on an obligation, as its history names them: a deputy says for which post."""
        if owed.dispatched_to in self.principal.posts:
            return self.principal.signs_for(owed.dispatched_to)
        with reading(self.ws.ledger) as connection:
            along = co_handlers(connection, [parse_short_id(owed.id)])
        for whom in map(str, chain.from_iterable(along.values())):
            if whom in self.principal.posts:
                return self.principal.signs_for(whom)
        post = self.sight.post_of(owed.duty)
        return self.principal.signs_for(str(UnitPost(owed.unit_code, post)) if post else "")


def _of_a_row(number: int) -> int:
    return number if 0 < number < 2**63 else 0


RowNumber = Annotated[int, AfterValidator(_of_a_row)]
"""The number of a row, as an address or a form names it; 0, which is nobody's, for one no ledger can have."""


class NotSignedIn(Exception):
    """Nobody is signed in in this browser, or no longer."""


class PageRefused(Exception):
    """A page, or a form on one, is refused: `title` says what, the text why and what to do."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title


def site_of(request: Request) -> Site:
    """What the pages are served from."""
    found: Site = request.app.state.site
    return found


def proxy_user(request: Request) -> str:
    """The name of the account that a trusted proxy says is signed in; empty where none says so."""
    return sign_in_name(getattr(request.state, "proxy_user", ""))


def visit_of(request: Request) -> Visit | None:
    """The visit, if the browser is signed in."""
    place = site_of(request)
    secret, now = request.cookies.get(COOKIE, ""), place.clock.now()
    if not secret:
        return None
    ws = place.workspace()
    found = sign_in_of(ws.ledger, secret, now)
    named = proxy_user(request)
    if found is None or (named and named != found.account.name):
        return None  # whoever the proxy names now has taken the seat
    on = business_date(now, ws.definitions.project.zone)
    principal = request.state.by = principal_of(ws, found.account, on)  # the gate writes the access log
    return Visit(principal, found, ws, now, on, request)


def _visitor(request: Request) -> Visit:
    visit = visit_of(request)
    if visit is None:
        raise NotSignedIn
    return visit


Visitor = Annotated[Visit, Depends(_visitor)]
"""Whoever is signed in. Raises NotSignedIn, which is answered with the sign-in page."""


def _writer(visit: Visitor) -> Visit:
    if not visit.principal.may_write:
        raise PageRefused(
            403,
            say(zh="只能查看", en="Read only"),
            say(zh="您的角色只能查看，没有办理", en="your role may only read; nothing was done"),
        )
    return visit


Writer = Annotated[Visit, Depends(_writer)]
"""Whoever is signed in and may change something. Every address that changes what is owed takes this, never `Visitor`."""


def visitor_who_is(*roles: Role) -> Callable[[Visit], Visit]:
    """Whoever is signed in and has one of these roles, as a dependency; others read that this is not their page."""

    def visitor(visit: Visitor) -> Visit:
        if not visit.principal.is_a(*roles):
            raise PageRefused(
                403,
                say(zh="没有权限", en="Not for your role"),
                say(
                    zh="这一页不在您的角色范围内；需要的话请联系管理员",
                    en="this page is not for your role; ask an administrator if you need it",
                ),
            )
        return visit

    return visitor
