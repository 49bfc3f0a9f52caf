"""What a day comes to, and whether that is likely.

Far more than is likely is what a broken calendar, a wrong import or a clock ahead looks like: each rung is decided by the
rules, and all of it is wrong. Counted is what is new in the ledger since somebody last counted, whoever wrote it, so that
counting costs what has happened. Likely is, for each of the figures, the most of

| what | why |
|---|---|
| `DUBAN_HOLD_FROM`, 1,000 | fewer a person puts right by hand; the starter's year has a single day with more rungs, before a quarter ends |
| `DUBAN_HOLD_TIMES`, 3, times the largest day of the last 400 | a year and a month: the first day of the year is among them |
| a share of what was open when the day began (`SHARES`) | while a ledger is young its days only grow; on the starter's worst day three in ten speak |

The first day of a ledger is not judged: it opens all there is, and whoever set it up is looking.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, SQLColumnExpression, func, select, update
from sqlmodel import col

from duban.base.language import say
from duban.ledger.bulk import insert_ignore
from duban.ledger.counting import how_many
from duban.ledger.rows import columns_of, named, one_of, one_or_none
from duban.ledger.tables import (
    CLOSED_STATES,
    DAY_COUNT,
    DayCount,
    Delivery,
    Hold,
    Notice,
    Obligation,
    ObligationEvent,
)
from duban.obligations.moves import MOVES

FROM_SETTING: Final = "DUBAN_HOLD_FROM"
TIMES_SETTING: Final = "DUBAN_HOLD_TIMES"
LOOK_BACK: Final = timedelta(days=400)
LOOK_BACK_ROWS: Final = 100_000
"""How many of its newest rows tell what was likely before a ledger's days were counted."""
SHARES: Final[Mapping[str, float]] = {"opened": 1.0, "closed": 0.5, "notices": 0.5, "deliveries": 1.0}
"""So many for each obligation that was open when the day began are likely."""
CLOSING: Final = tuple(name for name, move in MOVES.items() if move.leads_to in CLOSED_STATES)
_LOG = logging.getLogger("duban.deliveries")


class DayFigures(NamedTuple):
    """What a day came to."""

    opened: int  #: obligations opened
    closed: int  #: obligations closed
    notices: int  #: rungs decided
    deliveries: int  #: messages to be sent, before digests make one of many


class _Reached(NamedTuple):
    last_obligation: int
    last_event: int
    last_notice: int
    last_delivery: int


class _Largest(NamedTuple):
    days: int
    opened: int
    closed: int
    notices: int
    deliveries: int


class _Counted(NamedTuple):
    open_before: int
    opened: int
    closed: int
    notices: int
    deliveries: int
    last_obligation: int
    last_event: int
    last_notice: int
    last_delivery: int

    @property
    def figures(self) -> DayFigures:
        return DayFigures(self.opened, self.closed, self.notices, self.deliveries)


@dataclass(frozen=True)
class UnlikelyFigure:
    """One figure of a day that is more than is likely."""

    name: str  #: one of the fields of `DayFigures`
    number: int  #: what the day has come to
    likely: int  #: the most that is likely

    @property
    def words(self) -> str:
        """As people say it: “新开 12,000 项（平常最多 1,000）”."""
        zh, en = FIGURE_WORDS[self.name]
        return say(
            zh=f"{zh} {self.number:,}（平常最多 {self.likely:,}）",
            en=f"{self.number:,} {en} ({self.likely:,} at most are likely)",
        )


FIGURE_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "opened": ("新开", "opened"),
    "closed": ("办结、撤回", "closed"),
    "notices": ("到期的催办", "rungs due"),
    "deliveries": ("要发的消息", "messages to send"),
}


def count_day(connection: Connection, on: date) -> list[UnlikelyFigure]:
    """Count what is new in the ledger towards the local day `on`, and say which of its figures are more than is likely.

    Costs a look at the last numbers where nothing is new.
    """
    newest = _newest(connection)
    before = _of_day(connection, on)
    if before is not None and newest == before[-4:]:
        return _judged(connection, on, before)
    fresh = before is None
    if before is None:
        before = _begin(connection, on, newest)
    closed = (col(ObligationEvent.id) > before.last_event, col(ObligationEvent.kind).in_(CLOSING))
    since = DayFigures(
        how_many(connection, Obligation, col(Obligation.id) > before.last_obligation),
        how_many(connection, ObligationEvent, *closed),
        how_many(connection, Notice, col(Notice.id) > before.last_notice),
        how_many(connection, Delivery, col(Delivery.id) > before.last_delivery),
    )
    figures = DayFigures(*map(sum, zip(before.figures, since, strict=True)))
    open_before = before.open_before - since.opened + since.closed if fresh else before.open_before
    after = _Counted(open_before, *figures, *newest)
    connection.execute(update(DayCount).where(col(DayCount.day) == on).values(**after._asdict()))
    return _judged(connection, on, after)


