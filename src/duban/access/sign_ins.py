"""Arrival in and out: who is signed in where (会话), known by a secret in the browser's cookie."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from sqlalchemy import Engine, bindparam
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from duban.access.accounts import Hand, end_sign_ins, note, sign_in_name
from duban.access.passwords import hashed, matches, outdated
from duban.access.patience import count_refusal, forget_refusals, wait_before
from duban.access.secret_words import fingerprint, new_secret
from duban.base.language import say
from duban.ledger.sessions import changing, looking
from duban.ledger.tables import Account, SignIn
from duban.ledger.unavailable import LedgerUnavailable

LASTS: Final = timedelta(hours=12)
"""A browser that is not kept signed in has to be used again within this time."""
KEPT_FOR: Final = timedelta(days=30)
_NOTED_EVERY: Final = timedelta(minutes=5)
_LONGEST_BROWSER: Final = 300


class SignInRefused(Exception):
    """Nobody comes in; the text says why, and is the same whatever was wrong with name and password."""

    def __init__(self, told: str, wait: int = 0) -> None:
        super().__init__(told)
        #: the whole seconds until the next try
        self.wait = wait


@dataclass(frozen=True)
class Arrival:
    """Somebody at the door."""

    #: when, aware UTC
    now: datetime
    #: where from
    address: str
    #: what the browser calls itself
    browser: str
    #: whether the browser stays signed in when it is closed
    kept: bool = False


def sign_in(ledger: Engine, name: str, password: str, arrival: Arrival) -> tuple[SignIn, str]:
    """Let the owner of an account in by a password: the sign-in, and the secret for the cookie.

    `name` and `password` are as they were typed, `arrival` is when, from where and with which browser.

    Raises SignInRefused, in the same words for a wrong password, a closed account and none; after several from one address with
    the seconds to wait.
    """
    name = sign_in_name(name)
    wait = wait_before(ledger, name, arrival.address, arrival.now)
    if wait:
        raise SignInRefused(
            say(
                zh=f"这个账号在本机连续输错了几次，请 {_spoken(wait)}后再试",
                en=f"several wrong tries from here: wait {wait} s and try again",
            ),
            wait,
        )
    with looking(ledger) as session:
        account = session.exec(select(Account).where(col(Account.name) == name)).one_or_none()
    right = matches(password, None if account is None else account.password_hash)
    if account is None or not right or account.disabled_at is not None:
        count_refusal(ledger, name, arrival.address, arrival.now)
        raise SignInRefused(
            say(
                zh="账号或口令不对。忘了口令、账号停用，都请联系管理员",
                en="wrong name or password. If it is forgotten, or the account was closed, ask an administrator",
            )
        )
    with changing(ledger) as session:
        account = session.get_one(Account, account.id)
        if account.password_hash and outdated(account.password_hash):
            account.password_hash = hashed(password)
            session.add(account)
        forget_refusals(session, name, arrival.address)
        return begin(session, account, arrival, "signed in")


def sign_in_known(ledger: Engine, name: str, arrival: Arrival, how: str) -> tuple[SignIn, str]:
    """Let in whom somebody else has recognised: a trusted proxy, the bureau's own sign-on. Raises SignInRefused.

    `name` is what the other calls them, `arrival` when, from where and with which browser, `how` the event's word in the account's
    history. Nobody gets an account by it: what they may do here is an admin's word.
    """
    wanted = sign_in_name(name)
    with changing(ledger) as session:
        account = session.exec(select(Account).where(col(Account.name) == wanted)).one_or_none()
        if account is None or account.disabled_at is not None:
            raise SignInRefused(
                say(
                    zh=f"统一认证认出您是“{wanted}”，但这里没有这个账号，或已停用；请联系管理员建账号",
                    en=f"you are known as “{wanted}”, but there is no such account here, or it is closed; ask an "
                    "administrator",
                )
            )
        return begin(session, account, arrival, how)


def begin(session: Session, account: Account, arrival: Arrival, how: str) -> tuple[SignIn, str]:
    """A sign-in of an account that was recognised, and the secret for the cookie; the ledger keeps its fingerprint alone.

    `arrival` is when (aware UTC), from where and with which browser, and whether it is kept on this machine; `how` the event's word
    in the account's history.
    """
    secret = new_secret()
    begun = SignIn(
        account_id=account.id,
        sha256=fingerprint(secret),
        began_at=arrival.now,
        seen_at=arrival.now,
        ends_at=arrival.now + (KEPT_FOR if arrival.kept else LASTS),
        kept=arrival.kept,
        address=arrival.address,
        browser=arrival.browser[:_LONGEST_BROWSER],
    )
    session.add(begun)
    session.flush()
    session.refresh(begun)
    note(session, account, how, Hand(account.full_name, arrival.now, arrival.address))
    return begun, secret


def sign_in_of(ledger: Engine, secret: str, now: datetime) -> SignIn | None:
    """The sign-in with this secret, with its account, if it still lasts at `now`, else None.

    Its use is noted every few minutes, and puts its end off unless the browser is kept signed in.
    """
    with looking(ledger) as session:
        found = session.exec(_by_secret(), params={"sha256": fingerprint(secret)}).one_or_none()
    if found is None or not lasts(found, now):
        return None
    if now - found.seen_at >= _NOTED_EVERY:
        # A ledger that cannot be written at this moment can still be read.
        with suppress(LedgerUnavailable), changing(ledger) as session:
            noted = session.get_one(SignIn, found.id)
            noted.seen_at = now
            if not noted.kept:
                noted.ends_at = now + LASTS
            session.add(noted)
    return found


@cache
def _by_secret() -> SelectOfScalar[SignIn]:
    """The sign-in of one secret; put together once, as every page asks."""
    return select(SignIn).where(col(SignIn.sha256) == bindparam("sha256"))


def lasts(found: SignIn, now: datetime) -> bool:
    """Whether a sign-in is good at `now`."""
    return found.ended_at is None and now < found.ends_at and found.account.disabled_at is None


def lasting_of(ledger: Engine, number: int, now: datetime) -> list[SignIn]:
    """Where the account of this `number` is signed in at `now` (aware UTC), last used first."""
    theirs = select(SignIn).where(
        col(SignIn.account_id) == number, col(SignIn.ended_at).is_(None), col(SignIn.ends_at) > now
    )
    with looking(ledger) as session:
        return list(session.exec(theirs.order_by(col(SignIn.seen_at).desc(), col(SignIn.id).desc())))


def sign_out(ledger: Engine, account: int, number: int, now: datetime) -> bool:
    """End the sign-in of this `number` at `now` (aware UTC) if it is the `account`'s and lasts; whether it did.

    Of another's, and of one that is not there, it says the same.
    """
    with changing(ledger) as session:
        found = session.get(SignIn, number)
        if found is None or found.account_id != account or found.ended_at is not None:
            return False
        found.ended_at = now
        session.add(found)
        note(session, found.account, "signed out", Hand(found.account.full_name, now, found.address))
        return True


def sign_out_everywhere(ledger: Engine, account: int, hand: Hand, *, but: int | None = None) -> int:
    """End every sign-in of the account of this number, except the one numbered `but`; how many those were.

    Who did it (`hand`) stands in the account's history, unless there was none to end.
    """
    with changing(ledger) as session:
        owner = session.get_one(Account, account)
        ended = end_sign_ins(session, owner, hand.now, but=but)
        if ended:
            note(session, owner, "signed out everywhere", hand, {"sign_ins": ended})
        return ended


def _spoken(seconds: int) -> str:
    return f"{seconds} 秒" if seconds < 90 else f"{round(seconds / 60)} 分钟"
