"""Who may sign in or call, and what a call was answered."""

from datetime import datetime
from typing import Final

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from duban.ledger.columns import LedgerRow, linked, moment, number, plain, refers, table_of
from duban.ledger.tables.bureau import UnitRecord


class Account(LedgerRow, table=True):
    """A person who may sign in."""

    __tablename__ = "account"
    id: int = number()
    #: What the person signs in with.
    name: str = Field(unique=True)
    #: What people call the person.
    full_name: str = ""
    #: What the person may do.
    role: str
    #: The code of the unit the person acts for.
    unit: str | None = Field(default=None, foreign_key="unit.code")
    #: The post the person holds there.
    post: str | None = None
    #: Never the password itself.
    password_hash: str
    created_at: datetime = moment()
    #: When the account was closed; None while it may sign in.
    disabled_at: datetime | None = moment(default=None)


class Token(LedgerRow, table=True):
    """A program that may call, for one unit and those below it."""

    __tablename__ = "token"
    id: int = number()
    #: What people call the program.
    name: str = Field(unique=True)
    #: The hash of its secret; the secret itself is nowhere.
    sha256: str = Field(unique=True)
    #: The code of the unit it acts for.
    unit: str = Field(foreign_key="unit.code")
    #: What it may do.
    scopes: list[str] = plain(default_factory=list)
    created_at: datetime = moment()
    #: Who made it.
    created_by: str
    #: When it ends by itself; None: never.
    expires_at: datetime | None = moment(default=None)
    #: When somebody ended it.
    revoked_at: datetime | None = moment(default=None)
    #: When it last called, to the hour.
    last_used_at: datetime | None = moment(default=None)
    #: The unit it acts for.
    stands_for: UnitRecord = linked(at_once=True)

    def valid(self, now: datetime) -> bool:
        """Whether it may be used at `now` (aware UTC)."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def state(self, now: datetime) -> str:
        """valid, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "valid" if self.valid(now) else "expired"


class RememberedAnswer(LedgerRow, table=True):
    """What a request with an idempotency key was answered; the same request again gets the same answer.

    The INSERT is the claim.
    """

    __tablename__ = "remembered_answer"
    __table_args__ = (
        UniqueConstraint("token_id", "key"),
        Index("ix_remembered_answer_claimed_at", "claimed_at"),
    )
    id: int = number()
    token_id: int = refers("token.id")
    #: The key the program sent along; unique within the token.
    key: str
    #: The digest of what was asked: the same key with another question is a mistake.
    asked: str
    claimed_at: datetime = moment()
    #: The answer's HTTP status; None while the request is being worked on.
    status: int | None = None
    headers: dict[str, str] = plain(default_factory=dict)
    body: str | None = None


ACCOUNT: Final = table_of(Account)
TOKEN: Final = table_of(Token)
REMEMBERED_ANSWER: Final = table_of(RememberedAnswer)
