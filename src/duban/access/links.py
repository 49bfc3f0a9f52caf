"""A link that works once (一次性链接): by it the owner of an account chooses a password, the first or another.

It is shown once to whoever makes it, ends after three days, and ends when a newer one is made or a password is chosen.
Opening it changes nothing.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from duban.access.accounts import Hand, end_sign_ins, note
from duban.access.mandates import AccountRefused
from duban.access.passwords import check_password, hashed
from duban.access.secret_words import fingerprint, new_secret
from duban.base.objections import Objection
from duban.ledger.sessions import changing, looking
from duban.ledger.tables import Account, AccountLink

GOOD_FOR: Final = timedelta(days=3)


class LinkRefused(Objection):
    """A link leads nowhere, or no longer; the text says why and what to do."""


def make_link(ledger: Engine, number: int, hand: Hand) -> str:
    """The secret of a new link by which the owner of the account of this number chooses a password; older ones end.

    `hand` is who makes it, when and from where; the link is good for `GOOD_FOR` from then on, and once. The ledger keeps the
    secret's fingerprint alone.

    Raises AccountRefused if the account is closed, or there is none.
    """
    secret = new_secret()
    with changing(ledger) as session:
        account = session.get(Account, number)
        if account is None or account.disabled_at is not None:
            raise AccountRefused(zh="账号已停用，先启用再发链接", en="the account is closed: enable it first")
        _end_links(session, account.id, hand.now)
        session.add(
            AccountLink(
                account_id=account.id,
                sha256=fingerprint(secret),
                made_at=hand.now,
                made_by=hand.actor,
                ends_at=hand.now + GOOD_FOR,
            )
        )
        note(session, account, "link made", hand)
    return secret


def account_of_link(ledger: Engine, secret: str, now: datetime) -> Account:
    """Whose password the link with this secret lets choose at `now` (aware UTC).

    Raises LinkRefused for one that was used, ended or is forged; in the same words for a forged one and one that never was.
    """
    with looking(ledger) as session:
        return _usable(session, secret, now).account


def choose_by_link(ledger: Engine, secret: str, password: str, hand: Hand) -> Account:
    """Let the bearer of the link choose the password; the link is used, and every sign-in that lasts ends.

    `secret` is the link's, `password` as it was typed, `hand` when and from where; whose hand it is the link says. Of two that
    bear one link at once the first chooses.

    Raises LinkRefused, and PasswordRefused, in which case the link stays good.
    """
    account = account_of_link(ledger, secret, hand.now)
    check_password(password, account.name, account.full_name)
    kept = hashed(password)
    with changing(ledger) as session:
        link = _usable(session, secret, hand.now, alone=True)
        account = session.get_one(Account, link.account_id)
        _set_password(session, account, kept, Hand(account.full_name, hand.now, hand.address))
        return account


def choose_password(ledger: Engine, number: int, password: str, hand: Hand, *, staying: int | None) -> None:
    """Let the owner of the account `number` choose another password, by `hand` (who, when in UTC, from where).

    Every sign-in but the one numbered `staying` ends. Raises PasswordRefused for one that is too short, too easy to
    guess, or made of the owner's names; nothing is changed then.
    """
    with looking(ledger) as session:
        account = session.get_one(Account, number)
    check_password(password, account.name, account.full_name)
    kept = hashed(password)
    with changing(ledger) as session:
        _set_password(session, session.get_one(Account, number), kept, hand, staying=staying)


def _set_password(
    session: Session, account: Account, kept: str, hand: Hand, *, staying: int | None = None
) -> None:
    account.password_hash = kept
    session.add(account)
    _end_links(session, account.id, hand.now)
    end_sign_ins(session, account, hand.now, but=staying)
    note(session, account, "password chosen", hand)


def _end_links(session: Session, number: int, now: datetime) -> None:
    standing = select(AccountLink).where(
        col(AccountLink.account_id) == number, col(AccountLink.used_at).is_(None)
    )
    for link in session.exec(standing):
        link.used_at = now
        session.add(link)


def _usable(session: Session, secret: str, now: datetime, *, alone: bool = False) -> AccountLink:
    """The link, `alone` so that of two who use it at once the second finds it used."""
    query = select(AccountLink).where(col(AccountLink.sha256) == fingerprint(secret))
    if alone:
        query = query.with_for_update(of=AccountLink)
    link = session.exec(query).one_or_none()
    if link is None:
        raise LinkRefused(
            zh="这个链接不对，可能没有复制完整；请向管理员要一个新链接",
            en="this link leads nowhere; perhaps it was not copied whole. Ask an administrator for a new one",
        )
    if link.used_at is not None:
        raise LinkRefused(
            zh="这个链接已经用过，或者已经换成新的；口令忘了请向管理员要一个新链接",
            en="this link was used, or a newer one took its place; ask an administrator for a new one",
        )
    if link.ends_at <= now or link.account.disabled_at is not None:
        raise LinkRefused(
            zh=f"这个链接已经过期（{GOOD_FOR.days} 天内有效）；请向管理员要一个新链接",
            en=f"this link has expired (it is good for {GOOD_FOR.days} days); ask an administrator for a new one",
        )
    return link
