"""Periods in hours and minutes (2小时, 30分钟): counted from the moment itself, on any day and at any hour.

| awkward case | rule |
|---|---|
| the moment a period begins | counts: 民法典 201 (2) counts hours from the moment the law or the parties name |
| the last hour lies on a rest day, or at night | it stays there: an emergency is not put off (203 is about days) |
| only the day is known, not the hour | `found_at` takes when it was reported, at the latest the end of that day |
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from pendulum import Timezone

from duban.base.clock import moment_at
from duban.base.days import ONE_DAY
from duban.base.language import say
from duban.base.objections import WrongValue
from duban.workdays.periods import Period, TimeGrain
from duban.workdays.reckoning import Reckoning
from duban.workdays.statutes import civil_article
from duban.workdays.steps import Step, article

MINUTES_IN = {TimeGrain.MINUTE: 1, TimeGrain.HOUR: 60}


def in_minutes(period: Period) -> int | None:
    """How many minutes a period in hours or minutes has; None for one in days or longer."""
    minutes = MINUTES_IN.get(period.grain)
    return None if minutes is None else period.amount * minutes


def found_at(day: date, hour: str | None, reported_at: datetime, zone: Timezone) -> datetime:
    """The moment (aware UTC) an hour is counted from: `hour` (local, 10:05) of `day`, where it is known.

    Else the moment it was reported, at the latest the end of that day: it cannot have happened later.
    """
    if hour:
        at, minute, *_ = (int(part) for part in hour.split(":"))
        return moment_at(day, time(at, minute), zone)
    return min(reported_at, moment_at(day + ONE_DAY, time.min, zone))


def due_moment(start: datetime, period: Period) -> datetime:
    """The moment a period in hours or minutes ends. Raises ValueError for one in days: that takes a calendar.

    `start` is an aware moment in UTC and counts from its own second; no rest day and no office hour moves
    what is counted in hours.
    """
    minutes = in_minutes(period)
    if minutes is None:
        raise WrongValue(zh=f"{period}不是以小时计的", en=f"{period} is not counted in hours")
    return start + timedelta(minutes=minutes)


def reckon_hours(start: datetime, period: Period, zone: ZoneInfo) -> Reckoning:
    """The reckoning of a period in hours from the moment `start` (aware): its day is that of its last hour, in `zone`."""
    begins, ends = start.astimezone(zone), due_moment(start, period).astimezone(zone)
    day = ends.date()
    rests_on = article(civil_article(201, begins.date()))
    step = Step.of(
        "hours",
        day,
        rests_on,
        begins=f"{begins:%Y-%m-%d %H:%M}",
        ends=f"{ends:%Y-%m-%d %H:%M}",
        period=period,
    )
    return Reckoning(day, day, day, False, day, day, (step,))


def hours_word(minutes: int) -> str:
    """A length of so many minutes as people say it: 2小时5分钟, 2 h 5 min."""
    hours, minutes = divmod(minutes, 60)
    zh = "".join(f"{n}{unit}" for n, unit in ((hours, "小时"), (minutes, "分钟")) if n)
    en = " ".join(f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min")) if n)
    return say(zh=zh, en=en)


def minutes_left(due_at: datetime, now: datetime) -> int:
    """How many minutes are left from `now` to the moment `due_at` (both aware), negative past it; a minute is over when it is over."""
    return ceil((due_at - now).total_seconds() / 60)


def last_moment(steps: Iterable[Step]) -> str:
    """The local moment a period in hours ends by the steps that reckoned it; empty for one in days."""
    return next((dict(step.values)["ends"] for step in steps if step.kind == "hours"), "")


def reckon_hours_of(day: date, period: Period) -> Reckoning:
    """The same where no hour is known, of what is only supposed: its step says that the hours run from the event's own."""
    last = due_moment(datetime.combine(day, time.min), period).date()
    step = Step.of("hours_of_event", last, article(civil_article(201, day)), period=period)
    return Reckoning(last, last, last, False, last, last, (step,))
