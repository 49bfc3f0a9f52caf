"""The accounts of one's units (`/admin/accounts`): who may sign in, what they may do, their links.

An admin manages the accounts of their own unit and those below it; nobody changes what they themselves may do. An
auditor looks.
"""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Form
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from duban.access.accounts import (
    Hand,
    account_numbered,
    all_accounts,
    change_account,
    disable_account,
    enable_account,
    history_of,
    make_account,
)
from duban.access.links import GOOD_FOR, make_link
from duban.access.mandates import ROLES, AccountRefused, Mandate, mandate_of, role_word
from duban.access.sign_ins import lasting_of, sign_out_everywhere
from duban.base.language import say
from duban.ledger.principals import Role
from duban.ledger.tables import Account
from duban.web.pages.account_words import event_word
from duban.web.pages.coming_in import Text, arrival_of
from duban.web.pages.rendering import address_of, page
from duban.web.pages.visiting import PageRefused, RowNumber, Visit, visitor_who_is

ACCOUNTS = "/admin/accounts"
Admin = Annotated[Visit, Depends(visitor_who_is("admin"))]
Overseer = Annotated[Visit, Depends(visitor_who_is("admin", "auditor"))]
Texts = Annotated[list[str], Form()]


@dataclass(frozen=True)
class AccountForm:
    """An account as the form holds it."""

    name: str  #: the name to sign in with
    full_name: str  #: the person's own name
    unit: str  #: the code of the unit the account is bound to
    roles: frozenset[str]  #: officer, supervisor, admin, auditor
    posts: frozenset[str]  #: the posts it acts for
    lines: frozenset[str]  #: the business lines it sees; empty: all
    undisclosed: bool  #: whether it may see what is confidential


def written(
    name: Text = "",
    full_name: Text = "",
    unit: Text = "",
    undisclosed: Text = "",
    roles: Texts = [],  # noqa: B006 - FastAPI copies it
    posts: Texts = [],  # noqa: B006
    lines: Texts = [],  # noqa: B006
) -> AccountForm:
    """What was typed into the form."""
    return AccountForm(
        name, full_name, unit, frozenset(roles), frozenset(posts), frozenset(lines), bool(undisclosed)
    )


Sent = Annotated[AccountForm, Depends(written)]


router = APIRouter()


@router.get(ACCOUNTS)
def show_all(visit: Overseer) -> Response:
    """Everybody who may sign in."""
    return page(
        visit,
        "accounts.html.j2",
        accounts=all_accounts(visit.ws, visit.principal.units),
        name_of=visit.ws.definitions.project.name_of,
        role_word=role_word,
    )


@router.get(f"{ACCOUNTS}/new")
def show_new(visit: Admin, unit: str = "") -> Response:
    """The form of a new account; which posts can be chosen follows the unit."""
    unit = unit if _theirs(visit, unit) else visit.principal.unit
    blank = AccountForm("", "", unit, frozenset(), frozenset(), frozenset(), undisclosed=False)
    return _form(visit, blank)


@router.post(ACCOUNTS)
def take_new(visit: Admin, sent: Sent) -> Response:
    """Make an account, and show its link."""
    try:
        account = make_account(visit.ws, sent.name, _mandate(visit, sent), _hand(visit))
    except AccountRefused as why:
        return _form(visit, sent, refused=str(why))
    return _with_link(visit, account)


@router.get(f"{ACCOUNTS}/{{number}}")
def show_one(visit: Overseer, number: RowNumber, unit: str = "") -> Response:
    """One account; `unit` shows the form for another unit."""
    account = _account(visit, number)
    mandate = mandate_of(account)
    moved = unit if _theirs(visit, unit) else mandate.unit
    shown = AccountForm(
        account.name,
        mandate.full_name,
        moved,
        frozenset(mandate.roles),
        mandate.posts,
        mandate.lines or frozenset(),
        undisclosed=mandate.undisclosed,
    )
    return _form(visit, shown, account)


@router.post(f"{ACCOUNTS}/{{number}}")
def take_change(visit: Admin, number: RowNumber, sent: Sent) -> Response:
    """Let the account do other things, or for others."""
    account = _others(visit, number)
    try:
        change_account(visit.ws, account.id, _mandate(visit, sent), _hand(visit))
    except AccountRefused as why:
        return _form(visit, sent, account, refused=str(why))
    return RedirectResponse(f"{ACCOUNTS}/{number}", 303)


