"""Duties of a weekday (每周三): a made-up tenth kind, one occurrence a week, due on its day."""

from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from duban.base.language import say
from duban.cadence.cadence import Cadence, CadenceKeys, CadenceKind
from duban.cadence.occurrence import Occurrence, due_on_day
from duban.cadence.opening import OwedFor
from duban.cadence.reading.place import DutyPlace
from duban.workdays import WorkdayCalendar, period_key, period_span, periods_between
from duban.workdays.periods import TimeGrain
from duban.workdays.steps import DUTY, Step
from duban.yamlfile.key import Key
from duban.yamlfile.values import Text

DAYS = ("周一", "周二", "周三", "周四", "周五")


class Weekday(Cadence):
    """Once a week, on the same weekday: 每周三."""

    owed_for: ClassVar[OwedFor] = OwedFor.UNITS

    kind: Literal["weekday"] = "weekday"
    day: int = Field(ge=0, le=4)  #: 0 is Monday.

    def occurrences(self, calendar: WorkdayCalendar, first: date, last: date) -> list[Occurrence]:
        """The weeks that begin from `first` to `last`."""
        weeks = periods_between(TimeGrain.WEEK, first, last)
        found = [each for key in weeks if (each := self.occurrence(calendar, key)) is not None]
        return [each for each in found if first <= each.opens_on <= last]

    def occurrence(self, calendar: WorkdayCalendar, key: str) -> Occurrence | None:
        """The week of this name; a day that rests moves on (民法典 203)."""
        try:
            monday, sunday = period_span(key)
        except ValueError:
            return None
        if period_key(monday, TimeGrain.WEEK) != key:
            return None
        day = monday + timedelta(days=self.day)
        due = due_on_day(calendar, monday, day, Step.of("by", day, DUTY), roll=True)
        return Occurrence(key, monday, due, monday, sunday)

    def note(self) -> str:
        """Its day."""
        return say(zh=f"每{DAYS[self.day]}一次", en=f"once each {DAYS[self.day]}")


class WeekdayKeys(CadenceKeys):
    """`weekday:` on which day."""

    weekday: Annotated[Text, Key("每周的哪一天", "on which day of each week", DAYS, words=DAYS)]

    def read(self, place: DutyPlace) -> Weekday | None:
        """The weekday, or None with the reason noted in `place`."""
        if self.weekday not in DAYS:
            place.wrong(("weekday",), zh=f"没有“{self.weekday}”这一天", en=f"no such day: {self.weekday}")
            return None
        return Weekday(day=DAYS.index(self.weekday))


WEEKDAY = CadenceKind(
    Weekday,
    WeekdayKeys,
    "每周某日",
    "weekday",
    "每周固定的一天。",
    "The same day of every week.",
    """\
line: 特种设备安全监察
duties:
  - id: ts-weekly-round
    title: 每周安全巡查
    basis: {source: 年度安排, quote: 每周三巡查一次}
    owner: 市局/特种设备科
    weekday: 周三
    done_by: analysis.held
""",
)
