"""Tokens (令牌): which program may call, for which unit, and whether it may write.

A token stands for one unit and those below it. Its secret has 256 random bits and is shown once; the ledger keeps its
SHA-256 alone, which for so long a secret is as good as a slow hash and costs a request nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Row, select, update
from sqlmodel import col

from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.ledger.database import insert_ignore, reading, writing
from duban.ledger.rows import named
from duban.ledger.tables import TOKEN, UnitRecord
from duban.ledger.tables import Token as TokenRow
from duban.ledger.unavailable import LedgerUnavailable

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Engine

    from duban.workspace.workspace import Workspace

READ: Final = "read"
WRITE: Final = "write"
PREFIX: Final = "duban_"
"""What every secret begins with, so that one left in a log or a mail can be found."""
_NOTED_EVERY = timedelta(hours=1)
_LONGEST_NAME = 60


class TokenRefused(Exception):
    """A token cannot be made or revoked; the text says why."""


@dataclass(frozen=True)
class Token:
    """A token as it stands. Moments are aware UTC; `unit_name` is the name the unit has now."""

    id: int
    name: str
    unit: str
    unit_name: str
    level: str
    scopes: tuple[str, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def valid(self, now: datetime) -> bool:
        """Whether the token may still be used at `now` (aware UTC)."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def state(self, now: datetime) -> str:
        """valid, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "valid" if self.valid(now) else "expired"


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

    It is good to the end of the local day `until`. Raises TokenRefused for an unknown unit, a name that is taken, or a
    day that is past.
    """
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise TokenRefused(
            say(
                zh=f"令牌要有名称，最多 {_LONGEST_NAME} 个字",
                en=f"a token needs a name of at most {_LONGEST_NAME} characters",
            )
        )
    units = ws.definitions.project.units
    if unit not in units:
        near = did_you_mean(unit, units)
        raise TokenRefused(say(zh=f"没有单位“{unit}”，{near}", en=f"no unit “{unit}”, {near}").rstrip("，, "))
    expires = None
    if until is not None:
        zone = ws.definitions.project.zone
        expires = datetime.combine(until + timedelta(days=1), time(), zone)
        if expires <= now:
            raise TokenRefused(say(zh=f"{until} 已经过去", en=f"{until} is past"))
    secret = PREFIX + secrets.token_urlsafe(32)
    row = {
        "name": name,
        "sha256": _hash(secret),
        "unit": unit,
        "scopes": [READ] if read_only else [READ, WRITE],
        "created_at": now,
        "created_by": by,
        "expires_at": expires,
        "revoked_at": None,
        "last_used_at": None,
    }
    with writing(ws.ledger) as connection:
        if not insert_ignore(connection, TOKEN, [row]):
            raise TokenRefused(
                say(
                    zh=f"已有名为“{name}”的令牌，请换一个名称",
                    en=f"there is a token named “{name}”; choose another name",
                )
            )
        made = connection.execute(_TOKENS.where(col(TokenRow.name) == name)).one()
    return _token(made), secret


def all_tokens(ws: Workspace) -> list[Token]:
    """Every token that was ever made, in the order of their making."""
    with reading(ws.ledger) as connection:
        return [_token(row) for row in connection.execute(_TOKENS.order_by(col(TokenRow.id)))]


def revoke_token(ws: Workspace, name: str, now: datetime) -> Token:
    """Take a token out of use at once, for good. Raises TokenRefused when there is none, or it was revoked before."""
    with writing(ws.ledger) as connection:
        found = connection.execute(_TOKENS.where(col(TokenRow.name) == name)).one_or_none()
        if found is None:
            near = did_you_mean(name, connection.execute(select(col(TokenRow.name))).scalars())
            raise TokenRefused(
                say(zh=f"没有令牌“{name}”，{near}", en=f"no token “{name}”, {near}").rstrip("，, ")
            )
        if found.revoked_at is not None:
            raise TokenRefused(say(zh=f"令牌“{name}”已经作废", en=f"the token “{name}” is revoked already"))
        connection.execute(update(TokenRow).where(col(TokenRow.id) == found.id).values(revoked_at=now))
        return _token(connection.execute(_TOKENS.where(col(TokenRow.id) == found.id)).one())


def token_of(ledger: Engine, secret: str, now: datetime) -> Token | None:
    """The token with this secret if it may be used at `now` (aware UTC), else None. Its use is noted once an hour."""
    with reading(ledger) as connection:
        row = connection.execute(_TOKENS.where(col(TokenRow.sha256) == _hash(secret))).one_or_none()
    if row is None:
        return None
    token = _token(row)
    if not token.valid(now):
        return None
    if token.last_used_at is None or now - token.last_used_at >= _NOTED_EVERY:
        # A ledger that cannot be written at this moment can still be read.
        with suppress(LedgerUnavailable), writing(ledger) as connection:
            connection.execute(update(TokenRow).where(col(TokenRow.id) == token.id).values(last_used_at=now))
    return token


def units_within(connection: Connection, code: str) -> frozenset[str]:
    """The unit with this code and every unit below it, those that have left the tree included."""
    parents = [tuple(row) for row in connection.execute(select(col(UnitRecord.code), col(UnitRecord.parent)))]
    return frozenset(_below(parents, code))


def _below(parents: Iterable[tuple[str, str | None]], code: str) -> set[str]:
    parents = list(parents)
    reached = {code}
    while more := {unit for unit, parent in parents if parent in reached} - reached:
        reached |= more
    return reached


_TOKENS = select(TokenRow, named(col(UnitRecord.name), "unit_name"), col(UnitRecord.level)).join(
    UnitRecord, col(UnitRecord.code) == col(TokenRow.unit)
)


def _token(row: Row[Any]) -> Token:
    return Token(
        row.id,
        row.name,
        row.unit,
        row.unit_name,
        row.level,
        tuple(row.scopes),
        row.created_at,
        row.created_by,
        row.expires_at,
        row.revoked_at,
        row.last_used_at,
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
