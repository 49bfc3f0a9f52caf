"""Tokens (令牌): which program may call, for which unit, and whether it may write.

A token stands for one unit and those below it. Its secret is shown once.
"""

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from duban.access.secret_words import fingerprint, new_secret
from duban.base.days import ONE_DAY
from duban.base.language import say
from duban.base.objections import Objection
from duban.base.problems import there_is_no
from duban.ledger.sessions import changing, looking
from duban.ledger.tables import Token
from duban.ledger.unavailable import LedgerUnavailable
from duban.workspace.workspace import Workspace

READ: Final = "read"
WRITE: Final = "write"
PREFIX: Final = "duban_"
"""What every secret begins with, so that one left in a log or a mail can be found."""
_NOTED_EVERY = timedelta(hours=1)
_LONGEST_NAME = 60


class TokenRefused(Objection):
    """A token cannot be made or revoked; the text says why."""


def make_token(
    ws: Workspace,
    unit: str,
    name: str,
    now: datetime,
    *,
    by: str,
    read_only: bool = False,
    until: date | None = None,
) -> tuple[Token, str]:
    """Make a token for the unit with this code; the token, and its secret, which nobody can read again.

    `by` is who made it, in the history; with `read_only` it writes nothing. It is good to the end of the local day `until`,
    or until it is taken back; `now` is aware UTC. Raises TokenRefused for an unknown unit, a name that is taken, or a
    day that is past.
    """
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise TokenRefused(
            zh=f"令牌要有名称，最多 {_LONGEST_NAME} 个字",
            en=f"a token needs a name of at most {_LONGEST_NAME} characters",
        )
    units = ws.definitions.project.units
    if unit not in units:
        raise TokenRefused(there_is_no(say(zh="单位", en="unit"), unit, units))
    expires = None
    if until is not None:
        zone = ws.definitions.project.zone
        expires = datetime.combine(until + ONE_DAY, time(), zone)
        if expires <= now:
            raise TokenRefused(zh=f"{until} 已经过去", en=f"{until} is past")
    secret = PREFIX + new_secret()
    token = Token(
        name=name,
        sha256=fingerprint(secret),
        unit=unit,
        scopes=[READ] if read_only else [READ, WRITE],
        created_at=now,
        created_by=by,
        expires_at=expires,
    )
    try:
        with changing(ws.ledger) as session:
            session.add(token)
            session.flush()
            session.refresh(token)
    except IntegrityError:
        raise TokenRefused(
            zh=f"已有名为“{name}”的令牌，请换一个名称",
            en=f"there is a token named “{name}”; choose another name",
        ) from None
    return token, secret


def all_tokens(ws: Workspace) -> list[Token]:
    """Every token that was ever made, in the order of their making."""
    with looking(ws.ledger) as session:
        return list(session.exec(select(Token).order_by(col(Token.id))))


def revoke_token(ws: Workspace, name: str, now: datetime) -> Token:
    """Take the token of this `name` out of use at `now` (aware UTC), for good; its name is not free again.

    Raises TokenRefused when there is none, saying which are near, or it was revoked before.
    """
    with changing(ws.ledger) as session:
        token = session.exec(select(Token).where(Token.name == name)).one_or_none()
        if token is None:
            known = session.exec(select(Token.name))
            raise TokenRefused(there_is_no(say(zh="令牌", en="token"), name, known))
        if token.revoked_at is not None:
            raise TokenRefused(zh=f"令牌“{name}”已经作废", en=f"the token “{name}” is revoked already")
        token.revoked_at = now
        return token


def token_of(ledger: Engine, secret: str, now: datetime) -> Token | None:
    """The token with this secret if it may be used at `now` (aware UTC), else None. Its use is noted once an hour."""
    with looking(ledger) as session:
        token = session.exec(select(Token).where(Token.sha256 == fingerprint(secret))).one_or_none()
    if token is None or not token.valid(now):
        return None
    if token.last_used_at is None or now - token.last_used_at >= _NOTED_EVERY:
        # A ledger that cannot be written at this moment can still be read.
        with suppress(LedgerUnavailable), changing(ledger) as session:
            session.merge(token).last_used_at = now
    return token
