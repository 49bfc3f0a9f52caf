"""What the engine has reckoned with, and the content that was proposed and put in force."""

from datetime import datetime
from typing import Final

from sqlmodel import Field

from duban.base.json_values import JsonObject
from duban.ledger.columns import (
    LedgerRow,
    PlainWords,
    kept_as,
    linked,
    moment,
    number,
    plain,
    refers,
    table_of,
)
from duban.ledger.tables.accounts import Author


class CalendarVersion(LedgerRow, table=True):
    """A calendar the engine has reckoned with."""

    __tablename__ = "calendar_version"
    id: int = number()  #: its row
    #: Its fingerprint.
    version: str = Field(unique=True)
    recorded_at: datetime = moment()  #: when it was recorded
    #: The years it knew, with how well.
    years: JsonObject = plain(default_factory=dict)


class ContentVersion(LedgerRow, table=True):
    """Content as it was applied or proposed once."""

    __tablename__ = "content_version"
    id: int = number()  #: its row
    #: The fingerprint of all its files.
    fingerprint: str = Field(unique=True)
    recorded_at: datetime = moment()  #: when it was recorded
    #: Path in the project → text.
    files: dict[str, str] = plain(default_factory=dict)


class AppliedVersion(LedgerRow, table=True):
    """Content put in force; its number is the version people speak of."""

    __tablename__ = "applied_version"
    id: int = number()  #: its row
    content_version_id: int = refers("content_version.id")  #: the content that was put in force
    applied_at: datetime = moment()  #: when it was put in force
    #: Who put it in force.
    actor: str
    #: Why, in the person's words.
    reason: str = kept_as(PlainWords, default="")
    #: The second person, where one had to approve.
    approved_by: str | None = None
    #: The fingerprint of the plan that was shown before.
    plan: str = ""
    #: What it changed, by what the plan counts.
    summary: JsonObject = plain(default_factory=dict)
    #: The files that are in force with it.
    content: ContentVersion = linked()


class ContentProposal(LedgerRow, table=True):
    """Content somebody wants to put in force and a second person has to approve."""

    __tablename__ = "content_proposal"
    id: int = number()  #: its row
    #: The fingerprint of the plan that was shown to whoever proposed it.
    plan: str = Field(unique=True)
    content_version_id: int = refers("content_version.id")  #: the content that is proposed
    proposed_at: datetime = moment()  #: when it was proposed
    #: Who proposed it; never who approves.
    proposed_by: str
    #: Who that is, an account told from a name; None where that was before authors were kept.
    author_id: int | None = refers("author.id", default=None)
    #: Why, in the person's words.
    reason: str = kept_as(PlainWords)
    #: When it was put in force or refused; None while it waits.
    settled_at: datetime | None = moment(default=None)
    #: Who did that.
    settled_by: str | None = None
    #: The files that were proposed.
    content: ContentVersion = linked()
    #: Who proposed it.
    author: Author | None = linked()


CALENDAR_VERSION: Final = table_of(CalendarVersion)
CONTENT_VERSION: Final = table_of(ContentVersion)
APPLIED_VERSION: Final = table_of(AppliedVersion)
CONTENT_PROPOSAL: Final = table_of(ContentProposal)
