"""The one place that reads the time.

Every rule takes `on: date` (the business date, local to the project) or `now: datetime` (aware, UTC).
`DUBAN_CLOCK` rehearses another moment: `2023-10-09T09:00+08:00` stands still there,
`2023-10-09T09:00+08:00/run` starts there and goes on.

Moments are pendulum's; a business date is a plain `date`, as the working calendar and the ledger hold it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

import pendulum
from pendulum import DateTime, Duration, Timezone

from duban.base.language import current, say
from duban.base.objections import Objection

SHANGHAI = pendulum.timezone("Asia/Shanghai")
"""The time zone of a project whose file names none."""


class Clock(Protocol):
    """Whatever tells the engine what time it is."""

    def now(self) -> DateTime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> DateTime:
        """The present moment, aware, in UTC."""
        return pendulum.now("UTC")


@dataclass
class FixedClock:
    """A clock that stands still until it is moved: for tests and rehearsals."""

    moment: datetime  #: where it stands, aware

    def now(self) -> DateTime:
        """The moment the clock was set to, in UTC."""
        return pendulum.instance(self.moment).in_timezone("UTC")

    def advance(self, by: timedelta) -> None:
        """Move the clock forward by `by`."""
        self.moment += by


@dataclass(frozen=True)
class ShiftedClock:
    """A clock that was set to another moment and goes on from there."""

    shift: Duration  #: how far it is ahead of the machine's own

    def now(self) -> DateTime:
        """The shifted moment, in UTC."""
        return pendulum.now("UTC") + self.shift


class NoMoment(Objection, ValueError):
    """`DUBAN_CLOCK` is no moment; the text says how to write one."""


def system_clock() -> Clock:
    """The clock of this process: the machine's, or the one `DUBAN_CLOCK` sets for a rehearsal.

    Raises NoMoment if `DUBAN_CLOCK` is not an ISO 8601 moment with its offset.
    """
    setting = os.environ.get("DUBAN_CLOCK", "").strip()
    if not setting:
        return SystemClock()
    text, _, goes_on = setting.partition("/")
    try:
        moment = pendulum.parse(text, tz=None)
    except ValueError:
        moment = None
    if not isinstance(moment, DateTime) or moment.tzinfo is None:
        raise NoMoment(
            zh=f"环境变量 DUBAN_CLOCK={setting} 不是带时区的时刻，要写成 2023-10-09T09:00+08:00 这样",
            en=f"DUBAN_CLOCK={setting} is no moment with its offset, such as 2023-10-09T09:00+08:00",
        )
    if goes_on == "run":
        return _set_going(moment)
    return FixedClock(moment)


@lru_cache(maxsize=1)
def _set_going(moment: DateTime) -> ShiftedClock:
    """A clock that began at `moment` when this process first asked for it: content opened anew does not turn it back."""
    return ShiftedClock(moment - pendulum.now("UTC"))


def time_zone(name: str) -> Timezone:
    """The time zone of that name, `Asia/Shanghai`. Raises ValueError if there is none."""
    try:
        return pendulum.timezone(name)
    except OSError:  # the name of a folder: Asia
        raise ValueError(name) from None


def business_date(now: datetime, zone: ZoneInfo) -> date:
    """The calendar day of `now` (aware) in the project's `zone`: what a bureau calls today."""
    local = now.astimezone(zone)
    return date(local.year, local.month, local.day)


class Present(NamedTuple):
    """The present by which what is owed is judged: its days by the business date, its hours by the clock."""

    on: date  #: the business date of `at`
    at: datetime  #: the moment, aware UTC

    @classmethod
    def of(cls, now: datetime, zone: ZoneInfo) -> Present:
        """The moment `now` (aware) with its business date in the project's `zone`."""
        return cls(business_date(now, zone), now)


def moment_at(day: date, at: time, zone: Timezone) -> DateTime:
    """The moment, in UTC, at which it is `at` on `day` in the project's `zone`.

    A time that summer time skips is as much later as it skips; of one that comes twice it is the second.
    """
    moment = pendulum.datetime(day.year, day.month, day.day, at.hour, at.minute, at.second, tz=zone)
    return moment.in_timezone("UTC")


def local(moment: datetime, zone: ZoneInfo) -> str:
    """A moment (aware) as people read it in the project's `zone`: `2023-10-09 09:00`."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def ago(moment: datetime, now: datetime) -> str:
    """How long before `now` a moment was, in the reader's language: `3天前`, `3 days ago`; `21小时后` of one that is more than
    an hour ahead (another machine's clock may be ahead).
    """
    locale = "en" if current() == "en" else "zh"
    if moment - now > timedelta(hours=1):
        ahead = pendulum.format_diff(
            pendulum.instance(moment) - pendulum.instance(now), absolute=True, locale=locale
        )
        return say(zh=f"{ahead}后", en=f"in {ahead}")
    span = pendulum.instance(now) - pendulum.instance(min(moment, now))
    return pendulum.format_diff(span, is_now=True, absolute=False, locale=locale)
