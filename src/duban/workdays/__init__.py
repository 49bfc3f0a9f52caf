"""What day is it for the law: working days, legal periods, period names, festivals.

Data comes from the project folder `calendar/`; nothing here reads the clock.
"""

from duban.workdays.closures import Closure, Closures, closure_remarks, load_closures
from duban.workdays.festivals import (
    AwaitingNotice,
    Certainty,
    Festivals,
    UnknownFestival,
    holiday_stem,
    load_festivals,
)
from duban.workdays.hours import (
    due_moment,
    found_at,
    hours_word,
    in_minutes,
    last_moment,
    minutes_left,
    reckon_hours,
    reckon_hours_of,
)
from duban.workdays.loading import load_calendar
from duban.workdays.period_keys import period_around, period_key, period_span, periods_between
from duban.workdays.periods import Period, TimeGrain, add_months, add_period, parse_period, year_window
from duban.workdays.reckoning import (
    Reckoning,
    not_earlier,
    reckon,
)
from duban.workdays.statutes import STATUTES, Article, Statute, statute_named
from duban.workdays.steps import Step
from duban.workdays.table import DayTable, UnknownYear
from duban.workdays.working_calendar import DayKind, WorkdayCalendar
from duban.workdays.years import CalendarYear

__all__ = [
    "STATUTES",
    "Article",
    "AwaitingNotice",
    "CalendarYear",
    "Certainty",
    "Closure",
    "Closures",
    "DayKind",
    "DayTable",
    "Festivals",
    "Period",
    "Reckoning",
    "Statute",
    "Step",
    "TimeGrain",
    "UnknownFestival",
    "UnknownYear",
    "WorkdayCalendar",
    "add_months",
    "add_period",
    "closure_remarks",
    "due_moment",
    "found_at",
    "holiday_stem",
    "hours_word",
    "in_minutes",
    "last_moment",
    "load_calendar",
    "load_closures",
    "load_festivals",
    "minutes_left",
    "not_earlier",
    "parse_period",
    "period_around",
    "period_key",
    "period_span",
    "periods_between",
    "reckon",
    "reckon_hours",
    "reckon_hours_of",
    "statute_named",
    "year_window",
]
