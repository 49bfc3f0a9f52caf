"""What an obligation rests on: the duty as it was when it opened, and how its due date came about."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from duban.base.json_values import JsonObject
from duban.ledger.columns import LedgerRow, moment, number, plain, table_of


class DutyVersion(LedgerRow, table=True):
    """What a duty said at one time. An obligation keeps the version it was opened under."""

    __tablename__ = "duty_version"
    __table_args__ = (UniqueConstraint("duty_id", "fingerprint"),)
    id: int = number()  #: its row
    #: The duty, as the content names it.
    duty_id: str
    #: The fingerprint of its content.
    fingerprint: str
    #: The line of business (业务条线) it belongs to.
    line: str
    #: The kind of its cadence.
    kind: str
    #: What people call it.
    title: str
    #: The whole of it, as it was read.
    content: JsonObject = plain()
    recorded_at: datetime = moment()  #: when it was recorded


class ReckoningRecord(LedgerRow, table=True):
    """How a due date came about, step by step; shared by every obligation with the same beginning and period."""

    __tablename__ = "reckoning"
    id: int = number()  #: its row
    #: The fingerprint of everything below.
    key: str = Field(unique=True)
    #: The day the period or the event gives, before anything moves it.
    nominal: date
    #: The safe day that reminders aim at.
    target: date
    #: The last day by law.
    deadline: date
    #: Whether a year it rests on is not settled yet.
    provisional: bool = False
    #: The earliest the deadline may still become.
    earliest: date
    #: The latest the deadline may still become.
    latest: date
    #: How it came about, a step each with its reason.
    steps: list[JsonObject] = plain(default_factory=list)
    #: The calendar it was reckoned with.
    calendar_version: str


DUTY_VERSION: Final = table_of(DutyVersion)
RECKONING: Final = table_of(ReckoningRecord)
