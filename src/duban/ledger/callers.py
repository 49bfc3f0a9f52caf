"""Who may sign in or call, and what a call was answered: the tables beside those of the ledger proper."""

from datetime import datetime
from typing import Final

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

import duban.ledger.tables  # noqa: F401  the units that these rows refer to
from duban.ledger.columns import Row, moment, number, plain, refers, table_of


class Account(Row, table=True):
    """A person who may sign in."""

    __tablename__ = "account"
    id: int | None = number()
    name: str = Field(unique=True)
    full_name: str = ""
    role: str
    unit: str | None = Field(default=None, foreign_key="unit.code")
    post: str | None = None
    password_hash: str
    created_at: datetime = moment()
    disabled_at: datetime | None = moment(default=None)


class Token(Row, table=True):
    """A program that may call, for one unit and those below it. Only the hash of its secret is kept."""

    __tablename__ = "token"
    id: int | None = number()
    name: str = Field(unique=True)
    sha256: str = Field(unique=True)
    unit: str = Field(foreign_key="unit.code")
    scopes: list[str] = plain(default_factory=list)
    created_at: datetime = moment()
    created_by: str
    expires_at: datetime | None = moment(default=None)
    revoked_at: datetime | None = moment(default=None)
    last_used_at: datetime | None = moment(default=None)


class RememberedAnswer(Row, table=True):
    """What a request with an idempotency key was answered; the same request again gets the same answer.

    The INSERT is the claim; `status` is NULL while the request is being worked on.
    """

    __tablename__ = "remembered_answer"
    __table_args__ = (
        UniqueConstraint("token_id", "key"),
        Index("ix_remembered_answer_claimed_at", "claimed_at"),
    )
    id: int | None = number()
    token_id: int = refers("token.id")
    key: str
    asked: str
    claimed_at: datetime = moment()
    status: int | None = None
    headers: dict[str, str] = plain(default_factory=dict)
    body: str | None = None


ACCOUNT: Final = table_of(Account)
TOKEN: Final = table_of(Token)
REMEMBERED_ANSWER: Final = table_of(RememberedAnswer)
