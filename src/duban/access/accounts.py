"""Accounts (账号): who may sign in, and how an account is made, changed and closed.

Nobody has a password somebody else chose: an account is born without one, and a link that works once lets its owner
choose it. Whatever happens to an account is in its history with who did it.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from duban.access.mandates import (
    LONGEST_NAME,
    AccountRefused,
    Mandate,
    checked_mandate,
    give_mandate,
    mandate_of,
    mandate_told,
)
from duban.base.folding import tidy
from duban.base.json_values import JsonObject
from duban.base.language import say
from duban.base.problems import there_is_no
from duban.ledger.sessions import changing, looking
from duban.ledger.tables import Account, AccountEvent, SignIn
from duban.workspace.workspace import Workspace


@dataclass(frozen=True)
class Hand:
    """Who does something to an account, when, and from where."""

    actor: str  #: who acts, by name
    now: datetime  #: the moment, aware UTC
    #: the address they came from; empty at the machine itself
    address: str = ""


def sign_in_name(written: str) -> str:
    """The name of an account as it is kept: half-width and in small letters."""
    return unicodedata.normalize("NFKC", tidy(written)).casefold().replace(" ", "")


def make_account(ws: Workspace, name: str, mandate: Mandate, hand: Hand) -> Account:
    """Make an account, still without a password: nobody can sign in before its link was used.

    `hand` says who makes it and when. Raises AccountRefused for a name that is taken, empty or too long, and for a mandate
    that the project does not know (unit, post, line).
    """
    name = sign_in_name(name)
    if not name or len(name) > LONGEST_NAME:
        raise AccountRefused(
            zh=f"账号名要 1 到 {LONGEST_NAME} 个字，字母、数字、汉字都可以",
            en=f"an account's name has 1 to {LONGEST_NAME} characters",
        )
    checked = checked_mandate(ws, mandate)
    try:
        with changing(ws.ledger) as session:
            account = Account(
                name=name,
                full_name=checked.full_name,
                unit=checked.unit,
                created_at=hand.now,
                created_by=hand.actor,
            )
            give_mandate(account, checked)
            session.add(account)
            session.flush()
            session.refresh(account)
            note(session, account, "created", hand, mandate_told(checked))
            return account
    except IntegrityError:
        raise AccountRefused(
            zh=f"已有账号“{name}”，请换一个名", en=f"there is an account “{name}”; choose another name"
        ) from None


def change_account(ws: Workspace, number: int, mandate: Mandate, hand: Hand) -> Account:
    """Let the account of this number do other things, or for others, by another `mandate`.

    `hand` is who does it, when and from where. The same mandate again changes nothing and leaves no event. Where it is signed in it
    stays so, with what it may do from now on.

    Raises AccountRefused for no account, a mandate that cannot be, and when nobody would be left to administer.
    """
    checked = checked_mandate(ws, mandate)
    with changing(ws.ledger) as session:
        account = _account(session, number)
        before = mandate_of(account)
        if before == checked:
            return account
        if "admin" not in checked.roles:
            _leave_an_admin(session, account)
        give_mandate(account, checked)
        session.add(account)
        note(session, account, "changed", hand, {"from": mandate_told(before), "to": mandate_told(checked)})
        return account


def disable_account(ws: Workspace, number: int, hand: Hand) -> Account:
    """Close the account of this number at once, wherever it is signed in; one that is closed stays as it is.

    `hand` is who does it, when and from where. Raises AccountRefused for no account, and for the last admin.
    """
    with changing(ws.ledger) as session:
        account = _account(session, number)
        if account.disabled_at is None:
            _leave_an_admin(session, account)
            account.disabled_at = hand.now
            session.add(account)
            end_sign_ins(session, account, hand.now)
            note(session, account, "disabled", hand)
        return account


def enable_account(ws: Workspace, number: int, hand: Hand) -> Account:
    """Let the closed account of this number sign in again, with the password it had; one that is open stays as it is, without an
    event.

    `hand` is who does it, when and from where. Raises AccountRefused for no account.
    """
    with changing(ws.ledger) as session:
        account = _account(session, number)
        if account.disabled_at is not None:
            account.disabled_at = None
            session.add(account)
            note(session, account, "enabled", hand)
        return account


def all_accounts(ws: Workspace, units: Collection[str] | None = None) -> list[Account]:
    """Every account there ever was of these units (None: of every unit), by unit and name."""
    query = select(Account).order_by(col(Account.unit), col(Account.name))
    if units is not None:
        query = query.where(col(Account.unit).in_(sorted(units)))
    with looking(ws.ledger) as session:
        return list(session.exec(query))


def account_numbered(ws: Workspace, number: int) -> Account | None:
    """The account of this number (its row, as sessions and links carry it); None where there is none."""
    with looking(ws.ledger) as session:
        return session.get(Account, number)


def account_named(ws: Workspace, name: str) -> Account:
    """The account that signs in by this name, however wide or large its letters are typed. Raises AccountRefused, with the nearest name there is."""
    wanted = sign_in_name(name)
    with looking(ws.ledger) as session:
        account = session.exec(select(Account).where(col(Account.name) == wanted)).one_or_none()
        if account is None:
            known = session.exec(select(Account.name))
            raise AccountRefused(there_is_no(say(zh="账号", en="account"), name, known))
        return account


def history_of(ws: Workspace, number: int, most: int = 50) -> list[AccountEvent]:
    """What happened to an account (by number), newest first, no more than `most` events."""
    newest = select(AccountEvent).where(col(AccountEvent.account_id) == number)
    with looking(ws.ledger) as session:
        return list(session.exec(newest.order_by(col(AccountEvent.id).desc()).limit(most)))


def note(
    session: Session, account: Account, kind: str, hand: Hand, details: JsonObject | None = None
) -> None:
    """Write into the history of an account, within the session that changes it.

    `kind` is the event's word, `hand` who did it, when (aware UTC) and from where, `details` what an auditor wants to know besides;
    never a secret.
    """
    session.add(
        AccountEvent(
            account_id=account.id,
            at=hand.now,
            kind=kind,
            actor=hand.actor,
            address=hand.address,
            details=details or {},
        )
    )


def end_sign_ins(session: Session, account: Account, now: datetime, *, but: int | None = None) -> int:
    """End every sign-in of an account that lasts, except the one numbered `but`; how many those were."""
    lasting = select(SignIn).where(
        col(SignIn.account_id) == account.id, col(SignIn.ended_at).is_(None), col(SignIn.ends_at) > now
    )
    ended = [each for each in session.exec(lasting) if each.id != but]
    for each in ended:
        each.ended_at = now
        session.add(each)
    return len(ended)


def _account(session: Session, number: int) -> Account:
    account = session.get(Account, number)
    if account is None:
        raise AccountRefused(zh="没有这个账号", en="there is no such account")
    return account


def _leave_an_admin(session: Session, account: Account) -> None:
    """Raise AccountRefused if `account` is the only one who administers."""
    if "admin" not in account.roles or account.disabled_at is not None:
        return
    others = session.exec(select(Account).where(col(Account.disabled_at).is_(None)))
    if not any("admin" in each.roles for each in others if each.id != account.id):
        raise AccountRefused(
            zh="这是最后一个管理员账号，先给别人加上管理员",
            en="this is the last account that administers: make somebody else an admin first",
        )
