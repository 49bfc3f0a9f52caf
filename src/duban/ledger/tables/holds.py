"""What each day came to, and when delivery was held because a day came to more than is likely."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from duban.base.json_values import JsonObject
from duban.ledger.columns import (
    LedgerRow,
    PlainWords,
    big,
    kept_as,
    moment,
    number,
    one_of_words,
    plain,
    table_of,
)

HOLD_DECISIONS: Final = ("released", "discarded")
"""What became of a hold: what waited went out, or did not."""


class DayCount(LedgerRow, table=True):
    """What one local day has come to so far (日计数): what an unlikely day is told by."""

    __tablename__ = "day_count"
    #: The local day.
    day: date = Field(primary_key=True)
    #: Obligations that were open when it began.
    open_before: int = 0
    #: Obligations opened on it.
    opened: int = 0
    #: Obligations closed on it, in whichever way.
    closed: int = 0
    #: Notices decided on it.
    notices: int = 0
    #: Deliveries made of them.
    deliveries: int = 0
    #: The number of the last obligation that is counted.
    last_obligation: int = big()
    #: The number of the last event that is counted.
    last_event: int = big()
    #: The number of the last notice that is counted.
    last_notice: int = big()
    #: The number of the last delivery that is counted.
    last_delivery: int = big()


class Hold(LedgerRow, table=True):
    """Delivery held (缓发): nothing that can wait goes out until a person has looked. One stands at a time."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint(f"decision IS NULL OR {one_of_words('decision', HOLD_DECISIONS)}", name="decision"),
        CheckConstraint("(ended_at IS NULL) = (decision IS NULL)", name="ended"),
    )
    id: int = number()  #: its number
    #: The local day whose figures it is about.
    day: date
    at: datetime = moment()  #: when delivery was held
    #: Who held delivery; `duban` is the engine.
    by: str
    #: Why, in their words; empty where the figures say it.
    reason: str = kept_as(PlainWords, default="")
    #: What was more than is likely: its name in `DayCount`, with how many there were and what was the most likely.
    figures: JsonObject = plain(default_factory=dict)
    #: When somebody was told; None: nobody yet.
    told_at: datetime | None = moment(default=None)
    #: When a person ended it; None while it stands.
    ended_at: datetime | None = moment(default=None)
    #: Who ended it.
    ended_by: str | None = None
    #: One of `HOLD_DECISIONS`; None while it stands.
    decision: str | None = None
    #: Why they decided so.
    ended_why: str | None = kept_as(PlainWords, default=None)
    #: What the day had come to when it was ended, by name: so much is likely from then on.
    accepted: JsonObject = plain(default_factory=dict)


DAY_COUNT: Final = table_of(DayCount)
