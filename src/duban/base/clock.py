"""The one place that reads the time.

Every rule takes `on: date` (the business date, local to the project) or `now: datetime` (aware, UTC).
`DUBAN_CLOCK` rehearses another moment: `2023-10-09T09:00+08:00` stands still there,
`2023-10-09T09:00+08:00/run` starts there and goes on.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The time zone of a project whose file names none."""


class Clock(Protocol):
    """Whatever tells the engine what time it is."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock that stands still until it is moved: for tests and rehearsals."""

    moment: datetime

    def now(self) -> datetime:
        """The moment the clock was set to, in UTC."""
        return self.moment.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move the clock forward by `by`."""
        self.moment += by


@dataclass(frozen=True)
class ShiftedClock:
    """A clock that was set to another moment and goes on from there."""

    shift: timedelta

    def now(self) -> datetime:
        """The shifted moment, in UTC."""
        return datetime.now(UTC) + self.shift


def system_clock() -> Clock:
    """The clock of this process: the machine's, or the one `DUBAN_CLOCK` sets for a rehearsal.

    Raises ValueError if `DUBAN_CLOCK` is not an ISO 8601 moment with its offset.
    """
    setting = os.environ.get("DUBAN_CLOCK", "").strip()
    if not setting:
        return SystemClock()
    text, _, goes_on = setting.partition("/")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"DUBAN_CLOCK={setting}: add the offset, for example +08:00")
    if goes_on == "run":
        return ShiftedClock(moment - datetime.now(UTC))
    return FixedClock(moment)


def business_date(now: datetime, zone: ZoneInfo) -> date:
    """The calendar day of `now` (aware) in the project's `zone`: what a bureau calls today."""
    return now.astimezone(zone).date()