@router.post(f"{ACCOUNTS}/{{number}}/link")
def take_link(visit: Admin, number: RowNumber) -> Response:
    """Make another link, and show it."""
    return _with_link(visit, _account(visit, number))


@router.post(f"{ACCOUNTS}/{{number}}/disable")
def take_disable(visit: Admin, number: RowNumber) -> Response:
    """Close the account."""
    try:
        disable_account(visit.ws, _others(visit, number).id, _hand(visit))
    except AccountRefused as why:
        raise PageRefused(409, say(zh="没有停用", en="Not closed"), str(why)) from None
    return RedirectResponse(f"{ACCOUNTS}/{number}", 303)


@router.post(f"{ACCOUNTS}/{{number}}/enable")
def take_enable(visit: Admin, number: RowNumber) -> Response:
    """Let the account sign in again."""
    enable_account(visit.ws, _account(visit, number).id, _hand(visit))
    return RedirectResponse(f"{ACCOUNTS}/{number}", 303)


@router.post(f"{ACCOUNTS}/{{number}}/sign-out")
def take_sign_out(visit: Admin, number: RowNumber) -> Response:
    """Sign the account out everywhere: a telephone was lost."""
    sign_out_everywhere(visit.ws.ledger, _account(visit, number).id, _hand(visit))
    return RedirectResponse(f"{ACCOUNTS}/{number}", 303)


def _account(visit: Visit, number: int) -> Account:
    """The account of this number, if it is of their units; else it does not exist for them."""
    account = account_numbered(visit.ws, number)
    if account is None or not visit.principal.acts_for(account.unit):
        raise HTTPException(404)
    return account


def _others(visit: Visit, number: int) -> Account:
    account = _account(visit, number)
    if account.id == visit.principal.account:
        raise PageRefused(
            403,
            say(zh="不能改自己的账号", en="Not one's own account"),
            say(
                zh="自己的角色和范围由另一位管理员来改",
                en="another administrator changes what you may do",
            ),
        )
    return account


def _theirs(visit: Visit, unit: str) -> bool:
    return unit in visit.ws.definitions.project.units and visit.principal.acts_for(unit)


def _mandate(visit: Visit, sent: AccountForm) -> Mandate:
    """What the form asks for. Raises AccountRefused for a unit that is not theirs, in the words for one that does not exist."""
    if not _theirs(visit, sent.unit):
        raise AccountRefused(zh=f"没有单位“{sent.unit}”", en=f"no unit “{sent.unit}”")
    return Mandate(
        sent.full_name,
        cast("frozenset[Role]", sent.roles),
        sent.unit,
        sent.posts,
        sent.lines or None,
        sent.undisclosed,
    )


def _hand(visit: Visit) -> Hand:
    return Hand(visit.principal.name, visit.now, arrival_of(visit.request).address)


def _with_link(visit: Visit, account: Account) -> Response:
    try:
        secret = make_link(visit.ws.ledger, account.id, _hand(visit))
    except AccountRefused as why:
        raise PageRefused(409, say(zh="没有发链接", en="No link was made"), str(why)) from None
    return page(
        visit,
        "account_link.html.j2",
        account=account,
        link=f"{address_of(visit.request)}/welcome/{secret}",
        days=GOOD_FOR.days,
    )


def _form(visit: Visit, shown: AccountForm, account: Account | None = None, refused: str = "") -> Response:
    project = visit.ws.definitions.project
    below = project.below(shown.unit)
    return page(
        visit,
        "account.html.j2",
        status=422 if refused else 200,
        account=account,
        shown=shown,
        refused=refused,
        units=[unit for unit in project.units.values() if visit.principal.acts_for(unit.code)],
        posts=[(project.units[code], post) for code in below for post in project.units[code].posts],
        lines=sorted({duty.line for duty in visit.ws.definitions.duties.values()}),
        roles=ROLES,
        role_word=role_word,
        may_change=visit.principal.is_a("admin")
        and (account is None or account.id != visit.principal.account),
        sign_ins=lasting_of(visit.ws.ledger, account.id, visit.now) if account else [],
        history=history_of(visit.ws, account.id) if account else [],
        event_word=event_word,
    )