def figures_of(connection: Connection, on: date) -> DayFigures:
    """What the local day `on` has come to so far, as it was last counted."""
    counted = _of_day(connection, on)
    return counted.figures if counted is not None else DayFigures(0, 0, 0, 0)


def _of_day(connection: Connection, on: date) -> _Counted | None:
    """The day's row, ours alone until the transaction ends."""
    row = select(*columns_of(DayCount, _Counted)).where(col(DayCount.day) == on).with_for_update()
    return one_or_none(connection, row, _Counted)


def _newest(connection: Connection) -> _Reached:
    """The last numbers of obligations, events, notices and deliveries."""

    def last(number: SQLColumnExpression[int]) -> int:
        return connection.scalar(select(func.max(number))) or 0

    return _Reached(
        last(col(Obligation.id)),
        last(col(ObligationEvent.id)),
        last(col(Notice.id)),
        last(col(Delivery.id)),
    )


def _begin(connection: Connection, on: date, newest: _Reached) -> _Counted:
    """The row of a day that nobody counted yet: it goes on where counting has come to."""
    if not how_many(connection, DayCount):  # the ledger's first: what was before is told by its largest round
        opened = _largest_round(connection, col(Obligation.id), col(Obligation.opened_at))
        notices = _largest_round(connection, col(Notice.id), col(Notice.decided_at))
        for_each = newest.last_delivery / max(newest.last_notice, 1)
        row = _Counted(0, opened, 0, notices, ceil(notices * for_each), *newest)
    else:
        still_open = how_many(connection, Obligation, col(Obligation.closed_at).is_(None))
        so_far = (_most(name) for name in _Reached._fields)
        row = _Counted(still_open, 0, 0, 0, 0, *one_of(connection, select(*so_far), _Reached))
    # Of two who begin the day at once, one does.
    insert_ignore(connection, DAY_COUNT, [{"day": on, **row._asdict()}])
    begun = _of_day(connection, on)
    return row if begun is None else begun


def _judged(connection: Connection, on: date, counted: _Counted) -> list[UnlikelyFigure]:
    """The day's figures, less what a person has looked at, that are more than is likely."""
    times, at_least = _setting(TIMES_SETTING, 3), _setting(FROM_SETTING, 1_000)
    figures = counted.figures
    if not times or max(figures) <= at_least:
        return []
    looked_at = (
        select(col(Hold.accepted))
        .where(col(Hold.day) == on, col(Hold.ended_at).is_not(None))
        .order_by(col(Hold.id).desc())
    )
    accepted = connection.scalar(looked_at.limit(1)) or {}
    largest = _largest_of_days(connection, on)
    if largest is None:
        return []
    unlikely = []
    for name in DayFigures._fields:
        number = getattr(figures, name) - accepted.get(name, 0)
        likely = max(at_least, int(SHARES[name] * counted.open_before), times * getattr(largest, name))
        if number > likely:
            unlikely.append(UnlikelyFigure(name, number, likely))
    return unlikely


def _largest_of_days(connection: Connection, on: date) -> DayFigures | None:
    """The most that each figure came to on a day before, but on those a person threw away; None where there was none."""
    thrown_away = select(col(Hold.day)).where(col(Hold.decision) == "discarded")
    before = (col(DayCount.day) < on, col(DayCount.day) >= on - LOOK_BACK)
    largest = select(named(func.count(), "days"), *(_most(name) for name in DayFigures._fields))
    found = one_of(connection, largest.where(*before, col(DayCount.day).not_in(thrown_away)), _Largest)
    return DayFigures(*found[1:]) if found.days else None


def _most(name: str) -> ColumnElement[int]:
    """The most that a column of `DayCount` holds, under its name."""
    return named(func.coalesce(func.max(getattr(DayCount, name)), 0), name)


def _largest_round(
    connection: Connection, number: SQLColumnExpression[int], moment: SQLColumnExpression[datetime]
) -> int:
    """How many rows the round of the engine with the most of them has: all of a round have one moment. Of the newest rows alone:
    a ledger of millions is not read while it is written in, and so many are likely anyway where so many are open.
    """
    lately = select(named(moment, "moment")).order_by(number.desc()).limit(LOOK_BACK_ROWS).subquery()
    rows = func.count()
    by_round = select(rows).select_from(lately).group_by(lately.c.moment).order_by(rows.desc())
    return connection.scalar(by_round.limit(1)) or 0


def _setting(name: str, otherwise: int) -> int:
    """A whole number from the environment; what is none is said in the log, and the default holds."""
    written = os.environ.get(name, "").strip()
    if not written:
        return otherwise
    if not written.isdecimal():
        _LOG.warning("%s=%s is no whole number: %s holds", name, written, otherwise)
        return otherwise
    return int(written)
