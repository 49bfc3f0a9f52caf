"""Who may sign in or call, where they are signed in, who wrote what, and what a call was answered."""

from datetime import datetime
from typing import Final

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from duban.base.json_values import JsonObject
from duban.ledger.columns import LedgerRow, linked, moment, number, plain, refers, table_of
from duban.ledger.tables.bureau import UnitRecord


class Account(LedgerRow, table=True):
    """A person who may sign in (账号)."""

    __tablename__ = "account"
    id: int = number()  #: its row
    #: What the person signs in with, in small letters.
    name: str = Field(unique=True)
    #: What people call the person, and the history names.
    full_name: str
    #: What the person may do: some of 经办人, 督办人, 管理员, 审计员.
    roles: list[str] = plain(default_factory=list)
    #: The code of the unit the person belongs to: they see it and those below.
    unit: str = Field(foreign_key="unit.code")
    #: The posts the person holds, as `unit/post`.
    posts: list[str] = plain(default_factory=list)
    #: The only lines the person sees; None: what the posts say, and where they say nothing, every line.
    lines: list[str] | None = plain(default=None)
    #: Whether confidential obligations of their units exist for them before they are done.
    undisclosed: bool = False
    #: The hash of the password; None until the first is chosen. Never the password itself.
    password_hash: str | None = None
    created_at: datetime = moment()  #: when it was made
    #: Who made it.
    created_by: str
    #: When the account was closed; None while it may sign in.
    disabled_at: datetime | None = moment(default=None)
    #: The unit they belong to.
    belongs_to: UnitRecord = linked(at_once=True)


class SignIn(LedgerRow, table=True):
    """A sign-in that lasts (会话): one browser of one account, known by a secret in its cookie."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_account_id", "account_id"),)
    id: int = number()  #: its row
    account_id: int = refers("account.id")  #: the account
    #: The fingerprint of the cookie's secret; the secret itself is nowhere.
    sha256: str = Field(unique=True)
    began_at: datetime = moment()  #: when it began
    #: When it was last used, to a few minutes.
    seen_at: datetime = moment()
    #: When it ends by itself.
    ends_at: datetime = moment()
    #: When somebody ended it.
    ended_at: datetime | None = moment(default=None)
    #: Whether the browser keeps it when it is closed.
    kept: bool = False
    #: Where the person came from.
    address: str
    #: What the browser calls itself.
    browser: str
    #: The account it belongs to.
    account: Account = linked(at_once=True)


class AccountLink(LedgerRow, table=True):
    """A link that lets its bearer choose the account's password, once (一次性链接)."""

    __tablename__ = "account_link"
    __table_args__ = (Index("ix_account_link_account_id", "account_id"),)
    id: int = number()  #: its row
    account_id: int = refers("account.id")  #: the account
    #: The fingerprint of its secret.
    sha256: str = Field(unique=True)
    made_at: datetime = moment()  #: when it was made
    #: Who made it.
    made_by: str
    #: When it ends by itself.
    ends_at: datetime = moment()
    #: When it was used, or another took its place.
    used_at: datetime | None = moment(default=None)
    #: The account it is for.
    account: Account = linked(at_once=True)


class CalendarFeed(LedgerRow, table=True):
    """An address from which calendars fetch what waits for an account's posts (日历订阅), known by the secret in it."""

    __tablename__ = "calendar_feed"
    __table_args__ = (Index("ix_calendar_feed_account_id", "account_id"),)
    id: int = number()  #: its row
    account_id: int = refers("account.id")  #: the account
    #: The fingerprint of its secret; the secret itself is nowhere.
    sha256: str = Field(unique=True)
    made_at: datetime = moment()  #: when it was made
    #: When its owner revoked it, or another took its place.
    ended_at: datetime | None = moment(default=None)
    #: Whose it is.
    account: Account = linked(at_once=True)


