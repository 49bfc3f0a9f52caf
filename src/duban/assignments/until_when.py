"""Until when something is assigned: a day, a time of the year or a period, and what a unit's calendar makes of it."""

from datetime import date, datetime

from pendulum import Timezone

from duban.base.day_texts import NoDay, read_day_text
from duban.base.objections import WrongValue
from duban.cadence.occurrence import due_on_day
from duban.cadence.reading.goal_phrases import Term, read_term
from duban.workdays import (
    Period,
    Reckoning,
    WorkdayCalendar,
    due_moment,
    in_minutes,
    parse_period,
    reckon,
    reckon_hours,
)
from duban.workdays.steps import DUTY, Step

Until = Period | Term
"""A period from now on, or a day, or a year, quarter or month."""


def read_until(written: str, today: date) -> Until:
    """What was `written` for a last day: 2026-10-20, 2026年底前, 10个工作日, 4小时.

    `today` is the project's own day. Raises ValueError for anything else, and for a day before it.
    """
    text = written.strip()
    if not text:
        raise WrongValue(zh="请写明期限", en="say until when")
    try:
        return parse_period(text, hours=True)
    except ValueError:
        pass
    try:
        term = read_term(read_day_text(text))
    except NoDay:
        try:
            term = read_term(text)
        except ValueError:
            raise WrongValue(
                zh=f"看不懂期限“{text}”，请写 2026-10-20、2026年底前、10个工作日 或 4小时",
                en=f"not a day or a period: “{text}”; write 2026-10-20, 10 workdays or 4 hours",
            ) from None
    if term.last < today:
        raise WrongValue(zh=f"期限 {term.last} 已经过去", en=f"{term.last} is past already")
    return term


def by_hours(until: Until) -> bool:
    """Whether it is an emergency: due so many hours or minutes from now, and not on a day."""
    return isinstance(until, Period) and in_minutes(until) is not None


def reckoned(
    calendar: WorkdayCalendar, until: Until, today: date, now: datetime, zone: Timezone
) -> tuple[Reckoning, datetime | None]:
    """The days that `until` comes to on a unit's calendar, and the moment (aware UTC) where it goes by hours.

    Days and working days are counted from `today`, a day of `zone`; hours from `now` (aware UTC). A named day that is
    a rest day moves forward (民法典 203); a year, quarter or month is not left. Raises UnknownYear past the calendar.
    """
    if isinstance(until, Term):
        told = Step.of("by", until.last, DUTY)
        return due_on_day(calendar, today, until.last, told, roll=until.rolls), None
    if by_hours(until):
        return reckon_hours(now, until, zone), due_moment(now, until)
    return reckon(calendar, today, until), None
