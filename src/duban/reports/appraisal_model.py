"""What an appraisal (考核通报) says of one period, before it is written in any form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final, Self
from zoneinfo import ZoneInfo

from duban.base.objections import WrongValue
from duban.ledger.heartbeats import EngineStanding
from duban.workdays import TimeGrain, period_around, period_key, period_span
from duban.workdays.period_keys import period_meant, period_word

RANKED_FROM: Final = 10
"""Fewer judged obligations are ranked nowhere: one of them more or less would move a place."""
_LENGTHS: Final = (
    (re.compile(r"\d{4}"), TimeGrain.YEAR),
    (re.compile(r"\d{4}-Q[1-4]"), TimeGrain.QUARTER),
    (re.compile(r"\d{4}-\d\d"), TimeGrain.MONTH),
)


@dataclass(frozen=True)
class AppraisalPeriod:
    """A month, a quarter or a year that is appraised."""

    key: str  #: 2023-09, 2023-Q3 or 2023
    grain: TimeGrain  #: month, quarter or year
    first: date  #: its first day
    last: date  #: its last day

    @classmethod
    def named(cls, key: str) -> Self:
        """The period of this name. Raises ValueError for anything but a month, a quarter or a year of 2000 to 2100."""
        written = period_meant(key)
        grain = next((grain for form, grain in _LENGTHS if form.fullmatch(written)), None)
        if grain is None or not "2000" <= written[:4] <= "2100":
            raise WrongValue(
                zh=f"考核按月、季或年：写成 2023-09、2023-Q3 或 2023，不是“{key}”",
                en=f"an appraisal is of a month, a quarter or a year: 2023-09, 2023-Q3 or 2023, not “{key}”",
            )
        return cls(written, grain, *period_span(written))

    @classmethod
    def before(cls, day: date, grain: TimeGrain) -> Self:
        """The last period of this length that was over on a day."""
        return cls.named(period_key(period_around(day, grain)[0] - timedelta(days=1), grain))

    @property
    def previous(self) -> AppraisalPeriod:
        """The period before it."""
        return AppraisalPeriod.before(self.first, self.grain)

    @property
    def year_before(self) -> AppraisalPeriod:
        """The same period of the year before."""
        return AppraisalPeriod.named(f"{int(self.key[:4]) - 1:04}{self.key[4:]}")

    @property
    def words(self) -> str:
        """As people say it: 2023年9月, 2023年三季度, 2023年."""
        return period_word(self.key)


@dataclass(frozen=True, slots=True)
class AppraisalFigures:
    """How many obligations whose deadline lies in a period became what."""

    on_time: int = 0  #: done by their deadline
    done_late: int = 0  #: done after it, or by a later one that was given only when it was over
    lying: int = 0  #: still open, and the deadline is over
    waiting: int = 0  #: reported in time, not reviewed yet: not judged
    running: int = 0  #: open, and the deadline is still ahead: not judged
    excused: int = 0  #: waived or suspended: not judged
    returned: int = 0  #: of all but the excused, those a reviewer sent back at least once

    def __add__(self, other: AppraisalFigures) -> AppraisalFigures:
        return AppraisalFigures(
            *(getattr(self, each.name) + getattr(other, each.name) for each in fields(AppraisalFigures))
        )

    @property
    def judged(self) -> int:
        """How many the rate is of."""
        return self.on_time + self.done_late + self.lying

    @property
    def rate(self) -> Fraction | None:
        """The share done on time, exactly; None where nothing is judged."""
        return Fraction(self.on_time, self.judged) if self.judged else None


NO_FIGURES: Final = AppraisalFigures()


@dataclass(frozen=True)
class AppraisalRow:
    """One unit, one line or the whole, in the period and in those it is compared with."""

    name: str  #: what it is called
    now: AppraisalFigures  #: in the period
    before: AppraisalFigures  #: in the period before
    year_before: AppraisalFigures  #: in the same period of last year
    term: AppraisalFigures  #: since the plan was issued
    rank: int | None = None  #: its place, 1 the best, the same for equal rates; None where it is not ranked


@dataclass(frozen=True)
class AppraisalReport:
    """The appraisal of one period."""

    scope: str  #: the name of the unit it is made for, with all below it
    period: AppraisalPeriod  #: what is appraised
    zone: ZoneInfo  #: the project's zone
    on: date  #: the business date it is made on
    made_at: datetime  #: when (aware UTC)
    total: AppraisalRow  #: everything in the scope
    units: tuple[AppraisalRow, ...]  #: the ranked ones, the best first, then the others
    lines: tuple[AppraisalRow, ...]  #: the same of the lines
    data_as_of: datetime | None  #: when the newest fact was recorded (UTC)
    plan: tuple[str, date] | None  #: the plan's title and the day it was issued
    own: str  #: what the scope's own office is called among the units; it is not ranked with those below it
    engine: EngineStanding  #: when the engine was last sound, and whether that is too long ago

    @property
    def over(self) -> bool:
        """Whether the period is over."""
        return self.on > self.period.last


def ranked(rows: Mapping[str, AppraisalRow], unranked: str = "") -> tuple[AppraisalRow, ...]:
    """Rows with their places, the best first; those of too few judged, and the one called `unranked`, behind them."""
    may = [each for each in rows.values() if each.now.judged >= RANKED_FROM and each.name != unranked]
    rates = {each.name: each.now.rate or Fraction(0) for each in may}
    best = sorted(may, key=lambda each: (-rates[each.name], -each.now.judged, each.name))
    placed = [
        replace(each, rank=1 + sum(rate > rates[each.name] for rate in rates.values())) for each in best
    ]
    return (*placed, *(each for each in rows.values() if each.name not in rates))