class AccountEvent(LedgerRow, table=True):
    """What happened to an account: made, changed, closed, signed in. The history only grows."""

    __tablename__ = "account_event"
    __table_args__ = (Index("ix_account_event_account_id", "account_id", "id"),)
    id: int = number()  #: its row
    account_id: int = refers("account.id")  #: the account
    at: datetime = moment()  #: when it happened
    #: What happened: created, changed, disabled, enabled, link made, password chosen, feed made, signed in, signed out.
    kind: str
    #: Who did it.
    actor: str
    #: Where they came from; empty at the machine itself.
    address: str = ""
    #: What it changed.
    details: JsonObject = plain(default_factory=dict)


class RefusedSignIn(LedgerRow, table=True):
    """How often a name was refused from one address lately: the next try there has to wait, nobody else's does."""

    __tablename__ = "refused_sign_in"
    __table_args__ = (Index("ix_refused_sign_in_last_at", "last_at"),)
    #: The fingerprint of name and address: somebody may have typed a password for a name.
    key: str = Field(primary_key=True)
    #: How often in a row.
    times: int
    last_at: datetime = moment()  #: when it was refused last


class Token(LedgerRow, table=True):
    """A program that may call, for one unit and those below it."""

    __tablename__ = "token"
    id: int = number()  #: its row
    #: What people call the program.
    name: str = Field(unique=True)
    #: The fingerprint of its secret; the secret itself is nowhere.
    sha256: str = Field(unique=True)
    #: The code of the unit it acts for.
    unit: str = Field(foreign_key="unit.code")
    #: What it may do.
    scopes: list[str] = plain(default_factory=list)
    created_at: datetime = moment()  #: when it was made
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


class Author(LedgerRow, table=True):
    """Who writes the ledger (登记人), as every row they write names them. Written once, when they first write."""

    __tablename__ = "author"
    id: int = number()  #: its row
    #: What makes them one: entrance, unit, account or token, what may be known to them, name.
    key: str = Field(unique=True)
    #: As the history names them: a person's name, or a token's.
    name: str
    #: The code of the unit they belong to or stand for.
    unit: str = Field(foreign_key="unit.code")
    #: Where they came in: page, api or command.
    entrance: str
    #: Their account, where a person signed in.
    account_id: int | None = refers("account.id", default=None)
    #: Their token, where a program called.
    token_id: int | None = refers("token.id", default=None)
    #: Whether confidential obligations of their units existed for them before they were done.
    undisclosed: bool


class AccessRecord(LedgerRow, table=True):
    """That somebody wrote something, or tried (操作记录). The log only grows; nothing prunes it."""

    __tablename__ = "access_record"
    __table_args__ = (Index("ix_access_record_at", "at"),)
    id: int = number()  #: its row
    at: datetime = moment()  #: when it was
    #: Who it was.
    author_id: int = refers("author.id")
    #: The machine they came from; empty at the machine itself.
    address: str
    #: The method and path, or the command. No query, no body.
    act: str
    #: The answer's HTTP status, or `done` or `refused`.
    outcome: str
    #: The numbers of what was written, as many as are named.
    touched: list[str] = plain(default_factory=list)
    #: How many there were.
    count: int
    #: Who it was.
    author: Author = linked(at_once=True)


class RememberedAnswer(LedgerRow, table=True):
    """What a request with an idempotency key was answered; the same request again gets the same answer.

    The INSERT is the claim.
    """

    __tablename__ = "remembered_answer"
    __table_args__ = (
        UniqueConstraint("token_id", "key"),
        Index("ix_remembered_answer_claimed_at", "claimed_at"),
    )
    id: int = number()  #: its row
    token_id: int = refers("token.id")  #: the token that asked
    #: The key the program sent along; unique within the token.
    key: str
    #: The fingerprint of what was asked: the same key with another question is a mistake.
    asked: str
    claimed_at: datetime = moment()  #: when the request came
    #: The answer's HTTP status; None while the request is being worked on.
    status: int | None = None
    headers: dict[str, str] = plain(default_factory=dict)  #: the answer's headers
    body: str | None = None  #: the answer's text; None: none was given yet


ACCOUNT: Final = table_of(Account)
REFUSED_SIGN_IN: Final = table_of(RefusedSignIn)
AUTHOR: Final = table_of(Author)
ACCESS_RECORD: Final = table_of(AccessRecord)
REMEMBERED_ANSWER: Final = table_of(RememberedAnswer)
